"""The shapes of what /api/v1 takes and gives, as JSON Schema."""

from typing import Any

from server.errors import problems

Plain = dict[str, Any]
_TEXT: Plain = {"type": "string"}
_BOTH: Plain = {"type": "object", "properties": {"zh": _TEXT, "en": _TEXT}, "required": ["zh", "en"]}
_COUNT: Plain = {"type": "integer", "minimum": 0}


def schemas() -> Plain:
    """All of them, by name."""
    slot = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    slots = {"type": "object", "additionalProperties": slot}
    reading = {
        "type": "object",
        "properties": {
            "question_id": _TEXT,
            "title": _TEXT,
            "text": _TEXT,
            "slots": slots,
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["question_id", "text", "slots", "confidence"],
    }
    return {
        "Both": _BOTH,
        "Questions": {
            "type": "object",
            "properties": {
                "version": _TEXT,
                "release": _TEXT,
                "total": _COUNT,
                "questions": {
                    "type": "array",
                    "items": {"type": "object", "required": ["id", "title", "slots", "schema"]},
                },
            },
            "required": ["release", "total", "questions"],
        },
        "Asked": {
            "type": "object",
            "properties": {
                "question": {
                    "type": ["string", "null"],
                    "minLength": 1,
                    "description": "a sentence in one's own words",
                },
                "question_id": {"type": ["string", "null"], "minLength": 1, "description": "instead: a named question"},
                "slots": {"type": ["object", "null"], "description": "with question_id: names or ids"},
                "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": 10_000},
            },
            "additionalProperties": False,
            "anyOf": [{"required": ["question"]}, {"required": ["question_id"]}],
        },
        "Reading": reading,
        "Understood": {
            "type": "object",
            "properties": {
                "version": _TEXT,
                "release": _TEXT,
                "question_id": {"type": ["string", "null"], "description": "null where it is unsure"},
                "slots": slots,
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                "alternatives": {"type": "array", "items": {"$ref": "#/components/schemas/Reading"}},
                "answer": {"oneOf": [{"$ref": "#/components/schemas/Answer"}, {"type": "null"}]},
                "unused": {"type": "array", "items": _TEXT},
                "read_as": {
                    "type": "array",
                    "description": "words taken for misspelt ones",
                    "items": {"type": "object", "properties": {"written": _TEXT, "read": _TEXT}},
                },
                "reason": {"oneOf": [{"$ref": "#/components/schemas/Both"}, {"type": "null"}]},
            },
            "required": ["release", "question_id", "slots", "confidence", "alternatives", "answer"],
        },
        "Answer": {
            "type": "object",
            "properties": {
                "version": _TEXT,
                "release": _TEXT,
                "question": {"type": "object"},
                "answer": {"type": "string", "description": "the answer in one sentence"},
                "total": _COUNT,
                "at_least": {
                    "type": "boolean",
                    "description": "long lists are counted to 10,000: there are `total` rows at least",
                },
                "offset": _COUNT,
                "more": {"type": "boolean"},
                "columns": {"type": "array", "items": {"type": "object"}},
                "rows": {"type": "array", "items": {"type": "object"}},
                "shown": {"type": "array", "items": {"type": "object"}},
                "labels": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Both"}},
                "evidence": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Evidence"}},
                "caveat": _TEXT,
                "coverage": {"type": "object"},
                "loosen": {"type": "array", "items": {"type": "object"}},
                "sparql": _TEXT,
                "citation": {
                    "type": "object",
                    "properties": {"gbt": _TEXT, "bibtex": _TEXT},
                    "description": "how to cite the answer today, by GB/T 7714 and as BibTeX",
                },
            },
            "required": ["release", "question", "answer", "total", "columns", "rows", "labels", "evidence", "sparql"],
        },
        "Evidence": {
            "type": "object",
            "properties": {
                "quote": _TEXT,
                "begin": {**_COUNT, "description": "code points from the begin of the report's text"},
                "end": _COUNT,
                "marks": {"type": "array", "items": {"type": "object"}},
                "section": {"type": "array", "items": _TEXT},
                "report": _TEXT,
            },
            "required": ["quote", "begin", "end", "report"],
        },
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": [f"/problems#{name}" for name in problems()]},
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
                "instance": _TEXT,
                "hint": {"$ref": "#/components/schemas/Both"},
                "candidates": {"type": "array", "items": _TEXT},
            },
            "required": ["type", "title", "status", "detail"],
        },
    }
