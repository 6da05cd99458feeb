"""What benefits, documents and parties are called in English: for a letter that an employer, a hospital or an authority
abroad reads. Indonesian names come with the dated rules; what has no English yet is said in Indonesian."""

from __future__ import annotations

from collections.abc import Sequence

from models.rules.claims import document_kind, document_name, party_name
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
    "kartu_peserta": "BPJS Ketenagakerjaan membership card",
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
    "dokumen_lain": "Other document",
}


_CHOICES = {
    frozenset(kinds.split()): english
    for english, kinds in (
        (
            "Statement of the employer, the Indonesian mission or the local labour authority",
            "surat_keterangan_pemberi_kerja surat_keterangan_perwakilan surat_keterangan_kdei "
            "surat_keterangan_instansi_naker",
        ),
        (
            "Diagnosis or medical summary by the local health facility",
            "diagnosa_faskes_setempat resume_medis_faskes_setempat",
        ),
        ("Bank book of the worker or of whoever advanced the money", "rekening_pmi rekening_pihak_yang_menalangi"),
        (
            "Letter of the local insurance or the Indonesian mission on reimbursed costs",
            "surat_asuransi_setempat surat_penggantian_perwakilan surat_penggantian_kdei",
        ),
        (
            "Death certificate, or certificate of a missing person by the Indonesian mission",
            "surat_kematian surat_kematian_dokter surat_kematian_pejabat surat_kematian_perwakilan surat_kematian_kdei "
            "surat_hilang_perwakilan surat_hilang_kdei",
        ),
        ("Worker's identity card (KTP), passport or other identity document", "ktp paspor identitas_peserta"),
        ("Heir's identity card (KTP) or other identity document", "ktp_ahli_waris identitas_ahli_waris"),
        (
            "Leave letter by the employer, the placement agency or the Indonesian mission",
            "surat_cuti_pemberi_kerja surat_cuti_pelaksana surat_cuti_perwakilan surat_cuti_kdei",
        ),
        ("Letter of the examining or advising doctor", "surat_dokter_pemeriksa surat_dokter_penasihat"),
        (
            "Letter of the placement agency or BP3MI on the failed departure",
            "surat_gagal_berangkat_pelaksana surat_gagal_berangkat_bp3mi",
        ),
        (
            "Termination letter by the employer or the Indonesian mission",
            "surat_phk_pemberi_kerja surat_phk_perwakilan surat_phk_kdei",
        ),
    )
}
"""Papers of a checklist that any of several documents will do for."""

_PARTIES = {
    "worker": "worker",
    "heir": "heir",
    "employer": "employer",
    "mission": "Indonesian mission",
    "doctor": "doctor or health facility",
    "police": "local police",
    "bank": "bank",
    "authority": "competent authority",
    "insurer": "local insurance",
    "placement": "placement agency",
    "payer": "whoever paid",
}


def benefit_words(code: str, name: str) -> Words:
    """A benefit's name as the rules say it, and its English."""
    return Words(name, _BENEFITS.get(code, ""))


def document_words(kind: str, mission_kind: str = "") -> Words:
    """A document's name, as a counter of this kind of mission says it. A kind that only a later program knows goes by
    its code."""
    try:
        return Words(document_name(kind, mission_kind), _DOCUMENTS.get(document_kind(kind), ""))
    except Refused:
        return Words(kind)


def requirement_words(name: str, one_of: Sequence[str]) -> Words:
    """What a checklist asks for under the checklist's own name: any of these kinds."""
    said = [_DOCUMENTS.get(kind, "") for kind in one_of]
    if not all(said) or not said:
        return Words(name)
    whole = _CHOICES.get(frozenset(one_of))
    if whole is not None:
        return Words(name, whole)
    first, *others = said
    return Words(name, " or ".join([first, *(f"{one[:1].lower()}{one[1:]}" for one in others)]))


def party_words(code: str, mission_kind: str = "") -> Words:
    """From whom a paper comes, at a counter of this kind of mission; nothing where nobody said."""
    return Words(party_name(code, mission_kind), _PARTIES.get(code, "")) if code else Words("")
