"""Quantities: 1.2万件, 98.7%, 三百余, 1—2个, 全市第一 as exact values with unit and qualifier."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.corpus.document import Span
from kg.extract.fact import Qualifier
from kg.extract.passage import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, as printed; what it measures is not yet known. Positions are document offsets."""

    span: Span
    value: Decimal | None
    value_max: Decimal | None = None
    unit: str
    unit_class: str
    """count, thing, rate, money, time, measure, score, rank, ratio: as in units.tsv."""
    qualifier: Qualifier = "exact"
    former_value: Decimal | None = None
    direction: Literal["up", "down"] | None = None
    kind: Literal["level", "rank", "change", "none"] = "level"
    flags: tuple[str, ...] = ()


def quantities(passage: Passage) -> tuple[Quantity, ...]:
    """Every quantity and rank of a passage, in order; from–to phrases are one quantity with its former value."""
    raise NotImplementedError
