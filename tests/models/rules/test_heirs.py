import pytest

from models.rules.heirs import first_in_line, heir_warnings, relation, relations
from models.rules.problems import Refused


def test_relations_stand_in_the_order_of_the_law() -> None:
    ranks = [one.rank for one in relations()]
    assert ranks == sorted(ranks)
    assert {one.code: one.rank for one in relations()}["mertua"] == 4
    assert len({one.code for one in relations()}) == len(ranks)


@pytest.mark.parametrize(
    ("written", "code"),
    [("Bapak", "ayah"), ("SUAMI", "suami"), ("spouse", "pasangan"), ("orang tua", "orang_tua"), ("adik", "saudara")]
    + [(one.code, one.code) for one in relations()],
)
def test_a_relation_is_understood_as_people_write_it(written: str, code: str) -> None:
    assert relation(written).code == code


def test_a_relation_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        relation("majikan")
    assert [problem.code for problem in refusal.value.problems] == ["heir.relation_unknown"]


def test_the_first_rank_that_anybody_holds_comes_first() -> None:
    def codes(*held: str) -> list[str]:
        return [one.code for one in first_in_line(held)]

    assert codes("ibu", "anak", "istri", "adik") == ["istri", "anak"]
    assert codes("adik", "ibu", "mertua") == ["ibu"]
    assert codes("mertua", "wasiat") == ["mertua"]
    assert codes("keponakan") == codes() == []


def test_who_stands_outside_the_law_is_kept_with_a_word() -> None:
    assert [problem.code for problem in heir_warnings("sepupu")] == ["heir.outside_law"]
    assert heir_warnings("anak") == []
