"""Look-up: asking the centre whether a person is registered at another mission, and having them here as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import httpx
import msgspec

from kiosk.desk import Desk
from kiosk.sync.authority import line
from kiosk.sync.line import Deadline, ServerApi, Speaker
from kiosk.sync.pull import pull
from kiosk.sync.push import EpochChanged
from kiosk.sync.standing import Standing, standing
from kiosk.sync.trust import Trust
from models.rules.likeness import Likeness, Reason, Strength, person
from models.rules.missions import mission
from models.rules.problems import Problem, Refused, Trouble
from models.sync.messages import BorrowRequest, Found, LookupRequest
from models.sync.protocol import SyncError
from models.sync.tokens import Bearer


class Sought(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of the person at the counter. A number is needed, or a name with a birth date."""

    name: str = ""
    name_on_id_card: str = ""
    birth_date: date | None = None
    sex: str = ""
    mother_name: str = ""
    nik: str = ""
    passport_number: str = ""
    old_passports: tuple[str, ...] = ()
    kpj: str = ""
    other_kpjs: tuple[str, ...] = ()
    phone: str = ""
    whatsapp: str = ""

    def request(self, operator: UUID) -> LookupRequest:
        """Refused `lookup.too_little`: the centre would find nobody by this."""
        someone = person(
            name=self.name.strip(),
            name_on_id_card=self.name_on_id_card.strip(),
            birth_date=self.birth_date,
            sex=self.sex,
            mother_name=self.mother_name.strip(),
            niks=[self.nik],
            passports=[self.passport_number],
            old_passports=self.old_passports,
            kpjs=[self.kpj, *self.other_kpjs],
            phones=[self.phone, self.whatsapp],
        )
        if not (someone.niks or someone.passports or someone.old_passports or someone.kpjs) and not (
            someone.name and someone.birth_date
        ):
            raise Refused(Problem("name", "lookup.too_little"))
        return LookupRequest(
            name=someone.name[:200],
            name_on_id_card=someone.name_on_id_card[:200],
            birth_date=someone.birth_date,
            sex=self.sex[:1],
            mother_name=someone.mother_name[:200],
            niks=tuple(sorted(someone.niks)),
            passports=tuple(sorted(someone.passports | someone.old_passports))[:8],
            kpjs=tuple(sorted(someone.kpjs))[:8],
            phones=tuple(sorted(someone.phones)),
            operator=operator,
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody registered at another mission who may be the person at the counter: enough to ask them by. The numbers
    are their last four characters. `held`: this mission has the person already; a sync brings them."""

    worker_id: UUID
    name: str
    birth_date: date | None
    sex: str | None
    passport_end: str | None
    nik_end: str | None
    mission: str
    mission_name: str
    registered: int | None
    likeness: Likeness
    held: bool


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The likeliest first; `more` were left out."""

    found: tuple[Elsewhere, ...]
    more: int = 0


def look_up(desk: Desk, sought: Sought, *, client: httpx.Client | None = None, deadline: float = 10.0) -> LookedUp:
    """Ask the centre who this may be, at whichever mission. The centre keeps that this counter asked.

    Refused `lookup.too_little`; Trouble `sync.not_enrolled`, `line.too_many` and those of the line: then the person is
    registered as always, and the centre pairs later."""
    asked = sought.request(desk.operator.id)
    with _speaking(desk, client, deadline) as (api, _):
        answer = api.look_up(asked)
    return LookedUp(tuple(_elsewhere(one) for one in answer.found), answer.more)


def borrow(desk: Desk, worker_id: UUID, *, client: httpx.Client | None = None, deadline: float = 60.0) -> UUID:
    """Have a worker of another mission here, with everything that was ever recorded about them. Returns the id under
    which the person goes on. Asking again changes nothing and brings what is new.

    Refused `worker.unknown_at_centre`; Trouble `sync.*` and `line.*`: what had come until then stands, and the next
    sync brings the rest."""
    with _speaking(desk, client, deadline) as (api, own):
        answer = api.borrow(BorrowRequest(worker_id, desk.operator.id))
        try:
            pull(
                desk,
                api,
                Trust(desk, api, own.keys),
                own.terminal,
                answer.until.stream,
                answer.epoch,
                lambda _done, _total: None,
            )
        except EpochChanged as error:
            raise Trouble("sync.history") from error
    return answer.worker_id


@contextmanager
def _speaking(desk: Desk, client: httpx.Client | None, deadline: float) -> Iterator[tuple[ServerApi, Standing]]:
    own = standing(desk)
    with line(desk, client) as http:
        api = ServerApi(http, own.address, desk.clock, Deadline(deadline))
        bearer = Bearer(own.terminal.id, own.terminal.incarnation)
        api.speak_as(Speaker(own.terminal.key, bearer, own.centre, own.skew_ms))
        try:
            yield api, own
        except SyncError as error:
            # A centre of before there were look-ups, or one that does not understand us.
            raise Trouble("line.broken", host=api.host, named=error.code) from error


def _elsewhere(found: Found) -> Elsewhere:
    strength: Strength = "strong" if found.strength == "strong" else "possible"
    return Elsewhere(
        worker_id=found.worker_id,
        name=found.name,
        birth_date=found.birth_date,
        sex=found.sex,
        passport_end=found.passport_end,
        nik_end=found.nik_end,
        mission=found.mission,
        mission_name=_mission_name(found.mission),
        registered=found.registered,
        likeness=Likeness(found.score, strength, tuple(Reason(code, weight) for code, weight in found.reasons)),
        held=found.held,
    )


def _mission_name(code: str) -> str:
    try:
        return mission(code).name
    except Refused:
        return code
