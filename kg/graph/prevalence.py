"""Prevalence: how widely the reports speak of a thing, counted once in the build instead of by every question.

Of an indicator in one unit, and of a theme among the shortcomings admitted: how many statements, reports and places, and
one example; over all years, and of each year. Of a document the same, of each year: how many sentences refer to it. Of two
bodies that act together: how many statements say so in each year. Of a programme: the first sentence of each place that names it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Literal

from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.quads import TYPE, Triple, fz, integer, iri

Kind = Literal["indicator", "theme", "programme", "document", "bodies"]
Held = dict[str, dict[str, list[str]]]
"""Predicate → subject → objects."""

_MENTION, _SENTENCE, _STATED = fz("mentionOf"), fz("inSentence"), fz("statedIn")
_INVOLVES, _BODY, _ROLE, _BASIS = fz("hasInvolvement"), fz("involvedBody"), fz("role"), fz("basis")
_LEAD, _PARTNER = fz("role-lead"), fz("role-partner")


@cache
def _referring() -> frozenset[str]:
    """`fz:refersTo` and the properties below it."""
    refers = fz("refersTo")
    below = (
        str(t.subject)
        for t in vocabulary.triples()
        if t.predicate.value.endswith("#subPropertyOf") and str(t.object) == refers
    )
    return frozenset((refers, *below))


@cache
def _asked() -> dict[str, set[str] | None]:
    """The predicates that are looked at, and the objects of each where only some are."""
    every = (fz("indicator"), fz("unit"), fz("theme"), _STATED, _MENTION, _SENTENCE, _INVOLVES, _BODY, *_referring())
    return {
        TYPE: {fz("Observation"), fz("Problem")},
        _ROLE: {_LEAD, _PARTNER},
        _BASIS: {fz("basis-stated"), fz("basis-confirmed")},
        **dict.fromkeys(every),
    }


@dataclass(frozen=True, slots=True)
class Told:
    """A thing that a report speaks of."""

    kind: Kind
    thing: str
    beside: str
    """The unit of an indicator, the second of two bodies, else empty."""
    times: int
    """Statements; of a document sentences, of a programme mentions."""
    sentence: str
    """The first that tells of it, by IRI. All three are terms as N-Triples writes them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one report of a place and year tells."""

    report: str
    area: str
    """Both as in the digest of a report: an IRI, and the key of an area."""
    year: int
    told: tuple[Told, ...]


def told(triples: Collection[Triple]) -> tuple[Told, ...]:
    """The indicators, themes of shortcomings, programmes, documents and bodies that act together of one report, in order.

    >>> figure, said = "<http://x/s/1/f1>", "<http://x/s/1>"
    >>> facts = [(figure, fz("unit"), fz("unit-case")), (figure, fz("indicator"), "<http://x/i>")]
    >>> told([(figure, TYPE, fz("Observation")), (figure, fz("statedIn"), said), *facts])[0].thing
    '<http://x/i>'
    """
    asked = _asked()
    held: Held = {predicate: defaultdict(list) for predicate in asked}
    for subject, predicate, object_ in triples:
        if predicate in held and ((only := asked[predicate]) is None or object_ in only):
            held[predicate][subject].append(object_)
    times: Counter[tuple[Kind, str, str]] = Counter()
    first: dict[tuple[Kind, str, str], str] = {}
    for kind, thing, beside, sentence in chain(_stated(held), _named(held), _referred(held), _together(held)):
        key = (kind, thing, beside)
        times[key] += 1
        first[key] = min(sentence, first.get(key, sentence))
    return tuple(Told(*key, times[key], first[key]) for key in sorted(times))


Found = Iterator[tuple[Kind, str, str, str]]
"""Kind, thing, what stands beside it, and the sentence of each statement that tells of a thing."""


def _stated(held: Held) -> Found:
    """Indicators and themes of shortcomings."""
    for node, kinds in held[TYPE].items():
        for sentence in held[_STATED].get(node, ()):
            if fz("Problem") in kinds:
                yield from (("theme", theme, "", sentence) for theme in held[fz("theme")].get(node, ()))
            else:
                for unit in held[fz("unit")].get(node, ()):
                    yield from (("indicator", thing, unit, sentence) for thing in held[fz("indicator")].get(node, ()))


def _named(held: Held) -> Found:
    """Programmes."""
    for node, things in held[_MENTION].items():
        for sentence in held[_SENTENCE].get(node, ()):
            yield from (("programme", thing, "", sentence) for thing in things if "/programme/" in thing)


def _referred(held: Held) -> Found:
    """Documents, each once in a sentence."""
    referred = (item for predicate in _referring() for item in held[predicate].items())
    for document, sentence in {
        (one, s) for node, several in referred for one in several for s in held[_STATED].get(node, ())
    }:
        yield "document", document, "", sentence


def _together(held: Held) -> Found:
    """Two bodies that a statement names as partners, or one of them as leading."""
    for statement, involvements in held[_INVOLVES].items():
        bodies: dict[str, set[str]] = {_LEAD: set(), _PARTNER: set()}
        for node in involvements:
            if node in held[_BASIS]:
                for role in held[_ROLE].get(node, ()):
                    bodies[role].update(held[_BODY].get(node, ()))
        pairs = {
            frozenset((one, other))
            for one in bodies[_PARTNER]
            for other in bodies[_LEAD] | bodies[_PARTNER]
            if one != other
        }
        for pair in pairs:
            one, other = sorted(pair, key=lambda body: body.strip("<>"))
            yield from (("bodies", one, other, sentence) for sentence in held[_STATED].get(statement, ()))


@dataclass(slots=True)
class _Count:
    times: int = 0
    reports: int = 0
    areas: set[str] = field(default_factory=set)
    example: str = ""

    def add(self, report: Heard, said: Told) -> None:
        self.times += said.times
        self.reports += 1
        self.areas.add(report.area)
        self.example = min(said.sentence, self.example or said.sentence)


def prevalence(heard: Iterable[Heard], *, base: str) -> list[Triple]:
    """The nodes `…/prevalence/…`, and `fz:firstToName` from sentences to programmes. The order of the reports does not matter."""
    counts: dict[tuple[Kind, str, str, int | None], _Count] = defaultdict(_Count)
    named: dict[tuple[str, str], tuple[int, str, str]] = {}
    for one in heard:
        for said in one.told:
            if said.kind == "programme":
                at = (said.thing, one.area)
                first = (one.year, said.sentence, one.report)
                named[at] = min(first, named.get(at, first))
                continue
            for year in (one.year,) if said.kind in ("document", "bodies") else (None, one.year):
                counts[said.kind, said.thing, said.beside, year].add(one, said)
    triples: list[Triple] = []
    for (programme, _), (_, sentence, report) in named.items():
        triples += [(sentence, fz("firstToName"), programme), (iri(report), fz("highlight"), sentence)]
    for (kind, thing, beside, year), count in counts.items():
        key = f"{thing} {beside}" if year is None else f"{thing} {beside} {year}"
        node = iri(f"{base}prevalence/{names.digest(key, 12)}")
        triples += [
            (node, TYPE, fz("Prevalence")),
            (node, fz("statementCount"), integer(count.times)),
            (node, fz("reportCount"), integer(count.reports)),
            (node, fz("areaCount"), integer(len(count.areas))),
            (node, fz("exampleSentence"), count.example),
        ]
        if kind == "bodies":
            triples += [(node, fz("oneBody"), thing), (node, fz("otherBody"), beside)]
        else:
            triples.append((node, fz("prevalenceOf" if year is None else "yearPrevalenceOf"), thing))
        if kind == "indicator":
            triples.append((node, fz("unit"), beside))
        if year is not None:
            triples.append((node, fz("countedYear"), integer(year)))
    return triples
