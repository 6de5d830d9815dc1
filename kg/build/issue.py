"""Issue: something that a build met and what it did about it; one line of the release's issues.jsonl."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Issue:
    """Nothing is lost in silence: what was left out, repaired or doubted stands here."""

    source: str
    """File or address."""
    severity: Literal["error", "warning", "info"]
    """error: a report is missing from the release; warning: look at it; info: told for completeness."""
    code: str
    """Stable, for programs: document.unreadable, report.duplicate, count.low …"""
    what: str
    done: Literal["left-out", "published", "last-good"]
    """last-good: what the release before holds of this report stands."""
    hint: str = ""
