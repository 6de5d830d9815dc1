"""Facts as others read them: the JSON of the annotation guide, and YAML cases. The only place that knows those key names."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

import yaml

from kg.corpus.document import Document, Span
from kg.extract.fact import (
    Action,
    Citation,
    Fact,
    Figure,
    Honour,
    Involvement,
    Mention,
    Programme,
    Reading,
    Statement,
)

Kind = TypeVar("Kind", bound=Fact)
COMMON = {field.name for field in fields(Fact)}


def to_gold(reading: Reading) -> dict[str, Any]:
    """A reading in the form of the annotation guide; offsets go into the text file as it was given.

    Values are numbers where JSON can hold them exactly (`97.27`, `2017000`); ids are stable for the same input.
    """
    document = reading.document
    offset = _offsets(document)
    sections = {section.key: f"S{section.key}" for section in reading.outline.sections}

    def place(span: Span) -> dict[str, Any]:
        start, end = offset(span.start), offset(span.end)
        # of a text file the words as it was given, also where the reader repaired them
        return {"start": start, "end": end, "quote": document.given[start:end] or document.quote(span)}

    def words(start: int, end: int) -> str:
        return str(place(Span(start, end))["quote"]).strip()

    def sentence_of(fact: Fact) -> str | None:
        return None if fact.sentence is None else _sentence_id(fact.sentence)

    by_sentence: dict[int, list[Fact]] = {}
    for fact in reading.facts:
        if fact.sentence is not None:
            by_sentence.setdefault(fact.sentence, []).append(fact)
    return {
        "meta": _meta(document),
        "sections": [
            {
                "id": sections[section.key],
                "number": words(section.span.start, section.title_span.start) if section.number else "",
                "title": words(section.title_span.start, section.title_span.end) or section.title,
                "level": section.level,
                "parent": sections.get(section.parent or ""),
                **place(section.span),
            }
            for section in reading.outline.sections
        ],
        "sentences": [
            {
                "id": _sentence_id(sentence.order),
                "section": sections.get(sentence.section or ""),
                **place(sentence.span),
                **_told(by_sentence.get(sentence.order, ())),
            }
            for sentence in reading.sentences
        ],
        "bodies": _named(_of(reading, Mention), place, lambda f: {"kind": f.body_kind, "level": f.level}),
        "indicators": [
            {"id": f"i{n}", "sentence": sentence_of(f), **_indicator(f), **place(f.span)}
            for n, f in enumerate((f for f in _of(reading, Figure) if f.value is not None), 1)
        ],
        "documents": _named(_of(reading, Citation), place, lambda f: {"kind": f.document_kind}, key="title"),
        "honours": [
            {
                "name": f.name,
                "recipient": f.recipient,
                "grantor": f.grantor,
                "level": f.level,
                "sentence": sentence_of(f),
                **place(f.span),
            }
            for f in _of(reading, Honour)
        ],
        "programmes": _named(_of(reading, Programme), place, lambda f: {"kind": f.kind}),
    }


def to_cases(reading: Reading) -> list[dict[str, Any]]:
    """One entry for each sentence: its words, who says them, the role of its section, and what was read from it, as a test
    case holds it. What is only inferred from the report around a sentence is left out."""
    roles = {section.key: section.role for section in reading.outline.sections}
    told: dict[int | None, dict[str, list[dict[str, Any]]]] = {}
    for fact in reading.facts:
        if not (isinstance(fact, Involvement) and fact.basis == "inferred"):
            plain = {key: value for key, value in case_of(fact).items() if key != "flags"}
            told.setdefault(fact.sentence, {}).setdefault(type(fact).__name__, []).append(plain)
    cases: list[dict[str, Any]] = []
    for sentence in reading.sentences:
        role = roles.get(sentence.section or "", "opening")
        case: dict[str, Any] = {"name": sentence.text.strip()[:24], "text": sentence.text}
        case |= {"report": _report(reading.document), "section": role, "facts": told.get(sentence.order, {})}
        cases.append(case)
    return cases


def _report(document: Document) -> dict[str, Any]:
    """Who reports, of which places from the widest to the narrowest, and for which years."""
    meta = document.meta
    places = (*meta.area.parents, meta.area) if meta.area else ()
    told: dict[str, Any] = {"issuer": meta.issuer}
    told |= {str(place.level): place.name for place in places}
    told |= {"period_year": meta.period_year, "plan_year": meta.plan_year}
    return {key: value for key, value in told.items() if value}


def case_of(fact: Fact) -> dict[str, Any]:
    """A fact's own fields as plain values, without place and rule; None, empty and default values are left out."""
    told: dict[str, Any] = {"quote": fact.quote}
    for field in fields(fact):
        value = getattr(fact, field.name)
        if field.name in COMMON or value is None or value == field.default or isinstance(value, Span):
            continue
        told[field.name] = _number(value) if isinstance(value, Decimal) else value
    if isinstance(fact, Statement):
        del told["quote"]
    if fact.flags:
        told["flags"] = list(fact.flags)
    return told


