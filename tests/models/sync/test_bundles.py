"""Bundles: a file that only its recipient opens, and that nobody can change."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from models.journal.body import pack
from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey, seal
from models.sync import bundles
from models.sync.bundles import (
    SEAL,
    BadBundle,
    Block,
    BundleHead,
    CounterSays,
    Document,
    Mark,
    Opened,
    Piece,
    Reader,
    Writer,
    is_among,
    mark_text,
    ranges,
    read_mark,
)
from models.sync.chunks import plan_of
from models.sync.messages import BlobPlan, Head
from models.sync.signing import Untrue

SENDER, RECIPIENT = SigningKey.new(), SealingKey.new()
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NAME = "SITI NURHALIZA C1234567"
PAGES = NAME.encode() * 2_000
SAYS = CounterSays(head=Head(), cursors=(), taken=((1, 3),), sealing=RECIPIENT.public, program=NAME)


def head(**fields: object) -> BundleHead:
    given = {"part": 1, "parts": 2, "number": 12, "at": AT, "key": b""} | fields
    return BundleHead("up", new_id(), new_id(), 1, "TPE", "TPE3", **given)  # type: ignore[arg-type]


def written(*, to: bytes = RECIPIENT.public, by: SigningKey = SENDER) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, head(), to, by)
    writer.add(SAYS)
    writer.add(Document(sha256(PAGES).digest(), "image/png", BlobPlan.of(plan_of(PAGES))))
    writer.add(Piece(0, PAGES))
    digest = writer.finish()
    assert digest == sha256(file.getvalue()).digest()
    assert writer.size == len(file.getvalue())
    return file.getvalue()


BUNDLE = written()


def read(content: bytes, key: SealingKey = RECIPIENT, sender: bytes = SENDER.public) -> list[object]:
    reader = Reader(io.BytesIO(content))
    reader.check(sender)
    opened = Opened(reader.packed_head, key)
    return [message for _block, message in opened.messages(reader.blocks())]


def code_of(content: bytes, **more: object) -> str:
    with pytest.raises(BadBundle) as bad:
        read(content, **more)  # type: ignore[arg-type]
    return bad.value.code


def test_what_was_put_in_comes_out_in_its_order():
    says, document, piece = read(BUNDLE)
    assert says == SAYS
    assert isinstance(document, Document)
    assert isinstance(piece, Piece)
    assert piece.content == PAGES
    assert document.plan == plan_of(PAGES)
    assert Reader(io.BytesIO(BUNDLE)).head.file_name == "LOKET-TPE3-naik-000012-1dari2.loket"


def test_nobody_but_the_recipient_opens_it():
    assert code_of(BUNDLE, key=SealingKey.new()) == "not_for_us"
    assert code_of(BUNDLE, sender=SigningKey.new().public) == "damaged"


def test_the_clear_head_tells_nothing_of_anybody():
    assert NAME.encode() not in BUNDLE
    assert set(BundleHead.__struct_fields__) == {
        *("direction", "centre", "terminal", "incarnation", "mission", "series"),
        *("number", "part", "parts", "at", "key", "keys"),
    }


@given(place=st.integers(0, len(BUNDLE) * 8 - 1))
def test_a_single_changed_bit_is_refused(place: int):
    changed = bytearray(BUNDLE)
    changed[place // 8] ^= 1 << place % 8
    assert code_of(bytes(changed)) in ("not_a_bundle", "newer", "cut_short", "damaged")


@given(length=st.integers(0, len(BUNDLE) - 1))
def test_half_a_file_is_refused(length: int):
    assert code_of(BUNDLE[:length]) in ("not_a_bundle", "cut_short", "damaged")


@given(content=st.binary(max_size=200), known=st.booleans())
def test_whatever_lies_on_a_stick_is_read_without_harm(content: bytes, known: bool):
    assert code_of((BUNDLE[:16] if known else b"") + content) in ("not_a_bundle", "cut_short", "damaged", "newer")


def test_a_bundle_of_a_later_program_says_so():
    assert code_of(BUNDLE.replace(b"LOKET bundle 1\r\n", b"LOKET bundle 2\r\n", 1)) == "newer"


def forged(*blocks: bytes) -> bytes:
    """A bundle that its sender made by hand: every lie, and a true signature."""
    key = ChaCha20Poly1305.generate_key()
    packed = pack(head(key=seal(key, RECIPIENT.public, SEAL)))
    cipher, about = ChaCha20Poly1305(key), sha256(packed).digest()
    file = b"LOKET bundle 1\r\n" + struct.pack(">I", len(packed)) + packed
    for number, block in enumerate(blocks):
        sealed = cipher.encrypt(number.to_bytes(12), block, about)
        file += struct.pack(">I", len(sealed)) + sealed
    file += struct.pack(">I", 0)
    return file + SENDER.sign(b"loket bundle 1 signature\0" + sha256(file).digest())


def test_a_decompression_bomb_in_a_true_bundle_is_refused():
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(256 << 20))
    assert len(bomb) < 32_000
    assert code_of(forged(bomb)) == "damaged"


def test_a_true_bundle_with_something_else_in_it_is_refused():
    assert code_of(forged(b"nothing that was compressed")) == "damaged"
    assert code_of(forged(zstandard.compress(pack({"type": "unheard"})))) == "damaged"
    assert code_of(forged(zstandard.compress(pack({"type": "piece", "start": 0, "content": bytes(2 << 20)})))) == (
        "damaged"
    )


def test_a_bundle_without_its_end_is_refused_although_it_is_signed():
    assert code_of(forged(zstandard.compress(pack(SAYS)))) == "cut_short"
    assert read(forged(zstandard.compress(pack(SAYS)), zstandard.compress(pack(bundles.End())))) == [SAYS]


def test_messages_cannot_change_places():
    reader = Reader(io.BytesIO(BUNDLE))
    first, second, *_rest = reader.blocks()
    opened = Opened(reader.packed_head, RECIPIENT)
    with pytest.raises(BadBundle):
        opened.message(Block(first.number, second.sealed))


def test_a_kept_message_opens_later_as_it_would_have_then():
    reader = Reader(io.BytesIO(BUNDLE))
    kept = pack(bundles.Held(reader.packed_head, tuple(reader.blocks())[:1]))
    assert NAME.encode() not in kept
    held = msgspec.msgpack.decode(kept, type=bundles.Held)
    assert held.about == reader.head
    assert Opened(held.head, RECIPIENT).message(held.blocks[0]) == SAYS


def test_numbers_are_told_in_runs():
    assert ranges([3, 1, 2, 7, 9, 8, 3]) == ((1, 3), (7, 9))
    assert is_among(8, ((1, 3), (7, 9)))
    assert not is_among(4, ((1, 3), (7, 9)))
    assert len(ranges(range(0, 5_000, 2))) == 1_000


def test_the_paper_proves_which_file_it_goes_with():
    reader = Reader(io.BytesIO(BUNDLE))
    digest = reader.check(SENDER.public)
    mark = Mark("up", reader.head.terminal, 1, ((12, digest[:16]),))
    text = mark_text(mark, SENDER)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/")
    found = read_mark(f" {text.lower()}\n", SENDER.public)
    assert found.fits(reader.head, digest)
    assert not found.fits(reader.head, sha256(b"another file").digest())
    assert not found.fits(msgspec.structs.replace(reader.head, number=13), digest)


@pytest.mark.parametrize("text", ["", "LOKET-BUNDEL/", "LOKET-BUNDEL/0189", "LOKET-BUNDEL/" + "A" * 5_000])
def test_a_code_of_something_else_is_no_manifest(text: str):
    with pytest.raises(Untrue):
        read_mark(text, SENDER.public)
    with pytest.raises(Untrue):
        read_mark(mark_text(Mark("up", new_id(), 1, ()), SigningKey.new()), SENDER.public)
