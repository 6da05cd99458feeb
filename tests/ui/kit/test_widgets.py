"""The other widgets: what a clerk presses, what is told, what is read aloud."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from models.rules.problems import Problem
from ui.kit import (
    Banner,
    Cell,
    Chip,
    Choice,
    Column,
    CoverBar,
    Dialog,
    FactList,
    Field,
    LineField,
    MaskedText,
    MoneyField,
    Option,
    Page,
    PdfView,
    PrimaryButton,
    Progress,
    RowTable,
    SecondaryButton,
    Segments,
    Steps,
    Tiles,
    confirm,
    show_problems,
)
from ui.kit.focus import _Halo


def column(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    for widget in widgets:
        layout.addWidget(widget)
    return holder


# Fields


def test_a_problem_stands_below_the_editor_reddens_it_and_is_read_aloud(shown):
    editor = LineField("3511044912910004")
    field = shown(Field("NIK", editor, "16 angka"))
    assert field.below.text() == "16 angka"
    field.set_problem("NIK memuat 09-12-1991, paspor 08-12-1991")
    assert field.below.text() == "NIK memuat 09-12-1991, paspor 08-12-1991"
    assert editor.property("problem") is True
    assert editor.accessibleName() == "NIK"
    assert editor.accessibleDescription() == "NIK memuat 09-12-1991, paspor 08-12-1991"
    field.set_problem(None)
    assert field.below.text() == "16 angka"
    assert editor.property("problem") is False


def test_problems_find_their_fields_and_the_first_one_gets_the_focus(shown):
    fields = {
        "name": Field("Nama", LineField()),
        "nik": Field("NIK", LineField()),
        "lines": Field("Iuran", LineField()),
    }
    shown(column(*fields.values()))
    homeless = Problem.of("phone", "nik.sixteen_digits")
    unplaced = show_problems(
        fields,
        [
            Problem.of("lines[0].months", "months.at_least_one"),
            Problem.of("nik", "nik.sixteen_digits"),
            homeless,
        ],
        focus=True,
    )
    assert unplaced == [homeless]
    assert fields["name"].problem() is None
    assert fields["nik"].problem()
    assert fields["lines"].problem()
    assert fields["nik"].editor.hasFocus()
    assert show_problems(fields, []) == []
    assert fields["nik"].problem() is None


def test_capitals_are_made_while_typing(shown, qtbot):
    line = shown(LineField(capitals=True))
    qtbot.keyClicks(line, "siti ")
    assert line.text() == "SITI "
    assert line.value() == "SITI"


def test_only_digits_stay_in_a_line_for_digits(shown, qtbot):
    line = shown(LineField(digits=True))
    qtbot.keyClicks(line, "35-10x44")
    assert line.text() == "351044"


def test_what_has_focus_wears_a_ring_that_follows_it(shown, qtbot):
    first, second = LineField(), LineField()
    holder = shown(column(first, second))
    first.setFocus()
    ring = holder.findChild(_Halo)
    assert ring.geometry().center() == first.geometry().center()
    second.setFocus()
    qtbot.waitUntil(lambda: len([halo for halo in holder.findChildren(_Halo) if not halo.isHidden()]) == 1)
    ring = next(halo for halo in holder.findChildren(_Halo) if not halo.isHidden())
    assert ring.geometry().contains(second.geometry())
    second.move(second.pos() + QPoint(0, 7))
    assert ring.geometry().contains(second.geometry())


# Choice


def test_typing_part_of_a_word_and_tab_chooses(shown, qtbot):
    choice = Choice([("L", "Laki-laki"), ("P", "Perempuan")])
    after = QLineEdit()
    shown(column(choice, after))
    heard: list[str] = []
    choice.changed.connect(heard.append)
    choice.setFocus()
    qtbot.keyClicks(choice.lineEdit(), "rem")
    # The suggestions are open and get the keys first, as on a screen.
    completer = choice.completer()
    assert completer is not None
    qtbot.keyClick(completer.popup(), Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert choice.value() == "P"
    assert choice.currentText() == "Perempuan"
    assert heard == ["P"]


def test_what_begins_with_the_letters_comes_before_what_contains_them(shown):
    choice = shown(Choice([(1, "Sulawesi Barat"), (2, "Barat Daya"), (3, "Bar")]))
    choice.lineEdit().setText("bar")
    choice.settle()
    assert choice.value() == 3
    choice.lineEdit().setText("bara")
    choice.settle()
    assert choice.value() == 2


def test_a_word_that_fits_nothing_stays_and_is_complained_about(shown, qtbot):
    choice = Choice([("L", "Laki-laki")])
    field = shown(Field("Jenis kelamin", choice))
    line = choice.lineEdit()
    assert line is not None
    qtbot.keyClicks(line, "zz")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert choice.value() is None
    assert line.text() == "zz"
    assert field.problem() == "Pilih dari daftar."


def test_other_options_keep_the_choice_that_is_still_there(qtbot):
    choice = Choice([(1, "satu"), (2, "dua")])
    qtbot.addWidget(choice)
    choice.set_value(2)
    choice.set_options([(2, "two"), (3, "three")])
    assert (choice.value(), choice.currentText()) == (2, "two")
    choice.set_options([(3, "three")])
    assert (choice.value(), choice.currentText()) == (None, "")
    with pytest.raises(ValueError, match="9"):
        choice.set_value(9)


# Tiles and segments

MONTHS = [
    Option(6, "6 bulan", "Rp 108.000", "1"),
    Option(12, "12 bulan", "Rp 189.000", "2"),
    Option(24, "24 bulan", "Rp 332.500", "3"),
]


def test_arrows_and_digits_choose_a_tile(shown, qtbot):
    tiles = shown(Tiles(MONTHS, 6))
    heard: list[int] = []
    tiles.changed.connect(heard.append)
    tiles.setFocus()
    qtbot.keyClick(tiles.focusWidget(), Qt.Key.Key_Right)
    assert tiles.value() == 12
    qtbot.keyClick(tiles.focusWidget(), "3")
    assert heard == [12, 24]


def test_a_tile_that_is_not_allowed_cannot_be_chosen_by_its_key(shown):
    tiles = shown(Tiles(MONTHS, 6))
    tiles.set_enabled(24, False, "Tidak ada di paket ini.")
    assert not tiles.press_key("3")
    assert tiles.value() == 6


def test_other_prices_keep_the_tile_and_its_focus(shown):
    tiles = shown(Tiles(MONTHS, 12))
    tiles.setFocus()
    focused = tiles.focusWidget()
    tiles.set_options([Option(one.value, one.text, "Rp 1", one.key) for one in MONTHS])
    assert tiles.value() == 12
    assert tiles.focusWidget() is focused
    assert focused.accessibleName() == "12 bulan Rp 1"


def test_the_tender_is_chosen_by_its_letter_while_an_amount_is_typed(shown, qtbot):
    page = Page()
    kinds = Segments([Option("cash", "Tunai", key="T"), Option("bank_slip", "Setoran bank", key="B")], "cash")
    kinds.listen_on(page)
    amount = MoneyField("TWD")
    left = page.column()
    left.addWidget(kinds)
    left.addWidget(amount)
    shown(page)
    amount.setFocus()
    qtbot.keyClicks(amount, "15b00")
    assert kinds.value() == "bank_slip"
    assert amount.text() == "1.500"
    assert amount.hasFocus()


def test_a_letter_typed_into_a_name_chooses_nothing(shown, qtbot):
    page = Page()
    kinds = Segments([Option("cash", "Tunai", key="T"), Option("bank_slip", "Setoran bank", key="B")], "cash")
    kinds.listen_on(page)
    name = LineField()
    left = page.column()
    left.addWidget(kinds)
    left.addWidget(name)
    shown(page)
    qtbot.keyClicks(name, "budi")
    assert (name.text(), kinds.value()) == ("budi", "cash")


# Rows

PEOPLE = [SimpleNamespace(id=n, name=name) for n, name in enumerate(("SITI", "DEWI", "NUR"))]


def people_table() -> RowTable:
    return RowTable(
        [
            Column("Nama", lambda row: Cell(row.name, f" · {row.id}", bold=True), stretch=1),
            Column("Id", lambda row: str(row.id), right=True),
        ]
    )


def test_rows_are_walked_with_arrows_and_opened_with_enter(shown, qtbot):
    table = shown(people_table())
    table.set_rows(PEOPLE)
    opened: list[SimpleNamespace] = []
    passed: list[SimpleNamespace] = []
    table.opened.connect(opened.append)
    table.current_changed.connect(passed.append)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert (passed, opened) == ([PEOPLE[1]], [PEOPLE[1]])


def test_a_search_box_can_walk_the_list_and_keep_the_focus(shown):
    table = shown(people_table())
    table.set_rows(PEOPLE)
    opened: list[SimpleNamespace] = []
    table.opened.connect(opened.append)
    down = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    enter = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    letter = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    assert table.forward(down)
    assert table.forward(down)
    assert table.forward(down)
    assert table.forward(enter)
    assert not table.forward(letter)
    assert opened == [PEOPLE[2]]


def test_reading_again_keeps_the_place(shown):
    table = shown(people_table())
    table.set_rows(PEOPLE)
    table.set_current(PEOPLE[2])
    table.set_rows([SimpleNamespace(id=2, name="NUR AISYAH"), SimpleNamespace(id=9, name="BARU")])
    assert table.current().name == "NUR AISYAH"
    table.set_rows([])
    assert table.current() is None


def test_a_screen_reader_hears_a_whole_cell(shown):
    table = shown(people_table())
    table.set_rows(PEOPLE)
    said = table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "SITI · 0"


def test_columns_fill_the_width_and_never_overflow_it(shown):
    table = shown(people_table())
    table.set_rows(PEOPLE)
    for width in (900, 220):
        table.resize(width, 300)
        assert sum(table.columnWidth(at) for at in range(2)) <= table.viewport().width() + 1
    table.resize(900, 300)
    assert sum(table.columnWidth(at) for at in range(2)) >= table.viewport().width() - 2


# Buttons, chips, steps


def test_enter_presses_a_button_once_even_when_held(shown, qtbot):
    button = shown(PrimaryButton("Terima", "F12"))
    pressed = []
    button.clicked.connect(lambda: pressed.append(1))
    qtbot.keyClick(button, Qt.Key.Key_Return)
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    button.keyPressEvent(held)
    assert pressed == [1]
    assert button.accessibleName() == "Terima (F12)"


def test_a_chip_of_a_kind_there_is_not_is_an_error(qtbot):
    chip = Chip("ok", "Sah")
    qtbot.addWidget(chip)
    with pytest.raises(KeyError):
        chip.set("purple", "Sah")
    assert chip.accessibleName() == "Sah"


def test_only_earlier_steps_can_be_gone_back_to(shown, qtbot):
    steps = shown(Steps(["Peristiwa", "Kelayakan", "Dokumen", "Kirim"]))
    steps.set_current(2)
    heard: list[int] = []
    steps.chosen.connect(heard.append)
    for chip in steps._chips:
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert heard == [0, 1]
    assert steps.accessibleName() == "Langkah 3 dari 4: Dokumen"


# Facts


def test_a_masked_number_shows_when_asked_and_hides_again(shown, qtbot):
    masked = shown(MaskedText("350710••••••0003", lambda: "3507101203940003"))
    with qtbot.waitSignal(masked.revealed):
        qtbot.mouseClick(masked.button, Qt.MouseButton.LeftButton)
    assert masked.text.text() == "3507101203940003"
    masked._timer.timeout.emit()
    assert masked.text.text() == "350710••••••0003"
    masked.set("520313••••••0002")
    assert not masked.button.isVisible()


@pytest.mark.parametrize(
    ("today", "share"),
    [(date(2024, 12, 10), 0.0), (date(2025, 12, 10), 0.5), (date(2026, 12, 10), 1.0), (date(2027, 1, 1), 1.0)],
)
def test_the_bar_of_a_cover_is_as_long_as_what_has_run(qtbot, today, share):
    bar = CoverBar()
    qtbot.addWidget(bar)
    bar.set(date(2024, 12, 11), date(2026, 12, 10), today, "18 hari lagi", "amber")
    assert bar.share() == pytest.approx(share, abs=0.002)


def test_a_fact_is_read_aloud_as_one_sentence(qtbot):
    facts = FactList()
    qtbot.addWidget(facts)
    assert facts.add("Tunai", "NT$ 12.450").accessibleName() == "Tunai: NT$ 12.450"


# Notices and dialogs


def test_the_action_of_a_banner_is_done_and_closing_is_told(shown, qtbot):
    done = []
    banner = shown(Banner("amber", "Printer tidak menjawab.", ("Coba lagi", lambda: done.append(1))))
    qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert done == [1]
    with qtbot.waitSignal(banner.closed):
        banner.close_banner()


def test_long_work_is_stopped_once(shown, qtbot):
    progress = shown(Progress("Mengirim…"))
    heard = []
    progress.cancelled.connect(lambda: heard.append(1))
    qtbot.mouseClick(progress.stop, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(progress.stop, Qt.MouseButton.LeftButton)
    assert heard == [1]
    progress.set(12, 37, "12 dari 37")
    assert (progress.bar.value(), progress.bar.maximum()) == (12, 37)


def test_a_question_is_answered_with_f12_and_dropped_with_esc(shown, qtbot):
    window = shown(QWidget())
    said = []
    dialog = confirm(
        window, "Batalkan?", "Uang dikembalikan.", yes="Batalkan kuitansi", on_yes=lambda: said.append("ya")
    )
    assert dialog.isModal()
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_F12)
    dialog = confirm(
        window,
        "Batalkan?",
        "Uang dikembalikan.",
        yes="Batalkan",
        on_yes=lambda: said.append("ya"),
        on_no=lambda: said.append("tidak"),
    )
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert said == ["ya", "tidak"]


def test_enter_in_a_line_of_a_dialog_moves_on_and_finishes_nothing(shown, qtbot):
    window = shown(QWidget())
    dialog = Dialog(window, "Tolak", yes="Tolak")
    first, second = LineField(), LineField()
    dialog.body.addWidget(first)
    dialog.body.addWidget(second)
    pressed = []
    dialog.primary.clicked.connect(lambda: pressed.append(1))
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert second.hasFocus()
    assert pressed == []
    dialog.reject()


def test_a_dangerous_question_begins_on_no(shown, qtbot):
    window = shown(QWidget())
    dialog = confirm(window, "Hapus?", "", yes="Hapus", on_yes=lambda: None, danger=True)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert isinstance(dialog.focusWidget(), SecondaryButton)
    dialog.reject()


# Papers


def paper(pages: int = 2) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(595, 420)
    from io import BytesIO

    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_paper_is_fitted_to_the_width_and_zoomed(shown, qtbot):
    view = PdfView()
    view.resize(520, 400)
    shown(view)
    view.show_pdf(paper())
    assert view.pages() == 2
    sheet = view._sheets[0]
    fitted = sheet.width()
    assert fitted <= view.viewport().width()
    assert sheet.height() == pytest.approx(fitted * 420 / 595, abs=1)
    view.set_zoom(2)
    assert sheet.width() == pytest.approx(fitted * 2, abs=1)
    assert view.grab().toImage().pixelColor(200, 60).name() == "#ffffff"
    view.clear()
    assert view.pages() == 0


def test_bytes_that_are_no_paper_are_refused_and_the_old_one_stays(shown):
    view = shown(PdfView())
    view.show_pdf(paper(1))
    with pytest.raises(ValueError, match="not a PDF"):
        view.show_pdf(b"hello")
    assert view.pages() == 1


def test_the_columns_of_a_page_are_stacked_where_there_is_no_room(qtbot):
    page = Page()
    qtbot.addWidget(page)
    page.column()
    page.column(width=400)
    page.set_room(595)
    assert page.columns.direction().name == "TopToBottom"
    page.set_room(1278)
    assert page.columns.direction().name == "LeftToRight"
