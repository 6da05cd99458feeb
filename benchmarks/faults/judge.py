"""The judge: the fault is healed, everybody syncs until nothing is left to do, and then everything has to be there."""

from __future__ import annotations

from collections import Counter as Tally

from benchmarks.faults.clerk import pay_again
from benchmarks.faults.place import Counter, Mission

_ROUNDS = 12


class Wrong(Exception):
    """Something was lost, came twice, or does not hold together: what, in words."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


CHECKS = (
    "every answer is in the counter's journal, and once at the centre",
    "each payment that was asked for has one receipt",
    "numbers without a gap or twin",
    "chains and signatures whole at the counter",
    "chains, streams and signatures whole at the centre",
    "ledgers equal",
    "the statement is true and covers the last entry",
    "documents at the centre",
    "no fault of its own in the centre's log",
)


def judge(mission: Mission, *, whole: bool = True) -> None:
    """Wrong, with everything that is wrong. `whole` also reads every byte on both sides again (`loket verify`,
    `loket-centre verify`) and compares the ledgers."""
    mission.line.mend()
    mission.served.shift.value = 0.0
    found: list[str] = []
    for counter in mission.counters:
        counter.clock.by *= 0
        _settle_payments(counter)
    found += _until_quiet(mission)
    for counter in mission.counters:
        found += _at_the_counter(counter, mission, whole=whole)
    found += _at_the_centre(mission, whole=whole)
    found += [f"the centre's log: {line}" for line in mission.faults_logged()]
    if found:
        raise Wrong(found)


def _settle_payments(counter: Counter) -> None:
    """Whoever was cut off asks again for what was not answered."""
    for asked in [asked for asked, number in counter.memory.payments.items() if not number]:
        pay_again(counter.desk, asked, counter.memory.note)


def _until_quiet(mission: Mission) -> list[str]:
    """Sync in turn until a whole round changed nothing."""
    from models.rules.problems import Trouble

    said: list[str] = []
    for _ in range(_ROUNDS):
        said, moved = [], False
        for counter in mission.counters:
            try:
                report = counter.sync(60, client=mission.client)
            except Trouble as trouble:
                said.append(f"{counter.series}: a healed line still says {trouble.code}")
                continue
            moved |= bool(report.pushed or report.pulled or report.documents_sent)
            if not (report.statement_verified and report.covers_head):
                said.append(f"{counter.series}: the statement does not cover the last entry ({report.trouble})")
            if report.pending or report.documents_pending:
                said.append(f"{counter.series}: {report.pending} entries and {report.documents_pending} documents wait")
        if not said and not moved:
            return []
    return said or ["it never becomes quiet"]


def _at_the_counter(counter: Counter, mission: Mission, *, whole: bool) -> list[str]:
    from sqlalchemy import select

    from kiosk.store.tables import entry, own_terminal
    from kiosk.usecases.verify import verify
    from models.ledger.tables import receipt, receipt_tender
    from models.rules.problems import Trouble

    found = []
    if whole:
        try:
            verify(counter.desk)
        except Trouble as trouble:
            found.append(f"{counter.series}: verify says {trouble.code} {dict(trouble.values)}")
    with counter.desk.read() as work:
        own = work.connection.execute(select(own_terminal)).one()
        mine = (entry.c.terminal == own.terminal) & (entry.c.incarnation == own.incarnation)
        journal = {row.seq: bytes(row.hash) for row in work.connection.execute(select(entry).where(mine))}
        receipts = work.connection.execute(
            select(receipt.c.id, receipt.c.number, receipt.c.serial, receipt.c.year)
            .where(receipt.c.terminal == own.terminal, receipt.c.incarnation == own.incarnation)
            .order_by(receipt.c.serial)
        ).all()
        of_ours = receipt_tender.c.receipt_id.in_([row.id for row in receipts])
        references = Tally(work.connection.scalars(select(receipt_tender.c.reference).where(of_ours)))
    lost = [one for one in counter.memory.answered if one.seq and journal.get(one.seq) != one.hash]
    found += [f"{counter.series}: entry {one.seq} was answered and is not in the journal" for one in lost]
    numbers = {row.number for row in receipts}
    for asked, number in counter.memory.payments.items():
        times = references[asked.partition(" ")[2][:8]]
        if times != 1 or (number and number not in numbers):
            found.append(f"{counter.series}: a payment that was asked for once has {times} receipts ({number})")
    if len(receipts) != len(counter.memory.payments):
        found.append(f"{counter.series}: {len(receipts)} receipts of {len(counter.memory.payments)} payments")
    for year in {row.year for row in receipts}:
        serials = [row.serial for row in receipts if row.year == year]
        if serials != list(range(1, len(serials) + 1)):
            found.append(f"{counter.series}: a gap or twin in the numbers of {year}: {serials[:50]}")
    found += _held(counter, mission, own.terminal, own.incarnation, journal)
    return found


def _held(
    counter: Counter, mission: Mission, terminal: object, incarnation: int, journal: dict[int, bytes]
) -> list[str]:
    """The centre has each entry of this journal, and no other of it."""
    from sqlalchemy import select

    from server.store.tables import entry

    with mission.centre().engine.connect() as connection:
        rows = connection.execute(
            select(entry.c.seq, entry.c.hash, entry.c.taken).where(
                entry.c.terminal == terminal, entry.c.incarnation == incarnation
            )
        ).all()
    there = Tally((row.seq, bytes(row.hash)) for row in rows if row.taken)
    here = set(journal.items())
    found = [
        f"{counter.series}: entry {seq} is {there[seq, digest]} times at the centre"
        for seq, digest in sorted(here)
        if there[seq, digest] != 1
    ]
    found += [
        f"{counter.series}: the centre holds another entry {seq}" for seq, digest in there if (seq, digest) not in here
    ]
    return found


def _at_the_centre(mission: Mission, *, whole: bool) -> list[str]:
    from sqlalchemy import func, select

    from kiosk.store.tables import blob
    from models.posting.digest import ledger_digest
    from server.store.tables import entry
    from server.usecases.documents import content
    from server.usecases.verify import verify

    found = []
    centre = mission.centre()
    if whole:
        found += [f"centre: {wrong}" for wrong in verify(centre).wrong]
    with centre.engine.connect() as connection:
        twice = select(entry.c.id).where(entry.c.taken).group_by(entry.c.id).having(func.count() > 1)
        found += [f"centre: entry {one} counts twice" for one in connection.scalars(twice)]
        for counter in mission.counters:
            with counter.desk.read() as work:
                papers = work.connection.scalars(select(blob.c.sha256)).all()
            found += [
                f"{counter.series}: a document is not at the centre"
                for digest in papers
                if content(connection, bytes(digest)) is None
            ]
        if not whole:
            return found
        held = ledger_digest(connection)
    for counter in mission.counters:
        with counter.desk.read() as work:
            here = ledger_digest(work.connection)
        found += [
            f"{counter.series}: ledger table {table} has {here[table][0]} rows, the centre {held[table][0]}"
            for table in held
            if here[table] != held[table]
        ]
    return found
