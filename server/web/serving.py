"""Serving: the program at an address, with TLS where it has a certificate of its own, and patience that ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from models.rules.problems import Trouble

HEADERS_WITHIN = 15.0
"""Seconds from the first byte of a request, or from being connected, until its headers are complete."""
LONGEST_HEADERS = 32 << 10
"""Bytes of a request's line and headers together."""
KEPT_OPEN = 12
"""Seconds for which a connection is kept for the next request; less than `HEADERS_WITHIN`, so that both ends know."""
CONNECTIONS = 1000
"""At once. Whoever comes then is told to come back."""
_LOOK_AGAIN = 600
"""Ticks of the server, ten a second, between two looks at the certificate's files."""

_log = logging.getLogger(__name__)


def settle() -> None:
    """To be called once by the program that serves, when all is built. Python's collector of garbage then leaves alone
    what stays for good, and comes less often: while a push is taken in, tens of thousands of rows are made that
    all are needed, and looking through them again and again took as long as half of all other work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Certificate:
    """A certificate and its key in two files, and TLS 1.2 or newer with them. A renewed one is taken while it serves;
    connections that are open go on with the old one."""

    def __init__(self, chain: Path, key: Path) -> None:
        """Trouble `centre.certificate` where the files cannot be used, with the reason."""
        self._chain, self._key = chain, key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        try:
            self._seen = self._stamp()
            self.context.load_cert_chain(chain, key, password=_no_password)
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
            raise Trouble("centre.certificate", file=chain, said=said) from error

    def renew(self) -> bool:
        """Whether the files have changed and can be used; the old certificate stays where they cannot."""
        try:
            stamp = self._stamp()
            if stamp == self._seen:
                return False
            # Tried on a context of its own first: half of a pair must not be taken into the one in use.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._chain, self._key, password=_no_password)
            self.context.load_cert_chain(self._chain, self._key, password=_no_password)
        except (OSError, ValueError) as error:
            _log.warning("the renewed certificate cannot be used yet: %s", type(error).__name__)
            return False
        self._seen = stamp
        return True

    def _stamp(self) -> tuple[int, int]:
        return self._chain.stat().st_mtime_ns, self._key.stat().st_mtime_ns


def _no_password() -> bytes:
    """OpenSSL would ask the terminal for it, and wait for ever where there is none."""
    raise ValueError("the key is protected by a password")


class Patience(H11Protocol):
    """HTTP/1.1 that hangs up on whoever connects and does not say what for: they would hold a place for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._wait_no_more()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # A further request may be there already, as a part of what came.
        if self.cycle is not None and self.cycle.response_complete:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The program ends. TLS takes leave of a line that is kept open for the next request, and would wait for the
        other end to answer, which only looks at the line when it has something to ask."""
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self.scheme == "https" and self._has_gone_out():
            self.transport.abort()
        else:
            super().shutdown()

    def _has_gone_out(self) -> bool:
        """Whether nothing of an answer is still on its way: TLS hands it at once to the transport below, which has no
        public name. Where it has another one some day, nothing is cut short and the goodbye is waited for."""
        below = getattr(getattr(self.transport, "_ssl_protocol", None), "_transport", None)
        return below is not None and not below.get_write_buffer_size() and not self.transport.get_write_buffer_size()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEADERS_WITHIN, self._on_waited)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _on_waited(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """The web server, which looks after its certificate."""

    def __init__(self, config: uvicorn.Config, certificate: Certificate | None) -> None:
        super().__init__(config)
        self._certificate = certificate

    async def on_tick(self, counter: int) -> bool:
        if self._certificate is not None and counter % _LOOK_AGAIN == _LOOK_AGAIN - 1:
            self._certificate.renew()
        return await super().on_tick(counter)


def server(
    app: ASGIApp, *, certificate: Certificate | None = None, proxies: Sequence[str] = (), **more: Any
) -> uvicorn.Server:
    """A server of this program, not started yet. `proxies`: addresses or networks whose word on who asks, and whether
    by https, is believed; nobody else's is."""
    config = uvicorn.Config(
        app,
        http=Patience,
        ws="none",
        # Below, strangers could write into the log at will.
        # Its own formatter would print what exceptions say.
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=KEPT_OPEN,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ssl_context_factory=None if certificate is None else lambda _config, _default: certificate.context,
        **more,
    )
    return Server(config, certificate)
