"""Words: what the codes of the ledger are called on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from models.language import _, date_short, money, ngettext, rupiah, time_short
from models.sentences import explain_phase

if TYPE_CHECKING:
    from datetime import date, datetime

    from kiosk.queries.claims import ClaimEvent, ClaimRow
    from kiosk.queries.home import SyncState
    from kiosk.queries.privacy import PrivacyTask
    from kiosk.queries.tills import TillStatus
    from kiosk.queries.workers import ReceiptLineRow
    from models.rules.coverage import CoverState
    from models.rules.phases import Phase


class Said(NamedTuple):
    """Words on a chip, and its kind."""

    kind: str
    text: str


def days_left(state: CoverState) -> str:
    """«18 hari lagi», as it stands under the bar of a cover."""
    if state.days_left is None:
        return ""
    if state.kind == "expired":
        return _("sudah berakhir")
    if state.days_left == 0:
        return _("hari ini terakhir")
    return ngettext("{n} hari lagi", "{n} hari lagi", state.days_left).format(n=state.days_left)


def programme(code: str) -> str:
    """«JKK + JKM»."""
    return code.replace("+", " + ")


def paid_for(line: ReceiptLineRow) -> str:
    """«JKK + JKM 24 bulan», «JHT 3 × Rp 100.000»."""
    if line.monthly_idr is not None:
        return f"{programme(line.programme)} {line.months} × {rupiah(line.monthly_idr)}"
    return _("{programme} {n} bulan").format(programme=programme(line.programme), n=line.months)


def tender(code: str) -> str:
    """A way of paying."""
    return {"cash": _("Tunai"), "bank_slip": _("Setoran bank"), "kode_iuran": _("Kode iuran")}.get(code, code)


def draft_screen(code: str) -> str:
    """What a form that was begun and not finished is called."""
    return {
        "payment": _("pembayaran"),
        "register": _("pendaftaran"),
        "amend": _("perubahan data"),
        "claim": _("klaim"),
        "placement": _("kontrak"),
        "import": _("impor daftar"),
    }.get(code, _("isian lain"))


def role(code: str) -> str:
    """What a member of staff is here."""
    return {"petugas": _("Petugas"), "penyelia": _("Penyelia"), "admin": _("Admin")}.get(code, code)


def sex(code: str | None) -> str:
    """«Perempuan», «Laki-laki»."""
    return {"F": _("Perempuan"), "M": _("Laki-laki")}.get(code or "", "")


def phase(found: Phase) -> tuple[str, str]:
    """Kind and words of the chip of a phase: («ok», «Masa kerja · sampai 10 Jan 2027»)."""
    until = date_short(found.last) if found.last else ""
    match found.kind:
        case "before" if until:
            return "blue", _("Sebelum berangkat · sampai {day}").format(day=until)
        case "during":
            return "ok", _("Masa kerja · sampai {day}").format(day=until) if until else _("Masa kerja")
        case "after" if until:
            return "blue", _("Setelah bekerja · sampai {day}").format(day=until)
        case "outside":
            return "grey", _("Di luar masa kerja")
        case _:
            return "amber", _("Masa belum diketahui")


def phase_of(found: Phase) -> tuple[str, str]:
    """A day's phase and what it rests on, as a mark says it: («Selama bekerja», «berangkat 2 Des 2024 · …»)."""
    said = {
        "before": _("Sebelum bekerja"),
        "during": _("Selama bekerja"),
        "after": _("Setelah bekerja"),
        "outside": _("Di luar masa kerja"),
    }
    return said.get(found.kind, _("Masa belum diketahui")), " · ".join(explain_phase(found))


def relation(code: str) -> str:
    """How an heir is related; as it was written, where no relation has that name."""
    from models.rules.heirs import relations

    return next((one.name for one in relations() if one.code == code), code)


def channels() -> list[tuple[str, str]]:
    """How an heir may be told."""
    return [
        ("phone", _("Telepon")),
        ("whatsapp", _("WhatsApp")),
        ("letter", _("Surat")),
        ("visit", _("Datang atau dikunjungi")),
        ("other", _("Cara lain")),
    ]


def channel(code: str) -> str:
    """How an heir was told."""
    return dict(channels()).get(code, code)


def filer(code: str) -> str:
    """Who files a claim."""
    named = {"worker": _("oleh pekerja"), "heir": _("oleh ahli waris"), "mission": _("oleh perwakilan")}
    return named.get(code, code)


