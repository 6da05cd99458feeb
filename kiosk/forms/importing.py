"""Importing: which column of somebody's list is which field of the registration form, and a row of it as that form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from kiosk.devices.sheets import FormulaError, Row, Value
from kiosk.forms.registration import HeirForm, Registration
from models.language import date_short
from models.rules.countries import countries, country_code
from models.rules.days import add_months
from models.rules.kpj import kpjs_written
from models.rules.missions import Mission
from models.rules.names import fold
from models.rules.nik import mask_nik
from models.rules.phones import normal_phone
from models.rules.problems import Problem, Refused
from models.rules.written_dates import Order, Ordered, order_of, read_serial, read_written

MOST_HEIRS = 3
TITLE_ROWS = 15
"""Rows from the top in which the column names may stand, below a title and a date."""

PLACE_AND_DATE, NUMBERING = "birth_place_date", "#"
"""Targets that are no fields: `MALANG, 12-03-1994` in one column, and the list's own numbering, which is nobody's."""
_ALSO_FROM = {"birth_date": (PLACE_AND_DATE,), "birth_place": (PLACE_AND_DATE,)}

_COLUMNS: dict[str, tuple[str, str]] = {
    "name": (
        "Nama lengkap",
        "nama, nama pmi, nama cpmi, nama tki, nama ctki, nama pekerja, nama lengkap sesuai paspor, nama sesuai paspor, "
        "nama di paspor, nama paspor, name, full name, worker name, passport name, complete name",
    ),
    "name_on_id_card": ("Nama pada KTP", "nama ktp, nama sesuai ktp, nama di ktp, name on id card"),
    "nik": (
        "NIK",
        "no nik, no ktp, nik ktp, no induk kependudukan, nik e ktp, no identitas, id card, id card no, national id",
    ),
    "passport_kind": ("Jenis dokumen", "jenis paspor, jenis dokumen perjalanan, passport type, document type"),
    "passport_number": (
        "No. paspor",
        "paspor, passport, no passport, passport no, passpor, no passpor, no dokumen perjalanan, no splp, "
        "no paspor splp, paspor no",
    ),
    "passport_issued": (
        "Tanggal terbit paspor",
        "tanggal terbit, tanggal pembuatan paspor, tanggal keluar paspor, passport issued, date of issue, issue date, "
        "passport issue date",
    ),
    "passport_expiry": (
        "Paspor berlaku s.d.",
        "tanggal habis berlaku, masa berlaku, masa berlaku paspor, tanggal habis paspor, tanggal habis berlaku paspor, "
        "berlaku sd, berlaku s d, berlaku sampai, berlaku hingga, tanggal expired, expired, exp paspor, "
        "paspor berlaku sd, paspor berlaku sampai, tanggal kadaluarsa, tanggal kedaluwarsa, tanggal expired paspor, "
        "expired paspor, passport expiry, date of expiry, expiry date, passport expiry date, passport expired, "
        "exp date, valid until",
    ),
    "passport_office": (
        "Kantor penerbit paspor",
        "kantor penerbit, tempat terbit, tempat terbit paspor, imigrasi, kantor imigrasi, kanim, issuing office, "
        "place of issue",
    ),
    "kpj": ("No. KPJ", "kpj, no kartu bpjs, no bpjs tk, no bpjs ketenagakerjaan, no peserta, no kpj bpjs"),
    "pmi_id": ("ID PMI", "id pmi e pmi, e pmi, no e pmi, id sisko, id siskop2mi, siskop2mi, id tki, ektkln, no ektkln"),
    "sex": (
        "Jenis kelamin",
        "l p, p l, lp, jk, kelamin, gender, sex, jns kelamin, jenis kel, jenis kelamin l p, m f, f m",
    ),
    "birth_place": ("Tempat lahir", "tmp lahir, tpt lahir, tmpt lahir, kota lahir, place of birth, birth place, pob"),
    "birth_date": (
        "Tanggal lahir",
        "tanggal lahir dd mm yyyy, lahir, tanggallahir, date of birth, birth date, birthdate, dob, birthday",
    ),
    PLACE_AND_DATE: (
        "Tempat, tanggal lahir",
        "ttl, tempat dan tanggal lahir, tempat tanggal lahir, tmp tanggal lahir, place and date of birth, "
        "place date of birth",
    ),
    "mother_name": (
        "Nama ibu kandung",
        "ibu kandung, nama gadis ibu, nama gadis ibu kandung, nama ibu, mother name, mother s name, mothers name, "
        "mother maiden name",
    ),
    "home_address": (
        "Alamat di Indonesia",
        "alamat, alamat asal, alamat ktp, alamat rumah, alamat lengkap, alamat indonesia, alamat sesuai ktp, "
        "home address, address, address in indonesia",
    ),
    "home_regency": (
        "Kabupaten / kota",
        "kabupaten, kab kota, kab, kota, kabupaten kota, kota kabupaten, daerah asal, asal, asal daerah, regency, city",
    ),
    "abroad_address": (
        "Alamat di negara penempatan",
        "alamat luar negeri, alamat ln, alamat di ln, alamat kerja, alamat penempatan, alamat tempat kerja, "
        "alamat majikan, alamat di luar negeri, address abroad, work address, overseas address, employer address",
    ),
    "phone": (
        "Telepon",
        "hp, no hp, no telepon, telepon hp, no hp telepon, no telepon hp, hp wa, no hp wa, no hp pmi, kontak, "
        "no kontak, phone, phone no, mobile, mobile no, mobile phone, contact, contact no, cell phone",
    ),
    "whatsapp": ("WhatsApp", "wa, no wa, no whatsapp, wa no, whatsapp no, nomor wa aktif"),
    "email": ("Surel", "email, e mail, alamat email, alamat surel, mail, email address"),
    "emergency_name": (
        "Kontak darurat",
        "nama kontak darurat, nama keluarga, kontak keluarga, nama keluarga yang dapat dihubungi, emergency contact, "
        "emergency contact name, emergency name",
    ),
    "emergency_phone": (
        "Telepon darurat",
        "no darurat, no telepon darurat, hp keluarga, telepon keluarga, no hp keluarga, no telepon keluarga, "
        "telepon kontak darurat, no kontak darurat, emergency phone, emergency no, emergency contact no",
    ),
    "country": (
        "Negara",
        "negara penempatan, negara tujuan, tujuan, penempatan, negara bekerja, country, destination, "
        "destination country, host country",
    ),
    "scheme": ("Skema penempatan", "skema, jenis penempatan, program penempatan, scheme, placement scheme"),
    "event": ("Peristiwa", "jenis kepesertaan, peristiwa kepesertaan, status kontrak, jenis kontrak, event"),
    "employer_kind": ("Jenis pemberi kerja", "jenis majikan, jenis pengguna, employer type, employer kind"),
    "employer": (
        "Pemberi kerja",
        "majikan, nama majikan, nama pengguna, pengguna, pengguna jasa, perusahaan, nama perusahaan, "
        "nama pemberi kerja, pemberi kerja majikan, employer, employer name, company, company name, user",
    ),
    "agency": (
        "Agensi di luar negeri",
        "agensi, agency, agen, nama agensi, nama agency, agensi ln, agensi luar negeri, mitra usaha, agency name",
    ),
    "p3mi": (
        "P3MI",
        "pt, pt p3mi, p3mi pt, nama p3mi, nama pt, pptkis, pjtki, nama pptkis, pelaksana penempatan, sponsor, "
        "placement company, recruitment agency",
    ),
    "job": ("Jabatan", "pekerjaan, posisi, jenis pekerjaan, sektor, profesi, job, job title, position, occupation"),
    "contract_number": ("No. kontrak", "no perjanjian kerja, no pk, contract no, contract number"),
    "contract_start": (
        "Kontrak mulai",
        "mulai kontrak, tanggal mulai kontrak, awal kontrak, tanggal awal kontrak, tanggal kontrak, kontrak awal, "
        "tanggal kontrak mulai, mulai kerja, tanggal mulai kerja, contract start, start date, contract start date, "
        "contract from, start of contract",
    ),
    "contract_end": (
        "Kontrak berakhir",
        "akhir kontrak, tanggal akhir kontrak, habis kontrak, tanggal habis kontrak, selesai kontrak, "
        "tanggal selesai kontrak, kontrak selesai, kontrak akhir, berakhir kontrak, tanggal berakhir kontrak, "
        "tanggal kontrak berakhir, finish kontrak, contract end, end date, contract end date, contract until, "
        "end of contract, finish contract",
    ),
    "months": (
        "Lama kontrak (bulan)",
        "masa kontrak, lama kontrak, jangka waktu kontrak, durasi kontrak, durasi, masa kerja, lama kontrak bulan, "
        "masa kontrak bulan, contract months, contract period, contract duration, duration",
    ),
    "legalisation_number": ("No. legalisasi", "legalisasi, no endorsement, no legalisasi kontrak, legalisation no"),
    "departure": (
        "Tanggal berangkat",
        "berangkat, tanggal keberangkatan, keberangkatan, tanggal terbang, terbang, departure, departure date, "
        "flight date",
    ),
    "arrival": (
        "Tanggal tiba di Indonesia",
        "tiba di indonesia, tanggal pulang, tanggal kepulangan, kepulangan, arrival in indonesia, return date",
    ),
    "bank_name": ("Bank", "nama bank, bank penerima, bank name"),
    "bank_account": (
        "No. rekening",
        "rekening, no rek, norek, rek, no rekening bank, account no, bank account, bank account no, account number",
    ),
    "bank_holder": (
        "Rekening atas nama",
        "atas nama, nama rekening, a n, nama pemilik rekening, nama pada rekening, pemegang rekening, account name, "
        "account holder, bank account name",
    ),
    "bank_owner": ("Pemilik rekening", "bank owner, account owner"),
    "consent": ("Persetujuan", "setuju, persetujuan data, persetujuan pengolahan data, consent"),
}
"""What each field is called in an export, and what else people call its column."""

_HEIR_COLUMNS: dict[str, tuple[str, str]] = {
    "name": ("Nama ahli waris", "ahli waris, nama penerima manfaat, heir, heir name, beneficiary, beneficiary name"),
    "relation": (
        "Hubungan ahli waris",
        "hubungan, hub ahli waris, hubungan keluarga, status ahli waris, hubungan dengan ahli waris, heir relation, "
        "relation, relationship, beneficiary relationship",
    ),
    "phone": (
        "Telepon ahli waris",
        "no hp ahli waris, no telepon ahli waris, hp ahli waris, heir phone, no kontak ahli waris, beneficiary phone",
    ),
    "birth_date": ("Tanggal lahir ahli waris", "tgl lahir ahli waris, heir birth date, beneficiary birth date"),
    "scholar": ("Beasiswa ahli waris", "beasiswa, penerima beasiswa, penerima beasiswa ahli waris, scholarship"),
}

_WORDS = {
    "nomor": "no",
    "nomer": "no",
    "number": "no",
    "num": "no",
    "nmr": "no",
    "tgl": "tanggal",
    "tg": "tanggal",
    "tggl": "tanggal",
    "telp": "telepon",
    "tlp": "telepon",
    "tel": "telepon",
    "telpon": "telepon",
    "telephone": "telepon",
    "telefon": "telepon",
    "handphone": "hp",
    "ponsel": "hp",
}
_OF_THE_WORKER = frozenset(["pmi", "cpmi", "tki", "ctki", "bmi", "pekerja", "worker", "sesuai", "ktp", "paspor"])
RESULT_COLUMNS = ("Baris impor", "Hasil impor", "Keterangan impor", "ID pekerja")
"""What a result file adds to the list's own columns. It can be mended and imported again, so they say nothing of a
row's person."""
_NUMBERINGS = frozenset(
    ["no", "no urut", "urut", "nr", "s n", "sn", "id", "row", "worker id", *(fold(name) for name in RESULT_COLUMNS)]
)

