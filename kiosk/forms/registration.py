"""Registration: everything the form asks of a worker, and what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from kiosk.forms.placement import CHANGES, EARLIEST, LATEST, PlacementForm, what_it_corrects
from kiosk.forms.placement import lower as _lower
from kiosk.forms.placement import text as _text
from models.journal.placements import PlacementRecorded
from models.journal.workers import Heir, Identity
from models.rules.banks import OWNERS, account_warnings, bank_name, clean_account
from models.rules.consents import ConsentText, consent_text, version_in_force
from models.rules.heirs import Inherits, heir_warnings, heirs_warnings, in_law_order, relation, scholar_problems
from models.rules.kpj import kpj_numbers, kpj_warnings
from models.rules.likeness import Person, person
from models.rules.missions import Mission
from models.rules.mrz import Mrz, mrz_warnings, read_mrz
from models.rules.names import clean_name, name_problems
from models.rules.nik import clean_nik, nik_contradictions, nik_problems, nik_warnings
from models.rules.passports import (
    KINDS,
    clean_passport,
    expiry_warnings,
    passport_problems,
    passport_warnings,
    validity_warnings,
)
from models.rules.phones import normal_phone
from models.rules.placements import Contract
from models.rules.problems import Problem, Refused

PASSPORT_KINDS = KINDS
BANK_OWNERS = OWNERS

PLACEMENT = tuple(field for field in PlacementForm.__struct_fields__ if field != "extension_of")
"""The fields of a contract that a registration has, too."""


class HeirForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One heir as written on the form. `scholar`: a child named for the scholarship."""

    name: str | None = None
    relation: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    scholar: bool | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which text was agreed to, in which language; without a version the one in force today."""

    version: str | None = None
    language: str = "id"

    def checked(self, today: date) -> ConsentText:
        """The text itself. Refused `consent.version_unknown`, `consent.language_unknown`."""
        return consent_text(self.version or version_in_force(today), self.language)


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The registration form. Every field may be left out as far as decoding goes; `checked` says what is missing.
    `kpj` takes one card, several in one text, or a list: the one in use first.
    `contract_change`, for a person known already: whether a contract that differs is a `correction` of the current
    one or a `new` one; without it the same number or the same first day make it a correction."""

    mrz: tuple[str, ...] | None = None
    name: str | None = None
    name_on_id_card: str | None = None
    nik: str | None = None
    passport_kind: str | None = None
    passport_number: str | None = None
    passport_issued: date | None = None
    passport_expiry: date | None = None
    passport_office: str | None = None
    kpj: str | tuple[str, ...] | None = None
    pmi_id: str | None = None
    sex: str | None = None
    birth_place: str | None = None
    birth_date: date | None = None
    mother_name: str | None = None
    home_address: str | None = None
    home_regency: str | None = None
    abroad_address: str | None = None
    phone: str | None = None
    whatsapp: str | None = None
    email: str | None = None
    emergency_name: str | None = None
    emergency_phone: str | None = None
    bank_name: str | None = None
    bank_account: str | None = None
    bank_holder: str | None = None
    bank_owner: str | None = None
    country: str | None = None
    scheme: str | None = None
    event: str | None = None
    employer_kind: str | None = None
    employer: str | None = None
    agency: str | None = None
    p3mi: str | None = None
    job: str | None = None
    contract_number: str | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    months: int | None = None
    legalisation_number: str | None = None
    departure: date | None = None
    arrival: date | None = None
    contract_change: str | None = None
    heirs: tuple[HeirForm, ...] | None = None
    consent: bool | Consent | None = None
    confirmed: tuple[str, ...] | None = None
    not_same_as: tuple[UUID, ...] | None = None

    def sought(self, today: date) -> Person:
        """As much of the person as the form tells so far, to look for them; nothing in it has to be right."""
        form = _read_passport(self, today)
        return person(
            name=form.name or "",
            name_on_id_card=form.name_on_id_card or "",
            birth_date=form.birth_date,
            sex=_upper(form.sex),
            mother_name=form.mother_name or "",
            niks=[form.nik],
            passports=[form.passport_number],
            kpjs=kpj_numbers(form.kpj),
            phones=[form.phone, form.whatsapp],
        )

    def checked(
        self, mission: Mission, today: date, worker_id: UUID, contracts: Sequence[Contract] = ()
    ) -> CheckedRegistration:
        """The form in the shape it is recorded in, and its warnings. `contracts` are those on record of a known
        person, the current one first. Refused with everything that is wrong."""
        return _Check(self, mission, today).result(worker_id, contracts)

    @property
    def placement(self) -> PlacementForm:
        """The part that is a contract."""
        return PlacementForm(**{field: getattr(self, field) for field in PLACEMENT})


class CheckedRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """A registration that may be recorded. `overruled` are the problems the clerk has confirmed."""

    identity: Identity
    placement: PlacementRecorded
    consent: Consent | None
    overruled: tuple[str, ...]
    warnings: tuple[Problem, ...]


CONFIRMABLE = ("nik.birth_date", "nik.sex")
"""Contradictions that a clerk may confirm after looking at the card; they are then recorded and flagged."""

_AS_WRITTEN = (
    "passport_office",
    "pmi_id",
    "birth_place",
    "home_address",
    "home_regency",
    "abroad_address",
)


class _Check:
    def __init__(self, form: Registration, mission: Mission, today: date) -> None:
        self.mission, self.today = mission, today
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.form = self._with_mrz(form)

    def result(self, worker_id: UUID, contracts: Sequence[Contract]) -> CheckedRegistration:
        form = self.form
        # What the passport's lines were to say is not asked for beside the word that they cannot be read.
        asked = form.mrz is None or not self.problems
        name = self._name("name", form.name, required=asked)
        nik = self._nik()
        passport = self._passport()
        self._dates(birth_date_required=asked)
        sex = self._one_of("sex", _upper(form.sex), ("F", "M"), required=asked)
        heirs = self._heirs(name)
        cards = self._kpjs()
        account = self._account(name)
        overruled = self._contradictions(nik, sex)
        consent = self._consent()
        if not form.consent:
            self.warnings.append(Problem("consent", "consent.missing"))
        if form.mother_name is None or not form.mother_name.strip():
            self.warnings.append(Problem("mother_name", "mother_name.missing"))
        identity: dict[str, Any] = dict(
            name=name,
            name_on_id_card=self._name("name_on_id_card", form.name_on_id_card),
            nik=nik,
            passport_kind=self._one_of("passport_kind", _lower(form.passport_kind), PASSPORT_KINDS)
            or ("paspor" if passport else None),
            passport_number=passport,
            passport_issued=form.passport_issued,
            passport_expiry=form.passport_expiry,
            sex=sex,
            birth_date=form.birth_date,
            mother_name=self._name("mother_name", form.mother_name),
            phone=self._phone("phone", form.phone, self.mission.country),
            whatsapp=self._phone("whatsapp", form.whatsapp, self.mission.country),
            email=self._email(),
            emergency_name=self._name("emergency_name", form.emergency_name),
            emergency_phone=self._phone("emergency_phone", form.emergency_phone, "ID"),
            heirs=heirs,
            kpj=cards[0] if cards else None,
            other_kpjs=cards[1:],
            **account,
            **{field: _text(getattr(form, field)) for field in _AS_WRITTEN},
        )
        placement = self._placement(worker_id, contracts)
        if self.problems or placement is None:
            raise Refused(*self.problems)
        return CheckedRegistration(
            identity=Identity(**identity),
            placement=placement,
            consent=consent,
            overruled=overruled,
            warnings=tuple(self.warnings),
        )

    def _consent(self) -> Consent | None:
        if not self.form.consent:
            return None
        given = self.form.consent if isinstance(self.form.consent, Consent) else Consent()
        try:
            text = given.checked(self.today)
        except Refused as refusal:
            self.problems += refusal.problems
            return None
        return Consent(version=text.version, language=text.language)

    def _with_mrz(self, form: Registration) -> Registration:
        """Take from the passport's lines what the form leaves open; what both say must agree."""
        if form.mrz is None:
            return form
        try:
            mrz = read_mrz(form.mrz, self.today)
        except Refused as refusal:
            self.problems += refusal.problems
            return form
        said = _said(mrz)
        for field in ("passport_number", "passport_expiry", "birth_date", "sex"):
            typed = getattr(form, field)
            if isinstance(typed, str):
                typed = clean_passport(typed) if field == "passport_number" else _upper(typed)
            if typed and said[field] is not None and typed != said[field]:
                self.problems.append(Problem.of(field, "mrz.differs", passport=_shown(said[field])))
        if mrz.kind == "splp":
            said["passport_kind"] = mrz.kind
        self._compare(mrz, form)
        missing = {field: value for field, value in said.items() if not _given(getattr(form, field))}
        return msgspec.structs.replace(form, **missing)

    def _compare(self, mrz: Mrz, form: Registration) -> None:
        """What the lines leave open is asked of the page or the card, unless the form answers it."""
        for problem in mrz_warnings(mrz):
            if problem.code == "mrz.birth_date_unknown":
                if form.birth_date is None:
                    self.problems.append(problem)
                elif not _agrees(form.birth_date, mrz.birth_written):
                    written = dict(problem.values)["written"]
                    self.problems.append(Problem.of("birth_date", "mrz.differs", passport=written))
            elif problem.code != "mrz.name_cut" or not _given(form.name) or _text(form.name) == mrz.name:
                self.warnings.append(problem)

    def _name(self, field: str, text: str | None, *, required: bool = False) -> str | None:
        if text is None or not text.strip():
            if required:
                self.problems.append(Problem(field, "required"))
            return None
        self.problems += name_problems(text, field)
        return clean_name(text)

    def _nik(self) -> str | None:
        nik = clean_nik(self.form.nik) if self.form.nik else None
        if not nik:
            self.warnings.append(Problem("nik", "nik.missing"))
            return None
        if problems := nik_problems(nik):
            self.problems += problems
        else:
            self.warnings += nik_warnings(nik)
        return nik

    def _passport(self) -> str | None:
        number = clean_passport(self.form.passport_number) if self.form.passport_number else None
        if not number:
            self.warnings.append(Problem("passport_number", "passport.missing"))
            return None
        self.problems += passport_problems(number)
        kind = _lower(self.form.passport_kind) or "paspor"
        self.warnings += passport_warnings(number, kind)
        if self.form.passport_expiry:
            self.warnings += expiry_warnings(self.form.passport_expiry, self.today)
        self.warnings += validity_warnings(kind, self.form.passport_issued, self.form.passport_expiry, self.today)
        return number

    def _kpjs(self) -> tuple[str, ...]:
        """The card in use first, then those of earlier memberships, as they are written."""
        cards = kpj_numbers(self.form.kpj)
        for card in cards:
            self.warnings += kpj_warnings(card)
        return cards

    def _dates(self, *, birth_date_required: bool) -> None:
        form = self.form
        for field in ("birth_date", "passport_issued", "passport_expiry"):
            day = getattr(form, field)
            if day is not None and not EARLIEST <= day <= LATEST:
                self.problems.append(Problem(field, "date.too_far"))
        if form.birth_date is None:
            if birth_date_required:
                self.problems.append(Problem("birth_date", "required"))
        elif form.birth_date >= self.today:
            self.problems.append(Problem("birth_date", "birth_date.impossible"))
        issued, expiry = form.passport_issued, form.passport_expiry
        if issued and expiry and expiry <= issued:
            self.problems.append(Problem("passport_expiry", "passport.ends_before_start"))

    def _contradictions(self, nik: str | None, sex: str | None) -> tuple[str, ...]:
        if not nik or any(problem.field == "nik" for problem in self.problems):
            return ()
        confirmed = set(self.form.confirmed or ())
        overruled = []
        for problem in nik_contradictions(nik, self.form.birth_date, sex):
            if problem.code in confirmed and problem.code in CONFIRMABLE:
                overruled.append(problem.code)
                self.warnings.append(problem)
            else:
                self.problems.append(problem)
        return tuple(overruled)

    def _heirs(self, worker: str | None) -> tuple[Heir, ...]:
        """The heirs in the order of the law."""
        found: list[Heir] = []
        named: list[Inherits] = []
        for at, heir in enumerate(self.form.heirs or ()):
            where = f"heirs[{at}]"
            name = self._name(f"{where}.name", heir.name, required=True)
            phone = self._phone(f"{where}.phone", heir.phone, "ID")
            self._heir_birth_date(f"{where}.birth_date", heir.birth_date)
            if heir.relation is None or not heir.relation.strip():
                self.problems.append(Problem(f"{where}.relation", "required"))
                continue
            try:
                code = relation(heir.relation, f"{where}.relation").code
                self.warnings += heir_warnings(code, f"{where}.relation")
            except Refused as refusal:
                self.problems += refusal.problems
                continue
            found.append(Heir(name or "", code, phone, heir.birth_date, bool(heir.scholar)))
            named.append(Inherits(name or "", code, heir.birth_date, bool(heir.scholar), where))
        self.problems += scholar_problems(named)
        self.warnings += heirs_warnings(named, self.today, worker=worker, born=self.form.birth_date)
        return tuple(in_law_order(found, [heir.relation for heir in found]))

    def _heir_birth_date(self, field: str, day: date | None) -> None:
        if day is None:
            return
        if not EARLIEST <= day <= LATEST:
            self.problems.append(Problem(field, "date.too_far"))
        elif day > self.today:
            self.problems.append(Problem(field, "birth_date.impossible"))

    def _account(self, worker: str | None) -> dict[str, str | None]:
        form = self.form
        bank = bank_name(written) if (written := _text(form.bank_name)) else None
        number = clean_account(form.bank_account) or None if form.bank_account else None
        holder = self._name("bank_holder", form.bank_holder)
        owner = self._one_of("bank_owner", _lower(form.bank_owner), BANK_OWNERS)
        self.warnings += account_warnings(bank, number, holder, owner, worker)
        return {"bank_name": bank, "bank_account": number, "bank_holder": holder, "bank_owner": owner}

    def _placement(self, worker_id: UUID, contracts: Sequence[Contract]) -> PlacementRecorded | None:
        form = self.form.placement
        change = self._one_of("contract_change", _lower(self.form.contract_change), CHANGES)
        corrects = what_it_corrects(form, contracts, change)
        try:
            checked = form.checked(self.mission, worker_id, contracts, corrects=corrects)
        except Refused as refusal:
            self.problems += refusal.problems
            return None
        self.warnings += checked.warnings
        return checked.placement

    def _one_of(self, field: str, value: str | None, choices: tuple[str, ...], *, required: bool = False) -> str | None:
        if not value:
            if required:
                self.problems.append(Problem(field, "required"))
            return None
        if value not in choices:
            self.problems.append(Problem.of(field, "choice.unknown", given=value[:40], choices=", ".join(choices)))
            return None
        return value

    def _phone(self, field: str, text: str | None, country: str) -> str | None:
        if not (written := _text(text)):
            return None
        if normal := normal_phone(written, country):
            return normal
        self.warnings.append(Problem(field, "phone.unusual"))
        return written

    def _email(self) -> str | None:
        email = _text(self.form.email)
        if email and (email.count("@") != 1 or "." not in email.partition("@")[2] or " " in email):
            self.warnings.append(Problem("email", "email.unusual"))
        return email


def _read_passport(form: Registration, today: date) -> Registration:
    """The form with what its passport's lines say where it is empty; as it is, where they cannot be read."""
    if form.mrz is None:
        return form
    try:
        mrz = read_mrz(form.mrz, today)
    except Refused:
        return form
    missing = {field: value for field, value in _said(mrz).items() if not _given(getattr(form, field))}
    return msgspec.structs.replace(form, **missing)


def _said(mrz: Mrz) -> dict[str, Any]:
    """What a passport's lines say of the form's fields."""
    return {
        "name": mrz.name,
        "passport_number": mrz.number,
        "passport_expiry": mrz.expiry,
        "birth_date": mrz.birth_date,
        "sex": mrz.sex,
    }


def _given(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _agrees(day: date, written: str) -> bool:
    """Whether a date agrees with the parts of a passport's YYMMDD that are known."""
    return all(said == "<" or said == given for said, given in zip(written, f"{day:%y%m%d}", strict=True))


def _upper(value: str | None) -> str | None:
    return value.strip().upper() or None if value else None


def _shown(value: object) -> str:
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value)
