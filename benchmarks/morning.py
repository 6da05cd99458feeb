"""400 counters of 40 missions come back at once after a day without a line, to one centre.

Each brings the day it recorded (`benchmarks/days.py`) and takes what the nine others of its mission did. The centre is
one web program in a process of its own behind TLS, on a PostgreSQL that writes through. The counters speak by the
counter's own line (`kiosk/sync/line.py`), its tokens, deadlines and patience with a busy centre included, in the order
of its sync: where do we stand, push, where do we stand now, pull to the ends. What they lack is their databases: four
hundred of those would measure this machine's disk. Every answer is proven as a counter proves it."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
import psycopg

from benchmarks.days import Days
from benchmarks.figure import Figure, percentile
from benchmarks.people import register
from benchmarks.serving import Serving, serving
from kiosk.sync.line import Deadline, ServerApi, Speaker
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.rules.missions import missions
from models.rules.problems import Trouble
from models.sync.chain import step
from models.sync.enrolment import (
    CentreInfo,
    CentreKeys,
    EnrolRequest,
    read_answer,
    read_code,
    sign_request,
    trusted_keys,
)
from models.sync.messages import PAGE, Cursor, Head, Page, PushRequest, SyncRequest, decode, encode
from models.sync.protocol import CENTRE, CONTENT_TYPE, ENROL, MAX_ENTRIES, PROTOCOL
from models.sync.signing import Signed, opened
from models.sync.statement import read_statement
from models.sync.tokens import Bearer

MISSIONS, EACH = 40, 10
A_DAY = 200
"""Entries that one counter records (`benchmarks/days.py`)."""
MOST_SECONDS = 300.0
"""Until the last of them has everything."""
MOST_CALL = 15.0
"""Seconds a counter waits for one answer."""
SEED = 400


@dataclass
class Back:
    """A counter that comes back: its day, and what it heard."""

    days: Days
    entries: list[Entry]
    keys: CentreKeys
    api: ServerApi
    pulled: int = 0
    covered: bool = False
    trouble: str = ""

    def come(self, everybody: threading.Barrier) -> None:
        self.api.begin(Deadline(MOST_SECONDS, patient=True))
        try:
            self._push()
        except Trouble as trouble:
            self.trouble = trouble.code
        # The worst morning: nobody asks for the others' work before all of it is there, and then everybody does.
        everybody.wait()
        try:
            if not self.trouble:
                self._take()
        except Trouble as trouble:
            self.trouble = trouble.code

    def _push(self) -> None:
        last = Head(self.entries[-1].head.seq, self.entries[-1].hash)
        answer = self.api.sync(self._question(last, ()))
        base = answer.head
        while base.seq < last.seq:
            part = self.entries[base.seq : base.seq + MAX_ENTRIES]
            final = Head(part[-1].head.seq, part[-1].hash)
            frames = tuple(one.frame for one in part)
            self.api.push(encode(PushRequest(base, frames, final, answer.epoch, PROTOCOL)))
            base = final

    def _take(self) -> None:
        last = Head(self.entries[-1].head.seq, self.entries[-1].hash)
        answer = self.api.sync(self._question(last, ()))
        for end in answer.streams:
            self._pull(Cursor(end.stream))
        said = read_statement(answer.statement, self.keys.signing)
        self.covered = (said.seq, said.head) == (last.seq, last.hash)

    def _question(self, last: Head, cursors: tuple[Cursor, ...]) -> SyncRequest:
        return SyncRequest(last, cursors, datetime.now(UTC), "loket 0.1 bench", protocol=PROTOCOL)

    def _pull(self, after: Cursor) -> None:
        while True:
            page = opened(self.api.pull(after), PAGE, self.keys.signing, Page)
            chain = after.chain
            for one in page.entries:
                chain = step(chain, one.hash if one.frame is None else Entry.opened(one.frame).hash)  # type: ignore[arg-type]
            assert (page.after, page.until.chain) == (after, chain), "the page does not go on from here"
            self.pulled += sum(one.frame is not None for one in page.entries)
            after = page.until
            if after.position >= page.last:
                return


@dataclass
class Timed(httpx.BaseTransport):
    """Seconds of every call, and how often the centre asked to come back."""

    inner: httpx.BaseTransport
    calls: list[float] = field(default_factory=list)
    put_off: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        begun = time.perf_counter()
        answer = self.inner.handle_request(request)
        answer.read()
        self.calls.append(time.perf_counter() - begun)
        self.put_off += answer.status_code in (429, 503)
        return answer

    def close(self) -> None:
        self.inner.close()


def figures() -> list[Figure]:
    chosen = [one.code for one in missions()][:MISSIONS]
    series = {f"{mission}{number + 1}": mission for mission in chosen for number in range(EACH)}
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "centre", series=series) as centre:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=len(series), keepalive_expiry=10)
        line = Timed(httpx.HTTPTransport(verify=centre.tls(), limits=limits))
        with httpx.Client(transport=line, timeout=60) as client:
            counters = _evening(centre, client, series)
            line.calls.clear()
            used, begun = centre.cpu(), time.perf_counter()
            everybody = threading.Barrier(len(counters))
            threads = [threading.Thread(target=one.come, args=(everybody,)) for one in counters]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - begun
            web, postgres = (after - before for before, after in zip(used, centre.cpu(), strict=True))
        wrong = _wrong(centre, counters)
    sent = sum(len(one.entries) for one in counters)
    given = sum(one.pulled for one in counters)
    failed = [one.trouble for one in counters if one.trouble]
    return [
        Figure(
            f"{len(counters)} counters back after a day, until the last has everything",
            seconds,
            "s",
            MOST_SECONDS,
            f"{sent:,} entries taken in, {given:,} handed out; processor time: centre {web:.0f}, PostgreSQL "
            f"{postgres:.0f} s",
        ),
        Figure(
            "one call (p99)",
            percentile(line.calls, 0.99),
            "s",
            MOST_CALL,
            f"p50 {percentile(line.calls, 0.5):.2f}, longest {max(line.calls):.2f} s of {len(line.calls):,}; "
            f"{line.put_off:,} were asked to come back",
        ),
        Figure("counters whose sync failed or timed out", len(failed), "", 0, ", ".join(sorted(set(failed)))),
        Figure("entries lost, there twice, or not covered by the statement at the end", wrong, "", 0),
    ]


def _evening(centre: Serving, client: httpx.Client, series: dict[str, str]) -> list[Back]:
    """All counters enrolled, each with its day."""
    people = iter(register(SEED, A_DAY * len(series) // 3, 0).records)
    return [
        _back(
            centre,
            client,
            one,
            mission,
            Days(
                new_id(),
                SigningKey.new(),
                (new_id(), new_id(), new_id()),
                mission,
                one,
                seed,
                strangers=iter(list(islice(people, A_DAY // 3))),
            ),
        )
        for seed, (one, mission) in enumerate(series.items())
    ]


def _back(centre: Serving, client: httpx.Client, series: str, mission: str, days: Days) -> Back:
    code = read_code(centre.codes[series])
    keys = trusted_keys(decode(client.get(centre.url + CENTRE).content, CentreInfo), code.fingerprint)
    request = EnrolRequest(
        secret=code.secret,
        centre=keys.centre,
        terminal=days.terminal,
        incarnation=1,
        public_key=days.key.public,
        mission=mission,
        series=series,
        program="loket 0.1 bench",
    )
    asked = encode(sign_request(request, days.key))
    said = client.post(centre.url + ENROL, content=asked, headers={"Content-Type": CONTENT_TYPE}).raise_for_status()
    read_answer(decode(said.content, Signed), keys, request)
    api = ServerApi(client, centre.url, lambda: datetime.now(UTC), Deadline(MOST_SECONDS, patient=True))
    api.speak_as(Speaker(days.key, Bearer(days.terminal, 1), keys.centre))
    return Back(days, days.entries(A_DAY), keys, api)


def _wrong(centre: Serving, counters: list[Back]) -> int:
    """What is not at the centre once and in its place, or has not come to the others, or is not stated."""
    with psycopg.connect(centre.dsn) as database:
        held = {
            terminal: (count, last)
            for terminal, count, last in database.execute(
                "SELECT terminal, count(*), max(seq) FROM entry WHERE taken GROUP BY terminal"
            )
        }
        counted = database.execute("SELECT stream, count(DISTINCT entry_id) FROM stream_position GROUP BY stream")
        places: dict[str, int] = dict(counted.fetchall())
        ends: dict[str, int] = dict(database.execute("SELECT name, position FROM stream").fetchall())
    wrong = sum(abs(places.get(name, 0) - end) for name, end in ends.items())
    for one in counters:
        sent = len(one.entries)
        count, last = held.get(one.days.terminal, (0, 0))
        wrong += abs(count - sent) + abs(last - sent) + (not one.covered)
    return wrong
