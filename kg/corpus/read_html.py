"""Web pages to a draft: the main text by one rule, cross-checked; dates, source and title from where the page labels them."""

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html
import readability

from kg.corpus.draft import Draft, Dropped, Line, compose
from kg.corpus.main_text import lines_of, main_element, sentence_ends, strip
from kg.corpus.page_facts import head_facts, labels, title_of
from kg.corpus.text import decode, shadow, wide
from kg.errors import DocumentError

ELEMENTS = 200_000
"""Elements that the page of a report may have; a span for every character of a long report is not half of it."""

FRAMES = 4
"""Frames in frames that are looked into."""

STRAY = 0.001
"""Part of a page's characters that may be stray bytes."""

DOUBT = 0.05
"""Difference from readability's text, as a part of the characters, from which the main text is doubtful."""

TAIL = 24
"""Characters at its end by which a sentence of readability's text is looked for in ours."""

_CLOSED = re.compile(r"</(?:body|html) *>|</?noframes[^>]{0,99}>", re.IGNORECASE)
"""A page put together of parts may end in its middle, and one of frames hold its text for those without; libxml2 reads neither."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset *= *[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
_SAVED = re.compile(rb"saved from url=\(\d+\)(https?://[^\s>\"]{4,400})")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f")
_NEXT = ("下一页", "下页", "后一页")
_SENTENCE = re.compile(r"[^。;；\n]+[。;；]")


def read_html(data: bytes, where: str = "", *, declared: str = "") -> Draft:
    """A draft of the main text of a page, with what the page says of it.

    Raises DocumentError for a page without text, and names its frames or attached files then.
    """
    page, odd = _parse(data, where, declared)
    size = sum(1 for _ in page.iter())
    if size > ELEMENTS:
        what = f"has {size} elements"
        raise DocumentError(what, where=where, hint=f"a report's page has at most {ELEMENTS}")
    facts = dict(head_facts(page))
    if "url" not in facts and (saved := _SAVED.search(data[:4096])):
        facts["url"] = saved[1].decode("ascii", "replace")
    strip(page)
    counts = sentence_ends(page)
    main = main_element(page, counts)
    if main is None:
        raise DocumentError("the page holds no text", where=where, hint=_elsewhere(page))
    lines = list(lines_of(main))
    facts.update({name: value for name, value in labels(page).items() if name not in facts})
    title = title_of(page, main, facts)
    if title and not any(_same(title, line.text) for line in lines[:12]):
        lines.insert(0, Line(text=title, style="h1", element="title"))
    outside = _outside(page, main)
    issues = [*odd, *_continued(page), *_cross_check(page, main, counts, lines)]
    return compose(lines, facts=facts, dropped=outside, issues=issues)


def _parse(data: bytes, where: str, declared: str) -> tuple[lxml.html.HtmlElement, list[str]]:
    text, issues = _characters(data, where, declared)
    text = _CLOSED.sub("", text)
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        page = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        _unframe(page, parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise DocumentError("is no readable page", where=where, hint="save the page again") from error
    return page, issues


def _unframe(page: lxml.html.HtmlElement, parser: lxml.html.HTMLParser, depth: int = FRAMES) -> None:
    """Put the pages that saved frames hold in the place of the frames."""
    for frame in list(page.iter("iframe")):
        inner = frame.get("srcdoc")
        if depth and inner and inner.strip():
            framed = lxml.html.document_fromstring(inner.encode("utf-8", "replace"), parser=parser)
            _unframe(framed, parser, depth - 1)
            frame.tag = framed.tag = "div"
            frame.append(framed)


def _characters(data: bytes, where: str, declared: str) -> tuple[str, list[str]]:
    """The text of a page. Browsers forgive stray bytes, and so must who reads what they show: some are dropped, on record."""
    charset = declared or (found[1].decode("ascii") if (found := _CHARSET.search(data[:4096])) else "")
    clean = data if wide(data) else data.translate(None, _CONTROLS)
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


def _same(title: str, line: str) -> bool:
    flat = re.sub(r"\s", "", shadow(line))
    return re.sub(r"\s", "", shadow(title)) in flat


def _outside(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement) -> list[Dropped]:
    """What stood outside the main text."""
    inside = set(main.iter())
    texts = (" ".join(element.text.split()) for element in page.iter() if element.text and element not in inside)
    return [Dropped(quote=text, why="outside the main text") for text in texts if text]


def _cross_check(
    page: lxml.html.HtmlElement,
    main: lxml.html.HtmlElement,
    counts: dict[lxml.html.HtmlElement, int],
    lines: list[Line],
) -> Iterator[str]:
    """Readability's idea of the main text, compared by its sentences; parts of the page and lines without any are not its matter."""
    path = [main, *main.iterancestors()]
    beside = [child for parent in path[1:] for child in parent if counts.get(child) and child not in path]
    # composed anew: to take parts out of the page would cost lxml the square of their elements
    parts = "".join(lxml.html.tostring(element, encoding="unicode", with_tail=False) for element in (main, *beside))
    try:
        summary = readability.Document(f"<html><body><div>{parts}</div></body></html>").summary(html_partial=True)
        other = lxml.html.fragment_fromstring(summary, create_parent="div").text_content()
    except (readability.readability.Unparseable, lxml.etree.LxmlError, ValueError, TypeError):
        yield "main_text_doubtful:readability finds no text"
        return
    mine = "\n".join(line.text for line in lines if not line.cells)
    flat, flat_other = _squeezed(mine), _squeezed(other)
    differing = sum(len(sentence) for sentence in _sentences(mine) if sentence not in flat_other)
    # readability glues a heading or a table to the sentence behind it
    differing += sum(len(sentence) for sentence in _sentences(other) if sentence[-TAIL:] not in flat)
    share = differing / max(1, len(flat))
    if share > DOUBT:
        yield f"main_text_doubtful:{share:.0%} of the text differs from what readability takes for it"


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without space; shorter ones say nothing, and headings and tables have none."""
    yield from (sentence for found in _SENTENCE.finditer(text) if len(sentence := _squeezed(found[0])) > 12)


def _continued(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Where the text goes on, when the page is one of several."""
    for link in page.iter("a"):
        where = link.get("href") or ""
        if link.text_content().strip(" >»") in _NEXT and not where.lower().startswith(("#", "javascript")) and where:
            yield f"continued:the text may go on at {where}: save that page, too"
            return


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
