"""The way to the centre is looked at step by step, and the step that fails is named."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loket_testing.centre_fixtures import served
from loket_testing.certificates import certificate
from sqlalchemy import update

from kiosk.store.support import SUPPORT_FILE, support_key
from kiosk.store.tables import own_terminal
from kiosk.sync.enrol import enrol
from kiosk.sync.probe import probe
from server.store.tables import terminal_head
from server.web.serving import Certificate

from .conftest import Counter


def codes(found: Any) -> list[str]:
    return [one.code for one in found]


def test_a_line_that_holds_says_how_long_it_took(counter: Callable[..., Counter]) -> None:
    here = counter()
    here.register()
    before = here.own_entries()
    (found,) = probe(here.desk, client=here.client)
    assert (found.code, found.grade) == ("line.fine", "fine")
    assert found.said.startswith("Pusat loket.example menjawab dan mengenali loket ini (")
    assert here.own_entries() == before


def test_whom_a_file_for_support_goes_to_is_known_since_enrolment_without_a_password(
    counter: Callable[..., Counter], centre: Any
) -> None:
    here = counter()
    key = centre.keys.claims.public
    assert support_key(here.desk.folder) == key
    (here.desk.folder / SUPPORT_FILE).write_text("nonsense")
    assert support_key(here.desk.folder) is None
    here.sync()
    assert support_key(here.desk.folder) == key


def test_a_counter_without_a_centre_has_no_line_to_look_at(new_counter: Callable[..., Counter]) -> None:
    assert probe(new_counter().desk) == []


def test_a_key_the_centre_does_not_take_any_more_is_the_centre_s_own_sentence(
    counter: Callable[..., Counter], centre: Any
) -> None:
    here = counter()
    with centre.engine.begin() as connection:
        connection.execute(update(terminal_head).values(revoked_at=centre.now()))
    (found,) = probe(here.desk, client=here.client)
    assert (found.code, found.grade) == ("sync.revoked", "wrong")


@pytest.mark.parametrize("cut", ["cut_before", "cut_after"])
def test_a_line_that_is_cut_is_named(counter: Callable[..., Counter], wire: Any, cut: str) -> None:
    here = counter()
    wire.mend()
    setattr(wire, cut, 1)
    assert codes(probe(here.desk, client=here.client)) == ["line.unreachable"]


def test_how_long_the_certificate_is_good_for_is_told_over_a_real_line(
    new_counter: Callable[..., Counter],
    code: Callable[..., str],
    centre: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = new_counter().desk
    ours = certificate(tmp_path, "CA Kementerian")
    host = certificate(tmp_path, "localhost", by=ours)
    with served(centre, certificate=Certificate(host.chain, host.key)) as port:
        enrol(desk, f"https://localhost:{port}", code(), authority=ours.chain.read_bytes())
        # On whichever day this runs: all of time is soon, and then none of it.
        monkeypatch.setattr("kiosk.sync.probe.SOON", 1_000_000)
        assert codes(probe(desk)) == ["line.fine", "line.expiring"]
        monkeypatch.setattr("kiosk.sync.probe.SOON", -1_000_000)
        assert codes(probe(desk)) == ["line.fine", "line.secure"]
        desk.let_go()


def test_a_name_nobody_knows_and_a_port_nobody_answers_are_told_apart(counter: Callable[..., Counter]) -> None:
    here = counter()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        for address, code in (
            ("https://pusat.invalid", "line.no_name"),
            (f"http://127.0.0.1:{port}", "line.no_port"),
        ):
            with here.desk.store.write() as connection:
                connection.execute(update(own_terminal).values(centre_url=address))
            (found,) = probe(here.desk)
            assert (found.code, found.grade) == (code, "wrong")
            assert found.next_step
