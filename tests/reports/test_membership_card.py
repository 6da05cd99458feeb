from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from loket_testing.pdfs import opened, words

from models.rules.token import read_token, token_text
from reports.membership_card import Covered, membership_form, render_membership_card, render_membership_letter
from reports.qr import read_codes
from reports.thermal import render_thermal

RENDERED = pytest.mark.parametrize("render", [render_membership_card, render_membership_letter])
CONFIRMED = date(2026, 12, 1)


@RENDERED
def test_who_is_covered_for_what_and_until_when(membership, render):
    said = words(render(membership))
    for expected in (
        "SITI NURHALIZA",
        "21034567891",
        "C4821907",
        "JKK + JKM",
        "11 Des 2026 – 10 Des 2028",
        "JHT",
        "Des 2026 – Feb 2027",
        "Work accident and death",
        "TPE3-2026-000418",
    ):
        assert expected in said


@RENDERED
def test_it_is_provisional_until_the_insurer_confirms(membership, render):
    said = words(render(membership))
    assert "SEMENTARA" in said
    assert "menunggu konfirmasi BPJS" in said
    assert "DIKONFIRMASI" not in said

    said = words(render(replace(membership, confirmed_on=CONFIRMED)))
    assert "DIKONFIRMASI" in said
    assert "1 Desember 2026" in said
    assert "SEMENTARA" not in said


@RENDERED
def test_its_code_says_the_days_and_the_end_of_the_kpj(membership, public_key, render):
    (text,) = read_codes(render(membership), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.kpj_end, facts.confirmed_on) == ("card", "7891", None)
    assert [(one.programme, one.covered_from, one.covered_to) for one in facts.lines] == [
        (one.programme, one.covered_from, one.covered_to) for one in membership.covers
    ]


def test_the_card_is_one_page_of_a6(membership):
    (page,) = opened(render_membership_card(membership)).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [148, 105]


@pytest.mark.parametrize(
    "name",
    [
        "MUHAMMAD ABDURRAHMAN WIJAYAKUSUMA SASTRODIPURO BIN HAJI ABDUL KARIM AMRULLAH",
        "陳美麗",
        "ကျော်ဇင်",
        "سعيد بن عبد الله",
    ],
)
def test_no_line_of_the_card_runs_into_another(membership, name):
    covers = (*membership.covers, Covered("JHT", date(2028, 1, 1), date(2028, 3, 31)))
    pdf = render_membership_card(replace(membership, worker=name, covers=covers))
    said = words(pdf)
    assert name in said
    assert "Jan 2028 – Mar 2028" in said
    heights: dict[float, list[float]] = {}

    def visit(text, _user, at, _font, _size):
        if text.strip():
            heights.setdefault(round(at[4], 1), []).append(round(at[5], 1))

    opened(pdf).pages[0].extract_text(visitor_text=visit)
    for column in heights.values():
        ordered = sorted(set(column))
        assert all(above - below >= 6.0 for below, above in pairwise(ordered))
    assert min(min(column) for column in heights.values()) > 12


def test_a_member_without_a_kpj_waits_for_one(membership):
    said = words(render_membership_card(replace(membership, kpj="")))
    assert "KPJ menunggu BPJS" in said


def test_a_strip_says_it_too(membership):
    assert b"SEMENTARA" in render_thermal(membership_form(membership))
