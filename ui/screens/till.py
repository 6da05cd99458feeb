"""The till: open it, see how it stands, cash in and out, hand it over, count it blind and close it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from models.language import _, money, terbilang_money
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui import words
from ui.kit import (
    BigMoney,
    Card,
    Choice,
    Dialog,
    FactList,
    Field,
    Header,
    LineField,
    Page,
    PrimaryButton,
    SecondaryButton,
    announce,
    label,
    show_problems,
)
from ui.kit.cards import STACK_BELOW
from ui.news import CONTRIBUTIONS, STAFF, SYNC, TILL, news
from ui.runner import Latest, Runner
from ui.screens.counting import Counting
from ui.screens.drafts import Keeper
from ui.screens.scrolled import Sheet
from ui.screens.second_person import Agreement, SecondPersonDialog
from ui.screens.till_cards import DoneCard, MoveCard, ReviewCard, StandingCard, left_over, signed

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.till import CloseTill, HandOver, MoveCash, OpenTill
    from kiosk.queries.tills import TillStatus, ZReportRow
    from kiosk.usecases.approvals import Approval
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.papers import Paper, Sent
    from kiosk.usecases.tills import Closed, HandedOver, Moved, Opened, Reviewed
    from models.rules.tills import Count

Mode = Literal["standing", "count", "review", "move", "done"]
Stage = Literal["open", "hand_over", "close"]


@dataclass(frozen=True)
class TillActs:
    """What the page may do, each on the store's lane."""

    status: Callable[[], TillStatus]
    reports: Callable[[], Sequence[ZReportRow]]
    review_opening: Callable[[OpenTill], Reviewed]
    start: Callable[[OpenTill, Approval | None], Opened]
    move: Callable[[Literal["in", "out"], MoveCash, Approval | None], Moved]
    confirm: Callable[[Literal["hand_over", "close"], CloseTill | HandOver], Reviewed]
    counted: Callable[[], Sequence[Count]]
    recount: Callable[[Approval], object]
    hand_over: Callable[[HandOver, str, str, Approval | None], HandedOver]
    close: Callable[[CloseTill, Approval | None], Closed]
    look_at: Callable[[UUID, str], object]


