"""Everything that reads bytes from outside, with the refusals it documents and what must hold of what it accepts."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import zstandard

from kiosk.devices import ipp, pictures
from kiosk.devices.sheets import read_sheet
from kiosk.forms.importing import RowReader, listed, suggest
from kiosk.steps import finish
from kiosk.store import keys, lockout
from kiosk.store.recovery import clean_code, new_code
from kiosk.usecases.claims import Document, document_problems
from models.journal.body import known_kinds, pack, unpack
from models.journal.entry import NOTHING, Entry, Frame, Unreadable
from models.journal.keys import SealingKey, SigningKey, seal
from models.journal.sealed import SealedAccount, open_part
from models.journal.terminals import TerminalCertified
from models.rules import token
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.mrz import make_mrz, read_mrz
from models.rules.problems import Refused, Trouble
from models.rules.receipt_numbers import parse_number
from models.rules.tariff_documents import read_pack
from models.stories import retold
from models.sync import bundles, messages, restoring, support
from models.sync.enrolment import CentreInfo, CentreKeys, Code, EnrolRequest, certified, read_code, read_request
from models.sync.protocol import SyncError
from models.sync.signing import Signed, Untrue, opened, signed
from models.sync.statement import Statement, Sum, read_statement, sign_statement
from models.sync.tokens import Bearer, check_token, claimed_by
from models.sync.tokens import make_token as make_bearer

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KEY = SigningKey(b"\x07" * 32)
SEALING = SealingKey(b"\x09" * 32)
CENTRE, TERMINAL = UUID(int=1), UUID(int=2)
CENTRE_KEYS = CentreKeys(CENTRE, 1, KEY.public, SEALING.public, NOW)


@dataclass(frozen=True)
class Parser:
    """`read` gives a value or one of `refusals`, and nothing else. It asserts by itself what holds of the value: that
    it is written again as it was read. `of`: modules whose lines a fuzzer wants to reach."""

    name: str
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    of: tuple[str, ...] = ("models/",)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape" if b"\xff" not in data else "replace")


# The journal


def _frame(data: bytes) -> object:
    frame = unpack(data, Frame)
    assert unpack(pack(frame), Frame) == frame
    entry = Entry.opened(frame, NOTHING)
    entry.signed_by(KEY.public)
    return entry.body()


@cache
def _bodies() -> list[Any]:
    return [known_kinds()[kind] for kind in sorted(known_kinds())]


def _body(data: bytes) -> object:
    """The first byte says which kind; then the length of the facts, the facts and the personal part."""
    kinds = _bodies()
    kind = kinds[data[0] % len(kinds)] if data else kinds[0]
    size = int.from_bytes(data[1:3], "big")
    facts, personal = data[3 : 3 + size], data[3 + size :]
    body = kind.read(facts, personal or None)
    again = kind.read(body.facts(), body.personal_part(b"0" * 16))
    assert again == body
    return body


def _sealed(data: bytes) -> object:
    open_part(data, SEALING, SealedAccount) if data[:1] == b"\0" else None
    part = open_part(seal(data, SEALING.public, SealedAccount.ABOUT), SEALING, SealedAccount)
    assert unpack(pack(part), SealedAccount) == part
    return part


# Messages

MESSAGES: tuple[Any, ...] = (
    messages.SyncRequest,
    messages.SyncAnswer,
    messages.PushRequest,
    messages.PushAnswer,
    messages.Page,
    messages.LookupRequest,
    messages.LookupAnswer,
    messages.BorrowRequest,
    messages.BorrowAnswer,
    messages.BlobPlan,
    messages.ErrorAnswer,
    Signed,
    CentreInfo,
    EnrolRequest,
    restoring.RecallRequest,
    restoring.RecallAnswer,
    restoring.ReturnRequest,
    restoring.ReturnAnswer,
)


def _message(data: bytes) -> object:
    """The first byte says which message."""
    kind = MESSAGES[data[0] % len(MESSAGES)] if data else MESSAGES[0]
    value = messages.decode(zstandard.compress(data[1:]), kind)
    assert messages.decode(messages.encode(value), kind) == value
    if kind is messages.ErrorAnswer:
        messages.error_of(value)
    if kind is messages.BlobPlan:
        _ = value.plan
    return value


def _wire(data: bytes) -> object:
    return messages.decode(data, messages.PushRequest)


def _signed(data: bytes) -> object:
    """A message with a good signature over whatever it says."""
    purpose = ("statement", messages.PAGE, "keys", "x")[data[0] % 4] if data else "x"
    from models.sync import signing

    message = Signed(data[1:], KEY.sign(signing._to_be_signed(purpose, data[1:])))
    if purpose == messages.PAGE:
        return opened(message, purpose, KEY.public, messages.Page)
    return opened(message, purpose, KEY.public, Statement)


def _statement(data: bytes) -> object:
    statement = read_statement(unpack(data, Signed), KEY.public)
    assert read_statement(sign_statement(statement, KEY), KEY.public) == statement
    return statement


def _enrol(data: bytes) -> object:
    return read_request(unpack(data, Signed))


def _recall(data: bytes) -> object:
    return restoring.read_recall(unpack(data, Signed), CENTRE, [KEY.public])


def _recall_signed(data: bytes) -> object:
    """Signed by a terminal that the centre certified, whatever else it says."""
    from models.sync import signing

    made = Signed(data, KEY.sign(signing._to_be_signed(restoring.RECALL, data)))
    return restoring.read_recall(made, CENTRE, [KEY.public])


def _certificate(data: bytes) -> object:
    return certified(unpack(data, Frame), CENTRE_KEYS)


def _bearer(data: bytes) -> object:
    text = _text(data)
    bearer = claimed_by(text)
    check_token(text, KEY.public, CENTRE, NOW)
    return bearer


def _code(data: bytes) -> object:
    code = read_code(_text(data))
    assert read_code(str(code)) == code
    return code


# Papers


def _token(data: bytes) -> object:
    facts = token.peek(data)
    assert token.token_text(token.spelled(data)) == data
    token.read_token(data, KEY.public)
    return facts


def _token_payload(data: bytes) -> object:
    """A token with a good signature over whatever it says."""
    kid = token.thumbprint(KEY.public)
    protected = token._protected(kid)
    made = token._envelope(protected, data, KEY.sign(token._to_be_signed(protected, data)))
    facts = token.read_token(made, KEY.public)
    assert token.make_token(facts, KEY.sign, kid) == made
    return facts


def _scanned(data: bytes) -> object:
    text = _text(data)
    found = token.token_text(text)
    assert token.spelled(found) in text.upper()
    return found


def _mrz(data: bytes) -> object:
    return read_mrz(_text(data).split("\n"), TODAY)


def _number(data: bytes) -> object:
    text = _text(data)
    number = parse_number(text)
    assert parse_number(str(number)) == number
    return number


def _recovery(data: bytes) -> object:
    code = clean_code(_text(data))
    assert clean_code(code) == code
    return code


# Files


def _sheet(data: bytes) -> object:
    found = listed(finish(read_sheet(data, "daftar.xlsx" if data.startswith(b"PK") else "daftar.csv")).rows)
    reader = RowReader(found, suggest(found.labels), mission("TPE"), TODAY)
    return [reader.form(row) for row in found.rows[:20]]


def _picture(data: bytes) -> object:
    return pictures.read(data, "surat.jpg").size


def _document(data: bytes) -> object:
    return document_problems(Document("paspor", "surat.pdf", data))


def _key_file(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / keys.KEYS_FILE).write_bytes(data)
        return keys.slots(folder), keys.people(folder)


def _key_body(data: bytes) -> object:
    """A key file whose digest is right, whatever it says."""
    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return _key_file(b'{"format":1,"digest":"' + digest.encode() + b'","seals":{},"body":' + data + b"}")


def _tries(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "tries").write_bytes(data)
        return lockout._tries_in(Path(made) / "tries")


def _publication(data: bytes) -> object:
    from server.usecases.publish import Publication, _checked

    publication = msgspec.json.decode(data, type=Publication)
    return list(_checked(publication))


def _confirmed(data: bytes) -> object:
    from server.usecases.memberships import confirmed_file

    return confirmed_file(data)


def _centre_keys(data: bytes) -> object:
    from server.store.keys import FILE, read_keys

    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / FILE
        path.write_bytes(data)
        path.chmod(0o600)
        found = read_keys(Path(made))
        assert found is not None
        return found.public, found.fingerprint


def _tariff(data: bytes) -> object:
    document = json.loads(data)
    if not isinstance(document, dict):
        raise ValueError("no object")
    pack = read_pack(document)
    assert read_pack(pack.to_json()) == pack
    return pack


def _printer(data: bytes) -> object:
    return ipp._fate(data, "Loket")


def _log(data: bytes) -> object:
    return retold(_text(data), ("store.busy",))


# Sticks and support


def _bundle(data: bytes) -> object:
    reader = bundles.Reader(BytesIO(data))
    blocks = list(reader.blocks())
    with suppress(bundles.BadBundle):
        reader.check(KEY.public)
    return len(blocks)


def _bundle_signed(data: bytes) -> object:
    """A bundle of somebody who may sign, with whatever in it."""
    from hashlib import sha256

    whole = data + KEY.sign(bundles._SIGNATURE + sha256(data).digest())
    reader = bundles.Reader(BytesIO(whole))
    reader.check(KEY.public)
    opened_ = bundles.Opened(reader.packed_head, SEALING)
    return [message for _block, message in opened_.messages(reader.blocks())]


def _mark(data: bytes) -> object:
    return bundles.read_mark(_text(data), KEY.public)


def _support(data: bytes) -> object:
    return support.open_diagnosis(data, SEALING)


def _support_inside(data: bytes) -> object:
    made = support.MAGIC + seal(zstandard.compress(data), SEALING.public, support.ABOUT)
    return support.open_diagnosis(made, SEALING)


MSG = msgspec.MsgspecError
PARSERS = (
    Parser("frame", _frame, (MSG, Unreadable), ("models/journal/",)),
    Parser("body", _body, (MSG,), ("models/journal/",)),
    Parser("sealed", _sealed, (ValueError,), ("models/journal/",)),
    Parser("message", _message, (SyncError,), ("models/sync/",)),
    Parser("wire", _wire, (SyncError,), ("models/sync/",)),
    Parser("signed", _signed, (Untrue,), ("models/sync/",)),
    Parser("statement", _statement, (MSG, Untrue), ("models/sync/",)),
    Parser("enrol", _enrol, (MSG, Untrue), ("models/sync/",)),
    Parser("certificate", _certificate, (MSG, Untrue), ("models/sync/", "models/journal/")),
    Parser("recall", _recall, (MSG, Untrue), ("models/sync/",)),
    Parser("recall_signed", _recall_signed, (Untrue,), ("models/sync/",)),
    Parser("bearer", _bearer, (SyncError,), ("models/sync/",)),
    Parser("code", _code, (Refused,), ("models/sync/",)),
    Parser("token", _token, (Refused,), ("models/rules/",)),
    Parser("token_payload", _token_payload, (Refused,), ("models/rules/",)),
    Parser("scanned", _scanned, (Refused,), ("models/rules/",)),
    Parser("mrz", _mrz, (Refused,), ("models/rules/",)),
    Parser("number", _number, (Refused,), ("models/rules/",)),
    Parser("recovery", _recovery, (Refused,), ("kiosk/store/",)),
    Parser("sheet", _sheet, (Refused, Trouble), ("kiosk/devices/", "kiosk/forms/")),
    Parser("picture", _picture, (Refused,), ("kiosk/devices/",)),
    Parser("document", _document, (Refused,), ("kiosk/",)),
    Parser("key_file", _key_file, (Trouble,), ("kiosk/store/",)),
    Parser("key_body", _key_body, (Trouble,), ("kiosk/store/",)),
    Parser("tries", _tries, (), ("kiosk/store/",)),
    Parser("publication", _publication, (MSG, Refused, UnicodeDecodeError), ("server/", "models/rules/")),
    Parser("confirmed", _confirmed, (MSG, ValueError), ("server/",)),
    Parser("centre_keys", _centre_keys, (Trouble,), ("server/store/",)),
    Parser("tariff", _tariff, (Refused, ValueError, RecursionError), ("models/rules/",)),
    Parser("printer", _printer, (LookupError, ValueError), ("kiosk/devices/",)),
    Parser("log", _log, (), ("models/",)),
    Parser("bundle", _bundle, (bundles.BadBundle,), ("models/sync/",)),
    Parser("bundle_signed", _bundle_signed, (bundles.BadBundle,), ("models/sync/",)),
    Parser("mark", _mark, (Untrue,), ("models/sync/",)),
    Parser("support", _support, (Refused,), ("models/sync/",)),
    Parser("support_inside", _support_inside, (Refused,), ("models/sync/",)),
)


# What the corpus begins with: one good example of each


def seeds() -> dict[str, list[bytes]]:
    """Good input for every parser, made here; a corpus grows out of it."""
    from loket_testing.bodies import payment, registration
    from loket_testing.journals import Journal

    journal = Journal(mission="TPE", key=KEY)
    worker = UUID(int=5)
    entries = [journal.record(registration(worker)), journal.record(payment(worker, 1))]
    kinds = _bodies()

    def body(entry: Entry) -> bytes:
        facts, personal = entry.frame.facts, entry.frame.personal or b""
        at = kinds.index(known_kinds()[entry.head.kind, entry.head.version])
        return bytes([at]) + struct.pack(">H", len(facts)) + facts + personal

    recorded = Path(__file__).resolve().parents[1] / "kiosk" / "sync" / "recorded" / "schema_7" / "messages"
    found: dict[str, list[bytes]] = {parser.name: [] for parser in PARSERS}
    found["frame"] = [pack(entry.frame) for entry in entries]
    found["body"] = [body(entry) for entry in entries]
    found["sealed"] = [pack(SealedAccount(benefit="JKK", description="x", event_date=TODAY))]
    for name, at in (("03-post-sync.request", 0), ("03-post-sync.answer", 1), ("04-post-push.request", 2)):
        raw = zstandard.ZstdDecompressor().decompressobj().decompress((recorded / name).read_bytes())
        found["message"].append(bytes([at]) + raw)
    found["message"].append(bytes([10]) + pack(messages.error_answer(SyncError("clock", at=NOW), NOW)))
    found["wire"] = [(recorded / "04-post-push.request").read_bytes()]
    statement = Statement(CENTRE, TERMINAL, 1, 1, bytes(32), 1, (Sum("tender:cash", "TWD", 0, 5),), NOW, UUID(int=3))
    found["statement"] = [pack(sign_statement(statement, KEY))]
    found["signed"] = [b"\0" + pack(statement)]
    found["bearer"] = [make_bearer(KEY, Bearer(TERMINAL, 1), CENTRE, NOW).encode()]
    found["code"] = [str(Code.new(KEY.public)).encode()]
    lines = make_mrz(
        surname="NURHALIZA",
        given="SITI",
        number="C4821907",
        birth_date=date(1994, 3, 12),
        sex="F",
        expiry=date(2031, 2, 14),
    )
    found["mrz"] = ["\n".join(lines).encode()]
    found["number"] = [b"TPE3-2026-000418", b"TPE3-K-2026-000001", b"TPE3-A7-2026-000001"]
    found["recovery"] = [new_code().encode()]
    found["sheet"] = [b"Nama;Paspor;Tgl lahir\nSITI NURHALIZA;C4821907;12/03/1994\n", _workbook()]
    found["picture"] = [_png(), b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"]
    found["document"] = found["picture"]
    with tempfile.TemporaryDirectory() as made:
        keys.create(
            Path(made),
            login="rina",
            operator_id=TERMINAL,
            role="admin",
            password="rahasia-123",
            cost=keys.Cost(1, 8, 1),
        )
        whole = (Path(made) / keys.KEYS_FILE).read_bytes()
    found["key_file"] = [whole]
    found["key_body"] = [bytes(msgspec.json.decode(whole, type=keys._File).body)]
    found["tries"] = [b'{"rina":{"wrong":5,"boot":"x","since_boot":1.0,"wall":1.0}}']
    from server.usecases.publish import EXAMPLE

    found["publication"] = [EXAMPLE.encode()]
    found["confirmed"] = [
        b'{"confirmations": [{"receipt": "TPE3-2026-000418", "kpj": "21034567891", "confirmed_on": "2026-11-25"}]}',
        b"kpj;amount_idr;as_of\n21034567891;1250000;2026-10-31\n",
    ]
    found["centre_keys"] = [(recorded.parent / "centre.keys").read_bytes()]
    found["tariff"] = [json.dumps(json.loads(EXAMPLE)["tariffs"][0]).encode()]
    found["printer"] = [_ipp_answer()]
    found["log"] = [
        b"2026-11-22 10:00:01,000 ERROR loket K7F4-93: Trouble\n"
        b'  File "/x/kiosk/desk.py", line 3, in read\nbuiltins.ValueError store.busy\ncaused by\n'
    ]
    found["token_payload"] = [_receipt_payload()]
    kid = token.thumbprint(KEY.public)
    protected = token._protected(kid)
    payload = _receipt_payload()
    made_token = token._envelope(protected, payload, KEY.sign(token._to_be_signed(protected, payload)))
    found["token"] = [made_token]
    found["scanned"] = [
        token.token_url(made_token, "loket.example").encode(),
        token.spelled(made_token).lower().encode(),
    ]
    found["enrol"] = [pack(signed(_enrol_request(), "enrol", KEY))]
    office = Journal(mission="TPE", terminal=CENTRE, key=KEY)
    vouched = TerminalCertified(
        terminal_id=TERMINAL, incarnation=1, mission="TPE", series="TPE3", public_key=KEY.public
    )
    found["certificate"] = [pack(msgspec.structs.replace(office.record(vouched).frame, prev=NOTHING))]
    shown = restoring.RecallRequest(unpack(found["certificate"][0], Frame))
    found["recall"] = [pack(restoring.sign_recall(shown, KEY))]
    found["recall_signed"] = [pack(shown)]
    found["support_inside"] = [pack(support.Diagnosis(at=NOW, program="1", system="Linux"))]
    found["support"] = [support.seal_diagnosis(support.Diagnosis(at=NOW, program="1", system="Linux"), SEALING.public)]
    whole_bundle = _bundle_file()
    found["bundle"] = [whole_bundle]
    found["bundle_signed"] = [whole_bundle[:-64]]
    found["mark"] = [bundles.mark_text(bundles.Mark("up", TERMINAL, 1, ((1, b"x" * 16),)), KEY).encode()]
    return found


def _enrol_request() -> EnrolRequest:
    return EnrolRequest(
        secret=b"s" * 10,
        centre=CENTRE,
        terminal=TERMINAL,
        incarnation=1,
        public_key=KEY.public,
        mission="TPE",
        series="TPE3",
        program="x",
    )


def _receipt_payload() -> bytes:
    facts = token.ReceiptFacts(
        kind="receipt",
        number="TPE3-2026-000001",
        issued_on=TODAY,
        initials="SN",
        passport_end="1907",
        lines=(token.TokenLine("JKK+JKM", 24, date(2026, 12, 11), date(2028, 12, 10)),),
        amount_idr=332_500,
        amount=Money(649, "TWD", 0),
    )
    return token._payload(facts)


def _bundle_file() -> bytes:
    out = BytesIO()
    head = bundles.BundleHead("up", CENTRE, TERMINAL, 1, "TPE", "TPE3", 1, 1, 1, NOW, b"")
    writer = bundles.Writer(out, head, SEALING.public, KEY)
    writer.finish()
    return out.getvalue()


def _ipp_answer() -> bytes:
    def attribute(tag: int, name: bytes, value: bytes) -> bytes:
        return bytes([tag]) + struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value

    return (
        bytes.fromhex("0101000000000001")
        + b"\x02"
        + attribute(0x45, b"job-printer-uri", b"ipp://localhost/printers/Loket")
        + attribute(0x23, b"job-state", b"\0\0\0\x09")
        + b"\x03"
    )


def _png() -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (24, 16), "white").save(out, "PNG")
    return out.getvalue()


def _workbook() -> bytes:
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Daftar")
        sheet.write_row(0, 0, ["Nama", "Paspor"])
        sheet.write_row(1, 0, ["SITI NURHALIZA", "C4821907"])
    return out.getvalue()
