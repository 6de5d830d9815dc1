"""When no question is sure: the one phrase that a sentence speaks of, if reports hold it, can be shown where it stands."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from queries import load_queries
from queries.router.candidate import Candidate
from queries.router.samples import all_words
from queries.router.spotting import QUOTED, Spot
from queries.router.words import content, cut, made_of_known, names_no_thing, plain_words
from queries.wording import words as listed

QUESTION, SLOT = "sentences-about", "what"
_LEAST = 4
"""Characters of a phrase that is a matter of its own: 免罚清单."""


def spoken_of(said: str, spots: Iterable[Spot]) -> str:
    """What a sentence asks to be found as it stands, whatever words it is made of; "" where it asks for something else.

    >>> spoken_of("哪些报告提到了数字政府?", ()), spoken_of("哪些县写了存在的问题", ()), spoken_of("报告提到了什么", ())
    ('数字政府', '', '')
    >>> spoken_of("宁海县的报告是否写了述法", ()), spoken_of("报告提到述法了没有", ()), spoken_of("报告有没有写明问题", ())
    ('述法', '述法', '')
    >>> spoken_of("报告里有没有写罚没金额", ()), spoken_of("哪几份报告写得最像", ())
    ('罚没金额', '')
    """
    found = next((match for frame in _frames() if (match := frame.search(said))), None)
    if found is None or found["what"] in _asked_by():
        return ""
    start, end = found.span("what")
    of_its_own = ("area", "year", "number", "document")
    named = any(one.kind in of_its_own and one.start < end and start < one.end for one in spots)
    return "" if named else found["what"]


@cache
def _asked_by() -> frozenset[str]:
    """Words that ask a question of their own: 问题, 不足, 计划."""
    return plain_words() | {word for query in load_queries().values() for word in query.triggers.zh}


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    """Which of them speak of something; whether a report does, said before or behind it."""
    names = ("speakers", "speak_of", "whether", "or_not")
    speakers, verbs, whether, or_not = ("|".join(listed(name)) for name in names)
    what = r"(?P<what>(?:(?![哪谁]|什么|多少|几|怎|如何)[^,;:.?!\"《》的]){2,16}?)"
    says = rf"(?:{verbs}|写(?![到得了过着进入]))[了过]?{what}(?:的?内容)?"
    return (
        re.compile(rf"(?:哪|多少|几)[^,;:.?!]*(?:{speakers})里?[都也曾]?{says}吗?[?]?$"),
        re.compile(rf"(?:{speakers})里?(?:{whether}){says}吗?[?]?$"),
        re.compile(rf"(?:{speakers})里?{says}(?:{or_not})[?]?$"),
    )


def passage(
    said: str, spots: Iterable[Spot], readings: Iterable[Candidate], written: Callable[[str], bool]
) -> Candidate | None:
    """The reading as a search for the longest phrase that stands in reports; None where words are left that name things.

    What stands in quotes, or is asked for as it stands, is the phrase. What is left over may be words that questions are made of; a person, a price, 上诉
    are not passed over.
    """
    spots = tuple(spots)
    reading = next((one for one in readings if one.question == QUESTION), None)
    # Names of programmes, bodies and indicators are words like others here; where and when is kept as it is.
    taken = [(one.start, one.end) for one in spots if one.kind in ("area", "year", "number")]
    if asked := spoken_of(said, spots):
        phrase = (said.rindex(asked), said.rindex(asked) + len(asked)) if written(asked) else None
    elif (quoted := QUOTED.search(said)) and len(quoted[1]) >= _LEAST:
        phrase = quoted.span(1) if written(quoted[1]) else None
    else:
        phrase = _phrase(said, taken, written)
    if reading is None or phrase is None:
        return None
    start, end = phrase
    left = [
        word
        for a, b, word in content(said)
        if not (start <= a and b <= end) and not any(a < y and x < b for x, y in taken)
    ]
    if any(len(word) > 1 and not made_of_known(word, all_words()) for word in left):
        return None
    slots = {name: several for name, several in reading.slots.items() if name != "type"}
    return Candidate(
        question=QUESTION,
        slots={**slots, SLOT: (said[start:end],)},
        confidence=reading.confidence,
        unused=tuple(left),
    )


def _phrase(said: str, taken: Iterable[tuple[int, int]], written: Callable[[str], bool]) -> tuple[int, int] | None:
    """The longest stretch of words that reports hold as it stands, beginning and ending with a word that says something."""
    taken = tuple(taken)
    words = [one for one in cut(said) if not any(one[0] < b and a < one[1] for a, b in taken)]
    found: list[tuple[int, int]] = []
    for at, (start, _, first) in enumerate(words):
        if len(first) < 2 and first in plain_words():
            continue
        reach = at
        while reach < len(words) and written(said[start : words[reach][1]]):
            reach += 1
        while reach > at and words[reach - 1][2] in plain_words():
            reach -= 1
        end = words[reach - 1][1] if reach > at else start
        if end - start >= _LEAST and any(a < end and start < b for a, b, _ in content(said)):
            found.append((start, end))

    def told(one: tuple[int, int]) -> int:
        """Characters of words that name things: 法律顾问 says more than 覆盖率达到."""
        return sum(len(word) for a, b, word in words if one[0] <= a and b <= one[1] and not names_no_thing(word))

    return max(found, key=lambda one: (told(one), one[1] - one[0], -one[0]), default=None)
