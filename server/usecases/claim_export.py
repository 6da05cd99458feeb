"""The queue of claims as a sheet: what an officer filtered, every page of it. Restricted claims stay neutral."""

from __future__ import annotations

from dataclasses import replace

from models.rules.days import business_date
from reports.sheets import Sheet, Value
from server.usecases.centre import Centre
from server.usecases.claims import RESTRICTED_NAME, ClaimRow, Sought, sought_rows
from server.usecases.officers import Officer
from server.usecases.overview import ZONE
from server.usecases.roles import Act, permit

STATES = {
    "filed": "menunggu keputusan",
    "asked": "menunggu dokumen",
    "approved": "disetujui, belum dibayar",
    "rejected": "ditolak",
    "paid": "dibayar",
    "withdrawn": "ditarik kembali",
}

_COLUMNS = (
    "Nomor klaim",
    "Perwakilan",
    "Pekerja",
    "Jenis",
    "Program",
    "Dokumen ada",
    "Dokumen diminta",
    "Diajukan",
    "Umur (hari)",
    "Keadaan",
    "Petugas",
)


def queue_sheet(centre: Centre, sought: Sought, who: Officer) -> Sheet:
    """All claims that are sought, the oldest first. A sheet leaves the centre: of a restricted claim it says no more
    than the queue says to everybody, whoever asks. Refused `officer.not_allowed`."""
    permit(who, Act.EXPORT_CLAIMS)
    today = business_date(centre.now(), ZONE)

    def line(row: ClaimRow) -> tuple[Value, ...]:
        filed = business_date(row.filed_at, ZONE)
        age = (today - filed).days
        if row.hidden:
            return ("", row.mission, "", RESTRICTED_NAME, "", None, None, filed, age, "", "")
        state = STATES.get(row.state, row.state)
        papers = (row.present, row.required)
        return (row.number, row.mission, row.worker, row.kind, row.programme, *papers, filed, age, state, row.officer)

    # As somebody sees it who opens none: nor does being found tell anything of them.
    anybody = replace(who, role="verifikator")
    rows = centre.read(lambda connection: sought_rows(connection, centre.now(), sought, anybody))
    return Sheet("Antrean klaim", _COLUMNS, tuple(line(row) for row in rows))
