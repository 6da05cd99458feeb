"""Sync: this counter's work goes to the centre, the others' comes here, and the centre says in writing what it has."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import httpx

from kiosk.desk import Desk, Terminal, head
from kiosk.queries.documents import not_uploaded
from kiosk.queries.unsent import FormerJournal, unsent
from kiosk.sync import documents, returning
from kiosk.sync.authority import line
from kiosk.sync.base import PUT_OFF, is_far, take
from kiosk.sync.base import SECONDS as BASE_SECONDS
from kiosk.sync.incoming import release
from kiosk.sync.line import PROGRAM, Deadline, ServerApi, Speaker
from kiosk.sync.marks import walk_back
from kiosk.sync.pull import STOPPED, pull
from kiosk.sync.push import EpochChanged, Judgement, ask_again, base_for, push
from kiosk.sync.slots import close_slots
from kiosk.sync.standing import (
    LAST_ERROR,
    SKEW,
    Marked,
    Standing,
    find_mark,
    forget_streams,
    note,
    note_acked,
    note_epoch,
    note_mark,
    note_ours_alone,
    note_written_elsewhere,
    standing,
    standing_in,
    withdraw_statement,
)
from kiosk.sync.statement import examine, note_still, put
from kiosk.sync.trust import Trust
from models.rules.problems import Trouble
from models.sentences import trouble_sentence
from models.sync.messages import MOST_FORMER, Former, Head, SyncAnswer, SyncRequest
from models.sync.protocol import PROTOCOL, SyncError
from models.sync.signing import Untrue
from models.sync.statement import Statement, read_statement
from models.sync.still import Still, hear
from models.sync.tokens import Bearer

_RESTARTS = 3

_ELSEWHERE = frozenset({"sync.own_entries_missing", "sync.forked", "sync.old_incarnation"})
"""What tells that two machines have written this journal: another one has to go on after it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one part of a sync is: entries sent, positions of a stream read, bytes of documents sent, bytes fetched
    of what the mission knows, rows of it loaded."""

    part: Literal["push", "return", "pull", "documents", "base", "loading"]
    done: int
    total: int
    stream: str = ""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What came of a sync.

    `statement_verified`: the centre signed what it holds of ours, and it is what we hold; `covers_head`: our last
    entry included. `pending` and `documents_pending` are still to be sent. `verdicts`: what the centre now said of
    our entries where it was not simply `ok`. `skew_ms`: by how much our clock is ahead of the centre's. `trouble`:
    everything was exchanged, and yet a person has to look (`sync.forked`, `sync.statement_differs`).
    `documents_trouble`: what the line did to documents that are still pending, after all entries were exchanged.
    `centre_restored`: the centre goes on from a backup; `returned` entries of others it has got back from here.
    `base`: the ledger rests on a new base; `base_trouble`: why not, where it should."""

    pushed: int
    pulled: int
    statement_verified: bool
    covers_head: bool
    pending: int
    verdicts: tuple[Judgement, ...]
    documents_sent: int
    documents_pending: int
    skew_ms: int
    calls: int
    trouble: Trouble | None = None
    documents_trouble: Trouble | None = None
    centre_restored: bool = False
    returned: int = 0
    base: bool = False
    base_trouble: Trouble | None = None


def sync(
    desk: Desk,
    *,
    centre: str | None = None,
    client: httpx.Client | None = None,
    deadline: float = 60.0,
    progress: Callable[[Progress], None] | None = None,
) -> SyncReport:
    """Exchange everything with the centre, or with the same centre at another address for this call.

    Entries go first, and again as soon as somebody records one while documents are under way; documents take what is
    left of the time, and those that were not finished are gone on with next time. May be cut off anywhere and begun
    again: nothing is lost, nothing counts twice. `deadline` in seconds. Refused `centre.address`; Trouble `sync.*`,
    `line.*` and what a disk can do: then what was exchanged until then stands."""
    try:
        with line(desk, client) as http, desk.store.in_the_background():
            return _Sync(desk, http, centre, Deadline(deadline, patient=True), progress or (lambda _: None)).run()
    except Trouble as trouble:
        # Where the disk is the trouble, this note may fail as well; the trouble itself is what counts.
        with suppress(Trouble), desk.store.write(new_work=False) as connection:
            note(connection, LAST_ERROR, trouble_sentence(trouble))
            if trouble.code in _ELSEWHERE:
                note_written_elsewhere(connection)
        raise


