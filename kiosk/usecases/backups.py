"""Backups: the encrypted database on a second disk, made at each till close and on demand; and a machine made from one.

What a backup opens with is what the counter opens with: a person's password, or the recovery code.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

import msgspec

from kiosk.desk import Desk, get_setting, head, require_role, set_setting
from kiosk.store.files import sync_folder
from kiosk.store.keys import KEYS_FILE
from kiosk.store.locks import disk_trouble
from kiosk.store.store import DATABASE_FILE, RESTORED_FILE
from models.rules.problems import Problem, Refused, Trouble

KEPT = 10
"""Copies of one counter that stay at a place; the oldest goes when a new one is proven whole."""

LABEL_FILE = "cadangan.json"
_PLACE, _LAST, _FAILED = "backup_place", "backup_last", "backup_failed"


class Label(msgspec.Struct, frozen=True):
    """What stands beside the copy, for whoever holds the disk: nothing about any person."""

    format: int
    made_at: datetime
    mission: str
    series: str
    terminal: UUID
    seq: int
    """Entries of this counter's journal that are in it."""
    size: int
    """Bytes of the database."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy at a place. `label` None: it is not whole, or not ours."""

    folder: Path
    label: Label | None


@dataclass(frozen=True, slots=True)
class BackupState:
    """`behind`: entries recorded since the last copy (None: there is none). `same_disk`: the place is on the disk of
    the data itself, and helps against nothing that happens to it. `failed`: why the last try came to nothing."""

    place: Path | None
    there: bool
    same_disk: bool
    last_at: datetime | None
    last_folder: Path | None
    behind: int | None
    failed: str | None
    copies: tuple[Backup, ...]


class _Last(msgspec.Struct, frozen=True):
    at: datetime
    folder: str
    incarnation: int
    seq: int


# Where to


def choose(desk: Desk, place: Path | None) -> None:
    """From now on backups go there; None: nowhere. Refused `staff.not_allowed` (penyelia and admin may); on "place"
    `backup.inside` for a folder within the counter's own data, `backup.no_folder`. Trouble `store.read_only` …"""
    require_role(desk.operator, "penyelia", "admin")
    if place is not None:
        place = place.expanduser().absolute()
        if not place.is_dir():
            raise Refused(Problem.of("place", "backup.no_folder", place=place))
        if place.resolve().is_relative_to(desk.folder.resolve()):
            raise Refused(Problem.of("place", "backup.inside", place=place))
        _try_out(place)
    with desk.work(new_work=False) as work:
        set_setting(work.connection, _PLACE, str(place) if place else None)
        set_setting(work.connection, _FAILED, None)


def _try_out(place: Path) -> None:
    probe = place / f".loket-{uuid.uuid4().hex}"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise disk_trouble(error, place) from error


def state(desk: Desk) -> BackupState:
    """How this counter's backups stand."""
    with desk.read() as work:
        chosen = get_setting(work.connection, _PLACE)
        last = _last(get_setting(work.connection, _LAST))
        own, failed = work.terminal, get_setting(work.connection, _FAILED)
        seq, _ = head(work.connection, own)
    place = Path(chosen) if chosen else None
    there = place is not None and place.is_dir()
    behind = None if last is None else seq - (last.seq if last.incarnation == own.incarnation else 0)
    return BackupState(
        place=place,
        there=there,
        same_disk=there and place is not None and _device(place) == _device(desk.folder),
        last_at=last.at if last else None,
        last_folder=Path(last.folder) if last else None,
        behind=behind,
        failed=failed,
        copies=tuple(copies_at(place)) if place is not None and there else (),
    )


def _last(kept: dict[str, object] | None) -> _Last | None:
    return None if kept is None else msgspec.convert(kept, _Last)


def _device(folder: Path) -> int | None:
    try:
        return folder.stat().st_dev
    except OSError:
        return None


def copies_at(place: Path) -> list[Backup]:
    """The copies there, the newest first; those that are not whole last."""
    try:
        found = [Backup(one, label_of(one)) for one in place.glob("LOKET-*") if one.is_dir()]
    except OSError as error:
        raise disk_trouble(error, place) from error
    whole = [one for one in found if one.label is not None]
    whole.sort(key=lambda one: (one.label.made_at.timestamp() if one.label else 0, one.folder.name), reverse=True)
    return whole + [one for one in found if one.label is None]


def label_of(folder: Path) -> Label | None:
    try:
        return msgspec.json.decode((folder / LABEL_FILE).read_bytes(), type=Label)
    except (OSError, msgspec.MsgspecError):
        return None


