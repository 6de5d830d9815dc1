"""计划落实: what one year's report plans, beside what the next year's report says about it. Judges nothing by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kg.store.answer import Row
from queries.answer import Answered, answer
from queries.binding import Values
from queries.counting import count_by
from queries.evidence import Evidence
from queries.header import Language
from queries.support import about
from server.i18n import language
from server.pages.forms import given, options, query_of
from server.pages.site import base, here, know
from server.paths import local_path, with_query
from server.service import service

blueprint = Blueprint("plans", __name__)
_PAGE = 40
_FZ = "https://w3id.org/fazhi/ns#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A body that leads a planned item; implied where the words name none."""

    name: str
    href: str
    implied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One planned item with its judgement."""

    plan: str
    planned: Evidence | None
    done: Evidence | None
    status: str
    code: str
    confidence: str
    confirmed: bool
    leads: tuple[Lead, ...]


@blueprint.get("/plans")
def page() -> str:
    """Three columns: the plan's words, the next report's words, the judgement."""
    query = query_of("plan-followup")
    values = given(query, ("place", "year", "status"))
    start = request.args.get("from", "1")
    first = max(int(start), 1) if start.isdigit() and len(start) < 8 else 1
    found = answer(query, values, service().store, base=base(), limit=_PAGE, offset=first - 1)
    leads = _leads(found)
    know(found.evidence.values())
    items = [_item(found, row, leads) for row in found.rows]
    return render_template(
        "plans.html",
        items=items,
        counts=_counts(found),
        only={one.value: _only(values, one.value) for one in options(query, "status")},
        total=found.distinct["plan"],
        rows=found.total,
        at_least=found.at_least,
        first=first,
        previous=here(**{"from": str(max(first - _PAGE, 1))}) if first > 1 else "",
        following=here(**{"from": str(first + _PAGE)}) if found.more else "",
        places=options(query, "place", values.get("place", ())),
        years=options(query, "year", values.get("year", ())),
        statuses=options(query, "status", values.get("status", ())),
        coverage=found.coverage.say("en" if language() == "en" else "zh"),
        caveat=query.caveat[language()],
        question=with_query("/ask/plan-followup", [(name, one) for name, several in values.items() for one in several]),
    )


def _only(values: Values, status: str) -> str:
    """The page with the items of one judgement, of the same place and year."""
    kept = [(name, one) for name in ("place", "year") for one in values.get(name, ())]
    return with_query("/plans", [*kept, ("status", status)])


def _counts(found: Answered) -> dict[str, int]:
    """How many items of the whole answer have each judgement."""
    counted = count_by(found.query, found.values, "status", service().store, base=base())
    chosen = found.values.get("status", ())
    made = {
        option.value: counted.get(_FZ + option.value, 0)
        for option in options(found.query, "status")
        if not chosen or option.value in chosen
    }
    return {**made, "": counted.get("", 0)}


def _item(found: Answered, row: Row, leads: Mapping[str, tuple[Lead, ...]]) -> Item:
    def words(name: str) -> Evidence | None:
        return found.evidence.get(row[name].value) if name in row else None

    tongue: Language = "en" if language() == "en" else "zh"
    plan = row["plan"].value
    return Item(
        plan=plan,
        planned=words("item"),
        done=words("done"),
        status=found.text(row, "status", tongue) if "status" in row else "",
        code=row["status"].value.removeprefix(_FZ) if "status" in row else "",
        confidence=found.text(row, "confidence", tongue),
        confirmed=False,
        leads=leads.get(plan, ()),
    )


def _leads(found: Answered) -> Mapping[str, tuple[Lead, ...]]:
    rows = about(service().store, "leads", dict.fromkeys(row["plan"].value for row in found.rows))
    names = service().labels(sorted({row["body"].value for row in rows}))
    made: dict[str, tuple[Lead, ...]] = {}
    for row in rows:
        body = row["body"].value
        lead = Lead(
            name=names[body][language()],
            href=local_path(body, base()),
            implied=row["how"].value.endswith("impliedLeadBody"),
        )
        made[row["iri"].value] = (*made.get(row["iri"].value, ()), lead)
    return made
