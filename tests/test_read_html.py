"""The same report in many mark-ups gives the same text, outline and metadata."""

import html

import markup
import pytest
from reading import document_of

from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import Given
from kg.errors import DocumentError

SIGNED = ["澄港县人民政府", "2024年2月26日"]


@pytest.mark.parametrize("name", markup.PAGES)
def test_page(name):
    url = "https://www.example.gov.cn/art/2024/2/26/art_1_2.html" if name == "list_items" else None
    document = document_of(markup.PAGES[name](), Given(url=url))
    assert list(markup.missing(document.text)) == []
    assert [words for words in markup.BOILERPLATE if words in document.text] == []
    assert document.meta.published == markup.PUBLISHED
    assert document.meta.issuer == markup.ISSUER
    assert document.meta.period_year == 2023
    assert document.meta.plan_year == 2024
    assert document.meta.title in (markup.TITLE, markup.TITLE.removeprefix(markup.ISSUER))
    outline = parse_outline(document)
    assert len(outline.sections) == 16
    assert len(split_sentences(document, outline)) == 29
    assert any(dropped.why for dropped in document.dropped)
    assert document.genre.accepted
    assert not any(issue.startswith("main_text_doubtful") for issue in document.issues)


def test_enough_pages():
    assert len(markup.PAGES) >= 12


def test_every_line_leads_back_to_its_element():
    document = document_of(markup.trs())
    starts = [start for start, _, _ in document.origin]
    assert starts == sorted(starts)
    assert all(element for _, _, element in document.origin)
    assert len(starts) == document.text.count("\n") + 1


def test_a_page_whose_main_text_readability_does_not_find_is_on_record():
    other = "".join(
        f"<p>会议指出，要抓好第{n}项工作，压实各方责任，确保任务落地见效，取得更大成绩。</p>" for n in range(20)
    )
    page = markup.page(
        f"<div class=article>{markup.each(lambda text: f'<p>{text}</p>')}</div><div class=sidebar>{other}</div>"
    )
    assert any(issue.startswith("main_text_doubtful") for issue in document_of(page).issues)


def test_a_paragraph_with_nearly_all_of_the_text_is_not_all_of_it():
    """Each line is a <div>; the last of them holds all sentence ends but one."""
    lines = ["青禾县2023年法治政府建设年度报告", "2023年，青禾县推进依法行政。", "一、主要成效", "办案3件。" * 24]
    page = markup.page(
        "<div class=con>" + "".join(f"<div>{line}</div><div>&nbsp;</div>" for line in lines) + "</div>", title=lines[0]
    )
    assert document_of(page).text.split("\n") == lines


def test_the_title_of_a_page_of_another_kind_is_what_stands_above_its_text():
    title = "青禾县水务局2025年度行政执法工作情况报告"
    text = "".join(f"<p>全县办理第{n}批案件，执法有力。</p>" for n in range(9))
    page = markup.page(f"{markup.TOP}<b>{title}</b><div id=zoom>{text}</div>", title=title + "-青禾县人民政府")
    assert document_of(page).meta.title == title


def test_stray_bytes_and_control_characters_in_a_page_are_dropped_on_record():
    page = markup.trs()
    cut = page.index("办理行政处罚".encode())
    document = document_of(page[:cut] + b"\xff\xfe\x81" + page[cut:].replace(b"</p>", b"\x00\x08</p>"))
    assert list(markup.missing(document.text)) == []
    assert any(issue.startswith("encoding:") for issue in document.issues)


def framed(inner: str) -> str:
    return f'<html><body><iframe srcdoc="{html.escape(inner)}"></iframe></body></html>'


def test_frames_in_frames_are_read_and_a_broken_one_is_passed_over():
    assert document_of(framed(framed(f"<p>{markup.BODY[0]}</p>"))).text == markup.BODY[0]
    assert document_of(framed("<title>x</tit.le></head>") + "<p>办案3件。</p>").text == "办案3件。"


