"""What the centre answers, as OpenAPI 3.1: every route with what it takes and says, made from the program itself.

Bodies of `/v1` are MessagePack in zstd. Their schemas are told as of JSON, which has the same structs: bytes stand as
base64, times as RFC 3339, and an array of several kinds is a struct without the names of its fields.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from models.sync import messages as m
from models.sync.enrolment import CentreInfo
from models.sync.protocol import (
    BLOBS,
    BORROW,
    CENTRE,
    CHUNKS,
    CONTENT_TYPE,
    ENROL,
    ERRORS,
    LOOKUP,
    PROTOCOL,
    PULL,
    PUSH,
    RECALL,
    RETURN,
    SNAPSHOT,
    SYNC,
)
from models.sync.restoring import RecallAnswer, ReturnAnswer, ReturnRequest
from models.sync.signing import Signed
from server.doors import DOORS
from server.web.gate import Door, Who

Struct = type[msgspec.Struct]

MESSAGES: dict[str, tuple[Struct | None, Struct | None]] = {
    f"GET {CENTRE}": (None, CentreInfo),
    f"POST {ENROL}": (Signed, Signed),
    f"POST {RECALL}": (Signed, RecallAnswer),
    f"POST {RETURN}": (ReturnRequest, ReturnAnswer),
    f"POST {SYNC}": (m.SyncRequest, m.SyncAnswer),
    f"POST {PUSH}": (m.PushRequest, m.PushAnswer),
    f"GET {PULL}": (None, Signed),
    f"GET {SNAPSHOT}": (None, Signed),
    f"POST {LOOKUP}": (m.LookupRequest, m.LookupAnswer),
    f"POST {BORROW}": (m.BorrowRequest, m.BorrowAnswer),
    f"POST {BLOBS}/{{sha256}}": (m.BlobPlan, None),
    f"GET {BLOBS}/{{sha256}}{CHUNKS}": (None, m.BlobPlan),
}
"""What is asked and answered with a message, by the name of its door."""

_REF = "#/components/schemas/{name}"
_PAGES = ("text/html", "text/css", "text/csv", "font/ttf", "image/jpeg", "application/pdf", "application/octet-stream")
_BOOKS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def description(app: FastAPI) -> dict[str, Any]:
    """The document."""
    said = get_openapi(
        title="Loket PMI",
        version=str(PROTOCOL),
        summary="The centre: counters under /v1, officers and the public elsewhere.",
        routes=app.routes,
    )
    structs = sorted({one for pair in MESSAGES.values() for one in pair if one} | {m.ErrorAnswer}, key=str)
    _schemas, components = msgspec.json.schema_components(structs, ref_template=_REF)
    said["components"] = {
        "schemas": components,
        "securitySchemes": {
            "terminal": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT, EdDSA, one minute"},
            "officer": {"type": "apiKey", "in": "cookie", "name": "loket_petugas"},
        },
    }
    for path, methods in said["paths"].items():
        for method, told in methods.items():
            name = f"{method.upper()} {path}"
            door = DOORS[name]
            told.update(_counter(name, door) if path.startswith("/v1/") else _page(method, door))
            told["x-loket-limits"] = {
                "body_bytes": door.body,
                "body_seconds": door.seconds,
                "address_bytes": door.address,
                "burst": door.rate.burst,
                "a_minute": door.rate.a_minute,
            }
            if door.who is Who.TERMINAL:
                told["security"] = [{"terminal": []}]
            elif door.who is Who.OFFICER:
                told["security"] = [{"officer": []}]
                told["x-loket-act"] = door.act
    written: dict[str, Any] = json.loads(json.dumps(said))
    return written


def _counter(name: str, door: Door) -> dict[str, Any]:
    asked, answered = MESSAGES.get(name, (None, None))
    good: dict[str, Any] = {"description": "Done"}
    if answered is not None:
        good["content"] = _message(answered)
    responses = {"200": good}
    if name.startswith(("HEAD ", "POST ", "PUT ")) and "{sha256}" in name:
        responses["202"] = {"description": "Loket-Missing says what should come next"}
    if name.startswith("GET ") and name.endswith("/{sha256}"):
        responses = {"206": {"description": "A piece", "content": {"application/octet-stream": {}}}}
    for status in sorted({kind.status for kind in ERRORS.values()}):
        codes = ", ".join(kind.code for kind in ERRORS.values() if kind.status == status)
        responses[str(status)] = {
            "description": codes,
            "headers": {"Loket-Error": {"schema": {"type": "string"}, "required": True}},
            "content": _message(m.ErrorAnswer),
        }
    told: dict[str, Any] = {"responses": responses}
    if asked is not None:
        told["requestBody"] = {"required": True, "content": _message(asked)}
    elif door.body:
        told["requestBody"] = {"required": True, "content": {CONTENT_TYPE: {"schema": {"type": "string"}}}}
    return told


def _message(struct: Struct) -> dict[str, Any]:
    return {CONTENT_TYPE: {"schema": {"$ref": _REF.format(name=struct.__name__)}}}


def _page(method: str, door: Door) -> dict[str, Any]:
    """Pages say in words what is wrong; their statuses are the usual ones."""
    statuses = {
        "200": "The page or file",
        "303": "Go on there; /masuk where nobody is signed in",
        "400": "What was written is not so",
        "403": "Not for this role, or not a form of ours",
        "404": "Not there",
        "408": "Too slow",
        "409": "Not now, or somebody else did already",
        "413": "Too long",
        "429": "Too often; Retry-After says how long to wait",
        "503": "The database does not answer",
    }
    content: dict[str, Any] = {kind: {} for kind in (*_PAGES, _BOOKS)}
    told: dict[str, Any] = {
        "responses": {status: {"description": said, "content": content} for status, said in statuses.items()}
    }
    if method == "post":
        field = {"type": "object", "additionalProperties": {"type": "string"}}
        told["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": field}}}
    return told
