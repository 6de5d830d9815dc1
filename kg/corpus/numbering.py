"""Automatic numbering of Word paragraphs: what numbering.xml would print before each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A number as Word's Chinese counting prints it, 1–99.

    >>> chinese(3), chinese(10), chinese(12), chinese(25)
    ('三', '十', '十二', '二十五')
    """
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[min(tens, 9)] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def counted(number: int, form: str) -> str:
    """A number in one of Word's number formats; decimal for those we do not know.

    >>> counted(2, "chineseCounting"), counted(2, "decimalEnclosedCircle"), counted(2, "decimal")
    ('二', '②', '2')
    """
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographTraditional",
        "japaneseCounting",
        "taiwaneseCounting",
    ):
        return chinese(number)
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 15:
        return chr(ord("①") + number - 1)
    if form in ("lowerLetter", "upperLetter"):
        return _letters(number) if form == "lowerLetter" else _letters(number).upper()
    if form in ("lowerRoman", "upperRoman") and number < len(_ROMAN):
        return _ROMAN[number] if form == "lowerRoman" else _ROMAN[number].upper()
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return str(number)


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of one document, and how far each has counted."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    """(list, depth) → how its number looks."""
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Paragraph style → list and depth."""
    abstract: dict[str, str] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)

    def label(self, paragraph: Any) -> str:
        """What Word prints before a paragraph, "" where it has no number; counts on as it is called in order."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number, depth = place
        level = self.levels.get((number, depth))
        if level is None or level.form in ("none", "bullet"):
            return "●" if level and level.form == "bullet" else ""
        counts = self.counts.setdefault(self.abstract.get(number, number), [])
        while len(counts) <= depth:
            above = self.levels.get((number, len(counts)))
            counts.append((above.start if above else 1) - 1)
        counts[depth] += 1
        del counts[depth + 1 :]
        text = level.text
        for outer in range(depth + 1):
            form = self.levels.get((number, outer), level).form
            text = text.replace(f"%{outer + 1}", counted(counts[outer] or 1, form))
        return text

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None
        named = properties.find(f"{_W}pStyle")
        inherited = self.styles.get(named.get(f"{_W}val", "")) if named is not None else None
        direct = properties.find(f"{_W}numPr")
        if direct is None:
            return inherited
        number, depth = _numbered(direct)
        if number == "0":
            return None
        return (number or (inherited[0] if inherited else ""), depth)


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """The lists of numbering.xml and the styles of styles.xml that use them; either may be None."""
    made = Numbering()
    if numbering is not None:
        abstracts = {one.get(f"{_W}abstractNumId"): one for one in numbering.iter(f"{_W}abstractNum")}
        for one in numbering.iter(f"{_W}num"):
            number = one.get(f"{_W}numId", "")
            target = one.find(f"{_W}abstractNumId")
            identity = target.get(f"{_W}val") if target is not None else None
            made.abstract[number] = identity or number
            for depth, level in _levels(abstracts.get(identity)):
                made.levels[number, depth] = level
            for override in one.iter(f"{_W}lvlOverride"):
                made.abstract[number] = f"{identity}/{number}"  # restarts: counts of its own
                for depth, level in _levels(override):
                    made.levels[number, depth] = level
    if styles is not None:
        for style in styles.iter(f"{_W}style"):
            direct = style.find(f"{_W}pPr/{_W}numPr")
            if direct is not None:
                number, depth = _numbered(direct)
                made.styles[style.get(f"{_W}styleId", "")] = (number, depth)
    return made


def _numbered(properties: Any) -> tuple[str, int]:
    number = properties.find(f"{_W}numId")
    depth = properties.find(f"{_W}ilvl")
    level = depth.get(f"{_W}val", "0") if depth is not None else "0"
    return (number.get(f"{_W}val", "") if number is not None else "", int(level) if level.isdigit() else 0)


def _levels(parent: Any) -> Iterator[tuple[int, _Level]]:
    if parent is None:
        return
    for level in parent.iter(f"{_W}lvl"):
        depth = level.get(f"{_W}ilvl", "0")
        values = {
            name: (found.get(f"{_W}val", "") if (found := level.find(f"{_W}{name}")) is not None else "")
            for name in ("numFmt", "lvlText", "start")
        }
        start = int(values["start"]) if values["start"].isdigit() else 1
        yield int(depth) if depth.isdigit() else 0, _Level(values["numFmt"] or "decimal", values["lvlText"], start)
