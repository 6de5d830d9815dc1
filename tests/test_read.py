"""The same report in many mark-ups and formats gives the same text, outline and metadata."""

import html
import io
import os
import subprocess
import zipfile

import docx
import markup
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt
from reading import document_of

from kg.corpus.document import kind_of, read_document
from kg.corpus.numbering import chinese
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import Given, given_of, source_of, sources
from kg.errors import DocumentError, SourceError, UsageError

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


def test_what_stands_behind_the_end_of_a_page_is_read():
    head = "<html><body><div>首页</div></body></html>"
    assert document_of(f"{head}\n<div><p>办案3件。</p></div></body></html>").text == "办案3件。"


def test_a_page_in_utf_16():
    assert list(markup.missing(document_of(markup.trs().decode().encode("utf-16")).text)) == []


def test_a_saved_page_knows_where_it_came_from():
    page = markup.list_items().replace(
        b"<html>", b"<!-- saved from url=(0055)https://www.example.gov.cn/art/2024/2/26/art_1_2.html -->\n<html>"
    )
    meta = document_of(page).meta
    assert (meta.url, meta.published) == ("https://www.example.gov.cn/art/2024/2/26/art_1_2.html", "2024-02-26")


def test_a_page_with_only_an_attachment_says_so():
    with pytest.raises(DocumentError, match=r"report\.pdf"):
        document_of('<html><body><h1>公告</h1><a href="report.pdf">附件</a></body></html>')


def word(*, numbered: bool = False) -> bytes:
    document = docx.Document()
    document.add_heading(markup.TITLE, 0)
    for text in markup.BODY:
        document.add_paragraph(text).paragraph_format.first_line_indent = Pt(24)
        if text == markup.BEFORE_TABLE:
            table = document.add_table(rows=0, cols=len(markup.TABLE[0]))
            table.style = "Table Grid"
            for row in markup.TABLE:
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    cell.text = words
    for text in SIGNED:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = "澄港县人民政府公报"
    document.sections[0].footer.paragraphs[0].text = "法治政府建设专刊"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def check_office(document):
    assert list(markup.missing(document.text)) == []
    assert "公报" not in document.text
    assert (document.meta.title, document.meta.issuer) == (markup.TITLE, markup.ISSUER)
    assert (document.meta.published, document.meta.written) == (markup.PUBLISHED, markup.PUBLISHED)
    outline = parse_outline(document)
    assert len(outline.sections) == 16
    assert len(split_sentences(document, outline)) == 29


def test_word():
    check_office(document_of(word()))


@pytest.mark.slow
def test_pdf_and_old_formats_made_by_libreoffice(need, tmp_path):
    (tmp_path / "report.docx").write_bytes(word())
    for suffix in ("pdf", "doc", "rtf"):
        command = [
            need("soffice"),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            suffix,
        ]
        subprocess.run(
            [*command, "--outdir", str(tmp_path), str(tmp_path / "report.docx")], check=True, capture_output=True
        )
        (source,) = sources([str(tmp_path / f"report.{suffix}")])
        check_office(read_document(source))


