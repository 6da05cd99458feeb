from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.journal.ids import new_id
from models.journal.keys import SigningKey
from models.sync.signing import Untrue
from models.sync.still import NO, Still, hear, new_mark, read_mark, say, written

AT = datetime(2026, 11, 22, 2, 0, 0, 123_456, tzinfo=UTC)
KEY = SigningKey.new()
MARK = new_mark("where we stand", 7)
ANSWERED = Still(new_id(), new_id(), 1, MARK, AT, AT + timedelta(seconds=1), AT + timedelta(seconds=1, microseconds=9))


def as_asked(**other: object) -> Still:
    """What the counter knows before it is answered."""
    return msgspec.structs.replace(ANSWERED, t1=AT, t2=AT, **other)


def test_what_the_centre_says_is_heard_with_its_times():
    assert hear(say(ANSWERED, KEY), as_asked(), KEY.public) == ANSWERED


@pytest.mark.parametrize(
    "other", [{"t0": AT + timedelta(microseconds=1)}, {"mark": new_mark("elsewhere")}, {"terminal": new_id()}]
)
def test_an_answer_to_another_question_is_not_believed(other):
    with pytest.raises(Untrue) as untrue:
        hear(say(ANSWERED, KEY), as_asked(**other), KEY.public)
    assert untrue.value.code == "bad_signature"


def test_an_answer_of_another_key_is_not_believed():
    with pytest.raises(Untrue):
        hear(say(ANSWERED, SigningKey.new()), as_asked(), KEY.public)


def test_anything_else_is_a_no():
    for said in (NO, "", "é", "a" * 500, say(ANSWERED, KEY)[:-4], "_" * 102):
        assert hear(said, as_asked(), KEY.public) is None


def test_a_mark_stands_in_an_address_and_nothing_else_is_one():
    assert read_mark(written(MARK)) == MARK
    assert [read_mark(text) for text in ("", "AAAA", "a" * 400, "&&&&")] == [None] * 4
