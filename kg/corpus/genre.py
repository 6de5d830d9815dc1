"""The genre gate: whether a text is an annual report of this kind, and if not, what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.corpus.words import any_of
from kg.lexicon import pattern, table

OPENING = 400
"""Characters in which a report without a title must say what it is."""

_SUBJECT = re.compile(any_of("subject"))
_NAMED = pattern("genre.named", subject=any_of("subject"), kind=any_of("kind"))
_PREAMBLE = pattern("genre.preamble", striving=any_of("striving"))
_FORMULA = pattern("genre.formula")
_LEGAL_TITLE = pattern("genre.legal-title")
_TITLE_LINE = pattern("genre.title-line")
_MASKED = pattern("genre.masked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """The verdict of the genre gate."""

    accepted: bool
    name: str
    """annual-report, work-report (the neighbouring genre), excerpt (no title); interpretation, news, yearbook, article,
    court-report, disclosure-report, duty-report, plan-only, template, other (these are refused)."""
    reason: str


def judge(title: str, body: Sequence[str], *, page: str = "") -> Genre:
    """The verdict on a title and the lines of a body, both as shadows; `page` is the text from its first line on.

    >>> judge("某县2022年法治政府建设年度报告", ["2022年,某县坚持依法行政。现将情况报告如下:", "一、主要成效", "办案3件。"]).accepted
    True
    >>> judge("《某县法治政府建设年度报告》解读", ["一、起草背景", "根据规定。"]).name
    'interpretation'
    """
    text = "\n".join(body)
    opening = text[:OPENING]
    places = {"title": title, "text": opening, "page": page[:OPENING]}
    for name, where, cue in _cues():
        found = cue.search(places[where]) if where in places else None
        if found and not (name in ("duty-report", "plan-only") and _NAMED.search(title)):
            return Genre(accepted=False, name=name, reason=f"{where}: {found[0]}")
    masked = _MASKED.findall(text)
    if len(masked) >= 5 and len(masked) * 200 > len(text):
        return Genre(accepted=False, name="template", reason=f"{len(masked)} masked figures: {masked[0]}")
    if sum(line.startswith("【") for line in body) * 2 > len(body) > 3 and not _NAMED.search(title):
        return Genre(accepted=False, name="interpretation", reason="text: 【】 headings only")
    if "政府工作报告" in title:
        return Genre(accepted=True, name="work-report", reason=f"title: {title}")
    if _NAMED.search(title):
        return Genre(accepted=True, name="annual-report", reason=f"title: {title}")
    signs = [
        name
        for name, there in (
            ("title", bool(_SUBJECT.search(title))),
            ("subject", bool(_SUBJECT.search(opening))),
            ("preamble", bool(_PREAMBLE.search(opening))),
            ("formula", bool(_FORMULA.search(opening))),
            ("headings", any(_TITLE_LINE.match(line) and _LEGAL_TITLE.search(line[:60]) for line in body)),
        )
        if there
    ]
    # a title of its own that names another matter wants all that a report without one has, and one sign more
    if {"title", "subject"} & set(signs) and len(signs) >= (4 if title and "title" not in signs else 3):
        return Genre(accepted=True, name="annual-report", reason=", ".join(signs))
    words = [cue.pattern for _, where, cue in _cues() if where == "word" and cue.search(text[:4000])]
    if not title and len(words) >= 3:
        return Genre(accepted=True, name="excerpt", reason=f"no title; words: {' '.join(words[:5])}")
    return Genre(accepted=False, name="other", reason=f"{len(signs)} of 5 signs of an annual report")


@cache
def _cues() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    rows = table("genre_cues", "genre", "where", "pattern", "example", key=3)
    return tuple((genre, where, re.compile(pattern)) for genre, where, pattern, _ in rows)
