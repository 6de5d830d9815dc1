"""Dates of a report: when it was published and when it was written, by label and place, never the first one on the page."""

import re
from collections.abc import Iterator, Sequence

from kg.corpus.draft import Block
from kg.corpus.text import Span
from kg.corpus.words import any_of

DATE = re.compile(r"((?:19|20)\d\d) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{1,2})(?!\d)")
NUMERALS = {ord(a): b for a, b in zip("〇○零一二三四五六七八九Oo", "000123456789" + "00", strict=True)}

_CHINESE = re.compile(
    r"([二〇○零一三四五六七八九Oo]{4}) ?年 ?([一二三四五六七八九十]{1,2}) ?月 ?([一二三四五六七八九十]{1,3}) ?日"
)
_MONTHS = {"十": 10, "十一": 11, "十二": 12} | {month: number for number, month in enumerate("一二三四五六七八九", 1)}
_PUBLISHED = re.compile(rf"{any_of('published-label')}(?:日期|时间)")
_ENTERED = re.compile(rf"{any_of('entered-label')}(?:日期|时间)|(?<![\u4e00-\u9fff])(?:日期|时间)(?= ?:)")
"""Labels that stand for the day of publication where no better one does."""

_WRITTEN = re.compile(rf"{any_of('written-label')}(?:日期|时间)")
_ADDRESS = re.compile(r"[/t_](20[0-4]\d)[-/]?([01]\d|[1-9](?=[/-]))[-/]?([0-3]\d|[1-9](?=[/_.]))[/_.]")
_REACH = 16
"""Characters behind a label in which its date must stand."""


def iso_date(printed: str) -> str | None:
    """The first date in a shadow, as ISO.

    >>> iso_date("2022年3月31日"), iso_date("二〇二三年一月十五日"), iso_date("2022.03.1"), iso_date("三月")
    ('2022-03-31', '2023-01-15', '2022-03-01', None)
    """
    found = DATE.search(printed)
    if found:
        return _iso(int(found[1]), int(found[2]), int(found[3]))
    chinese = _CHINESE.search(printed)
    if not chinese:
        return None
    tens, ten, ones = chinese[3].rpartition("十")
    day = (_MONTHS.get(tens, 1) * 10 if ten else 0) + _MONTHS.get(ones, 0)
    year = chinese[1].translate(NUMERALS)
    return _iso(int(year), _MONTHS.get(chinese[2], 0), day) if year.isdigit() else None


def address_date(url: str) -> str | None:
    """The date in an address, as content systems write it there.

    >>> address_date("https://example.gov.cn/art/2022/3/31/art_1_2.html"), address_date("https://e.cn/t20220331_1.html")
    ('2022-03-31', '2022-03-31')
    >>> address_date("https://example.gov.cn/col/col2022/index.html")
    """
    found = _ADDRESS.search(url)
    return _iso(int(found[1]), int(found[2]), int(found[3])) if found else None


def labelled(shadow: str, blocks: Sequence[Block]) -> Iterator[tuple[str, str, Span]]:
    """(published or written, ISO date, place) for each labelled date in the lines around the body."""
    lines = list(_lines(shadow, blocks))
    for name, label in (("written", _WRITTEN), ("published", _PUBLISHED), ("published", _ENTERED)):
        for start, end in lines:
            for found in label.finditer(shadow, start, end):
                date = DATE.search(shadow, found.end(), min(end, found.end() + _REACH))
                iso = _iso(int(date[1]), int(date[2]), int(date[3])) if date else None
                if date and iso:
                    yield name, iso, Span(found.start(), date.end())


def unlabelled(shadow: str, blocks: Sequence[Block]) -> Iterator[tuple[str, Span]]:
    """Dates in date and sign-off lines that no label explains."""
    for block in blocks:
        if block.kind in ("date", "sign-off"):
            words = shadow[block.span.start : block.span.end]
            iso = iso_date(words)
            if iso and not any(label.search(words) for label in (_PUBLISHED, _WRITTEN, _ENTERED)):
                yield iso, block.span


def _lines(shadow: str, blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """The lines that hold no body text; label and date may stand in two cells of one row."""
    last = -1
    for block in blocks:
        if block.kind in ("date", "sign-off", "furniture") and block.span.start >= last:
            start = shadow.rfind("\n", 0, block.span.start) + 1
            end = shadow.find("\n", block.span.end)
            last = end if end >= 0 else len(shadow)
            yield max(start, block.span.start), last


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else None
