"""Masks: titles, quoted names, dates, document numbers, ordinals: where no figure may start, and why."""

from kg.extract.fact import Mask


def mask(shadow: str, *, offset: int = 0) -> tuple[Mask, ...]:
    """The masks of one sentence or heading, in order, without overlaps; `offset` is added to every position."""
    raise NotImplementedError


def blank(shadow: str, masks: tuple[Mask, ...], *, offset: int = 0) -> str:
    """`shadow` with every mask replaced by U+0000; the length stays."""
    raise NotImplementedError
