"""A sentence that goes on from a question that was answered: 那2023年呢, 敦煌市呢, 那法律援助办了几件.

Nothing is remembered: whoever asks says what went before, and what is taken over from it is shown like all else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from kg.store.answer import Store
from queries import load_queries
from queries.divisions import place_words
from queries.names import names
from queries.router.candidate import WHERE_AND_WHEN
from queries.router.near import near_indicator
from queries.router.route import THRESHOLD, Understood, route
from queries.router.samples import all_words
from queries.router.spotting import Spot, spot, tidy
from queries.router.words import content
from queries.router.years import relative_years
from queries.wording import words

_KINDS = ("area", "year", "indicator", "body", "document", "programme")
_BARE = "indicator-value"
"""How a name of an indicator alone is read; behind another question about one it asks that question of it."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The question that was answered before, with its slots as ids and values."""

    question: str
    slots: Mapping[str, tuple[str, ...]]


def follow(
    text: str, earlier: Earlier, store: Store, *, base: str, written: Callable[[str], bool] | None = None
) -> Understood | None:
    """What a sentence asks after `earlier`; None where it does not go on from there, and stands for itself.

    Names alone ask the same of something else: 敦煌市呢, 2023年. A question of its own that says it goes on (那…, …呢)
    keeps place and year where it names none, and asks of no others: 那哪里最高 asks of all places.
    """
    said = _in_years(tidy(text), earlier)
    if any(said.startswith(place) for place in _beginning_so()):
        return None  # 那曲市 is a place
    rest, marked = _rest(said)
    rest, beside = _compared(rest) if marked else (rest, False)
    spots, left = _named(rest, store, near=marked)
    if spots and not left and (slots := _put(earlier, spots, base, beside=beside)) is not None:
        return _understood(text, earlier.question, slots)
    if not marked:
        return None
    found = route(rest, store, base=base, written=written)
    if found.question is None and (thing := _thing(earlier, store, base)):
        found = route(thing + rest, store, base=base, written=written)
    if found.question is None:
        return None
    if found.question == _BARE and not left and (slots := _taken(earlier, found, "indicator")) is not None:
        return _understood(text, earlier.question, slots)
    params = load_queries()[found.question].params
    kept = {
        slot: earlier.slots[slot]
        for slot in WHERE_AND_WHEN
        if slot in params and slot not in found.slots and earlier.slots.get(slot) and not _asks_all(rest, slot)
    }
    kept = {slot: several for slot, several in kept.items() if params[slot].multi or len(several) == 1}
    return replace(
        found,
        text=text,
        slots={slot: (kept | dict(found.slots))[slot] for slot in params if slot in {*kept, *found.slots}},
    )


def _rest(said: str) -> tuple[str, bool]:
    """A tidied sentence without the words that say that it goes on, and whether there were some.

    >>> _rest("那2023年呢?"), _rest("敦煌市怎么样"), _rest("哪里最高")
    (('2023年', True), ('敦煌市', True), ('哪里最高', False))
    """
    before, behind = ("|".join(map(re.escape, words(name))) for name in ("goes_on", "goes_on_behind"))
    rest = re.sub(rf"^(?:(?:{before})[,]?)+|(?:{behind})*[?!.]*$", "", said).strip(" ,")
    return rest, rest != said.rstrip("?!.").strip(" ,")


def _compared(rest: str) -> tuple[str, bool]:
    """What is to stand beside what was asked before, and whether something is.

    >>> _compared("跟九龙坡区比"), _compared("九龙坡区")
    (('九龙坡区', True), ('九龙坡区', False))
    """
    found = re.fullmatch(rf"(?:{'|'.join(words('compare_before'))})(.+?)(?:{'|'.join(words('compared'))})", rest)
    return (found[1], True) if found else (rest, False)


def _thing(earlier: Earlier, store: Store, base: str) -> str:
    """What the question before was asked of, by its name; "" for one of places and years alone: 那哪里最多 asks of it."""
    params = load_queries()[earlier.question].params
    for slot, several in earlier.slots.items():
        thing = names(store).things.get(base + several[0]) if several else None
        if thing and params[slot].type in ("indicator", "document", "programme", "body"):
            return thing.label.zh
    return ""


def _in_years(said: str, earlier: Earlier) -> str:
    """The year before or after is that of the question before: 上一年 after one of 2022 is 2021."""
    years = earlier.slots.get("year", ())
    if len(years) != 1:
        return said
    for word, shift in relative_years().items():
        if word in words("years_beside"):
            said = said.replace(word, f"{int(years[0]) + shift}年")
    return said


def _named(rest: str, store: Store, *, near: bool) -> tuple[tuple[Spot, ...], bool]:
    """The names of a sentence, and whether it says more than names; with `near` an indicator may be called by other words."""
    known = names(store)
    spots = tuple(one for one in spot(rest, known) if one.kind in _KINDS)
    taken = [(one.start, one.end) for one in spots]
    meant = (
        near_indicator(rest, taken, known, all_words())
        if near and all(one.kind != "indicator" for one in spots)
        else None
    )
    taken += meant.words if meant else ()
    left = any(not any(start < b and a < end for a, b in taken) for start, end, _ in content(rest))
    return (spots if meant is None else (*spots, Spot(0, 0, "indicator", meant.things))), left


def _put(earlier: Earlier, spots: tuple[Spot, ...], base: str, *, beside: bool) -> dict[str, tuple[str, ...]] | None:
    """The slots of the question before with what is named in place of theirs, or `beside` it; None where it has no slot for
    it, or where the name is unclear."""
    params = load_queries()[earlier.question].params
    slots = dict(earlier.slots)
    for kind in dict.fromkeys(one.kind for one in spots):
        slot = next((name for name, param in params.items() if param.type == kind), None)
        if slot is None:
            return None
        several = list(earlier.slots.get(slot, ())) if beside else []
        for one in spots:
            if one.kind != kind:
                continue
            if kind == "year":
                several += one.values
            elif len(one.things) == 1 or (kind == "indicator" and one.things):
                several.append(one.things[0].iri.removeprefix(base))
            else:
                return None
        if len(several) > 1 and not params[slot].multi:
            return None
        slots[slot] = tuple(dict.fromkeys(several))
    return slots


def _taken(earlier: Earlier, found: Understood, slot: str) -> dict[str, tuple[str, ...]] | None:
    """The slots of the question before with one, and place and year if named, of what was understood."""
    params = load_queries()[earlier.question].params
    if slot not in params or slot not in found.slots:
        return None
    return {**earlier.slots, **{name: several for name, several in found.slots.items() if name in params}}


def _asks_all(rest: str, slot: str) -> bool:
    """Whether the sentence asks which places or years there are."""
    return any(word in rest for word in words(f"asks_{slot}"))


@cache
def _beginning_so() -> frozenset[str]:
    """Places whose names begin with a word that goes on: 那曲, 那坡."""
    return frozenset(place for place in place_words() if place.startswith(tuple(words("goes_on"))))


@cache
def _order(question: str) -> tuple[str, ...]:
    return tuple(load_queries()[question].params)


def _understood(text: str, question: str, slots: Mapping[str, tuple[str, ...]]) -> Understood:
    ordered = {slot: slots[slot] for slot in _order(question) if slot in slots}
    return Understood(text=text, question=question, slots=ordered, confidence=THRESHOLD, unused=(), alternatives=())
