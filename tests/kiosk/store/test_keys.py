import base64
import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.store import keys
from kiosk.store.keys import KEYS_FILE, Cost, Person
from kiosk.store.recovery import new_code
from models.rules.problems import Refused, Trouble

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
RINA = uuid.UUID("01910000-0000-7000-8000-000000000001")
BUDI = uuid.UUID("01910000-0000-7000-8000-000000000002")
PASSWORD = "bunga melati 7"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def made(tmp_path: Path):
    return keys.create(tmp_path, login="Rina", operator_id=RINA, role="admin", password=PASSWORD, cost=CHEAP, now=NOON)


@pytest.fixture
def ring(made):
    return made[0]


def trouble_code(call, *arguments, **named) -> str:
    with pytest.raises(Trouble) as trouble:
        call(*arguments, **named)
    return trouble.value.code


def problems(call, *arguments, **named) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        call(*arguments, **named)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def add_budi(ring: keys.Keyring) -> None:
    ring.add(login="budi", operator_id=BUDI, role="petugas", password="kopi tubruk", cost=CHEAP, now=NOON)


def edit(folder: Path, change, *, with_digest: bool = True) -> None:
    """What somebody without any key can do to the file: change it, and mend the digest."""
    import hashlib

    file = json.loads((folder / KEYS_FILE).read_bytes())
    change(file["body"])
    raw = json.dumps(file["body"], separators=(",", ":")).encode()
    if with_digest:
        file["digest"] = base64.b64encode(hashlib.sha256(raw).digest()).decode()
    head = json.dumps({name: file[name] for name in ("format", "digest", "seals")})[:-1]
    (folder / KEYS_FILE).write_bytes(head.encode() + b',"body":' + raw + b"}")


def test_the_password_and_the_recovery_code_open_the_same_key(tmp_path, made):
    ring, code = made
    assert keys.unlock(tmp_path, "rina", PASSWORD).candidates == ring.candidates
    assert keys.unlock(tmp_path, None, PASSWORD).person == Person("rina", RINA, "admin", NOON)
    recovered = keys.unlock_with_recovery(tmp_path, code.lower().replace("-", " "))
    assert recovered.candidates == ring.candidates
    assert recovered.person is None


def test_every_store_has_a_key_of_its_own(tmp_path):
    rings = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        rings.append(
            keys.create(tmp_path / name, login="rina", operator_id=RINA, role="admin", password=PASSWORD, cost=CHEAP)[0]
        )
    assert rings[0].candidates != rings[1].candidates


