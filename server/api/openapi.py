"""The description of /api/v1 as OpenAPI 3.1, made from the questions themselves: a new .rq file is a new operation."""

from typing import Any

from queries import load_queries
from queries.header import NamedQuery
from queries.present import schema
from server.api.calls import VERSION
from server.api.data import GRAVITY, SENTENCES, SUGGESTED
from server.api.openapi_jobs import JOB, SECURITY, described
from server.api.openapi_schemas import schemas

Plain = dict[str, Any]
_TEXT: Plain = {"type": "string"}
_COUNT: Plain = {"type": "integer", "minimum": 0}


def document(server: str = "") -> Plain:
    """The whole document.

    >>> made = document(); made["openapi"], "/api/v1/questions/who-did-what" in made["paths"]
    ('3.1.0', True)
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "法治 fazhi",
            "version": VERSION,
            "summary": "Questions to annual rule-of-law government reports, answered with the reports' own words",
            "description": "Every answer names its version, the release it comes from, its SPARQL, and the quotes behind each row. "
            "Unknown parameters are refused. Errors are problems by RFC 9457.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": "questions"}, {"name": "data"}],
        "paths": described({**_question_paths(), **_data_paths()}),
        "components": {"schemas": {**schemas(), "Job": JOB}, "securitySchemes": SECURITY},
    }


def _get(
    summary: str,
    tag: str,
    answer: str | Plain,
    parameters: list[Plain] | None = None,
    *,
    id: str,
    missing: bool = False,
) -> Plain:
    statuses = ["400", "429", "503", *(["404"] if missing else [])]
    return {
        "operationId": id,
        "summary": summary,
        "tags": [tag],
        "parameters": [*(parameters or []), _LANGUAGE],
        "responses": {"200": _answer(answer), **{status: _problem(status) for status in statuses}},
    }


def _answer(answer: str | Plain) -> Plain:
    content = {"$ref": f"#/components/schemas/{answer}"} if isinstance(answer, str) else answer
    return {
        "description": "The answer",
        "headers": {"ETag": {"schema": _TEXT}, "Link": {"schema": _TEXT, "description": "first, prev, next, last"}},
        "content": {"application/json": {"schema": content}},
    }


def _problem(status: str) -> Plain:
    said = {
        "400": "A parameter is wrong",
        "404": "There is no such thing",
        "429": "Too much at once: see Retry-After",
        "503": "Out of time, or too busy",
    }
    return {
        "description": said.get(status, "A problem"),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _query(name: str, kind: Plain, description: str, *, required: bool = False) -> Plain:
    found = {"name": name, "in": "query", "required": required, "schema": kind, "description": description}
    return found | ({"allowEmptyValue": True} if "enum" in kind else {})  # as a form sends what was not chosen


def _path(name: str, description: str) -> Plain:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT, "description": description}


_LANGUAGE = _query("lang", {"type": "string", "enum": ["zh", "en"]}, "language of texts; else by Accept-Language")


def _paged(usual: int, most: int) -> list[Plain]:
    return [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": usual}, "rows of a page"),
        _query("offset", {"type": "integer", "minimum": 0, "maximum": 10_000_000, "default": 0}, "rows to leave out"),
    ]


def _question_paths() -> Plain:
    paths: Plain = {
        "/api/v1/questions": {
            "get": _get("All questions with the JSON Schema of their slots", "questions", "Questions", id="questions")
        },
        "/api/v1/ask": {
            "get": _get(
                "What a sentence was understood as; with run=1 its answer",
                "questions",
                "Understood",
                [
                    _query("q", {"type": "string", "minLength": 1}, "the sentence", required=True),
                    _query("run", {"type": "string", "enum": ["0", "1"]}, "1 to answer where it is sure"),
                    _paged(100, 10_000)[0],
                ],
                id="understand",
            ),
            "post": {
                **_get("A sentence, understood and answered", "questions", "Understood", id="ask", missing=True),
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Asked"},
                            "examples": {"words": {"value": {"question": "2021年矛盾纠纷调处成功率是多少？"}}},
                        }
                    },
                },
            },
        },
    }
    for name, query in load_queries().items():
        paths[f"/api/v1/questions/{name}"] = {
            "get": {
                **_get(
                    f"{query.title.zh} / {query.title.en}",
                    "questions",
                    "Answer",
                    [*_slots(query), *_paged(query.limit, 10_000)],
                    id=f"question_{name}".replace("-", "_"),
                    missing=True,
                ),
                "description": f"{query.sentence.zh}\n\n{query.sentence.en}\n\n{query.caveat.zh}\n\n{query.caveat.en}",
            }
        }
        paths[f"/api/v1/questions/{name}"]["get"]["responses"]["422"] = _problem("422")
    return paths


def _slots(query: NamedQuery) -> list[Plain]:
    made = schema(query)["properties"]
    found = []
    for name, param in query.params.items():
        kind = made[name]
        described = _query(name, kind, kind["description"], required=param.must_be_given)
        if param.multi:
            described |= {"style": "form", "explode": True}
        found.append(described)
    return found


def _data_paths() -> Plain:
    kind = {"type": "string", "enum": list(SUGGESTED)}
    return {
        "/api/v1/suggest": {
            "get": _get(
                "Names that begin with what was typed, in characters, pinyin or initials",
                "data",
                _listed("suggestions"),
                [_query("q", _TEXT, "what was typed"), _query("type", kind, "kind of thing"), _paged(10, 50)[0]],
                id="suggest",
            )
        },
        "/api/v1/resources": {
            "get": _get(
                "Things of a kind",
                "data",
                _listed("resources"),
                [_query("type", kind, "kind of thing"), _query("q", _TEXT, "words of the name"), *_paged(50, 1000)],
                id="resources",
            )
        },
        "/api/v1/resources/{path}": {
            "get": _get(
                "One thing: its statements and those that point to it",
                "data",
                {"type": "object"},
                [_path("path", "local id, for example area/330226"), _paged(200, 2000)[0]],
                id="resource",
                missing=True,
            )
        },
        "/api/v1/reports": {
            "get": _get(
                "All reports, newest first",
                "data",
                _listed("reports"),
                [
                    _query("year", {"type": "integer", "minimum": 1000, "maximum": 9999}, "year reported on"),
                    _query("area", _TEXT, "division code or id of the area"),
                    *_paged(50, 1000),
                ],
                id="reports",
            )
        },
        "/api/v1/reports/{key}": {
            "get": _get(
                "One report",
                "data",
                {"type": "object"},
                [_path("key", "for example 330226/2021")],
                id="report",
                missing=True,
            )
        },
        "/api/v1/reports/{key}/sentences": {
            "get": _get(
                "The sentences of a report in order, with offsets in code points",
                "data",
                _listed("sentences"),
                [
                    _path("key", "for example 330226/2021"),
                    _query(
                        "type",
                        {"type": "string", "enum": list(SENTENCES)},
                        "goal, measure, plan, result, problem or background",
                    ),
                    *_paged(100, 2000),
                ],
                id="sentences",
                missing=True,
            )
        },
        "/api/v1/findings": {
            "get": _get(
                "What the checks found, most severe first",
                "data",
                _listed("findings"),
                [
                    _query("severity", {"type": "string", "enum": list(GRAVITY)}, "severity"),
                    _query("report", _TEXT, "id of the report"),
                    *_paged(50, 1000),
                ],
                id="findings",
            )
        },
        "/api/v1/terms": {
            "get": _get("Classes and properties that occur, with counts", "data", _listed("terms"), id="terms")
        },
    }


def _listed(name: str) -> Plain:
    return {
        "type": "object",
        "properties": {
            "version": _TEXT,
            "release": _TEXT,
            "total": _COUNT,
            name: {"type": "array", "items": {"type": "object"}},
        },
        "required": ["version", "release", name],
    }
