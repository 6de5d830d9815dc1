"""The report of markup.py as a Word file, and what every office form of it must give."""

import io

import docx
import markup
from docx.shared import Pt

from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences

SIGNED = ["澄港县人民政府", "2024年2月26日"]


def word() -> bytes:
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
