"""One reading of a sentence, and when a reading is of several things at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from queries import load_queries
from queries.router.spotting import Spot

WHERE_AND_WHEN = ("place", "year")
"""Slots that say where and when, and not what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One way to understand the sentence."""

    question: str
    slots: Mapping[str, tuple[str, ...]]
    """Slot → local ids or values, ready for `answer`."""
    confidence: float
    unused: tuple[str, ...]
    """Words of the sentence that this reading does not use."""
    score: float = field(default=0.0, repr=False)
    """What the confidence is made of."""
    open_keys: bool = field(default=False, repr=False)
    """What it is asked of is not said, and nobody asks for all of it."""
    nearly: bool = field(default=False, repr=False)
    """Its indicator is one that the sentence speaks of in other words."""
    unclear: tuple[tuple[str, Spot], ...] = field(default=(), repr=False)
    """Slots whose name means several things, and what it may mean."""
    unheld: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(kind, name) of an indicator or a document that it is asked of and that the data do not have."""


def each_of(reading: Candidate, base: str) -> Iterator[Candidate]:
    """The reading once for each of the first things that a name in it may mean, at the place of each."""
    params = load_queries()[reading.question].params
    slot, one = reading.unclear[0]
    place = next((name for name, param in params.items() if param.type == "area" and name != slot), None)
    for thing in one.things[:3]:
        slots = {**reading.slots, slot: (thing.iri.removeprefix(base),)}
        if place and thing.area:
            slots[place] = (thing.area.removeprefix(base),)
        yield replace(reading, slots={name: slots[name] for name in params if name in slots}, unclear=())
