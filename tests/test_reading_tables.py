"""The tables of the reader: each row reads its own example, and the first row that fits it is the one that says so."""

import re

import pytest

from kg.corpus.genre import judge
from kg.corpus.heading_mark import styles
from kg.corpus.outline import _cues
from kg.corpus.parts import is_boilerplate
from kg.lexicon import shadow, table

HEADINGS = table("heading_styles", "style", "rank", "level", "longest", "pattern", "example")
ROLES = table("section_roles", "role", "where", "pattern", "example", key=3)
BOILERPLATE = table("boilerplate", "pattern", "where", "example")
GENRES = table("genre_cues", "genre", "where", "pattern", "example", key=3)
USUAL = table("usual_titles", "pattern", "example")
NOT = table("no_titles", "pattern", "where", "example")


@pytest.mark.parametrize(("style", "example"), [(row[0], row[5]) for row in HEADINGS])
def test_heading_style(style, example):
    first = next(one.name for one in styles() if one.pattern.match(shadow(example)))
    assert first == style


@pytest.mark.parametrize(("role", "where", "example"), [(row[0], row[1], row[3]) for row in ROLES])
def test_section_role(role, where, example):
    first = next(
        name
        for name, place, pattern in _cues()
        if (place == "any" or where == "top") and pattern.search(shadow(example))
    )
    assert first == role


@pytest.mark.parametrize(("where", "example"), [row[1:] for row in BOILERPLATE])
def test_boilerplate(where, example):
    assert is_boilerplate(shadow(example), edge=True)
    assert is_boilerplate(shadow(example), edge=False) == (where == "anywhere")


@pytest.mark.parametrize(("genre", "where", "pattern", "example"), GENRES)
def test_genre_cue(genre, where, pattern, example):
    assert re.search(pattern, shadow(example))
    if where != "word":
        told = shadow(example)
        verdict = judge(told if where == "title" else "", [told, "办案3件。"], page=told if where == "page" else "")
        assert verdict.name == genre


@pytest.mark.parametrize(("pattern", "example"), USUAL)
def test_usual_title(pattern, example):
    assert re.match(pattern, shadow(example))[0] == shadow(example)


@pytest.mark.parametrize(("pattern", "example"), [(row[0], row[2]) for row in NOT])
def test_no_title(pattern, example):
    assert re.match(pattern, shadow(example))


SENTENCES = [
    "当前位置明显改善。", "县政府网站浏览量突破百万次。", "打印机共享服务覆盖12个窗口。", "（三）推进政务公开，打印目录3份",
    "一是首页改版，优化导航", "强化附件审查", "来源合法性审查机制不断完善，全年审查文件14件", "全面推行行政执法公示制度",
]  # fmt: skip


@pytest.mark.parametrize("line", SENTENCES)
def test_text_is_no_boilerplate(line):
    assert not is_boilerplate(shadow(line), edge=False)


def test_enough_rows():
    assert min(map(len, (HEADINGS, ROLES, BOILERPLATE, GENRES))) >= 7
