"""Every paper can be heard: PDF/UA-1 (ISO 14289-1) as far as a machine can tell.

`page` is a public checker of PDF/UA-1 that agrees with the veraPDF test corpus. What it cannot see is tested below it,
each under the checkpoint of the Matterhorn Protocol 1.1 that it answers."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, get_type_hints

import page
import pypdfium2
import pytest
from loket_testing import books
from loket_testing.pdfs import opened, spoken, texts_by_mark, unmarked, words

import reports
from models.rules.books import Period
from models.rules.money import Money
from reports.balance_sheet import BalanceSheetPaper, render_balance_sheet
from reports.bundle_manifest import render_bundle_manifest
from reports.cash_book import CashAccount, render_cash_book
from reports.claim_letter import render_acknowledgement, render_decision, render_document_request
from reports.claim_list import ClaimListPaper, ToCall, render_claim_list
from reports.claim_slip import render_claim_slip
from reports.contribution_statement import render_contribution_statement
from reports.cover_move import render_cover_move, render_cover_move_pair
from reports.dossier import render_dossier
from reports.expiring_list import ExpiringListPaper, render_expiring_list
from reports.membership_card import render_membership_card, render_membership_letter
from reports.mission_statement import render_mission_statement
from reports.paper import Words
from reports.receipt import PaidLine, render_receipt, render_receipt_pair
from reports.receipt_list import render_receipt_list
from reports.recovery import render_recovery
from reports.refund import render_refund, render_refund_pair
from reports.subject_access import render_subject_access
from reports.void import render_void, render_void_pair
from reports.z_report import render_z_report

PAPERS: dict[str, tuple[str, Callable[[Any], bytes]]] = {
    "receipt": ("receipt", render_receipt),
    "receipt pair": ("receipt", render_receipt_pair),
    "long receipt": ("long_receipt", render_receipt),
    "long receipt pair": ("long_receipt", render_receipt_pair),
    "slip": ("slip", render_claim_slip),
    "recovery": ("recovery", render_recovery),
    "subject access": ("subject_access", render_subject_access),
    "void": ("void", render_void),
    "void pair": ("void", render_void_pair),
    "z": ("z", render_z_report),
    "receipt list": ("receipt_list", render_receipt_list),
    "cash book": ("cash_book", render_cash_book),
    "balance sheet": ("balance_sheet", render_balance_sheet),
    "expiring list": ("expiring_list", render_expiring_list),
    "claim list": ("claim_list", render_claim_list),
    "move": ("move", render_cover_move),
    "move pair": ("move", render_cover_move_pair),
    "refund": ("refund", render_refund),
    "refund pair": ("refund", render_refund_pair),
    "membership letter": ("membership", render_membership_letter),
    "membership card": ("membership", render_membership_card),
    "statement": ("statement", render_contribution_statement),
    "acknowledgement": ("acknowledgement", render_acknowledgement),
    "document request": ("request_for_documents", render_document_request),
    "decision": ("decision", render_decision),
    "dossier of pictures": ("dossier_of_pictures", render_dossier),
    "mission statement": ("mission_statement", render_mission_statement),
    "bundle manifest": ("bundle_manifest", render_bundle_manifest),
}


PICTURED = re.compile(r".+, halaman \d+ dari \d+ dari dokumen \d+ dari \d+")
"""What a dossier says of a page that it shows."""
OF_FORMS = {"render", "render_pair", "render_document", "render_table", "render_letter"}
"""What the papers above are made by."""
NO_PDF = {"render_thermal", "render_sheet", "render_csv", "render_xlsx"}


def test_every_paper_there_is_stands_in_this_list():
    found = {
        name
        for one in pkgutil.iter_modules(reports.__path__)
        for name, act in inspect.getmembers(importlib.import_module(f"reports.{one.name}"), inspect.isfunction)
        if name.startswith("render") and get_type_hints(act).get("return") is bytes
    }
    assert found - OF_FORMS - NO_PDF == {render.__name__ for _fixture, render in PAPERS.values()}


@pytest.fixture
def long_receipt(receipt):
    """More lines than a page holds, a copy of a void, a name of four scripts."""
    lines = tuple(PaidLine(Words(f"Iuran JHT bulan ke-{n}", f"Savings no. {n}"), Money.idr(50_000)) for n in range(24))
    return replace(
        receipt, worker="SITI محمد علي สมชาย 陳美麗", lines=lines, copy=2, voided=Words("Dibatalkan.", "Void.")
    )


@pytest.fixture
def receipt_list():
    """Two days over three pages, a name of four scripts."""
    names = ("SITI محمد علي สมชาย 陳美麗", *("DEWI LESTARI",) * 60)
    rows = [books.listed(at, name=name, day=books.DAY + timedelta(days=at // 30)) for at, name in enumerate(names)]
    return books.receipts(rows, books.DAY + timedelta(days=2))


@pytest.fixture
def balance_sheet():
    row = books.balanced(649)
    broken = "Kuitansi TPE3-2026-000001 (22 Nov 2026): seharusnya NT$ 649, tercatat NT$ 650."
    return BalanceSheetPaper(
        books.MADE,
        Period(books.DAY, books.DAY),
        (row, replace(row, holds=False)),
        broken,
        (broken,),
        books.AT,
        False,
        3,
    )


@pytest.fixture
def cash_book():
    entries = tuple(books.entry(at) for at in range(1, 90))
    return books.cash_book([CashAccount("tender:cash", "TWD", 0, entries, Money.of(5, "TWD"))])


@pytest.fixture
def expiring_list():
    return ExpiringListPaper(books.MADE, books.DAY, 60, 30, (books.called(9), books.called(-3)), held_back=1)


@pytest.fixture
def claim_list():
    bring = ToCall(
        number="TPE3-K-2026-000031",
        worker="SITI محمد علي สมชาย 陳美麗",
        kind="Kecelakaan kerja",
        state="Diminta dokumen",
        since=books.DAY,
        why="Bawa 2 dokumen",
        papers=("Paspor", "Buku rekening bank"),
        until=books.DAY + timedelta(days=14),
        phones="+886912345678",
        tell=False,
    )
    tell = replace(bring, number="TPE3-K-2026-000032", why="Disetujui", papers=(), until=None, tell=True)
    return ClaimListPaper(books.MADE, books.DAY, (bring, tell), held_back=1)


@pytest.fixture
def dossier_of_pictures(dossier):
    """Without a PDF: what others tagged, or did not, cannot be promised."""
    kept = tuple(one for one in dossier.documents if one.media_type != "application/pdf" or one.content is None)
    return replace(dossier, documents=kept, token_url="")


@pytest.fixture(params=PAPERS)
def pdf(request: pytest.FixtureRequest) -> bytes:
    fixture, render = PAPERS[request.param]
    return render(request.getfixturevalue(fixture))


def test_a_public_checker_of_pdf_ua_finds_nothing(pdf):
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 90


def test_the_checker_would_find_what_is_wrong(pdf):
    """The same papers without the marks that they are tagged, and that they are PDF/UA."""
    for right, wrong in ((b"/Marked true", b"/Marked false"), (b"<pdfuaid:part>1<", b"<pdfuaid:part>7<")):
        assert right in pdf
        assert not page.validate_pdf_bytes(pdf.replace(right, wrong), profile="ua1").is_compliant


def test_01_everything_painted_is_an_element_or_furniture(pdf):
    for one in opened(pdf).pages:
        assert unmarked(one) == []


def test_01_every_mark_belongs_to_one_element_and_the_page_knows_which(pdf):
    reader = opened(pdf)
    root: Any = reader.root_object
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for number, one in enumerate(reader.pages):
        assert one["/StructParents"] == numbers[2 * number] == number
        assert str(one["/Tabs"]) == "/S"
        owners = numbers[2 * number + 1].get_object()
        assert sorted(texts_by_mark(one)) == list(range(len(owners)))


def test_06_07_title_producer_and_display(pdf):
    reader = opened(pdf)
    root: Any = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    xmp = root["/Metadata"].get_object()
    assert "/Filter" not in xmp
    assert b"<pdfuaid:part>1</pdfuaid:part>" in xmp.get_data()
    assert reader.metadata.title.encode() in xmp.get_data()


def test_09_the_tree_has_the_shape_of_tables_and_headings(pdf):
    levels = []
    for said in spoken(pdf):
        assert said.path[0] == "Document"
        if "Table" in said.path:
            at = said.path.index("Table")
            assert said.path[at + 1] == "TR"
            assert said.path[at + 2] in ("TH", "TD")
        if said.tag in ("H1", "H2", "H3"):
            levels.append(int(said.tag[1]))
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_10_every_letter_has_its_unicode(pdf):
    """No private code is said: what was shaped says itself plainly."""
    said = " ".join(each.text for each in spoken(pdf))
    assert "?" not in said
    assert not any(0xE000 <= ord(letter) <= 0xF8FF for letter in said)


def test_11_the_language_is_indonesian_and_english_says_that_it_is(pdf):
    root: Any = opened(pdf).root_object
    assert root["/Lang"] == "id-ID"
    assert {said.language for said in spoken(pdf)} <= {"id-ID", "en"}
    english = " ".join(said.text for said in spoken(pdf) if said.language == "en")
    indonesian = " ".join(said.text for said in spoken(pdf) if said.language == "id-ID")
    assert any(
        said in english
        for said in ("Indonesian Economic and Trade Office", "everything this service", "Certificate of membership")
    )
    assert "Indonesian Economic" not in indonesian


def test_13_a_figure_says_what_it_is_and_where_it_stands(pdf):
    figures = [said for said in spoken(pdf) if said.tag == "Figure"]
    for figure in figures:
        assert figure.alt.startswith("Kode QR bertanda tangan elektronik untuk ") or PICTURED.fullmatch(figure.alt)


def test_31_every_font_is_embedded(pdf):
    for one in opened(pdf).pages:
        fonts: Any = one["/Resources"]
        for font in fonts["/Font"].get_object().values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()


def test_a_receipt_is_heard_in_the_order_it_is_read(receipt):
    said = [(each.tag, each.text) for each in spoken(render_receipt(receipt))]
    order = [
        ("H1", "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI"),
        ("H2", "KUITANSI"),
        ("P", "No.  TPE3-2026-000418"),
        ("P", "Terima dari"),
        ("P", "Received from"),
        ("P", "SITI NURHALIZA"),
        ("P", "Jumlah dibayar"),
        ("P", "NT$ 1.235 Tunai NT$ 1.500 · kembali NT$ 265"),
        ("P", "seribu dua ratus tiga puluh lima dolar Taiwan"),
        ("Figure", ""),
        ("P", "Rina W. Petugas loket"),
    ]
    places = [said.index(each) for each in order]
    assert places == sorted(places)


def test_a_list_is_heard_as_a_list(slip):
    said = [(each.path[-2:], each.text) for each in spoken(render_claim_slip(slip)) if "L" in each.path]
    assert said[6:10] == [
        (("LI", "Lbl"), "•"),
        (("LBody", "P"), "Paspor (salinan)"),
        (("LI", "Lbl"), "•"),
        (("LBody", "P"), "Surat keterangan dokter"),
    ]
    assert (("LI", "Lbl"), "1.") in said


def test_what_a_second_page_repeats_is_not_heard_again(long_receipt):
    said = words(render_receipt(long_receipt))
    for once in ("KANTOR DAGANG", "TPE3-2026-000418", "SALINAN 2", "DIBATALKAN", "Pengaduan"):
        assert said.count(once) == 1
    assert "Halaman" not in said
    for n in range(24):
        assert f"Iuran JHT bulan ke-{n} Rp 50.000" in said


def test_of_two_copies_on_a_sheet_each_is_heard_whole_before_the_other(long_receipt):
    said = spoken(render_receipt_pair(long_receipt))
    assert all(each.path[1] == "Sect" for each in said)
    texts = [each.text for each in said]
    half = len(texts) // 2
    assert texts.index("Lembar pekerja") == 0
    assert texts.index("Lembar arsip") == half
    assert texts[2:half] == texts[half + 2 :]


LEFT_TO_RIGHT = [
    "สมชาย ปุ๊กกี้ ก๋วยเตี๋ยว",
    "陳美麗",
    "刘美丽",
    "김민수",
    "ကျော်ဇင် ဒေါ်ခင်",
    "សុខ ចាន់ធី ស្រីពៅ",
    "Nguyễn Thị Đào",
]


@pytest.mark.parametrize(
    "name", [*LEFT_TO_RIGHT, "محمد عبد الله بن سعيد", "SITI محمد علي สมชาย 陳美麗", "\U00020bb7野家"]
)
def test_a_name_is_heard_as_it_was_written(receipt, name):
    """Along the structure, in the order it is read; also where no font has a letter, as of the last one the first."""
    assert name in words(render_receipt(replace(receipt, worker=name)))


@pytest.mark.parametrize("name", LEFT_TO_RIGHT)
def test_a_name_is_found_by_a_viewers_search(receipt, name):
    """Not an Arabic one: PDFium and Poppler turn a line that reads from the right once more, whatever it says."""
    document = pypdfium2.PdfDocument(render_receipt(replace(receipt, worker=name)))
    try:
        assert name in " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()
