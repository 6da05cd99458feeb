"""The centre's description is true: what schemathesis makes of it is answered as it says, and never by a fault of ours.

The same few examples in every run; HYPOTHESIS_PROFILE=explore tries many others.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from loket_testing.centre_fixtures import client_of
from loket_testing.officers import PASSWORD, signed_in

from models.journal.body import pack
from models.sync.messages import ErrorAnswer, decode, encode
from models.sync.protocol import CONTENT_TYPE
from server.doors import DOORS
from server.openapi import MESSAGES, description
from server.usecases.officers import add_officer

MANY = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else 1


@pytest.fixture
def client(centre: Any) -> Any:
    with client_of(centre) as client:
        yield client


def test_the_description_names_every_route_its_limits_and_its_messages(client):
    said = description(client.app)
    named = {f"{method.upper()} {path}" for path, methods in said["paths"].items() for method in methods}
    assert named == {door for door in DOORS if "{path:path}" not in door}
    assert said["openapi"].startswith("3.1")
    assert MESSAGES.keys() <= named
    assert json.loads(json.dumps(said)) == said
    refs = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(said)))
    assert refs == set(said["components"]["schemas"])


def wired(name: str, body: Any) -> bytes:
    """What was made up of the schema, as it travels; what is no such message is packed as it is."""
    asked, _ = MESSAGES.get(name, (None, None))
    if asked is not None:
        try:
            return encode(msgspec.json.decode(json.dumps(body), type=asked))
        except (msgspec.MsgspecError, OverflowError, ValueError, UnicodeEncodeError):
            pass
    try:
        import zstandard

        return zstandard.compress(pack(body))
    except (OverflowError, TypeError, UnicodeEncodeError, msgspec.MsgspecError):
        return repr(body).encode("utf-8", "replace")


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_whatever_is_made_of_the_description_is_answered_as_it_says(centre, client, enrolled, mode):
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.core.transport import Response

    add_officer(centre, "dewi", PASSWORD, role="admin")
    client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    counter = enrolled()
    schemathesis.serializer(CONTENT_TYPE)(lambda _context, value: pack(value))
    schema = schemathesis.openapi.from_dict(description(client.app))
    statuses: dict[str, set[int]] = {}

    def try_one(case: Any) -> None:
        operation = case.operation
        name = f"{case.method} {operation.path}"
        counters = "/v1/" in name
        headers = {k: v for k, v in dict(case.headers or {}).items() if k.lower() != "authorization"}
        content = None
        if counters:
            headers |= counter.headers
            if DOORS[name].body:
                headers["Content-Type"] = CONTENT_TYPE
                content = wired(name, case.body)
        elif case.method == "POST":
            fields = case.body if isinstance(case.body, dict) else {}
            content = "&".join(f"{k}={v}" for k, v in fields.items()).encode("utf-8", "replace")
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked = client.build_request(
            case.method, case.formatted_path, params=_query(case.query), headers=headers, content=content
        )
        answer = client.send(asked, follow_redirects=False)
        statuses.setdefault(name, set()).add(answer.status_code)
        told = operation.definition.raw["responses"]
        assert str(answer.status_code) in told, (name, answer.status_code)
        case.validate_response(Response.from_any(answer), checks=[not_a_server_error])
        if counters and answer.status_code >= 400:
            assert answer.headers["content-type"] == CONTENT_TYPE
            assert answer.headers["loket-error"] in told[str(answer.status_code)]["description"]
            if case.method != "HEAD":
                assert decode(answer.content, ErrorAnswer).code == answer.headers["loket-error"]
        elif counters and (made := MESSAGES.get(name, (None, None))[1]) is not None and answer.content:
            decode(answer.content, made)
        elif not counters and answer.content:
            assert answer.headers["content-type"].partition(";")[0] in told["200"]["content"]

    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path == "/keluar" or (mode == "negative" and MANY == 1 and "/v1/" not in operation.path):
            continue
        tried = settings(
            max_examples=(4 if operation.path.startswith("/v1/") else 1) * MANY,
            derandomize=MANY == 1,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(operation.as_strategy(generation_mode=GenerationMode(mode)))(try_one))
        try:
            tried()
        except Unsatisfiable:
            assert mode == "negative"  # there is nothing that could be written otherwise
    assert len(statuses) > (60 if mode == "positive" else 10)
    if mode == "positive":
        assert {200} <= statuses["POST /v1/sync"] | statuses["GET /v1/centre"]


def _query(asked: Any) -> dict[str, str]:
    return {str(k): str(v).encode("utf-8", "replace").decode() for k, v in dict(asked or {}).items()}
