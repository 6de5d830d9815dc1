"""计划落实: what one year's report plans, beside what the next year's report says about it. Judges nothing by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from kg.store.answer import Row
from queries import NamedQuery
from queries.answer import Answered, answer
from queries.binding import Values
from queries.counting import count_by
from queries.evidence import Evidence
from queries.support import about
from server.i18n import language
from server.pages.forms import Option, given, options, query_of
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
    counts = _counts(query, values)
    compared = shown_first(counts, request.args.get("status", ""))
    shown = {**values, "status": compared} if compared else values
    found = answer(query, shown, service().store, base=base(), limit=_PAGE, offset=first - 1)
    leads = _leads(found)
    know(found.evidence.values())
    items = [_item(found, row, leads) for row in found.rows]
    judged = [status for status, n in counts.items() if status and n]
    all_of_them = Option("any", _("全部，含未比对的"), chosen=request.args.get("status") == "any")
    return render_template(
        "plans.html",
        items=items,
        counts=counts,
        only={status: _only(values, status) for status in judged},
        judged=judged,
        every="" if not compared else _only(values, "any"),
        total=sum(counts.values()) if compared else found.distinct["plan"],
        rows=found.total,
        at_least=found.at_least,
        first=first,
        previous=here(**{"from": str(max(first - _PAGE, 1))}) if first > 1 else "",
        following=here(**{"from": str(first + _PAGE)}) if found.more else "",
        places=options(query, "place", values.get("place", ())),
        years=options(query, "year", values.get("year", ())),
        statuses=[*options(query, "status", values.get("status", ())), *([all_of_them] if judged else [])],
        coverage=found.coverage.say(language()),
        caveat=query.caveat[language()],
        question=with_query("/ask/plan-followup", [(name, one) for name, several in shown.items() for one in several]),
    )


def shown_first(counts: Mapping[str, int], asked: str) -> tuple[str, ...]:
    """The judgements that are shown while none is asked for; all plans are where this is empty.

    What no report of its year can be held against stands aside, as long as something else can be shown.

    >>> shown_first({"status-fulfilled": 2, "status-partial": 0, "": 4}, "")
    ('status-fulfilled',)
    """
    judged = tuple(status for status, n in counts.items() if status and n)
    return judged if counts.get("") and not asked else ()


def _only(values: Values, status: str) -> str:
    """The page with the items of one judgement, of the same place and year."""
    kept = [(name, one) for name in ("place", "year") for one in values.get(name, ())]
    return with_query("/plans", [*kept, ("status", status)])


def _counts(query: NamedQuery, values: Values) -> dict[str, int]:
    """How many items have each judgement; "" stands for none."""
    counted = count_by(query, values, "status", service().store, base=base())
    chosen = values.get("status", ())
    made = {
        option.value: counted.get(_FZ + option.value, 0)
        for option in options(query, "status")
        if not chosen or option.value in chosen
    }
    return {**made, "": counted.get("", 0)}


def _item(found: Answered, row: Row, leads: Mapping[str, tuple[Lead, ...]]) -> Item:
    def words(name: str) -> Evidence | None:
        return found.evidence.get(row[name].value) if name in row else None

    tongue = language()
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