class TillPage(Page):
    """«Kas». While somebody counts, what should be there is shown nowhere; when the count is confirmed it stands beside
    it, with what a difference needs. Enter goes from face to face, F12 to the next step, Esc one step back."""

    counting = Signal(bool)
    """Whether the drawer is being counted: what lies in it is to be shown nowhere then."""
    closed = Signal()
    """The drawer is closed: what follows the close of a day may begin."""
    paper_asked = Signal(str)
    hand_over_asked = Signal(str)
    """The drawer is another's now, who is to sign in."""
    home_asked = Signal()
    failed = Signal(object)

    def __init__(
        self,
        acts: TillActs,
        *,
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        local: Callable[[datetime], datetime],
        runner: Runner,
        save_draft: Callable[[str, dict[str, Any], str], object],
        load_drafts: Callable[[str], list[Draft]],
        drop_draft: Callable[[str, str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._acts, self._local, self._runner = acts, local, runner
        self._latest = Latest(runner, self)
        self._status: TillStatus | None = None
        self._reports: Sequence[ZReportRow] = ()
        self._mode: Mode = "standing"
        self._stage: Stage = "open"
        self._reviewed: Reviewed | None = None
        self._closed_number = ""
        self._new_holder = ""
        self._working = False
        self._keeper = Keeper(
            "till",
            self._to_keep,
            save=save_draft,
            load=load_drafts,
            drop=drop_draft,
            runner=runner,
            failed=self.failed.emit,
            parent=self,
        )
        self._build_left(issue, send)
        self._build_right()
        news.changed.connect(self._on_news)
        self._show()

    def set_room(self, width: int) -> None:
        """At 200 % the page scrolls; the count is then as long as it is, and does not scroll within."""
        super().set_room(width)
        self.sheet.set_least(420 if width < STACK_BELOW else 160)

    # Built left to right

    def _build_left(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        left = self.column(1)
        self.standing = StandingCard(self._local, self)
        self.count_card = Card(parent=self)
        self.count_header = self.count_card.add(Header(""))
        self.counts = Counting()
        self.sheet = Sheet()
        self.sheet.setFrameShape(Sheet.Shape.NoFrame)
        self.sheet.setWidgetResizable(True)
        self.sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sheet.setWidget(self.counts)
        self.sheet.viewport().setAutoFillBackground(False)
        self.count_card.add(self.sheet, 1)
        self.more = Choice(placeholder=_("mata uang lain"))
        self.more_field = Field(_("Hitung juga"), self.more)
        self.more_field.setFixedWidth(300)
        self.count_card.add_row(self.more_field, 1)
        self.move_card = MoveCard(self)
        self.review = ReviewCard(self)
        self.done = DoneCard(issue=issue, send=send, runner=self._runner, parent=self)
        self._cards: dict[Mode, QWidget] = {
            "standing": self.standing,
            "count": self.count_card,
            "move": self.move_card,
            "review": self.review,
            "done": self.done,
        }
        for card in self._cards.values():
            left.addWidget(card, 1)
        self.counts.changed.connect(self._on_counted)
        self.more.changed.connect(self._on_more)
        self.review.changed.connect(self._show_buttons)
        self.standing.report_asked.connect(self.paper_asked)
        self.standing.reports.current_changed.connect(lambda _row: self._show_buttons())
        self.done.print_line.failed.connect(self.failed)

    def _build_right(self) -> None:
        right = self.column(width=412)
        self.side = card = Card(_("Kas"), parent=self)
        right.addWidget(card, 1)
        self.big = card.add(BigMoney(_("Uang di laci")))
        self.others = card.add(FactList())
        self.hint = card.add(label("", "note", wrap=True))
        card.push_down()
        self.said = card.add(label("", "problem", wrap=True))
        self.primary = card.add(PrimaryButton("", "F12"))
        self.put_in = card.add(SecondaryButton(_("Uang masuk"), "M"))
        self.take_out = card.add(SecondaryButton(_("Uang keluar"), "K"))
        self.give = card.add(SecondaryButton(_("Serah terima"), "S"))
        self.again = card.add(SecondaryButton(_("Hitung ulang"), "U"))
        self.paper = card.add(SecondaryButton(_("Lihat laporan"), "F8"))
        self.checked = card.add(SecondaryButton(_("Sudah diperiksa"), "F9"))
        self.cancel = card.add(SecondaryButton(_("Kembali"), "Esc"))
        self.primary.clicked.connect(self._on_primary)
        self.put_in.clicked.connect(lambda: self._begin_move("in"))
        self.take_out.clicked.connect(lambda: self._begin_move("out"))
        self.give.clicked.connect(lambda: self._begin_count("hand_over"))
        self.again.clicked.connect(self._ask_recount)
        self.paper.clicked.connect(self.on_print)
        self.checked.clicked.connect(self._ask_checked)
        self.cancel.clicked.connect(self.on_back)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front; what was begun stays as it was."""
        if self._mode == "done":
            self._enter("standing")
        self.refresh()
        self.counting.emit(self._mode in ("count", "review"))

    def on_left(self) -> None:
        """Another page is in front: the amount may be seen again only where nobody counts."""
        self.keep_draft()

    def refresh(self) -> None:
        """Read again how the drawer stands."""
        self._latest.ask(lambda: (self._acts.status(), self._acts.reports()), self._on_status, self.failed.emit)

    def first_focus(self) -> QWidget | None:
        """Where the next step begins."""
        if self._mode == "count":
            return self.counts.first()
        if self._mode == "review":
            return self.review.first() or self.primary
        if self._mode == "move":
            return self.move_card.amount
        if self._mode == "standing" and not self.standing.reports.isHidden():
            return self.standing.reports
        return self.primary

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isEnabled() and not self.primary.isHidden():
            self._on_primary()

    def on_print(self) -> None:
        """F8: the report that was just made, or the one the list is on."""
        if self._mode == "done" and self._closed_number:
            self.paper_asked.emit(self._closed_number)
            return
        chosen = self.standing.reports.current() if not self.standing.reports.isHidden() else None
        number = chosen.number if chosen is not None else self._last_number()
        if number:
            self.paper_asked.emit(number)

    def on_edit(self) -> None:
        """F9: a supervisor has looked at the report the list is on."""
        if self.checked.isVisibleTo(self):
            self._ask_checked()

    def _flagged(self) -> ZReportRow | None:
        """The report the list is on, where something in it waits to be looked at."""
        reports = self.standing.reports
        row: ZReportRow | None = reports.current() if self._mode == "standing" and not reports.isHidden() else None
        return row if row is not None and row.flagged else None

    def _ask_checked(self) -> None:
        """What was found, in the supervisor's words."""
        row = self._flagged()
        if row is None:
            return
        till_id = row.till_id
        dialog = Dialog(
            self,
            _("Laporan {number} sudah diperiksa").format(number=row.number),
            _("Tulis apa yang ditemukan. Laporannya sendiri tidak berubah."),
            yes=_("Catat"),
        )
        note = LineField(longest=200)
        field = Field(_("Yang ditemukan"), note)
        dialog.body.addWidget(field)

        def done(_answer: object) -> None:
            dialog.accept()
            self.refresh()
            news.tell(TILL, SYNC)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Refused):
                dialog.reject()
                self.failed.emit(error)
                return
            left = show_problems({"note": field}, list(error.problems), focus=True)
            dialog.set_problem(" ".join(sentence(one) for one in left if isinstance(one, Problem)) or None)

        def look() -> None:
            said = note.value()
            self._runner.run(lambda: self._acts.look_at(till_id, said), done, failed, owner=dialog)

        dialog.primary.clicked.connect(look)
        note.setFocus()
        dialog.open()

    def on_back(self) -> bool:
        """Esc: one step back; what was counted stays."""
        if self._mode == "standing":
            return False
        if self._mode == "done":
            self.home_asked.emit()
            self._enter("standing")
            return True
        self._enter("count" if self._mode == "review" and self._stage == "open" else "standing")
        return True

    def keep_draft(self) -> None:
        """Keep what was counted so far."""
        self._keeper.keep()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = {"M": self.put_in, "K": self.take_out, "S": self.give, "U": self.again}
        button = buttons.get(event.text().upper())
        if button is not None and button.isVisibleTo(self) and button.isEnabled() and not event.modifiers():
            button.click()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    # How it stands

    def _on_status(self, found: tuple[TillStatus, Sequence[ZReportRow]]) -> None:
        before, (self._status, self._reports) = self._status, found
        self.standing.show_status(self._status, self._reports)
        asked = list(
            dict.fromkeys([*self._status.currencies, *(self.counts.currencies() if self._counts_now() else ())])
        )
        if self._mode == "count":
            self.counts.set_currencies(asked)
        self._offer_more()
        if before is None and self._mode == "standing":
            self._show()
            if self.isVisible():
                (self.first_focus() or self).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._show()

    def _counts_now(self) -> bool:
        return self._mode in ("count", "review")

    def _last_number(self) -> str:
        return self._status.last.number if self._status is not None and self._status.last is not None else ""

    def _till_id(self) -> str | None:
        session = self._status.open if self._status is not None else None
        return str(session.id) if session is not None else None

    # Counting

    def _begin_count(self, stage: Stage) -> None:
        status = self._status
        if status is None:
            return
        self._stage = stage
        titles = {"open": _("Buka kas"), "hand_over": _("Serah terima kas"), "close": _("Tutup kas")}
        self.count_header.set(
            titles[stage],
            _("Hitung uang di laci. Jumlah menurut catatan baru tampak setelah hitungan dipastikan."),
        )
        self.counts.set_currencies(status.currencies)
        self.counts.clear()
        self._offer_more()
        self._enter("count")
        if stage != "open":
            self._runner.run(self._acts.counted, self._on_counted_already, self.failed.emit, owner=self)
        self._keeper.give_back(self._subject(), self._on_kept)

    def _on_kept(self, content: dict[str, Any]) -> None:
        if self._mode == "count" and not self.counts.touched():
            self.counts.fill(content.get("counts", {}))

    def _on_counted_already(self, counts: Sequence[Count]) -> None:
        """The count was confirmed before, perhaps before the power went: it stands, and goes on from there."""
        from models.rules.tills import faces

        if not counts or self._mode != "count":
            return
        self.counts.fill(
            {one.money.currency: _typed(one, [face.minor for face in faces(one.money.currency)]) for one in counts}
        )
        self._confirm()

    def _on_counted(self) -> None:
        self._keeper.typed()
        self._show_side()

    def _on_more(self, code: object) -> None:
        if isinstance(code, str) and self._mode == "count":
            self.counts.set_currencies([*self.counts.currencies(), code])
            self._offer_more()
            self.more.set_value(None)
            self.counts.blocks[-1].fields()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_more(self) -> None:
        known = self._status.known if self._status is not None else ()
        left = [code for code in known if code not in self.counts.currencies()]
        self.more.set_options([(code, code) for code in left])
        self.more_field.setVisible(bool(left))

    def _subject(self) -> str:
        return f"{self._stage}:{self._till_id() or ''}"

    def _to_keep(self) -> tuple[str, dict[str, Any]] | None:
        if self._mode != "count" or not self.counts.touched():
            return None
        return self._subject(), {"counts": self.counts.typed()}

    def _confirm(self) -> None:
        """The count stands: hold it against the books."""
        wrong = self.counts.complaint()
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        stage = self._stage
        if stage == "open":
            opening = self._opening_form()
            self._work(lambda: self._acts.review_opening(opening), self._on_reviewed)
        else:
            form = self._close_form() if stage == "close" else self._hand_over_form()
            self._work(lambda: self._acts.confirm(stage, form), self._on_reviewed)

    def _on_reviewed(self, reviewed: Reviewed) -> None:
        self._reviewed = reviewed
        status = self._status
        by_other = status.holder if status is not None and status.open is not None and not status.mine else ""
        if self._stage == "open" and not reviewed.reason_needed:
            form = self._opening_form()
            self._work(lambda: self._acts.start(form, None), self._on_started)
            return
        self.review.begin(self._stage, reviewed.sums, by_other=by_other)
        self._enter("review")

    def _ask_recount(self) -> None:
        """Counting again after the books were shown needs a second person; at the opening it does not."""
        if self._stage == "open":
            self._enter("count")
            return
        dialog = SecondPersonDialog(
            self,
            _("Hitung ulang"),
            _("Hitungan sudah dipastikan. Penyelia menyetujui bahwa laci dihitung sekali lagi."),
            yes=_("Setujui"),
            approve=lambda agreement: self._acts.recount(_approval(agreement)),
            runner=self._runner,
        )
        dialog.agreed.connect(lambda _answer: self._enter("count"))
        dialog.open()

    # Finishing

    def _finish(self) -> None:
        if self.review.second_needed():
            if self._missing_reason():
                return
            self._ask_second(self._recorded_by())
            return
        do = self._recorded_by()
        self._work(lambda: do(None), self._on_recorded)

    def _missing_reason(self) -> bool:
        if not self.review.reason_field.isHidden() and not self.review.reason.value():
            show_problems(self.review.fields(), [Problem("reason", "required")], focus=True)
            return True
        return False

    def _ask_second(self, do: Callable[[Approval | None], object]) -> None:
        differing = ", ".join(signed(one) for one in self.review.differences() if one.minor)
        dialog = SecondPersonDialog(
            self,
            _("Persetujuan orang kedua"),
            _("Selisih {difference} di atas batas. Penyelia mengetik nama dan kata sandinya di sini.").format(
                difference=differing
            ),
            yes=_("Setujui"),
            approve=lambda agreement: do(_approval(agreement)),
            runner=self._runner,
        )
        dialog.agreed.connect(self._on_recorded)
        dialog.open()

    def _recorded_by(self) -> Callable[[Approval | None], object]:
        """What F12 does, with the forms as they stand now; to be called on the store's lane."""
        stage, acts = self._stage, self._acts
        if stage == "open":
            opening = self._opening_form(reviewed=True)
            return lambda second: acts.start(opening, second)
        if stage == "close":
            closing = self._close_form(reviewed=True)
            return lambda second: acts.close(closing, second)
        handing = self._hand_over_form(reviewed=True)
        login, password = self.review.login.value(), self.review.password.value()
        return lambda second: acts.hand_over(handing, login, password, second)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        if self._working:
            return
        self._working = True
        self._show_buttons()
        self._say("")

        def after(answer: Any) -> None:
            self._working = False
            self._show_buttons()
            done(answer)

        self._runner.run(work, after, self._on_refused, owner=self)

    def _on_refused(self, error: BaseException) -> None:
        self._working = False
        self._show_buttons()
        if not isinstance(error, Refused):
            self.failed.emit(error)
            return
        codes = {problem.code for problem in error.problems}
        if "till.closed_meanwhile" in codes or "till.open_already" in codes or "till.none_open" in codes:
            # Somebody else was quicker: what was counted stays, and the page says who.
            self.refresh()
        fields = self.move_card.fields if self._mode == "move" else self.review.fields()
        homeless = show_problems(fields, list(error.problems), focus=True)
        if "till.second_person_out" in codes:
            self._ask_second_out()
            homeless = [one for one in homeless if one.field != "approval"]  # type: ignore[attr-defined]
        said = " ".join(dict.fromkeys(sentence(one) for one in homeless if isinstance(one, Problem)))
        self._say(said)

    def _on_recorded(self, answer: Any) -> None:
        if self._stage == "open":
            self._on_started(answer)
        elif self._stage == "close":
            self._on_closed(answer)
        else:
            self._on_handed(answer)

    def _on_started(self, opened: Opened) -> None:
        self._keeper.drop(self._subject())
        self._enter("standing")
        self.refresh()
        news.tell(TILL, SYNC)

    def _on_handed(self, handed: HandedOver) -> None:
        self._keeper.drop(self._subject())
        self._new_holder = handed.holder
        self._closed_number = ""
        said = _("{name} sekarang memegang kas.").format(name=handed.holder)
        self.done.begin(_("Serah terima selesai"), said, "", "")
        for one in handed.sums:
            self.done.facts.add(_("Dihitung"), money(one.counted), bold=True)
            self.done.facts.add(_("Selisih"), signed(one.difference))
        self._enter("done")
        self.refresh()
        news.tell(TILL, SYNC)

    def _on_closed(self, closed: Closed) -> None:
        self._keeper.drop(self._subject())
        self._new_holder = ""
        self._closed_number = closed.number
        first = closed.sums[0]
        self.done.begin(
            _("Kas ditutup"), _("Laporan Z {number}").format(number=closed.number), _("Dihitung"), money(first.counted)
        )
        for one in closed.sums:
            name = _("Selisih") if len(closed.sums) == 1 else _("Selisih ({code})").format(code=one.counted.currency)
            self.done.facts.add(name, signed(one.difference), kind="amber" if one.difference.minor else "", bold=True)
            field = self.review.amounts.get(one.counted.currency)
            given = field.value() if field is not None else None
            if given is not None and given.minor:
                self.done.facts.add(_("Disetor ke bendahara"), money(given))
            self.done.facts.add(_("Tinggal di laci"), money(one.counted - given if given is not None else one.counted))
        for text, advice in left_over(closed.unsent, closed.drafts):
            self.done.remarks.add("grey", text, advice)
        for code in closed.flags:
            self.done.remarks.add("amber", *words.flag(code))
        self._enter("done")
        self.done.print_line.begin(closed.number)
        announce(self.done)
        self.refresh()
        news.tell(TILL, SYNC)
        self.closed.emit()

    # Forms

    def _opening_form(self, *, reviewed: bool = False) -> OpenTill:
        from kiosk.forms.till import OpenTill

        brought = self._amounts() if reviewed else None
        return OpenTill(
            counts=self.counts.forms(),
            brought=brought or None,
            reason=self.review.reason.value() if reviewed else None,
            alone=reviewed and self.review.alone.isChecked(),
        )

    def _close_form(self, *, reviewed: bool = False) -> CloseTill:
        from kiosk.forms.till import CloseTill

        return CloseTill(
            counts=self.counts.forms(),
            till_id=self._till_id(),
            deposited=self._amounts() if reviewed else None,
            reason=self.review.reason.value() if reviewed else None,
            alone=reviewed and self.review.alone.isChecked(),
        )

    def _hand_over_form(self, *, reviewed: bool = False) -> HandOver:
        from kiosk.forms.till import HandOver

        return HandOver(
            counts=self.counts.forms(),
            till_id=self._till_id(),
            reason=self.review.reason.value() if reviewed else None,
            alone=reviewed and self.review.alone.isChecked(),
        )

    def _amounts(self) -> dict[str, int | str]:
        """What was typed beside the sums, in the main unit: the float at the opening, the deposit at the close."""
        return {
            code: amount.json() for code, field in self.review.amounts.items() if (amount := field.value()) is not None
        }

    # Cash in and out

    def _begin_move(self, way: Literal["in", "out"]) -> None:
        status = self._status
        if status is None:
            return
        self.move_card.begin(way, list(dict.fromkeys([*status.currencies, *status.known])))
        self._enter("move")

    def _move_form(self) -> MoveCash:
        from kiosk.forms.till import MoveCash

        card = self.move_card
        amount = card.amount.value()
        return MoveCash(
            currency=card.amount.currency(),
            amount=None if amount is None else str(amount.json()),
            reason=card.reason.value(),
            alone=card.alone.isChecked(),
            till_id=self._till_id(),
        )

    def _move(self) -> None:
        form, way = self._move_form(), self.move_card.way
        self._work(lambda: self._acts.move("in" if way == "in" else "out", form, None), self._on_moved)

    def _ask_second_out(self) -> None:
        form = self._move_form()
        self.move_card.alone.show()
        dialog = SecondPersonDialog(
            self,
            _("Persetujuan orang kedua"),
            _("Mengambil uang di atas batas perlu orang kedua. Penyelia mengetik nama dan kata sandinya di sini."),
            yes=_("Setujui"),
            approve=lambda agreement: self._acts.move("out", form, _approval(agreement)),
            runner=self._runner,
        )
        dialog.agreed.connect(self._on_moved)
        dialog.open()

    def _on_moved(self, _moved: Any) -> None:
        self._enter("standing")
        self.refresh()
        news.tell(TILL, SYNC)

    # Showing

    def _on_primary(self) -> None:
        if self._mode == "standing":
            self._begin_count("close" if self._status is not None and self._status.open is not None else "open")
        elif self._mode == "count":
            self._confirm()
        elif self._mode == "move":
            self._move()
        elif self._mode == "review":
            self._finish()
        elif self._new_holder:
            self.hand_over_asked.emit(self._new_holder)
        else:
            self.on_back()

    def _enter(self, mode: Mode) -> None:
        self._mode = mode
        self._say("")
        self._show()
        if self.isVisible():
            focus = self.first_focus()
            if focus is not None:
                focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.counting.emit(mode in ("count", "review"))

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        if text:
            announce(self.said)

    def _show(self) -> None:
        for mode, card in self._cards.items():
            card.setVisible(mode == self._mode)
        self._show_side()
        self._show_buttons()

    def _show_side(self) -> None:
        status = self._status
        self.others.clear()
        if self._mode == "count":
            totals = self.counts.totals()
            self.big.title.setText(_("Dihitung sejauh ini"))
            if totals:
                self.big.set(money(totals[0]), terbilang_money(totals[0]))
            for one in totals[1:]:
                self.others.add(one.currency, money(one), bold=True)
            self.hint.setText(_("Enter: pecahan berikutnya. Hitungan dapat diulang sebelum dipastikan."))
        elif self._mode == "review" and self._reviewed is not None:
            first = self._reviewed.sums[0].counted
            self.big.title.setText(_("Dihitung"))
            self.big.set(money(first), terbilang_money(first))
            self.hint.setText("")
        elif status is not None and status.open is not None and self._mode in ("standing", "move"):
            self.big.title.setText(_("Uang di laci menurut catatan"))
            self.big.set(*((money(status.cash[0]), terbilang_money(status.cash[0])) if status.cash else ("",)))
            for one in status.cash[1:]:
                self.others.add(one.currency, money(one), bold=True)
            self.hint.setText("")
        elif status is not None and self._mode == "standing":
            self.hint.setText(
                _("Uang di laci dihitung dahulu; isi terakhirnya tampak setelah dihitung.") if status.allowed else ""
            )
        else:
            self.hint.setText("")
        shut = self._mode == "standing" and (status is None or status.open is None)
        self.big.setVisible(not shut and self._mode != "done")
        self.hint.setVisible(bool(self.hint.text()))

    def _show_buttons(self) -> None:
        status, mode = self._status, self._mode
        is_open = status is not None and status.open is not None
        mine = status is not None and status.mine
        said = {
            "standing": _("Tutup kas") if is_open else _("Buka kas"),
            "count": _("Hitungan selesai"),
            "move": _("Catat"),
            "done": _("Ganti petugas") if self._new_holder else _("Kembali ke beranda"),
        }
        if mode == "review":
            said["review"] = {
                "open": _("Buka kas"),
                "hand_over": _("Serahkan kas"),
                "close": _("Tutup kas & cetak laporan"),
            }[self._stage]
        self.primary.setText(said[mode])
        self.primary.setEnabled(
            not self._working and status is not None and (mode != "standing" or is_open or status.allowed)
        )
        for button in (self.put_in, self.take_out, self.give):
            button.setVisible(mode == "standing" and is_open and mine)
        self.again.setVisible(mode == "review")
        self.paper.setVisible(
            (mode == "done" and bool(self._closed_number)) or (mode == "standing" and bool(self._last_number()))
        )
        self.cancel.setVisible(mode in ("count", "move", "review"))
        may_check = status is not None and status.may_check
        self.checked.setVisible(may_check and self._flagged() is not None)

    def _on_news(self, topic: str) -> None:
        if topic in (TILL, CONTRIBUTIONS, STAFF) and self.isVisible() and self._mode in ("standing", "move"):
            self.refresh()


def _approval(agreement: Agreement) -> Approval:
    from kiosk.usecases.approvals import Approval

    return Approval(agreement.login, agreement.password, agreement.reason)


def _typed(count: Count, faces: Sequence[int]) -> dict[str, Any]:
    """A count as it stood in the fields."""
    pieces = dict(count.pieces)
    other = sum(face * number for face, number in pieces.items() if face not in faces)
    if not pieces:
        other = count.money.minor
    shown = replace(count.money, minor=other)
    return {
        "pieces": [str(pieces[face]) if face in pieces else "" for face in faces],
        "other": f"{shown.main:f}".replace(".", ",") if other else "",
    }
