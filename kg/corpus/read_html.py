"""Web pages to a draft: the main text by one rule, cross-checked; dates, source and title from where the page labels them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree
import lxml.html
import readability

from kg.corpus.draft import Draft, Dropped, Line, compose
from kg.corpus.text import decode, shadow
from kg.corpus.words import any_of
from kg.errors import DocumentError

SHARE = 0.95
"""Part of the page's sentence ends that the element of the main text must hold."""

ELEMENTS = 200_000
"""Elements that the page of a report may have; a span for every character of a long report is not half of it."""

LAYOUT_CELL = 300
"""Characters from which a table cell is layout and no cell."""

STRAY = 0.001
"""Part of a page's characters that may be stray bytes."""

DOUBT = 0.05
"""Difference from readability's text, as a part of the characters, from which the main text is doubtful."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset *= *[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
_SAVED = re.compile(rb"saved from url=\(\d+\)(https?://[^\s>\"]{4,400})")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f")
_HOLDERS = frozenset(
    ("div", "td", "article", "section", "main", "body", "form", "center", "font", "span", "ucapcontent")
)
_BREAKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tbody",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "center",
        "form",
        "hr",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "fieldset",
        "main",
        "ucapcontent",
        "td",
        "th",
    ]
)
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "svg",
        "canvas",
        "video",
        "audio",
        "object",
        "embed",
        "head",
    ]
)
_BOLD = frozenset(("b", "strong"))
_END = re.compile(r"[。;；]")
_PIECE = re.compile(r"[。;；\n]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SOURCE_BREAK = re.compile(r"(?:(?<=([A-Za-z]))|)[ \t]*[\r\n]+[ \t\r\n]*(?=([A-Za-z])|)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARK = re.compile(
    r"^[(（〔]?[一二三四五六七八九十]{1,3}[、)）〕是]|^\d{1,2}[.．、](?!\d)|^第[一二三四五六七八九十]+部分|^[①-⑮●■]"
)
_FACTS = {
    "published": ("pubdate", "publishdate", "firstpublishedtime", "article:published_time", "publish_time", "pubtime"),
    "publisher": ("contentsource", "source", "article:author"),
    "title": ("articletitle", "og:title", "title"),
    "site": ("sitename", "og:site_name"),
    "url": ("url", "og:url", "canonical"),
}


def read_html(data: bytes, where: str = "", *, declared: str = "") -> Draft:
    """A draft of the main text of a page, with what the page says of it.

    Raises DocumentError for a page without text, and names its frames or attached files then.
    """
    page, odd = _parse(data, where, declared)
    elements = list(page.iter())  # held, since lxml makes an element anew each time nobody holds it
    if len(elements) > ELEMENTS:
        what = f"has {len(elements)} elements"
        raise DocumentError(what, where=where, hint=f"a report's page has at most {ELEMENTS}")
    facts = dict(_facts(page))
    if "url" not in facts and (saved := _SAVED.search(data[:4096])):
        facts["url"] = saved[1].decode("ascii", "replace")
    _strip(elements)
    counts = _sentence_ends(page)
    main = _main(page, counts)
    if main is None:
        raise DocumentError("the page holds no text", where=where, hint=_elsewhere(page))
    lines = list(_lines(main))
    facts.update({name: value for name, value in _labels(page, main).items() if name not in facts})
    title = _title(page, main, facts)
    if title and not any(_same(title, line.text) for line in lines[:12]):
        lines.insert(0, Line(text=title, style="h1", element="title"))
    outside = _outside(page, main)
    issues = [*odd, *_cross_check(page, main, counts, lines)]
    return compose(lines, facts=facts, dropped=outside, issues=issues)


def _parse(data: bytes, where: str, declared: str) -> tuple[lxml.html.HtmlElement, list[str]]:
    text, issues = _characters(data, where, declared)
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        page = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise DocumentError("is no readable page", where=where, hint="save the page again") from error
    for frame in page.iter("iframe"):
        inner = frame.get("srcdoc")
        if inner:
            frame.tag = "div"
            frame.append(lxml.html.fragment_fromstring(inner, create_parent="div"))
    return page, issues


def _characters(data: bytes, where: str, declared: str) -> tuple[str, list[str]]:
    """The text of a page. Browsers forgive stray bytes, and so must who reads what they show: some are dropped, on record."""
    charset = declared or (found[1].decode("ascii") if (found := _CHARSET.search(data[:4096])) else "")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    clean = data if wide else data.translate(None, _CONTROLS)
    try:
        text = decode(clean, where=where, declared=charset)
        issues = []
    except DocumentError:
        tried = [clean.decode(name, "replace") for name in ("utf-8", "gb18030")]
        text = min(tried, key=lambda one: one.count("\ufffd"))
        lost = text.count("\ufffd")
        if lost > len(text) * STRAY:
            raise
        text = text.replace("\ufffd", "")
        issues = [f"encoding:{lost} bytes are neither UTF-8 nor GB 18030 and were dropped"]
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text), issues


def _facts(page: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What the head of the page says: the meta names that government sites must give, and the canonical address."""
    metas: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        content = _SPACE.sub(" ", meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content)
    yield "page", _clean(page.findtext(".//title") or "")
    for link in page.iter("link"):
        if link.get("rel") == "canonical" and link.get("href"):
            metas.setdefault("canonical", link.get("href"))
    for fact, names in _FACTS.items():
        for name in names:
            if name in metas:
                yield fact, metas[name]
                break


