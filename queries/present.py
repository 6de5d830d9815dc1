"""Answers and questions as plain data for JSON: the API, the tools for language models, `--json` of the command line."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.store.answer import Cell, Store
from queries.answer import Answered, answer, slot_text
from queries.binding import LONGEST, OPEN, RESOURCES, YEARS, Values, chosen
from queries.evidence import Evidence
from queries.header import ANY, Language, NamedQuery, Param, Text
from queries.labels import Label
from queries.names import names
from queries.router.candidate import Candidate
from queries.router.route import Understood, route
from queries.slots import Choice, resolve
from queries.wording import slot_name

Plain = dict[str, Any]
_NUMBERS = ("integer", "decimal", "double", "float")


def question_data(query: NamedQuery) -> Plain:
    """One question: titles, sentence, slots with their JSON Schema, columns, views."""
    return {
        "id": query.id,
        "title": _both(query.title),
        "group": query.group,
        "sentence": _both(query.sentence),
        "slots": {name: slot_data(param) for name, param in query.params.items()},
        "schema": schema(query),
        "columns": {
            name: {"zh": column.zh, "en": column.en, "kind": column.kind} for name, column in query.columns.items()
        },
        "views": list(query.view.offered()),
        "caveat": _both(query.caveat),
        "examples": list(query.triggers.samples),
    }


def slot_data(param: Param) -> Plain:
    """What a form needs to know of a slot."""
    return {
        "type": param.type,
        "name": _both(slot_name(param)),
        "help": _both(param.help),
        "multi": param.multi,
        "required": param.required,
        "default": param.default,
    }


def schema(query: NamedQuery) -> Plain:
    """JSON Schema of a question's slots.

    >>> from queries import find_query
    >>> schema(find_query("problems"))["properties"]["year"]["anyOf"][0]
    {'type': 'integer', 'minimum': 1949, 'maximum': 2100}
    """
    return {
        "type": "object",
        "properties": {name: _slot_schema(param) for name, param in query.params.items()},
        "required": [name for name, param in query.params.items() if param.must_be_given],
        "additionalProperties": False,
    }


def _slot_schema(param: Param) -> Plain:
    one: Plain = {"type": "string", "maxLength": LONGEST}
    if param.type == "year":
        one = {"type": "integer", "minimum": YEARS[0], "maximum": YEARS[1]}
    elif param.type == "number":
        one = {"type": "number"}
    elif param.type == "date":
        one = {"type": "string", "format": "date"}
    elif param.choices is not None and not isinstance(param.choices, str):
        one = {"type": "string", "enum": list(param.choices)}
    kinds = [one, {"enum": [ANY, *OPEN]}]
    if param.multi:
        kinds.insert(1, {"type": "array", "items": one, "minItems": 1})
    return {"title": slot_name(param).en, "description": f"{param.help.zh} / {param.help.en}", "anyOf": kinds}


def answer_data(answered: Answered, language: Language = "zh") -> Plain:
    """A whole answer. Rows hold IRIs and typed values; `labels` says what IRIs are called, `evidence` holds the quotes."""
    query = answered.query
    return {
        "release": answered.release,
        "question": {
            "id": query.id,
            "title": _both(answered.title),
            "slots": slots_data(answered.values),
            "understood": chips(query, answered.values, answered.labels, answered.base, language),
        },
        "answer": answered.say(language),
        "total": answered.total,
        "at_least": answered.at_least,
        "offset": answered.offset,
        "more": answered.more,
        "columns": [
            {"id": name, "title": column[language], "kind": column.kind, "unit": column.unit}
            for name, column in query.columns.items()
        ],
        "rows": [{name: cell_data(cell) for name, cell in row.items()} for row in answered.rows],
        "shown": [{name: answered.text(row, name, language) for name in answered.columns} for row in answered.rows],
        "labels": {iri: {"zh": label.zh, "en": label.en} for iri, label in answered.labels.items()},
        "evidence": {iri: evidence_data(found) for iri, found in answered.evidence.items()},
        "caveat": query.caveat[language],
        "coverage": {
            "reports": answered.coverage.reports,
            "places": answered.coverage.places,
            "first": answered.coverage.first,
            "last": answered.coverage.last,
            "absent": list(answered.coverage.absent),
            "text": answered.coverage.say(language),
        },
        "loosen": [
            {"slot": one.slot, "rows": one.rows, "slots": slots_data(one.values), "text": one.say(query, language)}
            for one in answered.loosened
        ],
        "sparql": answered.sparql,
    }


def evidence_data(found: Evidence) -> Plain:
    """A quote with its place: offsets are code points in the report's canonical text, marks count from the quote's begin."""
    return {
        "quote": found.quote,
        "begin": found.begin,
        "end": found.begin + len(found.quote),
        "marks": [{"start": mark.start, "end": mark.end, "thing": mark.thing} for mark in found.marks],
        "section": [f"{heading.number}{heading.title}" for heading in found.headings],
        "report": found.report.iri,
        "title": found.report.title.zh,
        "year": found.report.year,
        "published": found.report.published,
        "source": found.report.url,
    }


def understood_data(understood: Understood, store: Store, base: str, language: Language = "zh") -> Plain:
    """What the router understood: the contract of `POST /api/v1/ask` without the answer."""
    return {
        "question_id": understood.question,
        "slots": slots_data(understood.slots),
        "confidence": understood.confidence,
        "alternatives": [candidate_data(one, store, base, language) for one in understood.alternatives],
        "answer": None,
        "unused": list(understood.unused),
        "read_as": [{"written": written, "read": read} for written, read in understood.read_as],
        "reason": _both(understood.reason) if understood.reason else None,
    }


def candidate_data(candidate: Candidate, store: Store, base: str, language: Language = "zh") -> Plain:
    """One reading of a sentence, with the question's own sentence filled in."""
    from queries import find_query

    query = find_query(candidate.question)
    return {
        "question_id": candidate.question,
        "title": query.titled(candidate.slots)[language],
        "text": filled_sentence(query, candidate.slots, store, base, language),
        "slots": slots_data(candidate.slots),
        "confidence": candidate.confidence,
    }


