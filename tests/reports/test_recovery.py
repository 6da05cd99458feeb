from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdf
import pytest

from reports.paper import Words
from reports.recovery import RecoveryPaper, render_recovery

TAIPEI_TIME = ZoneInfo("Asia/Taipei")

PAPER = RecoveryPaper(
    mission=Words("KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI"),
    terminal="TPE3.7F",
    made_at=datetime(2026, 11, 22, 8, 0, tzinfo=TAIPEI_TIME),
    utc_offset="UTC+8",
    operator="Rina W.",
    code="K7QM-2XPA-9DTR-ZL4E-0HVC-5WNB-GY8J",
)


@pytest.mark.parametrize("code", [PAPER.code, PAPER.code.replace("-", " "), PAPER.code.replace("-", "")])
def test_the_code_stands_in_groups_of_four_on_one_page(code):
    reader = pypdf.PdfReader(io.BytesIO(render_recovery(replace(PAPER, code=code))))
    (page,) = reader.pages
    said = page.extract_text().replace("\xa0", " ")
    assert "K7QM  2XPA  9DTR  ZL4E\n0HVC  5WNB  GY8J" in said
    assert "TPE3.7F" in said
    assert "brankas" in said
    assert "No." not in said


def test_the_code_is_nowhere_in_the_description_of_the_file():
    reader = pypdf.PdfReader(io.BytesIO(render_recovery(PAPER)))
    assert "K7QM" not in str(reader.metadata)
