"""Names told by their end: 实施纲要 for 法治政府建设实施纲要(2021—2025年), 调处成功率 for 矛盾纠纷调处成功率."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from queries.names import Named, Names, plain
from queries.router.words import cut, names_no_thing

_LEAST, _MOST = 4, 30
"""Characters of an end."""


def name_ends(text: str, names: Names, taken: Collection[int]) -> Iterator[tuple[int, int, str, tuple[Named, ...]]]:
    """(start, end, kind, documents or indicators) of each end of a name, from left to right.

    Nouns that stand right before it belong to the name that is asked for: 法治政府建设实施纲要 is no 法治社会建设实施纲要,
    and where nothing is called so the stretch comes without things. `taken` are the places where other names end.
    """
    ends = _ends(names)
    at = 0
    while at < len(text):
        for size in range(min(_MOST, len(text) - at), _LEAST - 1, -1):
            if things := ends.get(text[at : at + size], ()):
                start = _begins(text, at, max((end for end in taken if end <= at), default=0))
                whole = any(text[at : at + size] in _cores(thing) for thing in things)
                start, told = (at, things) if whole else (start, _told(text[start : at + size], things))
                # The whole name before the end of one, then the name that has least beside these words.
                yield start, at + size, things[0].kind, tuple(one for one in told if _rest(one) == _rest(told[0]))
                at += size
                break
        else:
            at += 1


def _told(end: str, things: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple(thing for thing in things if any(core.endswith(end) for core in _cores(thing)))


def _begins(text: str, at: int, free: int) -> int:
    """Where the nouns begin that stand right before a place, and not before another."""
    start = at
    for word_start, end, word in reversed(cut(text[:at])):
        if end != start or word_start < free or names_no_thing(word):
            break
        start = word_start
    return start


@lru_cache(maxsize=2)
def _ends(names: Names) -> Mapping[str, tuple[Named, ...]]:
    ends: dict[str, dict[str, Named]] = {}
    for kind in ("document", "indicator"):
        for thing in names.of_kind(kind):
            for core in _cores(thing):
                for size in range(_LEAST, len(core) + 1):
                    ends.setdefault(core[-size:], {})[thing.iri] = thing
    found = {}
    for end, things in ends.items():
        kinds = {thing.kind for thing in things.values()}
        # What ends the names of several indicators names none of them.
        if kinds == {"document"} or len(things) == 1:
            found[end] = tuple(sorted(things.values(), key=lambda thing: (_rest(thing), thing.iri)))
    return found


def _cores(thing: Named) -> frozenset[str]:
    """The Chinese names of a thing without the years in brackets at their end."""
    return frozenset(re.sub(r"\(.*\)$", "", plain(name)) for name in thing.names if not name.isascii())


def _rest(thing: Named) -> int:
    return len(re.sub(r"\(.*\)$", "", plain(thing.label.zh)))
