"""The years that a sentence tells: 2021, 21年, 2019至2021年, 近三年, 去年."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from queries.wording import words

_RANGE = re.compile(r"((?:19|20)\d\d)年?(?:度)?(?:-|~|—|–|至|到| ?to )((?:19|20)\d\d)(?:年度?)?")
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?:年度?)?(?![\d.%万亿项件起次个人元])")
_PAIR = re.compile(r"((?:19|20)\d\d)(?:年度?)? ?(以?及|[和与跟同、比]|vs\.?|and) ?((?:19|20)\d\d)(?:年度?)?(?!\d)")
"""Two years side by side; of 2021年比2020年 only the first is asked for, and what it is compared with is none."""
_LAST = re.compile(r"(?:最近|过去|近|这|last )([\d一二两三四五六七八九十]+)(?:年| years)")
_TWO_DIGITS = re.compile(
    r"(?<![\d.])(\d\d)年?(?:-|~|—|–|至|到|、|和|与)(\d\d)年|(?<![\d.])(\d\d)年(?![多来前后间内以])"
)
_WRITTEN_YEAR = re.compile(r"(?:二[〇零○]|一九)[〇零○一二三四五六七八九]{2}(?=年)")
_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0, "○": 0}


def in_digits(text: str) -> str:
    """Years in digits.

    >>> in_digits("二〇二二年度和二零二三年")
    '2022年度和2023年'
    """
    return _WRITTEN_YEAR.sub(lambda year: "".join(str(_DIGITS[digit]) for digit in year[0]), text)


def years_told(text: str, held: Sequence[int]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The years that a sentence tells, with their places; where two overlap, the first is meant.

    `held` are the years that reports speak of, the oldest first.

    >>> list(years_told("近三年的网办率", [2021])), list(years_told("较去年下降", [2021]))
    ([(0, 3, ('2019', '2020', '2021'))], [])
    >>> list(years_told("2020年和2021年相比", []))[:2], list(years_told("2021年比2020年多", []))
    ([(0, 4, ('2020',)), (6, 10, ('2021',))], [(0, 4, ('2021',))])
    >>> [year for _, _, year in years_told("cases from 2021 to 2023", [])][0]
    ('2021', '2022', '2023')
    >>> [year for _, _, year in years_told("2022年承认的问题次年改了吗", [2022, 2023, 2024])]
    [('2022',), ('2023',)]
    """
    for found in _RANGE.finditer(text):
        first, last = int(found[1]), int(found[2])
        if first <= last <= first + 20:
            yield (*found.span(), tuple(str(year) for year in range(first, last + 1)))
    for found in _PAIR.finditer(text):
        yield found.start(), found.end(1), (found[1],)
        if found[2] != "比":
            yield *found.span(3), (found[3],)
    for found in _YEAR.finditer(text):
        if text[: found.start()].endswith(words("compare_before")[:3]) or _is_compared_with(text[found.end() :]):
            continue
        yield (*found.span(), (found[1],))
    if not held:
        return
    newest = held[-1]
    reach = range(held[0] - 1, newest + 2)
    for found in _TWO_DIGITS.finditer(text):
        first, last = (2000 + int(one) for one in (found[1] or found[3], found[2] or found[3]))
        several = range(first, last + 1) if not re.search("[、和与]", found[0]) else (first, last)
        # 执行了20年: two digits are a year only where the release has such years.
        if several and all(year in reach for year in several):
            yield (*found.span(), tuple(str(year) for year in several))
    for found in _LAST.finditer(text):
        if count := _count(found[1]):
            yield (*found.span(), tuple(str(year) for year in range(newest - count + 1, newest + 1)))
    for word, shift in relative_years().items():
        for found in re.finditer(re.escape(word), text):
            if _compares(text, *found.span()):
                continue
            # The reader of the newest report says 去年 of the year that it is about, when there is none before it.
            year = newest if shift < 0 and newest + shift not in held else newest + shift
            if shift > 0 and (before := _YEAR.findall(text[: found.start()])):
                year = int(before[-1]) + shift  # 2022年…次年: the year after the one that was named
            yield (*found.span(), (str(year),))


def _is_compared_with(rest: str) -> bool:
    """Whether a year that this follows is the one compared with: 2020年相比, and not 2021年比上年."""
    compared = re.match(r"相比|比(?![例重率])", rest)
    return compared is not None and not rest[compared.end() :].startswith(tuple(relative_years()))


def _compares(text: str, start: int, end: int) -> bool:
    """较去年, 和上年相比: the year compared with is not the year asked for."""
    return text[:start].endswith(words("compare_before")) or text[end:].startswith(words("compare_after"))


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _DIGITS.get(text, 0)


@cache
def relative_years() -> Mapping[str, int]:
    """去年 → -1, longest word first."""
    pairs = [pair.split("=") for pair in words("relative_years")]
    return dict(sorted(((word, int(shift)) for word, shift in pairs), key=lambda pair: -len(pair[0])))
