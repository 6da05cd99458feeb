"""The centre's dossier of a claim that a real counter sent, proven at that counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kiosk.forms.claim import ClaimForm
from kiosk.usecases.claim_papers import verify
from kiosk.usecases.claims import Document, attach, file
from server.usecases.claim_dossier import dossier
from server.usecases.officers import add_officer

from .conftest import PHOTOGRAPH, Counter


@pytest.mark.parametrize("kind", ["JKK-KECELAKAAN", "JKK-PERKOSAAN"])
def test_what_the_centre_makes_of_it_is_genuine_at_the_counter(
    counter: Callable[..., Counter], centre: Any, kind: str
) -> None:
    tpe = counter("TPE3")
    form = ClaimForm(worker_id=str(tpe.register()), kind=kind, event_date=date(2026, 11, 3), description="Jatuh.")
    filed = file(tpe.desk, form)
    attach(tpe.desk, filed.claim_id, [Document("paspor", "paspor.jpg", PHOTOGRAPH, seen_as="copy")])
    tpe.sync()
    made = dossier(centre, filed.claim_id, add_officer(centre, "sari", "kuda-nil-besar", role="khusus"))
    assert [state for _, state in made.documents] == ["shown"]
    found = verify(tpe.desk, made.pdf)
    assert found.genuine
    assert found.signer is not None
    assert (found.signer.counter, found.file.claim) == ("Pusat", filed.number)
    assert [one.verdict for one in found.file.documents] == ["agrees"]
    assert found.signer.facts is not None
    assert (found.signer.facts.initials, found.signer.facts.passport_end) == ("SN", "1907")
