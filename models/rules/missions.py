"""Missions: the embassies, consulates and trade offices that keep a counter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from models.rules import data
from models.rules.problems import Problem, Refused

_TITLES = {
    "KBRI": ("KEDUTAAN BESAR REPUBLIK INDONESIA, {city}", "Embassy of the Republic of Indonesia, {city}"),
    "KJRI": ("KONSULAT JENDERAL REPUBLIK INDONESIA, {city}", "Consulate General of the Republic of Indonesia, {city}"),
    "KRI": ("KONSULAT REPUBLIK INDONESIA, {city}", "Consulate of the Republic of Indonesia, {city}"),
    "KDEI": ("KANTOR DAGANG DAN EKONOMI INDONESIA, {city}", "Indonesian Economic and Trade Office, {city}"),
}


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission. `code` is ours (three letters), `country` ISO 3166, `currency` what the counter takes,
    `zone` IANA; `title` stands at the head of its papers."""

    code: str
    kind: str
    city: str
    country: str
    country_name: str
    currency: str
    zone: str
    title: str
    title_en: str

    @property
    def name(self) -> str:
        """What people call it: `KDEI Taipei`."""
        return f"{self.kind} {self.city}"


@cache
def _by_code() -> dict[str, Mission]:
    found = {}
    for row in data.rows("missions.csv"):
        title, title_en = _TITLES[row["kind"]]
        found[row["code"]] = Mission(
            code=row["code"],
            kind=row["kind"],
            city=row["city"],
            country=row["country"],
            country_name=row["country_name"],
            currency=row["currency"],
            zone=row["zone"],
            title=title.format(city=row["city"].upper()),
            title_en=title_en.format(city=row["city_en"]),
        )
    return found


def missions() -> tuple[Mission, ...]:
    """Every mission we know of, in the order of the shipped table."""
    return tuple(_by_code().values())


def mission(code: str, field: str = "mission") -> Mission:
    """The mission with this code. Refused: `mission.unknown`."""
    found = _by_code().get(code)
    if found is None:
        raise Refused(Problem.of(field, "mission.unknown", mission=code[:20]))
    return found
