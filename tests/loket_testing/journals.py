"""Journals of pretend counters: real entries, signed and chained as a counter writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.journal.body import Body
from models.journal.entry import NOTHING, Author, Entry, write_entry
from models.journal.ids import new_id
from models.journal.keys import SigningKey


@dataclass
class Journal:
    """One terminal's journal. `record` chains and signs; revisions count what this terminal has seen."""

    mission: str = "TPE"
    terminal: UUID = field(default_factory=new_id)
    incarnation: int = 1
    operator: UUID = field(default_factory=new_id)
    key: SigningKey = field(default_factory=SigningKey.new)
    at: datetime = datetime(2026, 11, 22, 1, 47, tzinfo=UTC)
    entries: list[Entry] = field(default_factory=list)
    revs: dict[UUID, int] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        return self.entries[-1].hash if self.entries else NOTHING

    def record(self, body: Body, *, entry_id: UUID | None = None, sealed: bytes | None = None) -> Entry:
        entry_id = entry_id or new_id()
        subject = body.subject(entry_id)
        self.at += timedelta(seconds=1)
        entry = write_entry(
            body,
            Author(self.terminal, self.incarnation, self.operator, "Asia/Taipei", None),
            id=entry_id,
            seq=len(self.entries) + 1,
            rev=self.revs.get(subject, 0) + 1,
            at=self.at,
            prev=self.head,
            sign=self.key.sign,
            sealed=sealed,
        )
        self.entries.append(entry)
        self.see(entry)
        return entry

    def see(self, entry: Entry) -> None:
        """Take note of another terminal's entry, as a pull does."""
        subject = entry.head.subject
        self.revs[subject] = max(self.revs.get(subject, 0), entry.head.rev)