def test_an_old_format_without_libreoffice_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DocumentError, match=r"install LibreOffice, or save the file as \.docx"):
        document_of(b"{\\rtf1 \\ansi report}")


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_text(text: str, left: float, base: float, *, size: float = 5.6, steps: str = "") -> str:
    steps = steps or f"g {len(text) - 1} {size}"
    return (
        f'<ofd:TextObject ID="1" Font="2" Size="{size}" Boundary="{left} {base - size} 160 {size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_archive(pages: list[str]) -> bytes:
    """An OFD file of these pages, which lie in it in another order than they are numbered."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<ofd:OFD {OFD} DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        )
        listed = "".join(
            f'<ofd:Page ID="{n}" BaseLoc="{"/Doc_0/" if n % 2 else ""}Pages/Page_{9 - n}/Content.xml"/>'
            for n in range(len(pages))
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number, page in enumerate(pages):
            content = f'<ofd:Page {OFD}><ofd:Content><ofd:Layer ID="3">{page}</ofd:Layer></ofd:Content></ofd:Page>'
            archive.writestr(f"Doc_0/Pages/Page_{9 - number}/Content.xml", content)
    return out.getvalue()


def ofd() -> bytes:
    """The report as an OFD file: 28 characters a line, 22 lines a page, a header, page numbers, every second line in two pieces."""
    lines: list[tuple[str, float]] = [(markup.TITLE, 40.0)]
    for text in markup.BODY:
        lines += [(text[:26], 37.2)] + [(text[at : at + 28], 26.0) for at in range(26, len(text), 28)]
        if text == markup.BEFORE_TABLE:
            lines += [("\t".join(row), 30.0) for row in markup.TABLE]
    lines += [(SIGNED[0], 120.0), (SIGNED[1], 130.0)]
    pages = []
    for start in range(0, len(lines), 22):
        parts = [ofd_text("澄港县人民政府公报", 80, 15), ofd_text(f"- {start // 22 + 1} -", 100, 285)]
        for row, (text, left) in enumerate(lines[start : start + 22]):
            base = 40 + row * 10
            halves = (
                [(text, left)]
                if row % 2 or len(text) < 9 or "\t" in text
                else [(text[4:], left + 4 * 5.6), (text[:4], left)]
            )
            parts += [ofd_text(words, at, base) for words, at in halves]
        pages.append("".join(parts))
    return ofd_archive(pages)


def test_ofd():
    data = ofd()
    assert kind_of(data) == "ofd"
    document = document_of(data)
    tables = {" ".join(row) for row in markup.TABLE}
    assert [line for line in markup.missing(document.text) if line.replace("\t", " ") not in tables] == []
    assert "公报" not in document.text
    assert (document.meta.title, document.meta.issuer) == (markup.TITLE, markup.ISSUER)
    assert (document.meta.published, document.meta.written) == (markup.PUBLISHED, markup.PUBLISHED)
    assert len(parse_outline(document).sections) == 16


def test_words_of_an_ofd_line_stand_where_the_matrix_puts_them():
    moved = ofd_text("办案3件。", 26, 60).replace("Boundary", 'CTM="0.5 0 0 0.5 22.4 30" Boundary')
    page = ofd_text("一、主要成效", 26, 40) + moved + ofd_text("全县依法", 26, 86.8)
    assert "全县依法办案3件。" in document_of(ofd_archive([page])).text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (lambda: ofd_archive([""]), "holds no text"),
        (lambda: ofd_archive(["<ofd:TextObject"]), "is a damaged OFD file"),
        (lambda: ofd_archive([ofd_text("法", 1, 1, size=0)]), "holds no text"),
        (lambda: ofd_archive([ofd_text("法治", 1, 1, steps="g x")]), "is a damaged OFD file"),
        (lambda: ofd().replace(b"Document.xml", b"Documint.xml"), "is a damaged"),
        (lambda: ofd_archive([ofd_text("法", 1, 1)] * 401), "has 401 pages"),
    ],
)
def test_an_ofd_file_that_cannot_be_read_says_why(data, what):
    with pytest.raises(DocumentError, match=what):
        document_of(data())


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def numbered_word() -> bytes:
    """A Word file whose 一、 and （一） are automatic numbers."""
    document = docx.Document()
    document.add_paragraph("青禾县2023年法治政府建设年度报告")
    for depth, text in (
        (0, "主要成效"),
        (1, "加强领导"),
        (None, "办案3件。"),
        (1, "规范决策"),
        (None, "审查14件。"),
        (0, "下步打算"),
        (1, "加强普法"),
        (None, "普法4场。"),
    ):
        paragraph = document.add_paragraph(text)
        if depth is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = 1
            properties.get_or_add_ilvl().val = depth
    out = io.BytesIO()
    document.save(out)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, NUMBERING if name == "word/numbering.xml" else old.read(name))
    return made.getvalue()


def test_automatic_numbers_are_written_out():
    outline = parse_outline(document_of(numbered_word()))
    assert [(section.number, section.title) for section in outline.sections] == [
        ("一、", "主要成效"), ("（一）", "加强领导"), ("（二）", "规范决策"), ("二、", "下步打算"), ("（一）", "加强普法"),
    ]  # fmt: skip


def test_content_controls_are_read_and_contents_and_second_copies_are_not():
    document = docx.Document()
    for text in ("青禾县2023年法治政府建设年度报告", "一、主要成效", "办案3件。"):
        document.add_paragraph(text)
    body = document.element.body
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    control = "<w:sdt {}>{}<w:sdtContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    contents = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    box = (
        f'<w:p {space} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent><mc:Choice Requires="wps">'
        "<w:r><w:t>调解5件。</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>调解5件。</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    for index, xml in enumerate(
        (control.format(space, "", "普法4场。"), control.format(space, contents, "一、主要成效 1"), box)
    ):
        body.insert(3 + index, parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    assert document_of(out.getvalue()).text.split("\n")[2:] == ["办案3件。", "普法4场。", "调解5件。"]


def test_chinese_counting():
    assert [chinese(number) for number in (1, 9, 10, 11, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]


KINDS = [
    (b"%PDF-1.7\n", "pdf"), (b"\n\n%PDF-1.4", "pdf"), (b"<?xml version='1.0'?><html>", "html"), (b"\xef\xbb\xbf <HTML>", "html"),
    ("　　2023年".encode(), "text"), ("二〇二三".encode("gb18030"), "text"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf1", "office"), (b"\x89PNG\r\n\x1a\n", "a picture"), (b"Rar!\x1a", "an archive"), (b"\x1f\x8b\x08", "a compressed file"),
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


@pytest.mark.slow
def test_a_scan_says_what_it_is_and_is_recognised_on_demand(need, tmp_path):
    pytest.importorskip("PIL.Image", reason="pdfplumber brings Pillow")
    need("tesseract")
    need("pdftotext")
    from PIL import Image

    page = docx.Document()
    for text in (
        "青禾县2023年法治政府建设年度报告",
        "一、主要成效",
        "全县行政执法单位办理案件365件，培训执法人员72人次。",
    ):
        page.add_paragraph(text)
    page.save(tmp_path / "page.docx")
    convert = [need("soffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*convert, "--outdir", str(tmp_path), str(tmp_path / "page.docx")], check=True, capture_output=True)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", str(tmp_path / "page.pdf"), str(tmp_path / "page")], check=True
    )
    (picture,) = tmp_path.glob("page*.png")
    with Image.open(picture) as image:
        image.crop((0, 0, image.width, image.height // 4)).save(tmp_path / "scan.pdf", resolution=200)
    (source,) = sources([tmp_path / "scan.pdf"])
    with pytest.raises(DocumentError, match=r"is a scan.* — recognise it with --ocr"):
        read_document(source)
    document = read_document(source, force=True, ocr=True)
    assert "365件" in document.text
    assert document.issues == ("source_quality:ocr",)


def test_a_flag_says_what_neither_page_nor_register_does():
    meta = document_of("一、主要工作\n行政执法办案3件。\n", given_of(["code=630000", "period_year=2025"])).meta
    assert (meta.area.full_name, meta.period_year) == ("青海省", 2025)
    assert {meta.evidence[name].basis for name in ("jurisdiction", "period_year")} == {"flag"}


@pytest.mark.parametrize("pair", ["year=2021", "period_year=21", "period_year=", "code"])
def test_a_wrong_flag_is_refused(pair):
    with pytest.raises(UsageError):
        given_of([pair])
