"""提问: the front page with the box, and the way from a sentence in one's own words to a question."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from queries import load_queries
from queries.present import filled_sentence
from queries.router.candidate import Candidate
from server.i18n import language
from server.pages import front, onward
from server.pages.groups import groups
from server.pages.site import base, know
from server.paths import with_query
from server.service import service

blueprint = Blueprint("ask", __name__)


@blueprint.get("/")
def home() -> Response:
    """The front page: the box, the questions, one answered example."""
    found, looked = front.example()
    know([found.evidence] if found else [])
    shown = found and {
        "question": filled_sentence(found.answered.query, found.answered.values, service().store, base(), language()),
        "answer": found.answered.say(language()),
        "href": found.href,
        "evidence": found.evidence,
    }
    counts, whole = front.counts()
    page = make_response(
        render_template("home.html", groups=groups(counts), example=shown, totals=front.totals(), tries=front.tries())
    )
    if not (whole and looked):
        page.headers["Cache-Control"] = "no-store"  # the next reader gets what is missing here
    return page


@blueprint.get("/ask")
def free() -> str | Response:
    """A question in one's own words, led to the filled question or to three candidates. It never answers something else."""
    text = request.args.get("q", "").strip()[:200]
    if not text:
        return redirect(url_for("ask.home"))
    told = request.args.get("after", "")
    understood = onward.read(text, told)
    if understood.question is not None:
        pairs = [
            ("q", text),
            *([("after", told)] if told else []),
            *((name, one) for name, several in understood.slots.items() for one in several),
        ]
        return redirect(with_query(f"/ask/{understood.question}", pairs), 303)
    reason = understood.reason[language()] if understood.reason else ""
    return render_template(
        "candidates.html",
        text=text,
        reason=reason,
        read_as=understood.read_as,
        refused=bool(reason) and not reason.endswith(("：", ":")),  # a colon leads on to the candidates
        candidates=[_candidate(one, text) for one in understood.alternatives],
        groups=groups(),
    )


def _candidate(one: Candidate, text: str) -> dict[str, Any]:
    query = load_queries()[one.question]
    pairs = [("q", text), *((name, value) for name, several in one.slots.items() for value in several)]
    return {
        "title": query.titled(one.slots)[language()],
        "sentence": filled_sentence(query, one.slots, service().store, base(), language()),
        "href": with_query(f"/ask/{query.id}", pairs),
        "unused": one.unused,
    }
