"""The gallery: every widget of the kit in one window, to be looked at. `python tests/ui/kit/gallery.py out.png`."""

from __future__ import annotations

import sys
from datetime import date
from io import BytesIO
from types import SimpleNamespace

from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.rules.money import Money
from ui.kit import (
    Avatar,
    BigMoney,
    Card,
    Cell,
    Chip,
    ChipButton,
    Choice,
    Column,
    CoverBar,
    DateField,
    EmptyState,
    FactList,
    Field,
    Figure,
    Header,
    LineField,
    MarkList,
    MaskedText,
    MoneyField,
    NumberField,
    Option,
    Page,
    PdfView,
    PrimaryButton,
    Progress,
    QuietButton,
    RowTable,
    SecondaryButton,
    Segments,
    Steps,
    TextEdit,
    Tiles,
    row,
)
from ui.shell import Shell

TODAY = date(2026, 11, 22)


def home_page() -> QWidget:
    """Design 1."""
    page = Page()
    left = page.column(1)
    ask = Card()
    ask.body.setContentsMargins(28, 26, 28, 26)
    ask.add(Header("Siapa yang Anda layani?"))
    box = LineField("siti nur")
    box.setProperty("huge", True)
    ask.add(Field("", box, "Ketik sebagian nama, NIK, paspor, KPJ atau telepon · pindai MRZ paspor atau QR kapan saja"))
    left.addWidget(ask)
    found = Card()
    found.body.setContentsMargins(8, 4, 8, 16)
    table = RowTable(
        [
            Column("Nama", lambda r: Cell(r.name, f" · {r.born}", bold=True), stretch=1),
            Column("Paspor", lambda r: r.passport),
            Column("NIK", lambda r: r.nik),
            Column("Pemberi kerja", lambda r: r.employer),
            Column("Perlindungan", lambda r: Cell(r.cover, kind=r.kind, dot=r.kind in ("ok", "amber"))),
        ],
        name="Hasil pencarian",
        key=lambda r: r.passport,
    )
    table.set_rows(
        [
            SimpleNamespace(name=n, born=b, passport=p, nik=k, employer=e, cover=c, kind=kind)
            for n, b, p, k, e, c, kind in (
                (
                    "SITI NURHALIZA",
                    "12 Mar 1994",
                    "C4821907",
                    "350710••••••0003",
                    "Chen Mei-ling, Taipei",
                    "Aktif s.d. 11 Jul 2027",
                    "ok",
                ),
                (
                    "SITI NURJANAH",
                    "2 Jan 1989",
                    "B7719025",
                    "332204••••••0001",
                    "Formosa Textile",
                    "Berakhir 18 hari lagi",
                    "amber",
                ),
                (
                    "NUR SITI AISYAH",
                    "23 Agu 1998",
                    "E1093348",
                    "520313••••••0002",
                    "Lin Jia-hao, New Taipei",
                    "Berakhir 3 Feb 2026",
                    "red",
                ),
                (
                    "SITI NURAINI",
                    "9 Des 1991",
                    "C0027719",
                    "351104••••••0004",
                    "KM Hai Feng 8",
                    "Belum terdaftar",
                    "grey",
                ),
            )
        ]
    )
    found.add(table, 1)
    found.add_row(
        PrimaryButton("Buka", "Enter", compact=True),
        SecondaryButton("Bayar", "F6"),
        SecondaryButton("Klaim", "F7"),
        1,
        SecondaryButton("Daftarkan pekerja baru", "F4"),
        spacing=10,
    )
    left.addWidget(found, 1)
    right = page.column(width=372)
    today = Card("Hari ini")
    today.add_row(Figure("dilayani", "24"), Figure("terdaftar", "9"), Figure("klaim", "3"))
    facts = FactList()
    facts.add("Tunai", "NT$ 12.450", bold=True)
    facts.add("Mitra pembayaran", "Rp 1.662.500", bold=True)
    today.add(facts)
    right.addWidget(today)
    attention = Card("Perlu perhatian")
    needs = FactList()
    needs.add("2 klaim kurang dokumen", ChipButton("amber", "Lihat"), "tertua 6 hari")
    needs.add("11 pekerja berakhir ≤ 30 hari", ChipButton("blue", "Hubungi"))
    needs.add("37 catatan menunggu kirim", ChipButton("grey", "Rincian"), "luring sejak 08.12 · aman di loket ini")
    attention.add(needs)
    attention.push_down()
    right.addWidget(attention, 1)
    page.box = box  # type: ignore[attr-defined]
    return page


