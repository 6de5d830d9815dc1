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
from kg.graph.shacl_shapes import Shape

Kind = Literal["data", "duty", "ontology"]
_UNDECLARED_ZH, _UNDECLARED_EN = "词表中没有", "the vocabulary does not declare"


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


def messages(kinds: Iterable[Kind] = ("data", "duty")) -> tuple[tuple[str, str], ...]:
    """What the shapes may say, in English and in Chinese.

    >>> ("every fact names the one rule that read it", "每一事实须写明由哪条规则得出") in messages()
    True
    """
    waiting: list[Shape] = [shape for kind in kinds for shape in shapes(kind)]
    found: dict[str, str] = {_UNDECLARED_EN: _UNDECLARED_ZH}
    while waiting:
        shape = waiting.pop()
        said = _messages(shape.messages)
        if said:
            found[said["en"]] = said["zh"]
        waiting += [inner for constraint in shape.constraints for inner in constraint.shapes]
    return tuple(sorted(found.items()))


def _messages(terms: Iterable[str]) -> dict[str, str]:
    return {language: text for text, _, language in map(literal, terms)}


def undeclared(triples: Iterable[Triple]) -> tuple[str, ...]:
    """Terms of the vocabulary's namespace that it does not declare: a misspelt property passes every shape."""
    own = f"<{VOCABULARY}"
    used = set(chain.from_iterable(triples)) - vocabulary.terms()
    return tuple(sorted(term for term in used if term.startswith(own)))


def _finding(result: Result, data: Data, report: str) -> Finding:
    said = _messages(result.messages)
    name = result.shape.rpartition("#")[2].rstrip(">") if "#" in result.shape else ""
    rule = name or f"{_local(result.path)}.{result.component.removesuffix('ConstraintComponent')}"
    severity: Severity = {"violation": "violation", "warning": "warning"}.get(result.severity, "info")  # type: ignore[assignment]
    return Finding(
        severity=severity,
        rule=f"shape.{rule}",
        report=report,
        focus=result.focus.strip("<>"),
        message_zh=said.get("zh", rule),
        message_en=said.get("en", rule),
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
        message_zh=f"{_UNDECLARED_ZH} {term}",
        message_en=f"{_UNDECLARED_EN} {term}",
    )
