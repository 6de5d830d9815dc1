"""Numbers written and read; every row of the tables of figures does what it says; nothing is lost in silence."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from case_reading import Said, reading_of
from hypothesis import example, given
from hypothesis import strategies as st

from kg.cli.terminal import messages
from kg.extract.amount import amounts, number
from kg.extract.citation import document_kind
from kg.extract.coverage import coverage
from kg.extract.fact import Citation, Figure, Honour, Programme
from kg.extract.indicator import COLUMNS, concept
from kg.extract.mask import mask
from kg.lexicon import rules, table

CASES = Path(__file__).parent / "cases"
TEXTS = [case["text"] for file in ("figure", "citation", "honour", "programme") for case in yaml.safe_load((CASES / f"{file}.yaml").read_text("utf-8"))]  # fmt: skip


def chinese(value: int) -> str:
    """A number from 0 to 99,999,999 in words, as it is printed."""
    if value >= 10**4:
        rest = value % 10**4
        return chinese(value // 10**4) + "万" + ("零" if 0 < rest < 1000 else "") + (chinese(rest) if rest else "")
    words, pending = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // scale % 10
        if digit:
            words += ("零" if pending else "") + "零一二三四五六七八九"[digit] + word
            pending = False
        else:
            pending = bool(words)
    return words or "零"


@given(st.integers(0, 10**8 - 1))
def test_a_number_in_words_is_read_as_written(value):
    assert number(chinese(value)) == value


@given(st.integers(0, 10**9), st.integers(0, 4), st.sampled_from(["", "万", "亿"]))
def test_a_number_in_digits_is_exact(digits, places, scale):
    printed = Decimal(digits).scaleb(-places)
    factor = {"": 1, "万": 10**4, "亿": 10**8}[scale]
    assert number(f"{printed:f}{scale}") == printed * factor


@given(st.integers(10**3, 10**9))
def test_grouped_digits_are_one_number(value):
    (quantity,) = amounts(f"{value:,}件", 0)
    assert (quantity.value, quantity.unit) == (value, "件")


UNITS = [(unit, base, scale) for unit, base, scale, _, _ in table("units", "unit", "base", "scale", "class", "noun")]


@pytest.mark.parametrize(("unit", "base", "scale"), UNITS)
def test_every_unit_is_read(unit, base, scale):
    (quantity,) = amounts(f"12{unit}", 0)
    assert (quantity.value, quantity.unit) == (12 * int(scale or 1), base)


QUALIFIERS = table("qualifiers", "word", "place", "qualifier", "not_after", key=2)


@pytest.mark.parametrize(("word", "place", "qualifier", "not_after"), QUALIFIERS)
def test_every_qualifier_is_read_in_its_place(word, place, qualifier, not_after):
    printed = {"before": f"{word}12件", "after": f"12件{word}", "inside": f"12{word}件"}[place]
    (quantity,) = amounts(printed, 0)
    assert (quantity.qualifier, len(quantity.span)) == (qualifier, len(printed))
    for letter in not_after:
        (other,) = amounts(f"{letter}{printed}", 0)
        assert other.qualifier == "exact"


WORDS = table("masks", "word", "why")


def test_every_word_of_the_masks_counts_nothing():
    open_words = []
    for word, _ in WORDS:
        text = f"在{word}的时候"
        masked = [one for one in mask(text) if one.span.start <= 1 and one.span.end >= len(word)]
        if not masked:
            open_words.append(word)
    assert open_words == []


INDICATORS = table("indicators", *COLUMNS)


@pytest.mark.parametrize("row", INDICATORS, ids=[row[0] for row in INDICATORS])
def test_every_example_leads_to_its_concept(row):
    _, zh, _, units, _, _, examples = row
    found = {example: concept(example, units.split()[0]) for example in examples.split(";")}
    assert set(found.values()) == {zh}, found


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("抽查市场主体数", "户"),
        ("提出审计建议数", "条"),
        ("结转信息公开申请数", "件"),
        ("立案侦办走私案件数", "起"),
        ("办理医师执业许可数", "宗"),
        ("办理行政复议、行政调解案件数", "件"),
        ("作出行政处罚、行政许可、行政强制案数", "件"),
        ("收集企业诉求数", "件"),
        ("重大行政处罚备案审查率", "%"),
        ("公安机关共立案数", "起"),
        ("新型经营主体总量", "个"),
    ],
)
def test_what_only_sounds_like_a_concept_is_none(name, unit):
    assert concept(name, unit) is None


@pytest.mark.parametrize(
    ("one", "other", "units"),
    [
        ("宣布失效行政规范性文件数", "废止行政规范性文件数", "件"),
        ("群众安全感满意度", "群众满意度", "%"),
        ("新登记市场主体数", "市场主体数", "户"),
        ("行政机关负责人出庭应诉比例", "行政机关负责人出庭应诉人次", "%"),
        ("受理行政复议案件数", "审结行政复议案件数", "件"),
        ("出台地方性法规数", "提请审议地方性法规数", "部"),
        ("公示行政执法信息数", "公开政府信息数", "条"),
        ("学习法治工作会议精神次数", "研究法治工作次数", "次"),
    ],
)
def test_what_differs_is_not_one_concept(one, other, units):
    assert concept(one, units) != concept(other, units)


def test_a_case_is_a_case_in_every_unit_of_cases():
    assert concept("受理行政复议案件数", "起") == concept("受理行政复议案件数", "件")


VERBS = table("refer_verbs", "word", "place", "relation", key=2)


def test_every_verb_gives_its_relation():
    wrong = []
    for word, place, relation in VERBS:
        text = f"{word}《甲》。" if place == "before" else f"将《甲》{word}。"
        (citation,) = [fact for fact in reading_of(Said(text)).facts if isinstance(fact, Citation)]
        if citation.relation != relation:
            wrong.append((word, place, citation.relation))
    assert wrong == []


def test_every_ending_gives_its_kind():
    rows = table("documents", "ending", "kind")
    assert [ending for ending, kind in rows if document_kind(f"某{ending}(试行)") != kind] == []


@pytest.mark.parametrize("text", TEXTS)
def test_every_number_is_accounted_for(text):
    reading = reading_of(Said(text))
    told = coverage(reading)
    assert told.accounted == told.numbers


@example("、受理一")  # a frame with nothing behind it
@example("审查至、分别%案件万“落实、年将获评")  # a verb of award with nothing behind it
@example("推广“甲乙平台”、“丙丁")  # a list whose last quote never closes
@given(
    st.text(
        alphabet="一二三十百万0123456789年月日件次%,。;、“”《》()第近约余从至由分别其中受理审查行政复议案件率",
        max_size=60,
    )
)
def test_any_text_is_read_without_a_hole(text):
    reading = reading_of(Said(text))
    told = coverage(reading)
    assert told.accounted == told.numbers
    for fact in reading.facts:
        if isinstance(fact, (Figure, Citation, Honour, Programme)):
            assert fact.quote == text[fact.span.start : fact.span.end]
            assert not isinstance(fact, Figure) or fact.name


def test_the_command_says_what_became_of_every_number(demo_report):
    command = [sys.executable, "-m", "kg", "extract", str(demo_report), "--coverage"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    counts = [
        int(line.split()[-1]) for line in run.stdout.split("\n") if re.search(r"\S  \d+$", line) and line[0] != " "
    ]
    numbers, figures, facts, masked, unread = counts
    assert numbers == figures + facts + masked + unread > 100


def test_every_reason_why_a_number_counts_nothing_has_words_in_both_languages():
    reasons = {rule.gives for rule in rules("mask")} | {why for _, why in table("masks", "word", "why")}
    reasons |= {"quoted", "title", "place", "outside", "former-value", "heading", "enumeration", "overlong", "no-unit"}
    assert {f"why-{reason}" for reason in reasons} <= set(messages())


def test_masking_all_digits_leaves_no_figure():
    for text in TEXTS:
        blind = re.sub(r"[\d０-９〇零一二两三四五六七八九十百千万亿半首]", "某", text)
        assert not [fact for fact in reading_of(Said(blind)).facts if isinstance(fact, Figure)], blind


def test_full_width_and_half_width_read_the_same():
    wide = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in ",;:()%0123456789"}
    for text in TEXTS:
        narrow = text.replace("，", ",").replace("；", ";").replace("（", "(").replace("）", ")").replace("％", "%")
        one, other = (
            [
                (fact.value, fact.unit, fact.qualifier, fact.name.translate(wide))
                for fact in reading_of(Said(form)).facts
                if isinstance(fact, Figure)
            ]
            for form in (narrow, narrow.translate(wide))
        )
        assert one == other


def test_the_suites_found_their_rows():
    assert len(TEXTS) >= 100
    assert len(UNITS) >= 100
    assert len(WORDS) >= 900
    assert len(INDICATORS) >= 80
    assert len(VERBS) >= 200


def test_blanks_around_numbers_change_no_value():
    for text in TEXTS:
        spaced = re.sub(r"(?<![\d.,+ ])(\d+(?:\.\d+)?)(?=[\u4e00-\u9fff])", r" \1 ", text)
        values, others = (
            [(fact.value, fact.unit) for fact in reading_of(Said(form)).facts if isinstance(fact, Figure)]
            for form in (text, spaced)
        )
        assert values == others, spaced
