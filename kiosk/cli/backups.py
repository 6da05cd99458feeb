"""Backups: a copy on another disk, where to, which there are; and a machine made from one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.console import Commands, data_folder, iso, open_desk, reply, say

if TYPE_CHECKING:
    from kiosk.usecases.backups import Backup


def _make(options: argparse.Namespace) -> None:
    from kiosk.usecases.backups import back_up

    with open_desk(options) as desk:
        reply(as_backup(back_up(desk)))


def _choose(options: argparse.Namespace) -> None:
    from kiosk.usecases.backups import choose, state

    with open_desk(options) as desk:
        choose(desk, None if options.none else options.place)
        stands = state(desk)
    reply({"place": str(stands.place) if stands.place else None, "same_disk": stands.same_disk})
    if stands.same_disk:
        say("Tempat ini di diska yang sama dengan datanya: tidak menolong bila diska atau komputernya hilang.")


def _list(options: argparse.Namespace) -> None:
    from kiosk.usecases.backups import state

    with open_desk(options) as desk:
        stands = state(desk)
    reply(
        {
            "place": str(stands.place) if stands.place else None,
            "there": stands.there,
            "same_disk": stands.same_disk,
            "last_at": iso(stands.last_at) if stands.last_at else None,
            "behind": stands.behind,
            "failed": stands.failed,
            "copies": [as_backup(one) for one in stands.copies],
        }
    )


def _restore(options: argparse.Namespace) -> None:
    from kiosk.usecases.backups import restore

    folder = data_folder(options)
    label = restore(options.source, folder)
    reply(
        {
            "data": str(folder),
            "mission": label.mission,
            "series": label.series,
            "made_at": iso(label.made_at),
            "entries": label.seq,
        }
    )
    say("Loket dipulihkan. Sebelum melayani: loket continue --series SERI-BARU, lalu loket enrol dengan kode pusat.")


def as_backup(one: Backup) -> dict[str, Any]:
    """A copy as the command line tells of it."""
    label = one.label
    return {
        "folder": str(one.folder),
        "made_at": iso(label.made_at) if label else None,
        "series": label.series if label else None,
        "entries": label.seq if label else None,
        "bytes": label.size if label else None,
    }


def declare(commands: Commands) -> None:
    backup = commands.group("backup", _make, "copy everything, encrypted, to the second disk, now")
    backup.add("make", _make, "copy everything, now")
    place = backup.add("choose", _choose, "where backups go from now on, at each till close and on demand")
    where = place.add_mutually_exclusive_group(required=True)
    where.add_argument("place", type=Path, nargs="?", metavar="DIR")
    where.add_argument("--none", action="store_true", help="nowhere any more; what is there stays")
    backup.add("list", _list, "how backups stand, and the copies that are there")
    about = "make an empty data folder from a backup; it goes on under a new series"
    restore = commands.add("restore", _restore, about)
    restore.add_argument("source", type=Path, metavar="COPY", help="the folder LOKET-… of the copy")
