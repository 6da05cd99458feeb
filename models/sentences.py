"""Sentences: what a clerk reads for each code, in plain polite Indonesian that says what to change.

A gap may say how its value is shown: `{day:date}` for an ISO date, `{amount:rp}` for whole rupiah,
`{amount:money}` for a `str(Money)`, `{n:number}` for a count. A plain gap shows the value as it is.
Append a new code to the section of its subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from string import Formatter
from typing import Any

from models import language
from models.rules.likeness import Likeness
from models.rules.money import Money
from models.rules.phases import Phase
from models.rules.problems import Problem, Refused, Trouble
from models.rules.tariffs import Step

SENTENCES: dict[str, str] = {
    # Money, currencies, rates
    "money.not_a_number": 'Jumlah uang harus berupa angka, misalnya 494500 atau "12.345".',
    "money.typed": "Tulis jumlah uang dengan angka saja, misalnya 1500, 1.500 atau 12,50.",
    "money.negative": "Jumlah uang tidak boleh kurang dari nol.",
    "money.too_fine": "Jumlah dalam {currency} ditulis paling banyak dengan {decimals} angka di belakang koma.",
    "money.too_large": "Jumlah uang ini terlalu besar. Periksa kembali angka nolnya.",
    "currency.unknown": "Mata uang {currency} tidak dikenal. Gunakan kode tiga huruf seperti TWD atau MYR.",
    # What the insurer confirmed and stated
    "receipt.taken_back": "Kuitansi {number} sudah dibatalkan atau dikembalikan, maka tidak dapat dikonfirmasi.",
    "confirmed.future": "Tanggal konfirmasi {day:date} belum tiba. Periksa tanggalnya.",
    "stated.future": "Tanggal saldo {day:date} belum tiba. Periksa tanggalnya.",
    "kpj.several": "Kartu yang berakhir {kpj} dipakai {workers} pekerja. Sebutkan worker_id-nya.",
    "membership.nothing": "Tidak ada masa perlindungan yang berlaku atau akan berlaku untuk pekerja ini. "
    "Terima pembayarannya dahulu.",
    # Moving covered days
    "cover_move.unknown": "Kuitansi {number} baris {line} tidak ada pada pekerja ini, atau sudah dibatalkan. "
    "Periksa nomornya.",
    "cover_move.nothing": "Tidak ada masa yang berubah. Pilih baris dan isi tanggal mulainya.",
    "cover_move.overlaps": "Masa kuitansi {number} masih bertumpuk dengan kuitansi {other}. Pilih tanggal mulai lain.",
    # Tasks
    "task.unknown": "Catatan ini tidak ada, atau sudah tidak berlaku. Buka lagi daftarnya.",
    "task.centre": "Yang ini diselesaikan petugas pusat; loket tidak perlu berbuat apa-apa.",
    "task.already": "Catatan ini sudah diselesaikan oleh {name} pada {day:date}.",
    "task.moving": "Catatan ini selesai dengan sendirinya setelah masanya dipindahkan.",
    "task.acting": "Catatan ini selesai setelah penarikan persetujuannya ditindaklanjuti pada data pribadi.",
    # The equation of money
    "balance.entry": "Catatan {where} ({day:date}) tidak seimbang: ada {right:money} yang tidak terjelaskan. "
    "Catat nomor ini dan hubungi pusat.",
    "balance.receipt": "Kuitansi {where} ({day:date}): seharusnya {left:money}, tercatat {right:money}. "
    "Cocokkan dengan lembar aslinya dan hubungi pusat.",
    "balance.void": "Pembatalan {where} ({day:date}) seharusnya membalik {left:money}, tercatat {right:money}. "
    "Hubungi pusat.",
    "balance.day": "Kuitansi tanggal {day:date} berjumlah {left:money}, tetapi cara bayarnya {right:money}. "
    "Hubungi pusat.",
    "balance.carried": "Kas {where} ({day:date}) dibuka dengan sisa {right:money}, padahal sesi sebelumnya "
    "meninggalkan {left:money}. Penyelia mencocokkan kedua laporan Z.",
    "balance.till": "Hitungan kas {where} ({day:date}): menurut buku {left:money}, menurut hitungan {right:money}. "
    "Penyelia mencocokkan laporan Z-nya.",
    "balance.cash": "Ada tunai {right:money} ({day:date}) di luar sesi kas, catatan {where}. "
    "Penyelia mencocokkannya dengan laporan Z.",
    "balance.centre": "Pusat membukukan {right:money} pada akun {account}, loket ini {left:money}. "
    "Sinkronkan lagi; bila tetap berbeda, hubungi pusat.",
    # NIK
    "nik.sixteen_digits": "NIK terdiri atas 16 angka tanpa spasi. Salin kembali dari KTP.",
    "nik.birth_date_impossible": "Angka ke-7 sampai ke-12 NIK ({digits}) bukan tanggal lahir. Periksa kembali NIK.",
    "nik.serial_zero": "Empat angka terakhir NIK tidak mungkin 0000. Periksa kembali NIK.",
    "nik.birth_date": "Tanggal lahir menurut NIK {nik}, tetapi yang diisi {given}. "
    "Perbaiki salah satunya, atau pastikan keduanya sesuai KTP.",
    "nik.sex": "Jenis kelamin menurut NIK {nik}, tetapi yang diisi {given} (F perempuan, M laki-laki). "
    "Perbaiki salah satunya, atau pastikan keduanya sesuai KTP.",
    "nik.region_unknown": "Kode provinsi {province} pada NIK belum dikenal. Cocokkan kembali dengan KTP.",
    "nik.regency_unknown": "Kode kabupaten atau kota {regency} pada NIK belum dikenal di {province}. Cocokkan "
    "kembali dengan KTP.",
    # MRZ and passport
    "mrz.two_lines": "Paspor memiliki dua baris MRZ; yang terbaca {lines}. Pindai kembali halaman data paspor.",
    "mrz.length": "Baris MRZ ke-{line} harus {expected} karakter; yang terbaca {length}. Pindai atau ketik kembali.",
    "mrz.character": "Baris MRZ ke-{line}, karakter ke-{column}: {character} tidak mungkin di sini. Pindai atau "
    "ketik kembali.",
    "mrz.check_digit.number": "Angka periksa nomor paspor (baris {line}, karakter ke-{column}) terbaca {found}, "
    "seharusnya {expected}. Pindai kembali, atau cocokkan nomor paspor huruf demi huruf.",
    "mrz.check_digit.birth_date": "Angka periksa tanggal lahir (baris {line}, karakter ke-{column}) terbaca "
    "{found}, seharusnya {expected}. Pindai kembali, atau cocokkan tanggal lahir.",
    "mrz.check_digit.expiry": "Angka periksa tanggal habis berlaku (baris {line}, karakter ke-{column}) terbaca "
    "{found}, seharusnya {expected}. Pindai kembali, atau cocokkan tanggalnya.",
    "mrz.check_digit.personal_number": "Angka periksa nomor pribadi (baris {line}, karakter ke-{column}) terbaca "
    "{found}, seharusnya {expected}. Pindai kembali halaman data paspor.",
    "mrz.check_digit.composite": "Angka periksa akhir (baris {line}, karakter ke-{column}) terbaca {found}, "
    "seharusnya {expected}. Pindai kembali halaman data paspor.",
    "mrz.date.birth_date": "Tanggal lahir pada MRZ ({written}, mulai karakter ke-{column} baris {line}) tidak ada "
    "dalam kalender. Pindai atau ketik kembali.",
    "mrz.date.expiry": "Tanggal habis berlaku pada MRZ ({written}, mulai karakter ke-{column} baris {line}) tidak "
    "ada dalam kalender. Pindai atau ketik kembali.",
    "mrz.meant": "Baris {line}, karakter ke-{column}: terbaca {read}, mungkin maksudnya {meant}.",
    "mrz.filler_missing": "Baris {line}: pada karakter ke-{column} mungkin kurang satu tanda <.",
    "mrz.filler_extra": "Baris {line}: pada karakter ke-{column} mungkin kelebihan satu tanda <.",
    "mrz.name_cut": "Nama pada MRZ ({name}) memenuhi barisnya dan mungkin terpotong. Lengkapi dari halaman data "
    "paspor.",
    "mrz.birth_date_unknown": "Paspor tidak memuat tanggal lahir yang lengkap ({written}). Isi tanggal lahir "
    "menurut KTP.",
    "mrz.country_unknown": "Kode negara {country} pada MRZ tidak dikenal. Cocokkan kembali dengan paspor.",
    "mrz.not_indonesian": "Kewarganegaraan menurut paspor ini: {country}. Periksa apakah paspornya benar.",
    "mrz.not_found": "Dua baris MRZ di kaki halaman paspor tidak ditemukan. Pindai seluruh halaman, atau isi sendiri.",
    "mrz.name_unclear": "Sebagian huruf nama kurang jelas terbaca. Cocokkan {name} dengan paspor, huruf demi huruf.",
    "mrz.number_unclear": "Sebagian nomor paspor kurang jelas terbaca. Cocokkan {number} dengan paspor.",
    "passport.characters": "Nomor dokumen perjalanan hanya memuat huruf A–Z dan angka.",
    "passport.unusual_number": "Nomor paspor biasanya satu atau dua huruf diikuti enam atau tujuh angka. "
    "Cocokkan kembali dengan paspor.",
    "passport.expired": "Paspor sudah habis berlaku pada {day:date}.",
    "passport.expires_soon": "Paspor habis berlaku pada {day:date}, kurang dari enam bulan lagi.",
    "passport.letter_for_digit": "Nomor paspor {given} tidak lazim; mungkin maksudnya {meant}. Cocokkan kembali "
    "dengan paspor.",
    "passport.valid_too_long": "Paspor berlaku paling lama {years} tahun sejak terbit. Periksa kembali kedua "
    "tanggalnya.",
    "passport.splp_valid_too_long": "SPLP berlaku paling lama {years} tahun sejak terbit. Periksa kembali kedua "
    "tanggalnya.",
    "passport.issued_in_future": "Tanggal terbit paspor {day:date} belum tiba. Periksa kembali tanggalnya.",
    # KPJ
    "kpj.unusual": "Nomor KPJ biasanya {length} angka; yang diisi {number}. Cocokkan kembali dengan kartu peserta.",
    # Names, phones, countries, missions
    "name.empty": "Nama lengkap wajib diisi.",
    "name.digits": "Nama tidak memuat angka. Tulis seperti pada paspor atau KTP.",
    "name.too_long": "Nama paling panjang {longest} huruf.",
    "country.unknown": "Negara {country} tidak dikenal. Gunakan kode dua huruf seperti TW atau MY.",
    "mission.unknown": "Perwakilan {mission} tidak dikenal. Gunakan kode seperti TPE, HKG atau KUL.",
    # Receipt numbers
    "receipt_number.form": "{number} bukan nomor kuitansi. Contoh nomor yang benar: TPE3-2026-000418.",
    # Tariffs and contributions
    "tariff.none": "Belum ada tarif yang berlaku pada {day:date}. Sinkronkan, atau hubungi pusat.",
    "tariff.malformed": "Tabel tarif tidak dapat dibaca pada bagian ini: {part}.",
    "tariff.missing": "Bagian {part} dari tabel tarif belum diisi.",
    "tariff.number": "Bagian {part} dari tabel tarif harus bilangan bulat dari {least:number} sampai {most:number}.",
    "tariff.day": "Bagian {part} dari tabel tarif harus tanggal, misalnya 2027-01-01.",
    "tariff.choice": "Bagian {part} dari tabel tarif harus salah satu dari: {choices}.",
    "tariff.part_unknown": "Bagian {part} tidak dikenal dalam tabel tarif. Yang dikenal: {parts}.",
    "tariff.confidence": "Bagian {part} dari tabel tarif harus dimulai dengan salah satu dari: {levels}; keterangannya "
    "ditulis sesudah titik dua.",
    "tariff.ends_before_start": "Hari terakhir tarif ini sebelum hari pertamanya. Periksa valid_from dan valid_to.",
    "tariff.min_package": "Tidak ada baris tarif untuk {months} bulan, padahal itu paket terkecil menurut min_package.",
    "tariff.months_beyond": "Baris tarif {row} melebihi {most} bulan. Perbesar max_months, atau perbaiki bulannya.",
    "tariff.jht_range": "Iuran JHT terbesar kurang dari yang terkecil. Periksa jht.min dan jht.max.",
    "tariff.rows_ambiguous": "Baris tarif {first} dan {second} sama-sama berlaku (skema {scheme}, peristiwa {event}). "
    "Hapus salah satu, atau tambahkan baris untuk skema dan peristiwa itu.",
    "tariff.rows_missing": "Tidak ada baris tarif untuk skema {scheme}, peristiwa {event}. Tambahkan barisnya, atau "
    "baris tanpa skema dan peristiwa.",
    "tariff.rows_short": "Baris tarif {row} berhenti pada {months} bulan, padahal dijual sampai {most} bulan. Isi "
    "per_month, tambahkan paket, atau perkecil max_months.",
    "tariff.row_unreachable": "Baris tarif {row} tidak pernah dipakai siapa pun. Hapus baris itu, atau perbaiki skema, "
    "peristiwa atau bulannya.",
    "tariff.version_taken": "Tarif versi {version} sudah berlaku dan tercantum pada kuitansi, sehingga isinya tidak "
    "dapat diubah. Terbitkan sebagai versi baru.",
    "tariff.no_row": "Tarif yang berlaku tidak memuat skema dan peristiwa penempatan ini. Lengkapi penempatannya, "
    "atau hubungi pusat.",
    "tariff.unreadable": "Tarif versi {version} ditulis oleh program yang lebih baru. Perbarui program ini.",
    "tariff.of_slip_day": "Tarifnya menurut tanggal pada bukti, {day:date} (versi {version}), bukan tarif hari ini.",
    "lines.empty": "Pilih paling sedikit satu program yang dibayar.",
    "months.at_least_one": "Jumlah bulan paling sedikit satu.",
    "months.too_many": "Sekali bayar paling banyak {most} bulan.",
    "months.not_contract": "Yang dibayar {months} bulan, sedangkan masa kontrak {contract} bulan.",
    "months.next_package_cheaper": "Paket {package} bulan lebih murah: {amount:rp}, hemat {saving:rp}.",
    "cover.endless": "Masa yang tercatat untuk pekerja ini melewati akhir kalender. Laporkan kuitansinya ke pusat.",
    "cover.past": "Masa perlindungan ini sudah lewat seluruhnya pada {day:date}.",
    "programme.unknown": "Program {programme} tidak dikenal. Pilih JKK+JKM atau JHT.",
    "programme.twice": "Program {programme} hanya dapat dipilih sekali dalam satu pembayaran.",
    "jht.monthly_range": "Iuran JHT per bulan antara {least:rp} dan {most:rp}.",
    "jht.step": "Iuran JHT per bulan harus kelipatan {step:rp}.",
    "jht.only": "Iuran per bulan hanya dipilih untuk JHT; tarif JKK+JKM sudah ditetapkan.",
    # How it was paid
    "tender.empty": "Pilih cara bayar.",
    "tender.unknown": "Cara bayar {tender} tidak dikenal. Pilih tunai, setoran bank atau kode iuran.",
    "tender.cash_not_allowed": "Perwakilan ini tidak menerima uang tunai. Gunakan setoran bank atau kode iuran.",
    "tender.short": "Uang yang diterima masih kurang {missing:money}.",
    "tender.received_missing": "Isi jumlah yang diterima: hanya satu cara bayar yang boleh dikosongkan.",
    "tender.reference_missing": "Nomor bukti setoran atau kode iuran belum diisi.",
    "tender.surplus": "Setoran lebih {surplus:money} dari yang harus dibayar dan akan dicatat sebagai kelebihan.",
    "tender.nothing": "Isi jumlah yang lebih dari nol, atau hapus cara bayar ini.",
    "slip.short": "Uang pada bukti kurang {missing:money} dan sudah ada di bank. Ambil bulan yang cukup, atau minta "
    "persetujuan penyelia.",
    "till.other_holder": "Kas yang terbuka dipegang petugas lain. Serah terima kas dahulu, atau gunakan setoran bank.",
    "slip.future": "Tanggal pada bukti belum tiba. Periksa kembali.",
    "slip.old": "Bukti ini bertanggal {day:date}, lebih dari setahun yang lalu. Periksa kembali.",
    "slip.twice": "Nomor bukti {reference} tertulis dua kali dalam pembayaran ini. Cocokkan kembali.",
    "rate.expired": "Kurs {currency} hanya berlaku sampai {day:date}. Sinkronkan, atau minta persetujuan penyelia.",
    "price.expired": "Tarif lokal {decree} hanya berlaku sampai {day:date}. Sinkronkan, atau minta persetujuan "
    "penyelia.",
    # Claims and heirs
    "claim.kind_unknown": "Jenis klaim {kind} tidak dikenal. Pilih dari daftar manfaat.",
    "claim.filed_by_unknown": "Pengaju klaim harus pekerja, ahli waris atau perwakilan.",
    "claim.death_by_worker": "Klaim kematian diajukan oleh ahli waris atau perwakilan, bukan oleh pekerja.",
    "claim.not_by_filer": "Menurut aturannya klaim ini tidak diajukan oleh {filer}. Pilih pengaju yang lain.",
    "claim.kind_not_then": "Jenis klaim {kind} tidak ada dalam aturan yang berlaku pada tanggal peristiwa. Periksa "
    "tanggalnya, atau pilih jenis yang lain.",
    "claim.situation_unknown": "Keadaan {situation} tidak dikenal untuk jenis klaim ini. Pilih dari daftar.",
    "claim.one_stage": "Jenis klaim ini tidak memerlukan laporan tahap dua. Tambahkan dokumennya saja.",
    "claim.outcome_unknown": "Hasil {outcome} tidak dikenal. Pilih sembuh, cacat atau meninggal.",
    "claim.outcome_in_future": "Tanggal hasil {day:date} belum tiba. Periksa kembali tanggalnya.",
    "claim.outcome_before_event": "Tanggal hasil mendahului tanggal peristiwa {day:date}. Periksa kedua tanggalnya.",
    "claim.benefit_not_of_outcome": "Manfaat {benefit} tidak lazim untuk hasil ini. BPJS Ketenagakerjaan yang "
    "memutuskan.",
    "claim.no_benefit": "Pilih sedikitnya satu manfaat yang diminta.",
    "claim.act_unknown": "Tombol ini tidak dikenal. Muat ulang halamannya, lalu coba lagi.",
    "claim.withdrawn_already": "Klaim ini sudah ditarik. Bila pengajunya berubah pikiran, hubungi pusat.",
    "claim.rejected_already": "Klaim ini sudah ditolak; tidak ada lagi yang perlu ditarik.",
    "claim.paid_already": "Klaim ini sudah dibayar; tidak ada lagi yang perlu ditarik.",
    "claim.channel_unknown": "Cara memberi tahu {given} tidak dikenal. Pilih salah satu dari: {choices}.",
    "claim.nothing_to_tell": "Pusat belum menjawab klaim ini; belum ada yang perlu disampaikan.",
    "claim.told_already": "Jawaban ini sudah disampaikan oleh {name} pada {day:date}.",
    "claim.rules_earlier": "Peristiwa terjadi sebelum {day:date}, sebelum aturan paling awal yang ada di sini. Aturan "
    "itu yang ditampilkan; BPJS Ketenagakerjaan menerapkan aturan pada masanya.",
    "claim.papers_unread": "Daftar dokumen untuk keadaan ini belum terbaca dari peraturannya. Tanyakan kepada BPJS "
    "Ketenagakerjaan dokumen apa lagi yang diperlukan.",
    "claim.heir_of_living": "Keadaan yang dipilih bukan kematian. Bila pekerja meninggal, pilih keadaan itu; bila "
    "tidak, lampirkan surat kuasa dari pekerja.",
    "claim.similar": "Ada klaim {number} untuk peristiwa {day:date}. Periksa apakah peristiwanya sama; bila sama, "
    "tambahkan dokumennya ke klaim itu.",
    "claim.heirs_unknown": "Belum ada ahli waris yang tercatat untuk pekerja ini. Catat ahli warisnya, dan lampirkan "
    "surat keterangan ahli waris.",
    "claim.heir_unknown": "Nama pengaju tidak tercatat sebagai ahli waris pekerja ini. Cocokkan dengan surat "
    "keterangan ahli waris.",
    "claim.heir_not_first": "{name} didahulukan menurut urutan ahli waris (Pasal 57 ayat 4). Klaim tetap dapat "
    "diajukan.",
    "claim.follow_by_day": "Dokumen dapat menyusul antara {first:date} dan {last:date}. Periksa kembali tanggalnya.",
    "claim.event_in_future": "Tanggal peristiwa {day:date} belum terjadi. Periksa kembali tanggalnya.",
    "claim.never_covered": "Belum ada pembayaran {programme} yang tercatat di loket ini. Klaim tetap dapat diajukan.",
    "claim.not_covered": "Tanggal peristiwa {day:date} di luar masa perlindungan yang tercatat. "
    "Klaim tetap dapat diajukan.",
    "claim.after_cover": "Peristiwa terjadi {days:number} hari setelah perlindungan berakhir ({ended:date}), "
    "masih dalam masa pulang. BPJS Ketenagakerjaan yang memutuskan.",
    "claim.phase": "Manfaat ini untuk masa {allowed}, sedangkan peristiwa terjadi {phase}. Klaim tetap dapat diajukan.",
    "claim.phase_assumed": "Masa itu dihitung tanpa tanggal yang belum diisi. Lengkapi kontrak dan perjalanannya.",
    "claim.phase_unknown": "Masa kontrak belum diisi, sehingga masa perlindungan pada tanggal peristiwa "
    "belum diketahui.",
    "statement.other_claim": "Klaim ini bukan tentang orang yang sama. Pilih klaim pekerja ini, atau kosongkan.",
    "statement.about": "Surat keterangan {about} tidak dikenal. Pilih death (meninggal) atau missing (hilang).",
    "statement.future": "Tanggal {day:date} belum terjadi. Periksa kembali tanggalnya.",
    "heir.channel": "Cara {channel} tidak dikenal. Pilih phone, whatsapp, letter, visit atau other.",
    "claim.deadline": "Batas waktu pengajuan klaim ini berakhir pada {day:date}. Klaim tetap dapat diajukan.",
    "document.kind_unknown": "Jenis dokumen {kind} tidak dikenal. Pilih dari daftar dokumen.",
    "heir.relation_unknown": "Hubungan {relation} tidak dikenal. Pilih dari daftar hubungan keluarga.",
    "heir.outside_law": "Hubungan {relation} tidak termasuk urutan ahli waris; lampirkan surat wasiat bila ada.",
    "heir.lower_rank": "{name} didahulukan menurut urutan ahli waris (Pasal 57 ayat 4).",
    "heir.twice": "Nama ini sudah tercantum sebagai ahli waris.",
    "heir.is_worker": "Ini nama pekerja sendiri. Isi nama ahli warisnya.",
    "heir.child_older": "Tanggal lahir anak atau cucu ini sebelum tanggal lahir pekerja. Periksa keduanya.",
    "heir.parent_younger": "Tanggal lahir orang tua ini sesudah tanggal lahir pekerja. Periksa keduanya.",
    "heir.scholar_not_child": "Beasiswa hanya untuk anak pekerja. Hapus tandanya, atau perbaiki hubungannya.",
    "heir.scholars_too_many": "Beasiswa untuk paling banyak {most} anak. Pilih anak yang didaftarkan.",
    "heir.scholar_birth_date": "Isi tanggal lahir anak penerima beasiswa.",
    "heir.scholar_too_old": "Anak ini berumur {age} tahun, sedangkan beasiswa sampai umur {oldest} tahun.",
    "heir.scholar_age": "Anak ini berumur {age} tahun. Batas umur penerima beasiswa ditetapkan BPJS.",
    # Placements
    "contract.months_range": "Lama kontrak 1 sampai {most} bulan.",
    "contract.months_differ": "Tertulis {stated} bulan, sedangkan kedua tanggalnya {counted} bulan. Cocokkan dengan "
    "kontraknya.",
    "contract.overlaps": "Bertumpang tindih dengan kontrak {first:date} sampai {last:date}. Bila kontrak itu salah "
    "tulis, simpan sebagai pembetulan.",
    "extension.too_early": "Perpanjangan dimulai sesudah kontrak yang diperpanjang, yaitu sesudah {day:date}.",
    "departure.after_end": "Tanggal berangkat sesudah akhir kontrak. Periksa keduanya.",
    "arrival.before_start": "Isi tanggal tiba kembali di Indonesia; tanggal ini sebelum pekerjaan dimulai.",
    "arrival.soon": "Hanya {days} hari sesudah berangkat. Isi tanggal tiba kembali di Indonesia, bukan di negara "
    "penempatan.",
    "placement.unknown": "Kontrak ini tidak ditemukan di loket ini. Sinkronkan, lalu coba lagi.",
    "placement.corrected": "Kontrak ini sudah dibetulkan. Betulkan yang berlaku sekarang.",
    "placement.itself": "Kontrak tidak dapat menjadi perpanjangan dari dirinya sendiri.",
    "placement.unchanged": "Belum ada yang diubah pada kontrak ini.",
    # Bank accounts
    "bank.name_missing": "Nama bank belum diisi.",
    "bank.number_missing": "Nomor rekening belum diisi.",
    "bank.holder_missing": "Nama pemilik rekening belum diisi. Salin dari buku tabungan.",
    "bank.number_unusual": "Nomor rekening biasanya {shortest} sampai {longest} angka. Cocokkan dengan buku tabungan.",
    "bank.holder_differs": "Nama pemilik rekening tidak mirip dengan nama pekerja ({name}). Cocokkan dengan buku "
    "tabungan, atau ubah pemiliknya.",
    "bank.holder_is_worker": "Rekening ini atas nama pekerja sendiri. Pilih milik pekerja bila memang begitu.",
    # Support
    "support.no_key": "Loket ini belum terdaftar pada pusat, sehingga berkas bantuan tidak dapat disegel untuknya. "
    "Salin pesannya dengan --json.",
    "support.unreadable": "Ini bukan berkas bantuan untuk pusat ini, atau isinya berubah di jalan. Minta dikirim lagi.",
    # Forms in general
    "required": "Wajib diisi.",
    "choice.unknown": "{given} tidak ada dalam pilihan. Pilih salah satu dari: {choices}.",
    "file.media": "Berkas jenis {media} tidak dapat dibaca. Gunakan PDF, PNG atau JPEG.",
    "letter.not_asked": "Pusat belum meminta dokumen untuk klaim {number}.",
    "letter.not_decided": "Klaim {number} belum diputuskan. Cetak surat tanda terima, atau sinkronkan lebih dahulu.",
    "dossier.unreadable": "Ini bukan berkas klaim dari loket, atau dibuat oleh versi program yang lebih baru.",
    "file.unreadable": "Berkas ini tidak dapat dibaca. Pindai atau simpan kembali, lalu coba lagi.",
    # Workers and registration
    "worker.unknown": "Pekerja ini tidak ditemukan di loket ini. Cari kembali dengan nama, NIK atau paspor.",
    "worker.unknown_at_centre": "Pusat tidak dapat memberikan data pekerja ini. Cari kembali di pusat, "
    "atau daftarkan sebagai pekerja baru.",
    "worker.restricted": "Pekerja ini meminta pengolahan datanya dihentikan dahulu. "
    "Tanyakan kepadanya sebelum melanjutkan.",
    "merge.same_person": "Keduanya sudah satu orang.",
    "merge.unknown": "Penggabungan ini tidak dikenal.",
    "merge.undone": "Penggabungan ini sudah dibatalkan.",
    "remark.too_long": "Catatan paling panjang {longest:number} huruf. Persingkat catatannya.",
    "lookup.too_little": "Isi NIK, nomor paspor atau KPJ, atau nama bersama tanggal lahir, untuk mencari di pusat.",
    "worker.erased": "Data pekerja ini sudah dihapus atas permintaannya. Daftarkan sebagai pekerja baru.",
    "nik.missing": "NIK belum diisi. Lengkapi bila KTP sudah tersedia.",
    "passport.missing": "Nomor paspor belum diisi.",
    "worker.candidate": "Orang ini tampaknya sudah terdaftar atas nama {name}. Buka data itu, "
    "atau nyatakan bahwa ini orang lain.",
    "conflict.none": "Tidak ada lagi yang perlu dipilih pada isian ini.",
    "conflict.other_value": "Pilih salah satu nilai yang diberikan loket-loket itu.",
    "mother_name.missing": "Nama gadis ibu kandung belum diisi.",
    "consent.missing": "Persetujuan pengolahan data belum dicatat.",
    "consent.version_unknown": "Teks persetujuan versi {version} tidak dikenal. Yang ada: {known}.",
    "consent.language_unknown": "Teks persetujuan versi {version} tidak ada dalam bahasa {language}. "
    "Yang ada: {known}.",
    "consent.not_given": "Belum ada persetujuan yang dapat ditarik.",
    "consent.already_withdrawn": "Persetujuan sudah ditarik; tidak perlu ditarik lagi.",
    "consent.already_given": "Persetujuan versi {version} sudah dicatat dan masih berlaku.",
    "erasing.reason": "Alasan {given} tidak dikenal. Pilih salah satu dari: {choices}.",
    "erasing.kept_until": "Datanya harus disimpan sampai {day:date} (masa klaim lima tahun). Tunggu sampai lewat, atau "
    "sebutkan perintah pengadilan atau lembaga yang berwenang.",
    "erasing.done": "Data pekerja ini sudah dihapus.",
    "terminal.unknown": "Loket {terminal} tidak dikenal. Gunakan seri seperti TPE3, atau ID loketnya.",
    "proof.no_head": "Tidak ada cabang jurnal yang berakhir dengan {head}. Salin sidiknya dari jawaban tanpa --head.",
    "restriction.already": "Data pekerja ini sudah dibatasi.",
    "restriction.none": "Data pekerja ini tidak dibatasi.",
    "restriction.consent_withdrawn": "Persetujuan sudah ditarik, jadi datanya tetap dibatasi. Catat persetujuan baru "
    "bila pekerja menghendaki.",
    "restriction.remark_missing": "Tulis apa yang dikatakan pekerja, misalnya «meminta sendiri di loket, paspor "
    "ditunjukkan».",
    "contract.dates_missing": "Tanggal mulai dan akhir kontrak belum lengkap.",
    "phone.unusual": "Nomor telepon ini tidak lazim untuk negara tersebut. Periksa kembali.",
    "email.unusual": "Alamat surel ini tidak lazim. Periksa kembali.",
    "mrz.differs": "Menurut MRZ paspor: {passport}. Perbaiki isian ini, atau kosongkan agar diisi dari paspor.",
    "contract.ends_before_start": "Akhir kontrak harus setelah mulainya.",
    "passport.ends_before_start": "Tanggal habis berlaku paspor harus setelah tanggal terbitnya.",
    "birth_date.impossible": "Tanggal lahir ini tidak mungkin. Periksa kembali.",
    "worker.unchanged": "Belum ada yang diubah.",
    # Lists that are imported
    "sheet.empty": "Berkas {file} tidak berisi data. Pilih berkas atau lembar lain.",
    "sheet.too_large": "Berkas {file} terlalu besar (paling banyak {most} MB). Bagi menjadi beberapa berkas.",
    "sheet.too_many_rows": "Berkas {file} memuat lebih dari {most:number} baris. Bagi menjadi beberapa berkas.",
    "sheet.old_or_locked": "Berkas {file} berbentuk Excel lama (.xls) atau terkunci kata sandi. Buka, lalu simpan "
    "sebagai .xlsx tanpa kata sandi.",
    "sheet.kind": "Berkas {file} bukan CSV atau XLSX. Simpan dalam salah satu bentuk itu.",
    "sheet.damaged": "Berkas {file} rusak atau tidak lengkap. Minta kembali, atau simpan ulang dari Excel.",
    "sheet.quotes": "Tanda petik pada berkas {file} tidak berpasangan di sekitar baris {row}. Perbaiki, "
    "atau simpan sebagai .xlsx.",
    "sheet.unknown": "Tidak ada lembar {sheet} dalam berkas ini. Yang ada: {sheets}.",
    "import.no_rows": "Di bawah judul kolom tidak ada baris berisi data. Pilih berkas atau lembar lain.",
    "import.unmapped": "Belum ada kolom untuk {called}. Pilih kolomnya.",
    "import.twice": "{called} sudah diambil dari kolom {other}. Pilih salah satu.",
    "import.target_unknown": "Isian {target} tidak dikenal. Pilih dari daftar isian.",
    "import.column_unknown": "Kolom {column} tidak ada dalam berkas ini.",
    "import.date": "{given} bukan tanggal yang dapat dibaca. Tulis seperti 03/05/1990.",
    "import.date_order": "{given} tidak cocok dengan urutan tanggal kolom ini. Tulis semua tanggal dengan urutan yang "
    "sama, misalnya 03/05/1990.",
    "import.dates_assumed": "Tanggal pada kolom ini dibaca hari/bulan/tahun. Periksa contohnya.",
    "import.dates_mixed": "Kolom ini memuat tanggal hari/bulan dan bulan/hari. Samakan dahulu urutannya.",
    "import.digits_lost": "Sebagian angka {given} sudah hilang karena disimpan Excel sebagai bilangan. "
    "Ubah kolomnya menjadi Teks dan isi kembali dari sumbernya.",
    "import.formula": "Sel ini berisi rumus tanpa hasil ({given}). Simpan kembali di Excel, atau isi nilainya.",
    "import.masked": "{given} disamarkan. Minta daftar dengan nomor lengkap.",
    "import.months": "{given} bukan lama kontrak. Tulis jumlah bulannya, misalnya 24.",
    "import.same_row": "Sama persis dengan baris {row}.",
    "import.same_person": "Orang yang sama dengan baris {row}. Pilih salah satu baris.",
    "import.no_person": "Baris ini tidak memuat nama, NIK atau paspor.",
    "import.not_reached": "Belum diproses. Jalankan kembali berkas yang sama untuk melanjutkan.",
    "import.handed_over": "Petugas sudah berganti, maka impor dihentikan. Yang sudah terdaftar tetap tercatat; "
    "pilih kembali berkasnya untuk melanjutkan.",
    "export.nobody": "Tidak ada pekerja yang dapat diekspor.",
    "export.too_many": "Lebih dari {most:number} pekerja hanya dapat diekspor sebagai CSV. Pilih nama berkas .csv.",
    "sheet.ending": "Nama berkas {file} harus berakhiran .csv atau .xlsx.",
    # Payments
    "rate.missing": "Belum ada kurs {currency} untuk {day:date}. Sinkronkan, atau hubungi pusat.",
    "request.other_content": "Nilai request_id ini sudah dipakai untuk pembayaran dengan isi lain. Gunakan yang baru.",
    "slip.reused": "Nomor bukti {reference} sudah tercatat pada kuitansi {number}. Cocokkan kembali.",
    "lines.both": "Isi satu program, atau daftar baris; jangan keduanya.",
    "tenders.both": "Isi satu cara bayar, atau daftar cara bayar; jangan keduanya.",
    # The paper's token
    "token.unreadable": "QR ini bukan kode kuitansi atau tidak terbaca lengkap. Pindai kembali.",
    "token.forged": "Tanda tangan pada QR ini tidak cocok: kuitansi tidak asli atau telah diubah.",
    # Terminals and enrolment
    "code.letter": "Kode pendaftaran tidak memuat {letter}. Salin kembali dari pusat.",
    "code.length": "Kode pendaftaran tidak lengkap: yang diisi {letters} huruf. Salin kembali dari pusat.",
    "code.check": "Kode pendaftaran salah ketik. Salin kembali dari pusat, huruf demi huruf.",
    "series.form": "Seri {series} harus 2 sampai 10 huruf besar dan angka, diawali huruf, misalnya TPE3.",
    "series.same": "Seri {series} pernah dipakai mesin ini. Pilih seri yang belum pernah dipakai, yang diberikan "
    "pusat.",
    "series.taken": "Seri {series} sudah dipakai loket lain. Pilih seri yang belum pernah dipakai.",
    # The line to the centre, sync and enrolment
    "ca.none": "Berkas ini tidak memuat sertifikat. Minta berkas CA (PEM) dari pusat.",
    "ca.private_key": "Berkas ini memuat kunci rahasia, jangan dipakai dan jangan disebarkan. Minta kepada pusat "
    "berkas yang hanya memuat sertifikat CA.",
    "ca.not_authority": "Sertifikat «{name}» bukan sertifikat CA, jadi tidak dapat menjamin pusat. Minta berkas CA-nya "
    "kepada pusat.",
    "ca.expired": "Sertifikat CA «{name}» sudah habis berlaku. Periksa tanggal komputer ini; bila sudah benar, minta "
    "berkas CA yang baru.",
    "line.unreachable": "Pusat ({host}) tidak terjangkau. Periksa sambungan internet; pekerjaan di loket tetap aman.",
    "line.not_our_server": "Jawaban dari {host} bukan jawaban pusat. Bila jaringan ini meminta masuk lewat peramban, "
    "masuklah dahulu, lalu coba lagi.",
    "line.clock": "Sertifikat {host} dianggap belum berlaku: jam komputer ini tampaknya tertinggal. "
    "Betulkan tanggal dan jam, lalu coba lagi.",
    "line.certificate": "Sertifikat {host} sudah habis berlaku. Periksa tanggal komputer ini; "
    "bila sudah benar, hubungi pusat.",
    "line.untrusted": "Sertifikat {host} tidak dapat dipercaya, maka sambungan dihentikan. Periksa alamat pusat dan "
    "jaringan, atau hubungi pusat.",
    "line.not_pinned": "Sertifikat {host} tidak dijamin oleh CA yang dipasang di loket ini ({names}), maka sambungan "
    "dihentikan. Bila pusat berganti CA, minta berkasnya dan pasang dengan «loket ca pin»; bila tidak, hubungi pusat.",
    "line.other_name": "Sertifikat yang ditunjukkan di {host} untuk alamat lain, maka sambungan dihentikan. Periksa "
    "alamat pusat dan jaringan, atau hubungi pusat.",
    "line.old_tls": "{host} hanya menawarkan sandi TLS yang sudah usang, maka sambungan dihentikan. Bila jaringan ini "
    "bukan milik perwakilan, coba jaringan lain; selain itu hubungi pusat.",
    "line.insecure": "Alamat {host} harus memakai https. Sambungan tanpa sandi hanya boleh ke komputer ini sendiri.",
    "line.busy": "Pusat ({host}) sedang sibuk. Coba lagi beberapa saat lagi; pekerjaan di loket tetap aman.",
    "line.too_many": "Loket ini terlalu sering bertanya ke pusat. Tunggu satu menit, lalu coba lagi.",
    "line.too_slow": "Sambungan ke {host} terlalu lambat: kiriman tidak sampai pada waktunya. Coba lagi, atau dari "
    "jaringan yang lebih baik; pekerjaan di loket tetap aman.",
    "line.broken": "Pusat ({host}) melaporkan gangguan ({named}). Coba lagi nanti; bila berulang, hubungi pusat.",
    "line.deadline": "Sinkronisasi belum selesai dalam {seconds:number} detik. Yang sudah terkirim tetap tercatat; "
    "sisanya menyusul pada sinkronisasi berikutnya.",
    "centre.address": "{address} bukan alamat pusat. Contoh yang benar: https://pusat.example.",
    "sync.not_enrolled": "Loket ini belum terdaftar di pusat. Minta kode pendaftaran, lalu daftarkan loket.",
    "clock.not_behind": "Jam komputer tidak mundur dari catatan terakhir; tidak ada yang perlu ditegaskan.",
    "sync.clock": "Jam komputer ini tidak cocok dengan jam pusat. Betulkan tanggal dan jam, lalu coba lagi.",
    "sync.bad_token": "Pusat tidak menerima tanda pengenal loket ini. Hubungi pusat.",
    "sync.unknown_terminal": "Pusat ({host}) tidak mengenal loket ini. Periksa alamat pusat, atau minta kode "
    "pendaftaran baru.",
    "sync.revoked": "Pusat telah mencabut izin loket ini. Data di sini tetap aman; hubungi pusat.",
    "sync.old_incarnation": "Nomor seri loket ini sudah dilanjutkan di mesin lain. Data di sini tetap aman; mintalah "
    "kode untuk seri baru kepada pusat, lalu lanjutkan dengan seri itu (halaman Sinkron).",
    "sync.wrong_name": "Catatan yang dikirim bukan milik loket ini. Hubungi pusat.",
    "sync.terminal_taken": "Loket ini sudah terdaftar di pusat dengan kunci lain. Hubungi pusat.",
    "sync.push_too_old": "Program loket ini terlalu lama untuk pusat. Perbarui program; data di sini tetap aman.",
    "sync.pull_too_old": "Kiriman loket sudah diterima, tetapi program ini terlalu lama untuk menerima data baru. "
    "Perbarui program loket.",
    "sync.untrue": "Jawaban dari {host} tidak ditandatangani oleh pusat loket ini, maka tidak dipakai. "
    "Periksa alamat pusat, atau hubungi pusat.",
    "sync.page_untrue": "Kiriman pusat ({stream}) tidak bersambung dengan yang sudah ada, maka tidak dipakai. "
    "Coba lagi; bila berulang, hubungi pusat.",
    "sync.page_unreadable": "Kiriman pusat ({stream}) memuat bentuk data yang belum dikenal. Perbarui program loket.",
    "sync.frames_refused": "Pusat tidak dapat membaca kiriman loket ini ({named}). Data di sini tetap aman; "
    "hubungi pusat.",
    "sync.history": "Catatan loket ini dan pusat belum dapat disambungkan. Coba lagi; bila berulang, hubungi pusat.",
    "sync.own_entries_missing": "Pusat memegang catatan loket ini yang tidak ada di sini: data ini tampaknya "
    "dipulihkan dari cadangan lama atau disalin. Mintalah kode untuk seri baru kepada pusat, lalu lanjutkan dengan "
    "seri itu sebelum melayani lagi (halaman Sinkron).",
    "sync.forked": "Pusat memegang catatan lain atas nama loket ini: data ini tampaknya disalin atau dipulihkan dari "
    "cadangan. Semua sudah terkirim; mintalah kode untuk seri baru kepada pusat, lalu lanjutkan dengan seri itu "
    "(halaman Sinkron).",
    "sync.statement_differs": "Pernyataan pusat tidak sama dengan catatan loket ini. Tidak ada yang hilang di sini; "
    "hubungi pusat.",
    "sync.document_damaged": "Dokumen dari pusat tidak utuh, maka tidak disimpan. Coba lagi.",
    "sync.base_damaged": "Data misi dari {host} tidak utuh, maka tidak dipakai. Sinkronkan lagi nanti.",
    "document.not_at_centre": "Dokumen ini belum dikirim oleh loket yang menerimanya.",
    "enrol.false_centre": "Alamat {host} bukan pusat yang membuat kode ini. Kode belum dikirim. Periksa alamat pusat.",
    "enrol.answer_untrue": "Jawaban pendaftaran dari {host} tidak sah, maka tidak dipakai. Hubungi pusat.",
    "enrol.other_centre": "Loket ini sudah terdaftar di pusat lain. Satu loket hanya untuk satu pusat.",
    "code.unknown": "Pusat tidak mengenal kode pendaftaran ini. Minta kode baru.",
    "code.expired": "Kode pendaftaran ini sudah lewat 24 jam. Minta kode baru.",
    "code.used": "Kode pendaftaran ini sudah dipakai loket lain. Minta kode baru.",
    "code.elsewhere": "Kode pendaftaran ini dibuat untuk perwakilan atau seri lain. Minta kode untuk loket ini.",
    "series.taken_at_centre": "Seri nomor loket ini sudah dipakai loket lain. Minta seri baru dari pusat.",
    # The till
    "till.open_already": "{holder} sudah membuka kas dan memegangnya. Terima serah terimanya, atau tutup kas itu "
    "dahulu.",
    "till.none_open": "Belum ada kas yang dibuka. Buka kas dahulu.",
    "till.not_holder": "{holder} memegang kas ini. Minta serah terima, atau tutup kas itu dengan menulis alasan.",
    "till.closed_meanwhile": "{by} sudah menutup kas {number}. Isian Anda tetap ada; buka kas baru untuk melanjutkan.",
    "till.unknown": "Kas {number} tidak ada di loket ini. Periksa nomornya.",
    "till.still_open": "Kas ini belum ditutup, maka laporan Z belum ada.",
    "till.face": "Pecahan {face} tidak ada. Tulis nilai satu lembar atau keping, misalnya 1000.",
    "till.piece_number": "Jumlah lembar atau keping {face} harus angka dari nol.",
    "till.pieces_and_sum": "Jumlah pecahan {sum:money}, tetapi yang ditulis {amount:money}. Hitung kembali salah "
    "satunya.",
    "till.counted_twice": "{currency} dihitung dua kali. Tulis satu jumlah saja.",
    "till.count_missing": "Hitung juga uang {currency} di laci; tulis 0 bila tidak ada.",
    "till.reason": "Hitungan berselisih {difference:money} dengan catatan. Tulis sebabnya, atau bahwa sebabnya "
    "belum diketahui.",
    "till.second_person": "Selisih {difference:money} perlu disetujui orang kedua. Minta penyelia mengetik kata "
    "sandinya; bila tidak ada, nyatakan bahwa penyelia tidak dapat dihubungi.",
    "till.second_person_out": "Mengambil lebih dari {limit:money} perlu disetujui orang kedua. Minta penyelia "
    "mengetik kata sandinya; bila tidak ada, nyatakan bahwa penyelia tidak dapat dihubungi.",
    "till.nothing_moved": "Tulis jumlah yang lebih dari nol.",
    "till.not_that_much": "Menurut catatan hanya ada {there:money} di laci. Kurangi jumlahnya.",
    "till.nothing_to_check": "Pada sesi kas ini tidak ada yang perlu diperiksa.",
    "till.recount": "Hitungan sudah dipastikan. Menghitung ulang perlu persetujuan penyelia.",
    "till.receiver_same": "Penerima sudah memegang kas ini. Pilih petugas lain.",
    "till.deposit_too_much": "Yang terhitung hanya {counted:money}. Setoran tidak boleh lebih dari itu.",
    # Staff, sign-in and passwords
    "staff.disabled": "Akun {login} dinonaktifkan. Hubungi penyelia.",
    "staff.not_allowed": "Peran {role} tidak berwenang untuk tindakan ini. Minta penyelia melakukannya.",
    "approval.same_person": "Orang kedua harus orang lain, bukan Anda sendiri. Minta penyelia mengetik namanya.",
    "approval.not_allowed": "{name} bukan penyelia perwakilan ini. Minta penyelia atau admin menyetujuinya.",
    "approval.elsewhere": "{name} bukan petugas perwakilan ini. Minta petugas perwakilan ini melakukannya.",
    "login.empty": "Nama masuk wajib diisi.",
    "login.long": "Nama masuk paling panjang {longest} huruf.",
    "login.character": "Nama masuk tidak boleh memuat spasi atau tanda yang tidak tampak.",
    "login.taken": "Nama masuk {login} sudah dipakai. Pilih nama lain.",
    "login.own": "Anda sedang masuk sebagai {login}. Minta petugas lain melakukannya.",
    "login.last": "{login} adalah satu-satunya yang dapat membuka loket ini. Tambahkan petugas lain dahulu.",
    "password.differs": "Kedua kata sandi baru tidak sama. Ketik kembali.",
    "password.too_short": "Kata sandi paling sedikit {shortest} huruf.",
    "recovery_code.length": "Kode pemulihan terdiri atas {expected} karakter; yang diisi {length}.",
    "recovery_code.character": "Kode pemulihan tidak memuat {character}. Salin kembali dari kertas.",
    "recovery_code.mistyped": "Kode pemulihan salah ketik. Salin kembali dari kertas, huruf demi huruf.",
    # Forms, documents and papers at the counter
    "period.ends_first": "Tanggal akhir mendahului tanggal awal, {first:date}. Tukar keduanya.",
    "period.too_long": "Satu buku memuat paling banyak {most} hari. Pilih masa yang lebih pendek.",
    "expiring.days": "Isi jumlah hari dari 0 sampai {most}.",
    "book.kind": "Buku dan daftar disimpan sebagai .pdf, .xlsx atau .csv. Ganti akhiran nama {file}.",
    "date.impossible": "Tanggal ini tidak ada dalam kalender. Tulis sebagai TTTT-BB-HH, misalnya 2026-11-22.",
    "contract.too_early": "Kontrak ini dimulai sebelum tahun 1970. Periksa kembali tahunnya.",
    "entry.too_large": "Isian ini terlalu panjang untuk dikirim ke pusat. Ringkas teksnya.",
    "date.too_far": "Tanggal ini di luar jangkauan (1900 sampai 2100). Periksa kembali tahunnya.",
    "document.empty": "Berkas {file} kosong. Pindai atau pilih kembali.",
    "document.not_readable": "Berkas {file} tidak dapat dibaca ({said}). Periksa nama dan letaknya.",
    "document.too_large": "Berkas {file} melebihi {most} MB. Pindai dengan resolusi lebih rendah.",
    "document.type": "Berkas {file} bukan PDF, JPEG atau PNG. Simpan dalam salah satu bentuk itu.",
    "document.unknown": "Dokumen ini tidak dikenal di loket ini. Periksa kodenya, atau sinkronkan dahulu.",
    "document.seen_as": "Tulisan {seen_as} bukan asli (original) atau salinan (copy).",
    "document.requirement_unknown": "Dokumen {requirement} tidak diminta menurut aturan ini. Pilih dari daftarnya.",
    "document.not_of_worker": "Dokumen ini tidak tersimpan pada data pekerja ini. Pilih dari daftar dokumennya.",
    "document.not_here": "Isi dokumen ini masih di pusat. Buka dahulu pada Dokumen pekerja saat ada jaringan, lalu "
    "tambahkan lagi.",
    "document.detached": "Dokumen ini sudah dilepaskan dari klaimnya.",
    "document.decided_on": "Keputusan pusat sudah bersandar pada dokumen ini, maka tidak dapat dilepaskan. Tambahkan "
    "dokumen yang benar; pusat akan memeriksanya.",
    "document.reason_short": "Tulis alasannya, paling sedikit {shortest} huruf.",
    "document.damaged": "Berkas {file} rusak atau terkunci. Pindai atau simpan kembali.",
    "document.too_many_pixels": "Gambar {file} lebih dari {most} juta titik. Perkecil dahulu, atau pindai kembali.",
    "document.too_many_pages": "Berkas {file} memuat {pages} halaman; paling banyak {most}. Pisahkan berkasnya.",
    "picture.blurry": "Gambar ini kabur; tulisannya mungkin tidak terbaca. Pindai atau potret kembali bila dapat.",
    "picture.dark": "Gambar ini terlalu gelap. Potret kembali dengan lebih terang bila dapat.",
    "picture.bright": "Tulisan pada gambar ini terlalu pudar. Potret kembali tanpa kilatan bila dapat.",
    "picture.blank": "Halaman ini tampaknya kosong. Periksa sisi yang dipindai.",
    "picture.small": "Gambar ini kecil; tulisannya mungkin tidak terbaca. Potret lebih dekat atau pindai bila dapat.",
    "claim.unknown": "Klaim ini tidak ditemukan di loket ini.",
    "claim.not_synced": "Klaim {number} belum ada di loket ini. Sinkronkan dahulu, lalu cari lagi.",
    "claim.not_here": "Klaim {number} diterima di {mission} dan belum ada di loket ini. Cari pekerjanya dengan paspor "
    "atau NIK saat ada jaringan lalu pinjam datanya; klaimnya ikut datang.",
    "claim.restricted": "Ini klaim khusus. Yang dapat membukanya hanya {roles}. Percobaan ini dicatat.",
    "claim.person_erased": "Data orang ini sudah dihapus, maka berkas lengkap klaim {number} tidak dapat dibuat lagi.",
    "document.not_of_claim": "Dokumen ini tidak ada pada klaim ini. Buka kembali dari halaman klaimnya.",
    "document.travelling": "Dokumen ini masih dalam perjalanan dari loketnya. Coba lagi setelah loket itu sinkron.",
    "document.erased": "Dokumen ini sudah dihapus bersama data orangnya.",
    "document.not_sealed_to_us": "Segel dokumen ini tidak dapat dibuka dengan kunci pusat ini. Minta loket "
    "melampirkannya kembali.",
    "document.encrypted": "PDF ini terkunci kata sandi, maka tidak dapat ditampilkan. Minta berkas tanpa kunci.",
    "document.broken": "Berkas ini rusak, maka tidak dapat ditampilkan. Minta dipindai kembali.",
    "document.no_pages": "Berkas ini bukan gambar atau PDF, maka tidak dapat ditampilkan. Unduh aslinya bila perlu.",
    "document.page_unknown": "Dokumen ini tidak mempunyai halaman {page:number}.",
    "document.too_heavy": "Halaman ini terlalu berat untuk digambar. Unduh aslinya bila perlu.",
    "claim.not_sealed": "Loket ini belum terdaftar di pusat: jenis, uraian dan dokumen klaim khusus belum dapat "
    "disegel, maka tidak disimpan. Kembalikan dokumennya; setelah loket terdaftar, lampirkan bersama uraian tertulis.",
    "claim.sealing_key_missing": "Dokumen klaim khusus hanya dapat disegel setelah loket terdaftar di pusat. "
    "Daftarkan loket dahulu.",
    "receipt.not_at_centre": "Kuitansi {number} belum ada di pusat. Periksa nomornya, atau tunggu loketnya sinkron.",
    "receipt.unknown": "Nomor {number} tidak ditemukan di loket ini. Periksa kembali, atau sinkronkan dahulu.",
    # Voids and refunds
    "void.done": "Kuitansi ini sudah dibatalkan dengan {void} pada {day:date}. Tidak ada lagi yang perlu dibatalkan.",
    "void.refunded": "Kuitansi ini sudah dikembalikan lewat pusat pada {day:date}. "
    "Tidak ada lagi yang perlu dibatalkan.",
    "void.other_counter": "Kuitansi ini dikeluarkan {counter}; hanya loket itu yang dapat membatalkannya. "
    "Di sini ajukan pengembalian lewat pusat.",
    "void.session_closed": "Kas yang mencatat kuitansi ini sudah ditutup. Ajukan pengembalian lewat pusat.",
    "void.day_passed": "Kuitansi ini dari {day:date} dan hanya dapat dibatalkan pada hari itu juga. "
    "Ajukan pengembalian lewat pusat.",
    "receipt.copied_number": "Nomor {number} dipakai lebih dari satu kuitansi. Buka kuitansinya dari halaman pekerja.",
    "reason.too_long": "Alasan paling panjang {longest} huruf.",
    "text.too_long": "Isian ini paling panjang {longest} huruf.",
    "cash.no_till": "Belum ada kas yang dibuka di loket ini. Buka kas dahulu: uangnya keluar dari kas.",
    "cash.other_holder": "Kas yang terbuka dipegang {name}. Lakukan serah terima kas, atau minta {name} "
    "yang mengeluarkan uangnya.",
    "cash.not_there": "Menurut buku, uang {currency} di kas tidak cukup. Catat uang masuk ke kas dahulu.",
    "receipt.was_voided": "Kuitansi {number} dari permintaan ini sudah dibatalkan dengan {void} pada {day:date}. "
    "Bila perlu, terima pembayaran baru.",
    "receipt.was_refunded": "Kuitansi {number} dari permintaan ini sudah dikembalikan lewat pusat pada {day:date}. "
    "Bila perlu, terima pembayaran baru.",
    "refund.method": "Cara pengembalian {method} tidak dikenal. Pilih cash (tunai) atau transfer.",
    "refund.no_cash": "Perwakilan ini tidak mengeluarkan uang tunai. Pilih transfer dan isi rekening pekerja.",
    "refund.asked": "Pengembalian kuitansi ini sudah diajukan pada {day:date}. Tunggu keputusan pusat.",
    "refund.unknown": "Tidak ada pengajuan pengembalian untuk {number} di loket ini. "
    "Periksa kembali, atau sinkronkan dahulu.",
    "refund.nothing": "Tidak ada uang yang harus dikembalikan untuk kuitansi ini.",
    "refund.decided": "Pengembalian ini sudah diputuskan. Muat ulang daftarnya.",
    "refund.not_here": "Kuitansinya belum sampai di pusat. Putuskan setelah loketnya sinkron.",
    "refund.no_account": "Rekening pekerja tidak diisi pada pengajuan ini. Setujui tunai, atau tolak dengan catatan.",
    "refund.waiting": "Pusat belum memutuskan pengembalian ini. Sinkronkan, lalu lihat kembali.",
    "refund.refused": "Pusat menolak pengembalian ini. Sampaikan alasannya kepada pekerja.",
    "refund.transferred": "Pusat sudah mentransfer pengembalian ini. Jangan keluarkan uang tunai.",
    "refund.paid": "Pengembalian ini sudah dibayarkan dengan {number} pada {day:date}.",
    "refund.overtaken": "Kuitansi ini sudah dibatalkan atau dikembalikan dengan cara lain. "
    "Tidak ada uang yang harus dikembalikan.",
    "token.not_found": "Tidak ada kode QR kuitansi pada {file}. Pindai kembali dengan lebih terang dan tegak.",
    "printer.none": "Tidak ada pencetak yang terpasang. Kertas dapat disimpan sebagai PDF atau dicetak nanti.",
    "printer.failed": "Pencetak menolak ({said}). Periksa kabel dan kertasnya, atau pilih pencetak lain.",
    "printer.unknown": "Tidak ada pencetak bernama {name} di sini. Pilih salah satu dari: {names}.",
    "printer.address": "Alamat pencetak {address} tidak dikenal. "
    "Tulis seperti tcp://192.168.1.50:9100 atau /dev/usb/lp0.",
    "printer.size": "Ukuran kertas {size} tidak dikenal. Pilih salah satu dari: {sizes}.",
    "printer.copies": "Jumlah lembar antara 1 dan {most}.",
    "printer.unreachable": "Pencetak {queue} tidak menjawab ({said}). Nyalakan dan periksa kabelnya, "
    "atau pilih pencetak lain.",
    "printer.roll_only": "Pencetak {queue} hanya mencetak struk 80 mm. Pilih pencetak lain untuk kertas ini.",
    "printer.no_paper": "Kertas pencetak {queue} habis. Pasang gulungan baru, lalu cetak lagi.",
    "printer.open": "Tutup pencetak {queue} terbuka. Tutup dahulu, lalu cetak lagi.",
    "printer.jammed": "Pencetak {queue} macet. Matikan, keluarkan kertasnya, nyalakan kembali, lalu cetak lagi.",
    "scanner.none": "Tidak ada pemindai yang terpasang. Lampirkan berkasnya saja.",
    "scanner.failed": "Pemindai menolak ({said}). Periksa kabel dan kertasnya, atau lampirkan berkas.",
    "paper.folder": "Folder cetak {path} tidak dapat ditulisi ({said}). "
    "Perbaiki izin foldernya; belum ada yang dicatat.",
    "paper.not_written": "{number} sudah tercatat, tetapi PDF-nya gagal ditulis ({said}). "
    "Buat kembali dengan loket receipt.",
    "staff.unknown": "Tidak ada petugas bernama masuk {login}.",
    "staff.role_unknown": "Peran {role} tidak dikenal. Pilih salah satu dari: {roles}.",
    "world.file": "Berkas {path} tidak dapat dibaca atau ditulis ({said}).",
    # Bundles: what travels on a stick
    "bundle.size": "Ukuran berkas harus antara {least} dan {most} MB.",
    "bundle.too_many_files": "Isinya menjadi {files} berkas, paling banyak {most}. Pilih ukuran berkas yang lebih "
    "besar.",
    "bundle.not_enrolled": "Loket ini belum terdaftar di pusat, maka belum ada kunci pusat untuk menyegel isi "
    "flashdisk. Daftarkan dahulu, sekali saja, lewat sambungan apa pun (halaman Sinkron); catatan di sini tetap "
    "aman.",
    "bundle.stick_full": "Flashdisk ({path}) tidak cukup luang: perlu {needed} MB, luang {free} MB. Pasang flashdisk "
    "lain lalu ulangi; sisanya dilanjutkan.",
    "bundle.stick_gone": "Flashdisk ({path}) tidak dapat dibaca atau ditulis ({said}). Pasang kembali lalu ulangi; "
    "tidak ada yang hilang.",
    "bundle.stick_untrue": "Flashdisk ({path}) tidak menyimpan apa yang ditulis kepadanya. Jangan dipakai lagi; "
    "pasang flashdisk lain lalu ulangi.",
    "bundle.not_a_bundle": "{name} bukan berkas Loket. Pilih berkas dengan akhiran .loket.",
    "bundle.newer": "{name} dibuat oleh program yang lebih baru. Perbarui program, lalu ulangi.",
    "bundle.cut_short": "{name} terpotong: penyalinannya tidak selesai. Salin sekali lagi dari asalnya.",
    "bundle.damaged": "{name} rusak atau diubah di jalan, maka tidak diambil. Minta berkas itu sekali lagi dari "
    "pengirimnya.",
    "bundle.not_for_us": "{name} disegel untuk kunci lain dan tidak dapat dibuka di sini. Minta berkas baru dari "
    "pengirimnya.",
    "bundle.for_the_centre": "{name} dibuat loket untuk pusat. Yang diambil di loket bertanda «turun» pada namanya.",
    "bundle.for_a_counter": "{name} dibuat pusat untuk loket. Yang diambil di pusat bertanda «naik» pada namanya.",
    "bundle.other_centre": "{name} milik pusat lain.",
    "bundle.other_counter": "{name} untuk loket lain ({series}).",
    "bundle.unknown_counter": "{name} dari loket ({series}) yang tidak dikenal pusat ini. Daftarkan loket itu, lalu "
    "ambil sekali lagi.",
    "bundle.counter_revoked": "Izin loket {series} telah dicabut. Pastikan asal flashdisk ini, lalu ambil dengan "
    "persetujuan petugas; setiap catatannya akan ditandai untuk diperiksa.",
    "bundle.counter_continued": "Loket {series} sudah dilanjutkan dengan kunci baru. Pastikan asal flashdisk ini, "
    "lalu ambil dengan persetujuan petugas.",
    "bundle.no_manifest": "Ini bukan kode QR dari daftar bawaan loket itu. Pindai sekali lagi.",
    "bundle.other_manifest": "Daftar bawaan ini tidak cocok dengan berkasnya. Berkas tidak diambil.",
    "bundle.no_key": "Loket {series} belum memberi kunci untuk dikirimi. Minta satu berkas «naik» darinya dahulu.",
    "bundle.unknown": "Berkas dengan nomor itu belum pernah ditulis dari loket ini.",
    "bundle.by_command": "Isinya lebih dari 1 GB. Buat di mesin pusat dengan perintah «loket-centre bundle make».",
    "bundle.given_up": "Izin loket {series} telah dicabut; tidak ada yang dikirim kepadanya.",
    "bundle.too_new": "Program loket ini terlalu lama untuk isi berkas ini. Perbarui program; catatan di sini tetap "
    "dapat dikirim.",
    # The journal held against itself
    "verify.gap": "Jurnal loket ini kehilangan catatan nomor {seq}. Jangan hapus apa pun; hubungi pusat.",
    "verify.chain": "Rantai jurnal putus pada catatan nomor {seq}. Jangan hapus apa pun; hubungi pusat.",
    "verify.signature": "Tanda tangan catatan nomor {seq} tidak cocok. Jangan hapus apa pun; hubungi pusat.",
    "verify.unreadable": "Catatan nomor {seq} tidak dapat dibaca. Jangan hapus apa pun; hubungi pusat.",
    "verify.till": "Laporan Z ke-{serial} tidak menyambung laporan sebelumnya. Hubungi bantuan.",
    "verify.ledger": "Buku besar ({table}) tidak sama dengan jurnalnya. Jangan hapus apa pun; hubungi pusat.",
    "verify.base": "Data misi ({part}) bukan lagi yang ditandatangani pusat. Jangan hapus apa pun; hubungi pusat.",
    "verify.needs_base": "Buku besar menunggu data misi baru dari pusat. Sinkronkan dulu, lalu periksa lagi.",
    # The encrypted database and its folder
    "store.missing": "Belum ada data loket di {path}. Jalankan loket init, atau periksa foldernya.",
    "backup.no_folder": "Folder {place} tidak ada. Pasang diskanya, lalu pilih folder yang ada.",
    "backup.inside": "Folder {place} ada di dalam data loket sendiri. Pilih folder di diska lain.",
    "backup.no_place": "Belum ada tempat cadangan. Pilih folder di diska kedua (Atur, Cadangan).",
    "backup.away": "Diska cadangan ({place}) tidak terpasang. Pasang, lalu buat cadangan lagi; data loket tetap aman.",
    "backup.not_one": "{source} bukan cadangan loket yang utuh. Pilih folder LOKET-… yang berisi cadangan.json.",
    "backup.damaged": "Cadangan {source} rusak: isinya tidak lagi seperti saat dibuat. Pakai cadangan yang lain.",
    "journal.restored": "Loket ini dipulihkan dari cadangan. Mintalah kode untuk seri baru kepada pusat, lalu "
    "lanjutkan dengan seri itu sebelum melayani (halaman Sinkron).",
    "store.exists": "Folder {path} sudah berisi data loket. Pilih folder lain.",
    "store.wrong_password": "Kata sandi {login} salah. Ketik kembali.",
    "store.wrong_recovery_code": "Kode pemulihan ini bukan milik loket ini.",
    "store.no_slot": "Tidak ada kunci untuk {login} di loket ini. Minta admin menambahkannya.",
    "store.locked_out": "Terlalu banyak percobaan. Tunggu {seconds:number} detik, lalu coba lagi.",
    "store.keys_damaged": "Berkas kunci loket rusak. Jangan hapus apa pun; pulihkan dari cadangan.",
    "store.damaged": "Basis data {path} rusak atau telah diubah. Jangan hapus apa pun; hubungi pusat.",
    "store.newer": "Data ini ditulis oleh versi program yang lebih baru. Perbarui program loket.",
    "store.busy": "Data loket sedang dipakai oleh {holder}. Tutup dahulu, lalu coba lagi.",
    "store.read_only": "Folder {path} tidak dapat ditulisi. Periksa hak akses atau kunci tulisnya.",
    "store.disk_full": "Diska untuk {path} penuh. Kosongkan ruang, lalu coba lagi; tidak ada yang hilang.",
    "store.disk_low": "Ruang diska tinggal {free_mb:number} MB; diperlukan {needed_mb:number} MB. "
    "Kosongkan ruang dahulu.",
    "store.disk_error": "Diska bermasalah pada {path}: {error}. Salin cadangan dan hubungi teknisi.",
    "store.migration_failed": "Pembaruan basis data gagal ({error}). Salinan sebelum pembaruan ada di {copy}.",
    "window.already_open": "Jendela loket sudah terbuka ({holder}).",
    # The window
    "ui.no_display": "Tidak ada layar untuk membuka jendela loket. Jalankan dari desktop, atau pakai perintah "
    "seperti loket status atau loket search; loket --help memuat semuanya.",
    # What officers say to claims
    "claim.not_at_centre": "Klaim {number} tidak ada di pusat. Periksa nomornya, atau tunggu sinkronisasi loketnya.",
    "claim.number_several": "Nomor klaim {number} dipakai beberapa klaim. Sebutkan salah satu id-nya: {ids}.",
    "claim.changed": "Klaim {number} berubah sejak Anda membukanya. Periksa yang baru, lalu simpan lagi; isian Anda "
    "masih ada.",
    "claim.papers_meanwhile": "Sementara itu datang {n:number} dokumen atau laporan baru.",
    "claim.approved_by": "Klaim ini disetujui oleh {officer} pada {day:date}.",
    "claim.rejected_by": "Klaim ini ditolak oleh {officer} pada {day:date}.",
    "claim.paid_by": "Klaim ini dibayar pada {day:date}, dicatat oleh {officer}.",
    "claim.withdrawn_on": "Klaim ini ditarik kembali pada {day:date}.",
    "claim.waits": "Klaim ini masih menunggu keputusan.",
    "claim.waits_for_papers": "Klaim ini masih menunggu dokumen yang diminta.",
    "claim.not_now.ask": "Dokumen tidak dapat diminta untuk klaim {number} dalam keadaan ini. Buka kembali klaimnya "
    "dahulu.",
    "claim.not_now.approve": "Klaim {number} tidak dapat diputuskan dalam keadaan ini. Buka kembali klaimnya dahulu.",
    "claim.not_now.reject": "Klaim {number} tidak dapat ditolak dalam keadaan ini. Buka kembali klaimnya dahulu.",
    "claim.not_now.pay": "Pembayaran klaim {number} hanya dapat dicatat setelah disetujui dan sebelum dibayar.",
    "claim.not_now.return": "Klaim {number} belum tercatat dibayar, maka tidak ada pembayaran yang kembali.",
    "claim.not_now.reopen": "Klaim {number} tidak dapat dibuka kembali dalam keadaan ini. Yang dapat dibuka kembali: "
    "disetujui dan belum dibayar, ditolak, atau ditarik kembali.",
    "claim.too_many_papers": "Sekali minta paling banyak {most:number} dokumen.",
    "claim.day_over": "Batas waktu {day:date} sudah lewat. Pilih hari ini atau sesudahnya.",
    "claim.day_far": "Batas waktu {day:date} lebih dari setahun lagi. Periksa tahunnya.",
    "claim.proposed": "Usulan {officer} untuk klaim ini menunggu petugas kedua. Setujui, kembalikan, atau tunggu.",
    "claim.no_proposal": "Tidak ada usulan yang menunggu untuk klaim ini. Muat ulang halamannya.",
    "claim.other_proposal": "Usulan ini sudah diganti; sekarang ada usulan {officer}. Baca dahulu yang baru.",
    "claim.own_proposal": "Usulan ini milik Anda sendiri. Petugas lain yang menyetujui atau mengembalikannya.",
    "claim.others_proposal": "Usulan ini milik {officer} dan masih berlaku. Setujui, atau kembalikan dengan alasannya.",
    "claim.proposal_void": "Usulan ini gugur: klaimnya berubah sesudah diusulkan. Periksa yang baru, lalu usulkan "
    "lagi.",
    "claim.amount_differs": "Yang disetujui {due:rp}. Tulis jumlah yang sama, atau buka kembali keputusannya.",
    "claim.paid_in_future": "Tanggal bayar {day:date} belum tiba. Periksa tanggalnya.",
    "claim.paid_too_early": "Klaim baru disetujui pada {day:date}; tanggal bayarnya tidak dapat lebih awal.",
    "claim.duplicate_itself": "Itu nomor klaim ini sendiri. Tulis nomor klaim yang lain.",
    "claim.duplicate_restricted": "Klaim itu tidak dapat disebut dalam keputusan klaim lain. Pilih alasan lain.",
    "claim.erased": "Data pribadi pekerja ini sudah dihapus; komentar tidak dapat lagi ditulis.",
    "claim.assignee": "Petugas itu tidak dapat memutuskan klaim ini. Pilih dari daftar.",
    "claim.taken": "Klaim ini sementara itu sudah dipegang {officer}. Muat ulang halamannya.",
    "rejection.unknown": "Alasan penolakan {reason} tidak dikenal. Pilih dari daftar.",
    "award.none": "Isi jumlah paling sedikit untuk satu manfaat.",
    "award.not_of_kind": "Manfaat {benefit} tidak dapat diberikan untuk jenis klaim ini. Pilih dari daftarnya.",
    "award.twice": "Manfaat {benefit} tertulis dua kali. Jumlahkan menjadi satu.",
    "award.not_positive": "Jumlahnya harus lebih dari nol.",
    "award.too_large": "Jumlah ini terlalu besar. Periksa kembali angka nolnya.",
    "award.above_ceiling": "{benefit}: melebihi batas peraturan {ceiling:rp}. Tulis alasannya dalam catatan.",
    "award.not_law": "{benefit}: melebihi {ceiling:rp}, batas yang kami kenal tetapi belum terbaca dari bunyi "
    "peraturan. Tulis alasannya dalam catatan.",
    "award.unknown": "{benefit}: manfaat ini belum dikenal program pusat, maka batasnya tidak diketahui. Tulis "
    "dasarnya dalam catatan.",
    # The centre
    "rate.not_positive": "Kurs harus berupa angka lebih dari nol, misalnya 512.40.",
    "rate.rupiah": "Rupiah tidak memerlukan kurs atau tarif lokal. Pilih mata uang setempat.",
    "price.not_positive": "Tarif lokal harus lebih dari nol.",
    "price.programme": "Tarif lokal hanya ditetapkan untuk JKK+JKM, bukan {programme}: besarnya JHT dipilih pekerja.",
    "price.twice": "Jumlah bulan ini sudah ditetapkan untuk peristiwa yang sama. Hapus salah satunya.",
    "validity.reversed": "Akhir masa berlaku tidak boleh sebelum mulainya ({day:date}).",
    "decree.long": "Nomor keputusan paling panjang {longest} huruf.",
    "rate.step": "Pembulatan {currency} harus lebih dari nol, paling banyak {decimals} angka di belakang koma.",
    "login.form": "Nama masuk terdiri atas huruf kecil, angka, titik atau garis, paling panjang {longest}.",
    "officer.sign_in": "Nama masuk atau kata sandi salah. Ketik kembali.",
    "officer.unknown": "Petugas pusat {login} tidak dikenal. Periksa nama masuknya.",
    "officer.not_allowed": "Peran petugas ini tidak berwenang. Yang boleh: {roles}.",
    "officer.oneself": "Akun Anda sendiri diubah oleh admin lain. Minta admin lain melakukannya.",
    "officer.last_admin": "{login} adalah satu-satunya admin. Tambahkan admin lain dahulu.",
    "officer.demo_only": "Faktor kedua peragaan hanya dipakai di pusat peragaan. Petugas memakai ponselnya sendiri.",
    "officer.password": "Kata sandi yang sekarang salah. Ketik kembali.",
    "officer.code": "Kodenya salah, atau sudah dipakai. Tunggu kode berikutnya di ponsel, lalu ketik. "
    "Bila tetap salah, setel jam ponsel ke waktu otomatis.",
    "officer.too_late": "Sudah terlalu lama sejak kata sandi diketik. Masuk kembali dari awal.",
    "officer.factor_damaged": "Faktor kedua petugas ini tidak terbaca. Minta admin menyetel ulang.",
    "password.same": "Kata sandi baru sama dengan yang lama. Pilih yang lain.",
    "officer.locked": "Terlalu banyak percobaan. Tunggu {minutes:number} menit, lalu coba lagi.",
    "centre.not_serving": "Pusat di {folder} sedang tidak berjalan. Jalankan loket-centre serve dahulu.",
    "centre.serving": "Pusat di {folder} sudah berjalan. Hentikan dahulu yang sedang berjalan.",
    "centre.no_keys": "Belum ada pusat di {folder}. Jalankan loket-centre serve dahulu, atau periksa foldernya.",
    "centre.keys_damaged": "Berkas kunci pusat {path} rusak. Jangan hapus apa pun; pulihkan dari cadangan.",
    "centre.keys_open": "Berkas kunci pusat {path} dapat dibaca orang lain. Ubah izinnya menjadi 0600.",
    "centre.other_keys": "Basis data ini milik pusat dengan kunci lain. Periksa folder data dan LOKET_CENTRE_DSN.",
    "centre.newer": "Basis data pusat ditulis oleh versi program yang lebih baru. Perbarui program pusat.",
    "centre.database": "Basis data pusat tidak menjawab. Periksa PostgreSQL dan LOKET_CENTRE_DSN.",
    "centre.not_postgresql": "LOKET_CENTRE_DSN harus berupa alamat PostgreSQL, misalnya postgresql://loket@db/loket.",
    "centre.embedded": "PostgreSQL bawaan tidak dapat dijalankan di {folder}. Periksa log di folder itu.",
    "centre.port": "Alamat {address} tidak dapat dipakai ({said}). Pilih alamat atau porta lain.",
    "centre.certificate": "Sertifikat {file} atau kuncinya tidak dapat dipakai ({said}). Keduanya harus PEM, sepasang, "
    "tanpa kata sandi, dan dapat dibaca.",
    "centre.folder": "Folder {folder} tidak dapat ditulisi ({said}). Periksa izinnya.",
    "centre.no_password": "Kata sandi belum diberikan. Isi LOKET_PASSWORD, atau jalankan di terminal.",
}

PAPERS: dict[str, str] = {
    "receipt": "Kuitansi",
    "claim": "Tanda terima klaim",
    "void": "Kuitansi pembatalan",
    "refund": "Bukti pengembalian",
    "move": "Bukti penggantian masa perlindungan",
    "card": "Surat keterangan kepesertaan",
    "z": "Laporan Z",
    "statement": "Surat keterangan perwakilan",
    "dossier": "Berkas klaim",
}
"""What is printed with a signed code: named by a token's kind."""

