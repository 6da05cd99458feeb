"""Qt's own few words (the menu of an input line, the buttons of its dialogs) in the language of the screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTranslator

from models.language import _

# Qt's source text -> ours. Only what a clerk can meet: the menu of a line, and the print and file dialogs' buttons.
_WORDS: Final[dict[str, str]] = {
    "&Undo": "&Urungkan",
    "&Redo": "&Ulangi",
    "Cu&t": "Po&tong",
    "&Copy": "&Salin",
    "&Paste": "&Tempel",
    "Delete": "Hapus",
    "Select All": "Pilih Semua",
    "OK": "Oke",
    "&OK": "&Oke",
    "Cancel": "Batal",
    "&Cancel": "&Batal",
    "Close": "Tutup",
    "&Close": "&Tutup",
    "Save": "Simpan",
    "&Save": "&Simpan",
    "Open": "Buka",
    "&Open": "&Buka",
    "&Choose": "&Pilih",
    "Yes": "Ya",
    "&Yes": "&Ya",
    "No": "Tidak",
    "&No": "&Tidak",
    "&Print": "&Cetak",
    "Print": "Cetak",
    "File &name:": "&Nama berkas:",
    "Files of type:": "Jenis berkas:",
    "Look in:": "Cari di:",
    "Directory:": "Folder:",
    "Name": "Nama",
    "Size": "Ukuran",
    "Date Modified": "Diubah",
}


class QtWords(QTranslator):
    """Asks our catalogue for Indonesian, which in turn gives English when the screen is English."""

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        """Ours, or empty for what we do not know: Qt then keeps its own."""
        known = _WORDS.get(source)
        return _(known) if known is not None else ""

    def isEmpty(self) -> bool:
        """Never: an empty translator would not be installed."""
        return False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
