"""Headings, their levels and roles, on texts of ours."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import document_of, drawn, outline_of

from kg.corpus.outline import parse_outline
from kg.corpus.text import shadow

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "outline.yaml").read_text("utf-8"))
REPORT = (Path(__file__).parent / "reports" / "chengang-2023.txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    outline = outline_of(case["text"])
    assert drawn(outline) == case["outline"]
    if "warnings" in case:
        assert list(outline.warnings) == case["warnings"]


def test_enough_cases():
    assert len(CASES) >= 36


ROLES = [
    ("2021年度推进法治政府建设的主要举措和成效", "reported"),
    ("党政主要负责人履行推进法治建设第一责任人职责情况", "leadership"),
    ("区政府主要负责同志履行推进法治建设第一责任人职责情况", "leadership"),
    ("存在的主要问题", "problem"),
    ("工作中的不足和原因", "problem"),
    ("基层执法力量有待进一步加强", "problem"),
    ("“十六五”时期主要目标任务", "plan"),
    ("主要目标任务完成情况", "reported"),
    ("下一步工作打算", "plan"),
    ("下步打算", "plan"),
    ("2024年工作安排", "plan"),
    ("2023年工作重点", "reported"),
    ("2023年工作情况及2024年工作安排", "mixed"),
    ("坚持党的领导，扛牢政治责任", "reported"),
    ("聚焦突出问题整治，提升执法水平", "reported"),
    ("坚持问题导向，补齐法治短板", "reported"),
]


@pytest.mark.parametrize(("title", "role"), ROLES)
def test_role_of_a_top_title(title, role):
    text = f"某某县2023年法治政府建设情况报告\n2023年，坚持依法行政。\n一、{title}\n办理3件。\n"
    assert parse_outline(document_of(text)).sections[0].role == role


def test_roles_are_inherited_and_a_lower_title_may_have_its_own():
    outline = outline_of(
        "一、2023年工作情况\n（一）聚焦突出问题，强化整治\n办3件。\n（二）存在的问题\n力量不足。\n（三）下一步打算\n加强普法。\n"
    )
    assert [section.role for section in outline.sections] == ["reported", "reported", "problem", "plan"]


def test_extent_reaches_to_the_next_heading_of_its_level():
    document = document_of(REPORT)
    outline = parse_outline(document)
    by_key = {section.key: section for section in outline.sections}
    for section in outline.sections:
        assert section.span in section.extent
        assert section.title_span in section.span
        assert document.quote(section.title_span) == section.title
        if section.parent:
            assert section.extent in by_key[section.parent].extent


CLOSED = re.sub(r"(?m)^((?:[一二三四五]、|（[一二三四五]）)[^。；：]{2,40})$", r"\1。", REPORT)
"""The report with a full stop behind each title: then nothing is lost with the line breaks."""


def one_paragraph(text):
    title, _, rest = text.partition("\n")
    return f"{title}\n{rest.replace(chr(10), '')}"


SAME = {
    "one paragraph": lambda text: one_paragraph(CLOSED),
    "a paragraph for each sentence": lambda text: text.replace("。", "。\n"),
    "a full stop behind each title": lambda text: CLOSED,
    "full-width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "indents": lambda text: text.replace("\n", "\n　　"),
    "no-break spaces": lambda text: text.replace("\n", "\n\xa0\xa0\xa0\xa0"),
    "half-width": lambda text: text.translate(str.maketrans("（），：；", "(),:;")),
    "no blank lines": lambda text: text.replace("\n\n", "\n"),
    "another place": lambda text: text.replace("澄港", "阿勒楚喀尔"),
    "navigation": lambda text: "首页\n当前位置：首页 > 政务公开\n" + text + "\n分享到\n打印本页 关闭窗口\n",
    "title twice": lambda text: text.split("\n")[0] + "\n发布时间：2024-02-26 来源：县政府办 浏览次数：\n" + text,
    "byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("name", SAME)
def test_the_outline_stays_the_same(name):
    def flat(text):
        return [(s.key, s.role, shadow(s.title).replace("阿勒楚喀尔", "澄港")) for s in outline_of(text).sections]

    assert len(flat(REPORT)) == 16
    assert flat(SAME[name](REPORT)) == flat(REPORT)


MARKS = ["一、", "（一）", "(二)", "1.", "2．", "一是", "二是", "第一，", "（1）", "①", "●", "第一部分 "]
WORDS = ["加强领导", "规范决策", "办案3件", "。", "；", "：", "，", "\n", "“", "”", "（", "）", "《", "》", " "]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(MARKS + WORDS), max_size=40).map("".join))
def test_any_text_gives_a_tree_of_disjoint_headings(text):
    document = document_of("二〇二三年法治政府建设报告\n办案3件。" + text)
    outline = parse_outline(document)
    keys = {section.key for section in outline.sections}
    last = 0
    for section in outline.sections:
        assert section.span.start >= last
        last = section.span.end
        assert section.parent is None or section.parent in keys
        assert document.quote(section.span).startswith(section.number)
        assert section.title.strip() == section.title != ""