def pay_page() -> QWidget:
    """Design 2."""
    page = Page()
    left = Card()
    page.column(1).addWidget(left)
    left.add(
        Header(
            "SITI NURHALIZA",
            "Paspor C4821907 · Perawat lansia · Taipei · kontrak s.d. 10 Des 2026",
            Chip("amber", "Berakhir 18 hari lagi", dot=True),
        )
    )
    tiles = Tiles(
        [
            Option(6, "6 bulan", "Rp 108.000", "1"),
            Option(12, "12 bulan", "Rp 189.000", "2"),
            Option(24, "24 bulan", "Rp 332.500", "3"),
            Option(0, "Lain", "+ Rp 13.500/bln", "4"),
        ],
        24,
    )
    left.add(Field("Jangka waktu perlindungan JKK + JKM", tiles))
    left.add(
        row(
            Field(
                "Perlindungan berlaku",
                LineField("11 Des 2026 — 10 Des 2028", read_only=True),
                "menyambung masa aktif sekarang, tanpa jeda",
            ),
            Field("Jaminan Hari Tua (opsional)", LineField("Rp 100.000 × 3 bulan")),
        )
    )
    kinds = Segments(
        [
            Option("cash", "Tunai", key="T"),
            Option("bank_slip", "Setoran bank", key="B"),
            Option("kode_iuran", "Kode iuran", key="K"),
        ],
        "cash",
    )
    kinds.listen_on(page)
    left.add(Field("Cara bayar", kinds))
    received = MoneyField("TWD", Money.of(1500, "TWD"), big=True)
    left.add(row(Field("Diterima (NT$)", received), Field("Kembali", LineField("NT$ 265", read_only=True, big=True))))
    left.push_down()
    right = Card("Kuitansi")
    page.column(width=412).addWidget(right)
    facts = FactList()
    facts.add("JKK + JKM 24 bulan", "Rp 332.500")
    facts.add("JHT 3 × Rp 100.000", "Rp 300.000")
    facts.add("Jumlah", "Rp 632.500", bold=True)
    facts.add("Kurs 22 Nov 2026", "NT$ 1.235", "NT$ 1 = Rp 512,40 · dibulatkan ke atas")
    right.add(facts)
    right.add(BigMoney("Yang harus dibayar", "NT$ 1.235", "seribu dua ratus tiga puluh lima dolar Taiwan"))
    right.push_down()
    right.add(PrimaryButton("Terima & cetak kuitansi", "F12"))
    right.add(SecondaryButton("Batal", "Esc"))
    page.received = received  # type: ignore[attr-defined]
    return page


