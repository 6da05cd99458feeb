"""Sixty of the thousand receipts that `make bench ARGS=papers` renders, scans and reads back."""

from __future__ import annotations

import pytest

from benchmarks.papers import is_read, scans


@pytest.mark.parametrize("seed", range(10))
def test_every_code_is_read_from_a_grainy_speckled_and_turned_scan(seed):
    lost = [scan.paper.number for scan in scans(6, seed) if not is_read(scan)]
    assert lost == []


def test_the_measure_sees_a_code_that_is_not_read():
    scan = next(scans(1, 0))
    torn = scan.picture[: len(scan.picture) // 3]
    assert not is_read(type(scan)(scan.paper, scan.facts, torn, 0.0))


def test_the_measure_sees_a_code_of_another_receipt():
    one, other = scans(2, 0)
    assert not is_read(type(one)(one.paper, one.facts, other.picture, 0.0))


def test_the_same_seed_gives_the_same_receipts():
    assert [scan.paper for scan in scans(2, 3)] == [scan.paper for scan in scans(2, 3)]
