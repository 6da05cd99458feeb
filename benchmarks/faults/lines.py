"""Faults of the line: each request may be cut, late, doubled, overtaken, shortened, changed or answered by somebody
else; and it may trickle, stay silent, or show a certificate that is none."""

from __future__ import annotations

import ssl
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.faults.case import Case, Run, Wrong
from benchmarks.faults.line import PORTAL, Asked, Fault, Kind, Plan
from models.sync.protocol import PUSH

PAPER = 150_000
"""Bytes of a document: more than one request, less than what takes long."""


def _html(status: str, *headers: str) -> bytes:
    body = b"<html><body>nginx</body></html>"
    head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


REDIRECT = _html("302 Found", "Location: http://login.wifi/")
TOO_LARGE = _html("413 Request Entity Too Large")
TOO_MANY = _html("429 Too Many Requests", "Retry-After: 30")
UNAVAILABLE = _html("503 Service Unavailable", "Retry-After: 5")
GATEWAY = _html("502 Bad Gateway")

LOST = ("line.unreachable",)
FOREIGN = ("line.not_our_server",)
ENDED = ("done", "done but line.unreachable", "done but line.not_our_server", "done but line.busy")
"""What a sync may say whose entries all went: documents can wait."""


NOT_MET = "had fewer requests"
"""Of a sync that was over before the request that was to meet the fault."""


def strike(chance: Random, make: Callable[[Random], Fault], *, most: int = 6) -> Plan:
    """One of the first requests of a sync, by chance, meets the fault."""
    number = chance.randint(1, most)
    return lambda asked: make(chance) if asked.number == number else None


def _each(make: Callable[[Random], Fault], *codes: str) -> Callable[[Run], None]:
    """Both counters work, one of the requests of a sync meets the fault; judged each time."""

    def run(run: Run) -> None:
        with run.mission() as mission:
            one, other = mission.counters
            for number in run.tries():
                run.work(one, paper=PAPER if number % 3 == 0 else 0)
                run.work(other)
                other.sync()
                mission.line.misbehave(strike(run.chance, make))
                before = mission.line.struck.total()
                run.sync(one)
                if mission.line.struck.total() == before:
                    run.saw[NOT_MET] += 1
                run.judge(mission)
            run.expect(*codes, *ENDED, NOT_MET)

    return run


def _at(kind: Kind) -> Callable[[Random], Fault]:
    """Anywhere: near the beginning, or further on."""
    return lambda chance: Fault(kind, chance.choice((chance.randrange(300), chance.randrange(1 << 20))))


def _sometimes(share: float) -> Callable[[Random], Plan]:
    """Every request may meet anything."""
    kinds: tuple[Kind, ...] = (
        "cut going",
        "cut coming",
        "short",
        "late",
        "twice",
        "again later",
        "answered",
        "late answer",
    )
    answers = (PORTAL, REDIRECT, TOO_MANY, UNAVAILABLE, GATEWAY)

    def plan_of(chance: Random) -> Plan:
        def plan(_asked: Asked) -> Fault | None:
            if chance.random() > share:
                return None
            kind = chance.choice(kinds)
            return Fault(kind, chance.randrange(1 << 20), chance.random() / 10, chance.choice(answers))

        return plan

    return plan_of


def _anything(run: Run) -> None:
    """Three syncs in a row in which every fourth request meets something; only then is it healed and judged."""
    plan_of = _sometimes(0.25)
    with run.mission() as mission:
        one, other = mission.counters
        for number in run.tries():
            mission.line.misbehave(plan_of(run.chance))
            for _ in range(3):
                run.work(one, paper=PAPER if number % 4 == 0 else 0)
                run.work(other)
                run.sync(other)
                run.sync(one)
            mission.line.plan = None
            mission.line.send_again()
            run.judge(mission)


