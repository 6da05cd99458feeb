"""Claims at the centre with documents to look at: pictures, PDFs, sealed ones, and those still travelling."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert

from models.journal.claims import ClaimDetails, ClaimFiled, DocumentAttached, DocumentName
from models.journal.ids import new_id
from models.journal.keys import seal
from models.journal.placements import PlacementRecorded
from models.journal.sealed import SEAL_DOCUMENT, SealedAccount, SealedDocument, seal_part
from server.store.tables import blob, blob_chunk
from server.usecases.centre import Centre

from .bodies import payment, registration
from .centre import Visitor

SECRETS = (
    "AYUNDA PELAPOR",
    "Diserang di kamar majikan",
    "visum-rahasia",
    "VISUM RAHASIA",
    "+886555000111",
    "PERKOSAAN",
)
"""What the sealed parts of the restricted claim say, and its document."""

_MEDIA = ((b"%PDF", "application/pdf"), (b"\xff\xd8", "image/jpeg"))


def picture(text: str = "PASPOR", size: tuple[int, int] = (1200, 800)) -> bytes:
    """A PNG with something on it."""
    from PIL import Image, ImageDraw

    made = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(made)
    drawing.rectangle((40, 40, size[0] - 40, size[1] - 40), outline="black", width=6)
    drawing.text((120, 120), text, fill="black", font_size=72)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def pdf(*texts: str) -> bytes:
    """A PDF with a page for each text."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for text in texts:
        canvas.setFont("Helvetica", 28)
        canvas.drawString(80, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def bring(centre: Centre, content: bytes, terminal: UUID) -> None:
    """The whole of a document, as if a counter had brought it."""
    digest = sha256(content).digest()
    row = {"sha256": digest, "size": len(content), "terminal": terminal, "begun_at": centre.now()}
    with centre.engine.begin() as connection:
        connection.execute(insert(blob).values(row))
        connection.execute(insert(blob_chunk).values(sha256=digest, start=0, bytes=content))


@dataclass
class Desk:
    """A counter with claims, by name; `documents` of each by the key of the paper."""

    centre: Centre
    visitor: Visitor
    claims: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, dict[str, UUID]] = field(default_factory=dict)
    pushed: int = 0

    def push(self) -> None:
        """What the counter recorded since arrives."""
        self.visitor.push(self.visitor.journal.entries[self.pushed :])
        self.pushed = len(self.visitor.journal.entries)

    def worker(
        self, name: str = "SITI NURHALIZA", *, paid_on: date | None = date(2026, 1, 10), serial: int = 1
    ) -> UUID:
        """Somebody with a contract and a receipt for two years from `paid_on`."""
        worker, journal = new_id(), self.visitor.journal
        journal.record(registration(worker, name=name, mission=journal.mission))
        if paid_on is not None:
            contract = PlacementRecorded(
                worker_id=worker,
                mission=journal.mission,
                contract_start=paid_on,
                contract_end=paid_on.replace(year=paid_on.year + 2),
                departure=paid_on,
            )
            journal.record(contract)
            paid = payment(worker, serial, series=self.visitor.series, mission=journal.mission, day=paid_on)
            journal.record(paid)
        return worker

    def claim(self, called: str, worker: UUID, serial: int, **changed: Any) -> UUID:
        """A claim for an accident of 3 November, unless `changed`."""
        journal = self.visitor.journal
        filed = ClaimFiled(
            worker_id=worker,
            mission=journal.mission,
            number=f"{self.visitor.series}-K-2026-{serial:06}",
            year=2026,
            serial=serial,
            business_date=date(2026, 11, 22),
            benefit="JKK-KECELAKAAN",
            event_date=date(2026, 11, 3),
            filed_by="worker",
            required=7,
            rules_from=date(2023, 2, 22),
            personal=ClaimDetails(token=b"t", worker_name="SITI NURHALIZA", description="Jatuh dari tangga dapur."),
        )
        changed.setdefault("sealed", None)
        sealed = changed.pop("sealed")
        self.claims[called] = journal.record(msgspec.structs.replace(filed, **changed), sealed=sealed).id
        self.documents[called] = {}
        return self.claims[called]

    def attach(
        self,
        called: str,
        requirement: str,
        content: bytes,
        *,
        kind: str = "",
        here: bool = True,
        name: str = "siti.png",
    ) -> UUID:
        """A document for a paper of the checklist; `here` False: it is still travelling."""
        body = DocumentAttached(
            claim_id=self.claims[called],
            mission=self.visitor.journal.mission,
            document_kind=kind or requirement,
            requirement=requirement,
            sha256=sha256(content).digest(),
            size=len(content),
            media_type=next((kind for sign, kind in _MEDIA if content.startswith(sign)), "image/png"),
            seen_as="original",
            personal=DocumentName(file_name=name),
        )
        return self._attached(called, requirement, body, content, here=here)

    def restricted(self, called: str, worker: UUID, serial: int) -> UUID:
        """A claim of which only the sealed part says what it is about."""
        account = SealedAccount(
            benefit="JKK-PERKOSAAN",
            description="Diserang di kamar majikan",
            filer_name="AYUNDA PELAPOR",
            filer_phone="+886555000111",
            event_date=date(2026, 10, 31),
            rules_from=date(2023, 2, 22),
            flags=("claim.phase",),
        )
        key = self.centre.keys.claims.public
        return self.claim(
            called,
            worker,
            serial,
            benefit="KHUSUS",
            restricted=True,
            required=0,
            event_date=date(2026, 11, 22),
            personal=ClaimDetails(token=b"t", worker_name="S. N."),
            sealed=seal_part(account, key),
        )

    def attach_sealed(self, called: str, requirement: str, content: bytes, *, name: str = "visum-rahasia.png") -> UUID:
        key = self.centre.keys.claims.public
        part = SealedDocument(
            kind="visum", file_name=name, media_type="image/png", requirement=requirement, seen_as="copy"
        )
        sealed = seal(content, key, SEAL_DOCUMENT)
        body = DocumentAttached(
            claim_id=self.claims[called],
            mission=self.visitor.journal.mission,
            document_kind="KHUSUS",
            sha256=sha256(sealed).digest(),
            size=len(sealed),
            media_type="application/octet-stream",
            sealed=True,
            personal=DocumentName(file_name="KHUSUS"),
        )
        return self._attached(called, requirement, body, sealed, part=seal_part(part, key))

    def _attached(
        self,
        called: str,
        requirement: str,
        body: DocumentAttached,
        content: bytes,
        *,
        here: bool = True,
        part: bytes | None = None,
    ) -> UUID:
        document = self.visitor.journal.record(body, sealed=part).id
        self.documents[called][requirement] = document
        if here:
            bring(self.centre, content, self.visitor.journal.terminal)
        return document