def claim_state(state: str) -> Said:
    """The chip of where a claim stands."""
    return {
        "filed": Said("blue", _("Menunggu pusat")),
        "asked": Said("amber", _("Diminta dokumen")),
        "approved": Said("ok", _("Disetujui")),
        "rejected": Said("red", _("Ditolak")),
        "paid": Said("ok", _("Dibayar")),
        "withdrawn": Said("grey", _("Ditarik")),
    }.get(state) or Said("grey", state)


def claim_bring(claim: ClaimRow) -> str:
    """What must still be brought, in a few words: «2 dokumen»; "" where nothing is."""
    if claim.to_bring is None:
        return _("dokumen menyusul")
    if not claim.to_bring:
        return ""
    return ngettext("{n} dokumen", "{n} dokumen", claim.to_bring).format(n=claim.to_bring)


def claim_until(claim: ClaimRow, today: date) -> str:
    """«sampai 5 Des 2026», «lewat 5 Des 2026»; "" where no day is known."""
    if claim.until is None:
        return ""
    said = _("lewat {day}") if claim.until < today else _("sampai {day}")
    return said.format(day=date_short(claim.until))


def claim_next(claim: ClaimRow, today: date) -> str:
    """What to do next with a claim, in a sentence."""
    bring = " ".join(part for part in (claim_bring(claim), claim_until(claim, today)) if part)
    if claim.erased:
        return _("Data orangnya sudah dihapus; yang tersisa nomor dan statusnya.")
    if claim.state == "asked":
        return _("Pusat meminta {papers}. Hubungi pengajunya; dokumen diterima di loket mana pun.").format(papers=bring)
    if claim.state == "filed" and bring:
        return _("Masih harus dibawa: {papers}. Klaim tetap diperiksa pusat.").format(papers=bring)
    if claim.state == "filed":
        return _("Semua dokumen ada. Pusat sedang memeriksa.")
    if claim.action:
        return _("Beri tahu pengajunya, lalu catat di sini (F9).")
    return {
        "approved": _("Pengajunya sudah diberi tahu. Menunggu pembayaran."),
        "rejected": _("Pengajunya sudah diberi tahu. Dokumen baru tetap dapat ditambahkan."),
        "paid": _("Selesai: sudah dibayar dan pengajunya sudah diberi tahu."),
        "withdrawn": _("Ditarik oleh pengajunya. Pusat dapat membukanya kembali."),
    }.get(claim.state, "")


def claim_event(event: ClaimEvent) -> Said:
    """A line of a claim's story: the kind of its sign, and what happened."""
    papers = ngettext("{n} dokumen", "{n} dokumen", event.count).format(n=event.count)
    until = _(" sampai {day}").format(day=date_short(event.until)) if event.until else ""
    on = date_short(event.on) if event.on else ""
    said = {
        "filed": Said("blue", _("Diajukan {by}").format(by=filer(event.filed_by)).strip()),
        "attached": Said("blue", _("{papers} ditambahkan").format(papers=papers)),
        "removed": Said("grey", _("{papers} ditarik kembali").format(papers=papers)),
        "reported": Said("blue", _("Laporan tahap dua {outcome}").format(outcome=event.outcome).strip()),
        "withdrawn": Said("grey", _("Ditarik {by}").format(by=filer(event.filed_by))),
        "asked": Said("amber", _("Pusat meminta {papers}{until}").format(papers=papers, until=until)),
        "approved": Said("ok", _("Disetujui BPJS")),
        "rejected": Said("red", _("Ditolak BPJS")),
        "paid": Said("ok", _("Dibayar {day}").format(day=on)),
        "returned": Said("amber", _("Pembayaran tidak sampai; dibayar ulang")),
        "reopened": Said("amber", _("Dibuka kembali oleh pusat")),
        "told": Said("ok", _("Pengajunya diberi tahu")),
    }.get(event.what) or Said("grey", event.what)
    return Said("grey", _("{said} (tidak berlaku lagi)").format(said=said.text)) if event.undone else said


def schemes() -> list[tuple[str, str]]:
    """Kinds of participant (Permenaker 4/2023), to choose from."""
    return [
        ("p3mi", _("Penempatan P3MI")),
        ("g2g", _("Antarpemerintah (G to G)")),
        ("g2p", _("Pemerintah ke swasta (G to P)")),
        ("ukps", _("Perusahaan sendiri (UKPS)")),
        ("perseorangan", _("Perseorangan")),
    ]


def events() -> list[tuple[str, str]]:
    """Why somebody is registered now."""
    return [
        ("new", _("Kontrak baru")),
        ("extension", _("Perpanjangan")),
        ("re-entry", _("Masuk kembali")),
        ("late", _("Terlambat mendaftar")),
    ]


