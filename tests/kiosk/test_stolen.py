"""A stolen machine: nothing in any file of a counter tells of anybody to whom no password opens it, at any moment."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import zstandard
from loket_testing.counter import CHEAP, MORNING, PASSWORD, SITI, add_supervisor, open_counter, slip
from loket_testing.papers import pdf
from sqlalchemy import update

from kiosk.desk import Desk, set_setting
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.log import fault, keep_log
from kiosk.store import keys
from kiosk.store.store import Store
from kiosk.store.tables import print_job
from kiosk.usecases import claims, contributions, drafts, print_jobs
from kiosk.usecases.documents import keep_document
from kiosk.usecases.window import remember_login
from kiosk.usecases.workers import register
from models.journal.keys import SealingKey
from models.rules.problems import Trouble

PAGE = 4096
STORY = "Diancam pisau dapur oleh majikan di kamar belakang"
FALL = "Jatuh dari tangga dapur, tangan kiri patah"
INSIDE = "keterangan dokter forensik rumah sakit Mackay"
TYPED = "KARTINI WULANDARI"
NAME, NIK, PASSPORT = "SITI NURHALIZA", "3507105203940003", "C4821907"
SECRETS = (
    NAME,
    "NURHALIZA",
    NIK,
    PASSPORT,
    "AMINAH",
    "Chen Mei-ling",
    "Perawat lansia",
    "AHMAD FAUZI",
    "3456 7890",
    "912 345 678",
    "1994-03-12",
    "BNI-20261122-0007",
    "TPE3-2026-000001",
    "Rina W.",
    "visum-rumah-sakit",
    STORY,
    FALL,
    "PERKOSAAN",
    INSIDE,
    TYPED,
    "JKK-CACAT-SEBAGIAN",
    PASSWORD,
    "CREATE TABLE",
    "own_terminal",
)


def shapes(secret: str) -> Iterator[bytes]:
    """The ways in which a program may have written it down."""
    for text in {secret, secret.lower(), secret.upper()}:
        plain = text.encode()
        yield plain
        yield plain[::-1]
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield plain.hex().encode()
        # Base64 has three shapes, for the three places where it may begin; what depends on its neighbours is cut off.
        for before in range(3):
            yield base64.b64encode(bytes(before) + plain)[(0, 2, 3)[before] : -4]


SHAPES = sorted({shape for secret in SECRETS for shape in shapes(secret)})
PLAIN = [secret.encode() for secret in SECRETS]


def packed_in(content: bytes) -> Iterator[bytes]:
    """What was compressed into it, wherever that begins."""
    for found in re.finditer(rb"\x28\xb5\x2f\xfd|\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", content):
        window = content[found.start() : found.start() + (1 << 16)]
        with suppress(zlib.error, zstandard.ZstdError):
            if found[0] == b"\x28\xb5\x2f\xfd":
                yield zstandard.ZstdDecompressor().decompressobj().decompress(window)
            else:
                yield zlib.decompressobj(wbits=47).decompress(window, 1 << 20)


def looked_through(folder: Path, *, deeply: bool = True) -> set[str]:
    """Every file there is at this moment; fails where one tells something. `deeply`: in all shapes, packed or not."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # a temporary one, gone again
            if not path.is_file():
                continue
            content = path.read_bytes()
            assert not content.startswith(b"SQLite format 3"), path
            for text in (content, *(packed_in(content) if deeply else ())):
                told = next((shape for shape in (SHAPES if deeply else PLAIN) if shape in text), None)
                assert told is None, f"{path} tells {told!r}"
            seen.add(path.name)
    return seen


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter on which a day's work of every kind was done, open."""
    desk = open_counter(tmp_path_factory.mktemp("stolen") / "loket", clock=HandClock(MORNING))
    with desk.work() as work:
        set_setting(work.connection, "claims_key", SealingKey.new().public.hex())
    worker = register(desk, SITI).worker_id
    paid = contributions.receive(desk, slip(worker))
    keep_document(desk, worker, "ktp", pdf(INSIDE.encode()), "ktp siti nurhaliza.pdf")
    paper = claims.Document("visum", "visum-rumah-sakit.pdf", pdf(INSIDE.encode()))
    for kind, story in (("JKK-CACAT-SEBAGIAN", FALL), ("JKK-PERKOSAAN", STORY)):
        form = ClaimForm(
            worker_id=str(worker),
            kind=kind,
            event_date=date(2026, 11, 20),
            filed_by="worker",
            description=story,
        )
        claims.file(desk, form, [paper])
    drafts.save(desk, "register", {"name": TYPED, "nik": NIK}, files={"foto.pdf": pdf(TYPED.encode())})
    with desk.work() as work:
        print_jobs.promise(work, paid.number)
        work.connection.execute(update(print_job).values(printer="Kuitansi-1"))
    add_supervisor(desk)
    remember_login(desk.folder, "rina")
    yield desk
    desk.close()


