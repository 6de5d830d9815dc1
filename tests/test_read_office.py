"""Word, PDF, old office files and scans: the same report, its automatic numbers and tables."""

import io
import subprocess
import zipfile

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from office_report import check_office, word
from reading import document_of

from kg.corpus.document import Document, read_document
from kg.corpus.numbering import chinese
from kg.corpus.outline import parse_outline
from kg.corpus.source import sources
from kg.errors import DocumentError


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


def test_what_was_moved_is_read_once_and_notes_behind_their_paragraph():
    document = docx.Document()
    for text in ("青禾县2023年法治政府建设年度报告", "一、主要成效", "办案3件。", "普法4场。"):
        document.add_paragraph(text)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    run = "<w:r><w:t>约谈7人。</w:t></w:r>"
    for index, way in ((2, "moveFrom"), (3, "moveTo"), (3, "del")):
        document.paragraphs[index]._p.append(parse_xml(f"<w:{way} {space}>{run}</w:{way}>"))
    document.paragraphs[2]._p.append(parse_xml(f'<w:r {space}><w:footnoteReference w:id="2"/></w:r>'))
    noted = "".join(
        f'<w:footnote w:id="{i}"><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:footnote>'
        for i, t in ((1, "无"), (2, "含结转2件。"))
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        f"<w:footnotes {space}>{noted}</w:footnotes>".encode(),
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    out = io.BytesIO()
    document.save(out)
    assert document_of(out.getvalue()).text.split("\n")[2:] == ["办案3件。", "含结转2件。", "普法4场。约谈7人。"]


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


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def run(text: str, form: str = "") -> str:
    return f"<w:r><w:rPr>{form}</w:rPr><w:t>{text}</w:t></w:r>"


def read_with(*paragraphs: str, rows: str = "", columns: int = 2) -> Document:
    """What is read of a Word file with these paragraphs and rows of a table."""
    document = docx.Document()
    for text in ("青禾县2023年法治政府建设年度报告", "一、主要成效"):
        document.add_paragraph(text)
    for inner in paragraphs:
        document.element.body.append(parse_xml(f"<w:p {W} {V}>{inner}</w:p>"))
    if rows:
        document.element.body.append(
            parse_xml(f"<w:tbl {W}><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{rows}</w:tbl>")
        )
    out = io.BytesIO()
    document.save(out)
    return document_of(out.getvalue())


def test_hidden_text_and_pronunciations_are_not_read():
    ruby = f"<w:r><w:ruby><w:rt>{run('qing')}</w:rt><w:rubyBase>{run('青')}</w:rubyBase></w:ruby></w:r>"
    document = read_with(ruby + run("禾县办案3件") + run("第99件", "<w:vanish/>") + run("。"))
    assert document.text.split("\n")[2:] == ["青禾县办案3件。"]
    assert [(one.quote, one.why) for one in document.dropped] == [("第99件", "hidden text")]


def test_what_was_deleted_in_review_parts_nothing():
    joined = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("办案3件，")
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = "<w:tr>{}" + cell.format("类别") + cell.format("{}") + "</w:tr>"
    rows = row.format("", "件数") + row.format("<w:trPr><w:del/></w:trPr>", "99件")
    assert read_with(joined, run("调解5件。"), rows=rows).text.split("\n")[2:] == ["办案3件，调解5件。", "类别\t件数"]


def test_a_text_box_is_read_behind_the_sentence_that_it_hangs_on():
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>{run('调解5件。')}</w:p><w:p>{run('普法4场。')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert read_with(run("办案") + box + run("3件。")).text.split("\n")[2:] == ["办案3件。", "调解5件。", "普法4场。"]


def test_a_cell_over_two_rows_is_read_once():
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(
        f"<w:tr>{cell.format(merged, name)}{cell.format('', count)}</w:tr>"
        for merged, name, count in (
            ('<w:vMerge w:val="restart"/>', "合计60件", "复议41件"),
            ("<w:vMerge/>", "", "应诉19件"),
        )
    )
    assert read_with(rows=rows).text.split("\n")[2:] == ["合计60件\t复议41件", "\t应诉19件"]


def test_a_cell_over_two_columns_is_read_once_and_keeps_the_columns():
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    wide = cell.format('<w:gridSpan w:val="2"/>', "2022年")
    rows = f"<w:tr>{wide}{cell.format('', '2023年')}</w:tr><w:tr>{''.join(cell.format('', n) for n in '456')}</w:tr>"
    assert read_with(rows=rows, columns=3).text.split("\n")[2:] == ["2022年\t\t2023年", "4\t5\t6"]


def test_a_frame_of_one_cell_holds_paragraphs():
    rows = f"<w:tr><w:tc><w:p>{run('二、存在问题')}</w:p><w:p>{run('力量不足。')}</w:p></w:tc></w:tr>"
    document = read_with(run("办案3件。"), rows=rows, columns=1)
    assert document.text.split("\n")[2:] == ["办案3件。", "二、存在问题", "力量不足。"]
