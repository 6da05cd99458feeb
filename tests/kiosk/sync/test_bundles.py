"""Sticks between a counter and a real centre: whatever happens to them, the state is the one that a line would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loket_testing.counter import codes as codes_of
from loket_testing.papers import pdf
from sqlalchemy import func, select

from kiosk.queries.bundle_papers import manifests
from kiosk.queries.bundles import bundles
from kiosk.queries.home import sync_state
from kiosk.steps import finish
from kiosk.store.tables import blob
from kiosk.sync import incoming, outgoing
from kiosk.sync.incoming import Came
from kiosk.sync.outgoing import Exported
from models.ledger.tables import receipt
from models.rules.problems import Refused, Trouble
from models.sync import bundles as files
from models.sync import sticks
from server.store import tables
from server.usecases import incoming as centre_in
from server.usecases import outgoing as centre_out
from server.usecases.centre import Centre
from server.usecases.revoking import revoke


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Files that take a few entries each: the smallest that may be asked for."""
    monkeypatch.setattr(files, "SMALLEST", 7_000)
    monkeypatch.setattr(outgoing, "_SAYS", 1_500)
    monkeypatch.setattr(centre_out, "_SAYS", 1_500)
    return 7_000


def busy(counter: Any) -> None:
    """Two people are served, one of them with a small document."""
    first = counter.register(name="RATNA SARI", nik=None, passport_number="C1112223", mother_name="WATI")
    counter.pay(first)
    counter.claim(first, pdf(bytes(64)))
    counter.pay(counter.register(name="DEWI LESTARI", nik=None, passport_number="C7654321", mother_name="SRI"))


def export(counter: Any, folder: Path, **asked: Any) -> Exported:
    return finish(outgoing.export(counter.desk, folder, **asked))


def bring(counter: Any, *paths: Path) -> tuple[Came, ...]:
    return finish(incoming.take(counter.desk, paths))


def take(centre: Centre, *paths: Path, **more: Any) -> list[centre_in.Taken]:
    taken = []
    for path in paths:
        with path.open("rb") as file:
            taken.append(centre_in.take(centre, file, name=path.name, **more))
    return taken


def make(centre: Centre, folder: Path, **asked: Any) -> list[Path]:
    return [one.placed.path for one in centre_out.make(centre, "TPE3", folder, **asked)]


def paths_of(exported: Exported) -> list[Path]:
    return [one.path for one in exported.files]


def test_a_week_without_a_line_ends_as_a_sync_would(centre, counter, stick, published, centre_digest):
    published()
    here, other = counter(), counter("TPE4")
    other.morning(1)
    other.sync()
    here.morning()
    entries = here.own_entries()
    exported = export(here, stick)
    assert [one.path.name for one in exported.files] == ["LOKET-TPE3-naik-000001-1dari1.loket"]
    # Nothing counts as received before the centre has signed for it.
    state = sync_state(here.desk)
    assert (state.kind, state.waiting, state.documents_waiting, state.carried) == ("waiting", entries, 1, (1,))
    (row,) = bundles(here.desk)
    assert (row.state, row.entries, row.documents) == ("written", entries, 1)

    (taken,) = take(centre, *paths_of(exported))
    assert (taken.state, taken.entries, taken.documents) == ("taken", entries, 1)
    (came,) = bring(here, *make(centre, stick))
    assert (came.state, came.trouble, came.documents) == ("taken", None, 1)
    state = sync_state(here.desk)
    assert (state.kind, state.waiting, state.documents_waiting, state.carried) == ("synced", 0, 0, ())
    assert {(row.direction, row.state) for row in bundles(here.desk)} == {("up", "taken"), ("down", "taken")}
    assert here.digest() == centre_digest()
    with here.desk.read() as work:
        assert work.connection.scalar(select(func.count()).select_from(blob)) == 2
    # An older word of the centre takes back nothing that it said later.
    here.pay(here.register(name="DEWI LESTARI", nik=None, passport_number="C7654321", mother_name="SRI"))
    take(centre, *paths_of(export(here, stick)))
    (newer,) = make(centre, stick)
    report = here.sync()
    assert (report.pushed, report.covers_head) == (0, True)
    assert bring(here, newer)[0].state == "taken"
    assert sync_state(here.desk).kind == "synced"


