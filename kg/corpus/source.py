"""Source: one report as it was found, before anything is read."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the register or a flag says of a report; None where it says nothing."""

    title: str | None = None
    issuer: str | None = None
    code: str | None = None
    """GB/T 2260 code of the jurisdiction, 6 digits; townships 9."""
    period_year: int | None = None
    published: str | None = None
    """ISO date."""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report as found: where it lies, what its bytes are, what is said of it."""

    path: Path | None
    url: str | None
    sha256: str
    """Of the bytes as found, lower-case hex."""
    data: bytes = field(repr=False)
    given: Given = Given()
    expected: tuple[tuple[str, int, int], ...] = ()
    """(kind of fact, least, most) that a build must find; empty where nobody said."""

    @property
    def name(self) -> str:
        """Short name for messages: the file name or the address."""
        return self.path.name if self.path else self.url or "-"
