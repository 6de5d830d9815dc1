"""Quantities of a sentence: amounts, ranks, shares and noughts, with their comparisons."""

import re
from dataclasses import replace
from itertools import pairwise

from kg.extract.amount import Quantity, amounts
from kg.extract.comparison import compared
from kg.extract.constituent import noun_phrase
from kg.extract.mask import blank
from kg.extract.passage import Passage
from kg.extract.phrase import clause, ends_as, text, trimmed, words
from kg.extract.rank import ranks, shares, zeros
from kg.extract.table_row import with_sign, with_unit
from kg.lexicon import pattern

__all__ = ["Quantity", "quantities"]

_MYRIADS = re.compile("万[余多]?$")
_SCORE = pattern("amount.score")
_INDEX = pattern("amount.index")
_GOES_ON = re.compile("[—~～至-]|[\u4e00-\u9fffA-Za-z]")
_GOING_TO = "于为给"
"""投入10万 | 用于人员培训: verbs of what money is for."""


def quantities(passage: Passage) -> tuple[Quantity, ...]:
    """Every quantity and rank of a passage, in order; from–to phrases are one quantity with its former value.

    Numbers without a unit come too, with the class `bare`, and so do those that stand in a name (`name`): whoever
    counts what was read needs them; they are no figures.
    """
    offset = passage.span.start
    enclosed = tuple(mask for mask in passage.masks if mask.why in ("title", "quoted", "template"))
    covered = blank(passage.shadow, enclosed, offset=offset)
    found = [*ranks(passage.shadow, covered, offset), *shares(passage.masked, offset), *zeros(covered, offset)]
    taken = [quantity.span for quantity in found]
    found += [q for q in amounts(passage.masked, offset) if not any(q.number.overlaps(span) for span in taken)]
    found.sort(key=lambda quantity: quantity.span)
    found = _one_unit(found, passage.masked, offset)
    read = [_score(passage, _of_people(passage, quantity)) for quantity in compared(found, passage.masked, offset)]
    told = _alike(read, passage.masked, offset)
    return tuple(with_sign(passage, with_unit(passage, quantity)) for quantity in told) if passage.grid else told


def _one_unit(found: list[Quantity], masked: str, offset: int) -> list[Quantity]:
    """分别提高0.5和1.2个百分点: the unit of a list is printed once."""
    for index in range(len(found) - 2, -1, -1):
        one, following = found[index], found[index + 1]
        start, end = one.span.start - offset, one.span.end - offset
        alone = (
            one.unit_class == "bare"
            and following.unit in ("百分点", "千分点", "%")
            and "分别" in masked[max(0, start - 12) : start]
        )
        if alone and masked[end : following.span.start - offset].strip() in ("、", "和", "及", "与"):
            found[index] = replace(one, unit=following.unit, unit_class=following.unit_class)
    return found


def _score(passage: Passage, quantity: Quantity) -> Quantity:
    """得分98.5: what a score is counted in goes without saying; 综合指数3.62 is counted in nothing."""
    start, end = passage.inside(quantity.span)
    if quantity.unit_class != "bare":
        return quantity
    if _SCORE.search(passage.masked, max(0, start - 8), start):
        return replace(quantity, unit="分", unit_class="score")
    if _INDEX.search(passage.masked, max(0, start - 8), start) and not _GOES_ON.match(passage.masked, end):
        return replace(quantity, unit="", unit_class="score")
    return quantity


def _alike(found: list[Quantity], masked: str, offset: int) -> tuple[Quantity, ...]:
    """平安指数、法治指数分别为98.1、97.2: those of a list are counted in what its first is."""
    for index, (one, following) in enumerate(pairwise(found)):
        between = masked[one.span.end - offset : following.span.start - offset]
        if one.unit_class == "score" and following.unit_class == "bare" and between in ("、", "和"):
            found[index + 1] = replace(following, unit=one.unit, unit_class="score")
    return tuple(found)


def _of_people(passage: Passage, quantity: Quantity) -> Quantity:
    """450万困难群众: among so many the unit is often left out; the noun after the number tells it."""
    start, end = passage.inside(quantity.span)
    if quantity.unit_class != "bare" or not _MYRIADS.search(passage.masked, start, end):
        return quantity
    low, high = clause(passage, start, end)
    counted, _ = noun_phrase(words(passage, end, high))
    if end == high:  # 受援人近50万
        before = trimmed(words(passage, low, start))
        if before and ends_as("people", before[-1].word):
            return replace(quantity, unit="人", unit_class="count")
    if not counted or not ends_as("people", text(counted)) or counted[0].word[-1] in _GOING_TO:
        return quantity
    return replace(quantity, unit="人", unit_class="count")