@dataclass
class _Sync:
    desk: Desk
    http: httpx.Client
    address: str | None
    deadline: Deadline
    tell: Callable[[Progress], None]
    pushed: int = 0
    pulled: int = 0
    sent_documents: int = 0
    base: bool = False
    base_trouble: Trouble | None = None
    skew_ms: int = 0
    verdicts: dict[UUID, Judgement] = field(default_factory=dict)
    recalled: bool = False
    restored: bool = False
    returned: int = 0
    own: Standing = field(init=False)
    marked: Marked | None = field(init=False)
    api: ServerApi = field(init=False)
    trust: Trust = field(init=False)

    def __post_init__(self) -> None:
        with self.desk.read() as work:
            self.own = own = standing_in(work)
            self.marked = find_mark(work.connection, own)
        self.skew_ms = own.skew_ms
        self.api = self._line(own, self.deadline)
        self.trust = Trust(self.desk, self.api, own.keys)

    def _line(self, own: Standing, deadline: Deadline) -> ServerApi:
        api = ServerApi(self.http, self.address or own.address, self.desk.clock, deadline)
        bearer = Bearer(own.terminal.id, own.terminal.incarnation)
        api.speak_as(Speaker(own.terminal.key, bearer, own.centre, self.skew_ms))
        return api

    def run(self) -> SyncReport:
        if (report := self._still()) is not None:
            return report
        restarts = 0
        while restarts < _RESTARTS:
            try:
                if (report := self._exchange()) is not None:
                    return report
            except EpochChanged:
                restarts += 1
        raise Trouble("sync.history")

    def _still(self) -> SyncReport | None:
        """The one short call of a sync with nothing to do; None where there may be something, and all is asked."""
        own, marked = self.own, self.marked
        if marked is None or own.heard is None:
            return None
        t0 = self.desk.clock()
        asked = Still(own.centre, own.terminal.id, own.terminal.incarnation, marked.mark, t0, t0, t0)
        try:
            said = self.api.still(marked.mark, t0, own.heard)
        except SyncError:
            return None  # not the centre that gave the mark, but an older one in its place
        except Trouble as trouble:
            if trouble.code == "sync.unknown_terminal":
                return None  # or the same one, restored: it is shown who we are, where all is asked
            raise
        t3 = self.desk.clock()
        heard = self.trust.proven(lambda key: hear(said, asked, key))
        if heard is None:
            return None
        self.skew_ms = _skew(t0, heard.t1, heard.t2, t3)
        note_still(self.desk, marked, heard.t2, own.skew_ms, self.skew_ms)
        last = self._head_seq(own.terminal)
        return SyncReport(
            pushed=0,
            pulled=0,
            statement_verified=True,
            covers_head=last == own.head.seq,
            pending=last - own.acked.seq,
            verdicts=(),
            documents_sent=0,
            documents_pending=0,
            skew_ms=self.skew_ms,
            calls=self.api.calls,
        )

    def _exchange(self) -> SyncReport | None:
        """Everything once; None when there are entries by now that go before the rest of the documents."""
        own, answer, statement = self._ask()
        former = self._former_to_send_from(own, answer)
        base = self._to_send_from(own, answer)
        for journal, place in former:
            self._push(journal.terminal, place, journal.head.seq, answer)
        if base is not None:
            self._push(own.terminal, base, own.head.seq, answer)
        returned = self._give_back(own.terminal, answer.epoch)
        if former or base is not None or returned:
            own, answer, statement = self._ask()
        else:
            self._judge(ask_again(self.desk, self.api, own.terminal, answer.epoch))
        self.trust.complete()
        self._take_base(own, answer)
        stopped = self._pull_or_stop(own.terminal, answer)
        close_slots(self.desk)
        release(self.desk)
        trouble, covers = self._conclude(replace(own, epoch=answer.epoch), answer, statement)
        uploaded = documents.upload(
            self.desk,
            self.api,
            lambda done, total: self.tell(Progress("documents", done, total)),
            entries_wait=lambda: self._head_seq(own.terminal) > own.head.seq,
        )
        self.sent_documents += uploaded.sent
        if uploaded.trouble is not None:
            with self.desk.store.write(new_work=False) as connection:
                note(connection, LAST_ERROR, trouble_sentence(uploaded.trouble))
        if stopped is not None:
            raise stopped
        if uploaded.interrupted and not self.deadline.is_near():
            return None
        return self._report(own.terminal, trouble, uploaded, covers_head=covers)

    # One step each

    def _ask(self) -> tuple[Standing, SyncAnswer, Statement]:
        """Where both stand. Nothing is given away before the answer is proven to be our centre's."""
        own = standing(self.desk)
        t0 = self.desk.clock()
        try:
            answer = self.api.sync(self._question(own, t0))
        except Trouble as trouble:
            if trouble.code == "sync.unknown_terminal" and self._recall(own.terminal, proven=False):
                return self._ask()
            raise
        t3 = self.desk.clock()
        statement = self.trust.proven(lambda key: self._about_us(own, answer, key))
        self.skew_ms = _skew(t0, answer.t1, answer.t2, t3)
        if own.epoch == answer.epoch:
            behind = answer.head.seq < own.acked.seq and not answer.knows_head
            if (answer.recall or behind) and self._recall(own.terminal, proven=True):
                return self._ask()
        if own.epoch != answer.epoch or (answer.changed and not self.restored):
            with self.desk.store.write(new_work=False) as connection:
                note_epoch(connection, answer.epoch)
                returning.begin(connection, answer.epoch)
            self.restored = True
        return own, answer, statement

    def _recall(self, own: Terminal, *, proven: bool) -> bool:
        """The centre has forgotten us, or some of what it said: show it, once."""
        if self.recalled:
            return False
        self.recalled = True
        return returning.recall(self.desk, self.api, own, proven=proven)

    def _give_back(self, own: Terminal, epoch: UUID) -> int:
        """What a restored centre lacks of others' work."""
        kept = returning.give_back(
            self.desk, self.api, own, epoch, lambda done, total: self.tell(Progress("return", done, total))
        )
        self.returned += kept
        return kept

    def _question(self, own: Standing, t0: datetime) -> SyncRequest:
        former = tuple(Former(one.terminal.incarnation, one.head) for one in own.former[:MOST_FORMER])
        return SyncRequest(own.head, own.cursors, t0, PROGRAM, own.epoch, PROTOCOL, former, own.heard)

    def _about_us(self, own: Standing, answer: SyncAnswer, key: bytes) -> Statement:
        statement = read_statement(answer.statement, key)
        about = (statement.centre, statement.terminal, statement.incarnation, statement.epoch)
        if about != (own.centre, own.terminal.id, own.terminal.incarnation, answer.epoch):
            raise Untrue("other_terminal")
        return statement

    def _to_send_from(self, own: Standing, answer: SyncAnswer) -> Head | None:
        """After which of our entries the centre lacks something; None when it lacks nothing."""
        return self._lacks(own.terminal, own.head, own.acked, Former(0, answer.head, answer.knows_head))

    def _former_to_send_from(self, own: Standing, answer: SyncAnswer) -> list[tuple[FormerJournal, Head]]:
        """The same of the journals before this one."""
        said = {one.incarnation: one for one in answer.former}
        found = []
        for one in own.former:
            stands = said.get(one.terminal.incarnation)
            if stands is not None and (base := self._lacks(one.terminal, one.head, one.acked, stands)) is not None:
                found.append((one, base))
        return found

    def _lacks(self, journal: Terminal, last: Head, acked: Head, stands: Former) -> Head | None:
        base = base_for(self.desk, journal, stands.head, last, knows_head=stands.knows_head)
        if base != acked:
            with self.desk.store.write(new_work=False) as connection:
                note_acked(connection, journal, base)
        return base if base.seq < last.seq else None

    def _push(self, journal: Terminal, base: Head, last: int, answer: SyncAnswer) -> None:
        total = last - base.seq
        count, judged = push(
            self.desk,
            self.api,
            journal,
            base,
            answer.epoch,
            lambda done: self.tell(Progress("push", done, max(done, total))),
            answer.most,
        )
        self.pushed += count
        self._judge(judged)

    def _judge(self, judged: list[Judgement]) -> None:
        self.verdicts |= {one.entry_id: one for one in judged}

    def _take_base(self, own: Standing, answer: SyncAnswer) -> None:
        """Where the streams are far ahead, what they make comes in one piece; where it cannot, they are read. Fetching
        takes as long as it takes, since all of it is kept."""
        if answer.oldest_pull > PROTOCOL:
            return
        with self.desk.store.read() as connection:
            if not is_far(connection, answer.streams):
                return
        patient = self._line(own, Deadline(BASE_SECONDS))
        try:
            told = self.tell
            taken = take(
                *(self.desk, patient, self.trust, own.terminal, answer.epoch),
                lambda part, done, total: told(Progress(part, done, total)),
            )
            self.base = self.base or taken
        except Trouble as trouble:
            if trouble.code not in PUT_OFF:
                raise
            self.base_trouble = trouble
        finally:
            self.api.calls += patient.calls
            self.deadline.begin_again()

    def _pull_or_stop(self, own: Terminal, answer: SyncAnswer) -> Trouble | None:
        """Read what is new. What cannot be read keeps nothing of ours from being sent and stated; it is raised when
        all the rest is done."""
        if answer.oldest_pull > PROTOCOL:
            return Trouble("sync.pull_too_old", host=self.api.host)
        try:
            self._pull(own, answer)
        except Trouble as trouble:
            if trouble.code not in STOPPED:
                raise
            return trouble
        return None

    def _pull(self, own: Terminal, answer: SyncAnswer) -> None:
        if answer.gone:
            with self.desk.store.write(new_work=False) as connection:
                forget_streams(connection, answer.gone)
        for stream in answer.changed:
            walk_back(self.desk, self.api, stream)
        for stream in dict.fromkeys([*(end.stream for end in answer.streams), *answer.changed]):
            self.pulled += pull(self.desk, self.api, self.trust, own, stream, answer.epoch, self._pulling(stream))

    def _pulling(self, stream: str) -> Callable[[int, int], None]:
        return lambda done, total: self.tell(Progress("pull", done, total, stream))

    def _conclude(self, own: Standing, answer: SyncAnswer, statement: Statement) -> tuple[Trouble | None, bool]:
        """Keep the statement if it is true; if not, nothing that was said before may stand either."""
        trouble = None
        with self.desk.store.write(new_work=False) as connection:
            found, covers = examine(connection, own.terminal, statement)
            if found == "true":
                put(connection, answer.statement, statement)
                note(connection, LAST_ERROR, None)
                if answer.mark and covers and self.trust.is_complete:
                    note_mark(connection, own, answer.mark)
                if covers:
                    note_ours_alone(connection)
            else:
                trouble = Trouble("sync.forked") if found == "forked" else Trouble("sync.statement_differs")
                withdraw_statement(connection)
                if trouble.code in _ELSEWHERE:
                    note_written_elsewhere(connection)
                note(connection, LAST_ERROR, trouble_sentence(trouble))
            note(connection, SKEW, self.skew_ms)
        return trouble, covers

    def _head_seq(self, own: Terminal) -> int:
        with self.desk.store.read() as connection:
            return head(connection, own)[0]

    def _report(
        self, own: Terminal, trouble: Trouble | None, uploaded: documents.Uploaded, *, covers_head: bool
    ) -> SyncReport:
        with self.desk.store.read() as connection:
            pending = unsent(connection, own)
            left = not_uploaded(connection)
        return SyncReport(
            pushed=self.pushed,
            pulled=self.pulled,
            statement_verified=trouble is None,
            covers_head=covers_head and trouble is None and not uploaded.interrupted,
            pending=pending,
            verdicts=tuple(self.verdicts.values()),
            documents_sent=self.sent_documents,
            documents_pending=left,
            skew_ms=self.skew_ms,
            calls=self.api.calls,
            trouble=trouble,
            documents_trouble=uploaded.trouble,
            centre_restored=self.restored,
            returned=self.returned,
            base=self.base,
            base_trouble=self.base_trouble,
        )


def _skew(t0: datetime, t1: datetime, t2: datetime, t3: datetime) -> int:
    """Milliseconds by which our clock is ahead. NTP (RFC 5905, section 8): half the round trip is taken as the way
    there."""
    return ((t0 - t1) + (t3 - t2)) // timedelta(milliseconds=2)