_SEXES = {
    "F": "p, pr, perempuan, wanita, f, female, w, cewek",
    "M": "l, lk, laki laki, laki, lelaki, pria, m, male, cowok",
}
_YES, _NO = "ya, y, yes, setuju, true, 1, v, x, sudah, ok", "tidak, t, n, no, belum, false, 0, tdk"
_CHOICES: dict[str, dict[str, str]] = {
    "sex": _SEXES,
    "passport_kind": {"paspor": "paspor, passport, p, biasa, paspor biasa, 48 halaman, 24 halaman", "splp": "splp"},
    "event": {
        "new": "new, baru, kontrak baru, penempatan baru, pmi baru",
        "extension": "extension, perpanjangan, perpanjang, diperpanjang, kontrak perpanjangan",
        "re-entry": "re entry, reentry, masuk kembali, re hire, rehire, kontrak ulang",
        "late": "late, terlambat, terlambat mendaftar, susulan",
    },
    "employer_kind": {
        "household": "household, rumah tangga, perseorangan, perorangan, individu",
        "company": "company, perusahaan, pabrik, badan usaha",
        "ship": "ship, kapal, kapal ikan",
    },
    "bank_owner": {
        "own": "own, sendiri, milik pekerja, pekerja, pmi",
        "heir": "heir, ahli waris, milik ahli waris",
        "payer": "payer, pembayar, milik pembayar",
    },
    "scheme": {
        "p3mi": "p3mi, placed, p to p, ptop, penempatan p3mi",
        "g2g": "g2g, g to g, gtog, antarpemerintah g to g, antarpemerintah",
        "g2p": "g2p, g to p, gtop, pemerintah ke swasta g to p",
        "ukps": "ukps, own company, perusahaan sendiri, perusahaan sendiri ukps",
        "perseorangan": "perseorangan, individual, mandiri, independent, perorangan",
    },
    "consent": {"ya": _YES, "tidak": _NO},
}
_SAID: dict[str, str] = {
    "F": "P",
    "M": "L",
    "new": "baru",
    "extension": "perpanjangan",
    "re-entry": "masuk kembali",
    "late": "terlambat",
    "household": "rumah tangga",
    "company": "perusahaan",
    "ship": "kapal",
    "own": "milik pekerja",
    "heir": "milik ahli waris",
    "payer": "milik pembayar",
}
"""How a list says the code of a choice, where it does not say the code itself."""

