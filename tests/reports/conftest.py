from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loket_testing.dossiers import HOST, KEY, dossier_document, photograph, signed, signed_dossier

from models.rules.money import Money
from models.rules.token import ReceiptFacts, TokenLine, TokenSum, make_token, thumbprint, token_url
from reports.claim_letter import (
    AcknowledgementPaper,
    AwardedBenefit,
    ClaimAbout,
    ClaimDocument,
    ClaimPayment,
    DecisionPaper,
    DocumentRequestPaper,
    PayTo,
    WantedDocument,
)
from reports.claim_slip import ClaimSlipPaper, MissingDocument, ReceivedDocument
from reports.contribution_statement import ContributionStatementPaper, StandingCover, StatedBalance, StatementLine
from reports.cover_move import CoverMovePaper, MovedCover
from reports.dossier import (
    DossierFact,
    DossierPaper,
    DossierSection,
)
from reports.membership_card import Covered, MembershipPaper
from reports.mission_statement import MissionStatementPaper
from reports.paper import Words
from reports.receipt import PaidLine, PaidTender, ReceiptPaper
from reports.recovery import RecoveryPaper
from reports.refund import RefundPaper
from reports.subject_access import Fact, Section, SubjectAccessPaper
from reports.void import VoidPaper
from reports.z_report import CashCount, CashMove, HandOver, LateEntry, TenderTotal, ZPaper

PUBLIC = KEY.public_key().public_bytes_raw()
TAIPEI_TIME = ZoneInfo("Asia/Taipei")
TAIPEI = Words("KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI", "Indonesian Economic and Trade Office to Taipei")


@pytest.fixture
def public_key() -> bytes:
    return PUBLIC


@pytest.fixture
def facts() -> ReceiptFacts:
    return ReceiptFacts(
        "receipt",
        "TPE3-2026-000418",
        date(2026, 11, 22),
        "SN",
        "1907",
        (
            TokenLine("JKK+JKM", 24, date(2026, 12, 11), date(2028, 12, 10)),
            TokenLine("JHT", 3, date(2026, 12, 1), date(2027, 2, 28)),
        ),
        632_500,
        Money.of(1235, "TWD"),
    )


@pytest.fixture
def receipt(facts: ReceiptFacts) -> ReceiptPaper:
    return ReceiptPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-2026-000418",
        issued_at=datetime(2026, 11, 22, 9, 47, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        worker="SITI NURHALIZA",
        kpj="21034567891",
        passport="C4821907",
        lines=(
            PaidLine(
                Words("Iuran JKK + JKM 24 bulan, 11 Des 2026 – 10 Des 2028", "Work accident and death, 24 months"),
                Money.idr(332_500),
            ),
            PaidLine(Words("Iuran JHT 3 × Rp 100.000, Des 2026 – Feb 2027"), Money.idr(300_000)),
        ),
        total_idr=632_500,
        rate="NT$ 1 = Rp 512,40 (22 Nov 2026)",
        due=Money.of(1235, "TWD"),
        tenders=(PaidTender("cash", Money.of(1500, "TWD")),),
        change=Money.of(265, "TWD"),
        surplus=None,
        thumbprint=thumbprint(PUBLIC),
        token_url=token_url(make_token(facts, KEY.sign, thumbprint(PUBLIC)), HOST),
    )


@pytest.fixture
def slip() -> ClaimSlipPaper:
    facts = ReceiptFacts("claim", "TPE3-K-2026-000031", date(2026, 11, 22), "SN", "1907")
    return ClaimSlipPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-K-2026-000031",
        filed_at=datetime(2026, 11, 22, 10, 12, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        worker="SITI NURHALIZA",
        kpj="21034567891",
        passport="C4821907",
        kind=Words("Perawatan kecelakaan kerja", "Work accident: treatment"),
        restricted=False,
        event_date=date(2026, 11, 3),
        description="Tangan terjepit mesin pres.",
        filed_by="worker",
        received=(ReceivedDocument("Paspor", "copy"), ReceivedDocument("Surat keterangan dokter")),
        missing=(
            MissingDocument("Kronologis kejadian", date(2026, 12, 22), "original"),
            MissingDocument("Bukti bayar transportasi setempat", date(2026, 12, 6), "either"),
            MissingDocument("Laporan polisi"),
        ),
        thumbprint=thumbprint(PUBLIC),
        token_url=token_url(make_token(facts, KEY.sign, thumbprint(PUBLIC)), HOST),
    )


