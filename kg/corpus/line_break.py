"""Lines that a text was broken into at a width: which of them go on with the paragraph before."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

NOWHERE = 1 << 30
"""The width of a text that is not broken at any."""

_LEAST = 5
"""Lines that end open at the same width before it is one."""
_NARROWEST = 20
_SLACK = 3
"""Letters that a line may lack: a number or a closing mark goes to the next line as a whole."""
_FULL_SHARE = 0.4
_CLOSED = "。；;：:！!？?》”)）"
_ENDED = "。；;：:！!？?"
_INDENT = " \u3000\xa0"
_MARK = re.compile(
    r"^[(（〔]?[一二三四五六七八九十]{1,3}[、)）〕是]|^\d{1,2}[.．、](?!\d)|^第[一二三四五六七八九十]+部分|^[①-⑮●■]"
)


def width_of(lines: Iterable[str]) -> int:
    """The length at which lines are broken, where many end open at one; else beyond any line."""
    lengths = Counter(len(line) for line in map(str.rstrip, lines) if line and line[-1] not in _CLOSED)
    length, count = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return length if count >= _LEAST and length >= _NARROWEST else NOWHERE


def is_full(length: int, width: int) -> bool:
    """Whether a line reaches the width at which lines are broken."""
    return length >= width - _SLACK


def goes_on(before: str, raw: str, *, full: bool) -> bool:
    """Whether a line belongs to the paragraph before it, of which the last line is full or not."""
    if raw[:1] in _INDENT or _MARK.match(raw) or len(before.rstrip()) < _NARROWEST:
        return False
    if full and before[:1] in _INDENT:
        return True  # an indented paragraph, broken at the page's width
    closed = _ENDED if full else _CLOSED
    return before.rstrip()[-1] not in closed and (full or not _MARK.match(before.strip()))


def breaks(text: str) -> Iterator[int]:
    """Where a plain text was broken at its width: the places of the line ends inside its paragraphs.

    A text is broken at a width where no line is much longer and many are as long. Latin letters and digits are half as wide.

    >>> lines = ["　　" + "依法行政" * 5, *["法治建设" * 5 + "成效"] * 5, "显著。", "　　二、打算"]
    >>> len(list(breaks("\\n".join(lines)))), list(breaks("\\n".join([*lines, "依法行政" * 20])))
    (6, [])
    """
    lines = text.split("\n")
    found = (_full(measured) for measured in (list(map(_wide, lines)), list(map(str.rstrip, lines))))
    full = max(found, key=sum)  # as wide as printed, or so many letters
    if any(full):
        yield from _inside(lines, full)


def _full(lines: Sequence[str]) -> list[bool]:
    """Which lines are full; none where these are not broken at a width."""
    width = width_of(lines)
    full = [is_full(len(line), width) for line in lines]
    filled = [len(line) for line in lines if line]
    broken = sum(full) >= _FULL_SHARE * len(filled) and max(filled, default=0) <= width + _SLACK
    return full if broken else []


def _inside(lines: Sequence[str], full: Sequence[bool]) -> Iterator[int]:
    """The places of the line ends behind which a paragraph goes on."""
    blank = [not line.strip() for line in lines]
    parted = 2 * sum(blank) >= sum(not (none or reached) for none, reached in zip(blank, full, strict=True))
    paragraph, end = lines[0], len(lines[0])
    for line, reached in zip(lines[1:], full, strict=False):
        # what blank lines part goes on behind the end of a sentence, as what is indented does
        told = _INDENT[0] + paragraph if parted else paragraph
        if reached and line.strip() and goes_on(told, line, full=True):
            yield end
            paragraph += line
        else:
            paragraph = line
        end += 1 + len(line)


def _wide(line: str) -> str:
    """A line as wide as it is printed: two narrow letters take the place of one."""
    return re.sub("[!-~]{1,2}", "〇", line.rstrip())