_NOTHING = frozenset(["-", "--", "---", "–", "—", ".", "n/a", "nihil", "null", "none"])
_DATES = ("passport_issued", "passport_expiry", "birth_date", "contract_start", "contract_end", "departure", "arrival")
_DIGITS = frozenset(["nik", "kpj", "pmi_id", "passport_number", "bank_account", "phone", "whatsapp", "emergency_phone"])
"""Fields whose digits mean nothing once one of them is lost."""
_PHONES = frozenset(["phone", "whatsapp", "emergency_phone"])
_YOUNGEST = 15
"""Years. Nobody younger is on a list of workers: in 2026, `12` in a date of birth is 1912 and `09` is 2009."""
_EXACT = 10**15
"""From here on a spreadsheet has rounded a number to its first 15 digits."""


def titles() -> dict[str, str]:
    """What each target's column is called, in the order of the form. The order and names of an export, too."""
    found = {field: title for field, (title, _others) in _COLUMNS.items()}
    for at in range(MOST_HEIRS):
        for part, (title, _others) in _HEIR_COLUMNS.items():
            found[f"heirs[{at}].{part}"] = title if at == 0 else f"{title} {at + 1}"
    return found


def title_of(field: str) -> str:
    """The column name for a field of the form, its own name where it has none."""
    return titles().get(field, field)


