"""Places that a sentence names, whether or not any report is of them: who asks for one that no report is of is told so."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache

from queries.divisions import divisions, place_words, short_names_of
from queries.router.likeness import NAMES
from queries.router.samples import all_words
from queries.router.spotting import LATIN_PLACE, code_words, spelt
from queries.router.words import cut, plain_words
from queries.wording import words

_TOWN = re.compile(r"([\u4e00-\u9fff]{2,3}?)(?:镇|乡|街道|苏木)(?![镇乡])")
_BEFORE_TOWN = "省市县区州旗和与跟比"
_ENCLOSED = re.compile(r'《[^《》]*》?|"[^"]*"')


def places_named(said: str) -> Iterator[tuple[int, int, str]]:
    """The places of a tidied sentence, from left to right; what stands in titles and quotes is none.

    >>> [name for _, _, name in places_named("伊宁县司法局和杭州的网办率,各市县呢")]
    ['伊宁县', '杭州']
    """
    closed = [found.span() for found in _ENCLOSED.finditer(said)]
    at = 0
    tokens = {start: (end, word) for start, end, word in cut(said)}
    while at < len(said):
        end = _division_at(said, at) or _word_at(tokens, at) or _unlisted_at(tokens, at) or _town_at(said, at)
        end = end or _spelt_at(said, at) or _one_letter_at(tokens, at)
        if end and not any(a <= at < b for a, b in closed):
            yield at, end, said[at:end]
        at = end or at + 1


@cache
def _longest() -> int:
    return max(map(len, divisions()))


def _division_at(said: str, at: int) -> int:
    """Where a name of three characters and more ends; shorter ones may be accidents of their letters: 开县 in 召开县."""
    for size in range(min(_longest(), len(said) - at), 2, -1):
        if said[at : at + size] in divisions():
            return at + size
    return 0


def _word_at(tokens: dict[int, tuple[int, str]], at: int) -> int:
    """Where a word ends that is a place without its last letter, 杭州, or by a name of two: 赵县, but not 城区."""
    end, word = tokens.get(at, (0, ""))
    if len(word) == 2 and word.endswith(("县", "区")):
        return end if word.endswith("县") and word in divisions() else 0
    return end if word in place_words() and word not in all_words() else 0


def _unlisted_at(tokens: dict[int, tuple[int, str]], at: int) -> int:
    """Where a short name of two ends that the dictionary lacks, and so has come apart: 岳阳, but not 来安."""
    end, first = tokens.get(at, (0, ""))
    after, second = tokens.get(end, (0, ""))
    apart = len(first) == len(second) == 1 and not {first, second} & plain_words()
    return after if apart and first + second in place_words() else 0


def _town_at(said: str, at: int) -> int:
    """Where the name of a town ends, by its form, at the beginning or after another name: 蓬华镇, not 各乡镇."""
    if at and "\u4e00" <= said[at - 1] <= "\u9fff" and said[at - 1] not in _BEFORE_TOWN:
        return 0
    found = _TOWN.match(said, at)
    if found is None or any(letter in plain_words() for letter in found[1]) or found[1] in all_words():
        return 0
    return 0 if found[1].startswith(words("no_towns")) else found.end()


def _one_letter_at(tokens: dict[int, tuple[int, str]], at: int) -> int:
    """Where a name of one letter ends that a sentence begins with and no table knows: 扎区, but not 全区."""
    end, first = tokens.get(at, (0, ""))
    after, kind = tokens.get(end, (0, ""))
    alone = at == 0 and len(first) == 1 and first not in plain_words() and first + kind not in all_words()
    return after if alone and kind in ("县", "区", "旗") else 0


def _spelt_at(said: str, at: int) -> int:
    """Where a Latin word ends that spells a place: hangzhou, and no word of questions."""
    found = LATIN_PLACE.match(said, at)
    if found is None or (at and said[at - 1].isalnum()) or found[1] in plain_words() or found[1] in all_words():
        return 0
    return found.end() if found[1] in _spelt_places() else 0


@cache
def _spelt_places() -> frozenset[str]:
    return spelt(tuple(sorted({*place_words(), *(one for place in divisions() for one in short_names_of(place))})))


def elsewhere(said: str, taken: Iterable[tuple[int, int]], known: Container[str]) -> tuple[tuple[int, int, str], ...]:
    """The places that the sentence names and that are none of `known` and stand within nothing that is `taken`.

    >>> elsewhere("伊宁县司法局做了什么", [(2, 6)], ["宁海县"]), elsewhere("宁海县司法局做了什么", [(0, 6)], ["宁海县"])
    (((0, 3, '伊宁县'),), ())
    """
    taken = tuple(taken)
    return tuple(
        (start, end, name)
        for start, end, name in places_named(said)
        if name not in known
        and not any(a <= start and end <= b for a, b in taken)
        and not _conjunction(said, start, end, taken)
    )


def hidden(said: str, places: Iterable[tuple[int, int, str]]) -> str:
    """The sentence with each of the places as so many characters that stand for a place, so that they say nothing else.

    >>> hidden("伊宁县司法局", [(0, 3, "伊宁县")]) == 3 * NAMES["area"] + "司法局"
    True
    """
    for start, end, _ in places:
        said = said[:start] + NAMES["area"] * (end - start) + said[end:]
    return said


def _conjunction(said: str, start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    """Whether a name of two begins with a conjunction: 法院和县检察院 speaks of the county's procuratorate, not of 和县."""
    return (
        end - start == 2
        and said[start] in plain_words()
        and (
            any(a == start + 1 for a, _ in taken)
            or any(said.startswith(code, at) for code in code_words() for at in (start + 1, end))
        )
    )
