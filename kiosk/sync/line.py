"""The line: the centre's API, one call at a time, and what can go wrong on the way in a clerk's words."""

from __future__ import annotations

import random
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeVar
from uuid import UUID

import httpx

from kiosk.devices.clock import Clock
from kiosk.sync.punctual import keep_time
from models.journal.keys import SigningKey
from models.rules.problems import Problem, Refused, Trouble
from models.sync.chunks import Missing, Plan
from models.sync.enrolment import CentreInfo
from models.sync.messages import (
    BlobPlan,
    BorrowAnswer,
    BorrowRequest,
    Cursor,
    ErrorAnswer,
    LookupAnswer,
    LookupRequest,
    PushAnswer,
    SyncAnswer,
    SyncRequest,
    decode,
    encode,
    error_of,
)
from models.sync.protocol import (
    BLOBS,
    BORROW,
    CENTRE,
    CHUNKS,
    CONTENT_TYPE,
    ENROL,
    LOOKUP,
    MAX_ENTRIES,
    MAX_MESSAGE,
    PROTOCOL,
    PULL,
    PUSH,
    RECALL,
    RETURN,
    SNAPSHOT,
    STILL,
    SYNC,
    SyncError,
)
from models.sync.restoring import RecallAnswer, ReturnAnswer
from models.sync.signing import Signed
from models.sync.still import NO, microseconds, written
from models.sync.tokens import Bearer, make_token

T = TypeVar("T")

PROGRAM = f"loket-pmi {version('loket-pmi')}"

_LONGEST_WAIT = 15.0
"""Seconds one operation on the line (connecting, the next bytes either way) may take."""

_PIECE = 16 << 10
"""Bytes handed to the line between two looks at the clock."""

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")
_MISSING = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.?")

# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED.
_NOT_YET_VALID, _EXPIRED = 9, 10
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_OTHER_NAMES = (62, 64)
_OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION", "NO_PROTOCOLS_AVAILABLE"}

_NAMED = {
    "clock": "sync.clock",
    "bad_token": "sync.bad_token",
    "unknown_terminal": "sync.unknown_terminal",
    "revoked": "sync.revoked",
    "old_incarnation": "sync.old_incarnation",
    "wrong_name": "sync.wrong_name",
    "terminal_taken": "sync.terminal_taken",
    "protocol_too_old": "sync.push_too_old",
    "pull_too_old": "sync.pull_too_old",
    "too_many": "line.too_many",
    "too_slow": "line.too_slow",
    "busy": "line.busy",
    "broken": "line.broken",
}
"""What a person has to see to, or wait for, by the centre's own name for it."""

_TO_CHANGE = {
    "code_unknown": Problem("code", "code.unknown"),
    "code_expired": Problem("code", "code.expired"),
    "code_used": Problem("code", "code.used"),
    "code_elsewhere": Problem("code", "code.elsewhere"),
    "series_taken": Problem("series", "series.taken_at_centre"),
    "worker_unknown": Problem("worker_id", "worker.unknown_at_centre"),
}
"""What somebody typed and can type otherwise."""

_BUSY = {"busy", "too_many"}
_TOO_BUSY = {429, 502, 503, 504, 520, 521, 522, 523, 524, 530}
"""What stands before a centre that cannot answer now says so. Any other number from 500 on that does not say when to
come back is a fault of the centre's, and the same question would only meet it again."""
_SPREAD = 0.75, 1.5
"""Of the seconds that the centre asks us to wait: hundreds of counters that were told the same do not come back at
once."""
_FIRST_WAIT = 1.0
"""Seconds, where it does not say."""
_sleep = time.sleep

_WITHOUT_BODY = {"loket-size", "loket-still", "content-range"}
"""Headers by which an answer of the contract is known that has no message in it."""

_HANDLED = {"frame", "history", "document", "base"}
"""The classes of errors that sync answers by itself."""


