"""PDF files as offices print them: what a page adds goes, what it cuts is whole again, nothing comes twice."""

from collections.abc import Sequence

import pytest
from pdf_pages import LEFT, SIZE, Page, broken, pdf, set_out, table
from reading import document_of, outline_of, sentences_of

TITLE = "青禾县2023年法治政府建设年度报告"
HEADING = "一、主要举措和成效"
LED = "（一）加强组织领导。县委、县政府坚持把法治建设摆在全局工作的突出位置，召开常务会议12次，研究法治建设议题23个，出台重大行政决策事项目录1份。"
FINED = "（二）规范行政执法。全县行政执法单位办理行政处罚案件365件，罚没款物价值128.6万元；培训执法人员72人次，持证上岗率达到100%。"
SETTLED = "各级人民调解组织受理矛盾纠纷1284件，调解成功1276件，调解成功率99.38%，防止群体性事件3起，涉及群众214人。"
TEXT = [HEADING, LED, FINED, SETTLED, "二、存在的问题", "一些领域执法不够规范，基层执法力量不足，专业人才缺乏。"]
LONG = TEXT * 3


def titled(pages: list[Page]) -> list[Page]:
    pages[0].print(TITLE, 130, 60, 22)
    return pages


def lines_of(pages: Sequence[Page]) -> list[str]:
    return document_of(pdf(pages)).text.split("\n")


@pytest.mark.parametrize("form", ["— {} —", "第 {} 页", "{}/4", "· {} ·"])
def test_page_numbers_in_the_middle_of_a_sentence_go(form):
    pages = titled(set_out(LONG))
    for number, page in enumerate(pages, 1):
        page.print(form.format(number), 260, 770, 14)
    assert lines_of(pages) == [TITLE, *LONG]


def test_headers_of_even_and_odd_pages_go():
    pages = titled(set_out(TEXT * 6))
    for number, page in enumerate(pages, 1):
        page.print("青禾县人民政府文件" if number % 2 else "法治政府建设年度报告", 200, 40, 10)
    document = document_of(pdf(pages))
    assert document.text.split("\n") == [TITLE, *TEXT * 6]
    assert {one.quote for one in document.dropped} == {"青禾县人民政府文件", "法治政府建设年度报告"}


def test_a_title_ends_where_its_large_letters_end():
    assert lines_of(titled(set_out(TEXT, indent=0))) == [TITLE, *TEXT]


def test_a_heading_begins_below_a_title_that_is_as_wide_as_the_text():
    page = Page()
    lines = [TITLE, HEADING, "全县办案3件。", "全县普法4场。"]
    for number, line in enumerate(lines):
        page.print(line, LEFT, 105 + 29 * number)
    assert lines_of([page])[:2] == lines[:2]


def test_two_columns_are_read_one_after_the_other():
    letters, size, high = 15, 14, 26
    pages, column, at = [Page()], 0, 0
    for paragraph in LONG:
        for number, line in enumerate(broken(paragraph, letters)):
            if at == high:
                column, at = column + 1, 0
            if column == 2:
                pages.append(Page())
                column = 0
            pages[-1].print(line, 60 + 250 * column + (0 if number else 2 * size), 110 + 24 * at, size)
            at += 1
    for number, page in enumerate(pages, 1):
        page.print(f"- {number} -", 280, 780, 10)
    assert lines_of(titled(pages)) == [TITLE, *LONG]


def test_letters_that_are_spread_over_a_line_are_words():
    (page,) = titled(set_out(TEXT[:3]))
    for at, letter in enumerate("12件，调解成功率"):
        page.print(letter, LEFT + 53 * at, 420)
    page.print("为99.38%。", LEFT, 446)
    assert lines_of([page])[-1] == "12件，调解成功率为99.38%。"


def test_cells_in_a_row_without_rules_are_no_columns():
    (page,) = titled(set_out(TEXT[:3]))
    rows = [("行政复议", "41件"), ("行政应诉", "19件"), ("行政处罚决定", "365件"), ("合法性审查", "23件")] * 3
    for number, (name, count) in enumerate(rows):
        page.print(name, 100, 420 + 26 * number)
        page.print(count, 360, 420 + 26 * number)
    page.print(TEXT[5], LEFT + 2 * SIZE, 740)
    assert "行政处罚决定 365件" in document_of(pdf([page])).text.split("\n")


