"""Document: the canonical text of a report with its blocks, its metadata, and what was left out."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from kg.corpus.area import Area
from kg.corpus.damage import LOST_SHARE, lost
from kg.corpus.draft import Block, BlockKind, Draft, Dropped, compose
from kg.corpus.evidence import Evidence
from kg.corpus.genre import Genre, judge
from kg.corpus.guard import guarded
from kg.corpus.heading import candidates
from kg.corpus.metadata import Meta, read_meta
from kg.corpus.parts import classify
from kg.corpus.read_text import read_text
from kg.corpus.source import Source
from kg.corpus.text import Span, shadow, wide
from kg.errors import DocumentError
from kg.lexicon import divisions
from kg.lexicon.divisions import Level

__all__ = [
    "Area", "Block", "BlockKind", "Document", "Dropped", "Evidence", "Genre", "Level", "Meta", "Span", "read_document",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One report as read. `len(shadow) == len(text)` always; quotes are cut from `text`, patterns run on `shadow`."""

    source: Source
    text: str
    shadow: str
    blocks: tuple[Block, ...]
    meta: Meta
    genre: Genre
    dropped: tuple[Dropped, ...] = ()
    issues: tuple[str, ...] = ()
    """main_text_doubtful, repaired:pinyin …: `code:detail`, for the release's issues.jsonl."""
    origin: tuple[tuple[int, int, str], ...] = ()
    """(start in text, start in the raw text or page, element or page): rows sorted by start, each valid to the next."""
    given: str = ""
    """Of a plain text file: its text as given; `origin` leads into it. Empty for pages and office files."""

    def quote(self, span: Span) -> str:
        """The words at a span, as printed."""
        return self.text[span.start : span.end]


def read_document(source: Source, *, force: bool = False, ocr: bool = False) -> Document:
    """Read a report: its bytes decide how, its genre decides whether. With `ocr` a scanned PDF file is recognised.

    Raises DocumentError for bytes that cannot be read, for a text without a sentence, and, unless `force`, for a page
    that is no annual report; the message then names what it is.
    """
    document = _document(source, _draft(source, ocr=ocr))
    if not any(block.kind in ("paragraph", "item", "heading", "cell") for block in document.blocks):
        raise DocumentError("holds no sentence", where=source.name, hint="is it the page of the report itself?")
    share = lost(document.text)
    if share > LOST_SHARE and not force:
        what = f"{share:.1%} of its characters are lost"
        raise DocumentError(what, where=source.name, hint="take it from the issuer's own site; --force reads it")
    if not document.genre.accepted and not force:
        what = f"is no annual report but {document.genre.name} ({document.genre.reason})"
        raise DocumentError(what, where=source.name, hint="--force reads it nevertheless")
    return document


def _draft(source: Source, *, ocr: bool) -> Draft:
    """The reader is chosen by the leading bytes, not by the name."""
    data, where = source.data, source.name
    kind = kind_of(data)
    if kind in _LIMITS and len(data) > _LIMITS[kind]:
        what = f"has {len(data) / 1e6:.0f} MB of {kind}"
        raise DocumentError(what, where=where, hint=f"a report has less than {_LIMITS[kind] // 1000000} MB")
    match kind:
        case "pdf":
            return _pdf(data, where, ocr=ocr)
        case "docx":
            from kg.corpus.read_docx import read_docx

            return guarded(read_docx, data, where)
        case "ofd":
            from kg.corpus.read_ofd import read_ofd

            return guarded(read_ofd, data, where)
        case "html":
            from kg.corpus.read_html import read_html

            read = partial(read_html, declared=source.declared)
            # a small page cannot harm, and a child process costs as much as reading it
            return read(data, where) if len(data) < SMALL else guarded(read, data, where)
        case "mhtml":
            from kg.corpus.read_mhtml import read_mhtml

            return guarded(read_mhtml, data, where)
        case "office":
            from kg.corpus.read_office import read_office

            return read_office(data, where)
        case "text":
            return read_text(data, where=where)
        case other:
            raise DocumentError(
                f"is {other}, no report", where=where, hint="give the report as .html, .docx, .pdf or plain text (.txt)"
            )


def _pdf(data: bytes, where: str, *, ocr: bool) -> Draft:
    from kg.corpus.read_pdf import MOST, SCAN, read_pdf

    try:
        return guarded(read_pdf, data, where, most=MOST)
    except DocumentError as error:
        if not ocr or error.what != SCAN:
            raise
    from kg.corpus.read_scan import read_scan

    return read_scan(data, where)


