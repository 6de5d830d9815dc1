"""The main text of a page: the element that holds it, and its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree
import lxml.html

from kg.corpus.draft import Line
from kg.corpus.line_break import goes_on, is_full, width_of

SHARE = 0.95
"""Part of the page's sentence ends that the element of the main text must hold."""

LAYOUT_CELL = 300
"""Characters from which a table cell is layout and no cell."""

_WIDEST = 20
"""Columns that a cell may reach over."""

_HOLDERS = frozenset(
    ("div", "td", "article", "section", "main", "body", "form", "center", "font", "span", "ucapcontent")
)
_BLOCKS = (
    "p div tr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 table tbody section article header footer nav aside center form hr"
    " blockquote pre figure figcaption address fieldset main ucapcontent td th"
)
_UNSEEN = "script style noscript select option button input textarea svg canvas video audio object embed head template del s strike"
BREAKS = frozenset(_BLOCKS.split(" "))
_SILENT = frozenset(_UNSEEN.split(" "))
_BOLD = frozenset(("b", "strong"))
SPACE = re.compile(r"[ \t\r\n\f]+")
_SOURCE_BREAK = re.compile(r"(?:(?<=([A-Za-z]))|)[ \t]*[\r\n]+[ \t\r\n]*(?=([A-Za-z])|)")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{3}",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"[\[〔]\d{1,2}[\]〕]|[①-⑳]")


def strip(page: lxml.html.HtmlElement) -> None:
    """Take out what no reader sees; of what is hidden only the top is touched, since lxml pays by the square for more."""
    hidden: list[lxml.html.HtmlElement] = []
    waiting = [page]
    while waiting:
        for child in waiting.pop():
            if _unseen(child) and not _is_overleaf(child):
                hidden.append(child)
            else:
                waiting.append(child)
    for element in hidden:
        element.drop_tree()


def _unseen(element: lxml.html.HtmlElement) -> bool:
    if element.tag in _SILENT or not isinstance(element.tag, str):
        return True
    if element.tag == "body":
        return False
    if element.tag == "sup" and _NOTE_MARK.fullmatch(element.text_content().strip()):
        return True  # 365[1]件
    style = element.get("style")
    return "hidden" in element.attrib or bool(style and _HIDDEN.search(style))


def _is_overleaf(element: lxml.html.HtmlElement) -> bool:
    """Whether a hidden element is the second page or a later one of a text that is turned by a script: content_2 beside content_1."""
    name = element.get("id") or element.get("class") or ""
    form = re.sub(r"\d+", "#", name)
    if form == name or element.tag in _SILENT or element.getparent() is None:
        return False
    beside = (one for one in element.getparent() if one.tag == element.tag and not _unseen(one))
    return any(re.sub(r"\d+", "#", one.get("id") or one.get("class") or "") == form for one in beside)


def sentence_ends(page: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, int]:
    """Sentence ends in each element and below, in one pass from the end, so that what is inside comes first."""
    counts: dict[lxml.html.HtmlElement, int] = dict.fromkeys(page.iter(), 0)
    for element in reversed(list(counts)):
        counts[element] += _ends(element.text)
        parent = element.getparent()
        if parent is not None and parent in counts:
            counts[parent] += counts[element] + _ends(element.tail)
    return counts


def _ends(text: str | None) -> int:
    return text.count("。") + text.count("；") + text.count(";") if text else 0


def main_element(page: lxml.html.HtmlElement, counts: dict[lxml.html.HtmlElement, int]) -> lxml.html.HtmlElement | None:
    """The deepest element that still holds nearly all sentence ends of the page."""
    total = counts.get(page, 0)
    if not total:
        return None
    need = min(total * SHARE, total - 1) if total > 8 else total * SHARE
    best = page
    while True:
        deeper = next((child for child in best if counts.get(child, 0) >= need), None)
        if deeper is None or _among_its_like(deeper):
            break
        best = deeper
    holder = best
    while holder.tag not in _HOLDERS and holder.getparent() is not None:
        holder = holder.getparent()
    # a list or <pre> that lies right in the body is the text; the body is the page
    return best if holder.tag == "body" else holder


