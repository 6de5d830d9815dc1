"""The questions over HTTP as JSON: /api/v1. The same answers as the pages, with their SPARQL, labels and quotes."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from queries import find_query, load_queries
from queries.answer import Answered
from queries.present import answer_data, ask, choice_data, question_data, run
from queries.slots import choices
from queries.table import as_csv
from server.api.calls import answered, linked, one_of, only, page, refuse, refuse_parameters, sent_json
from server.api.openapi import document
from server.errors import Problem
from server.i18n import language
from server.pages.cite import citation
from server.pages.site import base
from server.paths import with_query
from server.protocol.describe import public_url
from server.service import service

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_ROWS = 10_000


@blueprint.get("/")
@only()
def index() -> Response:
    """What there is."""
    names = ("questions", "ask", "suggest", "resources", "reports", "findings", "terms")
    links = {name: f"/api/v1/{name}" for name in names}
    cited = citation(_("法治政府报告图谱"), f"{public_url()}/data", service().release_id, made=service().made)
    return answered({"title": "fazhi", "links": {**links, "openapi": "/api/v1/openapi.json"}, "citation": cited})


@blueprint.get("/openapi.json")
@only()
def openapi() -> Response:
    """The description of this API, OpenAPI 3.1."""
    return jsonify(document(service().config.public_url))


@blueprint.get("/questions")
@blueprint.get("/q")
@only()
def questions() -> Response:
    """All questions with the JSON Schema of their slots."""
    found = [
        {**question_data(query), "links": {"answer": f"/api/v1/questions/{name}", "page": f"/ask/{name}"}}
        for name, query in load_queries().items()
    ]
    return answered({"total": len(found), "questions": found})


@blueprint.get("/questions/<name>")
@blueprint.get("/q/<name>")
def question(name: str) -> Response:
    """One question with its answer; `.csv` for the table alone. Slots are parameters, several times for several values."""
    name, _, suffix = name.partition(".")
    if suffix not in ("", "json", "csv"):
        raise Problem("not-acceptable", suffix[:20], offered=["json", "csv"])
    query = find_query(name)
    refuse_parameters((*query.params, "limit", "offset"), several=query.params)
    given = {slot: request.args.getlist(slot) for slot in query.params if slot in request.args}
    wanted = page(query.limit, MOST_ROWS)
    found = run(query, given, service().store, base=base(), limit=wanted.limit, offset=wanted.offset)
    if suffix == "csv":
        return linked(table(found), found.total, wanted, at_least=found.at_least)
    pairs = [(slot, value) for slot, values in found.values.items() for value in values or ("any",)]
    links = {
        "page": with_query(f"/ask/{name}", pairs),
        "csv": with_query(f"/api/v1/questions/{name}.csv", pairs),
        "sparql": with_query("/sparql", [("query", found.sparql)]),
    }
    cited = citation(
        found.title[language()], f"{public_url()}{links['page']}", found.release, made=service().made, key=name
    )
    schema = question_data(query)["schema"]
    described = {**answer_data(found, language()), "schema": schema, "links": links, "citation": cited}
    return linked(answered(described), found.total, wanted, at_least=found.at_least)


@blueprint.get("/questions/<name>/slots/<slot>")
@only("limit")
def slot_choices(name: str, slot: str) -> Response:
    """What may stand in one slot, most frequent first."""
    query = find_query(name)
    if slot not in query.params:
        raise Problem("unknown-slot", slot[:80], candidates=list(query.params))
    found = choices(query, slot, service().store, base=base(), limit=page(100, 2000).limit)
    return answered({"question": name, "slot": slot, "choices": [choice_data(choice) for choice in found]})


def table(found: Answered) -> Response:
    """The table as CSV."""
    response = Response(as_csv(found, language()), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.query.id}.csv"'
    return response


@blueprint.get("/ask")
@only("q", "run", "limit")
def understand() -> Response:
    """A sentence in one's own words: what was understood; with `run=1` the answer too, where it is sure."""
    text = request.args.get("q", "").strip()
    if not text:
        raise Problem("bad-request", "q")
    data = ask(text, service().store, base=base(), language=language(), limit=_few(), written=service().written)
    if one_of("run", ("0", "1", "true", "false")) not in ("1", "true"):
        data["answer"] = None
    return answered(data)


@blueprint.post("/ask")
@only()
def ask_in_words() -> Response:
    """`{"question": "…"}` → what was understood and the answer; unsure gives `question_id` null and alternatives.

    `{"question_id": "…", "slots": {…}}` runs a named question.
    """
    asked = _asked()
    if asked.question_id is None:
        found = ask(
            asked.question,
            service().store,
            base=base(),
            language=language(),
            limit=asked.limit,
            written=service().written,
        )
        return answered(found)
    query = find_query(asked.question_id)
    data = answer_data(run(query, asked.slots, service().store, base=base(), limit=asked.limit), language())
    head = {"question_id": query.id, "slots": data["question"]["slots"], "confidence": 1.0, "alternatives": []}
    return answered({**head, "answer": data})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a body asks: a sentence, or (its id not null) a named question with what is in its slots."""

    question: str
    question_id: str | None
    slots: dict[str, list[str]]
    limit: int


def _asked() -> Asked:
    """The body of the request. Raises a problem for one that asks nothing, or has what the description forbids."""
    body = sent_json()
    if not isinstance(body, dict):
        raise Problem("bad-request", '{"question": "…"}')
    refuse(body, ("question", "question_id", "slots", "limit"))
    question, named, slots, limit = (body.get(name) for name in ("question", "question_id", "slots", "limit"))
    if named is not None and (not isinstance(named, str) or not named):
        raise Problem("bad-request", "question_id")
    if (question is not None or named is None) and (not isinstance(question, str) or not question.strip()):
        raise Problem("bad-request", '{"question": "…"}')
    if slots is not None and (not isinstance(slots, dict) or (slots and named is None)):
        raise Problem("bad-request", '{"question_id": "…", "slots": {…}}')
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_ROWS):
        raise Problem("bad-request", f"limit: 1–{MOST_ROWS}")
    given = {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in (slots or {}).items()
    }
    return Asked((question or "").strip(), named, given, limit or 100)


def _few() -> int:
    return page(100, MOST_ROWS).limit
