"""Enrolment at a real centre, at a false one, and with codes that are not good."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import httpx
import msgspec
import pytest
from loket_testing.centre_fixtures import client_of
from loket_testing.counter import CHEAP, PASSWORD
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.queries.home import sync_state
from kiosk.queries.trust import centre_signers
from kiosk.store.tables import cursor, own_terminal
from kiosk.sync.enrol import enrol
from kiosk.usecases import staff as staffing
from models.journal.body import unpack
from models.journal.entry import Entry, Frame
from models.journal.keys import SigningKey
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES
from models.sync.enrolment import CentreInfo, CentreKeys, Code, EnrolAnswer, EnrolRequest, read_request
from models.sync.messages import decode, encode
from models.sync.signing import Signed, signed

from .conftest import TWO_O_CLOCK, URL


def own(desk: Desk):
    with desk.read() as work:
        return work.connection.execute(select(own_terminal)).one()


def untouched(desk: Desk) -> bool:
    row = own(desk)
    with desk.read() as work:
        terminal = work.terminal
    return (row.centre_url, row.centre_id, row.centre_keys, row.certificate, row.epoch) == (None,) * 5 and (
        not terminal.certified and terminal.claims_key is None
    )


def refused(call) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        call()
    assert {problem.code for problem in refusal.value.problems} <= set(SENTENCES)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def trouble_of(call) -> str:
    with pytest.raises(Trouble) as trouble:
        call()
    assert trouble.value.code in SENTENCES
    return trouble.value.code


def test_a_good_code_makes_the_terminal_known_and_its_numbers_plain(centre, new_counter, code):
    from server.usecases.centre import epoch_of

    a = new_counter()
    assert a.morning()[1].startswith("TPE3.")
    assert sync_state(a.desk).kind == "alone"

    done = enrol(a.desk, f" {URL}/ ", code(), client=a.client)

    row = own(a.desk)
    assert (done.centre_url, done.centre_id, done.demo) == (URL, centre.id, False)
    assert (row.centre_url, row.centre_id, row.epoch) == (URL, centre.id, str(centre.read(epoch_of)))
    certificate = Entry.opened(unpack(row.certificate, Frame))
    assert certificate.signed_by(centre.keys.signing.public)
    with a.desk.read() as work:
        assert work.terminal.certified
        assert work.terminal.claims_key == centre.keys.claims.public
        assert work.terminal.public_host == "loket.example"
        assert centre_signers(work.connection) == [(centre.id, centre.keys.signing.public)]
        assert set(work.connection.scalars(select(cursor.c.stream))) == {"ref", "staff:TPE", "post:TPE"}
    assert a.morning(1)[1] == "TPE3-2026-000002"
    assert sync_state(a.desk).kind == "waiting"


def test_the_paper_names_the_host_of_the_address_where_the_centre_names_none(centre, new_counter, code):
    a = new_counter()
    with client_of(dataclasses.replace(centre, public_host="")) as client:
        enrol(a.desk, "https://pusat.example:8443", code(), client=client)
    with a.desk.read() as work:
        assert work.terminal.public_host == "pusat.example:8443"


@pytest.mark.parametrize("lost", ["cut_before", "cut_after"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_lost_answer_is_given_again_to_the_same_key(new_counter, code, wire, lost, call):
    a, written = new_counter(), code()
    setattr(wire, lost, call)
    assert trouble_of(lambda: enrol(a.desk, URL, written, client=a.client)) == "line.unreachable"
    assert untouched(a.desk)
    wire.mend()
    enrol(a.desk, URL, written, client=a.client)
    kept = own(a.desk)
    enrol(a.desk, URL, written, client=a.client)
    assert own(a.desk) == kept
    assert a.sync().covers_head
    enrol(a.desk, URL, written, client=a.client)
    assert a.sync().calls == 1


def test_a_false_centre_never_sees_the_secret(new_centre, new_counter, code):
    a, written, false = new_counter(), code(), new_centre()
    seen: list[str] = []
    with client_of(false) as client:
        client.event_hooks = {"request": [lambda request: seen.append(request.url.path)]}
        assert trouble_of(lambda: enrol(a.desk, URL, written, client=client)) == "enrol.false_centre"
    assert seen == ["/v1/centre"]
    assert untouched(a.desk)


def test_keys_the_root_key_did_not_certify_are_a_false_centre(centre, new_counter, code, wire):
    a, written = new_counter(), code()

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        info = decode(body, CentreInfo)
        keys = unpack(info.keys.message, CentreKeys)
        other = signed(msgspec.structs.replace(keys, signing=SigningKey.new().public), "keys", SigningKey.new())
        return encode(msgspec.structs.replace(info, keys=other))

    wire.tamper = tamper
    assert trouble_of(lambda: enrol(a.desk, URL, written, client=a.client)) == "enrol.false_centre"
    assert wire.asked == ["GET /v1/centre"]
    assert untouched(a.desk)


@pytest.mark.parametrize("lie", ["other terminal", "other signature", "other root", "certificate of another"])
def test_an_answer_that_is_not_about_us_or_not_signed_is_not_kept(centre, new_counter, code, wire, lie):
    a, b = new_counter("TPE3"), new_counter("TPE4")
    answers: list[EnrolAnswer] = []

    def listen(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path == "/v1/enrol":
            answers.append(unpack(decode(body, Signed).message, EnrolAnswer))
        return None

    wire.tamper = listen
    enrol(b.desk, URL, code("TPE4"), client=b.client)

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path != "/v1/enrol":
            return None
        answer = unpack(decode(body, Signed).message, EnrolAnswer)
        replace, key = msgspec.structs.replace, centre.keys.signing
        if lie == "other terminal":
            answer = replace(answer, terminal=answers[0].terminal)
        elif lie == "other signature":
            key = SigningKey.new()
        elif lie == "other root":
            answer = replace(answer, root=SigningKey.new().public)
        else:
            answer = replace(answer, certificate=answers[0].certificate)
        return encode(signed(answer, "enrolled", key))

    wire.tamper = tamper
    assert trouble_of(lambda: enrol(a.desk, URL, code("TPE3"), client=a.client)) == "enrol.answer_untrue"
    assert untouched(a.desk)


def test_a_spent_expired_unknown_or_foreign_code_is_refused_by_name(centre, centre_clock, new_counter, code):
    a, b, other = new_counter("TPE3"), new_counter("TPE4"), new_counter("HKG1", "HKG")
    spent = code("TPE4")
    enrol(b.desk, URL, spent, client=b.client)

    def attempt(counter, written):
        return lambda: enrol(counter.desk, URL, written, client=counter.client)

    copy = new_counter("TPE5")
    with copy.desk.store.write() as connection:
        connection.execute(own_terminal.update().values(series="TPE4"))
    assert refused(attempt(copy, spent)) == [("code", "code.used")]
    meant_for_a = code("TPE3")
    assert refused(attempt(other, meant_for_a)) == [("code", "code.elsewhere")]
    assert refused(attempt(a, code("TPE6"))) == [("code", "code.elsewhere")]
    assert refused(attempt(a, str(Code.new(centre.keys.root.public)))) == [("code", "code.unknown")]
    assert refused(attempt(a, meant_for_a[:-1])) == [("code", "code.length")]
    assert all(untouched(one.desk) for one in (a, other, copy))
    enrol(a.desk, URL, meant_for_a, client=a.client)
    late = code("TPE9")
    centre_clock.forward(timedelta(hours=25))
    assert refused(attempt(new_counter("TPE9"), late)) == [("code", "code.expired")]


def test_a_series_another_counter_has_is_refused(new_counter, code):
    a, b = new_counter("TPE3"), new_counter("TPE4")
    first, second = code("TPE3"), code("TPE3")
    with b.desk.store.write() as connection:
        connection.execute(own_terminal.update().values(series="TPE3"))
    enrol(a.desk, URL, first, client=a.client)
    found = refused(lambda: enrol(b.desk, URL, second, client=b.client))
    assert found == [("series", "series.taken_at_centre")]


def test_a_counter_of_one_centre_is_not_taken_by_another(new_centre, counter):
    from server.usecases.codes import make_code

    a, other = counter(), new_centre()
    kept = own(a.desk)
    with client_of(other) as client:
        found = refused(lambda: enrol(a.desk, URL, make_code(other, "TPE", "TPE3"), client=client))
    assert found == [("centre", "enrol.other_centre")]
    assert own(a.desk) == kept


def test_only_penyelia_and_admin_enrol(new_counter, code, wire):
    a = new_counter()
    staffing.add(a.desk, login="budi", name="Budi S.", role="petugas", password=PASSWORD, cost=CHEAP)
    staffing.add(a.desk, login="citra", name="Citra D.", role="penyelia", password=PASSWORD, cost=CHEAP)
    written = code()
    with Desk.open(a.desk.folder, "budi", PASSWORD, clock=HandClock(TWO_O_CLOCK)) as budi:
        assert refused(lambda: enrol(budi, URL, written, client=a.client)) == [("operator", "staff.not_allowed")]
    assert wire.asked == []
    with Desk.open(a.desk.folder, "citra", PASSWORD, clock=HandClock(TWO_O_CLOCK)) as citra:
        enrol(citra, URL, written, client=a.client)
    assert a.sync().covers_head


def test_the_request_says_who_asks_and_is_signed_by_the_terminal(new_counter, code, wire):
    a = new_counter()
    requests: list[EnrolRequest] = []

    def listen(request: httpx.Request, _: bytes) -> None:
        if request.url.path == "/v1/enrol":
            requests.append(read_request(decode(request.read(), Signed)))

    wire.tamper = listen
    enrol(a.desk, URL, code(), client=a.client)
    (request,) = requests
    with a.desk.read() as work:
        assert (request.terminal, request.public_key) == (work.terminal.id, work.terminal.key.public)
    assert (request.mission, request.series, request.incarnation) == ("TPE", "TPE3", 1)
    assert request.program.startswith("loket-pmi ")


def test_what_was_mistyped_is_refused_before_anything_is_asked(new_counter, code, wire):
    a = new_counter()
    for address, written, found in (
        (URL, "U" * 36, ("code", "code.letter")),
        (URL, "0" * 36, ("code", "code.check")),
        ("pusat", code(), ("centre", "centre.address")),
    ):
        assert refused(lambda address=address, written=written: enrol(a.desk, address, written, client=a.client)) == [
            found
        ]
    assert trouble_of(lambda: enrol(a.desk, "http://loket.example", code(), client=a.client)) == "line.insecure"
    assert wire.asked == []