def _strip(elements: list[lxml.html.HtmlElement]) -> None:
    """Take out what no reader sees."""
    for element in elements:
        if element.tag in _SILENT or not isinstance(element.tag, str):
            hidden = True
        else:
            style = element.attrib.get("style", "")
            hidden = "hidden" in element.attrib or bool(style and _HIDDEN.search(style))
        if hidden and element.tag != "body" and element.getparent() is not None:
            element.drop_tree()


def _sentence_ends(page: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, int]:
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


def _main(page: lxml.html.HtmlElement, counts: dict[lxml.html.HtmlElement, int]) -> lxml.html.HtmlElement | None:
    """The deepest element that still holds nearly all sentence ends of the page."""
    total = counts.get(page, 0)
    if not total:
        return None
    need = min(total * SHARE, total - 1) if total > 8 else total * SHARE
    best = page
    while True:
        deeper = next((child for child in best if counts.get(child, 0) >= need), None)
        if deeper is None:
            break
        best = deeper
    while best.tag not in _HOLDERS and best.getparent() is not None:
        best = best.getparent()
    return best


@dataclass(slots=True)
class _Run:
    """The line that is being written."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    element: lxml.html.HtmlElement | None = None
    style: str = ""
    after_br: bool = False


def _lines(main: lxml.html.HtmlElement) -> Iterator[Line]:
    """Paragraphs and table rows of an element, in order."""
    tree = main.getroottree()
    out: list[tuple[_Run, tuple[str, ...]]] = []
    walker = _Walker(out)
    walker.walk(main)
    walker.close()
    joined = ""
    for run, cells in _rejoined(out):
        text = "\t".join(cells) if cells else _clean("".join(run.parts))
        if not text.strip() or text == joined:
            continue
        # a path is counted along all siblings before it: too dear for a page of very many lines
        path = tree.getpath(run.element) if run.element is not None and len(out) < 3000 else ""
        yield Line(text=text, cells=cells, style=run.style, element=path)


def _rejoined(out: list[tuple[_Run, tuple[str, ...]]]) -> Iterator[tuple[_Run, tuple[str, ...]]]:
    """Lines that a <br> broke inside a sentence are one again."""
    held: _Run | None = None
    for run, cells in out:
        if held is not None:
            raw = "".join(run.parts)
            before = "".join(held.parts).rstrip()
            if (
                not cells
                and run.after_br
                and len(before) >= 20
                and before[-1] not in "。；;：:！!？?》”)）"
                and raw[:1] not in " \u3000\xa0"
                and not _MARK.match(before.strip())
                and not _MARK.match(raw)
            ):
                held.parts.append(raw)
                continue
            yield held, ()
            held = None
        if cells:
            yield run, cells
        else:
            held = run
    if held is not None:
        yield held, ()


class _Walker:
    """Walks an element and writes its lines."""

    def __init__(self, out: list[tuple[_Run, tuple[str, ...]]]) -> None:
        self.out = out
        self.run = _Run()

    def walk(self, element: lxml.html.HtmlElement, *, bold: bool = False, style: str = "") -> None:
        tag = element.tag
        if tag == "br":
            self.close(after_br=True)
            return
        if tag == "table" and self.table(element):
            return
        breaks = tag in _BREAKS
        if breaks:
            self.close()
            style = tag if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else ""
        bold = bold or tag in _BOLD or "bold" in (element.get("style") or "")
        if element.text:
            self.write(element.text, element, bold, style)
        for child in element:
            self.walk(child, bold=bold, style=style)
            if child.tail:
                self.write(child.tail, element, bold, style)
        if breaks:
            self.close()

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
        for row in rows:
            cells = tuple(_clean(cell.text_content()) for cell in row if cell.tag in ("td", "th"))
            if any(cells):
                self.out.append((_Run(element=row, style="table"), cells))
        return True

    def write(self, text: str, element: lxml.html.HtmlElement, bold: bool, style: str) -> None:
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


def _clean(text: str) -> str:
    """White space as a browser shows it; a line break in the source between two Chinese characters is none."""
    text = _SOURCE_BREAK.sub(lambda found: " " if found[1] and found[2] else "", text)
    return _SPACE.sub(" ", text).strip(" \t\u3000\xa0\u200b\ufeff")


_DATE = r"(20[0-4]\d|19\d\d) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{1,2})"
_LABELS = {
    "published": re.compile(rf"{any_of('published-label')}(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
    "entered": re.compile(rf"(?:{any_of('entered-label')}|(?<![\u4e00-\u9fff]))(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
    "written": re.compile(rf"{any_of('written-label')}(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
}
_SOURCE = re.compile(rf"{any_of('source-label')} ?:? ?([\u4e00-\u9fff]{{3,30}})")


def _labels(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement) -> dict[str, str]:
    """Dates and source by their labels in the page's own text, above and in the first lines of the main text."""
    text = shadow(_SPACE.sub(" ", " ".join(page.itertext())))
    found: dict[str, str] = {}
    for name, pattern in _LABELS.items():
        if match := pattern.search(text):
            found[name] = match[0].strip()
    if match := _SOURCE.search(text):
        found["publisher"] = match[1]
    entered = found.pop("entered", "")
    if entered:
        found.setdefault("published", entered)
    return found


