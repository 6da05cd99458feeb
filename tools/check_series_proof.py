#!/usr/bin/env python3
"""Check the proof of a counter's number series, without any part of the program that made it.

    python3 check_series_proof.py PROOF.json [--key FINGERPRINT]

A proof is what `loket proof` or `loket-centre proof` writes. This file is all that is needed to check it: Python 3.9 or
later and its standard library. Where the package `cryptography` happens to be installed it verifies the signatures
(5,000 in about a second); where it is not, the lines at the end of this file do (RFC 8032; about ten seconds).

What is checked, in this order; the first thing that is wrong is said and ends the check:
 1. every entry of the counter's journal follows the one before: number, hash, signature by the counter's key;
 2. every entry that takes a number shows its facts, and they are those its hash commits to;
 3. the numbers of each year are 1, 2, 3 … without a gap and without a twin;
 4. every receipt adds up: lines = amount, tenders = due + surplus - what was missing and let pass, local money = its
    rupiah at the rate it names, or what a decree fixed;
 5. a void or refund takes back a receipt that is there, once, and as much as was paid;
 6. the list of numbers and the totals say what the entries say;
 7. the centre, where the counter is enrolled, certified this key for this series, and holds this very journal.
FINGERPRINT pins who must have signed: the first 16 or more hex digits of the SHA-256 of the counter's public key, or of
the centre's root key. Without it a proof is only as good as the key it brings along.

Exit: 0 verified, 1 refuted, 2 this is no proof that can be read (or the command is wrong).
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from fractions import Fraction
from hashlib import sha256, sha512
from typing import Any
from uuid import UUID

RECEIVED, VOIDED, REFUNDED, MOVED = "contribution.received", "receipt.voided", "refund.paid", "coverage.moved"
NUMBERED = {RECEIVED: "receipts", VOIDED: "voids", REFUNDED: "refunds", MOVED: "moves"}
NOTHING = bytes(32)


class Refuted(Exception):
    """The proof can be read, and this is wrong with it."""


class Unreadable(Exception):
    """This is no proof, or one of a later make."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the proof of a counter's number series.")
    parser.add_argument("file", metavar="PROOF.json")
    parser.add_argument("--key", metavar="FINGERPRINT", help="of the counter's key or of the centre's root key")
    given = parser.parse_args()
    try:
        with open(given.file, "rb") as file:
            print(f"TERBUKTI (verified). {check(file.read(), given.key)}")
        return 0
    except Refuted as error:
        print(f"TERBANTAH (refuted): {error}")
        return 1
    except Exception as error:  # whatever is in the file: a traceback would pass for "refuted"
        print(f"TIDAK TERBACA (unreadable): {type(error).__name__}: {error}", file=sys.stderr)
        return 2


