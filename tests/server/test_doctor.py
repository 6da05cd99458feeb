"""The centre's doctor: what is wrong with keys, database, counters and officers is named with the next step."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loket_testing.centre import Visitor
from sqlalchemy import delete, insert, text, update

from models.diagnoses import Finding
from models.journal.ids import new_id
from models.journal.keys import SealingKey
from models.rules.problems import Refused
from models.sync.support import Diagnosis, Told, seal_diagnosis
from server.__main__ import main
from server.store.keys import write_keys
from server.store.tables import centre as centre_row
from server.store.tables import entry, officer, stream_position, terminal_head
from server.usecases import doctor
from server.usecases.centre import Centre
from server.usecases.restoring import settle


def found(centre: Centre, **more: Any) -> dict[str, Finding]:
    said = doctor.of_database(centre.engine, centre.keys, centre.now, demo=more.get("demo", False))
    return {one.code: one for one in said if one.grade != "fine"}


ALWAYS = {"centre.not_durable", "centre.clock_differs", "centre.no_admin", "centre.not_archived"}
"""The tests' own PostgreSQL writes nothing to disk, their clock stands, and nobody is an officer yet."""


def test_a_database_that_does_not_write_before_it_answers_is_wrong(centre: Centre) -> None:
    said = found(centre)
    assert set(said) == ALWAYS
    assert said["centre.not_durable"].grade == "wrong"
    assert "full_page_writes" in said["centre.not_durable"].said
    with centre.engine.connect() as connection:
        connection.execute(text("SET synchronous_commit = on"))
        codes = [(one.code, dict(one.values).get("setting")) for one in doctor._durable(connection)]
    assert ("centre.not_durable", "fsync") in codes
    assert ("centre.not_durable", "synchronous_commit") not in codes


def test_the_embedded_postgresql_is_told_of(centre: Centre) -> None:
    assert "centre.demo" in found(centre, demo=True)


def test_counters_that_are_silent_late_or_twice_are_named_by_their_series(
    centre: Centre, enrolled: Callable[..., Visitor]
) -> None:
    for series in ("TPE3", "TPE4", "TPE5", "TPE6"):
        enrolled(series)
    heads = terminal_head.c
    with centre.engine.begin() as connection:
        for series, values in (
            ("TPE3", {"last_seen": centre.now() - timedelta(days=20)}),
            ("TPE4", {"skew_ms": -11 * 60_000}),
            ("TPE5", {"entries": 3}),
            ("TPE6", {"revoked_at": centre.now(), "last_seen": centre.now() - timedelta(days=99)}),
        ):
            connection.execute(update(terminal_head).where(heads.series == series).values(values))
    said = found(centre)
    assert set(said) - ALWAYS == {"centre.silent", "centre.skew", "centre.forked"}
    assert said["centre.silent"].said == "Loket TPE3 sudah 20 hari tidak melapor."
    assert dict(said["centre.skew"].values) == {"series": "TPE4", "minutes": "11"}
    assert dict(said["centre.forked"].values) == {"series": "TPE5"}


def test_a_hole_in_a_stream_and_an_entry_in_quarantine_are_found(
    centre: Centre, enrolled: Callable[..., Visitor]
) -> None:
    visitor = enrolled("TPE3")
    assert "centre.stream_hole" not in found(centre)
    with centre.engine.begin() as connection:
        connection.execute(delete(stream_position).where(stream_position.c.position == 1))
        row = dict.fromkeys(("hash", "prev", "header", "facts", "signature"), b"")
        connection.execute(
            insert(entry).values(
                **row,
                terminal=visitor.journal.terminal,
                incarnation=1,
                seq=1,
                received_at=centre.now(),
                verdict="quarantined",
                code="bad_frame",
                taken=False,
            )
        )
    said = found(centre)
    assert said["centre.stream_hole"].grade == "wrong"
    assert "bad_frame" in said["centre.quarantined"].said


def test_officers_without_a_second_factor_are_counted(centre: Centre) -> None:
    with centre.engine.begin() as connection:
        for login, factor_at in (("ayu", None), ("budi", centre.now())):
            connection.execute(
                insert(officer).values(
                    id=new_id(),
                    login=login,
                    name="",
                    role="admin",
                    password="x",
                    active=True,
                    failures=0,
                    factor_at=factor_at,
                )
            )
    said = found(centre)
    assert dict(said["centre.no_factor"].values) == {"n": "1"}
    assert "centre.no_admin" not in said


