"""The recovery code on paper: the one way back into the counter's data when every password is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from models.language import date_long, time_short
from reports.paper import STRONG, Form, Item, Row, Words, render
from reports.receipt import SERVICE
from reports.tagged import PLAIN, Style

_CODE = Style("bold", 22, 30)
_IN_A_LINE = 4


@dataclass(frozen=True, slots=True)
class RecoveryPaper:
    """`code` may come in groups already, divided by blanks or hyphens; else it is cut into fours."""

    mission: Words
    terminal: str
    made_at: datetime
    utc_offset: str
    operator: str
    code: str


def render_recovery(paper: RecoveryPaper) -> bytes:
    """The PDF, one A5 page, landscape. It holds the secret itself: print it, never keep it."""
    return render(
        Form(
            kind=Words("KODE PEMULIHAN", "Recovery code"),
            heading=paper.mission,
            service=SERVICE,
            number_label="Loket",
            number=paper.terminal,
            circumstances=(
                f"{date_long(paper.made_at.date())}, {time_short(paper.made_at)} ({paper.utc_offset})",
                paper.operator,
            ),
            rows=(
                Row(Words("Kode", "Code"), tuple(Item(line, _CODE) for line in _lines(paper.code))),
                Row(
                    Words("Kegunaan", "Purpose"),
                    (Item("Membuka data loket ini bila semua kata sandi petugas hilang atau terlupa.", STRONG),),
                ),
                Row(
                    Words("Cara menyimpan", "How to keep it"),
                    tuple(
                        Item(advice, PLAIN, bullet="•")
                        for advice in (
                            "Masukkan ke dalam amplop bersegel yang ditandatangani, lalu simpan di brankas perwakilan.",
                            "Jangan difoto, disalin, dikirim, atau disimpan di komputer mana pun.",
                            "Jangan disimpan bersama komputer loket atau cadangan datanya.",
                            "Bila segel rusak atau kertas ini hilang, buat kode baru; kode ini lalu tidak berlaku.",
                        )
                    ),
                ),
            ),
            foot=(
                "Siapa pun yang memegang kertas ini dan data loket dapat membaca seluruh data pekerja di loket ini.",
            ),
            subject="Kode pemulihan data loket",
        )
    )


def _lines(code: str) -> list[str]:
    groups = re.split(r"[\s-]+", code.strip())
    if len(groups) == 1:
        groups = re.findall(".{1,4}", code.strip())
    spaced = [groups[start : start + _IN_A_LINE] for start in range(0, len(groups), _IN_A_LINE)]
    return ["\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}".join(line) for line in spaced]