def check(content: bytes, pinned: str | None = None) -> str:
    """What was proved, in a sentence. Raises Refuted or Unreadable."""
    proof = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
    said = "format terminal centre year entries head numbers totals"
    (form, terminal, centre, year, entries, head, numbers, totals) = _fields(proof, said, "bukti")
    if form != "loket number proof 1":
        raise Unreadable("bukan bukti seri nomor, atau dari versi yang lebih baru")
    if not isinstance(entries, list) or not (year is None or type(year) is int):
        raise Unreadable("«entries» atau «year» bukan seperti seharusnya")
    key = _bytes(_fields(terminal, "id incarnation mission series public_key fingerprint", "terminal")[4], "public_key")
    owner = (terminal["id"], terminal["incarnation"])
    if type(owner[1]) is not int:
        raise Unreadable("«incarnation» bukan bilangan bulat")
    series = Series(key)
    hashes = [NOTHING]
    for seq, shown in enumerate(entries, 1):
        entry = Entry(shown, f"catatan {seq}")
        if (str(UUID(bytes=entry.terminal)), entry.incarnation) != owner:
            raise Refuted(f"catatan {seq} ditulis oleh loket lain")
        if entry.seq != seq or entry.prev != hashes[-1]:
            raise Refuted(f"catatan {seq} tidak menyambung pada catatan sebelumnya")
        if not signed_by(key, b"loket entry 1 signature" + entry.hash, entry.signature):
            raise Refuted(f"catatan {seq} tidak ditandatangani dengan kunci loket ini")
        hashes.append(entry.hash)
        if entry.kind in NUMBERED or entry.facts is not None:
            series.take(entry, seq)
    _same(head, {"seq": len(entries), "hash": hashes[-1].hex()}, "catatan terakhir («head»)")
    named = [series.mission, series.name]
    if centre is not None:
        granted = _granted(centre, terminal["id"], hashes)
        if [granted.get("incarnation"), granted.get("public_key")] != [terminal["incarnation"], key]:
            raise Refuted("sertifikat pusat memuat kunci lain daripada kunci loket ini")
        if series.rows and named != [granted.get("mission"), granted.get("series")]:
            raise Refuted("seri pada nomor bukan seri yang disertifikatkan pusat")
        named = [granted.get("mission"), granted.get("series")]
    named_so = {"mission": named[0], "series": named[1], "fingerprint": sha256(key).hexdigest()}
    _same(terminal, {**terminal, **named_so}, "«terminal»")
    years = [year] if year is not None else sorted(series.last)
    rows = series.listed(years)
    for place, row in enumerate(rows[: len(numbers)]):
        _same(numbers[place], row, f"{row['number']} dalam daftar nomor")
    _same(numbers, rows, "daftar nomor («numbers»)")
    _same(totals, {str(one): series.totals(one) for one in years}, "jumlah («totals»)")
    fingerprints = [sha256(key).hexdigest()] + ([centre["fingerprint"]] if centre else [])
    _pinned(pinned, fingerprints)
    listed = "; ".join(f"{one}: {series.last.get(one, 0)} nomor" for one in years) or "belum ada nomor"
    by = f"kunci akar pusat {fingerprints[1]}" if centre else "belum disertifikatkan pusat"
    unpinned = "" if pinned else " Kunci belum dicocokkan: bandingkan sidiknya, atau ulangi dengan --key."
    return (
        f"Loket {named[1] or '—'}, {len(entries)} catatan sampai {hashes[-1].hex()}; {listed}. "
        f"Kunci loket {fingerprints[0]}; {by}.{unpinned}"
    )


class Entry:
    """An entry as the proof shows it: its header read, its hash computed from the digests of its parts."""

    def __init__(self, shown: Any, where: str) -> None:
        names = "header facts_digest personal_digest sealed_digest prev hash signature"
        opened = isinstance(shown, dict) and "facts" in shown
        parts = [_bytes(one, where) for one in _fields(shown, names + (" facts" if opened else ""), where)]
        header, facts_digest, personal, sealed, self.prev, stated, self.signature = parts[:7]
        if any(len(one) != 32 for one in (facts_digest, personal, sealed, self.prev)):
            raise Refuted(f"{where}: sebuah sidik tidak 32 bita")
        digests = sha256(header).digest() + facts_digest + personal + sealed
        self.hash = sha256(b"loket entry 1 chain" + self.prev + digests).digest()
        if self.hash != stated:
            raise Refuted(f"{where}: isinya bukan yang ditandatangani (sidik berbeda)")
        if opened and sha256(parts[7]).digest() != facts_digest:
            raise Refuted(f"{where}: fakta yang ditunjukkan bukan yang ditandatangani")
        try:
            form, self.id, self.terminal, self.incarnation, self.seq = unpack(header)[:5]
            self.kind, self.version = unpack(header)[11:13]
            self.facts = unpack(parts[7]) if opened else None
            if form != 1 or len(self.terminal) != 16 or not (self.facts is None or isinstance(self.facts, dict)):
                raise ValueError("format")
        except (ValueError, TypeError, IndexError, struct.error) as error:
            raise Refuted(f"{where}: kepala atau faktanya tidak terbaca") from error


