"""The audit of words: lists, townships, days, cited titles, numbering, years in headings, honours said twice."""

import re
from dataclasses import replace
from typing import Any

import pytest
from graph_samples import Sample, found_in, qingshi

from kg.corpus.document import Area
from kg.corpus.outline import Outline
from kg.extract import fact as f
from kg.graph.audit import audit
from kg.graph.triples import to_graph
from kg.lexicon import table


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("实现发案量、败诉率、出庭率、撤诉率四项指标持续向好。", []),
        ("实现发案量、败诉率、出庭率三项指标持续向好。", []),
        ("实现发案量、败诉率、出庭率、撤诉率五项指标持续向好。", [("list", "4")]),
        ("将办理建筑许可、获得电力、纳税等15项指标纳入监测。", []),
        ("将办理建筑许可、获得电力、纳税、开办企业等3项指标纳入监测。", [("list", "4")]),
        ("涵盖教育、卫生和交通三个领域。", []),
        ("全面落实行政执法“三项制度”。", []),
        ("围绕食品、药品安全,推进5个领域执法。", []),
    ],
)
def test_a_count_is_the_length_of_its_list(line: str, expected: list[tuple[str, str]]) -> None:
    s = Sample((line,))
    s.sentence(line, None, "measure")
    assert found_in(s.reading()) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("全县18个乡镇(街道)均设立受理点。", []),
        ("全县17个乡镇(街道)均设立受理点。", [("townships", "18")]),
        ("在3个乡镇(街道)试点。", []),
        ("覆盖19个乡镇（街道）。", [("townships", "18")]),
    ],
)
def test_townships_are_counted_in_the_table(words: str, expected: list[tuple[str, str]]) -> None:
    county = Area(code="330226", name="宁海县", level="county")
    s = Sample((words,), area=county)
    s.sentence(words, None, "measure")
    assert found_in(s.reading(issuer=None)) == expected


def test_days_exist_and_lie_before_publication() -> None:
    s = Sample(("2023年2月30日召开会议。", "2025年1月2日完成整改。"))
    for line in s.lines:
        s.sentence(line, None, "measure")
    assert [rule for rule, _ in found_in(s.reading())] == ["date", "date"]
    assert [rule for rule, _ in found_in(s.reading(published="2021-01-05", written="2021-03-01"))][-2:] == [
        "date",
        "date",
    ]


def cites(title: str, relation: Any = "implements", *, year: int = 2023) -> f.Reading:
    line = f"贯彻落实《{title}》。"
    s = Sample((line,), year=year)
    s.add(
        f.Citation,
        title,
        s.sentence(line, None, "measure"),
        title=title,
        number=None,
        document_kind="law",
        relation=relation,
    )
    return s.reading()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("中华人民共和国行政处罚法", []),
        ("行政处罚法", []),
        ("法治政府建设实施纲要(2021-2025年)", []),
        ("法治政府建设实施纲要（2021—2025年）", []),
        ("法治政府建设与责任落实督查工作规定", [("title", "法治政府建设与责任落实督察工作规定")]),
        ("青石县法治政府建设与责任落实督察工作实施办法", []),
        ("中华人民共和国物权法", [("law", "")]),
        ("中华人民共和国行政许可执行法", [("title", "")]),
        ("中华人民共和国行政许可执行法(草案)", []),
        ("中华人民共和国反外国制裁法", []),
    ],
)
def test_cited_titles_exist_and_are_in_force(title: str, expected: list[tuple[str, str]]) -> None:
    assert found_in(cites(title)) == expected


def test_of_a_year_that_the_table_of_laws_does_not_reach_no_law_is_unknown() -> None:
    title = "中华人民共和国低空经济促进法"
    assert found_in(cites(title, year=2023)) == [("title", "")]
    assert found_in(cites(title, year=2026)) == []


def test_a_law_is_not_cited_before_its_time() -> None:
    title = "中华人民共和国农村集体经济组织法"  # 2024
    assert found_in(cites(title, year=2021)) == [("law", title)]
    assert found_in(cites(title, year=2023)) == []


def test_every_law_says_where_its_dates_were_read() -> None:
    rows = table("laws", "title", "kind", "issued", "repealed", "also", "source")
    assert [row[0] for row in rows if not re.fullmatch(r"text|https?://\S+", row[5])] == []
    assert [row[0] for row in rows if not re.fullmatch(r"|\d{4}(-\d\d){0,2}", row[2])] == []


def test_of_a_document_whose_year_alone_is_known_the_year_counts() -> None:
    title = "关于加强法治政府建设的意见"  # 2010, its day was not seen
    assert found_in(cites(title, year=2008)) == [("law", title)]
    assert found_in(cites(title, year=2009)) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("一、", "二、", 0), ("一、", "三、", 1), ("二、", "二、", 1), ("一是", "三是", 0)],
)
def test_gaps_and_doubles_in_the_numbering_are_told(first: str, second: str, expected: int) -> None:
    reading = qingshi()
    one, other = (s for s in reading.outline.sections if s.key in {"1", "2"})
    sections = (replace(one, number=first), replace(other, number=second))
    odd = replace(reading, outline=Outline(sections=sections), sentences=(), facts=())
    assert [rule for rule, _ in found_in(odd)] == ["numbering"] * expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2023年度主要举措", "2024年工作安排", []),
        ("主要举措", "2024年工作安排", []),
        ("主要举措", "下一步安排", []),
        ("2021年以来的工作", "2024年工作安排", []),
        ("落实《2020年工作要点》的情况", "谋划2026—2030年的工作", []),
        ("2025年度主要举措", "2026年工作安排", [("year", "2023")]),
        ("2021年度主要举措", "下一步安排", [("year", "2023")]),
    ],
)
def test_main_headings_of_another_year_are_told(first: str, second: str, expected: list[Any]) -> None:
    reading = Sample(("开展培训。",), year=2023).reading()
    one, other = (s for s in qingshi().outline.sections if s.key in {"1", "2"})
    sections = (replace(one, number="一、", title=first), replace(other, number="二、", title=second))
    assert found_in(replace(reading, outline=Outline(sections=sections))) == expected


def test_an_honour_printed_twice_is_told_once() -> None:
    s = Sample(("获评“全省法治政府建设示范县”,连续两年名列前茅,成功创建“全省法治政府建设示范县”。",))
    order = s.sentence(s.lines[0], None, "result")
    s.add(
        f.Honour,
        "全省法治政府建设示范县",
        order,
        name="全省法治政府建设示范县",
        recipient="青石县",
        grantor=None,
        level="province",
    )
    (finding,) = audit(s.reading(), to_graph(s.reading()))
    assert finding.rule == "audit.honour-twice"
    assert len(finding.evidence) == 2
