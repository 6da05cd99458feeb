"""Doors: every route of the centre with who gets in, how much of a request is read, and how often one may come.

The program does not start while a route has no line here, or a line no route.
"""

from __future__ import annotations

from dataclasses import replace

from models.sync.protocol import (
    BLOBS,
    BORROW,
    CENTRE,
    CHUNKS,
    ENROL,
    LOOKUP,
    MAX_BODY,
    MAX_PIECE,
    PULL,
    PUSH,
    RECALL,
    RETURN,
    SNAPSHOT,
    STILL,
    SYNC,
)
from server.console.bundles import LONGEST_BUNDLE
from server.console.memberships import LONGEST_FILE
from server.usecases.roles import Act
from server.web.bodies import LONGEST_FORM
from server.web.buckets import Rate
from server.web.gate import Door, Who

_GUESSES = Rate(30, 10)
"""Passwords and codes that were wrong: of one address, whichever names they were tried on."""
_VISITS = Rate(120, 60)
"""Pages of an address whose visitor has not signed in."""

# A counter that comes back after weeks asks for thousands of pages in a row. Who has no valid token costs one look into
# the database; among four hundred counters behind one address some have a clock to be put right.
_COUNTER = Door(Who.TERMINAL, Rate(6000, 3000), Rate(600, 300), seconds=120)
_SENDING = replace(_COUNTER, body=MAX_BODY)
# Beside what they may look up in a minute (server/usecases/inquiries.py).
_ASKING = Door(Who.TERMINAL, Rate(60, 60), Rate(600, 300), body=64 << 10, seconds=30)

_PAGE = Door(Who.OFFICER, Rate(600, 300), _VISITS)
_FORM = replace(_PAGE, body=LONGEST_FORM)
# Sheets, dossiers and lists of everybody: what takes seconds to make.
_HEAVY = Door(Who.OFFICER, Rate(60, 20), _VISITS)

_STEP = Door(Who.SIGNING_IN, _VISITS, _GUESSES)
# A password costs the centre 64 MB and a tenth of a second, whether it is right or not.
_SHOWING = Door(Who.SIGNING_IN, Rate(60, 30), _GUESSES, body=LONGEST_FORM)

# The code of a paper is long, and its letters may travel as three each.
_PAPER = Door(Who.ANYBODY, Rate(60, 30), address=16 << 10)

NOWHERE = Door(Who.ANYBODY, Rate(120, 60), body=MAX_BODY)
"""Where no route is."""


def _only(act: Act, door: Door) -> Door:
    return replace(door, act=act)


