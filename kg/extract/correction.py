"""Corrections: a person's decisions about single wordings, applied after all rules; each fact names the one that changed it."""

from collections.abc import Iterable
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_type_hints

from kg.corpus.document import Document
from kg.errors import LexiconError
from kg.extract import fact as facts_module
from kg.extract.fact import Fact
from kg.lexicon import Correction

FIXED = frozenset(("span", "quote", "sentence", "rule", "confidence", "flags", "part_of"))
"""Fields that no decision may change: they say where and how a fact was read."""


def corrected(
    document: Document, facts: Iterable[Fact], decisions: tuple[Correction, ...]
) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """The facts with every decision that fits, and the ids of the decisions that did, in their order.

    A decision fits a fact of its kind whose quote it gives, or whose sentence holds the words that it gives around the
    quote. `drop: true` takes the fact away; other keys are fields with their right values. A decision that fits
    nothing is stale: whoever builds compares these ids with all.

    Raises LexiconError for a kind or field that does not exist, or a value that the field cannot hold.
    """
    changes = [(decision, _changes(decision)) for decision in decisions]
    fired: set[str] = set()
    result: list[Fact] = []
    for one in facts:
        fact: Fact | None = one
        for decision, change in changes:
            if fact is None or type(fact).__name__ != decision.kind or not _fits(document, fact, decision.match):
                continue
            fired.add(decision.rule)
            fact = None if change is None else replace(fact, rule=decision.rule, confidence=1.0, **change)
        if fact is not None:
            result.append(fact)
    return tuple(result), tuple(decision.rule for decision in decisions if decision.rule in fired)


def _fits(document: Document, fact: Fact, match: str) -> bool:
    if fact.quote == match:
        return True
    at = match.find(fact.quote)
    while at >= 0:
        start = fact.span.start - at
        if start >= 0 and document.text.startswith(match, start):
            return True
        at = match.find(fact.quote, at + 1)
    return False


def _changes(decision: Correction) -> dict[str, Any] | None:
    """The fields that a decision sets; None where it drops the fact."""
    kind = _kinds().get(decision.kind)
    if kind is None:
        hint = f"one of {', '.join(sorted(_kinds()))}"
        raise LexiconError(f"{decision.kind!r} is no kind of fact", where=decision.where, hint=hint)
    if decision.value == {"drop": "true"}:
        return None
    hints = get_type_hints(kind)
    open_fields = {field.name for field in fields(kind)} - FIXED
    changes: dict[str, Any] = {}
    for name, value in decision.value.items():
        if name not in open_fields:
            raise LexiconError(
                f"{decision.kind} has no field {name!r} to change",
                where=decision.where,
                hint=f"one of {', '.join(sorted(open_fields))}, or drop: true",
            )
        changes[name] = _value(decision, name, value, str(hints[name]))
    return changes


def _value(decision: Correction, name: str, value: str, hint: str) -> Any:
    if value == "" and "None" in hint:
        return None
    try:
        if "Decimal" in hint:
            return Decimal(value)
        if "int" in hint:
            return int(value)
    except (InvalidOperation, ValueError) as error:
        raise LexiconError(f"{value!r} is no number", where=decision.where, hint=f"write {name} as digits") from error
    if "Literal" in hint and f"'{value}'" not in hint:
        raise LexiconError(f"{value!r} is no {name}", where=decision.where, hint=hint.replace("typing.", ""))
    return value == "true" if hint == "<class 'bool'>" else value


@cache
def _kinds() -> dict[str, type[Fact]]:
    return {
        name: kind
        for name, kind in vars(facts_module).items()
        if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact
    }
