"""Doubts: the facts of a report that a person should look at, each with its words, why, and what may be put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from kg.store.answer import Row
from queries.evidence import Evidence, evidence
from queries.names import names
from queries.support import about
from server.i18n import language
from server.pages.facts import Fact, Involved, facts_of
from server.pages.site import base, know
from server.service import service
from server.staff import desk

_FZ = "https://w3id.org/fazhi/ns#"
CODES: Mapping[str, str] = {"role": "role-", "unit": "unit-", "qualifier": "qual-"}
"""Properties whose values are codes, and what the names of these codes begin with."""
THINGS: Mapping[str, tuple[str, str]] = {
    "involvedBody": ("body", "measures-by-body"),
    "indicator": ("indicator", "indicator-value"),
}
"""Properties whose values are things: the kind of thing, and a question whose slot takes its name."""
TERMS = ("value", "valueMax", "unit", "qualifier", "indicator", "role", "involvedBody")
"""All that may be put right here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property that may be put right: what stands there, and the choices where it is a code."""

    term: str
    name: str
    value: str
    shown: str
    choices: Sequence[tuple[str, str]] = ()
    thing: str = ""
    """The kind of thing that stands there; empty for numbers and codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A fact to look at: why, its words, what was read, what may be put right, and what was decided already."""

    fact: str
    kind: str
    why: str
    words: Evidence
    read: Fact | None
    held: Involved | None
    """The body and its role, where these are in doubt."""
    fields: Sequence[Field]
    decided: Mapping[str, str] | None


def doubts_of(report: str, *, every: bool = False) -> list[Doubt]:
    """The doubts of a report, the least confident first; with `every` all its facts, in the order of the text.

    Their order does not change while they are decided.
    """
    rows = about(service().store, "decidable" if every else "doubts", [report])
    words = evidence(service().store, [row["sentence"].value for row in rows])
    know(words.values())
    labels = service().labels(sorted({row["type"].value for row in rows} | {_FZ + term for term in TERMS}))
    decided = desk.decisions()
    facts: dict[str, Sequence[Fact]] = {}
    flags: dict[str, list[str]] = {}
    found: dict[str, Row] = {}
    for row in rows:
        iri, sentence = row["fact"].value, row["sentence"].value
        if sentence in words:
            found.setdefault(iri, row)
            flags.setdefault(iri, []).extend([row["flag"].value] if "flag" in row else [])
            if sentence not in facts:
                facts[sentence] = facts_of(sentence)
    terms = {term: labels[_FZ + term][language()] for term in TERMS}
    made = []
    for iri, row in found.items():
        stated = (fact for fact in facts[row["sentence"].value] if iri == fact.iri or iri.startswith(fact.iri + "/"))
        read = next(stated, None)
        held = _involved(iri, read)
        doubt = Doubt(
            fact=iri,
            kind=labels[row["type"].value][language()],
            why=_why(row["confidence"].value, flags[iri]),
            words=words[row["sentence"].value].only([iri, *([held.iri] if held else [])]),
            read=None if held else read,
            held=held,
            fields=_fields(read, held, terms),
            decided=decided.get(iri),
        )
        made.append(doubt)
    return made


def _why(confidence: str, flags: Sequence[str]) -> str:
    """Why a fact is in doubt, in words."""
    said = {
        "scope": _("可能只是范围，不是成效数值"),
        "ratio": _("倍数"),
        "share": _("几分之几"),
        "verbal": _("由文字读出的数"),
        "form": _("名称按写法认出"),
        "inferred": _("推定"),
    }
    return " · ".join([_("置信度 %(n)s", n=confidence), *(said.get(flag, flag) for flag in flags)])


def _involved(fact: str, read: Fact | None) -> Involved | None:
    """The body of an involvement, whose IRI ends in inv-<role>-<key of the body>."""
    name = fact.rpartition("/")[2]
    if read is None or not name.startswith("inv-"):
        return None
    return next((one for one in read.bodies if name.endswith("-" + one.iri.rpartition("/")[2])), None)


def _fields(read: Fact | None, held: Involved | None, terms: Mapping[str, str]) -> list[Field]:
    """What may be put right: role and body of an involvement, or the parts of a figure."""
    if held is not None:
        return [_code("role", held.role_iri, terms), _thing("involvedBody", held.iri, held.body.text, terms)]
    if read is None or not read.value:
        return []
    numbers = {term: value for term, value in (("value", read.value), ("valueMax", read.value_max)) if value}
    made = [Field(term=term, name=terms[term], value=value, shown=value) for term, value in numbers.items()]
    made += [_code(term, read.iris[term], terms) for term in ("unit", "qualifier") if term in read.iris]
    if read.indicator and "indicator" in read.iris:
        made.append(_thing("indicator", read.iris["indicator"], read.indicator.text, terms))
    return made


def _thing(term: str, iri: str, text: str, terms: Mapping[str, str]) -> Field:
    return Field(term=term, name=terms[term], value=iri.removeprefix(base()), shown=text, thing=THINGS[term][0])


def _code(term: str, iri: str, terms: Mapping[str, str]) -> Field:
    """A property whose value is a code, with all codes of its list."""
    start = _FZ + CODES[term]
    known = {
        one: thing.label[language()] for one, thing in names(service().store).things.items() if one.startswith(start)
    }
    choices = sorted(((one.removeprefix(start), label) for one, label in known.items()), key=lambda pair: pair[1])
    return Field(term=term, name=terms[term], value=iri.removeprefix(start), shown=known.get(iri, iri), choices=choices)
