"""Claim words: what the public page says of a claim, in plain Indonesian and English, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.language import date_english, date_long
from server.usecases.claim_status import ClaimStatus


@dataclass(frozen=True, slots=True)
class Said:
    """`colour` is the card's class: ok, wait or bad; the title says the same in words."""

    colour: str
    title: str
    title_en: str
    next: tuple[str, ...]
    next_en: tuple[str, ...]


_NOT_HERE = Said(
    "wait",
    "Belum sampai di pusat",
    "Not yet at the centre",
    (
        "Loket yang menerima klaim ini menyimpannya, dan mengirimnya begitu tersambung ke pusat.",
        "Klaim tidak perlu diajukan lagi. Buka halaman ini kembali beberapa hari lagi.",
    ),
    (
        "The counter that took this claim in keeps it, and sends it as soon as it is connected.",
        "There is no need to file again. Open this page again in a few days.",
    ),
)

_TITLES = {
    "filed": ("wait", "Sedang diperiksa pusat", "The centre is looking at it"),
    "asked": ("wait", "Menunggu dokumen", "Waiting for documents"),
    "approved": ("ok", "Disetujui", "Approved"),
    "rejected": ("bad", "Ditolak", "Rejected"),
    "paid": ("ok", "Sudah dibayar", "Paid"),
    "withdrawn": ("wait", "Ditarik oleh pengajunya", "Withdrawn"),
}

_NEXT: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "filed": (
        ("Belum ada yang perlu dibawa. Loket memberi kabar begitu pusat menjawab.",),
        ("There is nothing to bring now. The counter lets you know when the centre answers.",),
    ),
    "approved": (
        ("Pembayarannya sedang diproses. Loket mana pun dapat mencetak surat keputusannya.",),
        ("The payment is on its way. Any counter can print the letter of the decision.",),
    ),
    "rejected": (
        (
            "Tanyakan alasannya di loket mana pun; bawa tanda terima ini.",
            "Bila ada dokumen baru, serahkan di loket: pusat dapat meninjaunya kembali.",
        ),
        (
            "Ask for the reason at any counter, and bring this slip.",
            "If you have new documents, hand them in there: the centre can look at it again.",
        ),
    ),
    "paid": (
        ("Periksa rekening yang didaftarkan. Bila uangnya belum masuk, datangi loket mana pun.",),
        ("Look at the account that was named. If the money is not there, come to any counter.",),
    ),
    "withdrawn": (
        ("Bila ingin melanjutkannya, atau tidak pernah menariknya, datangi loket mana pun dengan tanda terima ini.",),
        ("To go on with it, or if you never withdrew it, come to any counter with this slip.",),
    ),
}


def claim_words(status: ClaimStatus | None, today: date) -> Said:
    """What to say; None where the centre has not received the claim. A day that has passed is said as such: whatever
    comes late is taken all the same."""
    if status is None:
        return _NOT_HERE
    colour, title, title_en = _TITLES[status.state]
    if status.to_bring == 0:
        return Said(colour, title, title_en, *_NEXT.get(status.state, _NEXT["filed"]))
    n = status.to_bring
    what = "dokumen yang menyusul" if n is None else f"{n} dokumen"
    what_en = "the documents that were to follow" if n is None else f"{n} document{'' if n == 1 else 's'}"
    said = f"Bawa {what} ke loket mana pun"
    english = f"Bring {what_en} to any counter"
    if status.until is None:
        said, english = f"{said}.", f"{english}."
    elif status.until >= today:
        said = f"{said} sampai {date_long(status.until)}."
        english = f"{english} until {date_english(status.until)}."
    else:
        said = f"{said} secepatnya: batasnya {date_long(status.until)}. Yang terlambat tetap diterima."
        english = f"{english} as soon as you can: it was due by {date_english(status.until)}. Late is still accepted."
    return Said(
        colour,
        title,
        title_en,
        (said, "Bila tidak tahu dokumen yang mana, tanyakan di loket mana pun dengan tanda terima ini."),
        (english, "If you do not know which, ask at any counter and show this slip."),
    )