_LIMITS = {"text": 8_000_000, "html": 16_000_000}
"""Bytes that no report of its kind reaches."""

SMALL = 400_000
"""Bytes below which a page is read without a child process."""

LONGEST = 1_000_000
"""Characters that a report may have."""


def kind_of(data: bytes) -> str:
    r"""What bytes are, by how they begin: pdf, docx, ofd, html, mhtml, office (.doc, .wps, .rtf, .odt), text, or a name for what we do not read.

    >>> kind_of(b"%PDF-1.7"), kind_of("　　一、成效".encode()), kind_of(b"<!DOCTYPE html><p>"), kind_of(b"\x89PNG\r\n")
    ('pdf', 'text', 'html', 'a picture')
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] == b"PK\x03\x04":
        head = data[:4096] + data[-65536:]
        if b"opendocument" in head or b"content.xml" in head:
            return "office"
        return "ofd" if b"OFD.xml" in head and b"word/" not in head else "docx"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or data[:5] == b"{\\rtf":
        return "office"
    for magic, name in _OTHERS:
        if data.startswith(magic):
            return name
    if re.match(rb"(?:From|MIME-Version|Content-Type|Snapshot-Content-Location|Subject): ", data, re.IGNORECASE):
        return "mhtml"
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lower()
    if (
        re.match(rb"<(?:!doctype html|\?xml|html|head|body|!--|meta|script|div|table|title|p\b|iframe)", head)
        or b"<html" in head
    ):
        return "html"
    if wide(data):  # the halves of its characters are any bytes
        return "text"
    controls = len(_CONTROLS.findall(data, 0, 4096))
    return "of no kind that is read" if controls > 2 and controls > len(data[:4096]) / 20 else "text"


_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that stand in no text of any encoding that is read."""

_OTHERS = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"), (b"Rar!", "an archive"), (b"7z\xbc\xaf", "an archive"), (b"BZh", "an archive"),
)  # fmt: skip


def _document(source: Source, draft: Draft) -> Document:
    if len(draft.text) > LONGEST:
        what = f"holds {len(draft.text)} characters"
        raise DocumentError(what, where=source.name, hint=f"a report has at most {LONGEST}")
    flat = shadow(draft.text)
    blocks = classify(draft, flat)
    if draft.lines:  # a page's furniture need not stay in the text; the offsets of a .txt must
        draft = _without_furniture(draft, blocks)
        flat = shadow(draft.text)
        blocks = classify(draft, flat)
    headings = [
        flat[one.title.start : one.title.end] for one in candidates(flat, blocks) if one.rank <= 1 or one.own_line
    ]
    meta = read_meta(draft.text, flat, blocks, draft.facts, source.given, headings)
    body = [flat[b.span.start : b.span.end] for b in blocks if b.kind in ("paragraph", "item", "heading", "cell")]
    return Document(
        source=source,
        text=draft.text,
        shadow=flat,
        blocks=blocks,
        meta=meta,
        genre=judge(shadow(meta.title or ""), body, page=flat),
        dropped=draft.dropped,
        issues=(*draft.issues, *_doubts(meta)),
        origin=draft.origin,
        given=draft.given,
    )


def _doubts(meta: Meta) -> Iterator[str]:
    """What a person should look at: a place that several bear, a page on a site that is no government's."""
    if meta.area and not meta.area.code:
        same = divisions.named(meta.area.name) or divisions.townships_named(meta.area.name)
        if len(same) > 1:
            yield f"ambiguous_place:{meta.area.name} may be any of {len(same)}, {same[0].code} for one"
    host = urlsplit(meta.url).hostname if meta.url else None
    if host and not host.endswith(".gov.cn"):
        yield f"foreign_host:{host} is no .gov.cn site; the text may be a changed copy"


def _without_furniture(draft: Draft, blocks: tuple[Block, ...]) -> Draft:
    """The draft without the lines that are furniture from end to end."""
    starts = [start for start, _, _ in draft.origin]
    kinds: dict[int, set[str]] = {}
    for block in blocks:
        kinds.setdefault(bisect_right(starts, block.span.start) - 1, set()).add(block.kind)
    kept = [line for index, line in enumerate(draft.lines) if kinds.get(index) != {"furniture"}]
    gone = [line for index, line in enumerate(draft.lines) if kinds.get(index) == {"furniture"}]
    dropped = (*draft.dropped, *(Dropped(quote=line.text, why="page furniture") for line in gone))
    return compose(kept, facts=draft.facts, dropped=dropped, issues=draft.issues)
