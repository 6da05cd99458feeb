"""Work of other counters that a centre has already: they are enrolled over the line, and what they recorded in the days
of `benchmarks/days.py` is put where a push would have put it. It is not posted at the centre: nothing that goes down to
counters reads its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import psycopg

from benchmarks.days import Days
from benchmarks.serving import Serving
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.sync.chain import START, steps
from models.sync.enrolment import CentreInfo, EnrolRequest, read_code, sign_request, trusted_keys
from models.sync.messages import decode, encode
from models.sync.protocol import CENTRE, CONTENT_TYPE, ENROL

_COLUMNS = (
    "terminal, incarnation, seq, hash, prev, id, kind, subject, header, facts, signature, personal, sealed, "
    "received_at, verdict, code, taken"
)


def enrolled(centre: Serving, client: httpx.Client, series: str, mission: str = "TPE", *, seed: int = 6) -> Days:
    """Another counter of that mission, let in by the centre's code for the series; it has recorded nothing yet."""
    code = read_code(centre.codes[series])
    info = decode(client.get(centre.url + CENTRE).raise_for_status().content, CentreInfo)
    days = Days(new_id(), SigningKey.new(), (new_id(), new_id(), new_id()), mission, series, seed)
    request = EnrolRequest(
        secret=code.secret,
        centre=trusted_keys(info, code.fingerprint).centre,
        terminal=days.terminal,
        incarnation=1,
        public_key=days.key.public,
        mission=mission,
        series=series,
        program="loket 0.1 bench",
    )
    headers = {"Content-Type": CONTENT_TYPE}
    asked = encode(sign_request(request, days.key))
    client.post(centre.url + ENROL, content=asked, headers=headers).raise_for_status()
    return days


def shelve(centre: Serving, days: Days, entries: Sequence[Entry]) -> None:
    """Give the centre what this counter recorded, in its mission's stream."""
    name, last = f"post:{days.mission}", entries[-1]
    at = int(datetime.now(UTC).timestamp() * 1_000_000)
    with psycopg.connect(centre.dsn) as database:
        cursor = database.cursor()
        cursor.execute("INSERT INTO stream VALUES (%s, 0, %s) ON CONFLICT DO NOTHING", (name, START))
        cursor.execute("SELECT position, chain FROM stream WHERE name = %s FOR UPDATE", (name,))
        found = cursor.fetchone()
        assert found is not None
        position, chain = found
        chains = steps(chain, (entry.hash for entry in entries))
        with cursor.copy(f"COPY entry ({_COLUMNS}) FROM STDIN") as copy:
            for one in entries:
                head, frame = one.head, one.frame
                place = (head.terminal, head.incarnation, head.seq, one.hash, one.prev)
                parts = (frame.header, frame.facts, frame.signature, frame.personal, frame.sealed)
                copy.write_row((*place, one.id, head.kind, head.subject, *parts, at, "ok", "", True))
        with cursor.copy("COPY stream_position (stream, position, entry_id, chain) FROM STDIN") as copy:
            for at_position, (one, walked) in enumerate(zip(entries, chains, strict=True), position + 1):
                copy.write_row((name, at_position, one.id, walked))
        cursor.execute(
            "UPDATE stream SET position = %s, chain = %s WHERE name = %s", (position + len(entries), chains[-1], name)
        )
        cursor.execute(
            "UPDATE terminal_head SET seq = %s, hash = %s, entries = %s WHERE terminal = %s",
            (last.head.seq, last.hash, len(entries), days.terminal),
        )
        database.commit()
        database.autocommit = True
        database.execute("ANALYZE entry, stream_position")
