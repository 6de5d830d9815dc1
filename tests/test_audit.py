"""The audit finds what a careful reader finds, and keeps silent where the words leave a doubt."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_reading import Said, reading_of
from graph_samples import LINES, Sample, found_in, qingshi

from kg.extract import fact as f
from kg.graph import audit as audit_module
from kg.graph.audit_years import audit_years
from kg.graph.digest import digest_of
from kg.graph.finding import Finding
from kg.graph.report import graph_report
from kg.graph.triples import to_graph
from kg.graph.whole import graph_whole
from kg.lexicon import table

CASES = [
    yaml.safe_load((Path(__file__).parent / "cases" / name).read_text("utf-8"))
    for name in (
        "audit.yaml",
        "audit_third.yaml",
        "audit_fourth.yaml",
        "audit_fifth.yaml",
        "audit_sixth.yaml",
        "audit_seventh.yaml",
    )
]
PLANTED: dict[str, list[Any]] = {kind: [row for case in CASES for row in case[kind]] for kind in ("faults", "harmless")}
MISSED = [fault for case in CASES for fault in case.get("missed", ())]


@pytest.mark.parametrize("fault", PLANTED["faults"], ids=lambda fault: f"{fault['rule']}-{fault['text'][:12]}")
def test_a_planted_fault_is_told_and_nothing_else(fault: dict[str, str]) -> None:
    assert [rule for rule, _ in found_in(reading_of(Said(fault["text"])))] == [fault["rule"]]


def test_what_is_not_told_is_said_to_be_not_told() -> None:
    assert [found_in(reading_of(Said(fault["text"]))) for fault in MISSED] == [[]] * len(MISSED)
    written = (Path(__file__).parent.parent / "kg" / "graph" / "README.md").read_text("utf-8")
    for case in CASES[1:]:
        assert f"{len(case['faults'])} of {len(case['faults']) + len(case['missed'])} now" in written


@pytest.mark.parametrize("text", PLANTED["harmless"])
def test_what_only_looks_like_a_fault_is_left_alone(text: str) -> None:
    assert found_in(reading_of(Said(text))) == []


@pytest.mark.parametrize(("month", "exists"), [(0, False), (1, True), (12, True), (13, False)])
def test_a_month_is_one_of_twelve(month: int, exists: bool) -> None:
    found = found_in(reading_of(Said(f"2023年{month}月，组织开展行政执法检查。")))
    assert [rule for rule, _ in found] == ([] if exists else ["date"])


def figures(line: str, *rows: dict[str, Any]) -> f.Reading:
    """One sentence with its figures: quote, name, value, unit and more."""
    s = Sample((line,))
    order = s.sentence(line, None, "measure", "result")
    for row in rows:
        s.figure(row.pop("quote"), order, row.pop("name"), row.pop("value"), row.pop("unit"), **({"year": 2023} | row))
    return s.reading()


def rate(percent: str, part: str = "8104", qualifier: str = "exact") -> f.Reading:
    line = f"全县共受理各类矛盾纠纷8137起,调处成功{part}起,调处成功率达{percent}%。"
    return figures(
        line,
        {"quote": "8137起", "name": "受理矛盾纠纷数", "value": "8137", "unit": "起"},
        {"quote": f"{part}起", "name": "调处成功数", "value": part, "unit": "起"},
        {"quote": f"{percent}%", "name": "调处成功率", "value": percent, "unit": "%", "qualifier": qualifier},
    )


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        ("99.6", []),
        ("99.59", []),
        ("100", [("rate", "99.59")]),
        ("99.7", [("rate", "99.59")]),
        ("98", [("rate", "99.59")]),
        ("50", []),
    ],
)
def test_a_rate_is_part_of_whole_to_the_last_digit_printed(percent: str, expected: list[tuple[str, str]]) -> None:
    assert found_in(rate(percent)) == expected


def test_a_rate_said_to_be_at_least_is_not_held_to_its_digits() -> None:
    assert found_in(rate("99", qualifier="at_least")) == []


def test_a_rate_without_its_part_and_whole_is_left_alone() -> None:
    line = "全年办理政务服务事项2017000件,新增终端12个,网办率达97.27%。"
    rows = (
        {"quote": "2017000件", "name": "办理事项数", "value": "2017000", "unit": "件"},
        {"quote": "12个", "name": "新增终端数", "value": "12", "unit": "个"},
        {"quote": "97.27%", "name": "网办率", "value": "97.27", "unit": "%"},
    )
    assert found_in(figures(line, *rows)) == []


@pytest.mark.parametrize(("said", "by_words"), [("其中", [("part", "")]), ("另", [])])
def test_a_part_is_not_more_than_its_whole(said: str, by_words: list[tuple[str, str]]) -> None:
    line = f"办结复议案件120件,{said}调解结案150件。"
    reading = figures(
        line,
        {"quote": "120件", "name": "办结复议案件数", "value": "120", "unit": "件"},
        {"quote": "150件", "name": "调解结案数", "value": "150", "unit": "件"},
    )
    whole, part = (fact for fact in reading.facts if isinstance(fact, f.Figure))
    assert found_in(reading) == by_words
    told = replace(reading, facts=tuple(replace(x, part_of=whole.span) if x is part else x for x in reading.facts))
    assert found_in(told) == [("part", "")]


@pytest.mark.parametrize(("second", "expected"), [("40", []), ("60", [("parts", "140")])])
def test_parts_together_are_not_more_than_their_whole(second: str, expected: list[tuple[str, str]]) -> None:
    line = f"办结复议案件120件,其中调解结案80件、撤回申请{second}件。"
    reading = figures(
        line,
        {"quote": "120件", "name": "办结复议案件数", "value": "120", "unit": "件"},
        {"quote": "80件", "name": "调解结案数", "value": "80", "unit": "件"},
        {"quote": f"{second}件", "name": "撤回申请数", "value": second, "unit": "件"},
    )
    whole, *told = (fact for fact in reading.facts if isinstance(fact, f.Figure))
    tied = tuple(replace(x, part_of=whole.span) if x in told else x for x in reading.facts)
    assert found_in(replace(reading, facts=tied)) == expected


@pytest.mark.parametrize(
    ("quote", "value", "former", "direction", "expected"),
    [
        ("从46.9%下降到37.5%", "37.5", "46.9", "down", []),
        ("从46.9%上升到37.5%", "37.5", "46.9", "up", [("direction", "")]),
        ("由第9位上升到第6位", "6", "9", "up", []),
        ("由第6位上升到第9位", "9", "6", "up", [("direction", "")]),
    ],
)
def test_the_direction_word_agrees(quote: str, value: str, former: str, direction: str, expected: list[Any]) -> None:
    row = {
        "quote": quote,
        "name": "案件占比",
        "value": value,
        "unit": "%",
        "former_value": former,
        "direction": direction,
    }
    assert found_in(figures(f"案件占比{quote}。", row)) == expected


def test_a_place_in_a_ranking_rises_as_its_number_falls() -> None:
    row = {"quote": "由第9位上升到第6位", "name": "排名", "value": "6", "unit": "名", "former_value": "9"}
    found = graph_report(figures("排名由第9位上升到第6位。", row | {"direction": "up"})).findings
    assert [x.rule for x in found if x.rule.endswith(("direction", "Direction"))] == []


def test_what_the_audit_says_of_a_figure_its_shape_does_not_say_again() -> None:
    row = {"quote": "从46.9%上升到37.5%", "name": "案件占比", "value": "37.5", "unit": "%", "former_value": "46.9"}
    found = graph_report(figures("案件占比从46.9%上升到37.5%。", row | {"direction": "up"})).findings
    assert [x.rule for x in found if x.rule.endswith(("direction", "Direction"))] == ["audit.direction"]


@pytest.mark.parametrize(
    ("change", "unit", "value", "expected"),
    [
        ("9.4个百分点", "百分点", "9.4", []),
        ("8.4个百分点", "百分点", "8.4", [("change", "9.4")]),
        ("9.4%", "%", "9.4", [("percentage-point", "")]),
    ],
)
def test_the_printed_change_is_the_difference(change: str, unit: str, value: str, expected: list[Any]) -> None:
    line = f"案件占比从46.9%下降到37.5%,下降{change}。"
    reading = figures(
        line,
        {
            "quote": "从46.9%下降到37.5%",
            "name": "案件占比",
            "value": "37.5",
            "unit": "%",
            "former_value": "46.9",
            "direction": "down",
        },
        {"quote": change, "name": "案件占比降幅", "value": value, "unit": unit, "direction": "down"},
    )
    assert found_in(reading) == expected


def test_the_same_indicator_twice_agrees() -> None:
    s = Sample(("全年办结行政复议案件120件。", "行政复议案件办结率提升,办结行政复议案件125件。"))
    for line, words in zip(s.lines, ("120件", "125件"), strict=True):
        order = s.sentence(line, None, "result")
        s.figure(words, order, "办结行政复议案件数", words[:-1], "件", year=2023)
    assert found_in(s.reading()) == [("twice", "")]


def test_rounding_is_no_contradiction() -> None:
    s = Sample(("市场主体总数增至8.6万户。", "截至年底,市场主体总数达86013户。"))
    for line, words, value in zip(s.lines, ("8.6万户", "86013户"), ("86000", "86013"), strict=True):
        s.figure(words, s.sentence(line, None, "result"), "市场主体总数", value, "户", year=2023)
    assert found_in(s.reading()) == []


def later(words: str = "") -> f.Reading:
    lines = tuple(line.replace("2024", "2025").replace("2023", "2024") for line in LINES)
    return qingshi(lines, period_year=2024, plan_year=2025)


def test_a_former_value_is_last_years_value() -> None:
    before, after = qingshi(), later()
    one, other = digest_of(before, to_graph(before)), digest_of(after, to_graph(after))
    found = [finding for finding in audit_years([other, one]) if finding.rule == "audit.former-value"]
    assert [finding.value for finding in found] == ["从91.5%上升到96%"]
    assert len({quote.report for quote in found[0].evidence}) == 2
    agreeing = replace(
        other, figures=tuple(replace(x, former_value=x.former_value and Decimal(96)) for x in other.figures)
    )
    assert not [x for x in audit_years([one, agreeing]) if x.rule == "audit.former-value"]


def copied(second: str) -> list[Finding]:
    first = "全县各级各部门坚持以习近平法治思想为指导,严格执行重大行政决策程序,办理规范性文件合法性审核35件,提出意见建议120条,采纳率达95%。"
    digests = []
    for year, line in ((2022, first), (2023, second)):
        s = Sample((line,), year=year)
        s.sentence(line, None, "measure")
        digests.append(digest_of(s.reading(), to_graph(s.reading())))
    return [finding for finding in audit_years(digests) if finding.rule == "audit.copied"]


def test_a_sentence_filled_in_anew_is_copied_text() -> None:
    second = "全县各级各部门坚持以习近平法治思想为指导,严格执行重大行政决策程序,办理规范性文件合法性审核41件,提出意见建议98条,采纳率达97%。"
    (finding,) = copied(second)
    assert finding.value == "1"
    assert len(finding.evidence) == 2


def test_the_later_report_is_the_one_that_has_copied() -> None:
    line = "全县各级各部门坚持以习近平法治思想为指导,严格执行重大行政决策程序,办理规范性文件合法性审核35件,提出意见建议120条,采纳率达95%。"
    digests = []
    for address, year in (("b", 2022), ("a", 2023)):
        s = Sample((line,), year=year)
        s.sentence(line, None, "measure")
        digests.append(replace(digest_of(s.reading(), to_graph(s.reading())), report=address))
    (finding,) = (x for x in audit_years(digests) if x.rule == "audit.copied")
    assert finding.report == "a"


def test_another_sentence_is_not() -> None:
    assert (
        copied(
            "县政府常务会议审议重大行政决策事项9个,全部经过公众参与、专家论证、风险评估,并在政府网站公布决策目录和结果,接受社会监督。"
        )
        == []
    )


def test_findings_stand_in_the_graph_with_their_words() -> None:
    whole = graph_whole([graph_report(qingshi()), graph_report(later())])
    shared = next(g for g in whole.graphs if g.name.endswith("graph/findings"))
    evidence = [o for _, p, o in shared.triples() if p.endswith("#evidence>")]
    assert len(evidence) >= 2
    assert all("/s/" in node for node in evidence)


def test_every_rule_that_a_reader_meets_has_a_name_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in sorted(Path(audit_module.__file__).parent.glob("audit*.py")))
    told = set(re.findall(r'"audit\.([a-z-]+)"', source)) | set(re.findall(r'case\.finding\(\s*"([a-z-]+)"', source))
    names = {row[0] for row in table("finding_rules", "rule", "name", "english", "matter")}
    assert len(told) >= 14
    assert {f"audit.{rule}" for rule in told} <= names
