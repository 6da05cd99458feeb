"""Made-up workers for the demo, the pictures and the benchmarks: the same ones every time, and nobody real."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.forms.payment import LineForm, Payment
from kiosk.forms.registration import HeirForm, Registration
from kiosk.usecases.claims import Document, file
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register
from models.rules.days import add_months

WOMEN = [
    "SITI NURJANAH",
    "NUR SITI AISYAH",
    "SITI NURAINI",
    "DEWI LESTARI",
    "SRI WAHYUNI",
    "RINA MARLINA",
    "YULIANTI",
    "NURHAYATI",
    "SUMIATI",
    "TRI HANDAYANI",
    "INDAH PERMATASARI",
    "KARTINI",
    "ENDANG SUSILOWATI",
    "FITRI ANGGRAENI",
    "LILIS SURYANI",
    "MARYATI",
    "EKA PURNAMASARI",
    "WIWIK ASTUTIK",
    "SULASTRI",
    "ANI ROHAENI",
    "UMI KALSUM",
    "ERNAWATI",
    "RATNA SARI DEWI",
    "JUMINAH",
    "HALIMAH",
    "ROSMAWATI",
    "NI LUH PUTU AYU",
]
MEN = [
    "AGUS SALIM",
    "AHMAD FAUZI",
    "BUDI SANTOSO",
    "MOH. RIZKI",
    "M. SYAIFUL ANWAR",
    "SUPRIYANTO",
    "JOKO PRASETYO",
    "SUGENG",
    "DEDI KURNIAWAN",
    "ANDI SAPUTRA",
    "I MADE SUARTANA",
    "YUSUF MAULANA",
    "HERI SETIAWAN",
    "SLAMET RIYADI",
    "WAHYU HIDAYAT",
    "RUDI HARTONO",
    "ABDUL ROHMAN",
]
FAMILY = [
    "WIBOWO",
    "SUSANTO",
    "RAHAYU",
    "SETYOWATI",
    "PRATAMA",
    "LESTARI",
    "HIDAYATI",
    "KUSUMA",
    "UTAMI",
    "SAPUTRI",
    "",
    "",
    "",
    "",
]
PLACES = (
    ("Malang", "350710"),
    ("Cilacap", "330114"),
    ("Indramayu", "321215"),
    ("Lombok Timur", "520313"),
    ("Kendal", "332406"),
    ("Ponorogo", "350204"),
    ("Banyuwangi", "351004"),
    ("Lampung Timur", "180711"),
    ("Blitar", "350512"),
)
WORK = (
    ("household", "Perawat lansia", ("Chen Mei-ling", "Lin Jia-hao", "Wang Shu-fen", "黃淑惠", "Tsai Yi-chun")),
    ("company", "Operator produksi", ("Formosa Textile", "Taichung Precision", "Kaohsiung Plastics")),
    ("ship", "Awak kapal ikan", ("KM Hai Feng 8", "KM Shun Fa 168")),
)


@dataclass(frozen=True)
class Paid:
    """A payment made some days ago."""

    days_ago: int
    months: int
    jht_months: int = 0


@dataclass(frozen=True)
class DemoWorker:
    """A person, when they were registered, what they paid, whether they claim."""

    form: Registration
    days_ago: int
    paid: tuple[Paid, ...] = ()
    claim: str | None = None


def siti(today: date) -> DemoWorker:
    """Whom the pictures show: cover ends in 18 days."""
    end = today + timedelta(days=18)
    start = add_months(end + timedelta(days=1), -24)
    days_ago = (today - start).days
    return DemoWorker(
        Registration(
            name="SITI NURHALIZA",
            nik="3507105203940003",
            passport_number="C4821907",
            passport_expiry=add_months(today, 50),
            kpj="21034567891",
            sex="F",
            birth_place="Malang",
            birth_date=date(1994, 3, 12),
            mother_name="AMINAH",
            phone="+886 912 345 678",
            country="TW",
            employer_kind="household",
            employer="Chen Mei-ling",
            job="Perawat lansia",
            scheme="p3mi",
            event="new",
            contract_start=start,
            contract_end=end,
            bank_name="BRI",
            bank_account="0021014477712",
            bank_holder="SITI NURHALIZA",
            bank_owner="own",
            heirs=(HeirForm(name="AHMAD FAUZI", relation="suami", phone="+62 812 3456 7890"),),
            consent=True,
        ),
        days_ago=days_ago,
        paid=(Paid(days_ago, 24), Paid(165, 0, 6)),
    )


def people(count: int, today: date, seed: int = 2026) -> Iterator[DemoWorker]:
    """So many made-up workers, in every state of cover a counter sees."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    yield siti(today)
    seen = {"SITI NURHALIZA"}
    for at in range(1, count):
        sex = "F" if chance.random() < 0.7 else "M"
        name = ""
        while not name or name in seen:
            name = f"{chance.choice(WOMEN if sex == 'F' else MEN)} {chance.choice(FAMILY)}".strip()
            if name in seen:
                name = f"{name} {chance.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}."
        seen.add(name)
        born = date(1978, 1, 1) + timedelta(days=chance.randrange(27 * 365))
        place, region = chance.choice(PLACES)
        day = born.day + (40 if sex == "F" else 0)
        nik = f"{region}{day:02}{born:%m%y}{at % 9999 + 1:04}"
        kind, job, employers = chance.choice(WORK)
        length = chance.choice((12, 24, 24, 36))
        into = chance.choice((1, 3, 8, 14, 20, 23, 27))
        start = add_months(today, -into) - timedelta(days=chance.randrange(28))
        days_ago = (today - start).days
        paid: tuple[Paid, ...] = ()
        if at % 9:
            paid = (Paid(days_ago, length, chance.choice((0, 0, 0, 6, 12))),)
        yield DemoWorker(
            Registration(
                name=name,
                nik=nik if at % 17 else None,
                passport_number=f"{chance.choice('BCEX')}{1_000_000 + at * 7919 % 8_999_999}",
                passport_expiry=today + timedelta(days=chance.randrange(200, 1800)),
                sex=sex,
                birth_place=place,
                birth_date=born,
                mother_name=chance.choice(WOMEN).split()[0] + " " + chance.choice(("BINTI AHMAD", "RAHMAWATI", "YATI")),
                phone=f"+8869{10_000_000 + at * 104729 % 89_999_999}",
                country="TW",
                employer_kind=kind,
                employer=chance.choice(employers),
                job=job,
                scheme=chance.choice(("p3mi", "p3mi", "g2g", "perseorangan")),
                event=chance.choice(("new", "new", "new", "re-entry")),
                contract_start=start,
                contract_end=add_months(start, length) - timedelta(days=1),
                heirs=(HeirForm(name=chance.choice(MEN), relation=chance.choice(("suami", "ayah", "anak"))),),
                consent=True,
            ),
            days_ago=days_ago,
            paid=paid,
            claim=chance.choice(("JKK-OBAT-LN", "JKK-PHK-SEPIHAK")) if at % 40 == 7 else None,
        )