class Series:
    """The numbers taken so far, and what they come to."""

    def __init__(self, key: bytes) -> None:
        self.name, self.mission, self.mark = None, None, "." + sha256(key).hexdigest()[:2].upper()
        self.last: dict = {}  # the last serial of each year
        self.receipts: dict = {}
        self.taken_back: set = set()
        self.exponents: dict = {}  # of each currency
        self.rows: list = []  # (year, the row as it is listed, what each tender kept)

    def take(self, entry: Entry, seq: int) -> None:
        """One entry that takes a number."""
        if entry.kind not in NUMBERED or entry.version != 1:
            raise Unreadable(f"jenis catatan {entry.kind} tidak dikenal: gunakan pemeriksa yang lebih baru")
        if entry.facts is None:
            raise Refuted(f"catatan {seq} mengambil nomor, tetapi faktanya disembunyikan")
        if entry.kind == MOVED and "number" not in entry.facts:
            return  # settled without a paper
        try:
            self._number(entry.facts, seq)
            self._amounts(entry, entry.facts, seq)
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise Refuted(f"catatan {seq} ({entry.facts.get('number')}): faktanya tidak lengkap") from error

    def _number(self, facts: dict, seq: int) -> None:
        """The number follows the last one of its year. Until the centre has given the series to this counter alone, two
        characters of the key stand in it."""
        year, serial, number = _int(facts["year"]), _int(facts["serial"]), facts["number"]
        expected = self.last.get(year, 0) + 1
        if serial != expected:
            raise Refuted(f"catatan {seq} ({number}): yang ditunggu nomor {expected}, bukan {serial}")
        self.last[year] = serial
        self.name, self.mission = self.name or number.split("-")[0].split(".")[0], self.mission or facts["mission"]
        if number != f"{self.name}{self.mark}-{year}-{serial:06}":
            self.mark = ""
        if number != f"{self.name}{self.mark}-{year}-{serial:06}":
            raise Refuted(f"catatan {seq}: {number} bukan nomor {serial} tahun {year} dari seri {self.name}")
        if facts["mission"] != self.mission or facts["business_date"][:5] != f"{year}-":
            raise Refuted(f"catatan {seq} ({number}): perwakilan atau tahunnya berbeda")

    def _amounts(self, entry: Entry, facts: dict, seq: int) -> None:
        """What came in is positive, what went back negative; a void goes by the receipt that it takes back."""
        number, against = facts["number"], self.receipts.get(facts.get("receipt_id"))
        paid: Any = facts
        sign = -1
        if entry.kind == RECEIVED:
            check_receipt(facts, number)
            self.receipts[entry.id], against, sign = facts, None, 1
        elif entry.kind == MOVED:
            paid = against = None
        elif facts["receipt_id"] in self.taken_back:
            raise Refuted(f"{number} mengambil kembali kuitansi yang sudah diambil kembali")
        elif entry.kind == REFUNDED:
            cash = {"kind": "cash", "currency": facts["currency"], "exponent": facts["exponent"]}
            paid = {**facts, "due": facts["amount"], "tenders": [{**cash, "received": facts["amount"]}]}
            if against is not None and (owed(against), against["currency"]) != (facts["amount"], facts["currency"]):
                raise Refuted(f"{number} mengembalikan jumlah lain daripada yang dibayar")
        elif against is None:
            raise Refuted(f"{number} membatalkan kuitansi yang tidak ada dalam seri ini")
        else:
            paid, said = against, {"due": 0, "amount_idr": 0, "currency": "IDR", "exponent": 0}
            if "due" in facts and any(facts.get(one, unsaid) != paid[one] for one, unsaid in said.items()):
                raise Refuted(f"{number} membatalkan jumlah lain daripada yang dibayar")
        row = {"number": number, "kind": entry.kind, "seq": seq, "date": facts["business_date"], "currency": None}
        row.update(amount=None, amount_idr=0, reverses=against and against["number"])
        kept = []
        if paid is not None:
            if entry.kind != RECEIVED:
                self.taken_back.add(facts["receipt_id"])
            for one in (paid, *paid["tenders"]):
                if self.exponents.setdefault(one["currency"], _count(one["exponent"])) != one["exponent"]:
                    raise Refuted(f"{number}: desimal {one['currency']} berubah")
            row.update(currency=paid["currency"], amount=sign * _int(paid["due"]), amount_idr=sign * paid["amount_idr"])
            kept = [(one["kind"], one["currency"], sign * came_in(one)) for one in paid["tenders"]]
        self.rows.append((facts["year"], row, kept))

    def listed(self, years: list) -> list:
        return [
            {**row, "amount": self._shown(row["currency"], row["amount"])} for one, row, _ in self.rows if one in years
        ]

    def totals(self, year: int) -> dict:
        """Counted and added up, in the main unit of each currency."""
        total = {**dict.fromkeys(NUMBERED.values(), 0), "amount_idr": 0}
        due: dict = {}
        tenders: dict = {}
        for _, row, kept in (one for one in self.rows if one[0] == year):
            total[NUMBERED[row["kind"]]] += 1
            total["amount_idr"] += row["amount_idr"]
            if row["currency"]:
                due[row["currency"]] = due.get(row["currency"], 0) + row["amount"]
            for kind, currency, minor in kept:
                sums = tenders.setdefault(kind, {})
                sums[currency] = sums.get(currency, 0) + minor
        return {**total, "due": self._each(due), "tenders": {kind: self._each(sums) for kind, sums in tenders.items()}}

    def _each(self, sums: dict) -> dict:
        return {currency: self._shown(currency, minor) for currency, minor in sums.items()}

    def _shown(self, currency: str | None, minor: int) -> Any:
        """In the main unit: a whole number, or a text with all its decimals."""
        exponent = self.exponents.get(currency, 0)
        digits = str(minor).replace("-", "").zfill(exponent + 1)
        return f"{'-' * (minor < 0)}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else minor