def test_a_table_over_a_page_break_has_one_head_and_whole_rows():
    pages = [*titled(set_out(TEXT[:2])), Page()]
    table(pages[0], [["事项", "内容"], ["案件办理", "全年共办理行政复议案件"]], 640, [160, 260])
    table(pages[1], [["事项", "内容"], ["", "四十一件，全部按期办结"], ["普法宣传", "举办讲座12场"]], 100, [160, 260])
    pages[1].print("二、存在的问题", LEFT + 2 * SIZE, 220)
    rows = ["事项\t内容", "案件办理\t全年共办理行政复议案件四十一件，全部按期办结", "普法宣传\t举办讲座12场"]
    assert lines_of(pages) == [TITLE, *TEXT[:2], *rows, "二、存在的问题"]


def test_a_row_is_whole_whose_first_cell_a_page_break_cut():
    pages = [*titled(set_out(TEXT[:2])), Page()]
    table(pages[0], [["事项", "件数"], ["办理各类行政复议和行政", "41"]], 640, [200, 100])
    table(pages[1], [["应诉案件", ""], ["备注", ""]], 100, [200, 100])
    assert lines_of(pages)[-3:] == ["事项\t件数", "办理各类行政复议和行政应诉案件\t41", "备注\t"]


def test_figures_below_a_merged_cell_stay_in_their_row():
    pages = [*titled(set_out(TEXT[:2])), Page()]
    table(pages[0], [["单位", "类别", "件数"], ["司法局", "复议", "41"]], 640, [140, 140, 140])
    table(pages[1], [["", "应诉", "19"], ["公安局", "复议", "7"]], 100, [140, 140, 140])
    assert lines_of(pages)[-3:] == ["司法局\t复议\t41", "\t应诉\t19", "公安局\t复议\t7"]


def test_a_note_at_the_foot_of_a_page_comes_behind_the_sentence_that_goes_on_overleaf():
    pages = titled(set_out([*TEXT[:2], *[SETTLED] * 8]))
    pages[0].print("① 数据截至2023年12月31日，由县司法局", 79, 745, 10)
    pages[0].print("提供。", 79, 760, 10)
    assert len(pages) == 2
    lines = lines_of(pages)
    assert [line for line in lines if line != SETTLED] == [
        TITLE,
        *TEXT[:2],
        "① 数据截至2023年12月31日，由县司法局提供。",
    ]
    assert lines.count(SETTLED) == 8


def test_the_red_head_goes_and_the_title_stays():
    pages = set_out(TEXT, first=7)
    head = pages[0]
    head.print("青禾县人民政府文件", 110, 80, 40)
    head.print("青政〔2024〕3号", 230, 150)
    head.rules.append((LEFT, 180, 516, 180))
    head.print("青禾县人民政府", 190, 205, 22)
    head.print("关于2023年法治政府建设情况的报告", 120, 240, 22)
    head.print("市人民政府：", LEFT, 275)
    document = document_of(pdf(pages))
    assert (document.meta.title, document.meta.issuer) == (
        "青禾县人民政府关于2023年法治政府建设情况的报告",
        "青禾县人民政府",
    )
    assert [block.kind for block in document.blocks][:4] == ["title", "title", "addressee", "paragraph"]
    assert len(outline_of(pdf(pages)).sections) == 4
    assert len(sentences_of(pdf(pages))) == 5


def test_a_watermark_across_the_page_is_no_text():
    pages = titled(set_out(TEXT))
    pages[0].slanted = ["青禾县人民政府", "内部资料"]
    document = document_of(pdf(pages))
    assert document.text.split("\n") == [TITLE, *TEXT]
    assert [(one.quote, one.why) for one in document.dropped] == [("青禾县人民政府内部资料", "watermark")]


def test_pages_that_are_pictures_are_named():
    document = document_of(pdf([*titled(set_out(TEXT)), Page(picture=True), *set_out(TEXT)]))
    assert document.issues == ("pages_unread:pictures, and no text: page 2",)
