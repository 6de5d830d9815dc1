"""Quantities of a sentence: amounts, ranks, shares and noughts, with their comparisons."""

from kg.extract.amount import Quantity, amounts
from kg.extract.comparison import compared
from kg.extract.mask import blank
from kg.extract.passage import Passage
from kg.extract.rank import ranks, shares, zeros

__all__ = ["Quantity", "quantities"]


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
    return tuple(compared(found, passage.masked, offset))