def check_receipt(facts: dict, number: str) -> None:
    """A receipt adds up. `amount_idr` in rupiah; `due`, `surplus`, `short` in the smallest unit of `currency`."""
    lines, unit = facts["lines"], 10 ** _count(facts["exponent"])
    if sum(_count(line["amount_idr"]) for line in lines) != _count(facts["amount_idr"]):
        raise Refuted(f"{number}: jumlah baris bukan jumlah iuran")
    local = 1 if facts["currency"] == "IDR" else Fraction(facts["rate"]["idr_per_unit"]) if "rate" in facts else None
    paid = 0
    for tender in facts["tenders"]:
        came, worth = came_in(tender), tender.get("worth")
        if tender["currency"] == facts["currency"]:
            if worth not in (None, came):
                raise Refuted(f"{number}: nilai sebuah pembayaran bukan jumlahnya")
        elif worth is None:
            raise Refuted(f"{number}: mata uang lain tanpa nilai tukarnya")
        else:
            rate = Fraction(tender["rate"]["idr_per_unit"])
            each, ours = (1, rate) if tender["currency"] == "IDR" else (rate, local)
            if ours is not None and _count(worth) * ours / unit > came * each / 10 ** _count(tender["exponent"]):
                raise Refuted(f"{number}: mata uang lain dihitung lebih dari nilainya")
            came = worth
        paid += came
    if paid != owed(facts):
        raise Refuted(f"{number}: yang dibayar bukan yang harus dibayar")
    # What a decree fixes is due as it says; the rest is rupiah at the rate, and what rounding brought in.
    rest = [line["amount_idr"] for line in lines if line.get("fixed") is None]
    due = facts["due"] - sum(_count(line["fixed"]) for line in lines if line.get("fixed") is not None)
    if rest and local is None:
        raise Refuted(f"{number}: jumlah setempat tanpa kurs atau ketetapan")
    rounding = round(local * due / unit - sum(rest)) if rest else 0
    if rounding != _int(facts.get("rounding_idr", 0)) or (due != 0 and not rest):
        raise Refuted(f"{number}: rupiah dan mata uang setempat tidak cocok menurut kursnya")


