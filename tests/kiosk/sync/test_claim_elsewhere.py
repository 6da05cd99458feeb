"""A claim goes on at whatever counter the worker comes to: filed in Taipei, a paper added in Hong Kong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import codes
from sqlalchemy import select

from kiosk.forms.claim import ClaimForm
from kiosk.queries.documents import DocumentRow, of_claim
from kiosk.sync.documents import fetch
from kiosk.sync.lookup import borrow
from kiosk.usecases.claims import Document, attach, detach, file, find_claim
from models.ledger.tables import claim_document
from models.rules.problems import Refused

from .conftest import PHOTOGRAPH, Counter

LETTER = Document("surat_keterangan_pemberi_kerja", "majikan.pdf", PHOTOGRAPH, seen_as="original")


def filed(counter: Counter, worker: UUID, kind: str = "JKK-KECELAKAAN") -> tuple[UUID, str]:
    form = ClaimForm(worker_id=str(worker), kind=kind, event_date=date(2026, 11, 3), description="Jatuh.")
    done = file(counter.desk, form)
    return done.claim_id, done.number


def papers(counter: Counter, claim_id: UUID) -> list[DocumentRow]:
    return of_claim(counter.desk, claim_id)


@pytest.mark.parametrize("kind", ["JKK-KECELAKAAN", "JKK-PERKOSAAN"])
def test_a_paper_added_at_another_mission_reaches_the_centre_and_the_counter_that_filed(
    counter: Callable[..., Counter], centre: Any, centre_digest: Callable[[], dict[str, Any]], kind: str
) -> None:
    tpe, hkg = counter("TPE3"), counter("HKG1", "HKG")
    siti = tpe.register()
    claim_id, number = filed(tpe, siti, kind)
    tpe.sync()
    hkg.sync()
    # Her slip says a number that Hong Kong has never seen: it says where to look and what to do.
    with pytest.raises(Refused) as refusal:
        find_claim(hkg.desk, number)
    assert codes(refusal) == ["claim.not_here"]
    assert "KDEI Taipei" in str(dict(refusal.value.problems[0].values).values())

    borrow(hkg.desk, siti, client=hkg.client)
    assert find_claim(hkg.desk, number) == claim_id
    added = attach(hkg.desk, claim_id, [LETTER])
    hkg.sync()
    at_centre = centre.read(
        lambda connection: connection.execute(
            select(claim_document.c.id, claim_document.c.mission, claim_document.c.sealed)
        ).all()
    )
    restricted = kind == "JKK-PERKOSAAN"
    assert [tuple(row) for row in at_centre] == [(added.documents[0], "HKG", restricted)]

    tpe.sync()
    (row,) = papers(tpe, claim_id)
    assert (row.id, row.sealed, row.here) == (added.documents[0], restricted, False)
    if not restricted:
        assert (row.requirement, row.seen_as, row.file_name) == ("surat_keterangan", "original", "majikan.pdf")
        assert fetch(tpe.desk, row.sha256, client=tpe.client) == PHOTOGRAPH
    for one in (tpe, hkg):
        assert {**one.digest(), "staff": None} == {**centre_digest(), "staff": None}


def test_a_paper_taken_back_elsewhere_is_missing_again_where_it_was_filed(counter: Callable[..., Counter]) -> None:
    tpe, hkg = counter("TPE3"), counter("HKG1", "HKG")
    siti = tpe.register()
    claim_id, _number = filed(tpe, siti)
    attach(tpe.desk, claim_id, [LETTER])
    tpe.sync()
    borrow(hkg.desk, siti, client=hkg.client)
    (there,) = papers(hkg, claim_id)
    detach(hkg.desk, there.id, "Surat majikan yang lama")
    hkg.sync()
    tpe.sync()
    assert papers(tpe, claim_id) == []
