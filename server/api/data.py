"""What the graph holds, over /api/v1: suggestions, things, reports with their sentences, findings, terms."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from kg.store.answer import Row
from queries.labels import Label, local_name
from queries.names import Named, names, plain
from queries.present import cell_data
from queries.support import support
from server.api.calls import answered, linked, one_of, only, page
from server.errors import Problem
from server.i18n import language
from server.pages.cite import report_citation
from server.pages.site import base
from server.paths import local_path
from server.protocol.describe import public_url
from server.service import Service, service

_LOOKED_AT = 300
"""Finds of the index among which those of the wanted kind are sought."""
blueprint = Blueprint("api_data", __name__, url_prefix="/api/v1")
SUGGESTED = ("area", "body", "document", "indicator", "programme", "report")
SENTENCES = ("background", "goal", "measure", "plan", "problem", "result")
GRAVITY = ("violation", "warning", "info")


def _label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _value(row: Row, name: str) -> Any:
    return cell_data(row[name]) if name in row else None


@blueprint.get("/suggest")
@only("q", "type", "limit")
def suggest() -> Response:
    """Names that begin like what was typed: in characters, in pinyin (ninghai), in initials (nhx)."""
    typed, kind = request.args.get("q", "").strip()[:100], one_of("type", SUGGESTED)
    limit = page(10, 50).limit
    known = names(service().store)
    found = suggested(service(), typed, kind) if typed else [(t, t.label.zh) for t in known.of_kind(kind or "area")]
    rows = [
        {
            "value": thing.iri.removeprefix(base()),
            "type": thing.kind,
            "label": _label(thing.label),
            "matched": matched,
            "area": known.things[thing.area].label.zh if thing.area and thing.area in known.things else None,
            "href": local_path(thing.iri, base()),
        }
        for thing, matched in found[:limit]
    ]
    return answered({"q": typed, "suggestions": rows})


def suggested(service: Service, typed: str, kind: str = "") -> list[tuple[Named, str]]:
    """Things of a kind, or of any, with a name that fits what was typed, and that name."""
    known = names(service.store).things
    # The index knows what a graph says of its own things, not their super-classes: so the kind is asked of the names.
    hits = [hit for hit in service.search.suggest(typed, limit=_LOOKED_AT) if hit.iri in known]
    return [
        (known[hit.iri], hit.matched)
        for hit in hits
        if known[hit.iri].kind != "code" and kind in ("", known[hit.iri].kind)
    ]


@blueprint.get("/resources")
@only("q", "type", "limit", "offset")
def resources() -> Response:
    """Things of a kind, or those whose name holds some words."""
    kind, words = one_of("type", SUGGESTED) or "body", plain(request.args.get("q", ""))
    wanted = page(50, 1000)
    things = [
        thing
        for thing in names(service().store).of_kind(kind)
        if not words or any(words in plain(name) for name in thing.names)
    ]
    rows = [
        {"id": thing.iri.removeprefix(base()), "iri": thing.iri, "type": thing.kind, "label": _label(thing.label), "names": list(thing.names)}
        for thing in things[wanted.offset : wanted.offset + wanted.limit]
    ]  # fmt: skip
    return linked(answered({"total": len(things), "resources": rows}), len(things), wanted)


@blueprint.get("/resources/<path:key>")
@only("limit")
def resource(key: str) -> Response:
    """One thing: its statements and those that point to it, with labels."""
    iri = f"{base()}{key}"
    limit = page(200, 2000).limit
    store = service().store
    try:
        text = support("thing").replace("#thing", f"VALUES ?thing {{ {_node(iri)} }}")
    except ValueError as error:
        raise Problem("no-such-resource", key[:200]) from error
    rows = store.rows(f"{text}\nLIMIT {limit}")
    if not rows:
        raise Problem("no-such-resource", key[:200])
    said = service().labels(
        [iri, *(cell.value for row in rows for name, cell in row.items() if cell.kind == "uri" and name != "way")]
    )
    statements = [
        {"property": row["property"].value, "value": _value(row, "value"), "language": row["value"].language}
        for row in rows
        if row["way"].value == "out"
    ]
    pointing = [
        {"subject": row["value"].value, "property": row["property"].value} for row in rows if row["way"].value == "in"
    ]
    return answered(
        {
            "id": key,
            "iri": iri,
            "label": _label(said[iri]),
            "statements": statements,
            "pointed_at_by": pointing,
            "labels": {name: _label(label) for name, label in said.items()},
            "links": {"page": local_path(iri, base()), "turtle": f"/data/{key}.ttl"},
        }
    )


def _node(iri: str) -> str:
    from pyoxigraph import NamedNode

    return str(NamedNode(iri))


@blueprint.get("/reports")
@only("limit", "offset", "year", "area")
def reports() -> Response:
    """All reports, newest first."""
    rows = service().store.rows(support("list-reports"))
    year, area = request.args.get("year", ""), request.args.get("area", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Problem("bad-request", "year — 2021")
    kept = [
        row
        for row in rows
        if year in ("", str(_value(row, "year"))) and area in ("", _local(row, "area"), local_name(_local(row, "area")))
    ]
    wanted = page(50, 1000)
    shown = kept[wanted.offset : wanted.offset + wanted.limit]
    said = service().labels([row[name].value for row in shown for name in ("report", "area", "issuer") if name in row])
    found = [_report(row, said) for row in shown]
    return linked(answered({"total": len(kept), "reports": found}), len(kept), wanted)


def _local(row: Row, name: str) -> str:
    return row[name].value.removeprefix(base()) if name in row else ""


@blueprint.get("/reports/<path:key>/sentences")
@only("limit", "offset", "type")
def sentences(key: str) -> Response:
    """The sentences of one report in order: text, offsets in code points, types, section."""
    kind = one_of("type", SENTENCES)
    try:
        clause = f"VALUES ?report {{ {_node(f'{base()}report/{key}')} }}"
    except ValueError as error:
        raise Problem("no-such-resource", key[:200]) from error
    rows = service().store.rows(support("list-sentences").replace("#report", clause))
    if not rows:
        raise Problem("no-such-resource", key[:200])
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(
            row["sentence"].value,
            {
                "id": _local(row, "sentence"),
                "text": row["text"].value,
                "begin": _value(row, "begin"),
                "end": _value(row, "end"),
                "types": [],
                "section": _value(row, "heading"),
            },
        )
        if "type" in row and row["type"].value not in one["types"]:
            one["types"].append(row["type"].value)
    kept = [one for one in found.values() if kind in ("", *one["types"])]
    wanted = page(100, 2000)
    shown = kept[wanted.offset : wanted.offset + wanted.limit]
    return linked(answered({"report": f"report/{key}", "total": len(kept), "sentences": shown}), len(kept), wanted)


@blueprint.get("/reports/<path:key>")
@only()
def report(key: str) -> Response:
    """One report."""
    rows = [row for row in service().store.rows(support("list-reports")) if _local(row, "report") == f"report/{key}"]
    if not rows:
        raise Problem("no-such-resource", key[:200])
    row = rows[0]
    said = service().labels([row[name].value for name in ("report", "area", "issuer") if name in row])
    found = _report(row, said)
    cited = report_citation(
        found["issuer"]["label"][language()] if found["issuer"] else "",
        found["title"],
        found["source"] or f"{public_url()}{found['links']['page']}",
        found["published"] or "",
    )
    return answered({**found, "citation": cited})


def _report(row: Row, said: Mapping[str, Label]) -> dict[str, Any]:
    """A report as the API gives it."""
    place = _local(row, "report")
    return {
        "id": place,
        "iri": row["report"].value,
        "title": said[row["report"].value].zh,
        "year": _value(row, "year"),
        "plan_year": _value(row, "planYear"),
        **{
            name: {"id": _local(row, name), "label": _label(said[row[name].value])} if name in row else None
            for name in ("area", "issuer")
        },
        "published": _value(row, "published"),
        "source": _value(row, "source"),
        "sentences": _value(row, "sentences"),
        "links": {
            "sentences": f"/api/v1/{place.replace('report/', 'reports/', 1)}/sentences",
            "page": local_path(row["report"].value, base()),
        },
    }


@blueprint.get("/findings")
@only("limit", "offset", "severity", "report")
def findings() -> Response:
    """What the checks and the audit found, gravest first."""
    severity, report = one_of("severity", GRAVITY), request.args.get("report", "")
    found: dict[str, dict[str, Any]] = {}
    for row in service().store.rows(support("list-findings")):
        one = found.setdefault(
            row["finding"].value,
            {
                "id": _local(row, "finding"),
                "severity": local_name(row["severity"].value).removeprefix("sev-"),
                "rule": local_name(row["rule"].value),
                "report": _local(row, "report"),
                "message": {},
                "evidence": [],
            },
        )
        one["message"][row["message"].language or "zh"] = row["message"].value
        if (
            "quote" in row
            and (quote := {"sentence": _local(row, "span"), "quote": row["quote"].value}) not in one["evidence"]
        ):
            one["evidence"].append(quote)
    order = {name: place for place, name in enumerate(GRAVITY)}
    kept = sorted(
        (one for one in found.values() if severity in ("", one["severity"]) and report in ("", one["report"])),
        key=lambda one: (order.get(one["severity"], 9), one["report"], one["rule"], one["id"]),
    )
    wanted = page(50, 1000)
    return linked(
        answered({"total": len(kept), "findings": kept[wanted.offset : wanted.offset + wanted.limit]}),
        len(kept),
        wanted,
    )


@blueprint.get("/terms")
@only()
def terms() -> Response:
    """Classes and properties that occur in this release, with labels and counts."""
    store = service().store
    rows = [("class", row) for row in store.rows(support("class-counts"))]
    rows += [("property", row) for row in store.rows(support("property-counts"))]
    said = service().labels([row["term"].value for _, row in rows])
    found = [
        {
            "iri": row["term"].value,
            "kind": kind,
            "label": _label(said[row["term"].value]),
            "count": _value(row, "n"),
        }
        for kind, row in rows
    ]
    return answered({"total": len(found), "terms": found})
