"""Diagnoses: what `doctor` finds at a counter or at the centre, as sentences that end with the next step.

A finding is a code with values, like a problem; what the world says (`Trouble`) has its sentence already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from models.rules.problems import Trouble
from models.sentences import filled, trouble_sentence

Grade = Literal["fine", "note", "wrong"]
"""`note`: work goes on, and somebody should see to it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found by one check. `trouble`: the code is one of `models.sentences`."""

    check: str
    grade: Grade
    code: str
    values: tuple[tuple[str, str], ...] = ()
    trouble: bool = False

    @property
    def said(self) -> str:
        """What is so."""
        if self.trouble:
            return trouble_sentence(Trouble(self.code, **dict(self.values)))
        return filled(DIAGNOSES[self.code][0], self.values)

    @property
    def next_step(self) -> str:
        """What to do about it; "" where there is nothing, or where `said` says it."""
        step = "" if self.trouble else DIAGNOSES[self.code][1]
        return filled(step, self.values) if step else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "grade": self.grade,
            "code": self.code,
            "message": self.said,
            "next": self.next_step or None,
        }


def fine(check: str, code: str, **values: object) -> Finding:
    return _finding(check, "fine", code, values)


def note(check: str, code: str, **values: object) -> Finding:
    return _finding(check, "note", code, values)


def wrong(check: str, code: str, **values: object) -> Finding:
    return _finding(check, "wrong", code, values)


def troubled(check: str, trouble: Trouble) -> Finding:
    """The world said no to this check."""
    return Finding(check, "wrong", trouble.code, trouble.values, trouble=True)


def _finding(check: str, grade: Grade, code: str, values: dict[str, object]) -> Finding:
    return Finding(check, grade, code, tuple((name, str(value)) for name, value in values.items()))


def are_well(findings: Iterable[Finding]) -> bool:
    """Nothing is wrong."""
    return all(one.grade != "wrong" for one in findings)


DIAGNOSES: dict[str, tuple[str, str]] = {
    # The counter, before anybody signs in
    "folder.fine": ("Berkas loket hanya dapat dibaca pemiliknya.", ""),
    "folder.open": (
        "{n:number} berkas di {path} dapat dibaca pengguna lain komputer ini.",
        "Isinya tersandi, tetapi batasi juga hak bacanya: chmod -R go= {path}",
    ),
    "folder.unwritable": (
        "Folder {path} tidak dapat ditulis.",
        "Kembalikan hak tulis folder itu kepada pengguna loket, atau minta pengelola komputer.",
    ),
    "disk.fine": ("Ruang diska yang kosong {free_mb:number} MB.", ""),
    "disk.low": (
        "Ruang diska tinggal {free_mb:number} MB.",
        "Kosongkan ruang: di bawah {needed_mb:number} MB pekerjaan baru ditolak.",
    ),
    "keys.fine": ("{n:number} orang dan kode pemulihan dapat membuka loket ini.", ""),
    "keys.single": (
        "Hanya satu orang dan kode pemulihan yang dapat membuka loket ini.",
        "Tambahkan orang kedua di layar Atur, supaya loket tetap dapat dibuka bila ia berhalangan.",
    ),
    "keys.no_recovery": (
        "Tidak ada kode pemulihan untuk loket ini.",
        "Hubungi pusat: kode baru dibuat dari loket yang sedang terbuka.",
    ),
    "keys.rekey_due": (
        "Basis data belum mendapat kunci baru sejak seseorang dinonaktifkan.",
        "Tutup semua jendela dan perintah loket, lalu masuk lagi; kuncinya berganti dengan sendirinya.",
    ),
    "keys.weak": (
        "Kata sandi {n:number} orang dijaga lebih lemah daripada yang lazim sekarang.",
        "Minta mereka mengganti kata sandinya di layar Atur.",
    ),
    "tries.none": ("Tidak ada kata sandi salah yang sedang dihitung.", ""),
    "tries.some": (
        "Ada {n:number} kata sandi salah berturut-turut untuk satu nama masuk.",
        "Tanyakan kepada pemiliknya; bila bukan dia, beri tahu penyelia.",
    ),
    "swap.fine": ("Isi memori tidak ditulis ke diska tanpa sandi.", ""),
    "swap.open": (
        "Komputer ini menulis isi memori ke diska tanpa sandi (swap).",
        "Minta pengelola komputer menyandikan swap atau mematikannya.",
    ),
    "log.quiet": ("Tidak ada kesalahan program yang tercatat tujuh hari ini.", ""),
    "log.faults": (
        "{n:number} kesalahan program tercatat tujuh hari ini, yang terakhir nomor {reference}.",
        "Kirimkan berkas bantuan kepada pusat dan sebutkan nomor itu.",
    ),
    "printer.fine": ("{n:number} pencetak terpasang.", ""),
    "printer.missing": (
        "Tidak ada pencetak yang terpasang.",
        "Pasang di pengaturan komputer, atau tambahkan pencetak struk di layar Pencetak dan kertas. Kertas dapat "
        "disimpan sebagai PDF sementara itu.",
    ),
    "check.broken": (
        "Pemeriksaan ini sendiri gagal karena kesalahan program, nomor {reference}.",
        "Kirimkan berkas bantuan kepada pusat dan sebutkan nomor itu.",
    ),
    "program.fine": ("Program versi {program}, basis data skema {schema}.", ""),
    "fonts.missing": (
        "{n:number} berkas huruf untuk kertas tidak ada.",
        "Pasang kembali program ini; tanpa itu nama asing tidak tercetak.",
    ),
    "inside.closed": (
        "Isi basis data tidak diperiksa, karena belum ada yang masuk.",
        "Ulangi dengan kata sandi untuk memeriksa catatan, kas dan sinkronisasi.",
    ),
    # The counter, opened
    "database.fine": ("Setiap halaman basis data utuh.", ""),
    "journal.fine": ("{n:number} catatan loket ini utuh, berurutan dan bertanda tangan.", ""),
    "ledger.fine": ("Buku besar sama dengan yang dibukukan ulang dari semua catatan.", ""),
    "ledger.balanced": ("Uang di buku seimbang.", ""),
    "ledger.unbalanced": (
        "Uang di buku tidak seimbang.",
        "Buka layar Laporan untuk melihat barisnya, lalu hubungi pusat.",
    ),
    "clock.fine": ("Jam komputer cocok dengan catatan terakhir.", ""),
    "clock.behind": (
        "Jam komputer {minutes:number} menit lebih lambat daripada catatan terakhir loket ini.",
        "Betulkan tanggal dan jam komputer sebelum melayani.",
    ),
    "clock.skew": (
        "Jam komputer berselisih {minutes:number} menit dengan jam pusat.",
        "Betulkan tanggal dan jam komputer, lalu sinkronkan.",
    ),
    "enrolled.fine": ("Loket {series} terdaftar pada pusat.", ""),
    "enrolled.not": (
        "Loket ini belum terdaftar pada pusat; pekerjaannya hanya ada di komputer ini.",
        "Minta kode pendaftaran dari pusat, lalu daftarkan di layar Sinkron.",
    ),
    "journal.twice": (
        "Jurnal loket ini juga ditulis di komputer lain, atau basis datanya dipulihkan dari salinan.",
        "Buka layar Sinkron dan lanjutkan dengan seri baru dari pusat; yang belum terkirim tetap dikirim.",
    ),
    "unsent.none": ("Semua catatan sudah sampai di pusat.", ""),
    "unsent.some": (
        "{n:number} catatan belum sampai di pusat, yang tertua sejak {day:date}.",
        "Sinkronkan dengan F12 di layar Sinkron.",
    ),
    "unsent.long": (
        "{n:number} catatan belum sampai di pusat sejak {day:date}.",
        "Bila komputer ini rusak, catatan itu hilang. Sinkronkan hari ini juga; tanpa internet, kirim dengan USB.",
    ),
    "documents.waiting": (
        "{n:number} dokumen belum sampai di pusat.",
        "Biarkan tersinkron sampai selesai; boleh terputus dan diteruskan.",
    ),
    "verdicts.none": ("Pusat menerima semua catatan tanpa keberatan.", ""),
    "verdicts.kept_back": (
        "Pusat menahan {n:number} catatan loket ini ({reason}).",
        "Lihat layar Sinkron; bila tidak jelas, kirimkan berkas bantuan kepada pusat.",
    ),
    "held.some": (
        "{n:number} catatan dari pusat menunggu catatan lain.",
        "Sinkronkan lagi; bila besok masih menunggu, hubungi pusat.",
    ),
    "statement.covers": ("Pernyataan pusat {day:date} mencakup catatan terakhir loket ini.", ""),
    "statement.behind": (
        "Pernyataan pusat {day:date} belum mencakup {n:number} catatan terakhir.",
        "Sinkronkan; sesudah itu pusat menyatakan semuanya.",
    ),
    "statement.old": (
        "Pernyataan pusat yang terakhir sudah {days:number} hari.",
        "Sinkronkan hari ini; loket yang lama diam dikira hilang.",
    ),
    "statement.never": ("Pusat belum pernah menyatakan apa yang diterimanya.", "Sinkronkan sekali sampai selesai."),
    "sync.failed": ("Sinkronisasi terakhir gagal.", "Buka layar Sinkron untuk melihat sebabnya, lalu coba lagi."),
    "prints.none": ("Tidak ada kertas yang belum keluar.", ""),
    "prints.waiting": (
        "{n:number} kertas belum diketahui keluar.",
        "Buka Perlu perhatian di Beranda, lalu cetak lagi atau nyatakan sudah keluar.",
    ),
    "till.none": ("Tidak ada kas yang terbuka.", ""),
    "till.open": ("Kas terbuka sejak {day:date}.", ""),
    "till.long": (
        "Kas masih terbuka sejak {day:date}.",
        "Hitung dan tutup kas itu, lalu buka kas hari ini.",
    ),
    "tasks.none": ("Tidak ada catatan yang perlu ditindaklanjuti.", ""),
    "tasks.open": (
        "{n:number} catatan perlu ditindaklanjuti.",
        "Buka dari Perlu perhatian di Beranda dan selesaikan satu per satu.",
    ),
    "backup.fine": ("Cadangan terakhir dibuat {day:date}.", ""),
    "backup.old": ("Cadangan terakhir sudah {days:number} hari.", "Buat cadangan sekarang di layar Cadangan."),
    "backup.never": ("Tempat cadangan sudah dipilih, tetapi belum ada cadangan.", "Buat satu di layar Cadangan."),
    "backup.none": (
        "Loket ini tidak membuat cadangan.",
        "Pilih diska kedua di layar Cadangan; tanpa itu catatan yang belum terkirim hilang bersama komputernya.",
    ),
    "backup.failing": (
        "Cadangan yang terakhir gagal dibuat.",
        "Buka layar Cadangan untuk melihat sebabnya, lalu coba lagi.",
    ),
    "backup.unplugged": ("Diska cadangan {path} tidak terpasang.", "Pasang diskanya sebelum kas ditutup."),
    "backup.same_disk": (
        "Cadangan ada di diska yang sama dengan datanya ({path}).",
        "Pilih diska lain di layar Cadangan: yang ini hilang bersama komputernya.",
    ),
    # The line
    "line.fine": ("Pusat {host} menjawab dan mengenali loket ini ({ms:number} ms).", ""),
    "line.no_name": (
        "Alamat {host} tidak ditemukan di jaringan ini.",
        "Periksa sambungan internet; bila situs lain terbuka, tanyakan alamatnya kepada pusat.",
    ),
    "line.no_port": (
        "Alamat {host} ada, tetapi tidak menjawab.",
        "Periksa tembok api jaringan; bila situs lain terbuka, beri tahu pusat.",
    ),
    "line.secure": ("Sertifikat {host} berlaku sampai {day:date}.", ""),
    "line.expiring": (
        "Sertifikat {host} habis {day:date}, {days:number} hari lagi.",
        "Beri tahu pusat supaya diperbarui; sesudah itu loket tidak dapat sinkron.",
    ),
    # The centre
    "centre.keys_fine": ("Berkas kunci hanya dapat dibaca pemiliknya; sidik jari {fingerprint}.", ""),
    "centre.database_fine": ("PostgreSQL {version} menjawab; basis data {mb:number} MB.", ""),
    "centre.demo": (
        "Pusat ini memakai PostgreSQL bawaan, tanpa cadangan dan tanpa kata sandi.",
        "Untuk pusat yang sebenarnya pasang PostgreSQL sendiri dan sebut alamatnya dalam LOKET_CENTRE_DSN.",
    ),
    "centre.schema_fine": ("Skema basis data {version} sesuai dengan program ini.", ""),
    "centre.schema_behind": (
        "Skema basis data {version}, sedangkan program ini memakai {expected}.",
        "Jalankan loket-centre serve versi ini sekali; ia membawa basis data ke skemanya.",
    ),
    "centre.posting_behind": (
        "Buku besar dibukukan menurut aturan {version}, sedangkan program ini memakai {expected}.",
        "Jalankan loket-centre serve versi ini sekali; ia membukukan ulang.",
    ),
    "centre.not_answered": (
        "PostgreSQL tidak menjawab pemeriksaan ini ({reason}).",
        "Periksa catatan PostgreSQL pada saat ini juga.",
    ),
    "centre.certificate_fine": ("Sertifikat TLS berlaku sampai {day:date}.", ""),
    "centre.certificate_ending": (
        "Sertifikat TLS habis {day:date}, {days:number} hari lagi.",
        "Perbarui berkasnya; pusat mengambilnya tanpa dihentikan.",
    ),
    "centre.certificate_over": (
        "Sertifikat TLS sudah habis {day:date}; tidak ada loket yang dapat sinkron.",
        "Perbarui berkasnya sekarang; pusat mengambilnya tanpa dihentikan.",
    ),
    "centre.durable": ("PostgreSQL menulis ke diska sebelum menjawab.", ""),
    "centre.not_durable": (
        "PostgreSQL berjalan dengan {setting} = {value}: jawaban kepada loket dapat hilang saat listrik padam.",
        "Setel {setting} = on di postgresql.conf, lalu muat ulang.",
    ),
    "centre.archived": ("Arsip WAL berjalan; yang terakhir {day:date}.", ""),
    "centre.archive_failing": (
        "Arsip WAL gagal sejak {day:date}.",
        "Periksa archive_command dan ruang diskanya; tanpa arsip, cadangan berhenti pada hari itu.",
    ),
    "centre.not_archived": (
        "Tidak ada arsip WAL; yang hilang saat diska rusak adalah semua sesudah cadangan terakhir.",
        "Nyalakan archive_mode (docs/operations.md), atau pastikan ada replika.",
    ),
    "centre.clock_fine": ("Jam program dan jam basis data cocok.", ""),
    "centre.clock_differs": (
        "Jam program dan jam basis data berselisih {seconds:number} detik.",
        "Samakan jam kedua mesin (NTP).",
    ),
    "centre.restored_now": (
        "Basis data ini berasal dari cadangan dan belum dibuka lagi oleh pusat.",
        "Jalankan loket-centre serve: pusat melanjutkan dengan jurnal baru, dan loket mengembalikan yang hilang.",
    ),
    "centre.terminals_fine": ("{n:number} loket melapor seperti biasa.", ""),
    "centre.silent": (
        "Loket {series} sudah {days:number} hari tidak melapor.",
        "Tanyakan kepada perwakilannya: libur, rusak, atau hilang? Yang hilang dicabut.",
    ),
    "centre.skew": (
        "Jam loket {series} berselisih {minutes:number} menit.",
        "Minta perwakilannya membetulkan tanggal dan jam komputer.",
    ),
    "centre.forked": (
        "Jurnal loket {series} bercabang: dua komputer memakai satu kunci.",
        "Hubungi perwakilannya; kedua komputer didaftarkan kembali dengan seri sendiri.",
    ),
    "centre.hole": (
        "Jurnal loket {series} berlubang setelah catatan {seq:number}: pusat dipulihkan, sebagian belum kembali.",
        "Minta loket itu sinkron sekali. Bila loketnya hilang, yang tidak ada pada loket lain tidak dapat kembali.",
    ),
    "centre.restored": (
        "Pusat dipulihkan dari cadangan {day:date}; {n:number} loket belum sinkron sejak itu.",
        "Minta loket-loket itu sinkron sekali: yang terjadi sesudah cadangan ada pada mereka.",
    ),
    "centre.restored_fine": ("Pusat dipulihkan dari cadangan {day:date}; semua loket sudah sinkron sejak itu.", ""),
    "centre.revoked": ("Kunci loket {series} dicabut {day:date}.", ""),
    "centre.entries_fine": ("Tidak ada catatan yang dikarantina atau tertahan.", ""),
    "centre.quarantined": (
        "{n:number} catatan dikarantina ({reason}).",
        "Baca sebabnya di konsol, lalu hubungi loketnya.",
    ),
    "centre.held": (
        "{n:number} catatan menunggu catatan lain.",
        "Biasanya loket lain belum melapor. Bila lewat seminggu, tanyakan.",
    ),
    "centre.streams_fine": ("{n:number} aliran tanpa celah.", ""),
    "centre.stream_hole": (
        "Aliran {stream} mempunyai celah: {held:number} dari {position:number} tempat terisi.",
        "Jangan layani loket dari basis data ini; pulihkan dari cadangan dan jalankan loket-centre verify.",
    ),
    "centre.officers_fine": ("{n:number} petugas konsol, semuanya dengan faktor kedua.", ""),
    "centre.no_factor": (
        "{n:number} petugas konsol belum mendaftarkan ponsel sebagai faktor kedua.",
        "Minta mereka masuk sekali; sampai itu siapa pun yang tahu kata sandinya dapat mendaftarkan ponsel lain.",
    ),
    "centre.no_admin": (
        "Tidak ada petugas konsol dengan peran admin.",
        "Tambahkan dengan loket-centre officer add NAME --role admin.",
    ),
}
"""What is so, and the next step where there is one."""
