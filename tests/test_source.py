"""Bytes decide what a file is; register and flags say what the page does not."""

import errno
import os
from pathlib import Path

import pytest
from office_report import check_office, word
from reading import document_of

from kg.corpus.document import kind_of, read_document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import COLUMNS, Given, given_of, registered_rows, source_of, sources
from kg.errors import SourceError, UsageError

KINDS = [
    (b"%PDF-1.7\n", "pdf"), (b"\n\n%PDF-1.4", "pdf"), (b"<?xml version='1.0'?><html>", "html"), (b"\xef\xbb\xbf <HTML>", "html"),
    ("　　2023年".encode(), "text"), ("二〇二三".encode("gb18030"), "text"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf1", "office"), (b"\x89PNG\r\n\x1a\n", "a picture"), (b"Rar!\x1a", "an archive"), (bytes(range(256)) * 4, "of no kind that is read"), (b"\x1f\x8b\x08", "a compressed file"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_leading_bytes_decide(data, kind):
    assert kind_of(data) == kind


def test_a_word_file_that_is_called_txt_is_read_as_one(tmp_path):
    path = tmp_path / "report.txt"
    path.write_bytes(word())
    check_office(read_document(sources([path])[0]))


def test_a_file_of_text_keeps_its_offsets(tmp_path):
    path = tmp_path / "a.txt"
    given = "\ufeff青禾县2023年法治政府建设报告\r\n\r\n一、主要工作\r\n办案3件。\r\n"
    path.write_bytes(given.encode("utf-8"))
    document = read_document(sources([path])[0])
    assert document.given == given.removeprefix("\ufeff")
    (sentence,) = split_sentences(document, parse_outline(document))
    start, raw, _ = [row for row in document.origin if row[0] <= sentence.span.start][-1]
    assert document.given[raw + sentence.span.start - start :].startswith("办案3件。")


REGISTER = "file\ttitle\tissuer\tcode\tperiod_year\tpublished\tsource\turl\tsha256\texpected\n"


def test_the_register_says_what_the_page_does_not(tmp_path):
    (tmp_path / "a.txt").write_text("一、主要工作\n行政执法办案3件，政府复议2件，法治督察1次。\n", "utf-8")
    (tmp_path / "sources.tsv").write_text(
        REGISTER + "a.txt\t\t\t330226\t2021\t2022-03-31\t县司法局\t\t\tFigure=2-4 Mention=0\n", "utf-8"
    )
    for argument in (tmp_path / "a.txt", tmp_path, tmp_path / "sources.tsv"):
        (source,) = sources([argument])
        meta = read_document(source).meta
        assert meta.area.full_name == "浙江省宁波市宁海县"
        assert (meta.period_year, meta.published) == (2021, "2022-03-31")
        assert meta.evidence["period_year"].basis == "register"
        assert (meta.publisher, meta.evidence["publisher"].basis) == ("县司法局", "register")
        assert source.expected == (("Figure", 2, 4), ("Mention", 0, 0))
    (source,) = sources([tmp_path / "a.txt"], given=Given(period_year=2020))
    assert source.given.period_year == 2020


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_register_is_read_as_spreadsheets_save_it(tmp_path, encoding):
    tabs = "\t" * (len(COLUMNS) - 1)
    lines = ["\t".join(COLUMNS), f"甲.txt\t某县报告{tabs[1:]}", tabs, ""]
    (tmp_path / "sources.tsv").write_bytes("\r\n".join(lines).encode(encoding))
    (tmp_path / "甲.txt").write_text("一份报告。", "utf-8")
    (source,) = sources([tmp_path])
    assert source.given.title == "某县报告"


def test_a_register_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    (tmp_path / "sources.tsv").write_text(REGISTER, "utf-8")

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match="Permission denied"):
        registered_rows(tmp_path / "sources.tsv")


def test_a_changed_file_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("办案3件。", "utf-8")
    (tmp_path / "sources.tsv").write_text(REGISTER + f"a.txt\t\t\t\t\t\t\t\t{'0' * 64}\t\n", "utf-8")
    with pytest.raises(SourceError, match="sha256"):
        sources([tmp_path / "a.txt"])


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p / "missing.txt",
        lambda p: p / "missing" / "sources.tsv",
        lambda p: p / "empty",
        lambda p: p / "blank.txt",
    ],
)
def test_what_is_not_there_is_said(tmp_path, make):
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank.txt").write_text(" \n", "utf-8")
    with pytest.raises(SourceError):
        sources([make(tmp_path)])


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(SourceError, match="1024 MB"):
        sources([path])


def test_source_of_is_named_by_its_hash():
    assert source_of(b"a").sha256 == source_of(b"a").sha256 != source_of(b"b").sha256
    assert os.fspath(source_of(b"a").name) == "-"


def test_a_flag_says_what_neither_page_nor_register_does():
    meta = document_of("一、主要工作\n行政执法办案3件。\n", given_of(["code=630000", "period_year=2025"])).meta
    assert (meta.area.full_name, meta.period_year) == ("青海省", 2025)
    assert {meta.evidence[name].basis for name in ("jurisdiction", "period_year")} == {"flag"}


@pytest.mark.parametrize("pair", ["year=2021", "period_year=21", "period_year=", "code"])
def test_a_wrong_flag_is_refused(pair):
    with pytest.raises(UsageError):
        given_of([pair])
