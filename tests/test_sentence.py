"""Sentences and clauses, on texts of ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import document_of, sentences_of

from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences

CASES = [
    ("full stops and semicolons end sentences", "办案3件；罚款2万元。普法4场。", ["办案3件；", "罚款2万元。", "普法4场。"]),
    ("a semicolon in brackets does not", "制定清单（甲类3项；乙类2项），印发执行。", ["制定清单（甲类3项；乙类2项），印发执行。"]),
    ("a semicolon in quotation marks does not", "落实“先审；后定”制度。", ["落实“先审；后定”制度。"]),
    ("a title is never split", "印发《办法；细则》2份。", ["印发《办法；细则》2份。"]),
    ("a quotation that ends a sentence keeps its mark", "提出“一件事一次办。”普法4场。", ["提出“一件事一次办。”", "普法4场。"]),
    ("an ASCII full stop ends one only behind Chinese", "网办率达97.3%. 办案3件. 普法4场。", ["网办率达97.3%. 办案3件.", "普法4场。"]),
    ("a paragraph end ends one", "办案3件\n普法4场。", ["办案3件", "普法4场。"]),
    ("an unclosed bracket swallows one sentence at most", "办案（3件。普法4场；调解2件。", ["办案（3件。", "普法4场；", "调解2件。"]),
    ("a quotation mark that nothing closes holds nothing together", "获评“示范区；结果“优秀”，排名第一；调解2件。", ["获评“示范区；", "结果“优秀”，排名第一；", "调解2件。"]),
    ("the enumerator stays with a sentence that has no title", "（一）立案查处32件，罚款4万元；（二）结案9件。", ["（一）立案查处32件，罚款4万元；", "（二）结案9件。"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_split(name, text, expected):
    assert [sentence.text for sentence in sentences_of("某县2023年法治政府建设报告\n一、主要工作\n" + text)] == expected


def test_enough_cases():
    assert len(CASES) >= 9


def test_clauses_split_at_commas_outside_brackets():
    (sentence,) = sentences_of("一、主要工作\n审查文件14件（含镇，街），采纳率98.5%，共1,203条，印发《甲，乙》。")
    offset = sentence.span.start
    assert [sentence.text[c.start - offset : c.end - offset] for c in sentence.clauses] == [
        "审查文件14件（含镇，街）", "采纳率98.5%", "共1,203条", "印发《甲，乙》。",
    ]  # fmt: skip


def test_title_addressee_sign_off_and_furniture_are_no_sentences():
    text = (
        "首页\n当前位置：首页 > 政务公开\n云桥市人民政府\n关于2023年度法治政府建设情况的报告\n发布时间：2024-01-30 浏览次数：\n"
        "省人民政府：\n2023年，我市坚持依法行政。现报告如下：\n一、主要工作\n办案3件。\n云桥市人民政府\n2024年1月26日\n分享到\n打印本页 关闭窗口\n"
    )
    assert [sentence.text for sentence in sentences_of(text)] == [
        "2023年，我市坚持依法行政。",
        "现报告如下：",
        "办案3件。",
    ]


def test_a_sentence_that_tells_a_day_is_no_date_line():
    told = "县政府于2023年4月21日下发了工作方案，取消事项15项。"
    assert [sentence.text for sentence in sentences_of(f"云桥县2023年度法治政府建设情况报告\n{told}\n")] == [told]


def test_a_page_without_line_ends_has_its_title_and_addressee_cut_off():
    text = (
        "中共石桥镇委员会石桥镇人民政府关于2023年度法治政府建设的报告 中共青禾县委、青禾县人民政府： 2023年，石桥镇依法行政，"
        "各项工作有序推进。现将有关情况报告如下： 一、主要措施 （一）加强培训，提升能力。办案3件。 （二）深化普法，浓厚氛围。开展宣传6场。\n"
    )
    assert [sentence.text for sentence in sentences_of(text)] == [
        "2023年，石桥镇依法行政，各项工作有序推进。",
        "现将有关情况报告如下：",
        "办案3件。",
        "开展宣传6场。",
    ]
    meta = document_of(text).meta
    assert (meta.issuer, meta.title) == ("中共石桥镇委、石桥镇人民政府", text.split(" ")[0])


def test_a_watermark_between_sentences_is_left_out():
    text = (
        "某县2023年法治政府建设报告\n一、主要工作\n办案3件。公文之家www.example.org普法4场。公文之家www.example.org\n"
    )
    assert "办案3件。" in [sentence.text for sentence in sentences_of(text)]
    assert not any("www" in sentence.text and len(sentence.text) > 30 for sentence in sentences_of(text))


TEXT = st.lists(
    st.sampled_from(
        [*"一二（）()“”《》。；;，,.!？ \n\r\t", "法治", "3件", "1.5", "一是", "二、", "\r\n", "e\u0301", "한"]
    ),
    max_size=60,
)


@settings(max_examples=200)
@given(TEXT.map("".join))
def test_sentences_are_cut_from_the_text_in_order(text):
    document = document_of("某县法治政府建设报告\n办案3件。" + text)
    assert len(document.shadow) == len(document.text)
    outline = parse_outline(document)
    last = 0
    for sentence in split_sentences(document, outline):
        assert sentence.span.start >= last
        last = sentence.span.end
        assert sentence.text == document.quote(sentence.span) == sentence.text.strip()
        assert sentence.clauses
        assert all(clause in sentence.span for clause in sentence.clauses)
        assert not any(section.span.overlaps(sentence.span) for section in outline.sections)
