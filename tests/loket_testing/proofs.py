"""Proofs of pretend counters, and the checker as whoever was handed one runs it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from models.journal.contributions import ContributionReceived, Line, Payer, RateUsed, ReceiptVoided, Tender, VoidDetails
from models.journal.coverage import CoverageMoved, Move, MoveDetails
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey
from models.journal.refunds import RefundPaid, RefundPaper
from models.journal.terminals import TerminalCertified
from models.sync.enrolment import CentreKeys, certify_keys
from models.sync.proof import Link, Vouched, Whose, prove
from models.sync.statement import Statement, sign_statement

from .bodies import registration
from .journals import Journal

CHECKER = Path(__file__).resolve().parents[2] / "tools" / "check_series_proof.py"
DAY = date(2026, 11, 22)


@cache
def checker() -> ModuleType:
    """The script as a module; it is in no package."""
    spec = importlib.util.spec_from_file_location("check_series_proof", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(proof: Any, key: str | None = None) -> tuple[int, str]:
    """Exit code and sentence for a proof, as text or as what becomes JSON."""
    module = checker()
    content = proof if isinstance(proof, bytes) else json.dumps(proof).encode()
    try:
        return 0, module.check(content, key)
    except module.Refuted as error:
        return 1, str(error)
    except Exception as error:
        return 2, str(error)


def run_checker(path: Path, *options: str, python: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The script by itself: an interpreter that sees neither our packages nor anything that is installed."""
    command = [*(python or (sys.executable, "-I", "-S")), str(CHECKER), str(path), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd=path.parent)


