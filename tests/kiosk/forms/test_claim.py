"""The claim form: what it takes, and that it takes nothing else."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from kiosk.forms.claim import FILERS, ClaimForm, DocumentForm
from models.rules.claims import FILED_BY


def test_an_absent_field_is_the_same_as_null() -> None:
    names = ClaimForm.__struct_fields__
    assert msgspec.convert(dict.fromkeys(names), ClaimForm) == msgspec.convert({}, ClaimForm) == ClaimForm()


def test_dates_and_documents_are_read() -> None:
    given = {"event_date": "2026-11-20", "documents": [{"kind": "paspor", "path": "a.pdf"}]}
    form = msgspec.convert(given, ClaimForm)
    assert (form.event_date, form.documents) == (date(2026, 11, 20), (DocumentForm(kind="paspor", path="a.pdf"),))


@pytest.mark.parametrize("given", [{"jenis": "JKK"}, {"documents": [{"file": "a.pdf"}]}, {"documents": "a.pdf"}])
def test_what_it_does_not_know_it_does_not_take(given: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, ClaimForm)


def test_who_may_file_is_who_the_rules_know() -> None:
    assert FILERS == FILED_BY