def _again_later(run: Run) -> None:
    """What was pushed long ago reaches the centre once more, last first, after everything else."""
    with run.mission() as mission:
        one, _other = mission.counters
        for _ in run.tries():
            mission.line.misbehave(lambda asked: Fault("again later") if asked.method != "GET" else None)
            for _round in range(3):
                run.work(one)
                run.sync(one)
            mission.line.plan = None
            if mission.line.send_again() < 3:
                raise Wrong(["nothing was sent again"])
            run.judge(mission)


def _overtaken(run: Run) -> None:
    """Two syncs of one counter at once; the first push waits until something of the other has passed it."""
    with run.mission() as mission:
        one, _other = mission.counters
        for _ in run.tries():
            run.work(one)
            run.work(one)
            mission.line.misbehave(
                lambda asked: Fault("after the next", seconds=2) if asked.path == PUSH and asked.number % 2 else None
            )
            failed: list[BaseException] = []
            threads = [threading.Thread(target=_noting, args=(failed, partial(run.sync, one))) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if failed:
                raise failed[0]
            run.judge(mission)


def _noting(failed: list[BaseException], call: Callable[[], object]) -> None:
    try:
        call()
    except BaseException as error:
        failed.append(error)


def _slow(kind: Kind, seconds: float, deadline: float) -> Callable[[Run], None]:
    """A line that brings next to nothing: the sync ends by its deadline, with a name."""

    def run(run: Run) -> None:
        with run.mission() as mission:
            one, _other = mission.counters
            for _ in run.tries():
                run.work(one)
                mission.line.misbehave(strike(run.chance, lambda _: Fault(kind, seconds=seconds), most=3))
                run.sync(one, deadline)
                run.judge(mission)
            run.expect("line.deadline", *LOST, *ENDED)
            if not set(run.saw) - {"done"}:
                raise Wrong(["no sync noticed it"])

    return run


def _answered(answer: bytes, *codes: str) -> Callable[[Run], None]:
    """All requests, or one of them, are answered by somebody else."""

    fault = Fault("answered", answer=answer)

    def run(run: Run) -> None:
        with run.mission() as mission:
            one, _other = mission.counters
            for number in run.tries():
                run.work(one, paper=PAPER if number % 2 else 0)
                some = strike(run.chance, lambda _: fault)
                mission.line.misbehave(some if number % 2 else lambda _asked: fault)
                run.sync(one)
                run.judge(mission)
            run.expect(*codes, *ENDED)
            if not set(run.saw) - {"done"}:
                raise Wrong(["no sync noticed it"])

    return run


def _limited(most: int) -> Plan:
    """What is longer is answered by the proxy; documents may be larger, because they are never cut below 16 kB."""
    refused = Fault("answered", answer=TOO_LARGE)
    return lambda asked: refused if asked.length > (most if asked.path == PUSH else 40_000) else None


def _small_bodies(run: Run) -> None:
    """A proxy before the centre takes no more than a few thousand bytes: pieces become smaller until they pass."""
    with run.mission() as mission:
        one, _other = mission.counters
        for _ in run.tries():
            for _person in range(6):
                run.work(one)
            run.work(one, paper=PAPER)
            mission.line.misbehave(_limited(run.chance.randrange(3_500, 5_000)))
            report = run.sync(one)
            if report is None or report.pending or report.documents_pending:
                raise Wrong([f"entries or documents did not become small enough: {dict(run.saw)}"])
            run.judge(mission)


# Certificates


def _certified(
    begins: timedelta, ends: timedelta, expected: str, *, host: str = "localhost", known: bool = True
) -> Callable[[Run], None]:
    def run(run: Run) -> None:
        import httpx

        now = datetime.now(UTC)
        with tempfile.TemporaryDirectory() as place:
            good, trust = _tls(Path(place) / "good", now - timedelta(days=1), now + timedelta(days=1), "localhost")
            bad, _ = _tls(Path(place) / "bad", now + begins, now + ends, host)
            if known:
                trust.load_verify_locations(Path(place) / "bad" / "cert.pem")
            with httpx.Client(verify=trust) as client, run.place.mission(1, tls=good, client=client) as mission:
                (one,) = mission.counters
                for _ in run.tries():
                    run.work(one)
                    mission.line.tls = bad
                    with httpx.Client(verify=trust) as fresh:
                        run.sync(one, client=fresh)
                    mission.line.tls = good
                    run.judge(mission)
                run.expect(expected)

    return run


def _tls(folder: Path, begins: datetime, ends: datetime, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server shows, and who trusts it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    # Of two with one name only one would be looked at.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{host} {folder.name}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    folder.mkdir()
    chain, secret = folder / "cert.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(chain, secret)
    return shown, ssl.create_default_context(cafile=str(chain))


_DAY = timedelta(days=1)

CASES = (
    Case("cut on the way there", "the line is cut after any byte of a request", _each(_at("cut going"), *LOST), 40),
    Case(
        "cut on the way back",
        "the line is cut after any byte of an answer",
        _each(_at("cut coming"), *LOST, *FOREIGN),
        40,
        2,
    ),
    Case(
        "answer cut short",
        "an answer arrives with less of a body, as if that were all",
        _each(_at("short"), *FOREIGN),
        40,
    ),
    Case(
        "bit flipped on the way there",
        "one bit of a request is another",
        _each(
            _at("flip going"),
            *LOST,
            *FOREIGN,
            "line.broken",
            "sync.history",
            "sync.frames_refused",
            # What proves who asks is as easily hit as anything else.
            "sync.bad_token",
            "sync.unknown_terminal",
        ),
        40,
    ),
    Case(
        "bit flipped on the way back",
        "one bit of an answer is another",
        _each(_at("flip coming"), *LOST, *FOREIGN, "sync.untrue", "sync.history", "sync.page_untrue", "line.broken"),
        40,
    ),
    Case("sent twice", "any request reaches the centre twice", _each(lambda _: Fault("twice")), 30),
    Case("sent again later", "old requests reach the centre once more, in another order", _again_later, 15),
    Case("overtaken", "two syncs of one counter at once, whose requests overtake each other", _overtaken, 20),
    Case(
        "late",
        "a request or its answer is late",
        _each(lambda c: Fault(c.choice(("late", "late answer")), seconds=0.3)),
        20,
    ),
    Case(
        "trickle", "an answer comes at 1 byte a second: the sync ends by its deadline", _slow("trickle", 1.0, 8), 4, 0
    ),
    Case(
        "trickle, in short",
        "an answer comes at 8 bytes a second, the deadline is 2 s",
        _slow("trickle", 0.125, 2),
        3,
        1,
    ),
    Case("silent", "the line takes everything and never answers", _slow("silent", 20, 2), 6, 1),
    Case("captive portal", "200 with HTML, to everything or to one request", _answered(PORTAL, *FOREIGN), 20, 2),
    Case("redirected", "302 to a page for signing in", _answered(REDIRECT, *FOREIGN), 10, 0),
    Case("429", "a proxy says that it is too much, and when to come back", _answered(TOO_MANY, "line.busy"), 10, 0),
    Case("503", "a proxy says that the centre is away, and when to come back", _answered(UNAVAILABLE, "line.busy"), 10),
    Case("413", "a proxy takes small bodies only", _small_bodies, 10),
    Case("anything", "every fourth request meets a fault of any kind, over several syncs", _anything, 40),
    Case(
        "certificate expired",
        "TLS, and the certificate's last day is over",
        _certified(-3 * _DAY, -_DAY, "line.certificate"),
        3,
        1,
        alone=True,
    ),
    Case(
        "certificate not yet valid",
        "TLS, and the certificate's first day is tomorrow",
        _certified(_DAY, 3 * _DAY, "line.clock"),
        3,
        0,
        alone=True,
    ),
    Case(
        "certificate of another",
        "TLS, and the certificate is another host's",
        _certified(-_DAY, _DAY, "line.other_name", host="lain.example"),
        3,
        0,
        alone=True,
    ),
    Case(
        "certificate nobody vouches for",
        "TLS, and nobody we trust signed it",
        _certified(-_DAY, _DAY, "line.untrusted", known=False),
        3,
        0,
        alone=True,
    ),
)
