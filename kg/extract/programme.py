"""Programmes: named schemes, campaigns, platforms, mechanisms and brands."""

from kg.extract.fact import Programme
from kg.extract.passage import Passage


def programmes(passage: Passage) -> tuple[Programme, ...]:
    """Every named scheme printed in a passage."""
    raise NotImplementedError