@pytest.fixture
def void(receipt: ReceiptPaper) -> VoidPaper:
    facts = ReceiptFacts(
        "void",
        "TPE3-2026-000419",
        date(2026, 11, 22),
        "SN",
        "1907",
        amount_idr=632_500,
        amount=receipt.due,
        refers=receipt.number,
    )
    return VoidPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-2026-000419",
        issued_at=datetime(2026, 11, 22, 10, 5, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        approver="Budi Santoso",
        receipt_number=receipt.number,
        receipt_issued_on=date(2026, 11, 22),
        worker=receipt.worker,
        kpj=receipt.kpj,
        passport=receipt.passport,
        lines=receipt.lines,
        total_idr=receipt.total_idr,
        due=receipt.due,
        handed_back=(receipt.due,),
        kept=(),
        reason="Salah orang: paspor milik saudaranya.",
        thumbprint=thumbprint(PUBLIC),
        token_url=token_url(make_token(facts, KEY.sign, thumbprint(PUBLIC)), HOST),
    )


def twd(dollars: int) -> Money:
    return Money.of(dollars, "TWD")


@pytest.fixture
def z() -> ZPaper:
    facts = ReceiptFacts(
        "z",
        "TPE3-Z-000031",
        date(2026, 11, 22),
        "",
        "",
        refers="TPE3-Z-000030",
        chain=bytes(range(32)),
        sums=(TokenSum("TWD", 0, 41_235, 41_240), TokenSum("USD", 2, 12_050, 12_050)),
        receipts=38,
        voids=2,
    )
    return ZPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-Z-000031",
        opened_at=datetime(2026, 11, 22, 8, 2, tzinfo=TAIPEI_TIME),
        opened_by="Rina W.",
        closed_at=datetime(2026, 11, 22, 16, 31, tzinfo=TAIPEI_TIME),
        closed_by="Dewi Lestari",
        utc_offset="UTC+8",
        approver="Budi Santoso",
        floats=(CashCount(twd(5_000), twd(5_000), ((twd(1000), 3), (twd(500), 4))),),
        counts=(
            CashCount(
                twd(41_235), twd(41_240), ((twd(1000), 38), (twd(500), 6), (twd(100), 2), (twd(10), 3), (twd(5), 1))
            ),
            CashCount(
                Money.of(12_050, "USD"),
                Money.of(12_050, "USD"),
                ((Money.of(10_000, "USD"), 1), (Money.of(2_000, "USD"), 1), (Money.of(25, "USD"), 2)),
            ),
        ),
        deposited=(twd(36_235), Money.of(12_050, "USD")),
        totals=(
            TenderTotal("cash", twd(38_475), twd(1_235), 31),
            TenderTotal("bank_slip", twd(22_160), twd(0), 6),
            TenderTotal("cash", Money.of(12_050, "USD"), Money.of(0, "USD"), 1),
        ),
        moves=(
            CashMove(
                datetime(2026, 11, 22, 11, 40, tzinfo=TAIPEI_TIME),
                "out",
                twd(1_000),
                "Membeli kertas dan tinta printer; kuitansi toko ada di map kas.",
                "Rina W.",
                "Budi Santoso",
            ),
        ),
        hand_overs=(HandOver(datetime(2026, 11, 22, 13, 0, tzinfo=TAIPEI_TIME), "Dewi Lestari"),),
        late=(
            LateEntry(
                "TPE3-2026-000380", datetime(2026, 11, 21, 17, 15, tzinfo=TAIPEI_TIME), "Kuitansi, slip bank", twd(649)
            ),
        ),
        receipts=38,
        voids=2,
        first_number="TPE3-2026-000381",
        last_number="TPE3-2026-000420",
        previous_number="TPE3-Z-000030",
        previous_hash=bytes(range(32)),
        hash=bytes(range(100, 132)),
        thumbprint=thumbprint(PUBLIC),
        token_url=token_url(make_token(facts, KEY.sign, thumbprint(PUBLIC)), HOST),
        reason="Kembalian keliru pada satu pembayaran; tidak ditemukan lagi.",
        unsent=3,
        drafts=1,
    )


