from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pypdf
import pypdfium2
import pytest
from loket_testing.dossiers import (
    TAIPEI_TIME,
    annotated,
    dossier_document,
    drawn_pdf,
    encrypted,
    filled_in,
    lying,
    page_with_marks,
    paint_over,
    photograph,
    rewritten,
    saved,
    signed,
    signed_dossier,
)
from pypdf.generic import DecodedStreamObject, NameObject

from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, read_token, token_text
from reports import foreign
from reports.dossier import DossierPaper, manifest, manifest_digest, render_dossier, verify_dossier
from reports.paper import Words
from reports.qr import read_codes

PDF = "application/pdf"


def pages(pdf: bytes) -> list[str]:
    return [
        " ".join(page.extract_text().replace("\xa0", " ").split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def attached(pdf: bytes) -> dict[str, bytes]:
    return {name: one[0] for name, one in pypdf.PdfReader(io.BytesIO(pdf)).attachments.items()}


def bound(paper: DossierPaper, *documents: Any) -> DossierPaper:
    return signed_dossier(replace(paper, documents=documents))


def test_a_dossier_has_a_cover_a_manifest_and_every_page_in_its_order(dossier):
    pdf = render_dossier(dossier)
    said = pages(pdf)
    assert len(said) == 4
    for expected in (
        "BERKAS KLAIM",
        "TPE3-K-2026-000031",
        "Kecelakaan kerja",
        "Menunggu pusat · tahap 1 dari 2",
        "Tangan terjepit mesin pres.",
        "dilindungi, 11 Des 2024 – 10 Des 2026 (kuitansi TPE3-2024-000103)",
        "1 Paspor salinan 22 Nov 2026 10.01, TPE3",
        "2 Resume medis dari fasilitas kesehatan setempat (untuk: Diagnosa atau resume medis) asli",
        "3 Laporan polisi — BELUM SAMPAI",
        "Belum dilampirkan: Bukti bayar transportasi setempat.",
        "Rina W.",
    ):
        assert expected in said[0]
    for document in dossier.documents:
        assert document.sha256.hex() in said[0].replace(" ", "")
    assert "Dokumen 1 dari 3: Paspor" in said[1]
    assert "TPE3-K-2026-000031 · halaman 1 dari 1" in said[1]
    assert "Dokumen 2 dari 3: Resume medis" in said[2]
    assert "TANDA TERIMA KLAIM" in said[2]
    assert "Laporan polisi Belum sampai" in said[3]


def test_the_manifest_is_attached_and_its_digest_is_signed_on_the_cover(dossier, public_key):
    pdf = render_dossier(dossier)
    files = attached(pdf)
    assert set(files) == {"manifest.json", "token.txt", "dokumen-02.pdf"}
    listed = json.loads(files["manifest.json"])
    assert [one["sha256"] for one in listed["documents"]] == [one.sha256.hex() for one in dossier.documents]
    assert [(one["state"], one["pages"], one["attachment"]) for one in listed["documents"]] == [
        ("shown", 1, ""),
        ("shown", 1, "dokumen-02.pdf"),
        ("awaited", 0, ""),
    ]
    assert files["manifest.json"] == manifest(dossier)
    assert files["dokumen-02.pdf"] == dossier.documents[1].content
    (text, *_slip) = read_codes(pdf, PDF)
    assert text == dossier.token_url == files["token.txt"].decode()
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.number, facts.chain) == ("dossier", dossier.number, manifest_digest(dossier))


def test_a_token_of_another_paper_is_not_printed(dossier):
    with pytest.raises(ValueError, match="not of this dossier"):
        render_dossier(replace(dossier, state="Disetujui"))


def test_the_same_dossier_gives_the_same_bytes(dossier):
    png = dossier_document(4, saved(lying(page_with_marks(), 6), "PNG", 6), "image/png")
    paper = bound(dossier, *dossier.documents, png, dossier_document(5, drawn_pdf(pages=3), PDF))
    assert render_dossier(paper) == render_dossier(replace(paper))


def test_a_picture_is_in_the_file_once(dossier):
    photo = photograph(1500, 2000)
    pdf = render_dossier(bound(dossier, dossier_document(1, photo, "image/jpeg")))
    assert pdf.count(photo) == 1


ABSENT: list[tuple[dict[str, Any], str, str]] = [
    ({"content": None}, "awaited", "Belum sampai"),
    ({"content": None, "sealed": True}, "sealed", "Tersegel"),
    ({"removed": True}, "removed", "Dicabut"),
    ({"sha256": bytes(32)}, "differs", "Isi berbeda"),
]


@pytest.mark.parametrize(("more", "state", "word"), ABSENT, ids=[state for _more, state, _word in ABSENT])
def test_what_is_not_here_is_said_with_its_reason_and_nothing_of_it_is_in_the_file(dossier, more, state, word):
    photo = photograph()
    document = replace(dossier_document(1, photo, "image/jpeg", name="Laporan polisi"), **more)
    pdf = render_dossier(bound(dossier, document))
    said = pages(pdf)
    assert f"Laporan polisi {word}" in said[1]
    assert f"Laporan polisi — {word.upper()}" in said[0]
    assert photo not in pdf
    check = verify_dossier(pdf)
    assert [(one.state, one.verdict) for one in check.documents] == [(state, "absent")]
    assert check.intact


SHOWN_AS_FILE: list[tuple[bytes, str, str, str]] = [
    (encrypted("rahasia"), PDF, "locked", "Terkunci"),
    (b"%PDF-1.7 rusak", PDF, "damaged", "Rusak"),
    (photograph()[:2000], "image/jpeg", "damaged", "Rusak"),
    (b"GIF89a", "image/gif", "unknown", "Tidak dapat ditampilkan"),
]


@pytest.mark.parametrize(
    ("content", "media_type", "state", "word"), SHOWN_AS_FILE, ids=["locked", "damaged PDF", "damaged photo", "unknown"]
)
def test_what_cannot_be_shown_is_said_and_attached_as_it_is(dossier, content, media_type, state, word):
    document = dossier_document(1, content, media_type, name="Surat bank")
    pdf = render_dossier(bound(dossier, document, dossier_document(2, photograph(), "image/jpeg")))
    said = pages(pdf)
    assert f"Surat bank {word}" in said[1]
    assert content in attached(pdf).values()
    check = verify_dossier(pdf)
    assert [(one.state, one.verdict) for one in check.documents] == [(state, "agrees"), ("shown", "agrees")]
    assert check.intact


def test_a_bundle_of_two_hundred_pages_is_all_there(dossier):
    paper = bound(dossier, dossier_document(1, drawn_pdf((595, 842), 200), PDF, name="Rekam medis"))
    pdf = render_dossier(paper)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 201
    said = reader.pages[200].extract_text()
    assert "halaman 200 dari 200" in said
    assert "Halaman 200 milik rumah sakit" in said


def test_of_an_endless_document_the_first_pages_are_shown_and_the_file_is_whole(dossier, monkeypatch):
    monkeypatch.setattr(foreign, "MOST_PAGES", 3)
    content = drawn_pdf(pages=5)
    pdf = render_dossier(bound(dossier, dossier_document(1, content, PDF)))
    said = pages(pdf)
    assert len(said) == 4
    assert "3 dari 5" in said[0]
    assert "halaman 3 dari 5" in said[3]
    assert attached(pdf)["dokumen-01.pdf"] == content
    assert verify_dossier(pdf).intact


def test_pages_that_lie_are_on_pages_that_lie(dossier):
    pdf = render_dossier(bound(dossier, dossier_document(1, drawn_pdf((842, 595)), PDF)))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[1]
    assert page.mediabox.width > page.mediabox.height


def test_a_claim_without_a_document_has_a_dossier_too(dossier):
    pdf = render_dossier(bound(dossier))
    assert "Belum ada dokumen." in " ".join(pages(pdf))
    assert verify_dossier(pdf).intact


def test_a_restricted_claims_dossier_says_so_on_every_page(dossier):
    paper = signed_dossier(replace(dossier, restricted=True, kind=Words("Klaim khusus", "Special claim")))
    assert all("KHUSUS" in page for page in pages(render_dossier(paper)))


def test_a_long_story_goes_on_over_the_pages_of_the_cover(dossier):
    story = " ".join(f"Kejadian ke-{n:04} di kapal." for n in range(300))
    section = replace(dossier.sections[0], facts=(replace(dossier.sections[0].facts[1], value=story),))
    pdf = render_dossier(signed_dossier(replace(dossier, sections=(section,))))
    whole = " ".join(pages(pdf))
    assert all(whole.count(f"Kejadian ke-{n:04} di kapal.") == 1 for n in (0, 150, 299))
    assert verify_dossier(pdf).intact


def test_what_shows_others_pdfs_claims_no_conformity_that_it_cannot_promise(dossier):
    claims = b"<pdfuaid:part>1</pdfuaid:part>"
    assert claims not in render_dossier(dossier)
    assert claims in render_dossier(bound(dossier, dossier_document(1, photograph(), "image/jpeg")))


def test_a_page_that_sets_no_colour_is_black_as_it_was(dossier):
    """A drawing takes over what it finds: nothing of our own running line may colour it."""
    plain = pypdf.PdfWriter()
    page = plain.add_blank_page(300, 300)
    stream = DecodedStreamObject()
    stream.set_data(b"100 100 100 100 re f")
    page[NameObject("/Contents")] = plain._add_object(stream)
    out = io.BytesIO()
    plain.write(out)
    pdf = render_dossier(bound(dossier, dossier_document(1, out.getvalue(), PDF)))
    document = pypdfium2.PdfDocument(pdf)
    try:
        shown = document[1].render(scale=1, grayscale=True).to_pil()
    finally:
        document.close()
    assert shown.crop((200, 200, 400, 600)).getextrema() == (0, 255)


# Proving


def test_a_dossier_proves_itself_and_says_what_is_proven(dossier):
    check = verify_dossier(render_dossier(dossier))
    assert check.intact
    assert check.signed
    assert (check.claim, check.token) == (dossier.number, dossier.token_url)
    assert datetime.fromisoformat(check.made_at) == datetime(2026, 12, 8, 14, 2, tzinfo=TAIPEI_TIME)
    assert check.cover[0] == ("Klaim", tuple((fact.label, fact.value) for fact in dossier.sections[0].facts))
    assert [(one.name, one.verdict) for one in check.documents] == [
        ("Paspor", "agrees"),
        ("Resume medis dari fasilitas kesehatan setempat", "agrees"),
        ("Laporan polisi", "absent"),
    ]
    assert check.missing == dossier.missing


def test_every_sort_of_document_is_proven(dossier):

    documents = (
        dossier_document(1, saved(lying(page_with_marks(), 6), "JPEG", 6), "image/jpeg"),
        dossier_document(2, saved(page_with_marks().convert("RGBA"), "PNG"), "image/png"),
        dossier_document(3, saved(page_with_marks().convert("CMYK"), "JPEG"), "image/jpeg"),
        dossier_document(4, drawn_pdf((842, 595), 2, turn=90), PDF),
        dossier_document(5, encrypted(""), PDF),
        dossier_document(6, annotated(), PDF),
        dossier_document(7, filled_in(), PDF),
    )
    check = verify_dossier(render_dossier(bound(dossier, *documents)))
    assert [one.verdict for one in check.documents] == ["agrees"] * 7


def embedded(writer: pypdf.PdfWriter, name: str) -> Any:
    root: Any = writer.root_object
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    return names[names.index(name) + 1].get_object()["/EF"]


def replace_attachment(name: str, content: bytes) -> Callable[[pypdf.PdfWriter], None]:
    def change(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(content)
        files = embedded(writer, name)
        files[NameObject("/F")] = files[NameObject("/UF")] = writer._add_object(stream)

    return change


def drop_attachment(name: str) -> Callable[[pypdf.PdfWriter], None]:
    def change(writer: pypdf.PdfWriter) -> None:
        root: Any = writer.root_object
        names = root["/Names"]["/EmbeddedFiles"]["/Names"]
        at = names.index(name)
        del names[at : at + 2]

    return change


def other_picture(writer: pypdf.PdfWriter) -> None:
    resources: Any = writer.pages[1]["/Resources"]
    found = resources["/XObject"]["/Dok1H1"].get_object()
    found._data = photograph(901, 1200)


def verdicts(pdf: bytes) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.verdict, one.pages) for one in verify_dossier(pdf).documents]


