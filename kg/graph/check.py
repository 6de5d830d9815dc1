"""Checks a report against the shapes of data and of duty, and looks for terms that the vocabulary lacks."""

from collections.abc import Collection, Iterable
from functools import cache
from itertools import chain
from typing import Literal

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.asked import asked, load, shapes
from kg.graph.finding import Finding, Quote, Severity
from kg.graph.namespaces import VOCABULARY
from kg.graph.quads import Triple, fz
from kg.graph.registry import Entry
from kg.graph.shacl import Result, validate
from kg.graph.shacl_data import Data, literal

Kind = Literal["data", "duty", "ontology"]


@cache
def _vocabulary_data() -> Data:
    return Data((str(t.subject), str(t.predicate), str(t.object)) for t in vocabulary.triples())


@cache
def _vocabulary_quads() -> tuple[ox.Quad, ...]:
    return tuple(ox.Quad(*triple) for triple in vocabulary.triples() if str(triple.predicate) in asked())


def check(
    triples: Collection[Triple],
    *,
    entries: Iterable[Entry] = (),
    report: str = "",
    kinds: Iterable[Kind] = ("data", "duty"),
    store: ox.Store | None = None,
) -> tuple[Finding, ...]:
    """What the shapes say of the triples of one report together with what it contributes to the registries.

    Findings are sorted; each bears the shape's name as its rule and the shape's message in both languages. `store` is
    one that holds them already; it holds the entries and the vocabulary too, afterwards.
    """
    known = {(entry.subject, entry.predicate, entry.object) for entry in entries}
    data = Data(triples, known, beside=_vocabulary_data())
    store = load(known, store=load(triples) if store is None else store)
    store.extend(_vocabulary_quads())
    found = [_finding(result, data, report) for kind in kinds for result in validate(data, shapes(kind), store)]
    return tuple(found + [_undeclared(term, report) for term in undeclared(triples)])


def undeclared(triples: Iterable[Triple]) -> tuple[str, ...]:
    """Terms of the vocabulary's namespace that it does not declare: a misspelt property passes every shape."""
    own = f"<{VOCABULARY}"
    used = set(chain.from_iterable(triples)) - vocabulary.terms()
    return tuple(sorted(term for term in used if term.startswith(own)))


def _finding(result: Result, data: Data, report: str) -> Finding:
    messages = {language: text for text, _, language in map(literal, result.messages)}
    name = result.shape.rpartition("#")[2].rstrip(">") if "#" in result.shape else ""
    rule = name or f"{_local(result.path)}.{result.component.removesuffix('ConstraintComponent')}"
    severity: Severity = {"violation": "violation", "warning": "warning"}.get(result.severity, "info")  # type: ignore[assignment]
    return Finding(
        severity=severity,
        rule=f"shape.{rule}",
        report=report,
        focus=result.focus.strip("<>"),
        message_zh=messages.get("zh", rule),
        message_en=messages.get("en", rule),
        evidence=_words(result.focus, data),
        value=result.value,
    )


def _words(focus: str, data: Data) -> tuple[Quote, ...]:
    """The words that a node rests on: its own quote, else that of the sentence or heading that states it."""
    for place in (focus, *data.values(focus, fz("statedIn"))):
        for quote in data.values(place, fz("quote")):
            return (Quote(quote=literal(quote)[0], node=place.strip("<>")),)
    return ()


def _local(term: str) -> str:
    return term.strip("<>").replace("/", "#").rpartition("#")[2]


def _undeclared(term: str, report: str) -> Finding:
    return Finding(
        severity="violation",
        rule="shape.Undeclared",
        report=report,
        focus=term.strip("<>"),
        message_zh=f"词表中没有 {term}",
        message_en=f"the vocabulary does not declare {term}",
    )
