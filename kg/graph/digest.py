"""Digest: what checks and links between reports need of one report."""

from dataclasses import dataclass
from decimal import Decimal

from kg.corpus.document import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement as the comparison of years sees it."""

    iri: str
    kind: str
    """plan, measure, result, problem, goal."""
    span: Span
    quote: str
    heading: str = ""
    """Titles of the sections it stands under, from the innermost."""
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure as the comparison of years sees it."""

    iri: str
    indicator: str
    """Label of the indicator."""
    value: Decimal
    unit: str
    year: int | None
    former_value: Decimal | None
    qualifier: str
    span: Span
    quote: str
    sentence: str
    target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One report, small enough to hold some thousand of them at once."""

    report: str
    title: str
    issuer: str
    """IRI, or empty."""
    area: str
    """GB/T 2260 code, or empty."""
    year: int | None
    statements: tuple[Stated, ...]
    figures: tuple[Counted, ...]
