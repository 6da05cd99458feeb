"""Push: this terminal's journal goes to the centre, in its order and in the bytes that were signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Terminal
from kiosk.queries.unsent import acked
from kiosk.store.tables import entry as entries
from kiosk.store.tables import verdict as verdicts
from kiosk.sync.line import ServerApi
from kiosk.sync.standing import in_our_chain, note_acked, of_ours
from models.journal.entry import frame_of
from models.rules.problems import Trouble
from models.sync.messages import Head, Judged, PushRequest, encode
from models.sync.protocol import MAX_BODY, MAX_ENTRIES, MAX_PUSH, PROTOCOL, SyncError

_STRIKES = 3
"""How often the centre may call the same piece unreadable, halved each time, before a person has to look."""

_REWINDS = 3
_RAW = 8 << 20
"""Bytes of entries before compression that one message may hold."""

COLUMNS = (
    entries.c.id,
    entries.c.seq,
    entries.c.hash,
    entries.c.header,
    entries.c.facts,
    entries.c.signature,
    entries.c.personal,
    entries.c.sealed,
    entries.c.personal_digest,
    entries.c.sealed_digest,
)


class EpochChanged(Exception):
    """The centre was restored while we spoke with it: begin again from its heads."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the centre made of one of our entries, where it is not simply `ok`."""

    entry_id: UUID
    seq: int
    verdict: str
    code: str


@dataclass(frozen=True, slots=True)
class _Batch:
    base: Head
    final: Head
    rows: tuple[Any, ...]
    body: bytes


def push(
    desk: Desk,
    api: ServerApi,
    own: Terminal,
    base: Head,
    epoch: UUID,
    on_progress: Callable[[int], None],
    most: int = MAX_ENTRIES,
) -> tuple[int, list[Judgement]]:
    """Send what follows `base` until there is nothing more, at most so many entries at once; returns how many entries
    and what was said of them.

    EpochChanged; Trouble `sync.frames_refused` (a defect, not data), `sync.history`, and those of the line."""
    # While the centre works on one piece, the next is made ready.
    with ThreadPoolExecutor(1, "push") as pool:
        return _push(pool, desk, api, own, base, epoch, on_progress, max(1, min(most, MAX_PUSH)))