def contract_changes() -> list[tuple[str, str]]:
    """What a contract that differs from the one on record is."""
    return [("correction", _("Pembetulan yang tercatat")), ("new", _("Kontrak baru"))]


def employer_kinds() -> list[tuple[str, str]]:
    """Who employs."""
    return [("household", _("Rumah tangga")), ("company", _("Perusahaan")), ("ship", _("Kapal"))]


def passport_kinds() -> list[tuple[str, str]]:
    """Travel documents."""
    return [("paspor", _("Paspor")), ("splp", _("SPLP"))]


def bank_owners() -> list[tuple[str, str]]:
    """Whose account it is."""
    return [("own", _("Milik pekerja")), ("heir", _("Milik ahli waris")), ("payer", _("Milik pembayar"))]


class Flag(NamedTuple):
    """What the ledger wants a person to look at: in a few words, and the rest."""

    title: str
    detail: str = ""


def flag(code: str) -> Flag:
    """What a flag means."""
    checked = _("Sudah dicocokkan dengan KTP di loket.")
    return {
        "nik.birth_date": Flag(_("Tanggal lahir berbeda dengan NIK"), checked),
        "worker.candidate": Flag(_("Didaftarkan walau mirip orang lain"), _("Alasannya ada di riwayat data.")),
        "consent.withdrawn": Flag(_("Persetujuan ditarik"), _("Hentikan pemrosesannya lalu catat yang dilakukan.")),
        "nik.sex": Flag(_("Jenis kelamin berbeda dengan NIK"), checked),
        "tender.surplus": Flag(_("Setoran melebihi yang harus dibayar"), _("Cocokkan dengan bukti setorannya.")),
        "slip.reused": Flag(_("Nomor bukti setoran dipakai dua kali"), _("Cocokkan kedua kuitansinya.")),
        "tender.short": Flag(_("Setoran kurang diterima dengan persetujuan"), _("Tagih kekurangannya.")),
        "money.unbalanced": Flag(_("Jumlah uang catatan ini tidak cocok"), _("Selisihnya ada di akun tersendiri.")),
        "receipt.voided_again": Flag(
            _("Kuitansi dibatalkan lebih dari sekali"), _("Hanya satu yang berlaku; periksa uangnya.")
        ),
        "refund.not_owed": Flag(_("Uang dikembalikan tanpa keputusan yang berlaku"), _("Periksa kas dan kuitansinya.")),
        "coverage.overlap": Flag(_("Masa perlindungan dibayar dua kali"), _("Penyelia memindahkan salah satunya.")),
        "coverage.gap": Flag(_("Masa perlindungan terputus"), _("Penyelia memindahkan masa berikutnya.")),
        "till.foreign": Flag(_("Loket lain mengubah kas ini"), _("Hanya kas loket itu sendiri; laporkan ke pusat.")),
        "till.difference": Flag(_("Hitungan kas berbeda tanpa orang kedua"), _("Penyelia memeriksa laporan Z-nya.")),
        "till.closed_by_other": Flag(_("Kas ditutup oleh bukan pemegangnya"), _("Penyelia memeriksa laporan Z-nya.")),
        "till.moved_alone": Flag(_("Uang di atas batas diambil tanpa orang kedua"), _("Cocokkan dengan buktinya.")),
        "claim.never_covered": Flag(_("Klaim tanpa pembayaran yang tercatat"), _("Pusat yang memutuskan.")),
        "claim.not_covered": Flag(_("Peristiwa klaim di luar masa perlindungan"), _("Pusat yang memutuskan.")),
        "claim.after_cover": Flag(_("Peristiwa klaim sesudah perlindungan"), _("Masih dalam masa pulang.")),
        "claim.phase": Flag(_("Peristiwa klaim di luar masa manfaat"), _("Pusat yang memutuskan.")),
        "claim.phase_unknown": Flag(_("Masa klaim belum diketahui"), _("Lengkapi masa kontraknya.")),
        "claim.deadline": Flag(_("Klaim diajukan sesudah batas waktunya"), _("Pusat yang memutuskan.")),
        "claim.late_document": Flag(
            _("Dokumen klaim datang sesudah keputusan"), _("Pusat melihatnya; keputusan dapat dibuka kembali.")
        ),
        "claim.withdrawn_late": Flag(
            _("Klaim ditarik tanpa tahu keputusan pusat"), _("Tanyakan sekali lagi kepada pengajunya.")
        ),
        "claim.decided_again": Flag(_("Klaim diputuskan dua kali"), _("Keputusan pertama yang berlaku.")),
        "claim.answer": Flag(_("Jawaban klaim untuk disampaikan")),
        "clock.confirmed": Flag(
            _("Tanggal ditegaskan penyelia walau jam mundur"), _("Cocokkan tanggal kertas hari itu.")
        ),
        "claim.not_sealed": Flag(_("Klaim khusus belum disegel"), _("Lengkapi setelah terhubung ke pusat.")),
    }.get(code) or Flag(_("Ada yang perlu diperiksa"), _("Kode {code}.").format(code=code))


