"""Authority: who vouches for the centre's certificate at this counter, where it is not the public list of authorities.

A ministry may run an authority of its own. Its certificate is pinned: kept in the database, and from then on trusted
instead of every other one, so that no authority in the world can vouch for a false centre at this counter. A file may
hold several certificates: before an authority is replaced, the old and the new one are pinned together.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.desk import Desk, get_setting, require_role, set_setting
from models.rules.problems import Problem, Refused, Trouble

LARGEST = 64 << 10
"""Bytes of a file with certificates."""

_LINE = "line"
_KEPT_SECONDS = 10.0
"""For which an idle connection is kept for the next call; a little less than the centre keeps it."""

PINNED = "line_authority"
"""The setting that keeps them as PEM; empty for none."""

_SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that vouches for others. `fingerprint`: SHA-256 of it, as every program shows it."""

    name: str
    fingerprint: str
    until: datetime


def read_file(path: Path) -> bytes:
    """A file with certificates, no further than it may be long. Refused `ca` `file.unreadable`."""
    try:
        with path.expanduser().open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(Problem("ca", "file.unreadable")) from error


def checked(content: bytes, now: datetime) -> str:
    """The certificates of a file, ready to be pinned: PEM, or one as DER. Refused on `ca`: `ca.none`,
    `ca.private_key` (the file holds a secret that is no counter's business), `ca.not_authority`, `ca.expired`."""
    if _SECRET.search(content):
        raise Refused(Problem("ca", "ca.private_key"))
    found = _certificates(content) if len(content) <= LARGEST else []
    if not found:
        raise Refused(Problem("ca", "ca.none"))
    for one in found:
        if not _vouches(one):
            raise Refused(Problem.of("ca", "ca.not_authority", name=_name(one)))
    valid = [one for one in found if one.not_valid_after_utc > now]
    if not valid:
        raise Refused(Problem.of("ca", "ca.expired", name=_name(found[0])))
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in valid)


def pin(desk: Desk, content: bytes) -> tuple[Authority, ...]:
    """Trust these certificates and no others from now on. Refused as `checked`, and `staff.not_allowed`."""
    require_role(desk.operator, "penyelia", "admin")
    pem = checked(content, desk.clock())
    with desk.store.write() as connection:
        set_setting(connection, PINNED, pem)
    return authorities(pem)


def unpin(desk: Desk) -> None:
    """Trust the public authorities again. Refused `staff.not_allowed`."""
    require_role(desk.operator, "penyelia", "admin")
    with desk.store.write() as connection:
        set_setting(connection, PINNED, "")


def pinned(desk: Desk) -> str:
    """What is pinned at this counter, as PEM; empty: the public authorities are trusted."""
    with desk.store.read() as connection:
        return get_setting(connection, PINNED) or ""


def authorities(pem: str) -> tuple[Authority, ...]:
    """Who vouches."""
    return tuple(
        Authority(_name(one), one.fingerprint(SHA256()).hex(":").upper(), one.not_valid_after_utc)
        for one in _certificates(pem.encode("ascii"))
    )


def trust(pem: str) -> ssl.SSLContext:
    """TLS 1.2 or newer, to whom these certificates vouch for; without any, to whom the public authorities do."""
    # httpx brings the list of public authorities along: not every desktop has one.
    context = ssl.create_default_context(cadata=pem) if pem else httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _KeptLine:
    """A client that stays open between two syncs: what a handshake costs is more than what a sync does."""

    def __init__(self, pem: str) -> None:
        self.pem = pem
        self.client = httpx.Client(verify=trust(pem), limits=httpx.Limits(keepalive_expiry=_KEPT_SECONDS))

    def close(self) -> None:
        self.client.close()


@contextmanager
def line(desk: Desk, client: httpx.Client | None, pem: str | None = None) -> Iterator[httpx.Client]:
    """The client that was given, or the desk's own, which trusts what is pinned; with `pem` another one for as long
    as it is needed, which trusts that.

    Trouble `line.not_pinned` in place of `line.untrusted` where something is."""
    if client is not None:
        yield client
        return
    pinning = pinned(desk) if pem is None else pem
    try:
        if pem is None:
            yield _kept(desk, pinning).client
        else:
            with httpx.Client(verify=trust(pem)) as own:
                yield own
    except Trouble as trouble:
        if trouble.code != "line.untrusted" or not pinning:
            raise
        names = ", ".join(one.name for one in authorities(pinning))
        raise Trouble("line.not_pinned", **(dict(trouble.values) | {"names": names})) from trouble


def _kept(desk: Desk, pem: str) -> _KeptLine:
    kept = desk.belongings.get(_LINE)
    if isinstance(kept, _KeptLine) and kept.pem == pem:
        return kept
    if kept is not None:
        kept.close()
    made = _KeptLine(pem)
    desk.belongings[_LINE] = made
    return made


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)] if content else []
    except ValueError:
        return []


def _vouches(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _name(certificate: x509.Certificate) -> str:
    """What people call it: its common name, or all that it says of itself."""
    try:
        named = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        name = str(named[0].value) if named else certificate.subject.rfc4514_string()
    except ValueError:
        name = ""
    return " ".join(name.split())[:80] or "–"
