"""Columns of a printed page: where the gutter between two columns of text runs, and in which order lines are read then."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

_MIDDLE = (0.3, 0.7)
"""Part of the width of the text in which a gutter may lie."""

_CROSSED = 0.15
"""Lines that may run over the gutter, as a part of all: titles, page numbers."""

_FULL = 0.5
"""Lines of the left column that end at the gutter; in a list without rules they end anywhere."""

_LINES = 6
"""Lines of which two columns have at least so many."""


def gutter(letters: Sequence[dict[str, Any]], before: tuple[float, float] | None = None) -> tuple[float, float] | None:
    """The left and right edge of the white band between two columns of text; None for a page of one.

    A last page may be too short to tell: it has the gutter of the page `before` it, where nothing stands on that.

    >>> left, right = ([{"x0": x, "x1": x + 10, "top": y, "bottom": y + 10} for x in range(at, at + 100, 10)
    ...                 for y in range(0, 200, 20)] for at in (0, 130))
    >>> gutter([*left, *right]), gutter(left)
    ((100, 130), None)
    """
    if not letters:
        return None
    size = median(one["bottom"] - one["top"] for one in letters)
    if before:
        lines = {int(one["bottom"] / size) for one in letters}
        over = {int(one["bottom"] / size) for one in letters if one["x0"] < before[1] - 1 and one["x1"] > before[0] + 1}
        if len(over) <= max(2, _CROSSED * len(lines)):
            return before
    low, high = min(one["x0"] for one in letters), max(one["x1"] for one in letters)
    covered = Counter(x for one in letters for x in range(int(one["x0"]), int(one["x1"])))
    typical = median(covered.values())
    first, last = (int(low + part * (high - low)) for part in _MIDDLE)
    white = [x for x in range(first, last) if covered[x] <= _CROSSED * typical]
    if not white or len(white) < 0.8 * size or white[-1] - white[0] >= len(white) + size:
        return None
    begin, end = white[0], white[-1] + 1
    ends: dict[int, float] = {}
    starts: dict[int, float] = {}
    for one in letters:
        line = int((one["top"] + one["bottom"]) / size)
        if one["x1"] <= begin + 1:
            ends[line] = max(ends.get(line, 0.0), one["x1"])
        elif one["x0"] >= end - 1:
            starts[line] = min(starts.get(line, high), one["x0"])
    full = sum(begin - right < 1.5 * size for right in ends.values())
    if min(len(ends), len(starts)) < _LINES or full < _FULL * len(ends):
        return None
    return begin, end
