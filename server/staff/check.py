"""校核, for staff: doubts first; accept, change, reject. A decision is a line for the next build; nothing here changes the release."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from kg.store.answer import Store
from queries.evidence import Source, all_sources, sources
from queries.slots import resolve
from queries.support import about, support
from queries.wording import Refusal
from server.errors import Problem
from server.i18n import language
from server.pages.findings import findings
from server.pages.forms import query_of
from server.pages.report import KEY
from server.pages.site import base
from server.service import service
from server.staff import access, desk, preview
from server.staff.doubts import CODES, TERMS, THINGS, Doubt, doubts_of

blueprint = Blueprint("check", __name__, url_prefix="/check")
_PAGE = 20
CODE, NUMBER = re.compile(r"[\w-]{1,60}"), re.compile(r"-?\d{1,18}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A report with the number of its doubts, and how many of them are not decided."""

    source: Source
    key: str
    doubts: int
    open: int


@blueprint.after_request
def private(response: Response) -> Response:
    """Nothing of the desk is kept by caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
def desk_page() -> str | AnyResponse:
    """What waits to be published, the inbox, reports with their doubts; for strangers the form to sign in."""
    if not access.person():
        return render_template("sign-in.html", failed=False)
    queue = _queue(service().store, all_sources(service().store))
    waiting, read = preview.unpublished(), preview.previewed()
    return render_template(
        "check.html",
        person=access.person(),
        seal=access.form_seal(),
        queue=sorted((one for one in queue if one.open), key=lambda one: -one.open),
        settled=[one for one in queue if not one.open],
        previewed=_queue(read.store, sources(read.store, waiting)) if read and waiting else [],
        findings=len({row["finding"].value for row in service().store.rows(support("list-findings"))}),
        decisions=desk.pending(),
        arrived=desk.arrived(),
        unreached=desk.unreached(),
        can_build=bool(desk.readable()),
        inbox=desk.inbox(),
        build=desk.last_build(),
        uploads=service().config.uploads,
        suffixes=",".join(desk.SUFFIXES),
    )


def _queue(store: Store, found: Mapping[str, Source]) -> list[Queued]:
    """Reports with their doubts, in the order of `found`."""
    decided = set(desk.decisions())
    doubted: dict[str, set[str]] = defaultdict(set)
    for row in about(store, "doubts", found):
        doubted[row["iri"].value].add(row["fact"].value)
    return [
        Queued(
            source=source,
            key=iri.removeprefix(base()).removeprefix("report/"),
            doubts=len(doubted[iri]),
            open=len(doubted[iri] - decided),
        )
        for iri, source in found.items()
    ]


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """Show the token once; the browser is known for half a day."""
    name = " ".join(request.form.get("name", "").split())[:60]
    response = make_response(redirect("/check", 303))
    if name and access.sign_in(response, name, request.form.get("token", "")):
        return response
    return make_response(render_template("sign-in.html", failed=True), 401)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """Forget this browser."""
    access.demand_form()
    response = redirect("/check", 303)
    response.delete_cookie(access.COOKIE, path="/check")
    return response


@blueprint.get("/<path:key>")
def report(key: str) -> str | AnyResponse:
    """The doubts of one report: words left, what was read right; it opens at the first that is not decided.

    `all=1` shows all its facts: what was read with confidence may be wrong too.
    """
    if not access.person():
        return redirect("/check", 303)
    iri = f"{base()}report/{key}"
    if not KEY.fullmatch(key):
        raise Problem("not-found")
    unpublished = preview.look_into(iri)
    every = request.args.get("all") == "1"
    source, doubts = sources(service().store, [iri])[iri], doubts_of(iri, every=every)
    if not (doubts or source.year or source.area):
        raise Problem("not-found")
    waiting = 0 if every else _next(doubts)
    words = {row["sentence"].value: row["quote"].value for row in about(service().store, "report-sentences", [iri])}
    start = request.args.get("from", "")
    first = max(int(start), 1) if start.isdigit() and len(start) < 8 else _page_of(waiting or 1)
    return render_template(
        "check-report.html",
        person=access.person(),
        seal=access.form_seal(),
        key=key,
        source=source,
        doubts=doubts[first - 1 : first - 1 + _PAGE],
        total=len(doubts),
        undecided=sum(doubt.decided is None for doubt in doubts),
        findings=findings(iri, words),
        decisions=desk.pending(),
        unpublished=unpublished,
        first=first,
        every=every,
        previous=f"{_here(every)}from={max(first - _PAGE, 1)}" if first > 1 else "",
        following=f"{_here(every)}from={first + _PAGE}" if first - 1 + _PAGE < len(doubts) else "",
    )


def _here(every: bool) -> str:
    return "?all=1&" if every else "?"


def _next(doubts: Sequence[Doubt], after: int = 0) -> int:
    """The number of the next doubt without a decision, from the beginning again after the last; 0 where all have one."""
    waiting = [number for number, doubt in enumerate(doubts, start=1) if doubt.decided is None]
    return next((number for number in waiting if number > after), waiting[0] if waiting else 0)


def _page_of(number: int) -> int:
    """The first number of the page on which a doubt stands."""
    return (number - 1) // _PAGE * _PAGE + 1


@blueprint.post("/<path:key>/decide")
def decide(key: str) -> AnyResponse:
    """Keep one decision, and go on with the next doubt."""
    person = access.demand_form()
    form = request.form
    verdict, because = form.get("verdict", ""), " ".join(form.get("because", "").split())[:500]
    fact, number = form.get("fact", ""), form.get("number", "0")
    if verdict not in ("accept", "change", "reject") or not KEY.fullmatch(key):
        raise Problem("bad-request", "verdict")
    if not fact.startswith(f"{base()}report/{key}/") or len(fact) > 500 or any(c in fact for c in ' <>"{}|\\^`\n'):
        raise Problem("bad-request", "fact")
    preview.look_into(f"{base()}report/{key}")
    changes = _changes() if verdict == "change" else {"": ""}
    if not changes:
        raise Problem("bad-request", _("没有改动。要改的话，把上面的某一项换成正确的；原样正确就按“接受”。"))
    if verdict != "accept" and not because:
        raise Problem("bad-request", _("改正和删除要写明理由。"))
    for term, value in changes.items():
        desk.decide(
            desk.Decision(
                fact=fact,
                verdict=verdict,
                term=term,
                value=value,
                because=because or _("与原文相符"),
                by=person,
            )
        )
    at = int(number) if number.isdigit() and len(number) < 8 else 0
    if form.get("all") == "1":
        return redirect(f"/check/{quote(key)}{_here(True)}from={_page_of(max(at, 1))}#d{at}", 303)
    waiting = _next(doubts_of(f"{base()}report/{key}"), at)
    where = f"?from={_page_of(waiting)}#d{waiting}" if waiting else "#done"
    return redirect(f"/check/{quote(key)}{where}", 303)


def _changes() -> dict[str, str]:
    """The properties whose value in the form is not the one that was read, as a decision has them."""
    form = request.form
    changed = {}
    for term in TERMS:
        value = form.get(f"set.{term}", "").strip()[:500]
        if not value or value == form.get(f"was.{term}", ""):
            continue
        if term in THINGS:
            slot, name = THINGS[term]
            query = query_of(name)
            try:
                value = base() + resolve(query, {slot: value}, service().store, base=base())[slot][0]
            except Refusal as refusal:
                raise Problem("bad-request", refusal.say(language())) from refusal
        elif term in CODES:
            if not CODE.fullmatch(value):
                raise Problem("bad-request", term)
        elif not NUMBER.fullmatch(value := value.replace(",", "")):
            raise Problem("bad-request", _("数值要写成数字，例如 99.6。"))
        changed[term] = value
    return changed


@blueprint.post("/upload")
def upload() -> AnyResponse:
    """Put a report into the inbox."""
    access.demand_form()
    if not service().config.uploads:
        raise Problem("read-only", "uploads are switched off")
    sent = [one for one in request.files.getlist("report") if one.filename]
    if not sent:
        raise Problem("bad-request", _("没有选文件。"))
    for one in sent:
        desk.keep(one.filename or "", one.stream)
    return redirect("/check#build", 303)


@blueprint.post("/preview")
def read_inbox() -> AnyResponse:
    """Read the inbox for the desk alone: what is in doubt is seen before anything is public."""
    access.demand_form()
    if not desk.inbox():
        raise Problem("bad-request", _("收件夹是空的。"))
    desk.start_build(preview=True)
    return redirect("/check#build", 303)


@blueprint.post("/publish")
def publish() -> AnyResponse:
    """Build what the desk can read into the next release; all other reports stay in it as they are."""
    access.demand_form()
    if not desk.readable():
        raise Problem("bad-request", _("没有可以构建的报告：收件夹是空的，也没有设置报告文件夹。"))
    desk.start_build()
    return redirect("/check#build", 303)