def test_the_secrets_are_there_for_who_has_the_password(counter: Desk) -> None:
    found = b""
    with counter.read() as work:
        for table in work.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars():
            for row in work.connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                found += b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    readable = {secret for secret in SECRETS if secret.encode() in found}
    assert {NAME, NIK, PASSPORT, "AMINAH", "AHMAD FAUZI", FALL, TYPED, INSIDE} <= readable
    # Of what a restricted claim is about nothing is left even to who has the password, and of that nothing to anybody.
    assert not readable & {STORY, "PERKOSAAN", PASSWORD}


def test_while_the_counter_is_open_no_file_tells_of_anybody(counter: Desk) -> None:
    seen = looked_through(counter.folder)
    assert {"loket.db", "loket.db-wal", "loket.db-shm", "keys.json", "window.json"} <= seen


@pytest.mark.expects_log("ValueError")
def test_the_log_of_a_fault_in_the_middle_of_it_all_tells_nothing(counter: Desk) -> None:
    handler = keep_log(counter.folder)
    try:
        try:
            name, nik = NAME, NIK
            raise ValueError(f"{name} {nik}: {STORY}")
        except ValueError as error:
            fault(error)
    finally:
        handler.close()
        import logging

        logging.getLogger().removeHandler(handler)
    assert "ValueError" in (counter.folder / "loket.log").read_text()
    assert "loket.log" in looked_through(counter.folder, deeply=False)


def chi_square(block: bytes) -> float:
    """How far from evenly the 256 bytes fall; of random bytes 255 ± 23 (one standard deviation)."""
    expected = len(block) / 256
    counted = [0] * 256
    for byte in block:
        counted[byte] += 1
    return sum((n - expected) ** 2 for n in counted) / expected


def pages(folder: Path) -> list[bytes]:
    """The database's pages, and those waiting in the write-ahead log."""
    database, log = (folder / "loket.db").read_bytes(), (folder / "loket.db-wal").read_bytes()
    assert len(database) % PAGE == 0
    found = [database[at : at + PAGE] for at in range(0, len(database), PAGE)]
    found += [log[at + 24 : at + 24 + PAGE] for at in range(32, len(log), 24 + PAGE)]
    return [page for page in found if len(page) == PAGE]


def test_every_page_looks_like_chance_and_no_two_are_alike(counter: Desk) -> None:
    found = pages(counter.folder)
    assert len(found) > 150
    # Ten standard deviations: chance alone is not seen that far out in the age of the world.
    assert [at for at, page in enumerate(found) if not 30 < chi_square(page) < 485] == []
    assert chi_square(b"".join(found)) < 485
    # The salt at the beginning of the first page stands in the write-ahead log once more.
    blocks = [page[at : at + 16] for page in dict.fromkeys(found) for at in range(16, PAGE, 16)]
    assert len(set(blocks)) == len(blocks)


def test_the_same_work_on_two_counters_has_nothing_in_common_on_disk(tmp_path: Path) -> None:
    kept = []
    for name in ("one", "other"):
        with open_counter(tmp_path / name, clock=HandClock(MORNING)) as desk:
            register(desk, SITI)
            kept.append({page[at : at + 16] for page in pages(desk.folder) for at in range(0, PAGE, 16)})
    assert not kept[0] & kept[1]


def test_a_page_in_the_clear_would_be_noticed(tmp_path: Path) -> None:
    page = b"SITI NURHALIZA".ljust(64).ljust(PAGE, b"\0")
    assert chi_square(page) > 485
    for hidden in (page, zstandard.compress(page), zlib.compress(page), base64.b64encode(b"." + page)):
        (tmp_path / "page").write_bytes(b"\x17" * 5 + hidden)
        with pytest.raises(AssertionError, match="tells"):
            looked_through(tmp_path)


