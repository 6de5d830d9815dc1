"""Word files to a draft: paragraphs and tables in the order of the body, automatic numbers written out."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import docx
import docx.opc.exceptions
import lxml.etree
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.table import Table
from docx.text.paragraph import Paragraph

from kg.corpus.archive import open_archive
from kg.corpus.draft import Draft, Dropped, Line, compose
from kg.corpus.numbering import Numbering, read_numbering
from kg.errors import DocumentError

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BOX = f"{_W}txbxContent"
_LEFT_OUT = (_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}rt", _BOX)
"""The second copy of a text box that older programs read, what was deleted or moved away in review, pronunciations above
a word; text boxes are read behind their paragraph."""
_OFF = ("0", "false", "off")
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
        _join_in_review(word)
        hidden = _take_hidden(word)
        lines = list(_lines(word, numbering, _style_names(word)))
    except (
        docx.opc.exceptions.OpcError, zipfile.BadZipFile, lxml.etree.LxmlError, KeyError, ValueError, AttributeError,
        NotImplementedError, EOFError, OSError, zipfile.LargeZipFile, RuntimeError, IndexError, TypeError,
    ) as error:  # fmt: skip
        # python-docx lets the errors of zip, XML and its own look-ups through
        raise DocumentError("is a damaged Word file", where=where, hint="open it in Word and save it again") from error
    return compose(lines, dropped=hidden)


def _take_hidden(word: WordDocument) -> list[Dropped]:
    """What is formatted as hidden is not printed, and goes."""
    dropped = []
    for mark in list(word.element.body.iter(f"{_W}vanish")):
        run = next(mark.iterancestors(f"{_W}r"), None)
        if run is not None and mark.get(f"{_W}val") not in _OFF:
            dropped += [Dropped(quote=text, why="hidden text") for text in [_text(run)] if text.strip()]
            run.getparent().remove(run)
    return dropped


def _join_in_review(word: WordDocument) -> None:
    """A paragraph whose end was deleted in review goes on with the one behind it."""
    ends = [mark for mark in word.element.body.iter(f"{_W}del") if mark.getparent().tag == f"{_W}rPr"]
    for mark in reversed(ends):
        form = mark.getparent().getparent()
        after = form.getparent().getnext() if form.tag == f"{_W}pPr" else None
        if after is not None and after.tag == f"{_W}p":
            paragraph = form.getparent()
            paragraph.extend(child for child in list(after) if child.tag != f"{_W}pPr")
            after.getparent().remove(after)


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
            for box in _boxes(item._p):
                for inner in _blocks(box, item):
                    if isinstance(inner, Paragraph):
                        yield from _paragraph(inner, numbering, styles, f"box at paragraph {index + 1}")
                    else:
                        yield from _table(inner, numbering, styles, f"box at paragraph {index + 1}", depth + 1)
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


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, each once, without those inside another."""
    for box in element.iter(_BOX):
        above = box.iterancestors()
        if not any(one.tag in _LEFT_OUT for one in takewhile(lambda one: one is not element, above)):
            yield box


def _nodes(element: Any) -> Iterator[Any]:
    """All elements inside, without those left out."""
    for child in element:
        if child.tag not in _LEFT_OUT:
            yield child
            yield from _nodes(child)


def _table(table: Table, numbering: Numbering, styles: dict[str, str], element: str, depth: int) -> Iterator[Line]:
    seen: set[Any] = set()
    boxed = len(table.columns) == 1  # a frame around text
    for number, row in enumerate(table.rows):
        if row._tr.find(f"{_W}trPr/{_W}del") is not None:
            continue  # deleted in review
        cells, texts = _cells(row, seen)
        if depth < 3 and (
            boxed or any(len(text) > _LAYOUT_CELL for text in texts) or any(cell.tables for cell in cells)
        ):
            for cell in cells:
                yield from _lines(cell, numbering, styles, depth + 1)
        elif any(texts):
            yield Line(text="\t".join(texts), cells=texts, style="table", element=f"{element} row {number + 1}")


def _cells(row: Any, seen: set[Any]) -> tuple[list[Any], tuple[str, ...]]:
    """The cells of a row and their texts; one that is merged over columns or rows is `seen` again and blank there."""
    cells: list[Any] = []
    texts: list[str] = []
    last = None
    for cell in row.cells:
        if cell._tc is last:
            texts.append("")
            continue
        last = cell._tc
        below = last in seen
        seen.add(last)
        texts.append("" if below else " ".join(_text(p._p).strip() for p in cell.paragraphs).strip())
        if not below:
            cells.append(cell)
    while texts and not texts[-1]:
        texts.pop()
    return cells, tuple(texts)
