"""Changes: what was registered of a person and changed since, field by field, with who, where, when and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from models.language import _, date_short, time_short
from models.rules.missions import mission
from models.rules.nik import mask_nik
from models.rules.problems import Refused
from ui import words
from ui.kit import Cell, Column, RowTable

if TYPE_CHECKING:
    from kiosk.queries.history import Change, History, Joining, Told

MASKED = "••••••"


@dataclass(frozen=True)
class Changed:
    """A line: when, what it is about, what it became, what it was, and who said so. `gone`: it no longer holds."""

    at: datetime
    title: str
    why: str
    now: str
    was: str
    operator: str
    counter: str
    gone: bool
    key: tuple[object, ...]


class ChangesTable(RowTable):
    """The history of a person's data, newest first, the registration below everything."""

    def __init__(self, local: Callable[[datetime], datetime], parent: QWidget | None = None) -> None:
        super().__init__(
            [
                Column(_("Waktu"), lambda row: Cell(date_short(row.at), second=time_short(row.at)), width=112),
                Column(_("Data"), lambda row: Cell(row.title, second=row.why, bold=not row.gone), stretch=4),
                Column(_("Isi"), lambda row: Cell(row.now, second=row.was, struck=row.gone), stretch=5),
                Column(_("Oleh"), lambda row: Cell(row.operator, second=row.counter), stretch=2),
            ],
            name=_("Riwayat data"),
            key=lambda row: row.key,
            two_lines=True,
            parent=parent,
        )
        self._local = local

    def show_history(self, history: History, *, hidden: bool = False) -> None:
        """This person's; `hidden`: without the values, which are restricted."""
        self.set_rows(lines(history, self._local, hidden=hidden))


def lines(history: History, local: Callable[[datetime], datetime], *, hidden: bool = False) -> list[Changed]:
    """Every line, the newest first."""
    said = [line for one in history.joinings for line in _joined(one)] + [_told(one) for one in history.told]
    said.sort(key=lambda line: line.at)
    found: list[Changed] = []
    # Changes stand in the order that settled them, whatever two counters' clocks say; the rest goes in by its time.
    for change in [_changed(one, hidden=hidden) for one in history.changes]:
        while said and said[-1].at >= change.at:
            found.append(said.pop())
        found.append(change)
    found += reversed(said)
    if history.registered_at is not None:
        found.append(
            Changed(
                at=history.registered_at,
                title=_("Terdaftar"),
                why="",
                now=_("Pendaftaran pertama"),
                was="",
                operator=history.registered_by or "—",
                counter=history.registered_where,
                gone=False,
                key=("registered",),
            )
        )
    return [_in_zone(line, local) for line in found]


def _in_zone(line: Changed, local: Callable[[datetime], datetime]) -> Changed:
    return replace(line, at=local(line.at))


def _changed(one: Change, *, hidden: bool) -> Changed:
    return Changed(
        at=one.at,
        title=words.fields().get(one.field, one.field),
        why=one.reason,
        now=MASKED if hidden else as_words(one.field, one.value),
        was="" if hidden else _("semula {before}").format(before=as_words(one.field, one.was)),
        operator=one.operator or "—",
        counter=one.counter,
        gone=not one.stands,
        key=("changed", one.at, one.field, one.counter),
    )


def _joined(one: Joining) -> list[Changed]:
    undone = one.undone_at is not None
    found = [
        Changed(
            at=one.at,
            title=_("Digabungkan"),
            why=one.remark,
            now=one.other_name,
            was=_("dua pendaftaran menjadi satu orang"),
            operator=one.operator or "—",
            counter="",
            gone=undone,
            key=("joined", one.id),
        )
    ]
    if one.undone_at is not None:
        found.append(
            Changed(
                at=one.undone_at,
                title=_("Dipisahkan kembali"),
                why="",
                now=one.other_name,
                was=_("dua orang, masing-masing dengan datanya"),
                operator=one.undone_by or "—",
                counter="",
                gone=False,
                key=("parted", one.id),
            )
        )
    return found


def _told(one: Told) -> Changed:
    return Changed(
        at=one.at,
        title=_("Orang yang sama") if one.same else _("Bukan orang yang sama"),
        why=one.remark,
        now=one.other_name,
        was=_("dinyatakan petugas"),
        operator=one.operator or "—",
        counter="",
        gone=False,
        key=("told", one.at, one.other_id),
    )


def as_words(field: str, value: Any) -> str:
    """A value of the registration form as a person reads it. What others may not see over a shoulder is masked."""
    if value in (None, "", [], ()):
        return _("kosong")
    match field:
        case "sex":
            return words.sex(value)
        case "heirs":
            return ", ".join(str(heir.get("name", "")) for heir in value)
        case "other_kpjs":
            return ", ".join(value)
        case "nik":
            return mask_nik(str(value))
        case "bank_account":
            return f"{MASKED}{str(value)[-4:]}"
        case "mother_name":
            return MASKED
        case "passport_kind":
            return dict(words.passport_kinds()).get(value, str(value))
        case "bank_owner":
            return dict(words.bank_owners()).get(value, str(value))
    if isinstance(value, date):
        return date_short(value)
    if field in ("birth_date", "passport_issued", "passport_expiry"):
        return date_short(date.fromisoformat(value))
    return str(value)


def whole(field: str, value: Any) -> str | None:
    """What stands behind the mask; None where there is none."""
    masked = field in ("nik", "bank_account", "mother_name") and bool(value)
    return str(value) if masked else None


def mission_name(code: str | None) -> str:
    """«KJRI Hong Kong»; the code where it is a new one."""
    if not code:
        return ""
    try:
        return mission(code).name
    except Refused:
        return code
