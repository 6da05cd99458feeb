"""The protocol: its versions, its limits, and the errors that are part of the contract (docs/decisions/0003)."""

from __future__ import annotations

from dataclasses import dataclass

PROTOCOL = 1
"""What this program speaks."""

UNSAID = 1
"""What a message speaks that does not say it: the version a message leaves out never changes."""

OLDEST_PUSH = 1
OLDEST_PULL = 1
"""The oldest versions a centre of this program serves: what a counter recorded is taken for at least 24 months,
also from a program too old to be given anything."""

CONTENT_TYPE = "application/vnd.loket.v1+msgpack+zstd"
"""Every body of `/v1`, errors included: an answer of another type is not from a centre (a captive portal)."""

MAX_ENTRIES = 500
"""Entries in one pulled page, and in one push where the centre does not say that it takes more."""
MAX_PUSH = 2000
"""Entries that this program takes in one push: what a transaction costs besides them is then no more than they do."""
MAX_BODY = 1 << 20
"""Bytes of a request's body as it travels."""
MAX_MESSAGE = 16 << 20
"""Bytes of a message once it is decompressed."""
MAX_PIECE = 1 << 20
"""Bytes of a document that travel in one request."""
MAX_BLOB = 64 << 20
"""Bytes of a whole document: the largest that a counter takes in (kiosk/devices/pictures.py), and what sealing adds."""
MAX_UNDER_WAY = 20
"""Documents that one terminal may have begun to bring; with one more, the one that rested longest begins anew."""
MAX_UNNAMED = 200
"""Whole documents of one terminal that no entry names (yet)."""
MAX_PART = 32 << 20
"""Bytes of a part of a base once it is decompressed."""
MAX_CANDIDATES = 10
"""Persons in the answer to one look-up."""
LOOKUPS_A_MINUTE = 20
"""Look-ups, and as many borrowings, that one terminal may ask for."""

CENTRE, ENROL, SYNC, PUSH, PULL = "/v1/centre", "/v1/enrol", "/v1/sync", "/v1/push", "/v1/pull"
RECALL, RETURN = "/v1/recall", "/v1/return"
STILL = "/v1/still"
LOOKUP, BORROW = "/v1/lookup", "/v1/borrow"
SNAPSHOT = "/v1/snapshot"
BLOBS, CHUNKS = "/v1/blobs", "/chunks"


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """An error's class says what the counter does; its code which sentence the clerk reads."""

    code: str
    status: int
    answer: str
    """`frame`: halve the batch, after three stop and alarm. `history`: re-read the heads. `terminal`: a person has
    to act. `version`: ask for the update. `document`, `worker`, `base`: this one only. `line`: the same bytes again,
    later."""


ERRORS = {
    kind.code: kind
    for kind in (
        ErrorKind("bad_frame", 400, "frame"),
        ErrorKind("too_large", 413, "frame"),
        ErrorKind("bad_seq", 422, "frame"),
        ErrorKind("bad_chain", 422, "frame"),
        ErrorKind("bad_signature", 422, "frame"),
        ErrorKind("gap", 409, "history"),
        ErrorKind("fork", 409, "history"),
        ErrorKind("epoch_changed", 409, "history"),
        ErrorKind("stream_changed", 409, "history"),
        ErrorKind("stream_unknown", 404, "history"),
        ErrorKind("clock", 401, "terminal"),
        ErrorKind("bad_token", 401, "terminal"),
        ErrorKind("unknown_terminal", 401, "terminal"),
        ErrorKind("revoked", 403, "terminal"),
        ErrorKind("old_incarnation", 403, "terminal"),
        ErrorKind("wrong_name", 403, "terminal"),
        ErrorKind("code_unknown", 403, "terminal"),
        ErrorKind("code_expired", 403, "terminal"),
        ErrorKind("code_used", 403, "terminal"),
        ErrorKind("code_elsewhere", 403, "terminal"),
        ErrorKind("series_taken", 409, "terminal"),
        ErrorKind("terminal_taken", 409, "terminal"),
        ErrorKind("protocol_too_old", 426, "version"),
        ErrorKind("pull_too_old", 426, "version"),
        ErrorKind("blob_unknown", 404, "document"),
        ErrorKind("blob_damaged", 422, "document"),
        ErrorKind("blob_unnamed", 409, "document"),
        ErrorKind("base_none", 404, "base"),
        ErrorKind("worker_unknown", 404, "worker"),
        ErrorKind("not_found", 404, "frame"),
        ErrorKind("too_many", 429, "line"),
        ErrorKind("too_slow", 408, "line"),
        ErrorKind("busy", 503, "line"),
        ErrorKind("broken", 500, "line"),
    )
}


class SyncError(Exception):
    """The other side said no, in a way the contract names."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        """Fields of `messages.ErrorAnswer` that belong to this code: `head`, `at`, `minimum`, `seconds`."""

    @property
    def kind(self) -> ErrorKind:
        return ERRORS.get(self.code, ErrorKind(self.code, 500, "line"))
