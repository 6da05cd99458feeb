"""Doctor: each thing that can be wrong with a counter is found and named with the next step, and support hears of it
without hearing of anybody."""

from __future__ import annotations

import logging
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.counter import MORNING, PASSWORD, SITI, add_supervisor, open_counter, slip
from sqlalchemy import update

from kiosk.desk import Desk, set_setting
from kiosk.devices.clock import HandClock
from kiosk.devices.printer import PretendPrinter
from kiosk.log import fault, keep_log
from kiosk.store.lockout import Lockout
from kiosk.store.tables import own_terminal
from kiosk.usecases import backups, contributions, doctor
from kiosk.usecases.drafts import save
from kiosk.usecases.workers import register
from models.diagnoses import DIAGNOSES, Finding, are_well
from models.journal.body import pack
from models.journal.keys import SealingKey
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES
from models.stories import retold
from models.sync.support import LARGEST, MAGIC, Diagnosis, open_diagnosis, seal_diagnosis, tellable

KEY = SealingKey.new()


def codes(found: list[Finding]) -> set[str]:
    return {one.code for one in found if one.grade != "fine"}


def seen_outside(folder: Path, **more: object) -> set[str]:
    return codes(doctor.outside(folder, PretendPrinter(**more)))  # type: ignore[arg-type]


@pytest.fixture
def enrolled(desk: Desk) -> Desk:
    """Certified, as far as this counter knows: nobody was asked."""
    with desk.work() as work:
        set_setting(work.connection, "claims_key", KEY.public.hex())
        work.connection.execute(update(own_terminal).values(certificate=b"x", centre_url="https://pusat.example"))
    return desk


def test_a_counter_that_is_well_says_so_in_whole_sentences(desk: Desk) -> None:
    add_supervisor(desk)
    found = doctor.outside(desk.folder, PretendPrinter()) + doctor.inside(desk, thoroughly=True)
    # Passwords of tests cost nothing to guess, and that is said.
    assert codes(found) == {"keys.weak", "enrolled.not", "backup.none"}
    assert are_well(found)
    assert all(one.said.endswith(".") and "…" not in one.said for one in found)


def test_every_diagnosis_is_a_sentence_with_a_step_where_something_is_wrong() -> None:
    source = "".join(
        (Path(doctor.__file__).parents[2] / path).read_text(encoding="utf-8")
        for path in ("kiosk/usecases/doctor.py", "kiosk/sync/probe.py", "server/usecases/doctor.py")
    )
    for code, (said, step) in DIAGNOSES.items():
        assert said.endswith("."), code
        assert f'"{code}"' in source, code
        grades = set(re.findall(rf'(fine|note|wrong)\("?\w+"?, "{re.escape(code)}"', source))
        assert grades, code
        assert bool(step) == (grades != {"fine"}), code
    raised = set(re.findall(r'(?:fine|note|wrong)\("?\w+"?, "([\w.]+)"', source))
    assert raised - DIAGNOSES.keys() == set()
    assert not DIAGNOSES.keys() & SENTENCES.keys()


