"""Audit: what a report claims, checked by exact arithmetic against itself; each finding with the words it rests on."""

from kg.extract.fact import Reading
from kg.graph.finding import Finding
from kg.graph.triples import Asserted


def audit(reading: Reading, asserted: Asserted) -> tuple[Finding, ...]:
    """Findings about one report, in order of the text."""
    return ()