def said(code: str) -> str:
    """How a list says a code of the form."""
    return _SAID.get(code, code)


def normal(label: str) -> str:
    """A column's name as names are compared: small letters, abbreviations written out, no marks."""
    return " ".join(_WORDS.get(word, word) for word in fold(label).split())


def exported(values: Mapping[str, Any], *, full: bool) -> dict[str, str | date | None]:
    """A worker's fields as the cells of a list, by target: in the words that `RowReader` reads. Without `full`, NIK and
    account number are masked."""
    cells: dict[str, str | date | None] = {}
    for field in _COLUMNS:
        value = values.get(field)
        if field in _CHOICES and value:
            value = "ya" if field == "consent" else said(str(value))
        elif field == "country" and value in countries():
            value = countries()[value]
        elif field == "kpj":
            value = kpjs_written(value, values.get("other_kpjs") or ())
        elif field == "nik" and value and not full:
            value = mask_nik(value)
        elif field == "bank_account" and value and not full:
            value = "••••" + str(value)[-4:] if len(str(value)) > 6 else "••••"
        cells[field] = value if isinstance(value, date) else str(value) if value else None
    for at, heir in enumerate(list(values.get("heirs") or ())[:MOST_HEIRS]):
        for part in _HEIR_COLUMNS:
            value = heir.get(part)
            cells[f"heirs[{at}].{part}"] = ("ya" if value else None) if part == "scholar" else value
    return cells


