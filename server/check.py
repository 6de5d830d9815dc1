"""校核, for staff: doubts first; accept, change, reject. A decision is a line for the next build; nothing here changes the release."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from queries.evidence import Evidence, evidence, sources
from queries.support import about, support
from server import desk, staff
from server.errors import Problem
from server.facts import Fact, facts_of
from server.i18n import language
from server.report import KEY
from server.service import service
from server.site import base, know

blueprint = Blueprint("check", __name__, url_prefix="/check")
_PAGE = 20
_TERMS = (
    "value",
    "valueMax",
    "unit",
    "qualifier",
    "indicator",
    "verb",
    "object",
    "role",
    "involvedBody",
    "sentenceType",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A fact to look at: why, its words, what was read, and what was decided already."""

    fact: str
    kind: str
    why: str
    words: Evidence
    read: Fact | None
    role: str
    body: str
    decided: Mapping[str, str] | None


@blueprint.after_request
def private(response: Response) -> Response:
    """Nothing of the desk is kept by caches."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("")
def desk_page() -> str | AnyResponse:
    """Reports with their doubts, findings, the inbox, the last build; for strangers the form to sign in."""
    if not staff.person():
        return render_template("sign-in.html", failed=False)
    rows = service().store.rows(support("report-list"))
    iris = list(dict.fromkeys(row["iri"].value for row in rows))
    doubts = Counter(row["iri"].value for row in about(service().store, "doubts", iris))
    found = sources(service().store, iris)
    build = desk.last_build()
    return render_template(
        "check.html",
        person=staff.person(),
        seal=staff.form_seal(),
        reports=[(found[iri], iri.removeprefix(base()).removeprefix("report/"), doubts[iri]) for iri in iris],
        findings=len({row["finding"].value for row in service().store.rows(support("finding_list"))}),
        decisions=len(desk.decisions()),
        inbox=desk.inbox(),
        elsewhere=desk.elsewhere(),
        build=build,
        uploads=service().config.uploads,
        suffixes=",".join(desk.SUFFIXES),
    )


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """Show the token once; the browser is known for half a day."""
    name = " ".join(request.form.get("name", "").split())[:60]
    response = make_response(redirect("/check", 303))
    if name and staff.sign_in(response, name, request.form.get("token", "")):
        return response
    return make_response(render_template("sign-in.html", failed=True), 401)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """Forget this browser."""
    staff.demand_form()
    response = redirect("/check", 303)
    response.delete_cookie(staff.COOKIE, path="/check")
    return response


@blueprint.get("/<path:key>")
def report(key: str) -> str | AnyResponse:
    """The doubts of one report: words left, what was read right."""
    if not staff.person():
        return redirect("/check", 303)
    iri = f"{base()}report/{key}"
    if not KEY.fullmatch(key):
        raise Problem("not-found")
    start = request.args.get("from", "1")
    first = max(int(start), 1) if start.isdigit() and len(start) < 8 else 1
    doubts = _doubts(iri)
    return render_template(
        "check-report.html",
        person=staff.person(),
        seal=staff.form_seal(),
        key=key,
        source=sources(service().store, [iri])[iri],
        doubts=doubts[first - 1 : first - 1 + _PAGE],
        total=len(doubts),
        undecided=sum(doubt.decided is None for doubt in doubts),
        first=first,
        previous=f"?from={max(first - _PAGE, 1)}" if first > 1 else "",
        following=f"?from={first + _PAGE}" if first - 1 + _PAGE < len(doubts) else "",
        terms=_terms(),
    )


@blueprint.post("/<path:key>/decide")
def decide(key: str) -> AnyResponse:
    """Keep one decision, and go on with the next doubt."""
    person = staff.demand_form()
    form = request.form
    verdict, because = form.get("verdict", ""), " ".join(form.get("because", "").split())[:500]
    fact, term, value = form.get("fact", ""), form.get("term", ""), form.get("value", "").strip()[:500]
    if verdict not in ("accept", "change", "reject") or not KEY.fullmatch(key):
        raise Problem("bad-request", "verdict")
    if not fact.startswith(f"{base()}report/{key}/") or len(fact) > 500 or any(c in fact for c in ' <>"{}|\\^`\n'):
        raise Problem("bad-request", "fact")
    if verdict == "change" and (term not in _TERMS or not value):
        raise Problem("bad-request", _("改正要写明改哪一项、改成什么。"))
    if verdict != "accept" and not because:
        raise Problem("bad-request", _("改正和删除要写明理由。"))
    desk.decide(
        desk.Decision(
            fact=fact,
            verdict=verdict,
            term=term if verdict == "change" else "",
            value=value if verdict == "change" else "",
            because=because or _("与原文相符"),
            by=person,
        )
    )
    number = form.get("number", "1")
    return redirect(
        f"/check/{quote(key)}?from={quote(form.get('from', '1'))}#d{int(number) + 1 if number.isdigit() else 1}", 303
    )


@blueprint.post("/upload")
def upload() -> AnyResponse:
    """Put a report into the inbox."""
    staff.demand_form()
    if not service().config.uploads:
        raise Problem("read-only", "uploads are switched off")
    sent = [one for one in request.files.getlist("report") if one.filename]
    if not sent:
        raise Problem("bad-request", _("没有选文件。"))
    for one in sent:
        desk.keep(one.filename or "", one.stream)
    return redirect("/check#inbox", 303)


@blueprint.post("/publish")
def publish() -> AnyResponse:
    """Build the inbox into the next release."""
    staff.demand_form()
    if not desk.inbox():
        raise Problem("bad-request", _("收件夹是空的。"))
    if desk.elsewhere() and request.form.get("sure") != "yes":
        raise Problem("bad-request", _("本版本有报告不在收件夹里，只用收件夹构建会丢掉它们。"))
    desk.start_build()
    return redirect("/check#build", 303)


def _terms() -> Sequence[tuple[str, str]]:
    vocabulary = "https://w3id.org/fazhi/ns#"
    names = service().labels([vocabulary + term for term in _TERMS])
    return [(term, names[vocabulary + term][language()]) for term in _TERMS]


def _doubts(report: str) -> list[Doubt]:
    """Undecided ones first, the least confident before the others."""
    rows = about(service().store, "doubts", [report])
    words = evidence(service().store, [row["sentence"].value for row in rows])
    know(words.values())
    kinds = service().labels(sorted({row["type"].value for row in rows}))
    decided = desk.decisions()
    facts: dict[str, Sequence[Fact]] = {}
    made: dict[str, Doubt] = {}
    for row in rows:
        iri, sentence = row["fact"].value, row["sentence"].value
        if sentence not in words:
            continue
        if sentence not in facts:
            facts[sentence] = facts_of(sentence)
        read = next((fact for fact in facts[sentence] if iri == fact.iri or iri.startswith(fact.iri + "/")), None)
        role, body = _involved(iri, facts[sentence])
        why = [_("置信度 %(n)s", n=row["confidence"].value)] + ([row["flag"].value] if "flag" in row else [])
        made[iri] = Doubt(
            fact=iri,
            kind=kinds[row["type"].value][language()],
            why=" · ".join(why),
            words=words[sentence],
            read=read,
            role=role,
            body=body,
            decided=decided.get(iri),
        )
    return sorted(made.values(), key=lambda doubt: doubt.decided is not None)


def _involved(iri: str, facts: Sequence[Fact]) -> tuple[str, str]:
    """The role and the body of an involvement, whose IRI ends in inv-<role>-<key of the body>."""
    name = iri.rpartition("/")[2]
    if not name.startswith("inv-"):
        return "", ""
    for fact in facts:
        for role, body, _inferred in fact.bodies:
            if name.endswith(body.href.rpartition("/")[2]):
                return role, body.text
    return "", ""