CLAIM_STATES: dict[str, str] = {
    "filed": "Menunggu keputusan BPJS",
    "asked": "BPJS menunggu dokumen",
    "approved": "Disetujui, belum dibayar",
    "rejected": "Tidak disetujui",
    "paid": "Sudah dibayar",
    "withdrawn": "Ditarik kembali",
}
"""Where a claim stands (models.rules.claim_states)."""

STATED: dict[str, str] = {
    "death": "Pekerja meninggal dunia",
    "missing": "Pekerja hilang",
}
"""What a mission states in a letter of its own."""

# Why two records may be one person (`models.rules.likeness`): parts of a sentence that `explain` makes.
REASONS: dict[str, str] = {
    "nik.same": "NIK sama",
    "nik.one_digit": "NIK beda satu angka",
    "nik.serial_digit": "NIK hanya beda satu angka di nomor urut",
    "nik.differs": "NIK berbeda",
    "passport.same": "paspor sama",
    "passport.old": "paspor lama sama",
    "passport.one_digit": "nomor paspor beda satu angka",
    "kpj.same": "KPJ sama",
    "birth.same": "lahir sama",
    "birth.swapped": "tanggal dan bulan lahir tertukar",
    "birth.one_digit": "tanggal lahir beda satu angka",
    "birth.other_year": "tahun lahir saja yang berbeda",
    "birth.differs": "tanggal lahir berbeda",
    "sex.differs": "jenis kelamin berbeda",
    "name.same": "nama sama",
    "name.spelling": "nama sama, ejaan lain",
    "name.alike": "nama mirip",
    "name.part": "nama sama, satu lebih lengkap",
    "name.shares": "sebagian nama sama",
    "name.differs": "nama berbeda",
    "mother.same": "nama ibu sama",
    "mother.alike": "nama ibu mirip",
    "mother.differs": "nama ibu berbeda",
    "phone.same": "telepon sama",
}