def ask(
    text: str,
    store: Store,
    *,
    base: str,
    language: Language = "zh",
    limit: int | None = None,
    written: Callable[[str], bool] | None = None,
) -> Plain:
    """A free sentence, understood and answered in one: the contract of `POST /api/v1/ask`. `written` as for `route`."""
    understood = route(text, store, base=base, written=written)
    data = {"release": store.release, **understood_data(understood, store, base, language)}
    if understood.question is not None:
        from queries import find_query

        query = find_query(understood.question)
        answered = answer(query, understood.slots, store, base=base, limit=limit)
        data["answer"] = answer_data(answered, language)
    return data


def run(
    query: NamedQuery,
    given: Values,
    store: Store,
    *,
    base: str,
    limit: int | None = None,
    offset: int = 0,
) -> Answered:
    """A named question with slots as people write them: names or ids."""
    return answer(query, resolve(query, given, store, base=base), store, base=base, limit=limit, offset=offset)


def filled_sentence(query: NamedQuery, values: Values, store: Store, base: str, language: Language = "zh") -> str:
    """The question's own sentence with its slots filled.

    >>> from queries import find_query
    >>> filled_sentence(find_query("problems"), {"year": "2021"}, None, "https://w3id.org/fazhi/id/")
    '各地2021年的报告在各方面承认了哪些问题？'
    """
    filled = query.sentence[language]
    needs = any(
        param.type in RESOURCES or param.type == "code" for name, param in query.params.items() if name in values
    )
    known = {iri: thing.label for iri, thing in names(store).things.items()} if needs else {}
    for name, param in query.params.items():
        several = chosen(values, name) if name in values else None
        filled = filled.replace(f"{{{name}}}", slot_text(param, several, known, base, language))
    return filled


def chips(
    query: NamedQuery, values: Values, labels: Mapping[str, Label], base: str, language: Language = "zh"
) -> list[Plain]:
    """The filled slots as people read them: name and value."""
    return [
        {
            "slot": name,
            "name": slot_name(param)[language],
            "text": slot_text(param, chosen(values, name) if name in values else None, labels, base, language),
        }
        for name, param in query.params.items()
    ]


def slots_data(values: Values) -> Plain:
    """Slot → value, or a list where there are several; 任意 where a slot with a default was opened.

    >>> slots_data({"year": ("2021", "2022"), "lead": ("body/330226-e0a6bfa112",), "relation": ()})
    {'year': ['2021', '2022'], 'lead': 'body/330226-e0a6bfa112', 'relation': 'any'}
    """
    plain: Plain = {}
    for name in values:
        several = chosen(values, name)
        plain[name] = ANY if not several else several[0] if len(several) == 1 else list(several)
    return plain


def choice_data(choice: Choice) -> Plain:
    """One choice of a slot."""
    return {"value": choice.value, "label": {"zh": choice.label.zh, "en": choice.label.en}, "count": choice.count}


def cell_data(cell: Cell) -> Any:
    """A cell as JSON: numbers as numbers, all else as text.

    >>> cell_data(Cell("99.60", "literal", "http://www.w3.org/2001/XMLSchema#decimal"))
    99.6
    """
    kind = (cell.datatype or "").rpartition("#")[2]
    if cell.kind == "literal" and kind in _NUMBERS:
        try:
            number = Decimal(cell.value)
        except InvalidOperation:
            return cell.value
        return int(number) if number == number.to_integral_value() else float(number)
    if kind == "boolean":
        return cell.value in ("true", "1")
    return cell.value


def _both(text: Text) -> Plain:
    return {"zh": text.zh, "en": text.en}
