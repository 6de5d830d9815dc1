"""Document: the canonical text of a report with its blocks, its metadata, and what was left out."""

from dataclasses import dataclass, replace

from kg.corpus.area import Area
from kg.corpus.draft import Block, BlockKind, Draft, Dropped
from kg.corpus.genre import Genre, judge
from kg.corpus.heading import candidates
from kg.corpus.metadata import Evidence, Meta, read_meta
from kg.corpus.parts import classify
from kg.corpus.read_text import read_text
from kg.corpus.source import Source
from kg.corpus.text import Span, decode, shadow
from kg.errors import DocumentError
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

    def quote(self, span: Span) -> str:
        """The words at a span, as printed."""
        return self.text[span.start : span.end]


def read_document(source: Source, *, force: bool = False) -> Document:
    """Read a report: its bytes decide how, its genre decides whether.

    Raises DocumentError for bytes that cannot be read, for a text without a sentence, and, unless `force`, for a page
    that is no annual report; the message then names what it is.
    """
    document = _document(source, _draft(source))
    if not any(block.kind in ("paragraph", "item", "heading", "cell") for block in document.blocks):
        raise DocumentError("holds no sentence", where=source.name, hint="is it the page of the report itself?")
    if not document.genre.accepted and not force:
        what = f"is no annual report but {document.genre.name} ({document.genre.reason})"
        raise DocumentError(what, where=source.name, hint="--force reads it nevertheless")
    return document


def _draft(source: Source) -> Draft:
    """The reader is chosen by the leading bytes, not by the name."""
    return read_text(source.data, where=source.name)


def _document(source: Source, draft: Draft) -> Document:
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
        genre=judge(shadow(meta.title or ""), body),
        dropped=draft.dropped,
        issues=draft.issues,
        origin=draft.origin,
    )