# What a phase rests on, and what is missing (`models.rules.phases`).
STEPS: dict[str, str] = {
    "package": "Paket {months} bulan",
    "base": "Iuran pokok",
    "beyond": "{n} bulan lagi × {each:rp}",
    "each_month": "{n} bulan × {each:rp}",
    "savings": "{n} bulan × {each:rp}, dipilih pekerja",
    "cap": "Tidak lebih dari paket {months} bulan, hemat {saving:rp}",
    "least": "{asked} bulan dibayar sebagai paket terkecil, {months} bulan",
    "next_package": "{asked} bulan dibayar sebagai paket {months} bulan",
    "basis": "{basis}; tarif versi {version}, berlaku sejak {valid_from:date}, dipilih menurut tanggal {day:date}",
    "confidence.law": "Menurut bunyi peraturan",
    "confidence.press": "Menurut pengumuman, bukan bunyi peraturan",
    "confidence.derived": "Dihitung dari peraturan",
    "confidence.proposal": "Cara hitung sementara, belum ditegaskan peraturan",
}
"""How a price comes about, step by step (models.rules.tariffs.Step)."""

EVIDENCE: dict[str, str] = {
    "departure": "berangkat {day}",
    "contract_start": "kontrak mulai {day}",
    "contract_end": "kontrak berakhir {day}",
    "months": "menurut lama kontrak {day}",
    "arrival": "tiba di Indonesia {day}",
}
MISSING: dict[str, str] = {
    "departure": "tanggal berangkat belum diisi",
    "contract_start": "awal kontrak belum diisi",
    "contract_end": "akhir kontrak belum diisi",
    "arrival": "tanggal tiba di Indonesia belum diisi",
    "earlier": "kontrak yang diperpanjang belum tercatat",
}


