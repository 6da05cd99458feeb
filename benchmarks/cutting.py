"""A line that breaks: a TCP proxy between counter and centre that carries so many bytes and then hangs up."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from types import TracebackType

Flip = Callable[[bytes], bytes]
"""What becomes of bytes on their way to the centre."""

_BUFFER = 16 << 10


class CuttingLine:
    """Carries `cut_after` bytes a connection, both ways and headers included, and hangs up on both ends; 0: never.

    `carried` counts them, over all connections; `cuts` how often it hung up. What a sender wrote and the line had not
    taken yet is lost with the connection, and not counted, as in a machine that has no line."""

    def __init__(self, centre: str, cut_after: int = 0) -> None:
        host, _, port = centre.removeprefix("http://").partition(":")
        self._centre = host, int(port)
        self.cut_after = cut_after
        self.flip: Flip | None = None
        self.carried = self.cuts = self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def mend(self) -> None:
        """From now on no cuts, and nothing is counted yet."""
        self.cut_after, self.flip = 0, None
        self.carried = self.cuts = self.connections = 0

    def __enter__(self) -> CuttingLine:
        self._threads[0].start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                counter, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._carry, args=(counter,))
                self._threads.append(thread)
                thread.start()

    def _carry(self, counter: socket.socket) -> None:
        here = 0
        with contextlib.suppress(OSError), counter, socket.create_connection(self._centre) as centre:
            for end in (counter, centre):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self._over.is_set():
                for end in select.select([counter, centre], [], [], 0.1)[0]:
                    left = max(self.cut_after - here, 0) if self.cut_after else _BUFFER
                    if not left:
                        self.cuts += 1
                        return
                    came = end.recv(min(_BUFFER, left))
                    if not came:
                        return
                    here += len(came)
                    self.carried += len(came)
                    if end is counter:
                        centre.sendall(self.flip(came) if self.flip is not None else came)
                    else:
                        counter.sendall(came)
