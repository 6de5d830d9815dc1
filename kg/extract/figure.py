"""Figures: quantities with the name of what they measure, their relations (其中, 分别, 均, from–to) and their concept."""

from kg.extract.fact import Figure
from kg.extract.passage import Passage
from kg.extract.quantity import Quantity


def figures(passage: Passage, found: tuple[Quantity, ...]) -> tuple[Figure, ...]:
    """The figures of a sentence. Scope counts carry the flag `scope` (they state no result), 零发生 the flag `verbal`."""
    raise NotImplementedError
