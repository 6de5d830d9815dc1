"""The part of the API's description that is about uploads: one report in, one job to follow."""

from collections.abc import Mapping
from typing import Any

from server.staff.jobs import KINDS

TOKEN: list[dict[str, list[str]]] = [{"token": []}]
SECURITY = {"token": {"type": "http", "scheme": "bearer", "description": "the content of the service's token file"}}
TEXT = {"type": "string"}
JOB: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "status": {"type": "string", "enum": ["waiting", "running", "done", "failed"]},
        "name": {"type": "string", "description": "the file's name as it was sent"},
        "bytes": {"type": "integer"},
        "release": {"type": ["string", "null"], "description": "the release that has the report"},
        "issues": {"type": "array", "items": {"type": "object"}},
        "error": {"type": "string", "description": "why it failed, in the asker's language"},
        "reason": {"$ref": "#/components/schemas/Both"},
        "links": {"type": "object"},
    },
    "required": ["id", "status", "name", "bytes"],
}


def described(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths with those of uploads and jobs among them.

    >>> sorted(described({"/api/v1/reports": {"get": {}}})["/api/v1/reports"])
    ['get', 'post']
    """
    upload = {
        "operationId": "uploadReport",
        "summary": "Send one report; it is read by a process of its own and becomes part of a new release",
        "tags": ["data"],
        "security": TOKEN,
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                },
                **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
            },
        },
        "responses": {
            "202": _answer("Job", "taken; Location leads to the job"),
            **{status: _problem(why) for status, why in REFUSED.items()},
        },
    }
    one = {
        "operationId": "job",
        "summary": "What became of an uploaded report",
        "tags": ["data"],
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        "responses": {"200": _answer("Job", "the job as it stands"), "404": _problem("no such job")},
    }
    every = {
        "operationId": "jobs",
        "summary": "All jobs",
        "tags": ["data"],
        "security": TOKEN,
        "responses": {
            "200": {"description": "all jobs", "content": {"application/json": {"schema": {"type": "object"}}}},
            "401": _problem("the token is missing or wrong"),
            "403": _problem("the service only reads"),
        },
    }
    reports = {**paths.get("/api/v1/reports", {}), "post": upload}
    return {**paths, "/api/v1/reports": reports, "/api/v1/jobs": {"get": every}, "/api/v1/jobs/{id}": {"get": one}}


REFUSED = {
    "400": "no file, or an empty one",
    "401": "the token is missing or wrong",
    "403": "the service only reads",
    "413": "too large",
    "415": "no kind of report that is read",
}


def _answer(schema: str, description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