def test_what_is_wrong_in_the_folder_is_found_without_a_password(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.folder
    assert seen_outside(folder) == {"keys.single", "keys.weak"}
    (folder / "keys.json").chmod(0o644)
    for _ in range(3):
        Lockout(folder).begin("rina")
    swaps = folder / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 8388604 0 -2\n")
    monkeypatch.setattr(doctor, "SWAPS", swaps)
    monkeypatch.setattr(doctor, "free_bytes", lambda _folder: 49_000_000)
    monkeypatch.setattr(doctor, "FONTS", folder)
    assert seen_outside(folder, queues=[]) == {
        "folder.open",
        "keys.single",
        "keys.weak",
        "tries.some",
        "swap.open",
        "disk.low",
        "printer.missing",
        "fonts.missing",
    }
    Lockout(folder).right("rina")
    (folder / "keys.json").write_bytes(b"{")
    assert "store.keys_damaged" in seen_outside(folder)
    (folder / "loket.db").rename(folder / "elsewhere.db")
    assert "store.missing" in seen_outside(folder)
    assert seen_outside(folder / "nowhere") == {"store.missing"}


@pytest.mark.expects_log("KeyError")
def test_faults_of_the_last_week_are_counted_and_older_ones_are_not(desk: Desk) -> None:
    (desk.folder / "loket.log").write_text("2020-01-01 10:00:00,000 ERROR loket AAAA-11: KeyError\n")
    assert "log.faults" not in seen_outside(desk.folder)
    reference = _fault_with(desk, KeyError("x"))
    (found,) = [one for one in doctor.outside(desk.folder, PretendPrinter()) if one.check == "log"]
    assert (found.code, dict(found.values)) == ("log.faults", {"n": "1", "reference": reference})


def _fault_with(desk: Desk, error: Exception) -> str:
    handler = keep_log(desk.folder)
    try:
        try:
            raise error
        except Exception as caught:
            return fault(caught)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def test_a_clock_set_back_and_one_that_differs_from_the_centre_are_told_apart(desk: Desk, clock: HandClock) -> None:
    register(desk, SITI)
    clock.now -= timedelta(minutes=90)
    (found,) = [one for one in doctor.inside(desk) if one.check == "clock"]
    assert (found.code, dict(found.values)) == ("clock.behind", {"minutes": "90"})
    clock.now += timedelta(minutes=90)
    with desk.work() as work:
        set_setting(work.connection, "skew_ms", -17 * 60_000)
    (found,) = [one for one in doctor.inside(desk) if one.check == "clock"]
    assert (found.grade, dict(found.values)) == ("wrong", {"minutes": "17"})


def test_work_that_waits_for_days_gets_more_pressing(enrolled: Desk, clock: HandClock) -> None:
    register(enrolled, SITI)
    assert {"unsent.some", "statement.never"} <= codes(doctor.inside(enrolled))
    clock.now += timedelta(days=5)
    (found,) = [one for one in doctor.inside(enrolled) if one.code == "unsent.long"]
    assert found.grade == "wrong"
    assert "22 Nov 2026" in found.said


def test_a_till_of_yesterday_a_paper_that_is_owed_and_a_kept_back_entry_are_named(
    enrolled: Desk, clock: HandClock, published, siti
) -> None:
    published()
    contributions.receive(enrolled, slip(siti))
    with enrolled.store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO verdict SELECT id, 'quarantined', 'bad_signature', '2026-11-22 01:00:00' FROM entry LIMIT 1"
        )
    clock.now += timedelta(days=1)
    found = doctor.inside(enrolled)
    assert {"till.long", "prints.waiting", "verdicts.kept_back"} <= codes(found)
    assert any("bad_signature" in one.said for one in found)


def test_a_damaged_page_and_a_changed_entry_are_both_wrong(tmp_path: Path) -> None:
    with open_counter(tmp_path / "loket", clock=HandClock(MORNING)) as desk:
        register(desk, SITI)
        with desk.store.write() as connection:
            connection.exec_driver_sql("UPDATE entry SET facts = CAST(facts || x'00' AS BLOB) WHERE seq = 2")
        assert codes(doctor.inside(desk)) & {"verify.unreadable", "verify.chain"}
    path = tmp_path / "loket" / "loket.db"
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)
    with Desk.open(tmp_path / "loket", None, PASSWORD, clock=HandClock(MORNING)) as desk:
        assert "store.damaged" in codes(doctor.inside(desk))


def test_a_backup_that_is_old_missing_or_beside_the_data_is_told(desk: Desk, clock: HandClock, tmp_path: Path) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    backups.choose(desk, place)
    assert {"backup.same_disk", "backup.never"} <= codes(doctor.inside(desk))
    backups.back_up(desk)
    assert "backup.never" not in codes(doctor.inside(desk))
    clock.now += timedelta(days=9)
    place.rename(tmp_path / "elsewhere")
    assert {"backup.unplugged", "backup.old"} <= codes(doctor.inside(desk))


# The file for support


NAMES = ("SITI NURHALIZA", "NURHALIZA", "3507105203940003", "C4821907", "Rina", "AMINAH", "Chen Mei-ling", PASSWORD)


