"""The trial page: what a person looks at to see whether a printer prints our papers right."""

from __future__ import annotations

from datetime import datetime

from models.language import date_long, time_short
from reports.paper import STRONG, Form, Item, Row, Words
from reports.receipt import SERVICE

CODE = "LOKET PMI"
"""What the code on it says: whoever scans it sees that code and reader are good."""


def trial_form(mission: Words, counter: str, printer: str, at: datetime) -> Form:
    """A paper like a receipt in every way but that it proves nothing. `at` is the counter's own time."""
    return Form(
        kind=Words("HALAMAN PERCOBAAN", "Trial page"),
        heading=mission,
        service=SERVICE,
        number=printer,
        number_label="Pencetak",
        circumstances=(f"{date_long(at.date())}, {time_short(at)}", counter),
        rows=(
            Row(
                Words("Angka", "Figures"),
                (Item("Kiri", right="Kanan, rata di tepi"), Item("Rp 1.234.567", STRONG, right="NT$ 1.234")),
            ),
            Row(Words("Nama", "Names"), (Item("SITI NURHALIZA"), Item("RENÉ · 陳美玲 · 김민수 · สมชาย · محمد"))),
            Row(
                Words("Periksa", "Check"),
                (
                    Item("Tidak ada yang terpotong di tepi.", bullet="•"),
                    Item("Semua nama terbaca.", bullet="•"),
                    Item("Kodenya terpindai.", bullet="•"),
                ),
            ),
        ),
        code=CODE,
        code_alt="Kode QR percobaan",
        code_caption=Words("Pindai di layar mana saja", "Scan on any screen"),
        foot=("Bukan kuitansi. Not a receipt.",),
        subject="Halaman percobaan pencetak",
    )