class PretendCounter:
    """A counter that takes payments and voids them, and a centre that vouches for it."""

    def __init__(self, series: str = "TPE3", *, year: int = 2026) -> None:
        self.journal = Journal("TPE")
        self.series = series
        self.serials: dict[int, int] = {}
        self.day = DAY.replace(year=year)
        self.root, self.signing = SigningKey.new(), SigningKey.new()
        self.centre = Journal(terminal=new_id(), key=self.signing)

    def number(self) -> dict[str, Any]:
        year = self.day.year
        serial = self.serials[year] = self.serials.get(year, 0) + 1
        return {
            "number": f"{self.series}-{year}-{serial:06}",
            "year": year,
            "serial": serial,
            "business_date": self.day,
            "mission": "TPE",
        }

    def register(self, name: str = "SITI NURHALIZA") -> Any:
        worker = new_id()
        self.journal.record(registration(worker, name=name))
        return worker

    def pay(self, worker: Any = None, *, cash_in: str = "", **changed: Any) -> Entry:
        """24 months of JKK+JKM and 3 of JHT: by bank slip in rupiah, or in cash in another currency."""
        amounts = (332_500, 150_000)
        lines = tuple(
            Line(
                programme=programme,
                months=months,
                amount_idr=amount,
                anchor=DAY,
                anchor_months=months,
                covered_from=DAY,
                covered_to=DAY,
                tariff_id=new_id(),
                tariff_version=1,
            )
            for programme, months, amount in (("JKK+JKM", 24, amounts[0]), ("JHT", 3, amounts[1]))
        )
        said: dict[str, Any] = {"currency": "IDR", "exponent": 0, "due": sum(amounts)}
        tender = Tender(kind="bank_slip", currency="IDR", exponent=0, received=sum(amounts), reference="BNI-7")
        if cash_in == "TWD":
            # 482,500 / 512.40 = 941.65, rounded up to 942.
            rate = RateUsed(rate_id=new_id(), valid_from=DAY, idr_per_unit=Decimal("512.40"))
            said = {"currency": "TWD", "exponent": 0, "due": 942, "rate": rate, "rounding_idr": 181}
            tender = Tender(kind="cash", currency="TWD", exponent=0, received=1000, change=58)
        if cash_in == "KWD":
            # 482,500 / 53,812.5 = 8.9663, rounded up to 8.970: 482,698.125 rupiah.
            rate = RateUsed(rate_id=new_id(), valid_from=DAY, idr_per_unit=Decimal("53812.5"))
            said = {"currency": "KWD", "exponent": 3, "due": 8970, "rate": rate, "rounding_idr": 198}
            tender = Tender(kind="cash", currency="KWD", exponent=3, received=9000, change=30)
        body = ContributionReceived(
            worker_id=worker or new_id(),
            lines=lines,
            amount_idr=sum(amounts),
            tenders=(tender,),
            personal=Payer(name="SITI NURHALIZA", token=b"", passport_number="C4821907"),
            **(self.number() | said),
        )
        return self.journal.record(msgspec.structs.replace(body, **changed))

    def void(self, receipt: Entry, **changed: Any) -> Entry:
        paid = receipt.body()
        assert isinstance(paid, ContributionReceived)
        body = ReceiptVoided(
            worker_id=receipt.head.subject,
            receipt_id=receipt.id,
            amount_idr=paid.amount_idr,
            currency=paid.currency,
            exponent=paid.exponent,
            due=paid.due,
            personal=VoidDetails(reason="salah nama"),
            **self.number(),
        )
        return self.journal.record(msgspec.structs.replace(body, **changed))

    def refund(self, receipt: Entry | None, **changed: Any) -> Entry:
        """The money of a receipt, its own or another counter's, is handed out of the drawer."""
        paid = receipt.body() if receipt else None
        body = RefundPaid(
            worker_id=new_id(),
            refund_id=new_id(),
            receipt_id=receipt.id if receipt else new_id(),
            till_id=new_id(),
            currency=getattr(paid, "currency", "TWD"),
            exponent=getattr(paid, "exponent", 0),
            amount=getattr(paid, "due", 650),
            amount_idr=getattr(paid, "amount_idr", 332_500),
            personal=RefundPaper(token=b""),
            **self.number(),
        )
        return self.journal.record(msgspec.structs.replace(body, **changed))

    def move(self, receipt: Entry, **changed: Any) -> Entry:
        """The days of a receipt's first line are moved, and a paper says so."""
        move = Move(receipt_id=receipt.id, line=0, anchor=DAY, anchor_months=24, covered_from=DAY, covered_to=DAY)
        body = CoverageMoved(
            worker_id=receipt.head.subject,
            moves=(move,),
            personal=MoveDetails(reason="tumpang tindih"),
            **self.number(),
        )
        return self.journal.record(msgspec.structs.replace(body, **changed))

    def whose(self) -> Whose:
        return Whose(self.journal.terminal, self.journal.incarnation, "TPE", self.series, self.journal.key.public)

    def vouched(self, **changed: Any) -> Vouched:
        keys = CentreKeys(
            self.centre.terminal, 1, self.signing.public, SealingKey.new().public, datetime(2026, 1, 1, tzinfo=UTC)
        )
        certificate = self.centre.record(
            TerminalCertified(
                terminal_id=self.journal.terminal,
                incarnation=self.journal.incarnation,
                mission="TPE",
                series=self.series,
                public_key=self.journal.key.public,
            )
        )
        said: dict[str, Any] = {
            "centre": self.centre.terminal,
            "terminal": self.journal.terminal,
            "incarnation": self.journal.incarnation,
            "seq": len(self.journal.entries),
            "head": self.journal.head,
            "count": len(self.journal.entries),
            "sums": (),
            "at": datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
            "epoch": new_id(),
        }
        statement = sign_statement(Statement(**(said | changed)), self.signing)
        return Vouched(self.root.public, (certify_keys(keys, self.root),), link(certificate), statement)

    def proof(self, entries: Sequence[Entry] | None = None, *, enrolled: bool = True, **asked: Any) -> dict[str, Any]:
        links = [link(one) for one in (self.journal.entries if entries is None else entries)]
        vouched = self.vouched() if enrolled else None
        found: dict[str, Any] = json.loads(prove(self.whose(), links, vouched=vouched, **asked).text)
        return found


def link(entry: Entry) -> Link:
    return Link(entry.frame, entry.prev, entry.hash)