def _push(
    pool: ThreadPoolExecutor,
    desk: Desk,
    api: ServerApi,
    own: Terminal,
    base: Head,
    epoch: UUID,
    on_progress: Callable[[int], None],
    most: int,
) -> tuple[int, list[Judgement]]:
    sent, judged = 0, list[Judgement]()
    strikes, rewinds = 0, 0
    ready: Future[_Batch | None] | None = None
    # What was recorded while nothing was ready yet goes with this sync as well.
    while (batch := (ready and ready.result()) or _batch(desk, own, base, epoch, most)) is not None:
        ready = pool.submit(_batch, desk, own, batch.final, epoch, most)
        try:
            answer = api.push(batch.body)
        except SyncError as error:
            ready = None
            if error.code == "epoch_changed":
                raise EpochChanged from error
            if error.kind.answer == "history":
                rewinds += 1
                if rewinds > _REWINDS:
                    raise Trouble("sync.history") from error
                base = _common(desk, own, error)
                continue
            most = max(1, len(batch.rows) // 2)
            if error.code == "too_large" and len(batch.rows) > 1:
                # No defect: a proxy that takes small bodies only gets small ones, down to a single entry.
                continue
            strikes += 1
            if strikes == _STRIKES:
                raise Trouble("sync.frames_refused", named=error.code) from error
            continue
        if answer.accepted != batch.final:
            raise Trouble("sync.frames_refused", named="accepted")
        fresh = _judgements(batch.rows, answer.verdicts)
        _note(desk, own, batch, fresh)
        sent += len(batch.rows)
        judged += fresh
        base, strikes = batch.final, 0
        on_progress(sent)
    return sent, judged


def ask_again(desk: Desk, api: ServerApi, own: Terminal, epoch: UUID) -> list[Judgement]:
    """Ask what became of entries the centre held back: the same bytes again get the verdict of today."""
    with desk.store.read() as connection:
        held = list(
            connection.scalars(
                select(entries.c.seq)
                .join(verdicts, verdicts.c.entry == entries.c.id)
                .where(verdicts.c.verdict == "held", of_ours(own))
                .order_by(entries.c.seq)
            )
        )
    judged: list[Judgement] = []
    while held:
        first = held[0]
        with desk.store.read() as connection:
            before = connection.scalar(select(entries.c.hash).where(of_ours(own), entries.c.seq == first - 1))
        base = Head(first - 1, bytes(before)) if before is not None else Head()
        most = sum(seq - first < MAX_ENTRIES for seq in held)
        batch = _batch(desk, own, base, epoch, held[most - 1] - first + 1)
        if batch is None:
            break
        try:
            answer = api.push(batch.body)
        except SyncError as error:
            if error.code == "epoch_changed":
                raise EpochChanged from error
            break
        fresh = _judgements(batch.rows, answer.verdicts)
        _note(desk, own, batch, fresh)
        judged += fresh
        held = [seq for seq in held if seq > batch.final.seq]
    return judged


def _batch(desk: Desk, own: Terminal, base: Head, epoch: UUID, most: int) -> _Batch | None:
    """The next entries after `base` that fit into one message; None when there are none."""
    with desk.store.read() as connection:
        rows: Sequence[Any] = connection.execute(
            select(*COLUMNS).where(of_ours(own), entries.c.seq > base.seq).order_by(entries.c.seq).limit(most)
        ).all()
    raw, count = 0, 0
    for row in rows:
        raw += sum(len(part) for part in row if isinstance(part, bytes))
        if count and raw > _RAW:
            break
        count += 1
    while count:
        part = rows[:count]
        final = Head(part[-1].seq, bytes(part[-1].hash))
        body = encode(
            PushRequest(
                base=base,
                frames=tuple(map(frame_of, part)),
                final=final,
                epoch=epoch,
                protocol=PROTOCOL,
                incarnation=own.incarnation,
            )
        )
        if len(body) <= MAX_BODY or count == 1:
            return _Batch(base, final, tuple(part), body)
        count //= 2
    return None


def _common(desk: Desk, own: Terminal, error: SyncError) -> Head:
    """The last place in our journal that the centre has too: its head if we know it, else the beginning (what it
    has already is not taken twice)."""
    place = error.facts.get("head")
    if error.code != "gap" or not isinstance(place, Head):
        return Head()
    with desk.store.read() as connection:
        return place if in_our_chain(connection, own, place) else Head()


def _judgements(rows: Sequence[Any], judged: Sequence[Judged]) -> list[Judgement]:
    ids = {row.seq: row.id for row in rows}
    return [Judgement(ids[one.seq], one.seq, one.verdict, one.code) for one in judged if one.seq in ids]


def _note(desk: Desk, own: Terminal, batch: _Batch, judged: Sequence[Judgement]) -> None:
    at = desk.clock()
    with desk.store.write(new_work=False) as connection:
        sent = select(entries.c.id).where(of_ours(own), entries.c.seq.between(batch.base.seq + 1, batch.final.seq))
        connection.execute(verdicts.delete().where(verdicts.c.entry.in_(sent)))
        if judged:
            connection.execute(
                verdicts.insert(),
                [{"entry": one.entry_id, "verdict": one.verdict, "code": one.code, "at": at} for one in judged],
            )
        if batch.final.seq > acked(connection, own).seq:
            note_acked(connection, own, batch.final)


def base_for(desk: Desk, own: Terminal, answered: Head, sent: Head, *, knows_head: bool) -> Head:
    """Where to go on, after the centre has said where it stands: after what we sent if it has that (on whatever
    branch), after its own head if that is ours, else from the beginning."""
    if knows_head:
        return sent
    with desk.store.read() as connection:
        return answered if in_our_chain(connection, own, answered) else Head()
