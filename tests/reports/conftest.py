from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.rules.money import Money
from models.rules.token import ReceiptFacts, TokenLine, make_token, thumbprint, token_url
from reports.claim_slip import ClaimSlipPaper, MissingDocument
from reports.paper import Words
from reports.receipt import PaidLine, PaidTender, ReceiptPaper

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
HOST = "loket.bpjsketenagakerjaan.go.id"
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
        received=("Paspor", "Surat keterangan dokter"),
        missing=(MissingDocument("Kronologis kejadian", date(2026, 12, 22)), MissingDocument("Laporan polisi")),
        thumbprint=thumbprint(PUBLIC),
        token_url=token_url(make_token(facts, KEY.sign, thumbprint(PUBLIC)), HOST),
    )