# Making one


def back_up(desk: Desk) -> Backup:
    """Copy everything to the chosen place, now. Whoever may sign in may do that.

    Refused `backup.no_place` where none is chosen. Trouble `backup.away` where its disk is not there, and what a disk
    can do; what was there before stays."""
    with desk.read() as work:
        chosen = get_setting(work.connection, _PLACE)
    if not chosen:
        raise Refused(Problem("place", "backup.no_place"))
    place = Path(chosen)
    if not place.is_dir():
        raise Trouble("backup.away", place=place)
    made = _copy(desk, place)
    with desk.work(new_work=False) as work:
        assert made.label is not None
        last = _Last(made.label.made_at, str(made.folder), work.terminal.incarnation, made.label.seq)
        set_setting(work.connection, _LAST, msgspec.to_builtins(last))
        set_setting(work.connection, _FAILED, None)
    _thin_out(place, made)
    return made


def after_closing(desk: Desk) -> Backup | Trouble | None:
    """The backup that follows a till's close: made, or why not; None where no place is chosen. Closing is done by then,
    and nothing here undoes it."""
    from models.sentences import trouble_sentence

    try:
        return back_up(desk)
    except Refused:
        return None
    except Trouble as trouble:
        with suppress(Trouble), desk.work(new_work=False) as work:
            set_setting(work.connection, _FAILED, trouble_sentence(trouble))
        return trouble


def _copy(desk: Desk, place: Path) -> Backup:
    with desk.read() as work:
        own, now = work.terminal, work.now
        seq, _ = head(work.connection, own)
    name = f"LOKET-{own.series}-{now:%Y%m%d-%H%M%S}"
    unfinished = place / f".{name}-{uuid.uuid4().hex[:8]}"
    try:
        unfinished.mkdir(mode=0o700)
        desk.store.copy_to(unfinished)
        database = unfinished / DATABASE_FILE
        made = Label(
            format=1,
            made_at=now,
            mission=own.mission.code,
            series=own.series,
            terminal=own.id,
            # At least these: the copy may hold what was recorded since.
            seq=seq,
            size=database.stat().st_size,
            sha256=_digest(database),
        )
        (unfinished / LABEL_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
        _flush(unfinished / LABEL_FILE)
        folder = _free_name(place, name)
        unfinished.rename(folder)
        sync_folder(place)
        return Backup(folder, made)
    except OSError as error:
        raise disk_trouble(error, place) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _free_name(place: Path, name: str) -> Path:
    names = (place / (name if not again else f"{name}-{again}") for again in range(100))
    return next(one for one in names if not one.exists())


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _thin_out(place: Path, made: Backup) -> None:
    """Only copies of the same terminal, and never the one that was just made."""
    assert made.label is not None
    ours = [one for one in copies_at(place) if one.label is not None and one.label.terminal == made.label.terminal]
    for old in [one for one in ours if one.folder != made.folder][KEPT - 1 :]:
        shutil.rmtree(old.folder, ignore_errors=True)


# A machine made from one


def restore(source: Path, folder: Path) -> Label:
    """Put a copy into an empty data folder. It opens with the passwords it was made with, and takes no new work before
    `continue_journal` has begun another journal: the lost machine may have given out numbers since.

    Refused on "source" `backup.not_one`. Trouble `backup.damaged`, `store.exists`, and what a disk can do; then nothing
    is there that opens."""
    label = label_of(source)
    database = source / DATABASE_FILE
    if label is None or label.format != 1 or not database.is_file() or not (source / KEYS_FILE).is_file():
        raise Refused(Problem.of("source", "backup.not_one", source=source))
    if (folder / DATABASE_FILE).exists():
        raise Trouble("store.exists", path=folder)
    arriving = folder / f"{DATABASE_FILE}.unfinished"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(database, arriving)
        arriving.chmod(0o600)
        if _digest(arriving) != label.sha256:
            raise Trouble("backup.damaged", source=source)
        shutil.copyfile(source / KEYS_FILE, folder / KEYS_FILE)
        (folder / KEYS_FILE).chmod(0o600)
        (folder / RESTORED_FILE).write_text(label.made_at.isoformat())
        for name in (arriving, folder / KEYS_FILE, folder / RESTORED_FILE):
            _flush(name)
        sync_folder(folder)
        # Last: what opens is whole, and knows that it was restored.
        arriving.rename(folder / DATABASE_FILE)
        sync_folder(folder)
    except OSError as error:
        raise disk_trouble(error, folder) from error
    finally:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
    return label
