"""Document: the canonical text of a report with its blocks, its metadata, and what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kg.corpus.source import Source

BlockKind = Literal["title", "heading", "paragraph", "item", "cell", "addressee", "sign-off", "date", "furniture"]
Level = Literal["central", "province", "city", "county", "township", "village"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points [start, end) of `Document.text`."""

    start: int
    end: int

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text that the layout keeps together: a paragraph, a cell, a title, a line of page furniture."""

    span: Span
    kind: BlockKind
    style: str = ""
    """As the reader saw it: h2, bold, a Word style; empty where unknown."""
    page: int | None = None
    """From 1, for PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An administrative division: code by GB/T 2260 (6 digits; townships 9), or an empty code where none is known."""

    code: str
    name: str
    level: Level
    parents: tuple["Area", ...] = ()
    """From the province down, without itself."""

    @property
    def full_name(self) -> str:
        """浙江省宁波市宁海县: the chain of parents and the own name."""
        return "".join(area.name for area in self.parents) + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a piece of metadata comes from."""

    basis: Literal["text", "page", "register", "flag", "address", "guess"]
    quote: str
    span: Span | None = None
    """In the canonical text, when it is printed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a report says of itself. None where it is not known; `evidence` by field name."""

    title: str | None = None
    issuer: str | None = None
    """Full official name; two joint issuers are joined by 、."""
    issuer_kind: str | None = None
    """government, department, township, party … as in the gold guide."""
    area: Area | None = None
    period_year: int | None = None
    plan_year: int | None = None
    published: str | None = None
    """ISO date of publication."""
    written: str | None = None
    """ISO date of 成文."""
    publisher: str | None = None
    """信息来源 as printed."""
    url: str | None = None
    evidence: Mapping[str, Evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What the reader left out of the text, or repaired in it, and why."""

    quote: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """The verdict of the genre gate."""

    accepted: bool
    name: str
    """annual-report, interpretation, news, yearbook, disclosure-report, work-report, template, other."""
    reason: str


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