_TITLE = re.compile(rf"(?:{any_of('subject')}|政府工作).{{0,24}}(?:{any_of('kind')}|解读)")


def _title(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement, facts: dict[str, str]) -> str:
    """The title of the article: its meta name, the nearest line above the text that reads like one, the page's own title."""
    given = facts.pop("title", "")
    whole = facts.pop("page", "")
    heads = [_clean(head.text_content()) for head in page.iter("h1")]
    for name in (given, *reversed(list(_above(page, main))), whole):
        bare = re.sub(r"[-_|—–]{1,2}[^-_|—–]{2,24}$", "", name).strip()  # without the name of the site
        for words in (bare, name):
            if 6 < len(words) < 90 and _TITLE.search(words) and not re.search(r"[。>]", words):
                facts["title"] = words
                return words
    # a page of another kind is to be refused by its name
    for name in (given, *heads):
        if 4 < len(name) < 90:
            facts["title"] = name
            return name
    return ""


def _above(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement) -> Iterator[str]:
    """Texts of the elements before the main one, in order; the first of them are navigation."""
    for element in page.iter():
        if element is main:
            return
        if element.tag in _BREAKS or element.tag in ("b", "strong", "font", "span"):
            words = element.text_content() if len(element) < 8 else ""
            if 6 < len(words) < 200:
                yield _clean(words)


def _same(title: str, line: str) -> bool:
    flat = re.sub(r"\s", "", shadow(line))
    return re.sub(r"\s", "", shadow(title)) in flat


def _outside(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement) -> list[Dropped]:
    """What stood outside the main text."""
    inside = set(main.iter())
    found = []
    for element in page.iter():
        if element not in inside and element.text and element.text.strip():
            found.append(Dropped(quote=_clean(element.text), why="outside the main text"))
    return [one for one in found if one.quote]


def _cross_check(
    page: lxml.html.HtmlElement,
    main: lxml.html.HtmlElement,
    counts: dict[lxml.html.HtmlElement, int],
    lines: list[Line],
) -> Iterator[str]:
    """Readability's idea of the main text, compared by its sentences; parts of the page without any are not its matter."""
    above = list(main.iterancestors())
    for element in [child for parent in above for child in parent if not counts.get(child)]:
        element.drop_tree()
    try:
        summary = readability.Document(lxml.html.tostring(page, encoding="unicode")).summary(html_partial=True)
        other = lxml.html.fragment_fromstring(summary, create_parent="div").text_content()
    except (readability.readability.Unparseable, lxml.etree.LxmlError, ValueError, TypeError):
        yield "main_text_doubtful:readability finds no text"
        return
    mine = "\n".join(line.text for line in lines if not line.cells)
    flat, flat_other = _squeezed(mine), _squeezed(other)
    differing = sum(len(piece) for piece in _pieces(mine) if piece not in flat_other)
    differing += sum(len(piece) for piece in _pieces(other) if piece not in flat)
    share = differing / max(1, len(flat))
    if share > DOUBT:
        yield f"main_text_doubtful:{share:.0%} of the text differs from what readability takes for it"


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _pieces(text: str) -> Iterator[str]:
    """The sentences of a text, without space; shorter pieces say nothing."""
    yield from (piece for part in _PIECE.split(text) if len(piece := _squeezed(part)) > 12)


def _elsewhere(page: lxml.html.HtmlElement) -> str:
    """Where the text may be instead: a frame or an attached file."""
    frames = [frame.get("src") for frame in page.iter("iframe", "frame") if frame.get("src")]
    files = [
        link.get("href")
        for link in page.iter("a")
        if re.search(r"\.(?:docx?|pdf|wps|ofd)$", (link.get("href") or "").lower())
    ]
    if files:
        return f"the report may be the attached file {files[0]}"
    if frames:
        return f"the text may be in the frame {frames[0]}: save that page"
    return "is it the page of the report itself?"