def entry_kind(kind: str) -> str:
    """What an entry of the journal records."""
    return {
        "worker.registered": _("Pendaftaran pekerja"),
        "worker.amended": _("Perubahan data pekerja"),
        "worker.document_kept": _("Dokumen pekerja"),
        "placement.recorded": _("Kontrak kerja"),
        "contribution.received": _("Pembayaran iuran"),
        "receipt.voided": _("Pembatalan kuitansi"),
        "refund.requested": _("Permintaan pengembalian"),
        "refund.paid": _("Pengembalian uang"),
        "claim.filed": _("Klaim"),
        "claim.reported": _("Laporan kedua"),
        "claim.withdrawn": _("Penarikan klaim"),
        "document.attached": _("Dokumen klaim"),
        "till.opened": _("Pembukaan kas"),
        "till.closed": _("Penutupan kas"),
        "staff.listed": _("Daftar petugas"),
    }.get(kind) or _("Catatan ({kind})").format(kind=kind)


def need(kind: str, count: int = 1) -> Flag:
    """What sync holds back, and what is to be done."""
    n = count
    return {
        "continue": Flag(
            _("Jurnal loket ini harus dilanjutkan dengan seri baru"), _("Minta kode dari pusat, lalu isi di «Sinkron».")
        ),
        "unsent": Flag(
            ngettext("{n} catatan belum terkirim", "{n} catatan belum terkirim", n).format(n=n),
            _("Tersimpan aman di loket ini. Terkirim sendiri begitu ada jaringan, atau dibawa dengan flashdisk."),
        ),
        "documents": Flag(
            ngettext("{n} dokumen belum terkirim", "{n} dokumen belum terkirim", n).format(n=n),
            _("Menyusul sendiri sesudah catatannya; klaimnya menunggu dokumen di pusat."),
        ),
        "quarantined": Flag(
            _("Dikarantina pusat"), _("Pusat menyimpannya tetapi tidak membukukannya. Jangan dicatat ulang.")
        ),
        "held": Flag(_("Ditahan pusat"), _("Menunggu catatan lain yang belum sampai; biasanya lepas sendiri.")),
        "waits": Flag(
            _("Catatan dari loket lain menunggu"),
            _("Pasangannya belum sampai di sini, atau program ini belum mengenalnya; perbarui program bila menetap."),
        ),
    }[kind]


def clock_skew(minutes: int) -> str:
    """By how much the clock differs from the centre's; ahead of it where positive."""
    n = abs(minutes)
    if minutes > 0:
        return ngettext("{n} menit lebih cepat dari pusat", "{n} menit lebih cepat dari pusat", n).format(n=n)
    return ngettext("{n} menit lebih lambat dari pusat", "{n} menit lebih lambat dari pusat", n).format(n=n)


def held_because(code: str) -> str:
    """Why the centre, or posting, holds an entry back or put it aside."""
    return {
        "parent_missing": _("Catatan yang mendahuluinya belum sampai."),
        "unknown_kind": _("Program di sini belum mengenal jenis catatan ini; perbarui program."),
        "unreadable": _("Isinya tidak terbaca."),
        "cannot_post": _("Isinya tidak dapat dibukukan, misalnya ada nilai yang terlalu panjang."),
        "id_reused": _("Nomor catatannya sudah dipakai catatan lain."),
        "not_yours": _("Hanya pusat yang boleh mencatat ini."),
        "bad_header": _("Kepala catatannya tidak terbaca."),
        "forked": _("Jurnal ini juga ditulis di mesin lain."),
    }.get(code) or _("Kode {code}.").format(code=code)


def refund_state(state: str) -> tuple[str, str]:
    """Kind and words of the chip of a refund."""
    return {
        "waiting": ("amber", _("Menunggu keputusan pusat")),
        "approved": ("blue", _("Disetujui, belum dibayarkan")),
        "refused": ("red", _("Ditolak pusat")),
        "paid": ("ok", _("Sudah dikembalikan")),
        "overtaken": ("grey", _("Gugur")),
    }[state]


def refund_method(method: str) -> str:
    """How the money comes back."""
    return _("Transfer oleh pusat") if method == "transfer" else _("Tunai di loket")