class _Gap(str):
    """A gap's value, which shows itself as the sentence asks."""

    def __format__(self, spec: str) -> str:
        match spec:
            case "date":
                return language.date_short(date.fromisoformat(self))
            case "rp":
                return language.rupiah(int(self))
            case "number":
                return language.number(int(self))
            case "money":
                code, _space, amount = self.partition(" ")
                return language.money(Money.parse(amount, code))
            case _:
                return str(self)


class _Filler(Formatter):
    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "…")

    def format_field(self, value: Any, format_spec: str) -> str:
        try:
            return format(value, format_spec)
        except (ValueError, Refused):
            # A value that is not what the sentence expects is shown as it came: a message must always appear.
            return str(value)


def sentence(problem: Problem) -> str:
    """What the clerk reads for a problem, in the language in use."""
    return _fill(problem.code, problem.values)


def trouble_sentence(trouble: Trouble) -> str:
    """What the clerk reads when the world said no."""
    return _fill(trouble.code, trouble.values)


def paper_name(kind: str) -> str:
    """What a paper is called, by the kind in its token, in the language in use: `Kuitansi pembatalan`."""
    text = PAPERS.get(kind)
    return language._("Surat lain (kode {code})").format(code=kind) if text is None else language._(text)


def stated(about: str) -> str:
    """What a mission's letter states, in the language in use: `Pekerja hilang`."""
    return language._(STATED[about])


