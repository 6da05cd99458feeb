"""What benefits, documents and parties are called in English: for a letter that an employer, a hospital or an authority
abroad reads. Indonesian names come with the dated rules; what has no English yet is said in Indonesian."""

from __future__ import annotations

from collections.abc import Sequence

from models.rules.claims import document_kind, document_name
from models.rules.problems import Refused
from reports.paper import Words

_BENEFITS = {
    "JKK-KECELAKAAN": "Work accident",
    "JKK-B-TRANSPORT": "Transport costs after a work accident",
    "JKK-CACAT-SEBAGIAN": "Compensation for partial permanent disability",
    "JKK-CACAT-TOTAL": "Compensation for total permanent disability",
    "JKK-MATI": "Compensation for death caused by a work accident",
    "JKK-BERKALA": "Periodic compensation (total permanent disability), paid at once",
    "JKK-ALAT": "Orthoses and prostheses",
    "JKK-GIGI": "Dentures",
    "JKK-DENGAR": "Hearing aids",
    "JKK-KACAMATA": "Spectacles",
    "JKK-GAGAL-BERANGKAT": "Assistance for a departure that failed",
    "JKK-RUGI-PULANG": "Loss caused by others on the journey home",
    "JKK-BEASISWA": "Scholarship for children",
    "JKK-OBAT-LN": "Treatment in the country of placement after a work accident",
    "JKK-HOMECARE": "Care at home (one year at most)",
    "JKK-PULANG-KK": "Return home because of a work accident",
    "JKK-PULANG-MASALAH": "Return home of a worker in distress",
    "JKK-GAGAL-TEMPAT": "Placement that failed: assistance and transport",
    "JKK-TIDAK-SESUAI": "Placement other than the contract says",
    "JKK-PHK-KK": "Termination of employment because of a work accident",
    "JKK-PHK-SEPIHAK": "Termination of employment for other reasons",
    "JKM-LUAR": "Death benefit before or after employment",
    "JKM-SELAMA": "Death benefit during employment",
    "JHT": "Old-age savings",
    "KHUSUS": "Special claim",
}

_DOCUMENTS = {
    "kartu_peserta": "Social security membership card (BPJS Ketenagakerjaan)",
    "paspor": "Passport",
    "paspor_cap_masuk": "Passport with the stamp of entry into Indonesia",
    "ktp": "Worker's Indonesian identity card (KTP)",
    "identitas_peserta": "Other identity document of the worker",
    "ktp_ahli_waris": "Heir's Indonesian identity card (KTP)",
    "identitas_ahli_waris": "Other identity document of the heir",
    "kartu_keluarga": "Family card (kartu keluarga)",
    "surat_keterangan_pemberi_kerja": "Statement of the employer",
    "surat_keterangan_perwakilan": "Statement of the Indonesian mission",
    "surat_keterangan_kdei": "Statement of the Indonesian Economic and Trade Office",
    "surat_keterangan_instansi_naker": "Statement of the local labour authority",
    "diagnosa_faskes_setempat": "Diagnosis by the local health facility",
    "resume_medis_faskes_setempat": "Medical summary by the local health facility",
    "bukti_bayar_transport_setempat": "Proof of payment of local transport",
    "bukti_bayar_pengobatan": "Proof of payment of treatment",
    "bukti_bayar_lain": "Other proof of payment",
    "surat_asuransi_setempat": "Letter of the local insurance on the costs it reimburses",
    "surat_penggantian_perwakilan": "Letter of the Indonesian mission on reimbursed costs",
    "surat_penggantian_kdei": "Letter of the Indonesian Economic and Trade Office on reimbursed costs",
    "rekening_pmi": "Bank book in the worker's name",
    "rekening_pihak_yang_menalangi": "Bank book of whoever advanced the money",
    "rekening_pihak_yang_membayar": "Bank book of whoever paid",
    "rekening_ahli_waris": "Bank book of the heir",
    "surat_kematian": "Death certificate",
    "surat_kematian_dokter": "Death certificate by a doctor",
    "surat_kematian_pejabat": "Death certificate by the local authority",
    "surat_kematian_perwakilan": "Certificate of death by the Indonesian mission",
    "surat_kematian_kdei": "Certificate of death by the Indonesian Economic and Trade Office",
    "surat_hilang_perwakilan": "Certificate of a missing person by the Indonesian mission",
    "surat_hilang_kdei": "Certificate of a missing person by the Indonesian Economic and Trade Office",
    "surat_keterangan_ahli_waris": "Certificate of inheritance",
    "surat_cuti_pemberi_kerja": "Leave letter by the employer",
    "surat_cuti_pelaksana": "Leave letter by the placement agency",
    "surat_cuti_perwakilan": "Leave letter by the Indonesian mission",
    "surat_cuti_kdei": "Leave letter by the Indonesian Economic and Trade Office",
    "surat_dokter_pemeriksa": "Letter of the examining doctor",
    "surat_dokter_penasihat": "Letter of the advising doctor",
    "perjanjian_penempatan": "Placement agreement",
    "perjanjian_kerja": "Employment contract",
    "surat_gagal_berangkat_pelaksana": "Letter of the placement agency on the failed departure",
    "surat_gagal_berangkat_bp3mi": "Letter of BP3MI on the failed departure",
    "surat_phk_pemberi_kerja": "Termination letter by the employer",
    "surat_phk_perwakilan": "Letter of the Indonesian mission on the termination",
    "surat_phk_kdei": "Letter of the Indonesian Economic and Trade Office on the termination",
    "visum": "Forensic medical report (visum)",
    "surat_medis": "Medical letter",
    "laporan_polisi": "Police report",
    "surat_perwakilan": "Letter of the Indonesian mission",
}

_PARTIES = {
    "worker": Words("pekerja", "worker"),
    "heir": Words("ahli waris", "heir"),
    "employer": Words("pemberi kerja", "employer"),
    "mission": Words("perwakilan RI atau KDEI", "Indonesian mission"),
    "doctor": Words("dokter atau fasilitas kesehatan", "doctor or health facility"),
    "police": Words("kepolisian setempat", "local police"),
    "bank": Words("bank", "bank"),
    "authority": Words("instansi yang berwenang", "competent authority"),
    "insurer": Words("asuransi setempat", "local insurance"),
    "placement": Words("pelaksana penempatan", "placement agency"),
    "payer": Words("yang membayar", "whoever paid"),
}


def benefit_words(code: str, name: str) -> Words:
    """A benefit's name as the rules say it, and its English."""
    return Words(name, _BENEFITS.get(code, ""))


def document_words(kind: str) -> Words:
    """A document's name. A kind that only a later program knows goes by its code."""
    try:
        return Words(document_name(kind), _DOCUMENTS.get(document_kind(kind), ""))
    except Refused:
        return Words(kind)


def requirement_words(name: str, one_of: Sequence[str]) -> Words:
    """What a checklist asks for, any of these kinds, under the checklist's own name."""
    said = [_DOCUMENTS.get(kind, "") for kind in one_of]
    if not all(said) or not said:
        return Words(name)
    first, *others = said
    return Words(name, " or ".join([first, *(f"{one[:1].lower()}{one[1:]}" for one in others)]))


def party_words(code: str) -> Words:
    """From whom a paper comes; nothing where nobody said."""
    return _PARTIES.get(code, Words(""))
