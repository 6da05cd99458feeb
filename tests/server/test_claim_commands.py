"""`loket-centre claims …`: the same acts without the pages, in JSON."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from loket_testing.deciding import DAY, claim_desk

import server.__main__ as program
from reports.dossier import verify_dossier
from server.store.keys import write_keys
from server.usecases import claim_decisions as decisions
from server.usecases.claim_access import accesses_of


@pytest.fixture
def desk(centre, enrolled):
    return claim_desk(centre, enrolled("TPE3"))


@pytest.fixture
def run(desk, centre_clock, tmp_path, monkeypatch, capsys):
    """Run a command beside the centre: the exit code, and what was printed."""
    write_keys(tmp_path, desk.centre.keys)
    monkeypatch.setenv("LOKET_CENTRE_DSN", desk.centre.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(program, "_now", centre_clock)

    def run(*said):
        code = program.main(["claims", *map(str, said), "--data", str(tmp_path)])
        printed = capsys.readouterr().out
        return code, json.loads(printed) if printed else None

    return run


def test_from_the_papers_to_the_payment(desk, run):
    claim_id = desk.file("JKK-DENGAR")
    number = desk.row(claim_id).number
    code, shown = run("show", number, "--officer", "dewi")
    assert (code, shown["state"], shown["kind"], shown["documents"]) == (0, "filed", "JKK-DENGAR", 0)
    assert shown["benefits"] == [
        {"benefit": "JKK-DENGAR", "name": "Alat bantu dengar", "ceiling": 2_500_000, "confidence": "press"}
    ]
    assert {"key", "name"} == set(shown["papers"][0])
    wanted = ["--want", "visum", "--want", shown["papers"][0]["key"]]
    until = DAY + timedelta(days=7)
    code, said = run("ask", number, "--officer", "dewi", *wanted, "--by-day", until, "--before", shown["before"])
    assert (code, said["state"]) == (0, "asked")

    code, said = run("approve", number, "--officer", "dewi", "--award", "jkk-dengar=2.500.000", "--before", "filed 1")
    assert (code, [one["code"] for one in said["problems"]]) == (1, ["claim.changed"])
    code, said = run("approve", number, "--officer", "dewi", "--award", "jkk-dengar=2.500.000")
    assert (code, said["state"], said["proposed"], said["warnings"]) == (0, "approved", False, [])

    paying = ["--reference", "TRF-1", "--day", DAY, "--officer", "budi"]
    assert run("paid", number, "--amount", "1000", *paying)[0] == 1
    assert run("paid", number, "--amount", "2500000", *paying)[1]["state"] == "paid"
    assert run("returned", number, "--note", "Rekening ditutup.", "--officer", "budi")[1]["state"] == "approved"
    assert run("reopen", number, "--note", "Salah jumlah.", "--officer", "budi")[1]["state"] == "asked"
    code, said = run("reject", number, "--reason", "not_eligible", "--officer", "dewi")
    assert (code, said["problems"][0]["field"], said["problems"][0]["message"]) == (1, "note", "Wajib diisi.")
    code, said = run("reject", number, "--reason", "not_covered", "--officer", "dewi")
    assert (code, said["proposed"], said["state"]) == (0, False, "rejected"), "approved by dewi herself"


def test_a_proposal_its_second_officer_and_what_they_say_to_each_other(desk, run):
    claim_id = desk.file()
    code, said = run("approve", claim_id, "--officer", "dewi", "--award", "JKK-OBAT-LN=30000000")
    assert (code, said["proposed"], said["entry"], said["state"]) == (0, True, None, "filed")
    _, shown = run("show", claim_id, "--officer", "budi")
    assert (shown["proposal"]["officer"], shown["proposal"]["void"]) == ("Dewi S.", False)
    assert shown["proposal"]["awards"] == [{"benefit": "JKK-OBAT-LN", "amount_idr": 30_000_000}]
    assert run("send-back", claim_id, "--officer", "budi", "--note", "Kuitansinya?")[1]["sent_back"]
    run("approve", claim_id, "--officer", "dewi", "--award", "JKK-OBAT-LN=30000000")
    assert run("discard", claim_id, "--officer", "dewi")[1]["discarded"]
    run("approve", claim_id, "--officer", "dewi", "--award", "JKK-OBAT-LN=30000000")
    run("comment", claim_id, "--officer", "dewi", "--text", "Kuitansinya sudah ada.")
    run("assign", claim_id, "--officer", "dewi", "--to", "budi")
    code, said = run("agree", claim_id, "--officer", "budi")
    assert (code, said["state"]) == (0, "approved")
    late = desk.attach(claim_id)
    _, shown = run("show", claim_id, "--officer", "budi")
    assert shown["assigned_to"] == "budi"
    assert [one["text"] for one in shown["comments"]] == [
        "Usulan Dewi S. (disetujui, Rp 30.000.000) dikembalikan: Kuitansinya?",
        "Usulan (disetujui, Rp 30.000.000) ditarik kembali.",
        "Kuitansinya sudah ada.",
    ]
    assert [one["code"] for one in shown["tasks"]] == ["claim.late_document"]
    settle = ["--entry", late, "--code", "claim.late_document", "--note", "Sudah dibaca."]
    assert run("settle", claim_id, "--officer", "budi", *settle)[0] == 0
    assert run("assign", claim_id, "--officer", "dewi", "--nobody")[1]["assigned_to"] is None


def test_a_restricted_claim_is_shown_to_no_other_role_and_whoever_looked_is_kept(desk, run):
    claim_id = desk.file("JKK-PERKOSAAN", restricted=True)
    code, said = run("show", claim_id, "--officer", "dewi")
    assert (code, said["problems"][0]["code"]) == (1, "claim.restricted")
    code, shown = run("show", claim_id, "--officer", "sari")
    assert (code, shown["kind"]) == (0, "JKK-PERKOSAAN")
    looked = desk.centre.read(lambda connection: accesses_of(connection, claim_id))
    assert [(one.officer, one.what) for one in looked] == [("Sari S.", "page"), ("Dewi S.", "refused")]


def test_the_dossier_is_written_for_nobody_else_and_says_what_is_in_it(desk, run, tmp_path):
    claim_id, out = desk.file(), tmp_path / "berkas.pdf"
    desk.attach(claim_id)
    number = desk.row(claim_id).number
    code, said = run("dossier", number, "--officer", "dewi", "--out", out)
    assert (code, said["number"], said["pdf"]) == (0, number, str(out))
    assert said["documents"] == [{"name": "Buku rekening bank atas nama pekerja", "state": "awaited"}]
    assert out.stat().st_mode & 0o777 == 0o600
    found = verify_dossier(out.read_bytes())
    assert (found.claim, found.intact) == (number, True)
    assert not found.token.startswith("HTTP"), "no public page was named"
    run("dossier", number, "--officer", "dewi", "--out", out, "--public-host", "loket.example")
    assert verify_dossier(out.read_bytes()).token.startswith("HTTPS://LOKET.EXAMPLE/K/")

    hidden, other = desk.file(restricted=True), tmp_path / "khusus.pdf"
    assert run("dossier", hidden, "--officer", "dewi", "--out", other)[1]["problems"][0]["code"] == "claim.restricted"
    assert (
        run("dossier", number, "--officer", "hadi", "--out", other)[1]["problems"][0]["code"] == "officer.not_allowed"
    )
    assert not other.exists()
    assert run("dossier", number, "--officer", "dewi", "--out", tmp_path / "tiada" / "berkas.pdf")[0] == 3


def test_the_limit_is_shown_and_changed_with_who_changed_it(desk, run, caplog):
    assert run("limit")[1] == {"limit_idr": 25_000_000, "changes": []}
    assert run("limit", "10.000.000", "--officer", "dewi")[0] == 1
    with caplog.at_level(logging.INFO):
        code, said = run("limit", "10.000.000", "--officer", "hadi")
    assert (code, said["limit_idr"]) == (0, 10_000_000)
    assert [(one["by"], one["was_idr"]) for one in said["changes"]] == [("Hadi S.", 25_000_000)]
    assert "four_eyes_idr 25000000 -> 10000000 by hadi" in caplog.text
    assert run("limit", "5000000")[1]["changes"][0]["by"] is None
    claim_id = desk.file()
    assert decisions.approve(desk.centre, claim_id, [("JKK-OBAT-LN", 5_000_001)], by=desk["dewi"]).proposed


def test_the_reasons_are_listed(run):
    code, found = run("reasons")
    assert code == 0
    assert {"reason": "other", "name": "Alasan lain", "needs_note": True, "needs_duplicate": False} in found
