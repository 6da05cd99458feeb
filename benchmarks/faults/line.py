"""A line that does what lines do: it cuts, waits, repeats, trickles, flips bits, and answers in the centre's place."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 55\r\n\r\n"
    b"<html><body><h1>Wi-Fi Bandara</h1>Masuk</body></html>\r\n"
)
"""What a captive portal says to everybody, whatever was asked."""

Kind = Literal[
    "cut going",
    "cut coming",
    "short",
    "late",
    "late answer",
    "twice",
    "again later",
    "after the next",
    "trickle",
    "answered",
    "silent",
    "flip going",
    "flip coming",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the line sees it: the how manyth since `plan` was set, and its bytes."""

    number: int
    method: str
    path: str
    length: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of one request. `at`: after how many bytes, or which byte; `seconds`: how long."""

    kind: Kind
    at: int = 0
    seconds: float = 0.0
    answer: bytes = PORTAL


Plan = Callable[[Asked], Fault | None]
"""Chooses for each request; None lets it pass."""

_PATIENCE = 30.0
"""Seconds an end of the line may be silent before the line hangs up by itself."""
_LENGTH = re.compile(rb"^content-length: *([0-9]+) *$", re.IGNORECASE | re.MULTILINE)


class _Gone(Exception):
    """One end hung up, or the line did."""


class Line:
    """Between counters and a centre; with `tls` it speaks TLS with the counters, as a proxy before a centre does."""

    def __init__(self, centre: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        self._centre = centre
        self.tls = tls
        self.plan: Plan | None = None
        self.struck: Counter[str] = Counter()
        """How often each fault was really inflicted."""
        self.kept: list[bytes] = []
        """Requests that wait to be sent once more."""
        self._asked = 0
        self._turn = threading.Lock()
        self._passed = threading.Condition()
        self._through = 0
        self._open: set[socket.socket] = set()
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._accepting = threading.Thread(target=self._accept, name="line")
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://localhost:{self._listener.getsockname()[1]}"

    def misbehave(self, plan: Plan) -> None:
        with self._turn:
            self._asked = 0
            self.plan = plan

    def mend(self) -> None:
        """From now on everything passes; what was under way comes to its end first."""
        self.plan = None
        self.hang_up()

    def hang_up(self) -> None:
        """Every connection there is now is cut, wherever it stands."""
        with self._turn:
            ends = list(self._open)
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def send_again(self) -> int:
        """Everything that was kept reaches the centre once more, late and out of order; how many requests."""
        with self._turn:
            kept, self.kept = self.kept, []
        for request in reversed(kept):
            with contextlib.suppress(OSError, _Gone), self._to_centre() as centre:
                centre.sendall(request)
                self._answer(centre, request)
        return len(kept)

    def __enter__(self) -> Line:
        self._accepting.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(10)
        self._listener.close()
        self.hang_up()
        with self._passed:
            self._passed.notify_all()
        for thread in self._threads:
            thread.join(10)

    # One connection each

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._over.is_set():
                end, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(end,), name="line")
                self._threads.append(thread)
                thread.start()

    @contextlib.contextmanager
    def _held(self, end: socket.socket) -> Iterator[socket.socket]:
        end.settimeout(_PATIENCE)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._turn:
            self._open.add(end)
        try:
            with end:
                yield end
        finally:
            with self._turn:
                self._open.discard(end)

    def _to_centre(self) -> contextlib.AbstractContextManager[socket.socket]:
        return self._held(socket.create_connection(self._centre, _PATIENCE))

    def _serve(self, raw: socket.socket) -> None:
        tls = self.tls
        with contextlib.suppress(OSError, _Gone, ValueError), self._held(raw):
            if tls is None:
                self._carry(raw)
                return
            with tls.wrap_socket(raw, server_side=True) as counter:
                with self._turn:
                    self._open.add(counter)
                try:
                    self._carry(counter)
                finally:
                    with self._turn:
                        self._open.discard(counter)

    def _carry(self, counter: socket.socket) -> None:
        while not self._over.is_set():
            request = _message(counter)
            if request is None:
                return
            with self._turn:
                self._asked += 1
                asked, plan = _asked(self._asked, request), self.plan
            fault = plan(asked) if plan is not None else None
            if fault is not None:
                self.struck[fault.kind] += 1
            with self._to_centre() as centre:
                self._exchange(counter, centre, request, fault)

    def _exchange(self, counter: socket.socket, centre: socket.socket, request: bytes, fault: Fault | None) -> None:
        kind = None if fault is None else fault.kind
        at = 0 if fault is None else fault.at
        seconds = 0.0 if fault is None else fault.seconds
        if kind == "answered" and fault is not None:
            counter.sendall(fault.answer)
            return
        if kind == "silent":
            self._wait(seconds)
            raise _Gone
        if kind == "cut going":
            centre.sendall(request[: at % len(request)])
            raise _Gone
        if kind == "flip going":
            request = _flipped(request, at)
        if kind == "again later":
            with self._turn:
                self.kept.append(request)
        if kind == "late":
            self._wait(seconds)
        if kind == "after the next":
            self._let_others_pass(seconds)
        if kind == "twice":
            with self._to_centre() as other:
                other.sendall(request)
                self._answer(other, request)
        centre.sendall(request)
        answer = self._answer(centre, request)
        with self._passed:
            self._through += 1
            self._passed.notify_all()
        if kind == "late answer":
            self._wait(seconds)
        if kind == "cut coming":
            counter.sendall(answer[: at % len(answer)])
            raise _Gone
        if kind == "short":
            counter.sendall(_shortened(answer, at))
            return
        if kind == "flip coming":
            answer = _flipped(answer, at)
        if kind == "trickle":
            self._trickle(counter, answer, seconds)
            return
        counter.sendall(answer)

    def _answer(self, centre: socket.socket, request: bytes) -> bytes:
        answer = _message(centre, bodiless=request.startswith(b"HEAD "))
        if answer is None:
            raise _Gone
        return answer

    def _wait(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise _Gone

    def _let_others_pass(self, seconds: float) -> None:
        """Until another request has had its answer, or for so long where none comes."""
        with self._passed:
            before = self._through
            self._passed.wait_for(lambda: self._through > before or self._over.is_set(), seconds)

    def _trickle(self, counter: socket.socket, answer: bytes, seconds: float) -> None:
        """A byte, and after so many seconds the next."""
        for byte in answer:
            counter.sendall(bytes([byte]))
            self._wait(seconds)


def _asked(number: int, request: bytes) -> Asked:
    method, target, _ = request.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    return Asked(number, method, target.partition("?")[0], len(request))


def _message(end: socket.socket, *, bodiless: bool = False) -> bytes | None:
    """One whole HTTP message, byte for byte; None where the other end hung up before it began."""
    came = bytearray()
    while (head := came.find(b"\r\n\r\n")) < 0:
        more = end.recv(1 << 16)
        if not more:
            if came:
                raise _Gone
            return None
        came += more
    head += 4
    if bodiless or came.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304")):
        return bytes(came)
    lines = bytes(came[:head]).replace(b"\r\n", b"\n")
    if re.search(rb"^transfer-encoding: *chunked *$", lines, re.IGNORECASE | re.MULTILINE):
        while not came.endswith(b"0\r\n\r\n"):
            came += _more(end)
        return bytes(came)
    length = _LENGTH.search(lines)
    whole = head + (int(length[1]) if length else 0)
    while len(came) < whole:
        came += _more(end)
    return bytes(came)


def _more(end: socket.socket) -> bytes:
    if not (more := end.recv(1 << 16)):
        raise _Gone
    return more


def _flipped(message: bytes, at: int) -> bytes:
    """One bit of the body is another; of the head where there is no body."""
    head = message.find(b"\r\n\r\n") + 4
    start = head if head < len(message) else 0
    place = start + at % (len(message) - start)
    return message[:place] + bytes([message[place] ^ (1 << at % 8)]) + message[place + 1 :]


def _shortened(answer: bytes, at: int) -> bytes:
    """The same answer with less of a body, and a head that says that this is all."""
    head, _, body = answer.partition(b"\r\n\r\n")
    kept = body[: at % len(body)] if body else body
    return re.sub(rb"(?im)^content-length:.*?$", b"Content-Length: %d" % len(kept), head) + b"\r\n\r\n" + kept