def test_an_older_schema_and_older_rules_are_told_and_nothing_else_is_asked(centre: Centre) -> None:
    with centre.engine.begin() as connection:
        connection.execute(update(centre_row).values(posting_version=1))
    assert "centre.posting_behind" in found(centre)
    with centre.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    said = found(centre)
    assert said["centre.schema_behind"].grade == "wrong"
    assert "centre.no_admin" not in said


@pytest.mark.expects_log("restored")
def test_a_database_that_came_from_a_backup_is_told_before_anything_is_served(centre: Centre) -> None:
    with centre.engine.begin() as connection:
        connection.execute(update(centre_row).values(fingerprint="another/00000001/5"))
    assert found(centre)["centre.restored_now"].grade == "wrong"
    assert settle(centre)
    assert "centre.restored_now" not in found(centre)


# The command


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(list(arguments))
    out = capsys.readouterr().out
    return code, json.loads(out) if out.startswith("{") else out


def test_the_command_names_what_is_missing_before_there_is_a_centre(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOKET_CENTRE_DSN", raising=False)
    code, said = answered(capsys, "doctor", "--json", "--data", str(tmp_path))
    assert (code, [one["code"] for one in said["findings"]]) == (1, ["centre.no_keys"])


def test_the_command_looks_at_the_centre_it_is_given_and_goes_on_when_the_database_is_gone(
    tmp_path: Path, centre: Centre, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_keys(tmp_path, centre.keys)
    dsn = centre.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("LOKET_CENTRE_DSN", dsn)
    code, said = answered(capsys, "doctor", "--json", "--data", str(tmp_path))
    assert code == 1
    assert {"centre.keys_fine", "centre.database_fine", "centre.not_durable"} <= {
        one["code"] for one in said["findings"]
    }
    code, told = answered(capsys, "doctor", "--data", str(tmp_path))
    assert "✗ PostgreSQL berjalan dengan fsync = off" in told
    assert "  → Setel fsync = on" in told
    monkeypatch.setenv("LOKET_CENTRE_DSN", "postgresql://127.0.0.1:1/nothing")
    code, said = answered(capsys, "doctor", "--json", "--data", str(tmp_path), "--cert", str(tmp_path / "none.pem"))
    assert [one["code"] for one in said["findings"] if one["grade"] == "wrong"] == [
        "centre.database",
        "centre.certificate",
    ]
    (tmp_path / "centre.keys").chmod(0o644)
    code, said = answered(capsys, "doctor", "--json", "--data", str(tmp_path))
    assert [one["code"] for one in said["findings"]] == ["centre.keys_open"]


def test_a_counter_s_file_is_opened_by_its_centre_alone(
    tmp_path: Path, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    write_keys(tmp_path, centre.keys)
    told = (
        Told("sent", "wrong", "unsent.long", {"n": "7", "day": "2026-11-20"}),
        Told("database", "wrong", "store.damaged"),
        Told("later", "worse", "later.invention"),
    )
    made = Diagnosis(
        at=datetime(2026, 11, 25, tzinfo=UTC), program="0.2.0", system="Linux", series="TPE3", findings=told
    )
    file = tmp_path / "bantuan.bin"
    file.write_bytes(seal_diagnosis(made, centre.keys.claims.public))
    code, said = answered(capsys, "doctor", "--open", str(file), "--data", str(tmp_path))
    assert (code, said["series"], said["program"]) == (0, "TPE3", "0.2.0")
    assert said["findings"][0]["message"] == "7 catatan belum sampai di pusat sejak 20 Nov 2026."
    assert said["findings"][1]["message"].startswith("Basis data")
    assert said["findings"][2]["message"] == "later.invention"
    file.write_bytes(seal_diagnosis(made, SealingKey.new().public))
    with pytest.raises(Refused):
        doctor.read_diagnosis(file.read_bytes(), centre.keys)
    code, said = answered(capsys, "doctor", "--open", str(file), "--data", str(tmp_path))
    assert (code, said["problems"][0]["code"]) == (1, "support.unreadable")
