"""Prevalence: how widely the reports speak of a thing, counted once in the build instead of by every question.

Of an indicator in one unit, and of a theme among the shortcomings admitted: how many statements, reports and places, and
one example; over all years, and of each year. Of a programme: the first sentence of each place that names it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from kg.graph import iri as names
from kg.graph.quads import TYPE, Triple, fz, integer, iri

_MENTION, _SENTENCE = fz("mentionOf"), fz("inSentence")
_ASKED = {
    TYPE: {fz("Observation"), fz("Problem")},
    **{fz(name): None for name in ("indicator", "unit", "theme", "statedIn")},
    _MENTION: None,
    _SENTENCE: None,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A thing that a report speaks of."""

    kind: Literal["indicator", "theme", "programme"]
    thing: str
    unit: str
    """Of an indicator, else empty."""
    times: int
    """Statements; of a programme, mentions."""
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
    """The indicators, themes of shortcomings and programmes of one report, in order.

    >>> figure, said = "<http://x/s/1/f1>", "<http://x/s/1>"
    >>> facts = [(figure, fz("unit"), fz("unit-case")), (figure, fz("indicator"), "<http://x/i>")]
    >>> told([(figure, TYPE, fz("Observation")), (figure, fz("statedIn"), said), *facts])[0].thing
    '<http://x/i>'
    """
    held: dict[str, dict[str, list[str]]] = {predicate: defaultdict(list) for predicate in _ASKED}
    for subject, predicate, object_ in triples:
        if predicate in held and ((only := _ASKED[predicate]) is None or object_ in only):
            held[predicate][subject].append(object_)
    times: Counter[tuple[Literal["indicator", "theme", "programme"], str, str]] = Counter()
    first: dict[tuple[str, str, str], str] = {}
    for kind, thing, unit, sentence in _statements(held):
        times[kind, thing, unit] += 1
        first[kind, thing, unit] = min(sentence, first.get((kind, thing, unit), sentence))
    return tuple(Told(*key, times[key], first[key]) for key in sorted(times))


def _statements(
    held: dict[str, dict[str, list[str]]],
) -> Iterator[tuple[Literal["indicator", "theme", "programme"], str, str, str]]:
    """Kind, thing, unit and sentence of each statement that tells of a thing."""
    for node, kinds in held[TYPE].items():
        for sentence in held[fz("statedIn")].get(node, ()):
            if fz("Problem") in kinds:
                yield from (("theme", theme, "", sentence) for theme in held[fz("theme")].get(node, ()))
            else:
                for unit in held[fz("unit")].get(node, ()):
                    yield from (("indicator", thing, unit, sentence) for thing in held[fz("indicator")].get(node, ()))
    for node, things in held[_MENTION].items():
        for sentence in held[_SENTENCE].get(node, ()):
            yield from (("programme", thing, "", sentence) for thing in things if "/programme/" in thing)


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
    counts: dict[tuple[str, str, int | None], _Count] = defaultdict(_Count)
    named: dict[tuple[str, str], tuple[int, str, str]] = {}
    for one in heard:
        for said in one.told:
            if said.kind == "programme":
                at = (said.thing, one.area)
                first = (one.year, said.sentence, one.report)
                named[at] = min(first, named.get(at, first))
                continue
            for year in (None, one.year):
                counts[said.thing, said.unit, year].add(one, said)
    triples: list[Triple] = []
    for (programme, _), (_, sentence, report) in named.items():
        triples += [(sentence, fz("firstToName"), programme), (iri(report), fz("highlight"), sentence)]
    for (thing, unit, year), count in counts.items():
        key = f"{thing} {unit}" if year is None else f"{thing} {unit} {year}"
        node = iri(f"{base}prevalence/{names.digest(key, 12)}")
        triples += [
            (node, TYPE, fz("Prevalence")),
            (node, fz("prevalenceOf" if year is None else "yearPrevalenceOf"), thing),
            (node, fz("statementCount"), integer(count.times)),
            (node, fz("reportCount"), integer(count.reports)),
            (node, fz("areaCount"), integer(len(count.areas))),
            (node, fz("exampleSentence"), count.example),
        ]
        if unit:
            triples.append((node, fz("unit"), unit))
        if year is not None:
            triples.append((node, fz("countedYear"), integer(year)))
    return triples
