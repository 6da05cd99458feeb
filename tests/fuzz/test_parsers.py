"""No input, however it was altered, makes a parser do anything but read it or refuse it by its name, quickly.

`make fuzz ARGS=10` looks for new input for ten minutes and keeps what it finds in `corpus/`.
"""

from __future__ import annotations

import warnings

import pytest
from loket_testing.fuzzing import CORPUS, LARGEST, Broken, corpus, mutations, tried
from loket_testing.parsers import PARSERS, Parser

MUTATIONS = 20
SLOW = {"picture": 6, "document": 6, "sheet": 10, "bundle_signed": 10}
"""How many of those that take milliseconds each."""


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_what_was_found_before_and_some_of_what_is_near_it_is_read_or_refused(parser: Parser) -> None:
    kept = corpus(parser)
    with warnings.catch_warnings():
        # Libraries complain of damaged pictures and sheets.
        warnings.simplefilter("ignore")
        accepted = [tried(parser, data) for data in kept]
        for data in mutations(parser, SLOW.get(parser.name, MUTATIONS), "test"):
            tried(parser, data)
    assert any(accepted), "nothing in the corpus is good input: what comes after the first check is not reached"


def test_the_corpus_is_small_and_of_parsers_that_are_there() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == {parser.name for parser in PARSERS}
    assert max(path.stat().st_size for path in files) <= LARGEST * 2
    assert sum(path.stat().st_size for path in files) < 600_000


def test_an_exception_nobody_documented_would_be_noticed() -> None:
    def careless(data: bytes) -> object:
        return 1 // len(data)

    with pytest.raises(Broken, match="ZeroDivisionError"):
        tried(Parser("careless", careless, (ValueError,)), b"")
