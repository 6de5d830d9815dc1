"""The words behind an answer: quote, marks inside it, the headings above it, the report it stands in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.store.answer import Row, Store
from queries.labels import Label, labels
from queries.support import about, support


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of the quote, in code points from its begin, and the thing that it names or prints."""

    start: int
    end: int
    thing: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the quote in which the same marks hold; marks may nest and cross."""

    text: str
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section above a sentence."""

    iri: str
    level: int
    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The report that a quote stands in."""

    iri: str
    title: Label
    year: int | None = None
    area: str | None = None
    issuer: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence or heading. `begin` is where it starts in the report's text, in code points."""

    iri: str
    quote: str
    begin: int
    headings: tuple[Heading, ...]
    report: Source
    marks: tuple[Mark, ...] = ()

    def only(self, things: Iterable[str], words: Iterable[str] = ()) -> "Evidence":
        """The same words with the marks of some things, and of words as they are printed."""
        wanted = set(things)
        printed = [
            Mark(at, at + len(word), word)
            for word in dict.fromkeys(words)
            if word and (at := self.quote.find(word)) >= 0
        ]
        marks = sorted({*(mark for mark in self.marks if mark.thing in wanted), *printed})
        return replace(self, marks=tuple(marks))

    def pieces(self) -> tuple[Piece, ...]:
        """The quote cut at every mark.

        >>> source = Source(iri="r", title=Label("报告", "report"))
        >>> Evidence(iri="s", quote="由县司法局牵头", begin=0, headings=(), report=source, marks=(Mark(1, 5, "b"),)).pieces()
        (Piece(text='由', things=()), Piece(text='县司法局', things=('b',)), Piece(text='牵头', things=()))
        """
        cuts = sorted({0, len(self.quote), *(at for mark in self.marks for at in (mark.start, mark.end))})
        return tuple(
            Piece(
                self.quote[start:end],
                tuple(mark.thing for mark in self.marks if mark.start <= start and end <= mark.end),
            )
            for start, end in pairwise(cuts)
            if start < end
        )


def evidence(store: Store, sentences: Iterable[str]) -> Mapping[str, Evidence]:
    """The evidence of some sentences or headings, by IRI, from four batched queries."""
    found = {row["iri"].value: row for row in about(store, "sentences", sentences)}
    marks = _marks(about(store, "marks", found), found)
    above: dict[str, dict[str, Heading]] = defaultdict(dict)
    for row in about(store, "headings", found):
        heading = Heading(
            iri=row["section"].value,
            level=int(row["level"].value),
            number=row["number"].value if "number" in row else "",
            title=row["title"].value,
        )
        above[row["iri"].value][heading.iri] = heading
    reports = sources(store, {row["report"].value for row in found.values()})
    return {
        iri: Evidence(
            iri=iri,
            quote=row["quote"].value,
            begin=int(row["begin"].value),
            headings=tuple(sorted(above[iri].values(), key=lambda heading: (heading.level, heading.iri))),
            report=reports[row["report"].value],
            marks=tuple(sorted(marks.get(iri, ()))),
        )
        for iri, row in found.items()
    }


def _marks(rows: Iterable[Row], sentences: Mapping[str, Row]) -> dict[str, set[Mark]]:
    marks: dict[str, set[Mark]] = defaultdict(set)
    for row in rows:
        begin = int(sentences[row["iri"].value]["begin"].value)
        start, end = int(row["begin"].value) - begin, int(row["end"].value) - begin
        for name in ("thing", "statement"):
            if name in row:
                marks[row["iri"].value].add(Mark(start, end, row[name].value))
    return marks


def sources(store: Store, reports: Iterable[str]) -> Mapping[str, Source]:
    """What is shown of some reports beside their quotes."""
    return _sources(store, sorted(set(reports)), about(store, "reports", sorted(set(reports))))


def all_sources(store: Store) -> Mapping[str, Source]:
    """What is shown of every report, the newest year first: one query."""
    rows = store.rows(support("reports"))
    return _sources(store, list(dict.fromkeys(row["iri"].value for row in rows)), rows)


def _sources(store: Store, reports: Sequence[str], found: Sequence[Row]) -> Mapping[str, Source]:
    rows: dict[str, Row] = {}
    for row in found:
        rows.setdefault(row["iri"].value, row)
    names = labels(store, sorted(reports))

    def text(row: Row, name: str) -> str | None:
        return row[name].value if name in row else None

    return {
        iri: Source(
            iri=iri,
            title=names[iri],
            year=int(row["year"].value) if "year" in row else None,
            area=text(row, "area"),
            issuer=text(row, "issuer"),
            published=text(row, "published"),
            url=text(row, "source"),
        )
        for iri in reports
        for row in [rows.get(iri, {})]
    }