@cache
def _known() -> dict[str, str]:
    found = dict.fromkeys(_NUMBERINGS, NUMBERING)
    for field, (title, others) in _COLUMNS.items():
        for name in (title, *others.split(", ")):
            found[normal(name)] = field
    for at in range(MOST_HEIRS):
        for part, (title, others) in _HEIR_COLUMNS.items():
            for name in (title, *others.split(", ")):
                words = normal(name)
                for numbered in (f"{words} {at + 1}", words.replace("ahli waris", f"ahli waris {at + 1}")):
                    found.setdefault(numbered, f"heirs[{at}].{part}")
                if at == 0:
                    found.setdefault(words, f"heirs[0].{part}")
    # Under a common heading «Ahli waris» the columns are called «Nama», «Hubungan» …
    for at in range(MOST_HEIRS):
        for part, names in {
            "name": ("nama",),
            "relation": ("hubungan", "hub", "status"),
            "phone": ("hp", "no hp", "telepon", "no telepon", "kontak"),
            "birth_date": ("tanggal lahir",),
        }.items():
            for name in names:
                found.setdefault(f"ahli waris {at + 1} {name}", f"heirs[{at}].{part}")
                if at == 0:
                    found.setdefault(f"ahli waris {name}", f"heirs[0].{part}")
    return found


def recognise(label: str) -> str | None:
    """The target a column's name stands for, or None. What stands in parentheses is left out where it must be."""
    bare = re.sub(r"[(\[{].*?[)\]}]", " ", label)
    for written in (normal(label), normal(bare)):
        if found := _known().get(written):
            return found
    words = [word for word in normal(bare).split() if word not in _OF_THE_WORKER]
    return _known().get(" ".join(words)) if words and " ".join(words) not in _NUMBERINGS else None


# The row of names


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was read: the names of its columns, each once, and the rows below them. `top` is the number of the
    row that the names stand in."""

    labels: tuple[str, ...]
    top: int
    rows: tuple[Row, ...]


def listed(rows: Sequence[Row]) -> Listed:
    """Find the row of column names: of those at the top the one with most names known, with a row of common headings
    above it where there is one. Refused `import.no_rows` for a list without a row below."""
    best: tuple[int, int, tuple[str, ...]] = (-1, 0, ())
    for at, row in enumerate(rows[:TITLE_ROWS]):
        single = tuple(_as_label(cell) for cell in row.cells)
        known = _count(single)
        if known > best[0]:
            best = (known, at, single)
        if at + 1 < len(rows) and (both := _joined(row, rows[at + 1])) and _count(both) > max(best[0], known):
            best = (_count(both), at + 1, both)
    known, at, labels = best
    if known <= 0:
        # Nothing is known: the first row with as many names as any row near it has values.
        at = next((at for at, row in enumerate(rows[:TITLE_ROWS]) if _filled(row) > 1), 0)
        labels = tuple(_as_label(cell) for cell in rows[at].cells)
    below = tuple(row for row in rows[at + 1 :] if any(not _is_nothing(cell) for cell in row.cells))
    if not below:
        raise Refused(Problem("file", "import.no_rows"))
    width = max(len(labels), *(len(row.cells) for row in below))
    return Listed(_unique([*labels, *[""] * (width - len(labels))], below), rows[at].number, below)


def _as_label(cell: Value) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else "" if cell is None else str(cell)


def _count(labels: Sequence[str]) -> int:
    """How many different targets the names stand for; the numbering counts least of all."""
    return len({target for label in labels if label and (target := recognise(label))} - {NUMBERING})


def _filled(row: Row) -> int:
    return sum(isinstance(cell, str) for cell in row.cells)


def _joined(above: Row, below: Row) -> tuple[str, ...]:
    """Two rows of names as one, where the upper one's name stands over several columns, or over the lower row too."""
    if above.number + 1 != below.number:
        return ()
    width = max(len(above.cells), len(below.cells))
    upper = [_as_label(cell) for cell in above.cells] + [""] * (width - len(above.cells))
    lower = [_as_label(cell) for cell in below.cells] + [""] * (width - len(below.cells))
    labels, heading = [], ""
    for over, under in zip(upper, lower, strict=True):
        heading = over or heading
        if not under:
            labels.append(over)
        elif heading and recognise(f"{heading} {under}"):
            labels.append(f"{heading} {under}")
        elif recognise(under):
            labels.append(under)
        else:
            return ()  # the lower row is somebody's data
    return tuple(labels)