def owed(facts: dict) -> int:
    """What a receipt took in, in the smallest unit of its currency: due + surplus - what was missing and let pass."""
    return _count(facts["due"]) + _count(facts.get("surplus", 0)) - _count(facts.get("short", 0))


def came_in(tender: dict) -> int:
    return _count(tender["received"]) - _count(tender.get("change", 0))


def _granted(centre: Any, terminal: str, hashes: list) -> dict:
    """What the centre certified of this terminal; what it states to hold is in the journal."""
    names = "root fingerprint keys certificate statement"
    root, fingerprint, keys, certificate, statement = _fields(centre, names, "centre")
    root = _bytes(root, "root")
    _same(fingerprint, sha256(root).hexdigest(), "sidik kunci akar pusat")
    signers = [_signed(one, "keys", [root]) for one in keys]
    signing, entry = [one["signing"] for one in signers], Entry(certificate, "sertifikat")
    if not signers or len({one["centre"] for one in signers}) != 1 or len(set(signing)) != len(signing):
        raise Refuted("kunci pusat bukan yang disahkan oleh kunci akarnya")
    facts = entry.facts or {}
    if entry.kind != "terminal.certified" or entry.terminal != signers[0]["centre"]:
        raise Refuted("sertifikat loket bukan dari pusat ini")
    if not any(signed_by(one, b"loket entry 1 signature" + entry.hash, entry.signature) for one in signing):
        raise Refuted("sertifikat loket tidak ditandatangani pusat")
    if facts.get("terminal_id") != UUID(terminal).bytes:
        raise Refuted("sertifikat pusat untuk loket lain")
    if statement is not None:
        held = _signed(statement, "statement", signing)
        if (held["terminal"], held["incarnation"]) != (UUID(terminal).bytes, facts.get("incarnation")):
            raise Refuted("pernyataan pusat tentang loket lain")
        if held["seq"] >= len(hashes) or hashes[held["seq"]] != held["head"]:
            raise Refuted(f"pusat memegang catatan {held['seq']} yang tidak ada di sini: ada yang dihilangkan")
    return facts


def _signed(shown: Any, purpose: str, keys: list) -> dict:
    message, signature = (_bytes(one, purpose) for one in _fields(shown, "message signature", purpose))
    if not any(signed_by(key, b"loket sync 1 " + purpose.encode() + b"\0" + message, signature) for key in keys):
        raise Refuted(f"«{purpose}» tidak ditandatangani pusat")
    return unpack(message)


def _pinned(wanted: str | None, fingerprints: list) -> None:
    if wanted is None:
        return
    digits = "".join(wanted.lower().replace(":", " ").split())
    if len(digits) < 16 or set(digits) - set("0123456789abcdef"):
        raise Unreadable("--key memerlukan sedikitnya 16 digit heksadesimal")
    if not any(one.startswith(digits) for one in fingerprints):
        raise Refuted("kunci yang Anda sebut bukan kunci yang menandatangani bukti ini")


# Reading


def _unique(pairs: list) -> dict:
    if len(dict(pairs)) != len(pairs):
        raise Unreadable("sebuah nama tertulis dua kali")
    return dict(pairs)


def _no_number(said: str) -> None:
    raise Unreadable(f"{said} bukan bilangan")


def _fields(shown: Any, names: str, where: str) -> list:
    if not isinstance(shown, dict) or set(shown) != set(names.split()):
        raise Unreadable(f"{where}: isian kurang, atau ada yang tidak dikenal")
    return [shown[name] for name in names.split()]


