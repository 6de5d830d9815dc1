"""Curation: what a person decided about single facts (accept, change, reject), applied again at every build."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from kg.errors import GraphError
from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY, graph_base
from kg.graph.quads import TYPE, XSD, Graph, Triple, date, decimal, fz, iri, make_graph, text

Verdict = Literal["accept", "change", "reject"]
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_FACT = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision about one fact: by whom, when and why. The fact is named by its IRI, which its own words make."""

    fact: str
    """IRI of a statement, figure, involvement, honour, mention … in a report's graph."""
    verdict: Verdict
    term: str = ""
    """For change: local name of the property of the vocabulary, e.g. value."""
    value: str = ""
    """For change: the new value in plain words: 22, lead, 2021, an IRI."""
    because: str
    by: str
    date: str
    """ISO date."""

    @property
    def id(self) -> str:
        """Made of all the rest: 12 hex digits."""
        return names.digest("|".join(str(getattr(self, field.name)) for field in fields(self)), 12)


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read DIR/curation.jsonl, one decision a line; a missing file is no decision.

    Raises GraphError with file:line for a line that is no decision.
    """
    if not path.exists():
        return ()
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            found.append(_decision(line, f"{path.name}:{number}"))
    return tuple(found)


def _decision(line: str, where: str) -> Decision:
    wanted = [field.name for field in fields(Decision)]
    try:
        given = json.loads(line)
        decision = Decision(**{str(key): str(value) for key, value in given.items()})  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError) as error:
        raise GraphError(
            f"no decision: {error}", where=where, hint=f"one JSON object with {', '.join(wanted)}"
        ) from error
    faults = {
        "verdict": decision.verdict in {"accept", "change", "reject"},
        "fact": _FACT.fullmatch(decision.fact) is not None,
        "date": _DAY.fullmatch(decision.date) is not None,
        "by": bool(decision.by.strip()),
        "because": bool(decision.because.strip()),
        "term": decision.verdict != "change" or fz(decision.term) in vocabulary.terms(),
        "value": decision.verdict != "change" or bool(decision.value),
    }
    for name, right in faults.items():
        if not right:
            raise GraphError(f"{name} {getattr(decision, name)!r} is not valid", where=where, hint="mend the line")
    return decision


def apply(decisions: Iterable[Decision], graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph as decided, and the ids of the decisions that found their fact.

    A rejected fact goes with what hangs on it alone; a changed property gets its new value; an accepted fact has the
    confidence 1 and is confirmed; what the text states of an involvement stays stated. Later decisions win over earlier ones.
    """
    ordered, applied = sorted(decisions, key=lambda d: (d.date, d.id)), []
    triples = list(graph.triples()) if ordered else []
    for decision in ordered:
        node = iri(decision.fact)
        if any(subject == node for subject, _, _ in triples):
            triples = _DECIDE[decision.verdict](triples, node, decision)
            applied.append(decision.id)
    return (make_graph(graph.name, triples) if applied else graph), tuple(sorted(applied))


def about(decisions: Iterable[Decision], report: str) -> tuple[Decision, ...]:
    """The decisions on facts of one report."""
    return tuple(decision for decision in decisions if decision.fact.startswith(f"{report}/"))


def _reject(triples: list[Triple], node: str, decision: Decision) -> list[Triple]:
    gone, waiting = {node}, [node]
    while waiting:  # actions, involvements and anchors that only this fact points at
        owner = waiting.pop()
        for subject, predicate, value in triples:
            part = subject == owner and predicate in _PARTS and value not in gone
            if part and all(s in gone for s, p, v in triples if v == value and p in _PARTS):
                gone.add(value)
                waiting.append(value)
    return [(s, p, o) for s, p, o in triples if s not in gone and o not in gone]


def _accept(triples: list[Triple], node: str, decision: Decision) -> list[Triple]:
    inferred, confirmed = vocabulary.code("Bases", "inferred"), vocabulary.code("Bases", "confirmed")
    found = []
    for subject, predicate, value in triples:
        if subject == node and predicate == fz("confidence"):
            value = decimal(1.0)
        elif subject == node and value == inferred:
            value = confirmed
        found.append((subject, predicate, value))
    if not any(subject == node and predicate == fz("basis") for subject, predicate, _ in found):
        found.append((node, fz("basis"), confirmed))
    return found


def _change(triples: list[Triple], node: str, decision: Decision) -> list[Triple]:
    predicate = fz(decision.term)
    former = [o for s, p, o in triples if s == node and p == predicate]
    kept = [(s, p, o) for s, p, o in triples if not (s == node and p == predicate)]
    return _accept([*kept, (node, predicate, _term(decision, former))], node, decision)


def _term(decision: Decision, former: list[str]) -> str:
    """The new value in the form of the one before: code, number, date, text."""
    like = former[0] if former else ""
    if decision.value.startswith(("http://", "https://")):
        return iri(decision.value)
    if like.startswith(f"<{VOCABULARY}") and "-" in like:
        return f"{like.split('-')[0]}-{decision.value}>"
    if like.endswith(f"^^<{XSD}decimal>") or decision.term in {"value", "valueMax", "formerValue"}:
        try:
            return decimal(Decimal(decision.value))
        except InvalidOperation as error:
            raise GraphError(
                f"{decision.value!r} is no number", where=decision.fact, hint="mend the decision"
            ) from error
    datatype = like.rpartition("^^")[2] if "^^" in like else ""
    language = like.rpartition("@")[2] if like.rpartition('"')[2].startswith("@") else ""
    return f"{text(decision.value)}^^{datatype}" if datatype else text(decision.value, language)


_PARTS = {fz("hasAction"), fz("hasInvolvement"), fz("anchor")}
_DECIDE = {"accept": _accept, "change": _change, "reject": _reject}


def curation_graph(decisions: Iterable[Decision], applied: Iterable[str], *, base: str = DEFAULT_BASE) -> Graph:
    """All decisions with who, when and why, and whether they still met their fact."""
    met, triples = set(applied), list[Triple]()
    for decision in decisions:
        node = iri(f"{base}decision/{decision.id}")
        triples += [
            (node, TYPE, fz("Decision")),
            (node, fz("decisionOn"), iri(decision.fact)),
            (node, fz("verdict"), vocabulary.code("Verdicts", decision.verdict)),
            (node, fz("because"), text(decision.because)),
            (node, fz("decidedBy"), text(decision.by)),
            (node, fz("decidedOn"), date(decision.date)),
            (node, fz("applied"), f'"{"true" if decision.id in met else "false"}"^^<{XSD}boolean>'),
        ]
        if decision.verdict == "change":
            triples += [
                (node, fz("changedProperty"), text(decision.term)),
                (node, fz("changedValue"), text(decision.value)),
            ]
    return make_graph(f"{graph_base(base)}curation", triples)