AGREES, ABSENT_ONE = ("agrees", ()), ("absent", ())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (other_picture, [("changed", ()), AGREES, ABSENT_ONE]),
        (replace_attachment("dokumen-02.pdf", drawn_pdf()), [AGREES, ("changed", ()), ABSENT_ONE]),
        (drop_attachment("dokumen-02.pdf"), [AGREES, ("missing", ()), ABSENT_ONE]),
        # A figure of eight points painted over, on a scan and on a PDF's page.
        (paint_over(1, b"q 0 g 200 400 5 6 re f Q"), [("page_differs", (1,)), AGREES, ABSENT_ONE]),
        (paint_over(2, b"q 0 g 280 300 60 8 re f Q"), [AGREES, ("page_differs", (1,)), ABSENT_ONE]),
    ],
    ids=["another picture", "another file", "no file", "painted over a scan", "painted over a PDF"],
)
def test_what_was_changed_afterwards_is_found(dossier, change, expected):
    changed = rewritten(render_dossier(dossier), change)
    assert verdicts(changed) == expected
    check = verify_dossier(changed)
    assert check.signed
    assert not check.intact


def test_a_page_that_was_taken_out_put_in_or_swapped_is_found(dossier):
    paper = bound(
        dossier, dossier_document(1, drawn_pdf(pages=3), PDF), dossier_document(2, photograph(), "image/jpeg")
    )
    pdf = render_dossier(paper)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 5

    def arranged(order: list[int]) -> bytes:
        def change(writer: pypdf.PdfWriter) -> None:
            kept = [writer.pages[at].indirect_reference for at in order]
            root: Any = writer.root_object
            root["/Pages"][NameObject("/Kids")] = pypdf.generic.ArrayObject(kept)
            root["/Pages"][NameObject("/Count")] = pypdf.generic.NumberObject(len(kept))
            writer.flattened_pages = None

        return rewritten(pdf, change)

    assert verdicts(arranged([0, 1, 2, 3, 4])) == [AGREES, AGREES]
    assert verdicts(arranged([0, 2, 1, 3, 4])) == [("page_differs", (1, 2)), AGREES]
    for order in ([0, 1, 3, 4], [0, 1, 2, 3], [0, 1, 2, 2, 3, 4]):
        assert not verify_dossier(arranged(order)).intact