def centre_address(url: str, field: str = "centre") -> str:
    """The centre's address without a path or slash at its end. Refused `centre.address` for what is none; Trouble
    `line.insecure` for http to any machine but this one."""
    try:
        read = httpx.URL(url.strip())
        host = read.host
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused(Problem.of(field, "centre.address", address=url[:80])) from error
    beside = read.userinfo or read.query or read.fragment or read.path.strip("/")
    if read.scheme not in ("http", "https") or beside or not _is_host(host) or not 0 < (read.port or 1) < 1 << 16:
        raise Refused(Problem.of(field, "centre.address", address=url[:80]))
    if read.scheme == "http" and not _is_this_machine(host):
        raise Trouble("line.insecure", host=host)
    return f"{read.scheme}://{read.netloc.decode('ascii')}"


def _is_host(host: str) -> bool:
    return _NAME.fullmatch(host) is not None or _address(host) is not None


def _is_this_machine(host: str) -> bool:
    found = _address(host)
    return host == "localhost" or (found is not None and found.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


class Deadline:
    """How long a sync may take, in seconds. A quarter of it is kept for the operation that is under way when the
    rest is used up. `patient`: a centre that asks us to come back later is asked again while there is time."""

    def __init__(self, seconds: float, *, patient: bool = False) -> None:
        self.seconds, self.patient = seconds, patient
        self.wait = min(_LONGEST_WAIT, seconds / 4)
        self.begin_again()

    def begin_again(self) -> None:
        """Count from now on: what took long until now had a time of its own."""
        self._ends = time.monotonic() + self.seconds - self.wait

    def left(self) -> float:
        """Seconds until everything has to have ended."""
        return self._ends + self.wait - time.monotonic()

    def is_near(self) -> bool:
        """Whether nothing more should be begun."""
        return time.monotonic() >= self._ends

    def rest(self, seconds: float) -> bool:
        """Wait so long; False at once where there is no time for it."""
        if not self.patient or time.monotonic() + seconds >= self._ends:
            return False
        _sleep(seconds)
        return True

    def check(self) -> None:
        """Trouble `line.deadline` when nothing more should be begun."""
        if self.is_near():
            raise Trouble("line.deadline", seconds=round(self.seconds))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is asking, of which centre. `skew_ms`: by how much the counter's clock is ahead of the centre's, as far
    as is known."""

    key: SigningKey
    bearer: Bearer
    centre: UUID
    skew_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Expected:
    """Bytes that are asked for, and where they are kept as they come, so that a cut loses none of them."""

    start: int
    end: int
    into: bytearray


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class ServerApi:
    """The centre at `address`, as the client reaches it. Every call may raise

    Trouble `line.unreachable`, `line.not_our_server`, `line.untrusted`, `line.other_name`, `line.old_tls`,
    `line.certificate`, `line.clock`, `line.busy`, `line.broken`, `line.deadline`, and the `sync.*` of what the centre
    names; Refused for what was typed (a spent code); SyncError of the classes `frame`, `history` and `document`, which
    sync answers by itself."""

    def __init__(self, client: httpx.Client, address: str, clock: Clock, deadline: Deadline) -> None:
        keep_time(client, deadline.left)
        self._client = client
        self._address = centre_address(address)
        self._clock = clock
        self._deadline = deadline
        self._speaker: Speaker | None = None
        self._ahead = timedelta(0)
        self.calls = 0

    @property
    def host(self) -> str:
        return httpx.URL(self._address).netloc.decode("ascii")

    def speak_as(self, speaker: Speaker) -> None:
        """Sign every further call but `centre` and `enrol`."""
        self._speaker = speaker
        self._ahead = timedelta(milliseconds=speaker.skew_ms)

    def begin(self, deadline: Deadline) -> None:
        """What follows has this time."""
        self._deadline = deadline

    # The calls

    def centre(self) -> CentreInfo:
        return self._message(self._answered(lambda: self._named(lambda: self._ask("GET", CENTRE))), CentreInfo)

    def enrol(self, request: Signed) -> Signed:
        body = encode(request)
        return self._message(self._named(lambda: self._ask("POST", ENROL, body=body)), Signed)

    def sync(self, request: SyncRequest) -> SyncAnswer:
        return self._message(self._answered(lambda: self._signed("POST", SYNC, body=encode(request))), SyncAnswer)

    def still(self, mark: bytes, t0: datetime, heard: datetime) -> str:
        """What the centre says to whether `mark` still names where it stands (`models.sync.still.hear`). `heard`: when
        it noted last that it heard us. SyncError of a centre that does not know the question."""
        asked = {"mark": written(mark), "t0": str(microseconds(t0)), "h": str(microseconds(heard))}
        return self._signed("GET", STILL, params=asked, short=True).headers.get("loket-still", NO)

    def push(self, body: bytes) -> PushAnswer:
        """`body` is an encoded PushRequest: how long it is decides what fits into it."""
        return self._message(self._signed("POST", PUSH, body=body), PushAnswer)

    def recall(self, shown: Signed) -> RecallAnswer:
        """A terminal the centre has forgotten has no token that counts: the message is signed."""
        return self._message(self._named(lambda: self._ask("POST", RECALL, body=encode(shown))), RecallAnswer)

    def give_back(self, body: bytes) -> ReturnAnswer:
        """`body` is an encoded ReturnRequest."""
        return self._message(self._signed("POST", RETURN, body=body), ReturnAnswer)

    def pull(self, after: Cursor, limit: int = MAX_ENTRIES) -> Signed:
        asked = {
            "stream": after.stream,
            "after": str(after.position),
            "chain": after.chain.hex(),
            "limit": str(limit),
            "protocol": str(PROTOCOL),
        }
        return self._message(self._signed("GET", PULL, params=asked), Signed)

    def snapshot(self) -> Signed:
        """What the centre gives instead of every entry. SyncError `base_none`."""
        return self._message(self._signed("GET", SNAPSHOT), Signed)

    def get_part(self, digest: bytes, start: int, end: int, into: bytearray) -> None:
        """Bytes of a part of a base, as `get_blob`. SyncError `base_none` where it is gone."""
        self._get_bytes(f"{SNAPSHOT}/{digest.hex()}", start, end, into)

    def look_up(self, request: LookupRequest) -> LookupAnswer:
        return self._message(self._signed("POST", LOOKUP, body=encode(request)), LookupAnswer)

    def borrow(self, request: BorrowRequest) -> BorrowAnswer:
        return self._message(self._signed("POST", BORROW, body=encode(request)), BorrowAnswer)

    def blob_missing(self, digest: bytes) -> Missing | None:
        """What the centre lacks of a document; None: nothing. SyncError `blob_unknown` before it was announced."""
        return self._missing(self._signed("HEAD", f"{BLOBS}/{digest.hex()}"))

    def announce_blob(self, digest: bytes, plan: Plan) -> Missing | None:
        """Say how a document is cut, and hear what the centre lacks of it. SyncError `too_large`, `blob_damaged`,
        `blob_unnamed`."""
        return self._missing(self._signed("POST", f"{BLOBS}/{digest.hex()}", body=encode(BlobPlan.of(plan))))

    def put_blob(self, digest: bytes, start: int, size: int, piece: bytes) -> Missing | None:
        """Bring bytes from `start` of a document of `size` bytes, and hear what the centre lacks then. What came
        through before the line was cut counts as well. SyncError `blob_unknown`, `blob_damaged`."""
        place = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}"}
        return self._missing(self._signed("PUT", f"{BLOBS}/{digest.hex()}", body=piece, headers=place))

    def blob_plan(self, digest: bytes) -> Plan:
        """How the centre cuts a document it has. SyncError `blob_unknown`."""
        asked = self._signed("GET", f"{BLOBS}/{digest.hex()}{CHUNKS}")
        try:
            return self._message(asked, BlobPlan).plan
        except SyncError as error:
            raise Trouble("sync.document_damaged") from error

    def get_blob(self, digest: bytes, start: int, end: int, into: bytearray) -> None:
        """Bytes of a document, `end` exclusive: `into` grows as they come, also when the line is cut meanwhile.
        SyncError `blob_unknown`."""
        self._get_bytes(f"{BLOBS}/{digest.hex()}", start, end, into)

    def _get_bytes(self, path: str, start: int, end: int, into: bytearray) -> None:
        wanted = {"Range": f"bytes={start}-{end - 1}"}
        self._signed("GET", path, headers=wanted, expected=_Expected(start, end, into))
        if not into:
            raise Trouble("line.not_our_server", host=self.host)

    # Asking

    def _signed(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        expected: _Expected | None = None,
        short: bool = False,
    ) -> _Answer:
        """Ask as this terminal; once more with the centre's time when it says that ours is wrong. `short`: in as few
        bytes as can be."""
        assert self._speaker is not None

        def ask() -> _Answer:
            assert self._speaker is not None
            speaker, now = self._speaker, self._clock() - self._ahead
            token = make_token(speaker.key, speaker.bearer, speaker.centre, now, short=short)
            named = {**(headers or {}), "Authorization": f"Bearer {token}"}
            if not short:
                named["User-Agent"] = PROGRAM
            return self._ask(method, path, params=params, body=body, headers=named, expected=expected)

        def ask_again_in_time() -> _Answer:
            try:
                return ask()
            except SyncError as error:
                # HEAD has no body, and so no time in it: then what the message before said still stands.
                if error.code != "clock" or (at := error.facts.get("at")) is None:
                    raise
                self._ahead = self._clock() - at  # type: ignore[operator]
                return ask()

        return self._named(lambda: self._patiently(ask_again_in_time))

    def _patiently(self, ask: Callable[[], _Answer]) -> _Answer:
        """The same bytes again while the centre is too busy and there is time, after as long as it asks."""
        wait = _FIRST_WAIT
        while True:
            try:
                return ask()
            except SyncError as error:
                asked = error.facts.get("seconds", 0)
                if error.code not in _BUSY or not self._rest(asked, wait):
                    raise
            except Trouble as trouble:
                asked = dict(trouble.values).get("seconds", 0)
                if trouble.code != "line.busy" or not self._rest(asked, wait):
                    raise
            wait *= 2

    def _rest(self, asked: object, wait: float) -> bool:
        seconds = int(str(asked)) or wait
        return self._deadline.rest(seconds * random.uniform(*_SPREAD))  # noqa: S311 - nobody guesses at it

    def _named(self, ask: Callable[[], _Answer]) -> _Answer:
        try:
            return ask()
        except SyncError as error:
            if (problem := _TO_CHANGE.get(error.code)) is not None:
                raise Refused(problem) from error
            if error.kind.answer in _HANDLED:
                raise
            named = _NAMED.get(error.code, "line.broken")
            raise Trouble(named, host=self.host, named=error.code) from error

    def _answered(self, ask: Callable[[], _Answer]) -> _Answer:
        """The answer to what cannot be asked in any other way: a no to it is the centre's trouble, or the line's."""
        try:
            return ask()
        except SyncError as error:
            raise Trouble("line.broken", host=self.host, named=error.code) from error

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        expected: _Expected | None = None,
    ) -> _Answer:
        self._deadline.check()
        self.calls += 1
        sent = headers or {"User-Agent": PROGRAM}
        if body is not None:
            sent |= {"Content-Type": CONTENT_TYPE, "Content-Length": str(len(body))}
        try:
            # Not by way of the client, which adds what it takes for granted in a browser to every question.
            request = httpx.Request(
                method,
                self._address + path,
                params=params,
                content=None if body is None else self._pieces(body),
                headers=sent,
                extensions={"timeout": httpx.Timeout(self._deadline.wait).as_dict()},
            )
            response = self._client.send(request, stream=True, follow_redirects=False, auth=None)
            try:
                if expected is not None and response.status_code == 206:
                    self._expect(response, expected)
                    received = b""
                else:
                    received = self._received(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            if self._deadline.left() <= 0:
                raise Trouble("line.deadline", seconds=round(self._deadline.seconds)) from error
            raise self._line_trouble(error) from error
        answer = _Answer(response.status_code, response.headers, received)
        if answer.status == 413 and body is not None:
            # Ours or not: whoever stands between us and the centre and takes small bodies only is to get small ones.
            raise SyncError("too_large")
        return self._checked(answer)

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), _PIECE):
            self._deadline.check()
            yield body[start : start + _PIECE]

    def _received(self, response: httpx.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_bytes():
            self._deadline.check()
            size += len(piece)
            if size > MAX_MESSAGE:
                raise Trouble("line.not_our_server", host=self.host)
            pieces.append(piece)
        return b"".join(pieces)

    def _expect(self, response: httpx.Response, expected: _Expected) -> None:
        """Keep what comes as it comes, never more than was asked for."""
        place = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if place is None or int(place[1]) != expected.start or int(place[2]) >= expected.end:
            raise Trouble("line.not_our_server", host=self.host)
        most = int(place[2]) + 1 - expected.start
        for piece in response.iter_bytes():
            self._deadline.check()
            expected.into.extend(piece[: most - len(expected.into)])

    def _checked(self, answer: _Answer) -> _Answer:
        """The answer, if it is one of the contract's. SyncError for the centre's no."""
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        if 200 <= answer.status < 300:
            if kind != CONTENT_TYPE and not _WITHOUT_BODY & set(answer.headers):
                raise Trouble("line.not_our_server", host=self.host)
            return answer
        if kind == CONTENT_TYPE and answer.body:
            error = error_of(self._message(answer, ErrorAnswer))
            if error.code in _BUSY:
                error.facts["seconds"] = _seconds(answer.headers.get("retry-after", ""))
            raise error
        if (code := answer.headers.get("loket-error")) is not None:
            raise SyncError(code)
        if answer.status in _TOO_BUSY or (answer.status >= 500 and "retry-after" in answer.headers):
            raise Trouble("line.busy", host=self.host, seconds=_seconds(answer.headers.get("retry-after", "")))
        if answer.status >= 500:
            raise Trouble("line.broken", host=self.host, named=f"HTTP {answer.status}")
        raise Trouble("line.not_our_server", host=self.host)

    def _message(self, answer: _Answer, into: type[T]) -> T:
        try:
            return decode(answer.body, into)
        except SyncError as error:
            raise Trouble("line.not_our_server", host=self.host) from error

    def _missing(self, answer: _Answer) -> Missing | None:
        if answer.status != 202:
            return None
        place = _MISSING.fullmatch(answer.headers.get("loket-missing", ""))
        left = answer.headers.get("loket-left", "")
        if place is None or not (left.isdecimal() and len(left) < 12) or int(place[2]) < int(place[1]):
            raise Trouble("line.not_our_server", host=self.host)
        return Missing(int(place[1]), int(place[2]) + 1, int(left))

    def _line_trouble(self, error: httpx.HTTPError) -> Trouble:
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                if cause.verify_code == _NOT_YET_VALID:
                    return Trouble("line.clock", host=self.host)
                if cause.verify_code == _EXPIRED:
                    return Trouble("line.certificate", host=self.host)
                named = "line.other_name" if cause.verify_code in _OTHER_NAMES else "line.untrusted"
                return Trouble(named, host=self.host)
            if isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER":
                return Trouble("line.not_our_server", host=self.host)
            if isinstance(cause, ssl.SSLError) and cause.reason in _OLD_TLS:
                return Trouble("line.old_tls", host=self.host)
        if isinstance(error, httpx.DecodingError | httpx.UnsupportedProtocol):
            return Trouble("line.not_our_server", host=self.host)
        return Trouble("line.unreachable", host=self.host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _seconds(retry_after: str) -> int:
    """Seconds the centre asks us to wait; 0 where it does not say."""
    return int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 0
