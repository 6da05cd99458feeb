"""Staff: who may sign in here."""

from __future__ import annotations

import argparse

from kiosk.cli.console import Commands, ask_new_password, ask_password, open_desk, reply


def _staff_list(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import everybody

    with open_desk(options) as desk:
        reply(
            [
                {
                    "login": person.row.login,
                    "name": person.row.name,
                    "role": person.row.role,
                    "active": person.row.active,
                    "here": person.here,
                }
                for person in everybody(desk)
            ]
        )


def _staff_add(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import add

    with open_desk(options) as desk:
        added = add(
            desk,
            login=options.login,
            name=options.name or options.login.capitalize(),
            role=options.role,
            password=ask_new_password(f"Kata sandi baru untuk {options.login}: "),
        )
        reply({"login": added.login, "name": added.name, "role": added.role, "operator_id": str(added.id)})


def _staff_disable(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import disable

    with open_desk(options) as desk:
        rekeyed = disable(desk, options.login)
        reply({"login": options.login.strip().lower(), "active": False, "rekeyed": rekeyed})


def _staff_password(options: argparse.Namespace) -> None:
    from kiosk.usecases.staff import change_password, reset_password

    old = ask_password()
    with open_desk(options, old) as desk:
        own = desk.store.person.login if desk.store.person else desk.operator.login
        login = (options.login or own).strip().lower()
        new = ask_new_password(f"Kata sandi baru untuk {login}: ")
        if login == own:
            change_password(desk, login, old, new)
        else:
            reset_password(desk, login, new)
        reply({"login": login, "changed": True})


def declare(commands: Commands) -> None:
    staff = commands.group("staff", _staff_list, "who may sign in here")
    staff.add("list", _staff_list, "everybody on the mission's list")
    add = staff.add("add", _staff_add, "give a person a password at this counter")
    add.add_argument("login")
    add.add_argument("--name", help="as printed on papers")
    add.add_argument("--role", default="petugas", help="petugas, penyelia or admin")
    staff.add("disable", _staff_disable, "take a person off the list").add_argument("login")
    password = staff.add("password", _staff_password, "set a new password: one's own, or (penyelia, admin) another's")
    password.add_argument("login", nargs="?")