def hostile(desk: Desk) -> None:
    """Somebody's name wherever a log, a setting or an error could carry it."""
    try:
        try:
            raise ValueError("SITI NURHALIZA 3507105203940003")
        except ValueError as error:
            raise Trouble("store.disk_error", path="/home/SITI NURHALIZA/loket", error="C4821907") from error
    except Trouble as trouble:
        _fault_with(desk, trouble)
    with (desk.folder / "loket.log").open("a", encoding="utf-8") as log:
        log.write(
            "2026-11-22 10:00:00,000 ERROR SITI.NURHALIZA AMINAH\n"
            "2026-11-22 10:00:01,000 ERROR loket K7F4-93: SITI\n"
            "2026-11-22 10:00:01,000 WARNING loket Rina gave 3507105203940003\n"
            '  File "/home/SITI NURHALIZA/kiosk/desk.py", line 3, in NURHALIZA\n'
            '  File "/home/AMINAH/x.py", line 3, in read\n'
            "    raise ValueError('Chen Mei-ling')\n"
            "SITI.NURHALIZA\nbuiltins.AMINAH\nValueError: C4821907\n"
            "models.rules.problems.Trouble store.busy rahasia-123\n"
        )
    with desk.work() as work:
        said = "Pusat (rina.example) tidak terjangkau. Periksa sambungan internet; pekerjaan di loket tetap aman."
        set_setting(work.connection, "last_sync_error", said)


@pytest.mark.expects_log("Trouble")
def test_the_file_tells_what_is_wrong_and_of_nobody(enrolled: Desk, siti) -> None:
    hostile(enrolled)
    save(enrolled, "register", {"name": "SITI NURHALIZA"})
    found = doctor.outside(enrolled.folder, PretendPrinter()) + doctor.inside(enrolled)
    sealed = doctor.sealed_diagnosis(enrolled.folder, found, enrolled, at=MORNING)
    assert sealed.startswith(MAGIC)
    seen = open_diagnosis(sealed, KEY)
    text = pack(seen).decode("utf-8", "replace") + repr(seen)
    assert [name for name in NAMES if name.lower() in text.lower()] == []
    assert seen.counts["workers"] == 1
    assert seen.errors == ("line.unreachable",)
    assert {"keys.single", "unsent.some"} <= {one.code for one in seen.findings}
    story = "\n".join(seen.stories)
    assert "models.rules.problems.Trouble store.disk_error" in story
    assert "models.rules.problems.Trouble store.busy" in story
    assert "builtins.ValueError" in story
    assert "kiosk/desk.py …:3" in story
    assert "caused by" in story


def test_a_file_can_be_made_when_the_database_does_not_open(enrolled: Desk) -> None:
    doctor.remember_key(enrolled)
    enrolled.close()
    shutil.copyfile("/dev/null", enrolled.folder / "loket.db")
    found = [*doctor.outside(enrolled.folder, PretendPrinter()), doctor.not_looked_inside(Trouble("store.damaged"))]
    seen = open_diagnosis(doctor.sealed_diagnosis(enrolled.folder, found, None, at=MORNING), KEY)
    assert seen.terminal is None
    assert "store.damaged" in {one.code for one in seen.findings}


def test_before_enrolment_there_is_nobody_to_seal_a_file_to(desk: Desk) -> None:
    with pytest.raises(Trouble, match=r"support\.no_key"):
        doctor.sealed_diagnosis(desk.folder, [], desk, at=MORNING)


def test_a_file_for_another_centre_a_changed_one_and_a_bomb_are_refused() -> None:
    made = seal_diagnosis(Diagnosis(at=MORNING, program="1", system="x"), KEY.public)
    assert open_diagnosis(made, KEY).program == "1"
    bomb = seal_diagnosis(Diagnosis(at=MORNING, program="1", system="x" * (LARGEST + 1)), KEY.public)
    for content in (b"", MAGIC, made[:-1], made[:40] + b"\0" + made[41:], bomb, made + bytes(LARGEST)):
        with pytest.raises(Refused, match=r"support\.unreadable"):
            open_diagnosis(content, KEY)
    with pytest.raises(Refused, match=r"support\.unreadable"):
        open_diagnosis(made, SealingKey.new())


@settings(max_examples=25)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4), st.sampled_from(["", "  File ", "kiosk."])
)
def test_whatever_is_in_a_log_nothing_but_known_words_leaves_it(lines: list[str], before: str) -> None:
    log = "\n".join(before + line for line in lines)
    for line in retold(log, SENTENCES):
        assert re.fullmatch(r"caused by|  …:\d+|[\d:. -]+ [A-Z]+ \S+.*|[a-z_.]+\.[A-Z]\w+.*", line), line


@given(st.dictionaries(st.sampled_from(["n", "day", "reason", "series", "path", "host", "said"]), st.text(max_size=30)))
def test_only_numbers_days_and_codes_of_a_finding_are_told(values: dict[str, str]) -> None:
    for name, value in tellable(values.items()).items():
        assert name not in ("path", "host", "said")
        assert re.fullmatch(r"[0-9A-Za-z_.-]{1,40}", value)