def test_the_text_of_a_page_of_frames_for_those_without_is_read():
    menu = "<html><frameset cols='20%,80%'><frame src='menu.html'>"
    text = f"{menu}<noframes><body><p>办案3件。</p><p>普法4场。</p></body></noframes></frameset></html>"
    assert document_of(text).text == "办案3件。\n普法4场。"


def test_what_stands_behind_the_end_of_a_page_is_read():
    head = "<html><body><div>首页</div></body></html>"
    assert document_of(f"{head}\n<div><p>办案3件。</p></div></body></html>").text == "办案3件。"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_page_in_utf_16(encoding):
    assert list(markup.missing(document_of(markup.trs().decode().encode(encoding)).text)) == []


def test_a_saved_page_knows_where_it_came_from():
    page = markup.list_items().replace(
        b"<html>", b"<!-- saved from url=(0055)https://www.example.gov.cn/art/2024/2/26/art_1_2.html -->\n<html>"
    )
    meta = document_of(page).meta
    assert (meta.url, meta.published) == ("https://www.example.gov.cn/art/2024/2/26/art_1_2.html", "2024-02-26")


def test_a_page_with_only_an_attachment_says_so():
    with pytest.raises(DocumentError, match=r"report\.pdf"):
        document_of('<html><body><h1>公告</h1><a href="report.pdf">附件</a></body></html>')


def small(body: str) -> list[str]:
    """The lines of a page with a heading, this body and a sentence."""
    page = markup.page(f"<div><h1>{markup.TITLE}</h1><p>一、主要成效</p>{body}<p>普法4场。</p></div>")
    return document_of(page.encode()).text.split("\n")[2:-1]


@pytest.mark.parametrize(
    "mark", ["hidden", 'style="DISPLAY : none"', 'style="font-size:0px"', 'style="position:absolute;left:-9999px"']
)
def test_what_a_page_hides_is_not_read(mark):
    assert small(f"<p>办案3件<span {mark}>第99件</span>。</p><p {mark}>隐藏99件。</p>") == ["办案3件。"]


def test_struck_words_templates_and_marks_of_notes_are_not_read():
    body = "<p>办案<del>2</del><ins>3</ins>件，审查5<sup>[1]</sup>份，绿化9m<sup>2</sup>。</p><template>调解5件。</template>"
    assert small(body) == ["办案3件，审查5份，绿化9m2。"]


def test_the_pages_of_a_text_that_a_script_turns_are_all_read():
    body = '<div id="page1"><p>办案3件。</p></div><div id="page2" style="display:none"><p>调解5件。</p></div>'
    assert small(body + '<div class="tip" style="display:none">隐藏99件。</div>') == ["办案3件。", "调解5件。"]


def test_cells_that_reach_down_keep_the_columns():
    body = "<table><tr><th>单位</th><th>类别</th><th>件数</th></tr><tr><td rowspan=2>司法局</td><td>复议</td><td>41</td></tr>"
    assert small(body + "<tr><td>应诉</td><td>19</td></tr></table>") == [
        "单位\t类别\t件数",
        "司法局\t复议\t41",
        "\t应诉\t19",
    ]


def test_cells_that_reach_over_keep_the_columns():
    body = "<table><tr><th colspan=3>办案情况</th></tr><tr><th>类别</th><th colspan=2>2022年</th><th>2023年</th></tr>"
    assert small(body + "<tr><td>复议</td><td>4</td><td>5</td><td>6</td></tr></table>") == [
        "办案情况",
        "类别\t2022年\t\t2023年",
        "复议\t4\t5\t6",
    ]


def test_a_page_of_several_names_the_next():
    pager = '<div><a href="#">上一页</a> <a href="t1_2.html">下一页 ></a> <a href="t2.html">下一篇</a></div>'
    page = markup.page(f"<div><h1>{markup.TITLE}</h1><p>一、主要成效</p><p>办案3件。</p></div>{pager}")
    assert document_of(page.encode()).issues == ("continued:the text may go on at t1_2.html: save that page, too",)