def test_what_a_line_brought_first_or_later_changes_nothing(centre, counter, stick, published, centre_digest):
    published()
    here = counter()
    here.morning(1)
    early = paths_of(export(here, stick))
    here.sync()
    (after_the_line,) = take(centre, *early)
    assert (after_the_line.state, after_the_line.quarantined) == ("taken", 0)

    here.morning(2)
    late = paths_of(export(here, stick))
    assert [one.state for one in take(centre, *late, *late)] == ["taken", "known"]
    report = here.sync()
    assert (report.pushed, report.covers_head, report.documents_pending) == (0, True, 0)
    assert here.digest() == centre_digest()


def test_documents_are_carried_once_and_again_when_their_stick_was_lost(centre, counter, stick, published):
    published()
    here = counter()
    here.morning()
    assert [one.note.documents for one in export(here, stick).files] == [1]
    assert [(one.note.documents, one.note.entries) for one in export(here, stick).files] == [(0, here.own_entries())], (
        "entries go again until they are acknowledged; documents are large and do not"
    )
    (later,) = (one.path for one in export(here, stick, everything=True).files)
    later.unlink()
    second = stick / "LOKET-TPE3-naik-000002-1dari1.loket"
    take(centre, second)
    bring(here, *make(centre, stick))
    assert {row.number: row.state for row in bundles(here.desk) if row.direction == "up"} == {
        1: "lost",
        2: "taken",
        3: "written",
    }
    assert [one.note.documents for one in export(here, stick, everything=True).files] == [1]


def test_a_stick_that_is_full_is_gone_on_with_on_the_next_one(
    centre, counter, stick, tmp_path, published, small, monkeypatch, centre_digest
):
    published()
    here = counter()
    busy(here)
    room = sticks.require_room

    def require_room(folder: Path, needed: int) -> None:
        if len(list(folder.glob("*.loket"))) >= 2:
            raise Trouble("bundle.stick_full", path=folder, needed=1, free=0)
        room(folder, needed)

    monkeypatch.setattr(outgoing, "require_room", require_room)
    first = export(here, stick, size=small)
    assert len(first.files) == 2
    assert first.left >= 1
    assert first.trouble is not None
    assert first.trouble.code == "bundle.stick_full"
    with pytest.raises(Trouble):
        export(here, stick, size=small)
    second = tmp_path / "second"
    second.mkdir()
    monkeypatch.setattr(outgoing, "require_room", room)
    rest = export(here, second, size=small)
    assert [one.number for one in (*first.files, *rest.files)] == list(range(1, len(first.files) + len(rest.files) + 1))
    assert rest.left == 0

    held = take(centre, *reversed(paths_of(rest)))
    assert "held" in [one.state for one in held]
    assert {1, 2} <= set(next(one.missing for one in held if one.missing))
    last = take(centre, *paths_of(first))
    assert last[-1].released
    assert bring(here, *make(centre, stick))[0].state == "taken"
    assert here.digest() == centre_digest()
    assert sync_state(here.desk).kind == "synced"


def test_a_stick_pulled_out_leaves_nothing_that_looks_whole(counter, stick, monkeypatch):
    here = counter()
    here.morning()
    steps = outgoing.export(here.desk, stick)
    next(steps)
    assert list(stick.glob("*.loket")) == []
    steps.close()
    assert list(stick.iterdir()) == []
    (row,) = bundles(here.desk)
    assert row.state == "planned"
    monkeypatch.setattr(sticks, "_read_back", lambda _path: b"something else")
    with pytest.raises(Trouble) as untrue:
        export(here, stick)
    assert untrue.value.code == "bundle.stick_untrue"
    assert list(stick.iterdir()) == []
    monkeypatch.undo()
    with pytest.raises(Trouble) as gone:
        export(here, stick / "not there")
    assert gone.value.code == "bundle.stick_gone"
    (stick / ".LOKET-TPE3-naik-000001-1dari1.loket.sebagian").write_bytes(b"half")
    assert [one.number for one in export(here, stick).files] == [1]
    assert [one.name for one in stick.iterdir()] == ["LOKET-TPE3-naik-000001-1dari1.loket"]


