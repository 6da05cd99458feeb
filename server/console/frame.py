"""The frame of the console: its pages in groups, for the officer's role."""

from __future__ import annotations

from dataclasses import dataclass

from server.usecases.officers import Officer
from server.usecases.roles import Act, may


@dataclass(frozen=True, slots=True)
class Link:
    """A page. `act`: only for roles that may; `under`: the pages below it, where they are elsewhere."""

    name: str
    path: str
    act: Act | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    links: tuple[Link, ...]


GROUPS = (
    Group("Ringkasan", (Link("Ringkasan", "/"),)),
    Group("Klaim", (Link("Antrean klaim", "/klaim"),)),
    Group("Peserta", (Link("Terdaftar ganda", "/pasangan"), Link("Penggabungan", "/penggabungan"))),
    Group(
        "Pembayaran",
        (
            Link("Pengembalian", "/pengembalian"),
            Link("Konfirmasi BPJS", "/konfirmasi"),
            Link("Terakhir diterima", "/#pembayaran"),
            Link("Periksa kuitansi", "/periksa"),
        ),
    ),
    Group("Loket", (Link("Loket", "/#loket", under="/loket"),)),
    Group("Flashdisk", (Link("Flashdisk", "/flashdisk", Act.CARRY_BUNDLES),)),
    Group("Tarif", (Link("Tarif", "/tarif"),)),
    Group(
        "Pengawasan",
        (
            Link("Petugas", "/petugas", Act.SEE_OFFICERS),
            Link("Jejak akses", "/jejak", Act.SEE_ACCESS),
            Link("Pengaturan", "/pengaturan", Act.CHANGE_SETTINGS),
        ),
    ),
)
"""In the order of the header; a group without a page for the role is not shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The header's chips, and the pages beside this one where its group has several."""

    groups: tuple[Entry, ...]
    pages: tuple[Entry, ...]
    group: str


def navigation(path: str, officer: Officer) -> Navigation:
    """As this officer sees it on the page with this address."""
    groups: list[Entry] = []
    pages: tuple[Entry, ...] = ()
    name = ""
    for group in GROUPS:
        links = [link for link in group.links if link.act is None or may(officer, link.act)]
        if not links:
            continue
        here = any(_leads_to(link, path) for link in links)
        groups.append(Entry(group.name, links[0].path, here))
        if here and len(links) > 1:
            name = group.name
            pages = tuple(Entry(link.name, link.path, _leads_to(link, path)) for link in links)
    return Navigation(tuple(groups), pages, name)


def _leads_to(link: Link, path: str) -> bool:
    start = link.under or link.path
    return path == start or (start != "/" and path.startswith(f"{start}/"))
