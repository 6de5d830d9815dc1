"""Finding: what a check or the audit has to say about one report, with the words it rests on."""

from dataclasses import dataclass, field
from typing import Literal

from kg.corpus.document import Span

Severity = Literal["violation", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a report that a finding rests on."""

    quote: str
    span: Span | None = None
    """In the canonical text of `report`; None for metadata."""
    report: str = ""
    """IRI of the report; empty for the report of the finding."""
    node: str = ""
    """IRI of the fact, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. Rules are named as shapes (DutyPlan) or as rules of the audit (audit.rate)."""

    severity: Severity
    rule: str
    report: str
    """IRI of the report."""
    focus: str = ""
    """IRI of the node that it is about."""
    message_zh: str
    message_en: str
    evidence: tuple[Quote, ...] = field(default=())
    value: str = ""
    """What was found, where one value says it."""