def claim_state(state: str) -> str:
    """Where a claim stands, in the language in use: `Menunggu keputusan BPJS`."""
    text = CLAIM_STATES.get(state)
    return language._("keadaan lain (kode {code})").format(code=state) if text is None else language._(text)


def reason(code: str) -> str:
    """A reason for or against one person, in the language in use: `lahir sama`."""
    text = REASONS.get(code)
    return language._("alasan lain (kode {code})").format(code=code) if text is None else language._(text)


def explain(likeness: Likeness) -> str:
    """Why two records may be one person, the weightiest first: `paspor lama sama, nama mirip, tetapi NIK berbeda`.
    Empty where nothing was comparable."""
    agree = ", ".join(reason(each.code) for each in likeness.reasons if not each.against)
    differ = ", ".join(reason(each.code) for each in likeness.reasons if each.against)
    if agree and differ:
        return language._("{agree}, tetapi {differ}").format(agree=agree, differ=differ)
    return agree or differ


def explain_step(step: Step) -> str:
    """A step of a price in the language in use: `12 bulan lagi × Rp 13.500`."""
    text = STEPS.get(step.code)
    if text is None:
        return language._("langkah lain (kode {code})").format(code=step.code)
    return filled(text, step.values)


def explain_phase(phase: Phase) -> tuple[str, ...]:
    """What a phase rests on, date by date, and then what is missing: `berangkat 2 Des 2024`, `tanggal tiba di
    Indonesia belum diisi`."""
    known = [language._(EVIDENCE[one.what]).format(day=language.date_short(one.day)) for one in phase.evidence]
    return (*known, *(language._(MISSING[one]) for one in phase.missing))


def _fill(code: str, values: Iterable[tuple[str, str]]) -> str:
    text = SENTENCES.get(code)
    if text is None:
        # Codes of a newer centre reach older counters.
        return language._("Ada yang perlu diperiksa (kode {code}).").format(code=code)
    return filled(text, values)


def filled(text: str, values: Iterable[tuple[str, str]]) -> str:
    """A sentence in the language in use, with its gaps filled."""
    return _Filler().vformat(language._(text), (), {name: _Gap(value) for name, value in values})
