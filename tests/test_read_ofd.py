"""OFD, the national page format: the same report, words where the matrix puts them."""

import io
import zipfile

import markup
import pytest
from office_report import SIGNED
from reading import document_of

from kg.corpus.document import kind_of
from kg.corpus.outline import parse_outline
from kg.errors import DocumentError

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