def test_only_whom_it_is_for_takes_it_and_nobody_else_reads_it(
    centre, new_centre, counter, new_counter, stick, published
):
    published()
    here, other = counter(), new_counter("TPE9")
    here.morning()
    (up,) = (exported := export(here, stick)).files
    # The paper that goes with it is held against the stick.
    (paper,) = manifests(here.desk, [one.number for one in exported.files])
    assert [(one.tender, one.amount.currency) for one in paper.sums] == [("bank_slip", "IDR")]
    assert paper.files[0].name == up.path.name
    (again,) = export(here, stick).files
    assert refusal(lambda: take(centre, again.path, paper=paper.code)) == ["bundle.other_manifest"]
    assert refusal(lambda: take(centre, again.path, paper="HTTPS://LOKET.EXAMPLE/K/AB")) == ["bundle.no_manifest"]
    assert take(centre, up.path, paper=paper.code)[0].state == "taken"

    (down,) = make(centre, stick)
    for path in (up.path, down):
        content = path.read_bytes()
        for told in (b"SITI", b"C4000000", b"IBU", b"BNI-0", b"rina", b"Rina"):
            assert told not in content
    assert refusal(bring, here, up.path) == ["bundle.for_the_centre"]
    assert refusal(take, centre, down) == ["bundle.for_a_counter"]
    assert refusal(take, new_centre(), up.path) == ["bundle.other_centre"]
    assert incoming.found(here.desk, stick) == [down]
    broken = stick / "rusak.loket"
    broken.write_bytes(down.read_bytes()[:-70] + b"\0" + down.read_bytes()[-69:])
    assert refusal(bring, here, broken) == ["bundle.damaged"]
    broken.write_bytes(b"Kuitansi bulan November")
    assert refusal(take, centre, broken) == ["bundle.not_a_bundle"]
    for act in (lambda: export(other, stick), lambda: bring(other, down)):
        with pytest.raises(Trouble) as alone:
            act()
        assert alone.value.code == "bundle.not_enrolled"


def refusal(act: Callable[..., Any], *given: Any) -> list[str]:
    try:
        act(*given)
    except Refused as refused:
        return [one.code for one in refused.problems]
    return []


def test_a_revoked_counters_money_is_taken_after_somebody_looked(centre, counter, stick, published):
    published()
    here = counter()
    here.sync()
    before = here.own_entries()
    here.pay(here.register())
    entries = here.own_entries() - before
    (up,) = paths_of(export(here, stick))
    revoke(centre, "TPE3", "hilang di jalan")
    assert refusal(take, centre, up) == ["bundle.counter_revoked"]
    (taken,) = take(centre, up, confirmed=True)
    assert (taken.state, taken.entries, taken.flagged) == ("taken", entries, entries)
    with centre.engine.connect() as connection:
        codes = connection.execute(select(tables.entry.c.code).where(tables.entry.c.terminal == taken.terminal))
        assert list(codes.scalars())[-2:] == ["revoked_terminal"] * 2
        assert connection.scalar(select(func.count()).select_from(receipt)) == 1
    with pytest.raises(Refused) as refused:
        make(centre, stick)
    assert codes_of(refused) == ["bundle.given_up"]


def test_what_waits_is_released_by_the_line_as_well(centre, counter, stick, published, small, centre_digest):
    published()
    here, other = counter(), counter("TPE4")
    take(centre, *paths_of(export(here, stick)))
    busy(other)
    other.sync()
    parts = centre_out.make(centre, "TPE3", stick, size=small, with_documents=False)
    assert len(parts) > 1
    (early,) = bring(here, parts[-1].placed.path)
    assert early.state == "held"
    assert early.missing == tuple(range(1, len(parts)))
    here.sync()
    assert [row.state for row in bundles(here.desk) if row.direction == "down"] == ["taken"]
    assert here.digest() == centre_digest()
