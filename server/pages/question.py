"""One question: its sentence with slots, the answer with the reports' own words, what it was taken for and what else to ask."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kg.store.answer import QueryCostError, StoreBusyError
from queries import NamedQuery, load_queries
from queries.answer import Answered, answer
from queries.slots import resolve
from queries.wording import Refusal, slot_name
from server.errors import Problem
from server.i18n import language
from server.negotiate import wants_html
from server.pages import onward, takeaway, views
from server.pages.about import class_counts
from server.pages.cells import quoted
from server.pages.cite import citation, snippets
from server.pages.forms import options
from server.pages.groups import groups
from server.pages.sentence import parts_of, slots_of
from server.pages.site import base, here, know
from server.paths import with_query
from server.protocol.describe import public_url
from server.service import service

blueprint = Blueprint("question", __name__)

_LISTED, _DRAWN = 50, 10_000
"""Rows of a page; rows that a drawing takes in."""
_DRAWINGS = frozenset({"bar", "dot", "line", "heatmap", "network", "timeline"})
_LARGE, _FIRST_CHOICES = 20_000, 12
"""Statements of a release in which a thing must be chosen first; things that are offered."""
_QUOTED = 20
"""Quotes below a drawing; all of them are in the view of the text."""
_OWN = frozenset({"view", "lang", "from", "q", "after"})
"""Parameters of the page; all others are slots."""
_Slots = dict[str, list[str]]


@blueprint.get("/ask/<name>")
def page(name: str) -> str | tuple[str, int] | Response:
    """One question with its answer. The address is the question; a suffix or Accept makes it a file."""
    name, _dot, suffix = name.partition(".")
    query = load_queries().get(name)
    if query is None or (suffix and suffix not in takeaway.FORMS):
        abort(404)
    given = {key: request.args.getlist(key) for key in request.args if key not in _OWN}
    if suffix := suffix or _wanted():
        return _file(query, given, suffix)
    try:
        values = resolve(query, given, service().store, base=base())
        if first := _first_choices(query, values):
            return _page(query, {key: list(several) for key, several in values.items()}, problem=first)
        quotes = _QUOTED if _view(query) in _DRAWINGS else None
        answered = answer(
            query, values, service().store, base=base(), limit=_rows(query), offset=_offset(), quotes=quotes
        )
    except Refusal as refusal:
        return _page(query, given, problem=_problem(query, given, refusal)), 400
    except (QueryCostError, StoreBusyError) as error:
        page = make_response(_page(query, given, problem=_late(error)), 503)
        page.headers.update({"Retry-After": str(error.retry_after), "Cache-Control": "no-store"})
        return page
    return _page(query, {key: list(several) for key, several in values.items()}, answered=answered)


def _first_choices(query: NamedQuery, values: Mapping[str, tuple[str, ...]]) -> dict[str, Any] | None:
    """In a large release a question about one thing is not answered for all things: what to choose from comes first.

    Of one place in one year it is: those are the things of a report or few.
    """
    keys = [name for name, param in query.params.items() if param.key]
    if values.get("place") and values.get("year"):
        return None
    if not keys or any(values.get(name) for name in keys) or class_counts().get("Statement", 0) < _LARGE:
        return None
    slot = keys[0]
    rest = {name: several for name, several in values.items() if name != slot}
    most = sorted(options(query, slot), key=lambda one: -(one.n or 0))[:_FIRST_CHOICES]
    if not most:
        return None
    near = [{"text": one.label, "href": _address(query, {**rest, slot: [one.value]})} for one in most]
    name = slot_name(query.params[slot])[language()]
    return {
        "what": _("先选定：%(name)s", name=name),
        "hint": _("收录的报告很多，请在句子里填上%(name)s，或从写得最多的里面选：", name=name),
        "candidates": near,
    }


def _wanted() -> str:
    """The file form that Accept asks for; '' for a page. Raises the problem of a form that there is none of."""
    accept = request.headers.get("Accept", "")
    if not accept or wants_html(accept) or "*/*" in accept:
        return ""
    forms = {takeaway.FORMS[suffix].media_type.partition(";")[0]: suffix for suffix in ("json", "csv", "xlsx")}
    best = request.accept_mimetypes.best_match(list(forms))
    if best is None:
        raise Problem("not-acceptable", offered=["text/html", *forms])
    return forms[best]


def _file(query: NamedQuery, given: _Slots, suffix: str) -> Response:
    values = resolve(query, given, service().store, base=base())
    answered = answer(query, values, service().store, base=base(), limit=takeaway.MOST_ROWS)
    address = public_url() + _address(query, answered.values)
    return takeaway.respond(answered, suffix, address, language())


def _rows(query: NamedQuery) -> int:
    """Rows of a page; a drawing takes all of them at once."""
    return _DRAWN if _view(query) in _DRAWINGS else min(_LISTED, query.limit)


def _offset() -> int:
    start = request.args.get("from", "1")
    return max(int(start) - 1, 0) if start.isdigit() and len(start) < 8 else 0


def _page(query: NamedQuery, given: _Slots, *, answered: Answered | None = None, problem: Any = None) -> str:
    title = (answered.title if answered else query.title)[language()]
    said = answered.say(language()) if answered else title
    fields = slots_of(query, given, answered, language())
    context: dict[str, Any] = {}
    if answered:
        context = _answer_parts(query, answered)
    return render_template(
        "question.html",
        query=query,
        groups=groups(),
        free=request.args.get("q", ""),
        understood=_understood(query, answered),
        sentence=list(parts_of(query, fields, language())),
        answered=answered,
        said=said,
        title=title,
        problem=problem,
        **{"downloads": [], "after": "", "near_questions": [], "view": _view(query), **context},
    )


def _view(query: NamedQuery) -> str:
    wish = request.args.get("view", "")
    return wish if wish in ("quote", *_drawn(query)) else query.view.default


def _drawn(query: NamedQuery) -> tuple[str, ...]:
    """The views that this server draws; a map needs boundaries, which are not ours to ship."""
    return tuple(view for view in ("table", *query.view.offered()) if view != "map")


def _answer_parts(query: NamedQuery, answered: Answered) -> dict[str, Any]:
    quotes = quoted(answered)
    know(answered.evidence.values())
    permanent = public_url() + _address(query, answered.values)
    downloads = [
        {"name": name, "href": _address(query, answered.values, suffix=suffix), "media_type": kind}
        for name, suffix, kind in (
            ("Excel", ".xlsx", takeaway.FORMS["xlsx"].media_type),
            (_("CSV（Excel）"), ".excel.csv", "text/csv"),
            ("CSV", ".csv", "text/csv"),
            ("JSON", ".json", "application/json"),
        )
    ]
    step = _rows(query)
    first = answered.offset + 1
    return {
        "quotes": quotes,
        "after": onward.address(query.id, answered.values),
        "near_questions": list(onward.near_questions(answered, language())),
        "quotes_left": max((answered.distinct[part.sentence] for part in query.evidence), default=0) - len(quotes)
        if _view(query) in _DRAWINGS
        else 0,
        "all_quotes": here(view="quote"),
        **views.parts(answered, _view(query), quotes, language()),
        "view": _view(query),
        "tabs": _tabs(query),
        "downloads": downloads,
        "loosened": [
            {"text": one.say(query, language()), "href": _address(query, one.values)} for one in answered.loosened
        ],
        "pages": {
            "previous": here(**{"from": str(max(first - step, 1))}) if first > 1 else "",
            "following": here(**{"from": str(first + step)}) if answered.more else "",
        },
        "permanent": permanent,
        "citation": citation(
            answered.title[language()], permanent, answered.release, made=service().made, key=query.id
        ),
        "snippets": snippets(query, answered.values, public_url()),
        "edit_sparql": with_query("/sparql", [("query", answered.sparql)]),
    }


def _address(query: NamedQuery, values: Mapping[str, tuple[str, ...] | list[str]], *, suffix: str = "") -> str:
    pairs = [(name, value) for name, several in values.items() for value in several]
    return with_query(f"/ask/{query.id}{suffix}", pairs)


def _tabs(query: NamedQuery) -> list[dict[str, Any]]:
    names = {
        "table": _("表格"),
        "card": _("数字"),
        "bar": _("条形图"),
        "line": _("折线图"),
        "dot": _("点图"),
        "heatmap": _("热力表"),
        "network": _("关系图"),
        "timeline": _("时间线"),
        "side-by-side": _("并列原文"),
        "quote": _("原文"),
    }
    shown = _view(query)
    views = dict.fromkeys((*_drawn(query), "quote"))
    return [
        {"name": names[view], "href": here(view="" if view == query.view.default else view), "current": view == shown}
        for view in views
    ]


def _late(error: QueryCostError | StoreBusyError) -> dict[str, Any]:
    """A question that took too long, or found no place: what to do, above the sentence to do it in."""
    if isinstance(error, StoreBusyError):
        said = (_("服务正忙"), _("请等几秒，再按“查询”。"))
    else:
        said = (
            _("这个问题太大，没有在时限内算完"),
            _("在句子里限定地区、年度等条件再查；要全部数据，请到“数据”页下载。"),
        )
    return {"what": said[0], "hint": said[1], "candidates": []}


def _problem(query: NamedQuery, given: _Slots, refusal: Refusal) -> dict[str, Any]:
    """What does not fit, and what would: each thing that may be meant leads to the question about it."""
    slot = next((name for name, several in given.items() if refusal.value in several), "")
    things = refusal.candidates if slot and refusal.code in ("unknown-name", "ambiguous-value") else ()
    names = service().labels([base() + one for one in things])
    near = [
        {"text": names[base() + one][language()], "href": _address(query, {**given, slot: [one]})} for one in things
    ]
    hint = _("可以选：") if near else refusal.advice[language()]
    return {"what": refusal.message[language()], "hint": hint, "candidates": near}


def _understood(query: NamedQuery, answered: Answered | None) -> dict[str, Any] | None:
    """What the free question was taken for: shown as chips beside the answer."""
    text = request.args.get("q", "").strip()[:200]
    if not text or answered is None:
        return None
    found = onward.read(text, request.args.get("after", ""))
    unused = found.unused if found.question == query.id else ()
    unused = next((one.unused for one in found.alternatives if one.question == query.id), unused)
    chips = [
        {
            "name": slot_name(query.params[name])[language()],
            "value": answered.slot(name, language()),
            "href": _address(query, {other: several for other, several in answered.values.items() if other != name}),
        }
        for name in answered.values
    ]
    return {"chips": chips, "unused": unused, "read_as": found.read_as}
