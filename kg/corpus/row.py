"""Row: a printed line of a page, or a row of a table on it, with where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. Lengths are points, from the left and from the top of the page."""

    text: str
    page: int
    """From 1."""
    left: float
    right: float
    top: float
    bottom: float
    page_height: float
    cells: tuple[str, ...] = ()
    column: int = 0
    """From 1 where the page has columns; 0 for a line over the whole width."""
    size: float = 0.0
    """Of its letters; 0 where it is not known, as on a scan."""
