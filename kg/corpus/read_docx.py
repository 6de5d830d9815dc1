"""Word files to a draft: paragraphs and tables in the order of the body, automatic numbers written out."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import docx.opc.exceptions
import lxml.etree
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.table import Table
from docx.text.paragraph import Paragraph

from kg.corpus.archive import open_archive
from kg.corpus.draft import Draft, Line, compose
from kg.corpus.numbering import Numbering, read_numbering
from kg.errors import DocumentError

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = (_FALLBACK, f"{_W}del", f"{_W}moveFrom")
"""The second copy of a text box that older programs read, and what was deleted or moved away in review."""
_NOTES = ("footnote", "endnote")
_LAYOUT_CELL = 300


def read_docx(data: bytes, where: str = "") -> Draft:
    """A draft of a Word file.

    Raises DocumentError for a damaged file, one with a password, and one that unfolds beyond all measure.
    """
    names = open_archive(data, where).namelist()
    if not any(name.endswith("document.xml") for name in names):
        raise DocumentError("is an archive, no Word file", where=where, hint="unpack it and give the report itself")
    try:
        word = docx.Document(io.BytesIO(data))
        numbering = _numbering(word)
        _place_notes(word)
        lines = list(_lines(word, numbering, _style_names(word)))
    except (
        docx.opc.exceptions.OpcError, zipfile.BadZipFile, lxml.etree.LxmlError, KeyError, ValueError, AttributeError,
        NotImplementedError, EOFError, OSError, zipfile.LargeZipFile, RuntimeError, IndexError, TypeError,
    ) as error:  # fmt: skip
        # python-docx lets the errors of zip, XML and its own look-ups through
        raise DocumentError("is a damaged Word file", where=where, hint="open it in Word and save it again") from error
    return compose(lines)


def _place_notes(word: WordDocument) -> None:
    """Footnotes and endnotes stand in parts of their own; each is put behind the paragraph that refers to it."""
    for kind in _NOTES:
        told = [one.target_part.blob for one in word.part.rels.values() if one.reltype.endswith(f"/{kind}s")]
        notes = {note.get(f"{_W}id"): note for blob in told for note in parse_xml(blob).iter(f"{_W}{kind}")}
        for reference in list(word.element.body.iter(f"{_W}{kind}Reference")):
            paragraph = next(reference.iterancestors(f"{_W}p"), None)
            note = notes.pop(reference.get(f"{_W}id"), None)
            if paragraph is not None and note is not None:
                for line in reversed(note.findall(f"{_W}p")):
                    paragraph.addnext(line)


def _numbering(word: WordDocument) -> Numbering:
    try:
        numbering = word.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        numbering = None
    return read_numbering(numbering, word.styles.element)


def _style_names(word: WordDocument) -> dict[str, str]:
    """Style by its id, for those that say something; looking it up for each paragraph is the dearest part of python-docx."""
    plain = ("Normal", "正文", "Body Text", "Normal (Web)", "No Spacing")
    return {style.style_id: style.name for style in word.styles if style.name and style.name not in plain}


def _lines(container: Any, numbering: Numbering, styles: dict[str, str], depth: int = 0) -> Iterator[Line]:
    for index, item in enumerate(_blocks(_body_of(container), container)):
        if isinstance(item, Paragraph):
            yield from _paragraph(item, numbering, styles, f"paragraph {index + 1}")
        else:
            yield from _table(item, numbering, styles, f"table {index + 1}", depth)


def _body_of(container: Any) -> Any:
    return container.element.body if hasattr(container, "element") else container._tc


def _blocks(element: Any, parent: Any) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, also those in content controls, which python-docx passes over; no table of contents."""
    for child in element:
        if child.tag == f"{_W}p":
            yield Paragraph(child, parent)
        elif child.tag == f"{_W}tbl":
            yield Table(child, parent)
        elif child.tag == f"{_W}sdt" and child.find(f".//{_W}docPartGallery") is None:
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                yield from _blocks(content, parent)
        elif child.tag in (f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"):
            yield from _blocks(child, parent)


def _paragraph(paragraph: Paragraph, numbering: Numbering, styles: dict[str, str], element: str) -> Iterator[Line]:
    label = numbering.label(paragraph._p)
    text = _text(paragraph._p)
    named = paragraph._p.find(f"{_W}pPr/{_W}pStyle")
    style = styles.get(named.get(f"{_W}val") or "", "") if named is not None else ""
    runs = [run for run in paragraph.runs if run.text.strip()] if not style else []
    if style.lower().startswith(("toc", "目录")):
        return
    if runs and all(run.bold for run in runs):
        style = "bold"
    for part in text.split("\n"):
        words = part.strip()
        if words:
            yield Line(text=label + words, style=style, element=element)
            label = ""


def _text(paragraph: Any) -> str:
    """Text of a paragraph with that of links, insertions and fields; what was deleted in review is left out."""
    parts: list[str] = []
    for node in _nodes(paragraph):
        tag = node.tag
        if tag == f"{_W}t":
            parts.append(node.text or "")
        elif tag == f"{_W}tab":
            if node.getparent().tag == f"{_W}r":
                parts.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return re.sub(r"[ \t]+", " ", "".join(parts)) if any("\t" in part for part in parts) else "".join(parts)


def _nodes(element: Any) -> Iterator[Any]:
    """All elements inside, without those left out."""
    for child in element:
        if child.tag not in _LEFT_OUT:
            yield child
            yield from _nodes(child)


def _table(table: Table, numbering: Numbering, styles: dict[str, str], element: str, depth: int) -> Iterator[Line]:
    for number, row in enumerate(table.rows):
        cells = []
        seen: set[Any] = set()
        for cell in row.cells:
            if cell._tc in seen:  # a merged cell is given once for each column
                continue
            seen.add(cell._tc)
            cells.append(cell)
        texts = tuple(" ".join(_text(p._p).strip() for p in cell.paragraphs).strip() for cell in cells)
        if depth < 3 and (any(len(text) > _LAYOUT_CELL for text in texts) or any(cell.tables for cell in cells)):
            for cell in cells:
                yield from _lines(cell, numbering, styles, depth + 1)
        elif any(texts):
            yield Line(text="\t".join(texts), cells=texts, style="table", element=f"{element} row {number + 1}")