def test_a_manifest_that_was_changed_is_not_the_one_that_was_signed(dossier):
    pdf = render_dossier(dossier)
    listed = json.loads(attached(pdf)["manifest.json"])
    listed["state"] = "Disetujui"
    check = verify_dossier(rewritten(pdf, replace_attachment("manifest.json", json.dumps(listed).encode())))
    assert not check.signed
    assert not check.intact


def test_a_dossier_without_a_token_or_with_another_papers_proves_only_that_it_agrees_with_itself(dossier):
    pdf = render_dossier(dossier)
    slip = signed(ReceiptFacts("claim", dossier.number, dossier.made_at.date(), "SN", "1907"))
    other = signed(
        ReceiptFacts("dossier", "TPE3-K-2026-000099", dossier.made_at.date(), "", "", chain=manifest_digest(dossier))
    )
    for change in (
        drop_attachment("token.txt"),
        replace_attachment("token.txt", slip.encode()),
        replace_attachment("token.txt", other.encode()),
        replace_attachment("token.txt", "é".encode()),
    ):
        check = verify_dossier(rewritten(pdf, change))
        assert not check.signed
        assert [one.verdict for one in check.documents] == ["agrees", "agrees", "absent"]
    assert not verify_dossier(render_dossier(replace(dossier, token_url=""))).intact


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"bukan PDF", photograph(), drawn_pdf()],
    ids=["nothing", "head", "text", "jpeg", "pdf"],
)
def test_what_is_no_dossier_is_refused(content):
    with pytest.raises(Refused) as refusal:
        verify_dossier(content)
    assert [(one.field, one.code) for one in refusal.value.problems] == [("file", "dossier.unreadable")]


def test_a_dossier_cut_short_is_refused_or_found_out(dossier):
    pdf = render_dossier(dossier)
    for length in range(0, len(pdf), len(pdf) // 20):
        try:
            assert not verify_dossier(pdf[:length]).intact
        except Refused:
            continue


def test_the_manifests_digest_is_of_the_bytes_that_are_attached(dossier):
    assert manifest_digest(dossier) == hashlib.sha256(attached(render_dossier(dossier))["manifest.json"]).digest()