def fill(desk: Desk, clock: HandClock, count: int) -> int:
    """Play the past at a counter, day by day in order, and bring the clock back to now. Returns how many people."""
    now = clock.now
    zone = _zone(desk)
    today = now.astimezone(zone).date()
    everyone = list(people(count, today))
    happenings = sorted(
        [(worker.days_ago, 0, at) for at, worker in enumerate(everyone)]
        + [(paid.days_ago, 1 + n, at) for at, worker in enumerate(everyone) for n, paid in enumerate(worker.paid)],
        key=lambda happening: (-happening[0], happening[1], happening[2]),
    )
    known = {}
    for minute, (days_ago, step, at) in enumerate(happenings):
        morning = datetime.combine(today - timedelta(days=days_ago), time(9), zone) + timedelta(minutes=minute % 360)
        clock.now = min(morning.astimezone(now.tzinfo), now)
        worker = everyone[at]
        if step == 0:
            known[at] = register(desk, worker.form).worker_id
            continue
        paid = worker.paid[step - 1]
        lines = [LineForm(programme="JKK+JKM", months=paid.months)] if paid.months else []
        if paid.jht_months:
            lines.append(LineForm(programme="JHT", months=paid.jht_months, monthly_idr=100_000))
        receive(
            desk,
            Payment(
                worker_id=str(known[at]),
                lines=tuple(lines),
                tender=("kode_iuran", "bank_slip")[at % 2],
                reference=f"88{at:04}{paid.days_ago:04}",
            ),
        )
    clock.now = now
    for at, worker in enumerate(everyone):
        if worker.claim:
            form = ClaimForm(
                worker_id=str(known[at]),
                kind=worker.claim,
                event_date=today - timedelta(days=9),
                description="Contoh klaim untuk peragaan.",
                filed_by="worker",
            )
            file(desk, form, [Document("paspor", "paspor.pdf", pretend_scan())])
    return len(everyone)


def pretend_scan() -> bytes:
    """A small, real PDF."""
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    page = BytesIO()
    canvas = Canvas(page, pagesize=(298, 420), invariant=1)
    canvas.drawString(40, 360, "PASPOR - contoh peragaan")
    canvas.save()
    return page.getvalue()


def _zone(desk: Desk) -> ZoneInfo:
    with desk.read() as work:
        return ZoneInfo(work.terminal.mission.zone)
