"""Contributions: what a worker pays for which months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.rules.coverage import PROGRAMMES, Cover, Programme, next_cover
from models.rules.days import MonthRounding, rounded_months
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.tariffs import Step, TariffPack, explain_premium, explain_savings, premium


@dataclass(frozen=True, slots=True)
class LineAsked:
    """What the worker wants: months of a programme, and for JHT rupiah a month (None: the tariff's minimum)."""

    programme: str
    months: int
    monthly_idr: int | None = None


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line of the receipt. `monthly_idr` is given for JHT only; `explained` says how the amount comes about."""

    programme: Programme
    months: int
    monthly_idr: int | None
    amount_idr: int
    cover: Cover
    pack_id: UUID
    pack_version: int
    explained: tuple[Step, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the cover begins a chain: its first day stands only when BPJS has confirmed it."""
        return self.cover.anchor_months == self.months


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid, in rupiah, and what deserves a word before it is."""

    lines: tuple[QuotedLine, ...]
    amount_idr: int
    warnings: tuple[Problem, ...]

    @property
    def provisional(self) -> bool:
        return any(line.provisional for line in self.lines)


def quote(
    asked: Sequence[LineAsked],
    *,
    pack: TariffPack,
    paid: Mapping[str, Sequence[Cover]],
    contract_start: date | None,
    contract_end: date | None,
    event: str,
    paid_on: date,
    scheme: str | None = None,
    event_date: date | None = None,
) -> Quote:
    """The lines of a payment, with the days each covers and how each amount comes about.

    `paid` holds the covers so far, by programme. `event_date` is the day that `pack` was chosen by, where it is not
    `paid_on`. Refused, everything at once, on `lines`, `lines[i].programme`, `.months` or `.monthly_idr`:
    `lines.empty`, `programme.unknown`, `programme.twice`, `months.at_least_one`, `months.too_many`,
    `jht.monthly_range`, `jht.step`, `jht.only`; and `tariff.no_row`. Warnings: `months.not_contract`,
    `months.next_package_cheaper`, `cover.past`.
    """
    if not asked:
        raise Refused(Problem.of("lines", "lines.empty"))
    problems: list[Problem] = []
    seen: set[str] = set()
    for at, line in enumerate(asked):
        problems += _line_problems(line, f"lines[{at}]", pack, seen)
        seen.add(line.programme)
    refuse_if(problems)

    chosen_by = event_date or paid_on
    lines: list[QuotedLine] = []
    warnings: list[Problem] = []
    for at, line in enumerate(asked):
        programme: Programme = "JHT" if line.programme == "JHT" else "JKK+JKM"
        cover = next_cover(
            programme,
            line.months,
            paid=paid.get(programme, ()),
            contract_start=contract_start,
            event=event,
            paid_on=paid_on,
        )
        monthly = None
        if programme == "JHT":
            monthly = pack.jht_min if line.monthly_idr is None else line.monthly_idr
            amount = monthly * line.months
            steps = explain_savings(pack, line.months, monthly, chosen_by)
        else:
            cost = premium(pack, line.months, event=event, scheme=scheme)
            amount, steps = cost.amount_idr, explain_premium(pack, cost, chosen_by)
            where = f"lines[{at}].months"
            if cost.cheaper is not None:
                warnings.append(
                    Problem.of(
                        where,
                        "months.next_package_cheaper",
                        package=cost.cheaper.months,
                        amount=cost.cheaper.base,
                        saving=amount - cost.cheaper.base,
                    )
                )
            warnings += _contract_warnings(where, cover, line.months, contract_start, contract_end, pack.month_rounding)
        if cover.covered_to < paid_on:
            warnings.append(Problem.of(f"lines[{at}].months", "cover.past", day=cover.covered_to.isoformat()))
        lines.append(QuotedLine(programme, line.months, monthly, amount, cover, pack.id, pack.version, steps))
    return Quote(tuple(lines), sum(line.amount_idr for line in lines), tuple(warnings))


def _line_problems(line: LineAsked, where: str, pack: TariffPack, seen: set[str]) -> list[Problem]:
    if line.programme not in PROGRAMMES:
        return [Problem.of(f"{where}.programme", "programme.unknown", programme=line.programme)]
    problems = []
    if line.programme in seen:
        problems.append(Problem.of(f"{where}.programme", "programme.twice", programme=line.programme))
    if line.months < 1:
        problems.append(Problem.of(f"{where}.months", "months.at_least_one"))
    elif line.months > pack.max_months:
        problems.append(Problem.of(f"{where}.months", "months.too_many", most=pack.max_months))
    if line.monthly_idr is not None:
        if line.programme != "JHT":
            problems.append(Problem.of(f"{where}.monthly_idr", "jht.only"))
        elif not pack.jht_min <= line.monthly_idr <= pack.jht_max:
            problems.append(
                Problem.of(f"{where}.monthly_idr", "jht.monthly_range", least=pack.jht_min, most=pack.jht_max)
            )
        elif line.monthly_idr % pack.jht_step:
            problems.append(Problem.of(f"{where}.monthly_idr", "jht.step", step=pack.jht_step))
    return problems


def _contract_warnings(
    where: str,
    cover: Cover,
    months: int,
    contract_start: date | None,
    contract_end: date | None,
    rounding: MonthRounding,
) -> list[Problem]:
    """JKK+JKM is paid once, for the whole contract (Permenaker 4/2023): other months deserve a word. What
    counts is the whole contract, or what of it is not covered yet."""
    if contract_start is None or contract_end is None:
        return []
    # A contract of a few days is one of a month, however its days are counted.
    contract = max(1, rounded_months(contract_start, contract_end, rounding))
    rest = rounded_months(cover.covered_from, contract_end, rounding)
    together = cover.anchor_months if cover.anchor == contract_start else months
    if contract in (months, together) or rest == months:
        return []
    return [Problem.of(where, "months.not_contract", months=months, contract=contract)]