def _bytes(shown: Any, where: str) -> bytes:
    """Written in one way only: two hex digits a byte, in small letters."""
    if not isinstance(shown, str) or set(shown) - set("0123456789abcdef") or len(shown) % 2:
        raise Unreadable(f"{where}: bukan heksadesimal")
    return bytes.fromhex(shown)


def _same(shown: Any, expected: Any, what: str) -> None:
    """Compared as text: to Python 1, 1.0 and True are one, and in a proof they are not."""
    if json.dumps(shown, sort_keys=True) != json.dumps(expected, sort_keys=True):
        raise Refuted(f"{what} tidak sama dengan isi catatannya")


def _int(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("an integer was expected")
    return value


def _count(value: Any) -> int:
    if _int(value) < 0:
        raise ValueError("less than nothing")
    return value


def unpack(data: bytes) -> Any:
    """MessagePack (msgpack.org), without floating point, which no entry holds. ValueError."""
    value, end = _value(data, 0)
    if end != len(data):
        raise ValueError("more bytes than one value")
    return value


_NUMBERS = {0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q"}
_SIZES = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4}
_SIZES.update({0xDE: 2, 0xDF: 4})


def _value(data: bytes, at: int) -> tuple:
    """One value and where it ends."""
    code, at = data[at], at + 1
    if code < 0x80 or code >= 0xE0:
        return (code if code < 0x80 else code - 256), at
    if code in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[code], at
    if code in _NUMBERS:
        return struct.unpack_from(">" + _NUMBERS[code], data, at)[0], at + struct.calcsize(_NUMBERS[code])
    if code in _SIZES:
        size, at = int.from_bytes(data[at : at + _SIZES[code]], "big"), at + _SIZES[code]
    elif 0xD4 <= code <= 0xD8:
        size = 1 << (code - 0xD4)
    elif code < 0xC0:
        size = code & (0x1F if code >= 0xA0 else 0x0F)
    else:
        raise ValueError(f"code {code:#x}")
    if 0x90 <= code < 0xA0 or code in (0xDC, 0xDD):
        found = []
        for _ in range(size):
            value, at = _value(data, at)
            found.append(value)
        return found, at
    if code < 0x90 or code in (0xDE, 0xDF):
        pairs = {}
        for _ in range(size):
            name, at = _value(data, at)
            pairs[name], at = _value(data, at)
        return pairs, at
    at += 0xC7 <= code <= 0xC9 or 0xD4 <= code <= 0xD8  # the type of an extension: a moment, of which nothing is asked
    if at + size > len(data):
        raise ValueError("cut off")
    part = data[at : at + size]
    return (part.decode("utf-8") if 0xA0 <= code < 0xC0 or 0xD9 <= code <= 0xDB else part), at + size


# Ed25519 (RFC 8032, section 5.1.7)


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of this public key signed the message."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return verified_slowly(key, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


def verified_slowly(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same without a library: S·B - k·A must be R."""
    public, scalar = _point(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or public is None or scalar >= _L:
        return False
    base = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % _L
    minus = (_P - public[0], public[1], 1, -public[3] % _P)
    both, sums = _add(base, minus), (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        sums = _add(sums, sums)
        chosen = (scalar >> bit & 1, k >> bit & 1)
        if chosen != (0, 0):
            sums = _add(sums, {(1, 0): base, (0, 1): minus, (1, 1): both}[chosen])
    inverse = pow(sums[2], -1, _P)
    x, y = sums[0] * inverse % _P, sums[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def _add(one: tuple, other: tuple) -> tuple:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * _D, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % _P, (d - c) % _P, (d + c) % _P, (b + a) % _P
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(encoded: bytes) -> Any:
    y, sign = int.from_bytes(encoded, "little") & (1 << 255) - 1, encoded[-1] >> 7 if len(encoded) == 32 else 2
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if sign == 2 or y >= _P or x * x % _P != square or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else _P - x
    return x, y, 1, x * y % _P


if __name__ == "__main__":
    sys.exit(main())
