"""Amounts, typed as Indonesians type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from models.rules.money import Money
from ui.kit import Field, MoneyField, NumberField, grouped


@given(st.integers(min_value=0, max_value=10**15))
def test_grouping_changes_no_digit_and_is_stable(number):
    once = grouped(str(number))
    assert once.replace(".", "") == str(number)
    assert grouped(once) == once
    assert once == f"{number:,}".replace(",", ".")


def test_dots_appear_while_typing_and_the_cursor_stays_at_its_digit(shown, qtbot):
    field = shown(MoneyField("TWD"))
    qtbot.keyClicks(field, "1500000")
    assert field.text() == "1.500.000"
    assert field.value() == Money.of(1_500_000, "TWD")
    field.setCursorPosition(1)
    qtbot.keyClicks(field, "2")
    assert field.text() == "12.500.000"
    assert field.cursorPosition() == 2
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "1.500.000"


def test_a_dot_typed_by_hand_is_accepted_where_it_belongs(shown, qtbot):
    field = shown(MoneyField("TWD"))
    qtbot.keyClicks(field, "1.500")
    assert field.value() == Money.of(1500, "TWD")
    qtbot.keyClicks(field, "0")
    assert field.text() == "15.000"


def test_twelve_point_fifty_is_refused_and_never_a_thousand(shown, qtbot):
    field = MoneyField("MYR")
    holder = shown(Field("Diterima", field))
    qtbot.keyClicks(field, "12.50")
    field.clearFocus()
    assert field.value() is None
    assert holder.problem()
    assert field.text() == "12.50"


def test_cents_are_written_with_a_comma(shown, qtbot):
    field = shown(MoneyField("MYR"))
    field.setFocus()
    qtbot.keyClicks(field, "1250,5")
    assert field.value() == Money.of(125_050, "MYR")
    assert field.text() == "1.250,5"
    field.clearFocus()
    assert field.text() == "1.250,50"


def test_an_amount_of_another_currency_is_an_error_of_the_program(qtbot):
    field = MoneyField("TWD")
    qtbot.addWidget(field)
    with pytest.raises(ValueError, match="IDR"):
        field.set_value(Money.idr(1000))


def test_an_emptied_field_says_none(shown, qtbot):
    field = shown(MoneyField("TWD", Money.of(1500, "TWD")))
    heard: list[Money | None] = []
    field.changed.connect(heard.append)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert heard == [None]


def test_letters_pass_through_an_amount_to_the_page(shown, press):
    field = shown(MoneyField("TWD"))
    assert not press(field, Qt.Key.Key_B, "b")
    assert press(field, Qt.Key.Key_5, "5")
    assert field.text() == "5"


def test_a_number_outside_its_limits_is_said_and_not_given(shown, qtbot):
    field = NumberField(least=1, most=60)
    holder = shown(Field("Jumlah bulan", field))
    qtbot.keyClicks(field, "61")
    assert field.value() is None
    assert holder.problem() == "Antara 1 dan 60."
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.value() == 6
    assert holder.problem() is None
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 7
