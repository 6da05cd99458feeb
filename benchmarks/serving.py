"""A centre in a process of its own, as counters reach it: its program with TLS, on a PostgreSQL that writes through.

`python -m benchmarks.serving FOLDER` says in one line of JSON where it is and how it is entered, and serves until its
standard input ends."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Serving:
    """A running centre: its address, enrolment codes by series, its PostgreSQL, and the processes both consist of."""

    url: str
    codes: dict[str, str]
    authority: Path
    dsn: str
    pid: int
    postmaster: int

    def tls(self) -> ssl.SSLContext:
        """What a counter trusts: this centre's authority alone."""
        return ssl.create_default_context(cafile=str(self.authority))

    def cpu(self) -> tuple[float, float]:
        """Seconds of processor time that the web program and PostgreSQL have used up to now."""
        return _cpu(self.pid), sum(map(_cpu, [self.postmaster, *_children(self.postmaster)]))


@contextmanager
def serving(
    folder: Path, series: Sequence[str] | Mapping[str, str] = ("TPE3",), mission: str = "TPE", *, bases: bool = False
) -> Iterator[Serving]:
    """A new centre whose files are in `folder`, while it is needed; `series` may name a mission for each. Only with
    `bases` it gives new counters one."""
    named = series if isinstance(series, Mapping) else dict.fromkeys(series, mission)
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "benchmarks.serving",
            str(folder),
            "bases" if bases else "plain",
            *(f"{one}={of}" for one, of in named.items()),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            yield Serving(**said | {"authority": Path(said["authority"])})
        finally:
            process.stdin.close()
            process.wait(30)


def authority(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loket benchmark")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    certificate, secret = folder / "centre.pem", folder / "centre.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


def _cpu(pid: int) -> float:
    """Of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS


def _children(pid: int) -> list[int]:
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text(encoding="utf-8").split()]


def serve(folder: Path, series: Mapping[str, str], *, bases: bool) -> None:
    from server.app import create_app
    from server.store import embedded
    from server.store.database import migrate, open_database
    from server.store.keys import new_keys, write_keys
    from server.usecases.centre import open_centre
    from server.usecases.codes import make_code
    from server.web.serving import Certificate, server, settle

    certificate, secret = authority(folder / "tls")
    cluster = embedded.start(folder / "pg")
    engine = open_database(cluster.dsn)
    try:
        with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "on", setting
        migrate(engine)
        keys, kept = new_keys(datetime.now(UTC)), folder / "bases" if bases else None
        write_keys(folder, keys)
        centre = open_centre(engine, keys, lambda: datetime.now(UTC), bases=kept)
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            program = server(create_app(centre), certificate=Certificate(certificate, secret))
            settle()
            said = {
                "url": f"https://127.0.0.1:{listener.getsockname()[1]}",
                "codes": {one: make_code(centre, of, one) for one, of in series.items()},
                "authority": str(certificate),
                "dsn": cluster.dsn,
                "pid": os.getpid(),
                "postmaster": int((folder / "pg" / "postmaster.pid").read_text(encoding="utf-8").split()[0]),
            }
            print(json.dumps(said), flush=True)

            def until_the_end() -> None:
                sys.stdin.read()
                program.should_exit = True

            threading.Thread(target=until_the_end, daemon=True).start()
            program.run(sockets=[listener])
    finally:
        engine.dispose()
        cluster.stop()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), dict(one.split("=", 1) for one in sys.argv[3:]), bases=sys.argv[2] == "bases")