def _among_its_like(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is one paragraph beside others, however much of the text it has: <div>一、成效</div><div>…</div>."""
    if any(one.tag in BREAKS or one.tag == "br" for one in element.iterdescendants()):
        return False
    beside = (one for one in element.getparent() if one is not element and one.tag == element.tag)
    return any(one.get("class") == element.get("class") and clean(one.text_content()) for one in beside)


@dataclass(slots=True)
class _Run:
    """The line that is being written."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    element: lxml.html.HtmlElement | None = None
    style: str = ""
    after_br: bool = False


def lines_of(main: lxml.html.HtmlElement) -> Iterator[Line]:
    """Paragraphs and table rows of an element, in order."""
    tree = main.getroottree()
    out: list[tuple[_Run, tuple[str, ...]]] = []
    walker = _Walker(out)
    walker.walk(main)
    walker.close()
    for run, cells in _rejoined(out):
        text = "\t".join(cells) if cells else clean("".join(run.parts))
        if not text.strip():
            continue
        # a path is counted along all siblings before it: too dear for a page of very many lines
        path = tree.getpath(run.element) if run.element is not None and len(out) < 3000 else ""
        yield Line(text=text, cells=cells, style=run.style, element=path)


def _rejoined(out: list[tuple[_Run, tuple[str, ...]]]) -> Iterator[tuple[_Run, tuple[str, ...]]]:
    """Lines that a <br> broke inside a paragraph are one again."""
    width = width_of("".join(run.parts) for run, cells in out if not cells)
    held: _Run | None = None
    length = 0
    for run, cells in out:
        raw = "".join(run.parts)
        if held is not None:
            if not cells and run.after_br and goes_on("".join(held.parts), raw, full=is_full(length, width)):
                held.parts.append(raw)
                length = len(raw.strip())
                continue
            yield held, ()
            held = None
        if cells:
            yield run, cells
        else:
            held, length = run, len(raw.rstrip())
    if held is not None:
        yield held, ()


class _Walker:
    """Walks an element and writes its lines."""

    def __init__(self, out: list[tuple[_Run, tuple[str, ...]]]) -> None:
        self.out = out
        self.run = _Run()
        self.pre = False

    def walk(self, element: lxml.html.HtmlElement, *, bold: bool = False, style: str = "") -> None:
        tag = element.tag
        if tag == "br":
            self.close(after_br=True)
            return
        if tag == "table" and self.table(element):
            return
        breaks = tag in BREAKS
        if breaks:
            self.close()
            style = tag if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else ""
        bold = bold or tag in _BOLD or "bold" in (element.get("style") or "")
        within, self.pre = self.pre, self.pre or tag == "pre"
        if element.text:
            self.write(element.text, element, bold, style)
        for child in element:
            self.walk(child, bold=bold, style=style)
            if child.tail:
                self.write(child.tail, element, bold, style)
        if breaks:
            self.close()
        self.pre = within

    def table(self, element: lxml.html.HtmlElement) -> bool:
        """Write a table of data row by row; False where the table is only layout."""
        rows = list(element.iter("tr"))
        if any(len(cell.text_content()) > LAYOUT_CELL for row in rows for cell in row if cell.tag in ("td", "th")):
            return False
        if any(next(cell.iter("table"), None) is not None for row in rows for cell in row if cell.tag == "td"):
            return False
        if all(len([cell for cell in row if cell.tag in ("td", "th")]) < 2 for row in rows):
            return False
        self.close()
        below: dict[int, int] = {}
        for row in rows:
            cells = list(_row_cells(row, below, len(rows)))
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                self.out.append((_Run(element=row, style="table"), tuple(cells)))
        return True

    def write(self, text: str, element: lxml.html.HtmlElement, bold: bool, style: str) -> None:
        if self.pre and "\n" in text:
            for line in text.split("\n"):
                self.write(line, element, bold, style)
                self.close(after_br=True)
            return
        if not self.run.parts and not text.strip(" \t\r\n\f"):
            return
        self.run.parts.append(text if self.run.parts else text.lstrip(" \t\r\n\f"))
        weight = len(text.strip())
        self.run.bold += weight if bold else 0
        self.run.plain += 0 if bold else weight
        self.run.style = self.run.style or style
        if self.run.element is None:
            self.run.element = element

    def close(self, *, after_br: bool = False) -> None:
        run = self.run
        if run.parts:
            if run.bold and not run.plain:
                run.style = run.style or "bold"
            self.out.append((run, ()))
        self.run = _Run(after_br=after_br)


def _row_cells(row: lxml.html.HtmlElement, below: dict[int, int], most: int) -> Iterator[str]:
    """The cells of a row, blank where one beside reaches over or one above down; `below` says how many rows more, by column."""
    column = 0
    for cell in row:
        if cell.tag not in ("td", "th"):
            continue
        while below.get(column, 0):
            below[column] -= 1
            column += 1
            yield ""
        down = _span(cell, "rowspan", most) - 1
        for over in range(_span(cell, "colspan", _WIDEST)):
            below[column] = down
            column += 1
            yield "" if over else clean(cell.text_content())
    while below.get(column, 0):
        below[column] -= 1
        column += 1
        yield ""


def _span(cell: lxml.html.HtmlElement, name: str, most: int) -> int:
    """Over how many rows or columns a cell reaches."""
    said = cell.get(name, "1")
    return max(1, min(int(said), most)) if re.fullmatch("[0-9]{1,4}", said) else 1


def clean(text: str) -> str:
    """White space as a browser shows it; a line break in the source between two Chinese characters is none."""
    text = _SOURCE_BREAK.sub(lambda found: " " if found[1] and found[2] else "", text)
    return SPACE.sub(" ", text).strip(" \t\u3000\xa0\u200b\ufeff")
