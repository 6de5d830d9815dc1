"""Bytes to canonical text, and the way back."""

import re
import unicodedata
from bisect import bisect_right
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_pages import broken

from kg.corpus.damage import repair
from kg.corpus.document import kind_of
from kg.corpus.read_text import read_text
from kg.corpus.text import canonical, decode, shadow, wide
from kg.errors import DocumentError

CHINESE = "依法行政，办案３件。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings(encoding):
    assert decode(CHINESE.encode(encoding)) == CHINESE


def test_text_in_utf_16_is_text_whatever_bytes_its_characters_have():
    data = "与专业机构一并承办。".encode("utf-16")
    assert len(re.findall(rb"[\x01-\x1f]", data)) > len(data) / 20
    assert kind_of(data) == "text"


@pytest.mark.parametrize(("indent", "between", "letters"), [("　　", "\n", 36), ("    ", "\n", 40), ("", "\n\n", 32)])
def test_a_text_broken_at_a_width_is_read_as_one_that_is_not(indent, between, letters):
    paragraphs = [
        line
        for line in (Path(__file__).parent / "reports" / "chengang-2023.txt").read_text("utf-8").split("\n")
        if line
    ]
    wrapped = between.join("\n".join(broken(indent + one, letters, 0)) for one in paragraphs)
    draft = read_text(wrapped.encode())
    assert [draft.text[block.span.start : block.span.end] for block in draft.blocks] == paragraphs
    assert any(issue.startswith("repaired:wrap") for issue in draft.issues)
    start, origin, _ = draft.origin[len(draft.origin) // 2]  # behind a break
    assert draft.given[origin] == draft.text[start]
    assert read_text("\n".join(paragraphs).encode()).issues == ()


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["与专业机构一并承办。\n" * 3, "<title>县司法局</title>\n" * 3, "a report in English\n"]
)
def test_text_in_utf_16_without_a_mark_is_read_in_the_order_in_which_it_makes_sense(order, text):
    data = text.encode(order)
    assert decode(data) == text
    assert kind_of(data) == ("html" if "<" in text else "text")
    assert wide(bytes(range(256))) == ""


def test_big5_only_where_a_page_declares_it():
    assert decode("依法行政".encode("big5"), declared="Big5") == "依法行政"


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"abc\x00def", b"\xff\xff\xff\x80\x80", "依法\x07".encode()])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(DocumentError):
        decode(data)


UNRULY = st.text(
    st.sampled_from([*"依法行政，。3\n\r \u3000\xa0", "\u0301", "e", "é", "\ufb01", "\u212b", "가", "\u1100", "\u1161", "\U0002f800", "ü", "\u0308"]),
    max_size=40,
)  # fmt: skip


@settings(max_examples=400)
@given(UNRULY)
def test_canonical_is_nfc_with_line_feeds_and_knows_the_way_back(given_text):
    made = canonical(given_text)
    assert made.text == unicodedata.normalize("NFC", given_text.replace("\r\n", "\n").replace("\r", "\n"))
    assert canonical(made.text).text == made.text
    for offset, char in enumerate(made.text):
        raw = made.given(offset)
        assert 0 <= raw <= len(given_text)
        if char not in "\n" and given_text[raw : raw + 1] == char:
            continue
    for offset, char in enumerate(made.text):  # what no step touches is found at its place
        if char in "依法行政，。3":
            assert given_text[made.given(offset)] == char


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_the_shadow_has_the_same_length(text):
    assert len(shadow(text)) == len(text)
    assert shadow(shadow(text)) == shadow(text)


DAMAGED = [
    ("pinyin in brackets", "坚(jiān)持依(yī)法行(xíng)政(zhèng)。", "坚持依法行政。"),
    ("doubled commas", "审查文件16件,,提出意见48条,,办结3件,。清理2件,、修订1件。", "审查文件16件,提出意见48条,办结3件。清理2件、修订1件。"),
    ("a lost dash between years", "落实《纲要》（20212025年）。", "落实《纲要》（2021—2025年）。"),
    ("zero-width characters", "依\u200b法行\ufeff政。", "依法行政。"),
    ("radicals for characters", "⾏政⽴法。", "行政立法。"),
    ("traditional characters", "嚴格規範執法，審查規範性文件，開展監督檢查，實現總體目標。", "严格规范执法，审查规范性文件，开展监督检查，实现总体目标。"),
    ("a stop that was lost with the next character", "法治政府建設(shè)?,F(xiàn)將有關(guān)情況報(bào)告如下：開(kāi)展監(jiān)督。", "法治政府建设。现将有关情况报告如下：开展监督。"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damaged", "mended"), DAMAGED, ids=[case[0] for case in DAMAGED])
def test_damage_is_repaired_and_recorded(name, damaged, mended):
    made = repair(damaged)
    assert made.text == mended
    assert made.records
    draft = read_text(damaged.encode())
    assert draft.text == mended
    assert draft.given == damaged
    assert draft.issues == made.records


SOUND = [
    "落实《纲要》（2021—2025年），网办率(率)达97%。",
    "涉及金额(含税)3万元，参训(线上)86人次，投诉(举报)电话12345。",
    "学习《中华人民共和国乾县志》，著名调解员於某某。",
    "问题：为什么?怎么办?如何做?",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_is_left_alone(text):
    assert repair(text).text == text
    assert repair(text).records == ()


PIECES = st.sampled_from(
    ["依", "法(fǎ)", "行(xíng)", "政(zhèng)", ",,", ",。", "20212025年", "\u200b", "e\u0301", "\r\n", "。", "3件", "嚴"]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_the_way_back_leads_to_the_same_character(given_text):
    draft = read_text(given_text.encode())
    starts = [start for start, _, _ in draft.origin]
    assert starts == sorted(starts)
    for offset, char in enumerate(draft.text):
        start, raw, _ = draft.origin[bisect_right(starts, offset) - 1]
        place = raw + offset - start
        if char in "依法行政3件":
            assert draft.given[place] == char, (offset, char, draft.origin)
