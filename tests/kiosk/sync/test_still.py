import httpx
import pytest
from sqlalchemy import select, update

from kiosk.queries.home import sync_state
from kiosk.store.tables import entry, verdict
from models.rules.problems import Trouble
from models.sync.messages import encode, error_answer
from models.sync.protocol import CONTENT_TYPE, STILL, SyncError
from models.sync.still import hear

FULL, SHORT = "POST /v1/sync", f"GET {STILL}"


@pytest.fixture
def settled(counter, published, wire):
    """A counter that has exchanged everything, and knows by which mark the centre calls that."""
    published()
    a = counter()
    a.pay(a.register())
    a.sync()
    wire.mend()
    assert a.sync().covers_head
    assert wire.asked == [FULL]
    wire.mend()
    return a


def test_a_sync_with_nothing_to_do_is_one_short_question_with_a_signed_answer(settled, wire):
    report = settled.sync()
    assert wire.asked == [SHORT]
    assert (report.statement_verified, report.covers_head, report.pending, report.calls) == (True, True, 0, 1)
    state = sync_state(settled.desk)
    assert state.kind == "synced"


def test_what_others_did_or_the_centre_published_is_asked_for_in_full(settled, wire, counter, published):
    published()
    assert settled.sync().pulled == 2
    assert wire.asked[:2] == [SHORT, FULL]
    settled.sync()
    b = counter("TPE4")
    b.register(name="BUDI", nik=None, passport_number="C7654321", phone="+886 911 000 222")
    b.sync()
    wire.mend()
    assert settled.sync().pulled > 0
    assert wire.asked[:2] == [SHORT, FULL]


def test_who_has_recorded_something_asks_in_full_and_is_synced_by_a_statement_of_it(settled, wire):
    settled.register(name="BUDI", nik=None, passport_number="C7654321", phone="+886 911 000 222")
    assert sync_state(settled.desk).kind == "waiting"
    assert settled.sync().pushed == 3
    assert wire.asked[0] == FULL


def test_who_waits_for_another_verdict_asks_in_full(settled, wire):
    with settled.desk.read() as work:
        entry_id, at = work.connection.scalar(select(entry.c.id)), work.now
    with settled.desk.store.write() as connection:
        connection.execute(verdict.insert().values(verdict="held", code="parent_missing", at=at, entry=entry_id))
    settled.sync()
    assert wire.asked[0] == FULL


def test_a_centre_that_forgot_the_question_is_asked_in_full(settled, wire):
    inner = wire.inner

    class Older(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path != STILL:
                return inner.handle_request(request)
            said = encode(error_answer(SyncError("not_found"), settled.desk.clock()))
            return httpx.Response(404, headers={"Content-Type": CONTENT_TYPE}, content=said)

    wire.inner = Older()
    assert settled.sync().covers_head
    assert wire.asked == [SHORT, FULL]


def test_a_yes_to_another_question_is_not_taken_for_the_centres(settled, wire):
    inner, said = wire.inner, list[str]()

    class Repeating(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            if request.url.path == STILL:
                said.append(answer.headers["loket-still"])
                return httpx.Response(204, headers={"Loket-Still": said[0]})
            return answer

    wire.inner = Repeating()
    settled.sync()
    settled.desk.clock.forward(seconds=1)
    with pytest.raises(Trouble) as trouble:
        settled.sync()
    assert trouble.value.code == "sync.untrue"


def test_a_clerk_who_records_something_meanwhile_is_not_told_that_it_arrived(settled, monkeypatch):
    def slowly(*given):
        settled.register(name="BUDI", nik=None, passport_number="C7654321", phone="+886 911 000 222")
        return hear(*given)

    monkeypatch.setattr("kiosk.sync.sync.hear", slowly)
    report = settled.sync()
    assert (report.covers_head, report.pending) == (False, 3)


def test_a_centre_that_was_restored_is_asked_in_full(settled, wire, centre):
    from models.journal.ids import new_id
    from server.store.tables import centre as centres

    centre.write(lambda connection: connection.execute(update(centres).values(epoch=new_id())))
    assert settled.sync().covers_head
    assert wire.asked[:2] == [SHORT, FULL]
