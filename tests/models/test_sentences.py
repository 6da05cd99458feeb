import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from models import language
from models.rules.likeness import Likeness, Reason
from models.rules.money import Money
from models.rules.problems import Problem, Trouble
from models.rules.tariffs import Step
from models.rules.token import Kind
from models.sentences import (
    PAPERS,
    REASONS,
    SENTENCES,
    STEPS,
    explain,
    explain_step,
    paper_name,
    reason,
    sentence,
    trouble_sentence,
)

ROOT = Path(__file__).resolve().parents[2]
# Where the code stands in a call: Problem(field, code), Problem.of(field, code), Trouble(code).
POSITION = {"Problem": 1, "Problem.of": 1, "Trouble": 0}


def name_of(call: ast.Call) -> str:
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.insert(0, node.id)
    return ".".join(parts)


def raised() -> Iterator[tuple[str, str]]:
    """(where, code) of every code written in the source as the code of a problem or trouble."""
    for package in ("models", "reports", "kiosk", "ui", "server"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or (at := POSITION.get(name_of(node))) is None:
                    continue
                for constant in ast.walk(node.args[at]) if len(node.args) > at else ():
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", constant.value


def gaps(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


def test_every_code_raised_anywhere_in_the_source_has_a_sentence() -> None:
    codes = list(raised())
    assert "money.too_large" in {code for _where, code in codes}
    assert len(codes) > 50
    assert [(where, code) for where, code in codes if code not in SENTENCES] == []


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_a_sentence(code: str) -> None:
    text = SENTENCES[code]
    assert text[0].isupper() or text[0] == "{"
    assert text.rstrip().endswith((".", "?"))
    assert "  " not in text
    spoken = sentence(Problem("field", code))
    assert "{" not in spoken
    assert spoken.count("…") >= len(gaps(text))


def test_gaps_are_shown_the_indonesian_way() -> None:
    short = Problem.of("tenders", "tender.short", missing=Money.of(265, "TWD"))
    assert sentence(short) == "Uang yang diterima masih kurang NT$ 265."
    late = Problem.of("event_date", "claim.event_in_future", day=date(2026, 11, 23).isoformat())
    assert sentence(late).startswith("Tanggal peristiwa 23 Nov 2026 belum terjadi.")
    cheaper = Problem.of("months", "months.next_package_cheaper", package=24, amount=332_500, saving=5000)
    assert sentence(cheaper) == "Paket 24 bulan lebih murah: Rp 332.500, hemat Rp 5.000."


def test_a_message_always_appears_even_when_its_gaps_are_odd() -> None:
    assert "besok" in sentence(Problem.of("event_date", "claim.event_in_future", day="besok"))
    assert "XXX 5" in sentence(Problem.of("tenders", "tender.short", missing="XXX 5"))
    assert "…" in sentence(Problem("months", "months.too_many"))


def test_a_code_of_a_newer_centre_is_still_said() -> None:
    assert sentence(Problem("x", "later.invention")) == "Ada yang perlu diperiksa (kode later.invention)."
    assert trouble_sentence(Trouble("later.trouble")) == "Ada yang perlu diperiksa (kode later.trouble)."


def test_every_sentence_is_there_in_english_with_the_same_gaps() -> None:
    language.use("en")
    try:
        translated = {code: language._(text) for code, text in SENTENCES.items()}
    finally:
        language.use("id")
    assert {code for code, text in translated.items() if gaps(text) != gaps(SENTENCES[code])} == set()
    assert {code for code, text in translated.items() if text == SENTENCES[code]} == set()
    assert translated["tender.empty"] == "Choose how it is paid."


def test_every_step_of_a_price_is_said_in_both_languages() -> None:
    step = Step.of("beyond", 162_000, n=12, each=13_500)
    assert explain_step(step) == "12 bulan lagi × Rp 13.500"
    assert explain_step(Step.of("invention")) == "langkah lain (kode invention)"
    source = (ROOT / "models/rules/tariffs.py").read_text(encoding="utf-8")
    for code in STEPS:
        level_or_code = code.removeprefix("confidence.")
        assert f'"{level_or_code}"' in source, code
    language.use("en")
    try:
        assert explain_step(step) == "12 further months × Rp 13.500"
        for text in STEPS.values():
            assert language._(text) != text
            assert gaps(language._(text)) == gaps(text)
    finally:
        language.use("id")


def test_why_two_records_may_be_one_person_is_said_in_words() -> None:
    both = Likeness(70, "possible", (Reason("birth.same", 130), Reason("name.alike", 90), Reason("nik.differs", -43)))
    assert explain(both) == "lahir sama, nama mirip, tetapi NIK berbeda"
    assert explain(Likeness(50, "possible", (Reason("passport.old", 220),))) == "paspor lama sama"
    assert explain(Likeness(0, "none", (Reason("sex.differs", -60),))) == "jenis kelamin berbeda"
    assert explain(Likeness(0, "none", ())) == ""
    assert reason("later.invention") == "alasan lain (kode later.invention)"
    language.use("en")
    try:
        assert explain(both) == "same birth date, similar name, but different NIK"
        assert {code for code, text in REASONS.items() if code[:3] != "kpj" and reason(code) == text} == set()
    finally:
        language.use("id")


def test_every_paper_with_a_code_has_a_name_in_both_languages() -> None:
    assert set(PAPERS) == set(get_args(Kind))
    assert paper_name("void") == "Kuitansi pembatalan"
    assert paper_name("later") == "Surat lain (kode later)"
    language.use("en")
    try:
        assert {kind for kind, text in PAPERS.items() if paper_name(kind) == text} == set()
    finally:
        language.use("id")


def test_every_reason_that_the_rules_give_has_words() -> None:
    source = (ROOT / "models/rules/likeness.py").read_text(encoding="utf-8")
    given = {
        constant.value
        for constant in ast.walk(ast.parse(source))
        if isinstance(constant, ast.Constant)
        and isinstance(constant.value, str)
        and re.fullmatch(r"(nik|passport|kpj|birth|sex|name|mother|phone)\.[a-z_]+", constant.value)
    }
    assert given - set(REASONS) == {"sex.same"}
    assert len(given) > 20