def watched(work: Callable[[], object], folder: Path) -> int:
    """Looks through the folder again and again while `work` runs, and once after it."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    looks = 0
    while thread.is_alive():
        looked_through(folder, deeply=False)
        looks += 1
        thread.join(0.02)
    assert failed == []
    looked_through(folder)
    return looks


def test_while_the_database_gets_a_new_key_no_file_tells_of_anybody(counter: Desk, tmp_path: Path) -> None:
    counter.close()
    shutil.copytree(counter.folder, tmp_path / "loket")
    before = set(pages_of_file(tmp_path / "loket"))
    with Store.open(tmp_path / "loket", None, PASSWORD) as store:
        assert watched(lambda: store.drop_person("budi"), tmp_path / "loket") >= 1
    assert not before & set(pages_of_file(tmp_path / "loket"))


def pages_of_file(folder: Path) -> list[bytes]:
    database = (folder / "loket.db").read_bytes()
    return [database[at : at + PAGE] for at in range(0, len(database), PAGE)]


def test_while_an_older_database_is_carried_over_neither_it_nor_its_copy_tells_of_anybody(tmp_path: Path) -> None:
    recorded = Path(__file__).parent / "sync" / "recorded" / "schema_7"
    folder = tmp_path / "loket"
    folder.mkdir()
    for name in ("loket.db", "keys.json"):
        shutil.copyfile(recorded / name, folder / name)
    opened: list[Store] = []
    watched(lambda: opened.append(Store.open(folder, "rina", PASSWORD)), folder)
    opened[0].close()
    assert {"loket.db", "keys.json"} <= {path.name for path in (folder / "backup").rglob("*")}
    looked_through(folder)


def test_the_key_file_offers_no_guess_cheaper_than_argon2id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.create(tmp_path, login="rina", operator_id=SOMEBODY, role="admin", password=PASSWORD)
    content = (tmp_path / "keys.json").read_bytes()
    body = json.loads(content)["body"]
    slot = next(one for one in body["slots"] if one["kind"] == "password")
    assert slot["wrap"]["cost"] == {"passes": 3, "memory_kib": 65536, "lanes": 4}
    # What is there: whose it is, a public key, the wrapped private key with its salt, and sealed database keys.
    assert set(slot) == {
        "kind",
        "name",
        "operator_id",
        "role",
        "created_at",
        "public_key",
        "wrap",
        "sealed",
    }
    assert set(slot["wrap"]) == {"cost", "salt", "nonce", "secret"}
    salt = base64.b64decode(slot["wrap"]["salt"])
    raw = b"".join(base64.b64decode(text) for text in re.findall(rb'"([A-Za-z0-9+/=]{22,})"', content))
    for plain in (PASSWORD.encode(), salt + PASSWORD.encode(), PASSWORD.encode() + salt, PASSWORD.encode("utf-16-le")):
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            quick = hashlib.new(name, plain).digest()
            assert quick[:16] not in raw
            assert quick.hex()[:32].encode() not in content
    costs: list[keys.Cost] = []

    def counting(_secret: bytes, _salt: bytes, cost: keys.Cost) -> bytes:
        costs.append(cost)
        return bytes(32)

    monkeypatch.setattr(keys, "_stretched", counting)
    for guess in ("mawar", "melati", PASSWORD):
        with pytest.raises(Trouble, match="wrong_password"):
            keys.unlock(tmp_path, "rina", guess)
    assert costs == [keys.STRONG] * 3


def test_no_two_slots_share_salt_nonce_or_key(tmp_path: Path) -> None:
    ring, _code = keys.create(tmp_path, login="rina", operator_id=SOMEBODY, role="admin", password=PASSWORD, cost=CHEAP)
    for at in range(6):
        ring.add(login=f"budi{at}", operator_id=SOMEBODY, role="petugas", password=PASSWORD, cost=CHEAP)
    slots = json.loads((tmp_path / "keys.json").read_bytes())["body"]["slots"]
    for part in ("salt", "nonce", "secret"):
        assert len({slot["wrap"][part] for slot in slots}) == len(slots)
    assert len({slot["public_key"] for slot in slots}) == len(slots)


SOMEBODY = UUID(int=7)


def test_what_sqlite_needs_to_sort_and_to_look_up_stays_in_memory(counter: Desk) -> None:
    with Store.open(counter.folder, None, PASSWORD) as store, store.read() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one_or_none()
            for name in ("temp_store", "mmap_size", "cipher_plaintext_header_size", "cipher_use_hmac", "kdf_iter")
        }
    assert said["temp_store"] == 2
    assert not said["mmap_size"]
    assert str(said["cipher_plaintext_header_size"]) == "0"
    assert str(said["cipher_use_hmac"]) == "1"


DUMPS = """
import ctypes, resource, sys
sys.argv = ["loket", *sys.argv[1:]]
from kiosk import __main__ as program
program_main = program.main
import ui.app
ui.app.run = lambda folder: 0
program_main()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.parametrize(("arguments", "others_may_look"), [(["--version"], 1), ([], 0)], ids=["command", "window"])
def test_no_crash_leaves_the_memory_of_a_counter_on_disk(arguments: list[str], others_may_look: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DUMPS, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == f"(0, 0) {others_may_look}"
