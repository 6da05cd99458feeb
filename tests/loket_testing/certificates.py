"""Certificates made for a test: an authority of one's own, and what it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, and the files they stand in."""

    chain: Path
    key: Path
    certificate: x509.Certificate
    secret: ec.EllipticCurvePrivateKey


def certificate(
    folder: Path,
    name: str,
    *,
    by: Pair | None = None,
    authority: bool | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> Pair:
    """For the host, address or authority of this name, vouched for by another one or by itself."""
    now = datetime.now(UTC)
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or now - DAY)
        .not_valid_after(ends or now + DAY)
        .add_extension(x509.SubjectAlternativeName([_named(name)]), critical=False)
        .add_extension(
            x509.BasicConstraints(ca=by is None if authority is None else authority, path_length=None), critical=True
        )
        .sign(secret if by is None else by.secret, SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Pair(chain, key, made, secret)


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name.replace(" ", "-"))
