"""Punctual: no operation on the line outlasts the deadline, however little it brings at a time.

The client's own timeouts hold for one wait each. A line that brings a byte a second never lets one of them run out: the
head of an answer alone would then take minutes, before anybody else looks at the clock."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

Left = Callable[[], float]
"""Seconds until it is over."""

_PIECE = 4 << 10
"""Bytes handed to the line between two looks at the clock."""


def keep_time(client: httpx.Client, left: Left) -> None:
    """From now on the client ends what it does when nothing is left: with a timeout, as for any other wait."""
    # Neither httpx nor its pools let a backend be chosen where the machine's proxies are to count as well.
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if not isinstance(pool, httpcore.ConnectionPool):
            continue  # a transport of another kind: the centre itself, in tests
        backend = pool._network_backend
        if isinstance(backend, _Backend):
            backend.left = left
        else:
            pool._network_backend = _Backend(backend, left)


class _Backend(httpcore.NetworkBackend):
    """Makes streams that look at the clock; `left` is that of the client's present task."""

    def __init__(self, inner: httpcore.NetworkBackend, left: Left) -> None:
        self._inner = inner
        self.left = left

    def at_most(self, timeout: float | None) -> float:
        """How long an operation may take that was given so long. ReadTimeout when there is no time at all."""
        left = self.left()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline is over")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self.at_most(timeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.at_most(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], self._backend.at_most(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._backend.at_most(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