@pytest.fixture
def recovery() -> RecoveryPaper:
    return RecoveryPaper(
        mission=TAIPEI,
        terminal="TPE3",
        made_at=datetime(2026, 11, 22, 9, 0, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        code="K7QM-4XTD-9PLW-2BVH-6RNC-8SJF-3GYA-5ZEU",
    )


@pytest.fixture
def subject_access() -> SubjectAccessPaper:
    facts = tuple(Fact(f"Keterangan ke-{n}", f"Isi {n} " * 12) for n in range(40))
    return SubjectAccessPaper(
        mission=TAIPEI,
        counter="Loket 3",
        made_at=datetime(2026, 11, 22, 9, 0, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        person="SITI NURHALIZA",
        worker_id="01933b5c-0000-7000-8000-000000000000",
        sections=(
            Section("identity", Words("Identitas", "Identity"), (Fact("Nama", "SITI NURHALIZA"), *facts)),
            Section("claims", Words("Klaim", "Claims"), (), notes=("Tidak ada klaim yang tercatat.",)),
            Section("lent", Words("Dipinjamkan", "Lent to"), ()),
        ),
    )


@pytest.fixture
def move(receipt: ReceiptPaper) -> CoverMovePaper:
    lines = (TokenLine("JKK+JKM", 24, date(2028, 12, 11), date(2030, 12, 10)),)
    facts = ReceiptFacts(
        "move", "TPE3-2026-000502", date(2026, 12, 1), "SN", "1907", lines=lines, refers="TPE5-2026-000077"
    )
    return CoverMovePaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-2026-000502",
        issued_at=datetime(2026, 12, 1, 9, 30, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        approver="Budi Santoso",
        worker=receipt.worker,
        kpj=receipt.kpj,
        passport=receipt.passport,
        moves=(
            MovedCover(
                "TPE5-2026-000077",
                "JKK+JKM",
                date(2026, 12, 11),
                date(2028, 12, 10),
                date(2028, 12, 11),
                date(2030, 12, 10),
            ),
            MovedCover(
                "TPE5-2026-000077", "JHT", date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1), date(2027, 5, 31)
            ),
        ),
        reason="Dua loket memperpanjang masa yang sama pada hari yang sama tanpa jaringan.",
        thumbprint=thumbprint(PUBLIC),
        token_url=signed(facts),
    )


@pytest.fixture
def refund(receipt: ReceiptPaper) -> RefundPaper:
    facts = ReceiptFacts(
        "refund", "TPE3-2026-000611", date(2026, 12, 8), "SN", "1907", amount=receipt.due, refers=receipt.number
    )
    return RefundPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number="TPE3-2026-000611",
        issued_at=datetime(2026, 12, 8, 14, 2, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        approver="Budi Santoso",
        receiver=receipt.worker,
        receipt_number=receipt.number,
        receipt_issued_on=date(2026, 11, 22),
        requested_on=date(2026, 11, 25),
        decided_on=date(2026, 12, 4),
        worker=receipt.worker,
        kpj=receipt.kpj,
        passport=receipt.passport,
        method="cash",
        amount=receipt.due,
        reason="Kontrak batal sebelum berangkat.",
        thumbprint=thumbprint(PUBLIC),
        token_url=signed(facts),
        amount_idr=632_500,
    )


@pytest.fixture
def membership(receipt: ReceiptPaper, facts: ReceiptFacts) -> MembershipPaper:
    card = ReceiptFacts("card", receipt.number, date(2026, 11, 22), "SN", "1907", lines=facts.lines, kpj_end="7891")
    return MembershipPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number=receipt.number,
        issued_at=datetime(2026, 11, 22, 9, 50, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        worker=receipt.worker,
        kpj=receipt.kpj,
        passport=receipt.passport,
        covers=tuple(Covered(line.programme, line.covered_from, line.covered_to) for line in facts.lines),
        confirmed_on=None,
        thumbprint=thumbprint(PUBLIC),
        token_url=signed(card),
    )


@pytest.fixture
def statement(receipt: ReceiptPaper, move: CoverMovePaper) -> ContributionStatementPaper:
    def line(day: date, number: str, kind: str, programme: str, months: int, idr: int, **more: Any) -> StatementLine:
        last = date(day.year + months // 12, day.month, day.day)
        return StatementLine(day, number, kind, programme, months, day, last, idr, **({"paid": None} | more))

    first, void = date(2024, 11, 20), date(2024, 11, 21)
    return ContributionStatementPaper(
        mission=TAIPEI,
        counter="Loket 3",
        made_at=datetime(2026, 12, 8, 14, 2, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        worker=receipt.worker,
        kpj=receipt.kpj,
        passport=receipt.passport,
        lines=(
            line(first, "TPE3-2024-000101", "payment", "JKK+JKM", 24, 332_500, paid=twd(649), state="dibatalkan"),
            line(void, "TPE3-2024-000102", "void", "JKK+JKM", 24, 332_500, paid=twd(649), refers="TPE3-2024-000101"),
            line(void, "TPE3-2024-000103", "payment", "JKK+JKM", 24, 332_500, paid=twd(1235)),
            line(void, "TPE3-2024-000103", "payment", "JHT", 3, 300_000),
        ),
        covers=(
            StandingCover("JKK+JKM", date(2024, 12, 11), date(2026, 12, 10), date(2024, 12, 1)),
            StandingCover("JHT", date(2024, 12, 1), date(2025, 2, 28), None),
        ),
        moves=move.moves,
        balances=(StatedBalance("JHT", 1_812_400, date(2026, 10, 31)),),
        synced_at=datetime(2026, 12, 8, 6, 0, tzinfo=TAIPEI_TIME),
    )


@pytest.fixture
def about(slip: ClaimSlipPaper) -> ClaimAbout:
    return ClaimAbout(
        mission=TAIPEI,
        city="Taipei",
        counter="Loket 3",
        made_at=datetime(2026, 12, 8, 10, 12, tzinfo=TAIPEI_TIME),
        operator="Rina W.",
        number=slip.number,
        worker=slip.worker,
        nik="3271045203940007",
        kpj=slip.kpj,
        passport=slip.passport,
        kind=Words("Kecelakaan kerja", "Work accident"),
        restricted=False,
        event_date=slip.event_date,
        filed_on=date(2026, 11, 22),
        filed_by="worker",
        token_url=slip.token_url,
        stage=1,
        data_as_of=date(2026, 12, 7),
    )


WANTED = (
    WantedDocument(
        Words("Laporan polisi", "Police report"),
        Words("kepolisian setempat", "local police"),
        "original",
        date(2026, 12, 22),
    ),
    WantedDocument(
        Words("Bukti bayar transportasi setempat", "Proof of payment of local transport"),
        Words("yang membayar", "whoever paid"),
        "either",
        date(2026, 12, 15),
    ),
    WantedDocument(
        Words("Surat keterangan pemberi kerja", "Statement of the employer"), Words("pemberi kerja", "employer")
    ),
)


@pytest.fixture
def acknowledgement(about: ClaimAbout) -> AcknowledgementPaper:
    return AcknowledgementPaper(
        about,
        received=(
            ClaimDocument(Words("Paspor", "Passport"), date(2026, 11, 22), "copy"),
            ClaimDocument(
                Words("Diagnosa dari fasilitas kesehatan setempat", "Diagnosis by the local health facility"),
                date(2026, 11, 23),
            ),
        ),
        missing=WANTED,
    )


@pytest.fixture
def request_for_documents(about: ClaimAbout) -> DocumentRequestPaper:
    return DocumentRequestPaper(
        about, date(2026, 12, 4), 3, WANTED, date(2026, 12, 15), "Tanggal pada laporan polisi harus sama dengan visum."
    )


@pytest.fixture
def decision(about: ClaimAbout) -> DecisionPaper:
    return DecisionPaper(
        about,
        date(2026, 12, 4),
        "approved",
        awards=(
            AwardedBenefit(
                Words("Perawatan di negara penempatan", "Treatment in the country of placement"), 18_450_000
            ),
            AwardedBenefit(Words("Penggantian transportasi", "Transport costs after a work accident"), 1_600_000),
        ),
        pay_to=PayTo("BRI", "002301045217712", "SITI NURHALIZA"),
        payment=ClaimPayment(date(2026, 12, 7), 20_050_000, "BRI-20261207-88121"),
    )


@pytest.fixture
def mission_statement(slip: ClaimSlipPaper) -> MissionStatementPaper:
    facts = ReceiptFacts(
        "statement", "TPE3-K-2026-000032", date(2026, 11, 24), "SN", "1907", about="death", event_on=date(2026, 11, 3)
    )
    return MissionStatementPaper(
        mission=TAIPEI,
        city="Taipei",
        about="death",
        number=facts.number,
        letter_number="418/KONS/TPE/XI/2026",
        issued_on=facts.issued_on,
        worker=slip.worker,
        passport=slip.passport,
        birth_date=date(1994, 3, 12),
        event_date=date(2026, 11, 3),
        place="RS Mackay Memorial, Taipei, Taiwan",
        circumstances="Meninggal dalam perawatan setelah kecelakaan kerja di pabrik pada 2 November 2026.",
        source="Surat kematian RS Mackay Memorial nomor MMH-2026-11873 tanggal 3 November 2026.",
        signatory="Agus Wibowo",
        signatory_title="Kepala Bidang Perlindungan WNI",
        token_url=signed(facts),
        claim_number=slip.number,
    )


@pytest.fixture
def unsigned_dossier(slip: ClaimSlipPaper) -> DossierPaper:
    from reports.claim_slip import render_claim_slip

    return DossierPaper(
        mission=TAIPEI,
        counter="Loket 3",
        number=slip.number,
        made_at=datetime(2026, 12, 8, 14, 2, tzinfo=TAIPEI_TIME),
        utc_offset="UTC+8",
        operator="Rina W.",
        worker=slip.worker,
        kind=Words("Kecelakaan kerja", "Work accident"),
        state="Menunggu pusat · tahap 1 dari 2",
        restricted=False,
        sections=(
            DossierSection(
                Words("Klaim", "Claim"),
                (
                    DossierFact("Tanggal kejadian", "3 November 2026"),
                    DossierFact("Uraian", "Tangan terjepit mesin pres."),
                    DossierFact("Diajukan", "22 November 2026, oleh pekerja sendiri"),
                ),
            ),
            DossierSection(
                Words("Perlindungan pada hari kejadian", "Coverage on that day"),
                (
                    DossierFact("JKK + JKM", "dilindungi, 11 Des 2024 – 10 Des 2026 (kuitansi TPE3-2024-000103)"),
                    DossierFact("Masa", "selama bekerja: tiba di Taiwan 15 Desember 2024"),
                ),
            ),
        ),
        documents=(
            dossier_document(1, photograph(), "image/jpeg", name="Paspor"),
            dossier_document(
                2,
                render_claim_slip(slip),
                "application/pdf",
                name="Resume medis dari fasilitas kesehatan setempat",
                requirement="Diagnosa atau resume medis",
                seen_as="original",
            ),
            dossier_document(3, None, "application/pdf", name="Laporan polisi", seen_as=""),
        ),
        missing=("Bukti bayar transportasi setempat",),
    )


@pytest.fixture
def dossier(unsigned_dossier: DossierPaper) -> DossierPaper:
    return signed_dossier(unsigned_dossier)


@pytest.fixture
def bundle_manifest():
    """Two files from a counter to the centre, with money in two currencies."""
    from uuid import UUID

    from models.journal.keys import SigningKey
    from models.sync.bundles import Mark, mark_text
    from reports.bundle_manifest import BundleManifest, ManifestFile, TenderSum

    files = tuple(
        ManifestFile(
            number=number,
            part=part,
            parts=2,
            name=f"LOKET-TPE3-naik-{number:06}-{part}dari2.loket",
            size=size,
            entries=entries,
            documents=documents,
            digest=bytes([number]) * 32,
        )
        for number, part, size, entries, documents in ((12, 1, 734_003_200, 1_284, 40), (13, 2, 91_240, 0, 3))
    )
    marked = tuple((one.number, one.digest[:16]) for one in files)
    return BundleManifest(
        heading=Words("KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI", "Indonesian Economic and Trade Office, Taipei"),
        up=True,
        series="TPE3",
        sender="Loket 3 (TPE3), KDEI Taipei",
        recipient="Pusat, pusat.example",
        made_at=datetime(2026, 11, 22, 16, 40, tzinfo=ZoneInfo("Asia/Taipei")),
        utc_offset="UTC+8",
        operator="Rina W.",
        files=files,
        sums=(TenderSum("bank_slip", Money.idr(4_987_500)), TenderSum("cash", Money.of(31_802, "TWD"))),
        code=mark_text(Mark("up", UUID(int=12), 1, marked), SigningKey(bytes(32))),
    )
