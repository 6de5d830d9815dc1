"""Digest: what checks and links between reports need of one report."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kg.corpus.document import Span
from kg.extract.fact import Figure, Reading, Statement
from kg.graph.again import Said, said
from kg.graph.iri import area_key
from kg.graph.prevalence import Heard, Told, told
from kg.graph.quads import Graph
from kg.graph.shingles import samples
from kg.graph.triples import Asserted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement as the comparison of years sees it."""

    iri: str
    sentence: str
    """IRI of the sentence or section that states it."""
    kind: str
    """plan, measure, result, problem, goal."""
    span: Span
    quote: str
    heading: str = ""
    """Titles of the sections it stands under, from the innermost, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure as the comparison of years sees it."""

    iri: str
    sentence: str
    indicator: str
    """Label of the indicator."""
    value: Decimal
    unit: str
    year: int | None
    former_value: Decimal | None
    qualifier: str
    span: Span
    quote: str
    words: str
    """The sentence."""
    target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One report, small enough to hold some thousand of them at once."""

    report: str
    title: str
    issuer: str
    """Full name, or empty."""
    area: str
    """GB/T 2260 code, else a key made of the name, or empty."""
    year: int | None
    plan_year: int | None
    statements: tuple[Stated, ...]
    figures: tuple[Counted, ...]
    samples: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """IRI of a sentence, and the numbers by which sentences like it are looked up (`kg.graph.shingles`)."""
    told: tuple[Told, ...] = ()
    """What is counted over all reports."""
    said: Said = field(default_factory=Said)
    """What the report of the next year may say again, or no longer."""

    @property
    def series(self) -> str:
        """What the reports of one place, or one body, have in common over the years: their IRI without the year."""
        return self.report.rpartition("/")[0]

    def heard(self) -> Iterator[Heard]:
        """What is counted of it: nothing where its year or area is not known."""
        if self.year and self.area:
            yield Heard(self.report, self.area, self.year, self.told)


def settled_by(digest: Digest, graph: Graph) -> Digest:
    """The digest by a graph to which decisions were applied: without the facts that they took out, counted as they left it."""
    triples = tuple(graph.triples())
    left = {subject.strip("<>") for subject, _, _ in triples}
    return replace(
        digest,
        statements=tuple(stated for stated in digest.statements if stated.iri in left),
        figures=tuple(figure for figure in digest.figures if figure.iri in left),
        told=told(triples),
        said=said(triples),
    )


def digest_of(reading: Reading, asserted: Asserted) -> Digest:
    """What other reports may be compared with."""
    meta = reading.document.meta
    sections = {section.key: section for section in reading.outline.sections}
    sentences = {sentence.order: sentence for sentence in reading.sentences}
    places = {s.order: node.strip("<>") for s, node in zip(reading.sentences, asserted.sentences, strict=True)}

    def heading(key: str | None) -> str:
        titles = []
        while key is not None:
            titles.append(sections[key].title)
            key = sections[key].parent
        return "\n".join(titles)

    statements, figures = [], []
    for fact, node in asserted.nodes:
        if fact.sentence is None:
            continue
        if isinstance(fact, Statement) and fact.kind != "background":
            statements.append(
                Stated(
                    iri=node.strip("<>"),
                    sentence=places[fact.sentence],
                    kind=fact.kind,
                    span=fact.span,
                    quote=fact.quote,
                    heading=heading(sentences[fact.sentence].section),
                )
            )
        elif isinstance(fact, Figure) and fact.value is not None:
            figures.append(
                Counted(
                    iri=node.strip("<>"),
                    sentence=places[fact.sentence],
                    indicator=fact.indicator or fact.name,
                    value=fact.value,
                    unit=fact.unit,
                    year=fact.year or meta.period_year,
                    former_value=fact.former_value,
                    qualifier=fact.qualifier,
                    span=fact.span,
                    quote=fact.quote,
                    words=sentences[fact.sentence].text,
                    target=fact.target,
                )
            )
    quotes = {stated.sentence: stated.quote for stated in statements}
    return Digest(
        report=asserted.report,
        title=meta.title or "",
        issuer=meta.issuer or "",
        area=area_key(meta.area),
        year=meta.period_year,
        plan_year=meta.plan_year,
        statements=tuple(statements),
        figures=tuple(figures),
        samples=tuple((sentence, codes) for sentence, quote in quotes.items() if (codes := samples(quote))),
        told=told(asserted.triples),
        said=said(asserted.triples),
    )
