"""Found: a body where it stands in a text, not yet placed in the document."""

from dataclasses import dataclass

from kg.corpus.document import Level


@dataclass(frozen=True, slots=True)
class Found:
    """A body where it stands in a text, not yet placed in the document."""

    start: int
    end: int
    name: str
    kind: str
    level: Level | None
    rule: str
    confidence: float = 1.0
    flags: tuple[str, ...] = ()