def consent_task(task: PrivacyTask) -> Flag:
    """A withdrawal to be acted on; its moments at the mission's time."""
    return Flag(
        _("Persetujuan ditarik {at} — tindak lanjuti sebelum {due}").format(
            at=_moment(task.withdrawn_at), due=_moment(task.due)
        ),
        _("Hentikan pemrosesannya lalu catat yang sudah dilakukan, atau catat persetujuan baru."),
    )


def _moment(at: datetime) -> str:
    """«23 Nov 10.12»: what is due within days needs no year."""
    return f"{date_short(at.date()).rpartition(' ')[0]} {time_short(at)}"


def conflict(fields_given: Sequence[str]) -> Flag:
    """What is to be said of fields that two counters filled differently."""
    named = fields()
    said = ", ".join(f"«{named.get(field, field)}»" for field in fields_given)
    return Flag(_("Dua loket mengisi {fields} berbeda").format(fields=said), _("Pilih yang benar pada halamannya."))


def fields() -> dict[str, str]:
    """The fields of the registration form, by name."""
    return {
        "name": _("Nama lengkap sesuai paspor"),
        "name_on_id_card": _("Nama pada KTP"),
        "nik": _("NIK"),
        "sex": _("Jenis kelamin"),
        "birth_place": _("Tempat lahir"),
        "birth_date": _("Tanggal lahir"),
        "mother_name": _("Nama ibu kandung"),
        "passport_kind": _("Jenis dokumen"),
        "passport_number": _("No. paspor"),
        "passport_issued": _("Tanggal terbit"),
        "passport_expiry": _("Berlaku s.d."),
        "passport_office": _("Kantor penerbit"),
        "kpj": _("No. KPJ"),
        "pmi_id": _("ID PMI / E-PMI"),
        "phone": _("Telepon"),
        "whatsapp": _("WhatsApp"),
        "email": _("Surel"),
        "abroad_address": _("Alamat di negara penempatan"),
        "home_address": _("Alamat di Indonesia"),
        "home_regency": _("Kabupaten / kota"),
        "emergency_name": _("Kontak darurat"),
        "emergency_phone": _("Telepon darurat"),
        "country": _("Negara"),
        "event": _("Peristiwa"),
        "scheme": _("Skema penempatan"),
        "employer_kind": _("Jenis pemberi kerja"),
        "employer": _("Pemberi kerja"),
        "agency": _("Agensi di luar negeri"),
        "p3mi": _("P3MI"),
        "job": _("Jabatan"),
        "contract_number": _("No. kontrak"),
        "legalisation_number": _("No. legalisasi"),
        "contract_start": _("Kontrak mulai"),
        "contract_end": _("Kontrak berakhir"),
        "departure": _("Tanggal berangkat"),
        "arrival": _("Tiba di Indonesia"),
        "months": _("Lama (bulan)"),
        "contract_change": _("Perubahan kontrak"),
        "heirs": _("Ahli waris"),
        "bank_name": _("Bank"),
        "bank_account": _("No. rekening"),
        "bank_holder": _("Atas nama"),
        "bank_owner": _("Pemilik rekening"),
    }


def line_state(state: SyncState, at: str) -> Said:
    """The chip of the line, as truthful as the query: synced only with the centre's signed statement."""
    if state.kind == "action":
        return Said("red", _("Perlu tindakan"))
    if state.kind == "synced" and state.claims_to_act:
        said = ngettext(
            "Tersinkron {at} · {n} klaim perlu tindakan",
            "Tersinkron {at} · {n} klaim perlu tindakan",
            state.claims_to_act,
        )
        return Said("amber", said.format(at=at, n=state.claims_to_act))
    if state.kind == "synced":
        return Said("ok", _("Tersinkron {at}").format(at=at))
    if state.kind == "alone":
        return Said("grey", _("Belum terhubung ke pusat"))
    if state.last_error:
        return Said("amber", _("Luring · {n} menunggu kirim").format(n=state.waiting))
    return Said("amber", _("{n} menunggu kirim").format(n=state.waiting))


def till_state(status: TillStatus, *, counting: bool = False) -> tuple[str | None, str]:
    """The till's chip: «Kas buka · NT$ 12.450»; while the drawer is counted without the amount."""
    session = status.open
    if session is None:
        return (_("Kas tutup") if status.allowed else None), "grey"
    if not status.mine:
        return _("Kas dipegang {name}").format(name=status.holder), "amber"
    if status.days_open:
        return _("Kas buka sejak {day}").format(day=date_short(session.opened_on)), "amber"
    if counting or not status.cash:
        return _("Kas buka"), "grey"
    return _("Kas buka · {amount}").format(amount=money(status.cash[0])), "grey"
