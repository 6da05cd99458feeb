"""Doctor: what is wrong with this counter and the next step; and what of it may be told to the centre's support.

`outside` needs no password and works on a damaged database too; `inside` looks into the open one. The line is asked by
`kiosk.sync.probe`.
"""

from __future__ import annotations

import os
import platform
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select

from kiosk.desk import Desk, Work, get_setting, kept
from kiosk.devices.printer import Printer
from kiosk.log import LOG_FILE, fault
from kiosk.queries.balance import whole
from kiosk.queries.clocks import clock_state
from kiosk.queries.home import counts, sync_state
from kiosk.queries.tasks import tasks
from kiosk.queries.tills import open_till
from kiosk.store import keys
from kiosk.store.lockout import Lockout
from kiosk.store.store import DATABASE_FILE, LOW_DISK, SCHEMA, free_bytes
from kiosk.store.support import keep_support_key, support_key
from kiosk.store.tables import entry as entries
from kiosk.usecases import backups
from kiosk.usecases.print_jobs import unconfirmed
from kiosk.usecases.verify import ledger_agrees, own_journal
from models.diagnoses import Finding, fine, note, troubled, wrong
from models.journal.entry import Unreadable
from models.posting import POSTING_VERSION
from models.rules.days import business_date
from models.rules.problems import Trouble
from models.sentences import SENTENCES
from models.stories import retold
from models.sync.support import Diagnosis, Told, seal_diagnosis, tellable

COMFORTABLE_DISK = 500_000_000
"""Bytes free below which somebody should see to it."""
LONG_UNSENT = 3
OLD_STATEMENT = 7
OLD_BACKUP = 7
LOG_DAYS = 7
"""Days."""
SWAPS = Path("/proc/swaps")
FONTS = Path(__file__).resolve().parents[2] / "reports" / "fonts"
_FONTS_SHIPPED = 16

_FAULT = re.compile(r"(\d{4}-\d\d-\d\d) \S+ ERROR loket ([A-Z0-9]{4}-[0-9]{2}): ")

PROGRAM = version("loket-pmi")


# Before anybody signs in


def outside(folder: Path, printer: Printer, *, now: Callable[[], float] = time.time) -> list[Finding]:
    """What can be seen of a data folder without a password. Never raises for what is wrong with it."""
    found = [*_each("folder", lambda: _folder(folder))]
    if not (folder / DATABASE_FILE).exists():
        return [*found, troubled("database", Trouble("store.missing", path=folder))]
    for check, look in (
        ("disk", lambda: _disk(folder)),
        ("keys", lambda: _keys(folder)),
        ("tries", lambda: _tries(folder)),
        ("swap", _swap),
        ("log", lambda: _log(folder, now())),
        ("printer", lambda: _printers(printer)),
        ("program", _program),
    ):
        found += _each(check, look)
    return found


def not_looked_inside(trouble: Trouble | None = None) -> Finding:
    """Nobody signed in, or the database did not open."""
    return note("database", "inside.closed") if trouble is None else troubled("database", trouble)


