"""A counter's days, made up: people come, are registered, bring contracts, pay, and now and then claim or take back.

Whoever comes is one of `benchmarks/people.py`. What is written down has the fields that the screens fill, ids of the
moment it happened in, and papers' tokens that are signed: as many bytes as a counter's journal really has.

How often each thing happens is an estimate; every share stands here, in one place, to be argued with.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from benchmarks.people import Record, register
from models.journal.body import Body
from models.journal.claims import ClaimDetails, ClaimFiled, DocumentAttached, DocumentName
from models.journal.consents import ConsentGiven
from models.journal.contributions import (
    ContributionReceived,
    Line,
    Payer,
    RateUsed,
    ReceiptReprinted,
    ReceiptVoided,
    Tender,
    VoidDetails,
)
from models.journal.entry import NOTHING, Author, Entry, write_entry
from models.journal.keys import SigningKey
from models.journal.placements import PlacementDetails, PlacementRecorded
from models.journal.tills import CashAmount, Counted, TenderTotal, TillClosed, TillOpened, ZReport
from models.journal.workers import Amendment, Identity, Value, WorkerAmended, WorkerRegistered
from models.rules.days import covered_to
from models.rules.money import Money
from models.rules.names import initials
from models.rules.token import ReceiptFacts, TokenLine, make_token, thumbprint

CUSTOMERS = 110
"""A day; with what is written down of each about 200 entries."""
IS_NEW, BRINGS_CONTRACT, PAYS_JHT, PAYS_CASH = 0.22, 0.35, 0.45, 0.7
AMENDED, CLAIMED, VOIDED, REPRINTED = 0.05, 0.01, 0.01, 0.02
FIRST_DAY = date(2026, 9, 1)
SEED = 6
_RATE = Decimal("512.40")
_JOBS = ("Perawat lansia", "Pekerja pabrik", "Penata laksana rumah tangga", "Awak kapal perikanan")
_EMPLOYERS = (
    "Chen Mei-ling",
    "Lin Jia-hao",
    "Formosa Textile Co.",
    "Wang Shu-fen",
    "Taichung Precision",
    "KM Hai Feng 8",
)
_AGENCIES = ("Yongxin Manpower", "Jin Hong International", "Da Fa Agency", "Good Job Manpower")
_HAMLETS = ("KRAJAN", "SUMBER", "BENDO")
_PAPERS = ("paspor", "kontrak", "surat_dokter", "rekening")


@dataclass
class Days:
    """One terminal's journal, from its first day on. `entries` go on where the last call ended."""

    terminal: UUID
    key: SigningKey
    operators: tuple[UUID, ...]
    mission: str = "TPE"
    series: str = "TPE3"
    seed: int = SEED
    incarnation: int = 1
    seq: int = 0
    prev: bytes = NOTHING
    strangers: Iterator[Record] | None = None
    """Who comes for the first time; None: somebody made up by the seed."""
    _revs: dict[UUID, int] = field(default_factory=dict)
    _serials: dict[str, int] = field(default_factory=lambda: {"paper": 0, "claim": 0, "till": 0})

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._thumbprint = thumbprint(self.key.public)
        self._tariff, self._rate_id = (
            self._id(datetime(2026, 1, 1, tzinfo=UTC)),
            self._id(datetime(2026, 8, 31, tzinfo=UTC)),
        )
        self._strangers = self.strangers or iter(register(self.seed, 6_000, 0).records)
        self._known: list[tuple[UUID, Record]] = []
        self._paid: list[tuple[UUID, ContributionReceived]] = []

    def entries(self, count: int) -> list[Entry]:
        """The next so many, signed and chained."""
        coming = self._written()
        return [next(coming) for _ in range(count)]

    def _written(self) -> Iterator[Entry]:
        chance = self._chance
        for number in range(10_000):
            day = FIRST_DAY + timedelta(days=number)
            self._now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            operator = chance.choice(self.operators)
            for entry_id, body in self._day(day):
                yield self._write(entry_id, body, operator)

    def _write(self, entry_id: UUID, body: Body, operator: UUID) -> Entry:
        subject = body.subject(entry_id)
        self.seq += 1
        self._revs[subject] = self._revs.get(subject, 0) + 1
        entry = write_entry(
            body,
            Author(self.terminal, self.incarnation, operator, "Asia/Taipei", 140),
            id=entry_id,
            seq=self.seq,
            rev=self._revs[subject],
            at=self._now,
            prev=self.prev,
            sign=self.key.sign,
        )
        self.prev = entry.hash
        return entry

    # A day

    def _day(self, day: date) -> Iterator[tuple[UUID, Body]]:
        chance, self._paid = self._chance, []
        till = self._next()
        yield till, self._opened(day)
        for _ in range(CUSTOMERS):
            self._now += timedelta(seconds=chance.randrange(40, 400), microseconds=chance.randrange(10**6))
            if not self._known or chance.random() < IS_NEW:
                yield from self._newcomer(day, till)
            else:
                yield from self._returning(day, till)
        self._now += timedelta(minutes=10)
        yield self._next(), self._closed(day, till)

    def _newcomer(self, day: date, till: UUID) -> Iterator[tuple[UUID, Body]]:
        one, worker_id = next(self._strangers), self._next()
        self._known.append((worker_id, one))
        yield self._next(), self._registered(worker_id, one)
        yield (
            self._next(),
            ConsentGiven(worker_id=worker_id, mission=self.mission, text_version="2025-01", language="id"),
        )
        yield self._next(), self._contract(worker_id, day, "new")
        yield self._payment(worker_id, one, day, till)

    def _returning(self, day: date, till: UUID) -> Iterator[tuple[UUID, Body]]:
        chance = self._chance
        worker_id, one = chance.choice(self._known)
        if chance.random() < AMENDED:
            yield self._next(), self._amended(worker_id, one)
        if chance.random() < CLAIMED:
            yield from self._claim(worker_id, one, day)
            return
        if self._paid and chance.random() < REPRINTED:
            receipt_id, paid = chance.choice(self._paid)
            yield (
                self._next(),
                ReceiptReprinted(worker_id=paid.worker_id, mission=self.mission, receipt_id=receipt_id),
            )
            return
        if self._paid and chance.random() < VOIDED:
            yield self._void(*self._paid.pop(), day, till)
            return
        if chance.random() < BRINGS_CONTRACT:
            yield self._next(), self._contract(worker_id, day, "extension")
        yield self._payment(worker_id, one, day, till)

    # What is written down

    def _registered(self, worker_id: UUID, one: Record) -> Body:
        chance = self._chance
        return WorkerRegistered(
            worker_id=worker_id,
            mission=self.mission,
            personal=Identity(
                name=one.name,
                nik=one.nik or None,
                passport_kind="P",
                passport_number=one.passport or None,
                passport_issued=FIRST_DAY - timedelta(days=chance.randrange(1_500)),
                passport_expiry=FIRST_DAY + timedelta(days=chance.randrange(2_000)),
                passport_office=chance.choice(("MALANG", "PONOROGO", "CILACAP", "KDEI TAIPEI")),
                kpj=one.kpj or None,
                sex=one.sex,
                birth_place=chance.choice(("Malang", "Ponorogo", "Cilacap", "Indramayu", "Lombok Timur")),
                birth_date=one.birth_date,
                mother_name=one.mother or None,
                home_address=f"DSN {chance.choice(_HAMLETS)} RT {chance.randrange(1, 20):02}",
                home_regency=one.home[:4] or None,
                phone=one.phone or None,
                emergency_name=one.mother or None,
                emergency_phone=f"+628{chance.randrange(10**9, 10**10)}",
            ),
        )

    def _amended(self, worker_id: UUID, one: Record) -> Body:
        changes: dict[str, Value] = {"phone": f"+8869{self._chance.randrange(10**7, 10**8)}"}
        return WorkerAmended(
            worker_id=worker_id,
            mission=self.mission,
            personal=Amendment(changes=changes, reason="nomor baru", was={"phone": one.phone or None}),
        )

    def _contract(self, worker_id: UUID, day: date, event: str) -> Body:
        chance = self._chance
        start = day + timedelta(days=chance.randrange(60))
        return PlacementRecorded(
            worker_id=worker_id,
            mission=self.mission,
            country="TW",
            scheme=chance.choice(("p3mi", "p3mi", "mandiri")),
            event=event,
            contract_start=start,
            contract_end=covered_to(start, 24),
            personal=PlacementDetails(
                employer_kind="household",
                employer=chance.choice(_EMPLOYERS),
                agency=chance.choice(_AGENCIES),
                job=chance.choice(_JOBS),
                contract_number=f"TW-{chance.randrange(10**6, 10**7)}",
            ),
        )

    def _payment(self, worker_id: UUID, one: Record, day: date, till: UUID) -> tuple[UUID, Body]:
        chance, number, serial = self._chance, *self._number("paper", day)
        start, months = day + timedelta(days=chance.randrange(30)), chance.choice((6, 12, 24, 24, 24))
        lines = [self._line("JKK+JKM", months, 332_500 // 24 * months, start)]
        if chance.random() < PAYS_JHT:
            lines.append(self._line("JHT", months, 105_000 * months, start))
        total = sum(line.amount_idr for line in lines)
        due = math.ceil(total / _RATE)
        cash = chance.random() < PAYS_CASH
        received = -(-due // 100) * 100
        tender = (
            Tender(kind="cash", currency="TWD", exponent=0, received=received, change=received - due)
            if cash
            else Tender(
                kind="bank_slip",
                currency="TWD",
                exponent=0,
                received=due,
                reference=f"{chance.randrange(10**9, 10**10)}",
                paid_on=day,
            )
        )
        body = ContributionReceived(
            worker_id=worker_id,
            mission=self.mission,
            number=number,
            year=day.year,
            serial=serial,
            business_date=day,
            lines=tuple(lines),
            amount_idr=total,
            currency="TWD",
            exponent=0,
            due=due,
            tenders=(tender,),
            rate=RateUsed(rate_id=self._rate_id, valid_from=FIRST_DAY, idr_per_unit=_RATE),
            rounding_idr=round(due * _RATE - total),
            till_id=till,
            personal=Payer(
                name=one.name,
                passport_number=one.passport or None,
                kpj=one.kpj or None,
                token=self._token(
                    "receipt",
                    number,
                    day,
                    one,
                    lines=tuple(TokenLine(it.programme, it.months, it.covered_from, it.covered_to) for it in lines),
                    amount_idr=total,
                    amount=Money(due, "TWD", 0),
                ),
            ),
        )
        receipt_id = self._next()
        self._paid.append((receipt_id, body))
        return receipt_id, body

    def _line(self, programme: str, months: int, amount_idr: int, start: date) -> Line:
        return Line(
            programme=programme,
            months=months,
            amount_idr=amount_idr,
            anchor=start,
            anchor_months=months,
            covered_from=start,
            covered_to=covered_to(start, months),
            tariff_id=self._tariff,
            tariff_version=3,
            monthly_idr=105_000 if programme == "JHT" else None,
        )

    def _void(self, receipt_id: UUID, paid: ContributionReceived, day: date, till: UUID) -> tuple[UUID, Body]:
        number, serial = self._number("paper", day)
        amounts = {"amount_idr": paid.amount_idr, "amount": Money(paid.due, paid.currency, paid.exponent)}
        return self._next(), ReceiptVoided(
            worker_id=paid.worker_id,
            mission=self.mission,
            receipt_id=receipt_id,
            number=number,
            year=day.year,
            serial=serial,
            business_date=day,
            approved_by=self.operators[-1],
            till_id=till,
            amount_idr=paid.amount_idr,
            currency=paid.currency,
            exponent=paid.exponent,
            due=paid.due,
            personal=VoidDetails(
                reason="salah jumlah bulan", token=self._token("void", number, day, None, refers=paid.number, **amounts)
            ),
        )

    def _claim(self, worker_id: UUID, one: Record, day: date) -> Iterator[tuple[UUID, Body]]:
        chance, number, serial = self._chance, *self._number("claim", day)
        claim_id = self._next()
        yield (
            claim_id,
            ClaimFiled(
                worker_id=worker_id,
                mission=self.mission,
                number=number,
                year=day.year,
                serial=serial,
                business_date=day,
                benefit="JKK-KECELAKAAN",
                event_date=day - timedelta(days=chance.randrange(60)),
                filed_by="worker",
                required=7,
                missing=("surat_dokter", "rekening"),
                rules_from=date(2023, 2, 22),
                follow_by={"surat_dokter": day + timedelta(days=14), "rekening": day + timedelta(days=14)},
                personal=ClaimDetails(
                    token=self._token("claim", number, day, one),
                    worker_name=one.name,
                    description="Jatuh dari tangga di tempat kerja, dirawat tiga hari.",
                ),
            ),
        )
        for paper in _PAPERS[: chance.randint(2, 4)]:
            yield (
                self._next(),
                DocumentAttached(
                    claim_id=claim_id,
                    mission=self.mission,
                    document_kind=paper,
                    requirement=paper,
                    sha256=chance.randbytes(32),
                    size=chance.randrange(200_000, 2_000_000),
                    media_type="image/jpeg",
                    seen_as="original",
                    personal=DocumentName(file_name=f"IMG_{chance.randrange(10_000)}.jpg"),
                ),
            )

    def _opened(self, day: date) -> Body:
        self._serials["till"] += 1
        return TillOpened(
            mission=self.mission,
            series=self.series,
            serial=self._serials["till"],
            business_date=day,
            counts=(Counted(currency="TWD", exponent=0, amount=5_000, pieces={"1000": 3, "500": 2, "100": 10}),),
            brought=(CashAmount(currency="TWD", exponent=0, amount=5_000),),
        )

    def _closed(self, day: date, till: UUID) -> Body:
        cash = [body for _, body in self._paid if body.tenders[0].kind == "cash"]
        taken = sum(body.due for body in cash)
        counted = taken + 5_000
        return TillClosed(
            till_id=till,
            mission=self.mission,
            series=self.series,
            serial=self._serials["till"],
            business_date=day,
            counts=(Counted(currency="TWD", exponent=0, amount=counted, pieces={"1000": counted // 1000}),),
            totals=(
                TenderTotal(
                    kind="cash",
                    currency="TWD",
                    exponent=0,
                    receipts=len(cash),
                    taken=taken,
                    returned=0,
                    expected=counted,
                ),
            ),
            deposited=(CashAmount(currency="TWD", exponent=0, amount=counted),),
            receipts=len(self._paid),
            first_number=self._paid[0][1].number if self._paid else None,
            last_number=self._paid[-1][1].number if self._paid else None,
            after_seq=max(0, self.seq - 200),
            personal=ZReport(token=self._token("z", f"{self.series}-Z-{self._serials['till']:06}", day, None)),
        )

    # Papers and ids

    def _number(self, kind: str, day: date) -> tuple[str, int]:
        self._serials[kind] += 1
        serial = self._serials[kind]
        return f"{self.series}{'-K' if kind == 'claim' else ''}-{day.year}-{serial:06}", serial

    def _token(self, kind: object, number: str, day: date, one: Record | None, **facts: object) -> bytes:
        who = (
            {"initials": initials(one.name), "passport_end": one.passport[-4:]}
            if one
            else {"initials": "", "passport_end": ""}
        )
        paper = ReceiptFacts(kind=kind, number=number, issued_on=day, **who, **facts)  # type: ignore[arg-type]
        return make_token(paper, self.key.sign, self._thumbprint)

    def _next(self) -> UUID:
        return self._id(self._now)

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7 of that moment, as a counter would have made it then."""
        chance = self._chance.getrandbits(74)
        bits = (round(at.timestamp() * 1000) << 80) | 0x7 << 76 | (chance >> 62) << 64
        return UUID(int=bits | 0b10 << 62 | chance & (1 << 62) - 1)
