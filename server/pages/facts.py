"""What one sentence states, said so that a reader can check it: kind, actions, bodies with roles, figure, rule."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.store.answer import Cell, Row
from queries.answer import plain_number
from queries.labels import Label
from queries.support import about
from server.i18n import language
from server.pages.site import base
from server.paths import local_path
from server.service import service

_FZ = "https://w3id.org/fazhi/ns#"
_LINKED = ("type", "body", "role", "basis", "indicator", "unit", "qualifier", "recipient", "grantor", "rule")


@dataclass(frozen=True, slots=True)
class Linked:
    """A name with its page."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Involved:
    """A body in its role. An inferred one is not named in the words; the page says so."""

    iri: str
    body: Linked
    role: str
    role_iri: str
    inferred: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement."""

    iri: str
    href: str
    kind: str
    code: str
    actions: Sequence[str] = ()
    bodies: Sequence[Involved] = ()
    indicator: Linked | None = None
    value: str = ""
    value_max: str = ""
    unit: str = ""
    qualifier: str = ""
    former: str = ""
    former_year: str = ""
    recipient: Linked | None = None
    grantor: Linked | None = None
    rule: Linked | None = None
    confidence: str = ""
    iris: Mapping[str, str] = field(default_factory=dict)
    """What indicator, unit and qualifier are, where they are things."""


def facts_of(sentence: str) -> Sequence[Fact]:
    """The statements of one sentence."""
    rows = about(service().store, "sentence-facts", [sentence])
    iris = {row[name].value for row in rows for name in _LINKED if name in row and row[name].kind == "uri"}
    names = service().labels(sorted(iris))
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["fact"].value].append(row)
    return tuple(_fact(iri, several, names) for iri, several in grouped.items())


def _written(unit: Cell | None, names: Mapping[str, Label]) -> str:
    """A unit as reports write it, which is its name in Chinese."""
    if unit is None:
        return ""
    return names[unit.value]["zh"] if unit.kind == "uri" else unit.value


def _fact(iri: str, rows: Sequence[Row], names: Mapping[str, Label]) -> Fact:
    first = rows[0]

    def linked(name: str) -> Linked | None:
        cell = first.get(name)
        if cell is None:
            return None
        if cell.kind != "uri":
            return Linked(cell.value, "")
        return Linked(names[cell.value][language()], local_path(cell.value, base()))

    def text(name: str) -> str:
        cell = first.get(name)
        if cell is None:
            return ""
        return names[cell.value][language()] if cell.kind == "uri" else plain_number(cell.value)

    actions = [row["verb"].value + (row["object"].value if "object" in row else "") for row in rows if "verb" in row]
    bodies = {
        (row["role"].value, row["body"].value): Involved(
            iri=row["body"].value,
            body=Linked(names[row["body"].value][language()], local_path(row["body"].value, base())),
            role=names[row["role"].value][language()],
            role_iri=row["role"].value,
            inferred=row["basis"].value.endswith("basis-inferred"),
        )
        for row in rows
        if "body" in row
    }
    code = first["type"].value.removeprefix(_FZ)
    exactly = first["qualifier"].value.endswith("qual-exact") if "qualifier" in first else True
    return Fact(
        iri=iri,
        href=local_path(iri, base()),
        kind=names[first["type"].value][language()],
        code=code,
        actions=tuple(dict.fromkeys(actions)),
        bodies=tuple(bodies.values()),
        indicator=linked("indicator"),
        value=text("value"),
        value_max=text("max"),
        unit=_written(first.get("unit"), names),
        qualifier="" if exactly else text("qualifier"),
        former=text("former"),
        former_year=first["formerYear"].value if "formerYear" in first else "",
        recipient=linked("recipient"),
        grantor=linked("grantor"),
        rule=linked("rule"),
        confidence=text("confidence"),
        iris={name: first[name].value for name in ("indicator", "unit", "qualifier") if name in first},
    )