def test_neither_password_nor_key_stands_in_the_file_and_only_its_owner_reads_it(tmp_path, ring):
    content = (tmp_path / KEYS_FILE).read_bytes()
    ((_, key),) = ring.candidates
    assert PASSWORD.encode() not in content
    for shape in (key, key.hex().encode(), base64.b64encode(key)):
        assert shape not in content
    assert (tmp_path / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    assert key.hex() not in repr(ring)


def test_a_wrong_password_an_unknown_login_and_a_foreign_code_each_get_their_own_answer(tmp_path, made):
    assert trouble_code(keys.unlock, tmp_path, "rina", "bunga mawar 8") == "store.wrong_password"
    assert trouble_code(keys.unlock, tmp_path, "rina", "") == "store.wrong_password"
    assert trouble_code(keys.unlock, tmp_path, "siti", PASSWORD) == "store.no_slot"
    foreign = new_code()
    assert trouble_code(keys.unlock_with_recovery, tmp_path, foreign) == "store.wrong_recovery_code"
    assert problems(keys.unlock_with_recovery, tmp_path, foreign[:-1]) == [("recovery_code", "recovery_code.length")]


def test_a_login_is_the_same_however_it_is_capitalised(tmp_path, ring):
    assert keys.unlock(tmp_path, " RINA ", PASSWORD).person == ring.person
    assert problems(ring.add, login="rINA", operator_id=BUDI, role="petugas", password="kopi tubruk", cost=CHEAP) == [
        ("login", "login.taken")
    ]


def test_the_same_letters_from_two_keyboards_are_the_same_password(tmp_path, ring):
    ring.add(login="budi", operator_id=BUDI, role="petugas", password="café-café", cost=CHEAP)
    assert keys.unlock(tmp_path, "budi", "cafe\u0301-cafe\u0301").person is not None


@pytest.mark.parametrize(
    ("login", "password", "expected"),
    [
        ("", PASSWORD, ("login", "login.empty")),
        ("  ", PASSWORD, ("login", "login.empty")),
        ("siti aminah", PASSWORD, ("login", "login.character")),
        ("siti\x00", PASSWORD, ("login", "login.character")),
        ("s" * 65, PASSWORD, ("login", "login.long")),
        ("siti", "7 huruf", ("password", "password.too_short")),
    ],
)
def test_an_unusable_login_or_password_is_refused_and_nothing_is_written(tmp_path, ring, login, password, expected):
    before = (tmp_path / KEYS_FILE).read_bytes()
    named = {"login": login, "operator_id": BUDI, "role": "petugas", "password": password, "cost": CHEAP}
    assert problems(ring.add, **named) == [expected]
    assert (tmp_path / KEYS_FILE).read_bytes() == before
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert problems(keys.create, fresh, **named) == [expected]
    assert list(fresh.iterdir()) == []


def test_a_new_person_opens_with_their_own_password_and_role(tmp_path, ring):
    add_budi(ring)
    budi = keys.unlock(tmp_path, "budi", "kopi tubruk")
    assert budi.person == Person("budi", BUDI, "petugas", NOON)
    assert budi.candidates == ring.candidates
    assert [person.login for person in keys.people(tmp_path)] == ["rina", "budi"]
    assert keys.default_login(tmp_path) == "rina"


def test_a_changed_password_opens_and_the_old_one_does_not(tmp_path, ring):
    add_budi(ring)
    old = json.loads((tmp_path / KEYS_FILE).read_bytes())["body"]["slots"]
    ring.change_password("budi", "kopi tubruk", "teh poci hangat", cost=CHEAP)
    assert trouble_code(keys.unlock, tmp_path, "budi", "kopi tubruk") == "store.wrong_password"
    assert keys.unlock(tmp_path, "budi", "teh poci hangat").person == Person("budi", BUDI, "petugas", NOON)
    new = json.loads((tmp_path / KEYS_FILE).read_bytes())["body"]["slots"]
    assert [slot["public_key"] for slot in new][:2] == [slot["public_key"] for slot in old][:2]
    assert new[2]["public_key"] != old[2]["public_key"]


def test_who_does_not_know_the_old_password_changes_nothing(tmp_path, ring):
    before = (tmp_path / KEYS_FILE).read_bytes()
    assert trouble_code(ring.change_password, "rina", "bunga mawar 8", "teh poci hangat") == "store.wrong_password"
    assert problems(ring.change_password, "rina", PASSWORD, "pendek") == [("password", "password.too_short")]
    assert (tmp_path / KEYS_FILE).read_bytes() == before


def test_who_changed_the_own_password_goes_on_working(tmp_path, ring):
    ring.change_password("rina", PASSWORD, "teh poci hangat", cost=CHEAP)
    add_budi(ring)
    ring.drop("budi")
    fresh, key = ring.begin_rekey(1)
    assert keys.unlock(tmp_path, "rina", "teh poci hangat").candidates == [(fresh, key), *ring.candidates[1:]]


def test_after_recovery_a_forgotten_password_is_set_anew(tmp_path, made):
    ring, code = made
    keys.unlock_with_recovery(tmp_path, code).reset_password("rina", "teh poci hangat", cost=CHEAP)
    assert keys.unlock(tmp_path, "rina", "teh poci hangat").candidates == ring.candidates


def test_a_new_recovery_code_replaces_the_printed_one(tmp_path, made):
    ring, code = made
    fresh = ring.new_recovery_code(now=NOON)
    assert trouble_code(keys.unlock_with_recovery, tmp_path, code) == "store.wrong_recovery_code"
    assert keys.unlock_with_recovery(tmp_path, fresh).candidates == ring.candidates
    assert ring.rekey_due


def test_a_dropped_person_has_no_slot_and_the_database_is_due_a_new_key(tmp_path, ring):
    add_budi(ring)
    assert not ring.rekey_due
    ring.drop("budi")
    assert trouble_code(keys.unlock, tmp_path, "budi", "kopi tubruk") == "store.no_slot"
    assert ring.rekey_due


def test_an_open_session_of_a_dropped_person_changes_no_slots(tmp_path, ring):
    add_budi(ring)
    budi = keys.unlock(tmp_path, "budi", "kopi tubruk")
    ring.drop("budi")
    named = {"login": "siti", "operator_id": uuid.uuid4(), "role": "admin", "password": PASSWORD, "cost": CHEAP}
    assert trouble_code(budi.add, **named) == "store.no_slot"
    assert trouble_code(budi.recognise, "rina", PASSWORD) == "store.no_slot"


def test_nobody_drops_themselves_or_the_last_person(tmp_path, made):
    ring, code = made
    assert problems(ring.drop, "rina") == [("login", "login.own")]
    assert problems(keys.unlock_with_recovery(tmp_path, code).drop, "rina") == [("login", "login.last")]
    assert trouble_code(ring.drop, "siti") == "store.no_slot"
    assert not ring.rekey_due


def test_when_the_default_person_goes_the_next_one_is_meant(tmp_path, ring):
    add_budi(ring)
    keys.unlock(tmp_path, "budi", "kopi tubruk").drop("rina")
    assert keys.default_login(tmp_path) == "budi"
    assert keys.unlock(tmp_path, None, "kopi tubruk").person == Person("budi", BUDI, "petugas", NOON)


def test_a_new_database_key_reaches_everybody_who_stays_without_their_passwords(tmp_path, made):
    ring, code = made
    add_budi(ring)
    ring.add(login="siti", operator_id=uuid.uuid4(), role="petugas", password="es kelapa muda", cost=CHEAP)
    stolen = (tmp_path / KEYS_FILE).read_bytes()
    ring.drop("siti")
    fresh, key = ring.begin_rekey(1)
    for opened in (keys.unlock(tmp_path, "budi", "kopi tubruk"), keys.unlock_with_recovery(tmp_path, code)):
        assert [generation for generation, _ in opened.candidates] == [fresh, 1]
        assert opened.candidates[0] == (fresh, key)
    ring.end_rekey(fresh)
    for opened in (keys.unlock(tmp_path, "budi", "kopi tubruk"), keys.unlock_with_recovery(tmp_path, code)):
        assert opened.candidates == [(fresh, key)]
        assert not opened.rekey_due
    (tmp_path / KEYS_FILE).write_bytes(stolen)
    assert key not in dict(keys.unlock(tmp_path, "siti", "es kelapa muda").candidates).values()


def test_another_session_finds_the_new_key_by_itself(tmp_path, ring):
    add_budi(ring)
    budi = keys.unlock(tmp_path, "budi", "kopi tubruk")
    fresh, key = ring.begin_rekey(1)
    ring.end_rekey(fresh)
    budi.refresh()
    assert budi.candidates == [(fresh, key)]


def test_two_sessions_adding_at_once_lose_nobody(tmp_path, ring):
    add_budi(ring)
    budi = keys.unlock(tmp_path, "budi", "kopi tubruk")
    ring.add(login="siti", operator_id=uuid.uuid4(), role="petugas", password=PASSWORD, cost=CHEAP)
    budi.add(login="tono", operator_id=uuid.uuid4(), role="petugas", password=PASSWORD, cost=CHEAP)
    assert [person.login for person in ring.people()] == ["rina", "budi", "siti", "tono"]


def test_a_damaged_file_is_not_called_a_wrong_password(tmp_path, ring):
    whole = (tmp_path / KEYS_FILE).read_bytes()
    for at in range(0, len(whole), 7):
        (tmp_path / KEYS_FILE).write_bytes(whole[:at] + bytes([whole[at] ^ 0x02]) + whole[at + 1 :])
        with pytest.raises(Trouble) as trouble:
            keys.unlock(tmp_path, "rina", PASSWORD)
        assert trouble.value.code in {"store.keys_damaged", "store.newer"}, at
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        (tmp_path / KEYS_FILE).write_bytes(whole[:length])
        assert trouble_code(keys.unlock, tmp_path, "rina", PASSWORD) == "store.keys_damaged"


def test_a_clerk_cannot_promote_themselves_in_the_file(tmp_path, ring):
    add_budi(ring)

    def promote(body):
        body["slots"][2]["role"] = "admin"

    edit(tmp_path, promote, with_digest=False)
    assert trouble_code(keys.unlock, tmp_path, "budi", "kopi tubruk") == "store.keys_damaged"
    edit(tmp_path, promote)
    assert trouble_code(keys.unlock, tmp_path, "budi", "kopi tubruk") == "store.keys_damaged"
    assert trouble_code(ring.people) == "store.keys_damaged"


def test_a_public_key_slipped_into_the_file_never_gets_the_next_database_key(tmp_path, ring):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    add_budi(ring)
    public = base64.b64encode(X25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    edit(tmp_path, lambda body: body["slots"][2].update(public_key=public))
    assert trouble_code(ring.begin_rekey, 1) == "store.keys_damaged"
    assert [generation for generation, _ in ring.candidates] == [1]


def test_a_slot_given_another_name_does_not_open(tmp_path, ring):
    add_budi(ring)
    edit(tmp_path, lambda body: body["slots"][2].update(name="bima"))
    assert trouble_code(keys.unlock, tmp_path, "bima", "kopi tubruk") == "store.wrong_password"


@pytest.mark.parametrize("cost", [{"memory_kib": 1 << 40}, {"passes": 0}, {"lanes": 16}])
def test_a_forged_cost_neither_eats_the_memory_nor_crashes(tmp_path, ring, cost):
    edit(tmp_path, lambda body: body["slots"][0]["wrap"]["cost"].update(cost))
    assert trouble_code(keys.unlock, tmp_path, "rina", PASSWORD) == "store.keys_damaged"


def test_a_file_of_a_newer_program_is_not_touched(tmp_path, ring):
    file = json.loads((tmp_path / KEYS_FILE).read_bytes())
    (tmp_path / KEYS_FILE).write_text(json.dumps({**file, "format": 2}))
    assert trouble_code(keys.unlock, tmp_path, "rina", PASSWORD) == "store.newer"


def test_a_missing_file_says_so(tmp_path):
    assert trouble_code(keys.unlock, tmp_path, "rina", PASSWORD) == "store.missing"


def test_the_default_cost_is_what_rfc_9106_asks(tmp_path):
    ring, _ = keys.create(tmp_path, login="rina", operator_id=RINA, role="admin", password=PASSWORD)
    cost = json.loads((tmp_path / KEYS_FILE).read_bytes())["body"]["slots"][0]["wrap"]["cost"]
    assert Cost(**cost) == Cost(passes=3, memory_kib=65_536, lanes=4)
    assert keys.unlock(tmp_path, None, PASSWORD).candidates == ring.candidates


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_write_that_is_cut_off_leaves_the_old_file(tmp_path, ring, monkeypatch, step):
    add_budi(ring)
    before = (tmp_path / KEYS_FILE).read_bytes()

    def cut(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if step == "replace" else os, step, cut)
    with pytest.raises(Trouble) as trouble:
        ring.change_password("budi", "kopi tubruk", "teh poci hangat", cost=CHEAP)
    assert trouble.value.code == "store.disk_full"
    monkeypatch.undo()
    assert (tmp_path / KEYS_FILE).read_bytes() == before
    assert keys.unlock(tmp_path, "budi", "kopi tubruk").person == Person("budi", BUDI, "petugas", NOON)
    assert os.stat(tmp_path / KEYS_FILE).st_mode & 0o777 == 0o600


def test_importing_the_keys_is_cheap_enough_for_the_sign_in_window(other):
    process = other(
        """
        import sys; import kiosk.store.keys, kiosk.store.locks
        print(sorted({"sqlalchemy", "alembic", "argon2", "cryptography", "sqlcipher3"} & set(sys.modules)))
        """
    )
    assert process.finish() == "[]"
