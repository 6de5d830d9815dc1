"""Curation: what a person decided about single facts (accept, change, reject), applied again at every build."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Verdict = Literal["accept", "change", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision about one fact: by whom, when and why. The fact is named by its IRI, which its own words make."""

    id: str
    """Made of the rest: 8 hex digits."""
    fact: str
    """IRI of a statement, figure, involvement, honour … in a report's graph."""
    verdict: Verdict
    property: str = ""
    """For change: local name of the property of the vocabulary, e.g. value."""
    value: str = ""
    """For change: the new value as N-Triples writes it, a number or a code: 22, lead."""
    because: str
    by: str
    date: str
    """ISO date."""


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read DIR/curation.jsonl, one decision a line; a missing file is no decision.

    Raises GraphError with file:line for a line that is no decision.
    """
    raise NotImplementedError
