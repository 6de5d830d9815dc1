"""Why a report is refused is said in Chinese too."""

import re
from dataclasses import replace

import pytest
import test_genre
import test_hostile
from graph_samples import qingshi
from reading import document_of

from kg.build.inbox import places
from kg.build.make import _graph_issues
from kg.cli.terminal import in_chinese, refusals
from kg.corpus.source import COLUMNS, REGISTER, source_of
from kg.errors import KgError, SourceError
from kg.graph.check import messages
from kg.graph.finding import Finding
from kg.graph.report import graph_report

QUICK = [
    name for name in test_hostile.HOSTILE if not re.search("gigabytes|unfolds|rows|headings|hides|cell|millions", name)
]


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_is_refused_in_chinese(name):
    with pytest.raises(KgError) as refused:
        document_of(test_hostile.HOSTILE[name](), force=False)
    assert_chinese(refused.value)


@pytest.mark.parametrize(("genre", "text"), test_genre.REFUSED)
def test_another_kind_of_page_is_named_in_chinese(genre, text):
    with pytest.raises(KgError) as refused:
        document_of(text, force=False)
    assert_chinese(refused.value)


def test_a_value_stays_as_it_is():
    error = SourceError("answers 404", where="https://example.org/a", hint="try again later")
    assert in_chinese(error) == "https://example.org/a：返回状态 404——请稍后重试"


@pytest.mark.parametrize("register", ["file\tcode\na.txt\t330226\n", "", "\t".join(COLUMNS) + "\na.txt\n"])
def test_a_register_that_is_not_sound_is_refused_in_chinese(tmp_path, register):
    (tmp_path / REGISTER).write_text(register, "utf-8")
    with pytest.raises(KgError) as refused:
        places([tmp_path])
    assert_chinese(refused.value)


def test_what_nobody_translated_is_said_in_english():
    assert in_chinese(SourceError("is blue", where="a")) == "a：is blue"


def test_every_row_has_as_many_values_in_chinese():
    assert len(refusals()) > 80
    for pattern, zh in refusals():
        assert pattern.groups == len(re.findall(r"\{\d?\}", zh)), zh


def assert_chinese(error: KgError) -> None:
    what, _, hint = in_chinese(error).removeprefix("-：").partition("——")
    assert re.search(r"[\u4e00-\u9fff]", what), what
    assert re.search(r"[\u4e00-\u9fff]", hint), hint


def test_a_report_that_breaks_a_shape_is_told_so_in_chinese():
    """As the issue of a build says it, for all that the shapes say; each in words of its own, in both languages."""
    said = messages()
    assert len(said) > 100
    assert len({zh for _, zh in said}) == len(said)
    broken = tuple(
        Finding(severity="violation", rule="shape.X", report="", focus="urn:x", message_zh=zh, message_en=en)
        for en, zh in said
    )
    report = replace(graph_report(qingshi()), findings=broken)
    source = source_of(b"")
    for finding, issue in zip(broken, _graph_issues("a.txt", source, report, {}), strict=True):
        told = in_chinese(KgError(issue.what, where=issue.source, hint=issue.hint))
        assert told == f"a.txt：{finding.message_zh}：urn:x——请用 fazhi extract 查看该报告的读取结果"
