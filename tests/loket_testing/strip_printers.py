"""A thermal printer on the network, for tests: it listens, takes bytes, and answers the two questions we ask."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_HOW_ARE_YOU = b"\x10\x04\x02"
_ARE_YOU_DONE = b"\x1dr\x01"


class StripPrinter:
    """`printed` is what it took, without the questions; `mute` never answers, `deaf` never reads; `status` is what it
    answers when asked how it is (0x12: well)."""

    def __init__(self) -> None:
        self.printed = b""
        self.status = 0x12
        self.mute = self.deaf = False
        self.finished = threading.Event()
        """Set when whoever printed has hung up."""
        self._closing = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> StripPrinter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _whence = self._listening.accept()
                with line, suppress(OSError):
                    self._listen(line)
                self.finished.set()

    def _listen(self, line: socket.socket) -> None:
        got = b""
        if self.deaf:
            self._closing.wait()
            return
        while some := line.recv(65_536):
            got += some
            for question, answer in ((_HOW_ARE_YOU, self.status), (_ARE_YOU_DONE, 0x00)):
                if question in got:
                    got = got.replace(question, b"")
                    self.printed += got if question == _ARE_YOU_DONE else b""
                    got = b"" if question == _ARE_YOU_DONE else got
                    if not self.mute:
                        line.sendall(bytes([answer]))
        self.printed += got
