"""Slot values enter a query as VALUES of typed terms, never as pasted text."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from queries.header import ANY, MARKER, SPOKEN, UNLESS, WHEN, NamedQuery, Param, Text
from queries.wording import Refusal, slot_name, wording

XSD = "http://www.w3.org/2001/XMLSchema#"
RESOURCES = frozenset({"area", "body", "report", "indicator", "document", "programme", "figure"})
THINGS = RESOURCES | {"code", "number"}
"""Types of slots that few things fit. Beside one of them a year sifts: as VALUES, the engine would begin with all that
stands in the reports of the year."""
_SIFTED = ("year", "code")
"""What sifts beside the reports of a page: as VALUES, the engine would begin with all that has this code."""
YEARS, LONGEST = (1949, 2100), 500
"""Years that a slot takes, and characters that a value may have."""
NUMBERS: Mapping[str, Callable[[int], bool]] = {"": bool, "one": lambda n: n == 1, "several": lambda n: n > 1}
"""What a number before a slot of a marker asks of how many values it has."""
OPEN = ("", "任意")
"""What says 任意 besides `any`: an empty field of a form, and the word."""
VOCABULARY = re.compile(r"PREFIX fz: <([^>]+)>")

Values = Mapping[str, str | Sequence[str]]
"""Slot → chosen value or values. An absent slot, 'any' and an empty list mean 任意."""


def chosen(values: Values, name: str) -> tuple[str, ...]:
    """The values of one slot; empty for 任意.

    >>> chosen({"year": "2021"}, "year"), chosen({"year": ["any"]}, "year"), chosen({}, "year")
    (('2021',), (), ())
    """
    value = values.get(name, ANY)
    several = (value,) if isinstance(value, str) else tuple(str(one) for one in value)
    return tuple(one for one in several if one not in (ANY, *OPEN))


def term(param: Param, value: str, base: str, vocabulary: str = "", slot: str = "") -> str:
    """One slot value as a SPARQL term. `base` is the instance base, for local ids such as body/330226-e0a6bfa112.

    >>> year = Param(type="year", help={"zh": "年", "en": "year"})
    >>> term(year, "2021", "https://w3id.org/fazhi/id/")
    '"2021"^^<http://www.w3.org/2001/XMLSchema#integer>'
    >>> term(Param(type="number", help={"zh": "数", "en": "number"}), "99.60", "")
    '"99.6"^^<http://www.w3.org/2001/XMLSchema#decimal>'

    Raises `Refusal` (bad-slot-value).
    """
    value = value.strip()
    try:
        if param.type in RESOURCES:
            return str(NamedNode(value if value.startswith(base) else _local(value, base)))
        if param.type == "code":
            return str(NamedNode(value if value.startswith(vocabulary) else _local(value, vocabulary)))
        if param.type == "year":
            return str(Literal(str(_year(value)), datatype=NamedNode(XSD + "integer")))
        if param.type == "number":
            plain = format(Decimal(value), "f")  # the graph has the shortest form: 99.6, not 99.60
            shortest = plain.rstrip("0").rstrip(".") if "." in plain else plain
            return str(Literal(shortest, datatype=NamedNode(XSD + "decimal")))
        if param.type == "date":
            return str(Literal(date.fromisoformat(value).isoformat(), datatype=NamedNode(XSD + "date")))
    except (ValueError, InvalidOperation) as error:
        raise Refusal("bad-slot-value", slot=slot_name(param), value=value, near=wanted(param)) from error
    return str(Literal(value))


def _year(value: str) -> int:
    if not re.fullmatch(r"\d{4}年?", value, re.ASCII) or not YEARS[0] <= int(value[:4]) <= YEARS[1]:
        raise ValueError(value)
    return int(value[:4])


def _local(value: str, base: str) -> str:
    if not re.fullmatch(r"[\w./%+-]+", value, re.ASCII) or ".." in value:
        raise ValueError(value)
    return base + value


def wanted(param: Param) -> Text:
    """What a slot takes, said to people."""
    if param.type in RESOURCES:
        text = wording("forms", "resource")
        return Text(zh=text.zh.format(type=param.type), en=text.en.format(type=param.type))
    if param.type == "code":
        near = ", ".join(param.choices) if isinstance(param.choices, tuple) else param.scheme or ""
        text = wording("forms", "code")
        return Text(zh=text.zh.format(near=near), en=text.en.format(near=near))
    return wording("forms", param.type) if param.type in ("year", "number", "date") else wording("kinds", param.type)


Among = tuple[str, tuple[str, ...]]
"""A variable, report, area or indicator, and the IRIs that it is held to: what stands for the slot of its name, or for the
place, while a page is read."""


def bind(
    query: NamedQuery,
    values: Values,
    base: str,
    *,
    limit: int | None = None,
    offset: int = 0,
    among: Among | None = None,
) -> str:
    """The SPARQL text of a question with its slots filled; runs on any engine.

    `limit` None leaves the query without LIMIT; `among` holds it to some of the reports or areas that its place and
    year name, or to some indicators (`queries.page`). Raises `Refusal`: unknown slot, missing slot, too many or bad values.
    """
    for name in values:
        if name not in query.params:
            raise Refusal("unknown-slot", candidates=tuple(query.params), question=query.id, value=name)
    for name, param in query.params.items():
        found = chosen(values, name)
        if param.must_be_given and not found:
            raise Refusal("missing-slot", question=query.id, value=slot_name(param), near=param.help)
        if len(found) > 1 and not param.multi:
            raise Refusal("too-many-values", slot=slot_name(param), value=", ".join(found[1:]))
    body = fill(query.body, query.params, values, base, among)
    if limit is not None:
        body = f"{body.rstrip()}\nLIMIT {int(limit)}" + (f" OFFSET {int(offset)}" if offset else "") + "\n"
    return body


def fill(body: str, params: Mapping[str, Param], values: Values, base: str, among: Among | None = None) -> str:
    """Put VALUES clauses where the #params markers stand and FILTERs where #sift does, open the #when lines of which a slot
    is filled (`one year`: with one value, `several year`: with more), and drop the #unless lines of which a slot is filled.
    A year beside a slot that names a thing sifts.

    >>> place = Param(type="area", help={"zh": "地", "en": "place"})
    >>> body = "#params place\\n#when place: ?area fz:ancestorJurisdiction? ?place ."
    >>> fill(body, {"place": place}, {}, "http://x/").split()
    []
    >>> print(fill(body, {"place": place}, {"place": "area/33"}, "http://x/"))
    VALUES ?place { <http://x/area/33> }
    ?area fz:ancestorJurisdiction? ?place .
    >>> fill(body, {"place": place}, {}, "http://x/", ("area", ("http://x/area/330226",))).split()
    ['VALUES', '?area', '{', '<http://x/area/330226>', '}']
    """
    found = VOCABULARY.search(body)
    vocabulary = found[1] if found else ""
    replaced = among and (among[0] if among[0] == "indicator" else "place")

    def terms(name: str) -> tuple[str, ...]:
        several = chosen(values, name) or _default(params[name], name in values)
        return tuple(term(params[name], one, base, vocabulary, name) for one in several)

    def clauses(names: str, *, sift: bool) -> str:
        given = {name: found for name in names.split() if (found := terms(name))}
        held = ""
        if among and replaced in names.split():
            given.pop(replaced, None)
            held = _held_to(among, by_thing=any(params[name].type == "indicator" for name in given))
        named = bool(held) or any(params[name].type in THINGS for name in given)
        return held + " ".join(
            f"FILTER(?{name} IN ({', '.join(found)}))"
            if sift or (params[name].type in (_SIFTED if held else ("year",)) and named)
            else f"VALUES ?{name} {{ {' '.join(found)} }}"
            for name, found in given.items()
        )

    def filled(names: str) -> bool:
        return any(NUMBERS[number](len(terms(name))) for number, name in SPOKEN.findall(names))

    def opens(names: str, line: str) -> bool:
        if names == replaced == "place":
            return "?place" not in line
        return filled(names)

    body = UNLESS.sub(lambda m: "" if filled(m["names"]) else m["line"], body)
    body = WHEN.sub(lambda m: f"{m['indent']}{m['line']}" if opens(m["names"], m["line"]) else "", body)
    return MARKER.sub(lambda m: clauses(m["names"], sift=m["how"] == "sift"), body)


def _held_to(among: Among, *, by_thing: bool) -> str:
    """What holds a query to some reports or areas; beside an indicator, which leads to its figures sooner, they sift."""
    iris = [str(NamedNode(iri)) for iri in among[1]]
    return f"FILTER(?{among[0]} IN ({', '.join(iris)})) " if by_thing else f"VALUES ?{among[0]} {{ {' '.join(iris)} }} "


def _default(param: Param, given: bool) -> tuple[str, ...]:
    """The default of a slot that was not spoken of; an explicit 任意 opens it."""
    return () if given or param.default == ANY else (param.default,)