def _unique(labels: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Each name once; a column without one is called by its letter, if anything stands in it."""
    used = {column for row in rows for column, cell in enumerate(row.cells) if cell is not None}
    found: list[str] = []
    seen: Counter[str] = Counter()
    for column, label in enumerate(labels):
        name = label or (f"Kolom {_letter(column)}" if column in used else "")
        if name:
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} ({seen[name]})"
        found.append(name)
    return tuple(found)


def _letter(column: int) -> str:
    left, last = divmod(column, 26)
    return (_letter(left - 1) if left else "") + chr(65 + last)


# Which column is which field


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which column is which field: by its name, the target or None for one that is not used. `order` says how its
    dates are written, None: as each column shows itself."""

    fields: dict[str, str | None]
    order: Order | None = None

    def but(self, chosen: Columns) -> Columns:
        """The same but for what is chosen; a column whose target another one is chosen for is not used."""
        taken = {target for target in chosen.fields.values() if target}
        kept = {label: None if target in taken else target for label, target in self.fields.items()}
        return Columns(fields=kept | chosen.fields, order=chosen.order or self.order)

    def column_of(self, field: str) -> str:
        """The column that a field's value came from, or what such a column would be called."""
        for target in (field, *_ALSO_FROM.get(field, ())):
            for label, chosen in self.fields.items():
                if chosen == target:
                    return label
        return "" if field == "form" else title_of(field)


def suggest(labels: Sequence[str], remembered: Columns | None = None) -> Columns:
    """What the columns' names say, or what a person chose for these names before. No target is given twice."""
    fields: dict[str, str | None] = {}
    taken: set[str] = set()
    for label in labels:
        if not label:
            continue
        known = remembered is not None and label in remembered.fields
        target = remembered.fields[label] if known and remembered else recognise(re.sub(r" \(\d+\)$", "", label))
        if target in taken and target != NUMBERING:
            target = None
        if target:
            taken.add(target)
        fields[label] = target
    return Columns(fields=fields, order=remembered.order if remembered else None)


def columns_problems(columns: Columns, labels: Sequence[str]) -> list[Problem]:
    """What makes it impossible to begin: `import.target_unknown`, `import.twice` on the column's name, and
    `import.unmapped` for a field that every worker needs."""
    problems = []
    seen: dict[str, str] = {}
    for label, target in columns.fields.items():
        if target is None or target == NUMBERING:
            continue
        if target not in titles():
            problems.append(Problem.of(label, "import.target_unknown", target=target))
        elif label not in labels:
            problems.append(Problem.of(label, "import.column_unknown", column=label))
        elif target in seen:
            problems.append(Problem.of(label, "import.twice", called=title_of(target), other=seen[target]))
        else:
            seen[target] = label
    for field, also in (("name", ()), ("birth_date", (PLACE_AND_DATE,)), ("sex", ())):
        if not any(target in seen for target in (field, *also)):
            problems.append(Problem.of(field, "import.unmapped", called=title_of(field)))
    return problems


def fingerprint(labels: Sequence[str]) -> str:
    """The same for every list with these column names, in any order."""
    return sha256("\n".join(sorted(normal(label) for label in labels if label)).encode()).hexdigest()[:24]


# A row as a form


class RowReader:
    """Reads the rows of one list as registration forms, once its columns have been looked through."""

    def __init__(self, found: Listed, columns: Columns, mission: Mission, today: date) -> None:
        self._mission, self._today = mission, today
        self._targets: dict[str, int] = {}
        self._nobodys = set()
        self._labels = found.labels
        for column, label in enumerate(found.labels):
            target = columns.fields.get(label)
            if target == NUMBERING or (target is None and recognise(label) == NUMBERING):
                self._nobodys.add(column)
            elif target in titles():
                # What is no field of ours `columns_problems` has named already.
                self._targets[target] = column
        self.orders: dict[str, Ordered] = {}
        """How the dates of each target's column are written."""
        for target, column in self._targets.items():
            if _is_date(target):
                texts = (self._date_text(target, _at(row, column)) for row in found.rows)
                shown = order_of(text for text in texts if text)
                self.orders[target] = shown if columns.order is None else Ordered(columns.order, "decided")

    def form(self, row: Row) -> tuple[Registration, list[Problem]]:
        """The row as a form, and what in it cannot be read. What cannot is left out of the form."""
        problems: list[Problem] = []
        given: dict[str, Any] = {}
        heirs: list[dict[str, Any]] = [{} for _ in range(MOST_HEIRS)]
        for target, column in self._targets.items():
            value = _at(row, column)
            # There are people called Null; whoever leaves out a name does not write so in its place.
            if _is_nothing(value) and not (target == "name" and str(value or "").isalpha()):
                continue
            try:
                read = self._read(target, value)
            except Refused as refusal:
                problems += refusal.problems
                continue
            if target.startswith("heirs["):
                heirs[int(target[6])][target.partition(".")[2]] = read
            elif target == PLACE_AND_DATE:
                given |= {field: part for field, part in read.items() if part and not given.get(field)}
            else:
                given[target] = read
        if any(heirs):
            given["heirs"] = tuple(HeirForm(**heir) for heir in heirs if heir)
        return Registration(**given), problems

    def unreadable(self, row: Row) -> bool:
        """Whether the row is no person: a sum, a signature or a note below the list, in one or two cells."""
        targets = [target for target, column in self._targets.items() if not _is_nothing(_at(row, column))]
        return not {"name", "nik", "passport_number"} & set(targets) or (
            len([cell for cell in row.cells if not _is_nothing(cell)]) == 1
        )

    def shown(self, field: str, row: Row) -> str:
        """What stands in the row for a field, as a person would read it there."""
        for target in (field, *_ALSO_FROM.get(field, ())):
            if target in self._targets:
                return cell_text(_at(row, self._targets[target]))
        return ""

    def key(self, row: Row) -> bytes:
        """What is the same for a row with the same content, wherever it stands in whatever list: its cells by the
        columns' names, without the list's own numbering."""
        content = sorted(
            (normal(self._labels[column]), cell_text(cell))
            for column, cell in enumerate(row.cells)
            if column not in self._nobodys and not _is_nothing(cell)
        )
        return sha256(b"loket row\n" + msgspec.json.encode(content)).digest()

    def _read(self, target: str, value: Value) -> Any:
        if isinstance(value, FormulaError):
            raise Refused(Problem.of(_field(target), "import.formula", given=value))
        if target == PLACE_AND_DATE:
            return self._place_and_date(value)
        if _is_date(target):
            return self._date(target, value)
        if target in _CHOICES or target.endswith(".scholar"):
            return self._choice(target, cell_text(value))
        if target == "months":
            return _months(cell_text(value))
        part = target.partition(".")[2] or target
        if part in _DIGITS:
            _refuse_lost_digits(target, value)
        text = cell_text(value)
        if "•" in text:
            raise Refused(Problem.of(target, "import.masked", given=text))
        if part in _PHONES:
            return self._phone(text, "ID" if target == "emergency_phone" or "." in target else self._mission.country)
        if target == "country":
            return _country(text)
        return text

    def _choice(self, target: str, text: str) -> Any:
        yes_or_no = target == "consent" or target.endswith(".scholar")
        codes = _CHOICES["consent" if yes_or_no else target]
        for code, names in codes.items():
            if fold(text) == fold(code) or fold(text) in names.split(", "):
                return (code == "ya" or None) if yes_or_no else code
        if yes_or_no and text in ("✓", "✔", "√"):
            return True
        choices = ", ".join(said(code) for code in codes)
        raise Refused(Problem.of(target, "choice.unknown", given=text[:40], choices=choices))

    def _date(self, target: str, value: Value) -> date:
        if isinstance(value, date):
            return value
        if isinstance(value, int | float):
            day = read_serial(int(value)) if value < 100_000 else None
            day = day or read_written(cell_text(value), self.orders[target].order, latest=self._latest(target))
        else:
            day = read_written(str(value), self.orders[target].order, latest=self._latest(target))
        if day is None:
            order = self.orders[target].order
            code = (
                "import.date_order" if read_written(str(value), "mdy" if order == "dmy" else "dmy") else "import.date"
            )
            raise Refused(Problem.of(_field(target), code, given=cell_text(value)[:40]))
        return day

    def _latest(self, target: str) -> date | None:
        """The last day that a year of two digits may mean in this column; None where the future is as likely."""
        if target in ("birth_date", PLACE_AND_DATE):
            return add_months(self._today, -12 * _YOUNGEST)
        return self._today if target == "passport_issued" or target.endswith(".birth_date") else None

    def _place_and_date(self, value: Value) -> dict[str, Any]:
        if isinstance(value, date):
            return {"birth_date": value}
        place, day = _parted(cell_text(value))
        return {"birth_place": place, "birth_date": self._date(PLACE_AND_DATE, day) if day else None}

    def _date_text(self, target: str, value: Value) -> str:
        if not isinstance(value, str):
            return ""
        return _parted(value)[1] if target == PLACE_AND_DATE else value

    def _phone(self, text: str, country: str) -> str:
        """The number with the zero or the plus that a spreadsheet took from it, where that makes it a number."""
        digits = re.sub(r"[\s.\-()]", "", text)
        if re.fullmatch(r"[1-9]\d{6,14}", digits):
            ways = [(f"0{digits}", country), (f"0{digits}", "ID"), (f"+{digits}", country)]
            if digits.startswith(("62", _calling_code(country))):
                ways.reverse()
        elif re.fullmatch(r"0\d{6,14}", digits):
            ways = [(digits, country), (digits, "ID")]
        else:
            return text
        return next((found for way, where in ways if (found := normal_phone(way, where))), text)


def _calling_code(country: str) -> str:
    from phonenumbers import country_code_for_region

    return str(country_code_for_region(country))


def cell_text(value: Value) -> str:
    """A cell as a text: days as 2026-12-11, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < _EXACT else repr(value)
    return str(value)


def _at(row: Row, column: int) -> Value:
    return row.cells[column] if column < len(row.cells) else None


def _is_nothing(value: Value) -> bool:
    return value is None or (isinstance(value, str) and value.strip().casefold() in _NOTHING | {""})


def _is_date(target: str) -> bool:
    return target in _DATES or target == PLACE_AND_DATE or target.endswith(".birth_date")


def _field(target: str) -> str:
    """The field of the form that a target fills."""
    return "birth_date" if target == PLACE_AND_DATE else target


def _refuse_lost_digits(target: str, value: Value) -> None:
    """Refused `import.digits_lost` where a spreadsheet has taken a number for an amount and rounded it."""
    lost = (
        (isinstance(value, float) and (abs(value) >= _EXACT or not value.is_integer()))
        or (isinstance(value, int) and abs(value) >= _EXACT and value % 10 == 0)
        or (isinstance(value, str) and re.fullmatch(r"\d(?:[.,]\d+)?E\+?\d+", value.strip(), re.IGNORECASE))
    )
    if lost:
        raise Refused(Problem.of(target, "import.digits_lost", given=cell_text(value)))


def _parted(text: str) -> tuple[str, str]:
    """`MALANG, 12-03-1994` in its place and its date."""
    found = re.fullmatch(r"\s*([^\d]*?)\s*[,/.:\-]*\s*(\d.*)?", text, re.DOTALL)
    place, day = (found[1], found[2] or "") if found else ("", text)
    return place.strip(" ,/.-"), day


def _months(text: str) -> int:
    found = re.fullmatch(
        r"(\d{1,3})(?:[.,]0+)?\s*(bulan|bln|months?|mo|tahun|thn|th|years?|yr)?\.?", fold(text) or text
    )
    months = int(found[1]) * (12 if found[2] and found[2][0] in "ty" else 1) if found else 0
    if not 1 <= months <= 120:
        raise Refused(Problem.of("months", "import.months", given=text[:40]))
    return months


def _country(text: str) -> str:
    """The code a list means by its country's name, English ones and usual spellings included; the text as it is where
    nobody knows it, for the form to refuse."""
    try:
        return country_code(text)
    except Refused:
        return _other_names().get(fold(text), text)


@cache
def _other_names() -> dict[str, str]:
    from babel import Locale

    names = {fold(name): code for code, name in Locale("en").territories.items() if code in countries()}
    names |= {"hongkong": "HK", "hong kong": "HK", "korea": "KR", "korsel": "KR", "taiwan roc": "TW", "macau": "MO"}
    return names | {"saudi": "SA", "uni emirat arab": "AE", "uea": "AE", "uae": "AE", "brunai": "BN", "ksa": "SA"}


def preview(read: Callable[[Row], tuple[Registration, list[Problem]]], row: Row) -> Mapping[str, str]:
    """What the form would hold of a row, by field: days as they are written here, choices as their codes."""
    form, _problems = read(row)
    found = {field: getattr(form, field) for field in form.__struct_fields__ if field != "heirs"}
    for at, heir in enumerate(form.heirs or ()):
        found |= {f"heirs[{at}].{part}": getattr(heir, part) for part in heir.__struct_fields__}
    return {
        field: date_short(value) if isinstance(value, date) else str(value)
        for field, value in found.items()
        if value is not None
    }