def to_yaml(cases: list[dict[str, Any]]) -> str:
    """Cases as YAML that can be pasted into `tests/cases/`.

    >>> print(to_yaml([{"text": "成立专班。", "section": "reported", "facts": {"Action": [{"verb": "成立", "object": "专班"}]}}]), end="")
    - text: 成立专班。
      section: reported
      facts:
        Action:
        - {verb: 成立, object: 专班}
    """
    return yaml.dump(cases, Dumper=_CaseDumper, allow_unicode=True, sort_keys=False, width=10**6)


class _CaseDumper(yaml.SafeDumper):
    """One line for each fact."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    flow = (
        bool(data)
        and not any(
            isinstance(value, dict) or (value and isinstance(value, list) and isinstance(value[0], dict))
            for value in data.values()
        )
        and "facts" not in data
    )
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=flow)


_CaseDumper.add_representer(dict, _represent)


def _of(reading: Reading, kind: type[Kind]) -> list[Kind]:
    return [fact for fact in reading.facts if isinstance(fact, kind)]


def _sentence_id(order: int) -> str:
    return f"s{order + 1}"


def _meta(document: Document) -> dict[str, Any]:
    meta = document.meta
    return {
        "title": meta.title,
        "issuer": meta.issuer,
        "jurisdiction": meta.area.full_name if meta.area else None,
        "period_year": meta.period_year,
        "plan_year": meta.plan_year,
        "published": meta.published,
    }


def _told(facts: Any) -> dict[str, Any]:
    """What the facts of one sentence say of it, in the guide's fields."""
    told: dict[str, list[Any]] = {"types": [], "actions": [], "actors": [], "refers": []}
    for fact in facts:
        match fact:
            case Statement():
                told["types"].append(fact.kind)
            case Action():
                told["actions"].append({"verb": fact.verb, "object": fact.object})
            case Involvement():
                inferred: Mapping[str, Any] = {"inferred": True} if fact.basis == "inferred" else {}
                told["actors"].append({"body": fact.body, "role": fact.role, **inferred})
            case Citation(relation=str()):
                told["refers"].append({"title": fact.title, "relation": fact.relation})
    return told


def _named(facts: list[Any], place: Any, more: Any, key: str = "name") -> list[dict[str, Any]]:
    """Facts of one name together, with all places where it is printed."""
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        name = getattr(fact, key)
        found.setdefault(name, {key: name, **more(fact), "mentions": []})["mentions"].append(place(fact.span))
    return list(found.values())


def _indicator(fact: Figure) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": _number(fact.value),
        "value_max": _number(fact.value_max),
        "unit": fact.unit,
        "qualifier": fact.qualifier,
        "change_from": _number(fact.former_value),
        "direction": fact.direction,
        "year": fact.year,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _offsets(document: Document) -> Any:
    """Canonical offset → offset in the text file as given; unchanged for pages and office files, which have no such text."""
    rows = document.origin
    if not rows or any(element for _, _, element in rows):
        return lambda offset: offset
    starts = [start for start, _, _ in rows]

    def given(offset: int) -> int:
        start, raw, _ = rows[max(0, bisect_right(starts, offset) - 1)]
        return raw + offset - start

    return given