DOORS: dict[str, Door] = {
    # Counters
    f"GET {CENTRE}": Door(Who.ANYBODY, Rate(600, 300)),
    f"POST {ENROL}": Door(Who.SIGNING_IN, Rate(600, 60), _GUESSES, body=64 << 10),
    # Shown is what the centre once signed itself; after a restore every counter of a country shows it at once.
    f"POST {RECALL}": Door(Who.SIGNING_IN, Rate(600, 300), Rate(600, 300), body=256 << 10),
    f"POST {RETURN}": _SENDING,
    f"POST {SYNC}": _SENDING,
    f"GET {STILL}": _COUNTER,
    f"POST {PUSH}": _SENDING,
    f"GET {PULL}": _COUNTER,
    f"POST {LOOKUP}": _ASKING,
    f"POST {BORROW}": _ASKING,
    f"GET {SNAPSHOT}": replace(_COUNTER, rate=Rate(60, 20)),
    f"GET {SNAPSHOT}/{{sha256}}": _COUNTER,
    f"HEAD {BLOBS}/{{sha256}}": _COUNTER,
    f"POST {BLOBS}/{{sha256}}": _SENDING,
    f"PUT {BLOBS}/{{sha256}}": replace(_COUNTER, body=MAX_PIECE),
    f"GET {BLOBS}/{{sha256}}": _COUNTER,
    f"GET {BLOBS}/{{sha256}}{CHUNKS}": _COUNTER,
    **{f"{method} /v1/{{path:path}}": NOWHERE for method in ("GET", "HEAD", "POST", "PUT", "DELETE")},
    # The public
    "GET /K/{token}": _PAPER,
    "GET /k/{token}": _PAPER,
    "GET /periksa": _PAPER,
    "GET /static/{name}": Door(Who.ANYBODY, Rate(600, 600)),
    # Signing in
    "GET /masuk": _STEP,
    "POST /masuk": _SHOWING,
    "GET /masuk/kode": _STEP,
    "POST /masuk/kode": _SHOWING,
    "GET /masuk/ponsel": _STEP,
    "POST /masuk/ponsel": _SHOWING,
    "GET /masuk/sandi": _STEP,
    "POST /masuk/sandi": _SHOWING,
    "POST /keluar": _SHOWING,
    # Officers
    "GET /": _PAGE,
    "GET /akun": _PAGE,
    "POST /akun/sandi": _FORM,
    "POST /akun/kode": _FORM,
    "GET /petugas": _only(Act.SEE_OFFICERS, _PAGE),
    "POST /petugas": _only(Act.CHANGE_OFFICERS, _FORM),
    "GET /petugas/{officer_id}": _only(Act.SEE_OFFICERS, _PAGE),
    "POST /petugas/{officer_id}": _only(Act.CHANGE_OFFICERS, _FORM),
    "GET /loket/{terminal}": _only(Act.SEE_HOLDINGS, _PAGE),
    "GET /loket/{terminal}/data.csv": _only(Act.SEE_HOLDINGS, _HEAVY),
    "POST /loket/{terminal}/cabut": _only(Act.REVOKE_COUNTERS, _FORM),
    "GET /flashdisk": _only(Act.CARRY_BUNDLES, _PAGE),
    "POST /flashdisk/ambil": _only(Act.CARRY_BUNDLES, replace(_HEAVY, body=LONGEST_BUNDLE, seconds=1800)),
    "POST /flashdisk/buat": _only(Act.CARRY_BUNDLES, replace(_HEAVY, body=LONGEST_FORM)),
    "GET /flashdisk/{terminal}/{incarnation}/{number}.pdf": _only(Act.CARRY_BUNDLES, _HEAVY),
    "GET /tarif": _PAGE,
    "GET /klaim": _PAGE,
    "GET /antrean-klaim{ending}": _only(Act.EXPORT_CLAIMS, _HEAVY),
    "GET /klaim/{claim_id}": _PAGE,
    "POST /klaim/{claim_id}": _only(Act.DECIDE_CLAIMS, _FORM),
    # Whoever tries stands in the access log before the role is asked for.
    "GET /klaim/{claim_id}/berkas.pdf": _HEAVY,
    "GET /klaim/{claim_id}/dokumen/{document_id}": _PAGE,
    "GET /klaim/{claim_id}/dokumen/{document_id}/halaman": _PAGE,
    "GET /klaim/{claim_id}/dokumen/{document_id}/asli": _PAGE,
    "GET /pengaturan": _only(Act.CHANGE_SETTINGS, _PAGE),
    "POST /pengaturan": _only(Act.CHANGE_SETTINGS, _FORM),
    "GET /jejak": _only(Act.SEE_ACCESS, _PAGE),
    "GET /jejak.csv": _only(Act.SEE_ACCESS, _HEAVY),
    "GET /pasangan": _PAGE,
    "GET /pasangan/{one}/{other}": _PAGE,
    "POST /pasangan/{one}/{other}": _only(Act.MERGE, _FORM),
    "GET /penggabungan": _PAGE,
    "POST /penggabungan/{merge_id}": _only(Act.MERGE, _FORM),
    "GET /pengembalian": _PAGE,
    "GET /pengembalian/{refund_id}": _PAGE,
    "POST /pengembalian/{refund_id}": _only(Act.DECIDE_REFUNDS, _FORM),
    "GET /konfirmasi": _PAGE,
    "POST /konfirmasi": _only(Act.CONFIRM, _FORM),
    "POST /konfirmasi/saldo": _only(Act.CONFIRM, _FORM),
    "POST /konfirmasi/berkas": _only(Act.CONFIRM, replace(_PAGE, body=2 * LONGEST_FILE)),
}
"""Method and path of each route as it is declared, with its door."""