def rest_page() -> QWidget:
    """What designs 3, 4 and 5 add."""
    page = Page()
    left = page.column(3)
    claim = Card()
    steps = Steps(["Peristiwa", "Kelayakan", "Dokumen", "Kirim"])
    steps.set_current(2)
    claim.add(Header("Klaim baru · SITI NURHALIZA", "Diajukan oleh pekerja sendiri", steps))
    kind = Choice([("JKK", "JKK — kecelakaan kerja"), ("JKM", "JKM — kematian")])
    kind.set_value("JKK")
    claim.add(row(Field("Jenis klaim", kind, stretch=3), Field("Tanggal peristiwa", DateField(date(2026, 11, 3)))))
    marks = MarkList()
    marks.add(
        "ok", "Paspor", "dipindai 22 Nov · 2 halaman · 412 KB", QuietButton("Lihat"), QuietButton("Ganti"), bold=True
    )
    marks.add(
        "amber",
        "Surat keterangan pemberi kerja atau perwakilan RI",
        "boleh menyusul sampai 5 Des 2026",
        SecondaryButton("Pindai", "F8"),
        SecondaryButton("Berkas…"),
        bold=True,
        chosen=True,
    )
    claim.add(marks)
    left.addWidget(claim)
    form = Card("Identitas")
    nik = Field("NIK", LineField("3511044912910004", digits=True))
    nik.set_problem("NIK memuat 09-12-1991, paspor 08-12-1991")
    form.add(
        row(
            nik,
            Field("Tanggal lahir", DateField(date(1991, 12, 8))),
            Field("Jumlah bulan", NumberField(24)),
            Field("Nama ibu kandung", LineField()),
        )
    )
    form.add(Field("Catatan", TextEdit("Jatuh dari tangga di gudang.", lines=2)))
    form.add(Progress("Mengirim 12 dari 37 catatan…"))
    form.add_row(
        PrimaryButton("Tolak", "F12", danger=True),
        SecondaryButton("Tolak…", danger=True),
        PrimaryButton("Mati", "F12", compact=True),
        1,
    )
    form.findChildren(PrimaryButton)[1].setEnabled(False)
    left.addWidget(form)
    left.addStretch(1)
    right = page.column(width=400)
    who = Card()
    who.add_row(Avatar("SN"), MaskedText("350710••••••0003", lambda: "3507101203940003"), 1)
    chips = QHBoxLayout()
    for kind_, text in (
        ("ok", "Sah"),
        ("amber", "Dicek"),
        ("red", "Batal"),
        ("blue", "Info"),
        ("grey", "Tutup"),
        ("brand", "Baru"),
    ):
        chips.addWidget(Chip(kind_, text))
    chips.setSpacing(4)
    who.body.addLayout(chips)
    cover = CoverBar()
    cover.set(date(2024, 12, 11), date(2026, 12, 10), TODAY, "18 hari lagi", "amber")
    who.add(cover)
    right.addWidget(who)
    heirs = Card("Penempatan & ahli waris")
    facts = FactList(left=True)
    facts.add("Taiwan", "Perawat lansia, Chen Mei-ling 陳美玲", "11 Des 2024 — 10 Des 2026")
    facts.add("Ahli waris", "AHMAD FAUZI · suami", "+62 812 3456 7890")
    heirs.add(facts)
    right.addWidget(heirs)
    paper = PdfView()
    paper.show_pdf(_paper())
    right.addWidget(paper, 1)
    right.addWidget(EmptyState("claim", "Belum ada klaim.", "Tekan F7 untuk klaim baru."))
    return page


def _paper() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 420), initialFontName="Helvetica")
    canvas.drawString(72, 300, "KUITANSI TPE3-2026-000418")
    canvas.save()
    return out.getvalue()


def window() -> Shell:
    """The shell with the three pages."""
    shell = Shell("KDEI Taipei", "Loket 3")
    shell.set_sync("amber", "Luring · 37 menunggu kirim")
    shell.set_till("Kas buka · NT$ 12.450")
    shell.set_operator("Rina W. · Petugas")
    shell.add_page("home", "Beranda", "home", home_page)
    shell.add_page("workers", "Pekerja", "people", rest_page)
    shell.add_page("pay", "Bayar", "pay", pay_page)
    shell.add_page("claims", "Klaim", "claim", rest_page)
    shell.add_page("till", "Kas", "till", rest_page)
    shell.add_page("reports", "Laporan", "report", rest_page)
    shell.add_page("sync", "Sinkron", "sync", rest_page, bottom=True)
    shell.add_page("settings", "Atur", "settings", rest_page, bottom=True)
    shell.set_badge("sync", 37)
    return shell


if __name__ == "__main__":
    from PySide6.QtWidgets import QApplication

    from ui import theme

    if len(sys.argv) > 2:
        theme.set_scale(int(sys.argv[2]))
    app = QApplication([])
    theme.apply(app)
    theme.load_scripts()
    shell = window()
    if len(sys.argv) > 3:
        shell.resize(*(int(part) for part in sys.argv[3].split("x")))
    shell.show()
    for name in ("home", "pay", "workers"):
        page = shell.show_page(name)
        if name == "workers":
            shell.show_banner(
                "amber",
                "Printer tidak menjawab. Kuitansi tersimpan dan dapat dicetak lagi.",
                ("Coba lagi", lambda: None),
            )
            shell.toast("Kuitansi dicetak.")
        if name == "pay":
            page.received.setFocus()  # type: ignore[attr-defined]
        for _again in range(6):
            app.processEvents()
        shell.grab().save(sys.argv[1].replace(".png", f"-{name}.png"))
