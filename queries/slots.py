"""What may stand in a slot: names turned into ids, and the choices that a form offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import QueryError
from kg.graph.namespaces import VOCABULARY
from kg.store.answer import Store
from queries.binding import LONGEST, RESOURCES, Values, bind, chosen, term, wanted
from queries.header import NamedQuery, Param
from queries.labels import Label, labels, local_name
from queries.names import Named, Names, names
from queries.spread import bearing, spread
from queries.wording import Refusal, slot_name, wording

_OFFERED = 10
"""Things of one name that a refusal lists."""
_CHOICES = Path(__file__).with_name("choices")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a slot may take: what is sent, what is shown, how many rows or things stand behind it."""

    value: str
    label: Label
    count: int | None = None


def resolve(query: NamedQuery, given: Values, store: Store, *, base: str) -> Mapping[str, tuple[str, ...]]:
    """Slot values as people write them → ids and typed values, ready for `answer`.

    An id (body/330226-e0a6bfa112), a full IRI and a name (县委依法治县办, 宁海) are all taken. A name that means several
    things is narrowed by the slot of type area, if one is filled. Raises `Refusal`: unknown-slot, unknown-name,
    ambiguous-value (with candidates), bad-slot-value.
    """
    for name in given:
        if name not in query.params:
            raise Refusal("unknown-slot", candidates=tuple(query.params), question=query.id, value=name)
    # Areas first: they narrow the names of bodies.
    order = sorted(query.params, key=lambda name: query.params[name].type != "area")
    known = names(store)
    found: dict[str, tuple[str, ...]] = {}
    areas: set[str] = set()
    for name in order:
        several = tuple(one for value in chosen(given, name) for one in _values(query, name, value, known, areas, base))
        if name in given:
            found[name] = tuple(dict.fromkeys(several))
        if query.params[name].type == "area":
            areas |= {base + value for value in several}
    kept = {name: found[name] for name in query.params if name in found}
    bind(query, spread(query, kept, store, base), base)
    return kept


def _values(query: NamedQuery, slot: str, value: str, known: Names, areas: set[str], base: str) -> tuple[str, ...]:
    param = query.params[slot]
    if len(value) > LONGEST:
        raise Refusal("bad-slot-value", slot=slot_name(param), value=f"{value[:40]}…", near=f"1–{LONGEST}")
    if param.type in RESOURCES:
        if value.startswith(base):
            return (value.removeprefix(base),)
        if value.startswith(f"{param.type}/") or (param.type == "figure" and value.startswith("report/")):
            return (value,)
        if param.type == "area" and value.isascii() and value.isdigit():
            return (f"area/{value}",)
        if bearing(param, value, known):
            return (value,)
        return (_by_name(param, slot, value, known, areas).removeprefix(base),)
    if param.type == "code":
        return (_code(param, slot, value, known),)
    if param.type == "choice" and isinstance(param.choices, Mapping) and value not in param.choices:
        near = [name for name, text in param.choices.items() if value in (text.zh, text.en)]
        if not near:
            raise Refusal("bad-slot-value", slot=slot_name(param), value=value, near=", ".join(param.choices))
        value = near[0]
    term(param, value, base, slot=slot)
    return (value.removesuffix("年") if param.type == "year" else value,)


def _by_name(param: Param, slot: str, value: str, known: Names, areas: set[str]) -> str:
    things = known.called(value, param.type) or known.holding(value, param.type)
    if len(things) > 1 and areas:
        things = tuple(thing for thing in things if thing.area in areas) or things
    if len(things) == 1:
        return things[0].iri
    kind = wording("kinds", param.type)
    if things:
        raise Refusal(
            "ambiguous-value",
            candidates=tuple(_local(thing) for thing in things[:_OFFERED]),
            near="、".join(thing.label.zh for thing in things[:_OFFERED]),
            value=value,
            kind=kind,
            n=str(len(things)),
        )
    near = known.near(value, param.type)
    raise Refusal(
        "unknown-name",
        candidates=tuple(_local(thing) for thing in near),
        near="、".join(thing.label.zh for thing in near),
        value=value,
        kind=kind,
    )


def _local(thing: Named) -> str:
    return f"{thing.kind}/{local_name(thing.iri)}" if thing.kind != "report" else thing.iri.partition("/id/")[2]


def _code(param: Param, slot: str, value: str, known: Names) -> str:
    allowed = set(param.choices) if isinstance(param.choices, tuple) else None
    if allowed is not None and local_name(value) in allowed:
        return local_name(value)
    for thing in known.called(local_name(value), "code"):
        if param.scheme in (None, thing.scheme) and (allowed is None or local_name(thing.iri) in allowed):
            return local_name(thing.iri)
    near = (
        sorted(allowed)
        if allowed
        else [thing.label.zh for thing in known.of_kind("code") if thing.scheme == param.scheme]
    )
    raise Refusal(
        "bad-slot-value",
        slot=slot_name(param),
        value=value,
        near=", ".join(near) or wanted(param),
    )


@cache
def _choice_query(name: str) -> str:
    path = _CHOICES / f"{name}.rq"
    if not path.exists():
        raise QueryError(f"no choices '{name}'", where=str(path.name), hint="add the file to queries/choices")
    return path.read_text("utf-8")


def choices(query: NamedQuery, slot: str, store: Store, *, base: str, limit: int = 500) -> tuple[Choice, ...]:
    """What a form offers for a slot, most frequent first (years newest first); nothing for free text, numbers and dates."""
    param = query.params[slot]
    if isinstance(param.choices, Mapping):
        return tuple(Choice(value, Label(text.zh, text.en)) for value, text in param.choices.items())
    if isinstance(param.choices, tuple):
        called = labels(store, [VOCABULARY + value for value in param.choices])
        return tuple(Choice(iri.removeprefix(VOCABULARY), label) for iri, label in called.items())
    if param.type == "code" and param.choices is None:
        members = [thing for thing in names(store).of_kind("code") if thing.scheme == param.scheme]
        return tuple(Choice(local_name(thing.iri), thing.label) for thing in members)
    name = param.choices or f"any-{param.type}"
    if param.choices is None and param.type in ("text", "number", "date", "choice", "figure"):
        return ()
    rows = store.rows(f"{_choice_query(name).rstrip()}\nLIMIT {int(limit)}")
    found = labels(store, [row["value"].value for row in rows if row["value"].kind == "uri"])
    return tuple(
        Choice(
            cell.value.removeprefix(base)
            if param.type in RESOURCES
            else local_name(cell.value)
            if cell.kind == "uri"
            else cell.value,
            found.get(cell.value) or Label(cell.value, cell.value),
            int(row["n"].value) if "n" in row else None,
        )
        for row in rows
        for cell in [row["value"]]
    )