def _each(check: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except Trouble as trouble:
        return [troubled(check, trouble)]
    except OSError as error:
        return [troubled(check, Trouble("world.file", path=error.filename or check, said=error.strerror or "?"))]
    except Exception as error:
        # A check that breaks must not keep the others from being told.
        return [wrong(check, "check.broken", reference=fault(error))]


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield wrong("folder", "folder.unwritable", path=folder)
        return
    open_to_others = 0
    for path in [folder, *folder.iterdir()]:
        with suppress(FileNotFoundError):
            open_to_others += bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    if open_to_others:
        yield note("folder", "folder.open", n=open_to_others, path=folder)
    else:
        yield fine("folder", "folder.fine")


def _disk(folder: Path) -> Iterator[Finding]:
    free = free_bytes(folder)
    values = {"free_mb": free // 1_000_000, "needed_mb": LOW_DISK // 1_000_000}
    if free < LOW_DISK:
        yield wrong("disk", "disk.low", **values)
    elif free < COMFORTABLE_DISK:
        yield note("disk", "disk.low", **values)
    else:
        yield fine("disk", "disk.fine", free_mb=values["free_mb"])


def _keys(folder: Path) -> Iterator[Finding]:
    seen = keys.slots(folder)
    if not seen.has_recovery:
        yield wrong("keys", "keys.no_recovery")
    elif seen.people == 1:
        yield note("keys", "keys.single")
    else:
        yield fine("keys", "keys.fine", n=seen.people)
    if seen.weak:
        yield note("keys", "keys.weak", n=seen.weak)
    if seen.rekey_due:
        yield note("keys", "keys.rekey_due")


def _tries(folder: Path) -> Iterator[Finding]:
    most = Lockout(folder).most()
    yield note("tries", "tries.some", n=most) if most >= 3 else fine("tries", "tries.none")


def _swap() -> Iterator[Finding]:
    with suppress(OSError):
        devices = [line.split()[0] for line in SWAPS.read_text().splitlines()[1:] if line.strip()]
        # What the device mapper makes may be encrypted and mostly is; memory that is compressed never meets a disk.
        if any(not device.startswith(("/dev/zram", "/dev/dm-", "/dev/mapper/")) for device in devices):
            yield note("swap", "swap.open")
        else:
            yield fine("swap", "swap.fine")


def _log(folder: Path, now: float) -> Iterator[Finding]:
    since = datetime.fromtimestamp(now - LOG_DAYS * 86_400, UTC).date().isoformat()
    faults = [
        found[2] for line in _log_text(folder).splitlines() if (found := _FAULT.match(line)) and found[1] >= since
    ]
    if faults:
        yield note("log", "log.faults", n=len(faults), reference=faults[-1])
    else:
        yield fine("log", "log.quiet")


def _log_text(folder: Path) -> str:
    text = ""
    for name in (f"{LOG_FILE}.1", LOG_FILE):
        with suppress(OSError):
            text += (folder / name).read_text(encoding="utf-8", errors="replace")
    return text


def _printers(printer: Printer) -> Iterator[Finding]:
    there = printer.names()
    yield fine("printer", "printer.fine", n=len(there)) if there else note("printer", "printer.missing")


def _program() -> Iterator[Finding]:
    yield fine("program", "program.fine", program=PROGRAM, schema=SCHEMA)
    missing = _FONTS_SHIPPED - len(list(FONTS.glob("*.ttf")))
    if missing > 0:
        yield wrong("program", "fonts.missing", n=missing)


# With the database open


def inside(desk: Desk, *, thoroughly: bool = False) -> list[Finding]:
    """What the open database tells. `thoroughly` also posts everything anew and compares (`loket verify`)."""
    found: list[Finding] = []
    for check, look in (
        ("database", lambda: _database(desk)),
        ("journal", lambda: _journal(desk)),
        ("ledger", lambda: _ledger(desk, thoroughly=thoroughly)),
        ("clock", lambda: _clock(desk)),
        ("enrolled", lambda: _enrolled(desk)),
        ("sent", lambda: _sent(desk)),
        ("prints", lambda: _prints(desk)),
        ("till", lambda: _till(desk)),
        ("tasks", lambda: _tasks(desk)),
        ("backup", lambda: _backup(desk)),
    ):
        found += _each(check, look)
    return found


def _database(desk: Desk) -> Iterator[Finding]:
    desk.store.check()
    yield fine("database", "database.fine")


def _journal(desk: Desk) -> Iterator[Finding]:
    yield fine("journal", "journal.fine", n=own_journal(desk))


def _ledger(desk: Desk, *, thoroughly: bool) -> Iterator[Finding]:
    if thoroughly:
        ledger_agrees(desk)
        yield fine("ledger", "ledger.fine")
    if whole(desk).problem is None:
        yield fine("ledger", "ledger.balanced")
    else:
        yield wrong("ledger", "ledger.unbalanced")


def _clock(desk: Desk) -> Iterator[Finding]:
    found = clock_state(desk)
    if found.behind and found.last_at is not None:
        yield wrong("clock", "clock.behind", minutes=int((found.last_at - found.now).total_seconds() // 60))
    elif found.skew_minutes:
        yield wrong("clock", "clock.skew", minutes=abs(found.skew_minutes))
    else:
        yield fine("clock", "clock.fine")


def _made_at(work: Work, after: int | None) -> datetime | None:
    """When our own last entry was made, or the first one after a seq."""
    own = select(entries).where(
        entries.c.terminal == work.terminal.id, entries.c.incarnation == work.terminal.incarnation
    )
    if after is None:
        own = own.order_by(entries.c.seq.desc())
    else:
        own = own.where(entries.c.seq > after).order_by(entries.c.seq)
    row = work.connection.execute(own.limit(1)).first()
    try:
        return kept(row).head.at if row is not None else None
    except Unreadable:
        return None


def _enrolled(desk: Desk) -> Iterator[Finding]:
    with desk.read() as work:
        own = work.terminal
    if own.certified:
        yield fine("enrolled", "enrolled.fine", series=own.series)
    else:
        yield note("enrolled", "enrolled.not")


def _sent(desk: Desk) -> Iterator[Finding]:
    state = sync_state(desk)
    with desk.read() as work:
        zone, today, certified = work.terminal.mission.zone, work.today, work.terminal.certified
        seq = work.connection.scalar(
            select(func.max(entries.c.seq)).where(
                entries.c.terminal == work.terminal.id, entries.c.incarnation == work.terminal.incarnation
            )
        )
        oldest = _made_at(work, (seq or 0) - state.waiting) if state.waiting else None
    if state.must_continue:
        yield wrong("sent", "journal.twice")
    if not certified:
        return
    if not state.waiting:
        yield fine("sent", "unsent.none")
    else:
        day = business_date(oldest, zone) if oldest is not None else today
        if (today - day).days > LONG_UNSENT:
            yield wrong("sent", "unsent.long", n=state.waiting, day=day)
        else:
            yield note("sent", "unsent.some", n=state.waiting, day=day)
    if state.documents_waiting:
        yield note("sent", "documents.waiting", n=state.documents_waiting)
    for _verdict, code, n in state.problems:
        yield wrong("verdicts", "verdicts.kept_back", n=n, reason=code or "-")
    if not state.problems:
        yield fine("verdicts", "verdicts.none")
    if state.held:
        yield note("verdicts", "held.some", n=state.held)
    if state.last_error:
        yield note("sync", "sync.failed")
    yield from _statement(state.last_synced, state.statement, seq or 0, zone, today)


def _statement(
    at: datetime | None, shown: dict[str, object] | None, seq: int, zone: str, today: object
) -> Iterator[Finding]:
    if at is None or shown is None:
        yield note("statement", "statement.never")
        return
    day = business_date(at, zone)
    behind = seq - int(str(shown["seq"]))
    days = (today - day).days  # type: ignore[operator]
    if days > OLD_STATEMENT:
        yield wrong("statement", "statement.old", days=days)
    elif behind > 0:
        yield note("statement", "statement.behind", day=day, n=behind)
    else:
        yield fine("statement", "statement.covers", day=day)


def _prints(desk: Desk) -> Iterator[Finding]:
    waiting = len(unconfirmed(desk))
    yield note("prints", "prints.waiting", n=waiting) if waiting else fine("prints", "prints.none")


def _till(desk: Desk) -> Iterator[Finding]:
    with desk.read() as work:
        session = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        today = work.today
    if session is None:
        yield fine("till", "till.none")
    elif session.opened_on < today:
        yield note("till", "till.long", day=session.opened_on)
    else:
        yield fine("till", "till.open", day=session.opened_on)


def _tasks(desk: Desk) -> Iterator[Finding]:
    waiting = len(tasks(desk))
    yield note("tasks", "tasks.open", n=waiting) if waiting else fine("tasks", "tasks.none")


def _backup(desk: Desk) -> Iterator[Finding]:
    stands = backups.state(desk)
    if stands.place is None:
        yield note("backup", "backup.none")
        return
    if stands.failed is not None:
        yield wrong("backup", "backup.failing")
    elif not stands.there:
        yield note("backup", "backup.unplugged", path=stands.place)
    elif stands.same_disk:
        yield note("backup", "backup.same_disk", path=stands.place)
    if stands.last_at is None:
        yield note("backup", "backup.never")
        return
    with desk.read() as work:
        day, today = business_date(stands.last_at, work.terminal.mission.zone), work.today
    if (days := (today - day).days) > OLD_BACKUP:
        yield wrong("backup", "backup.old", days=days)
    else:
        yield fine("backup", "backup.fine", day=day)


# For support


def sealed_diagnosis(folder: Path, findings: Iterable[Finding], desk: Desk | None, *, at: datetime) -> bytes:
    """The diagnostic file: what was found, versions, counts and the log's stories, for the centre alone; nothing in it
    tells of a person. Trouble `support.no_key` before the counter is enrolled."""
    if desk is not None:
        remember_key(desk)
    key = support_key(folder)
    if key is None:
        raise Trouble("support.no_key")
    return seal_diagnosis(diagnosis(folder, findings, desk, at=at), key)


def save_diagnosis(path: Path, desk: Desk, findings: Iterable[Finding]) -> None:
    """Write the diagnostic file. Trouble `support.no_key`, `world.file`."""
    content = sealed_diagnosis(desk.folder, findings, desk, at=desk.clock())
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Trouble("world.file", path=path, said=error.strerror or "?") from error


def remember_key(desk: Desk) -> None:
    """Keep the centre's key where it is found without a password. A disk that takes nothing keeps nobody from work."""
    with desk.read() as work:
        key = work.terminal.claims_key
    if key is not None:
        with suppress(Trouble):
            keep_support_key(desk.folder, key)


def diagnosis(folder: Path, findings: Iterable[Finding], desk: Desk | None, *, at: datetime) -> Diagnosis:
    """What the file holds before it is sealed."""
    told = tuple(Told(one.check, one.grade, one.code, tellable(one.values)) for one in findings)
    made = Diagnosis(
        at=at,
        program=PROGRAM,
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        schema=SCHEMA,
        posting=POSTING_VERSION,
        findings=told,
        stories=tuple(retold(_log_text(folder), SENTENCES)),
    )
    if desk is None:
        return made
    with desk.read() as work:
        own, said = work.terminal, get_setting(work.connection, "last_sync_error")
    code = _code_of(said) if said else None
    import msgspec

    return msgspec.structs.replace(
        made,
        terminal=own.id,
        incarnation=own.incarnation,
        series=own.series,
        counts=counts(desk),
        errors=(code,) if code else (),
    )


def _code_of(said: str) -> str | None:
    """The code whose sentence this is; the sentence itself may name a machine."""
    return next((code for code, shape in _shapes() if shape.fullmatch(said)), None)


@cache
def _shapes() -> list[tuple[str, re.Pattern[str]]]:
    known = sorted(SENTENCES.items(), key=lambda one: -len(re.sub(r"\{[^{}]*\}", "", one[1])))
    return [
        (code, re.compile(".*".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", text)), re.DOTALL))
        for code, text in known
        if code.startswith(("line.", "sync.", "store."))
    ]
