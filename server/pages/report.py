"""报告原文: the text of a report with its outline, every fact marked where it stands. One fact ↔ one place."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flask import Blueprint, render_template, request, url_for

from kg.store.answer import Row
from queries import load_queries
from queries.evidence import Mark, Piece, sources
from queries.support import about
from server.errors import Problem
from server.i18n import language
from server.pages.cite import described, report_citation
from server.pages.facts import Fact, facts_of
from server.pages.findings import findings
from server.pages.site import base
from server.paths import anchor, kind_of
from server.protocol.describe import public_url
from server.service import service

blueprint = Blueprint("report", __name__)
_FZ = "https://w3id.org/fazhi/ns#"
_MARKED = re.compile(r"(\d{1,9})-(\d{1,9})")
KEY = re.compile(r"(?:[0-9]{6,12}|x[0-9a-f]{6})(?:-[0-9a-f]{4,40})?/(?:[0-9]{4}|undated-[0-9a-f]{8})")
"""The key of a report: place or issuing body, and year; made by `kg.graph.iri.report`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the outline."""

    iri: str
    id: str
    level: int
    text: str
    begin: int
    end: int
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence cut into pieces at every mark, with how many facts it states."""

    iri: str
    id: str
    begin: int
    end: int
    pieces: tuple[Piece, ...]
    types: tuple[str, ...]
    facts: int


@dataclass(slots=True)
class Block:
    """A heading, or a paragraph of sentences that follow each other without a break."""

    heading: Heading | None = None
    run_in: bool = False
    """The heading's words are the beginning of a sentence, which prints them."""
    sentences: list[Sentence] = field(default_factory=list)


@blueprint.get("/reports/<path:key>")
def report(key: str) -> str:
    """One report: outline left, text right. `mark=from-to` lights a stretch, `s=…` opens the facts of a sentence."""
    iri = f"{base()}report/{key}"
    if not KEY.fullmatch(key):
        raise Problem("not-found")
    source = sources(service().store, [iri])[iri]
    sentences, headings = _sentences(iri), _headings(iri)
    if not sentences and not headings:
        raise Problem("not-found")
    names = service().labels([one for one in (source.area, source.issuer) if one])
    opened = request.args.get("s", "")
    online = source.url if source.url and source.url.startswith(("http://", "https://")) else ""
    address = f"{public_url()}{url_for('report.report', key=key)}"
    return render_template(
        "report.html",
        online=online,
        described=described(source, names, address),
        citation=report_citation(
            names[source.issuer][language()] if source.issuer else "",
            source.title[language()],
            online or address,
            source.published or "",
        ),
        source=source,
        key=key,
        names=names,
        outline=headings,
        blocks=_blocks(headings, sentences),
        opened=opened,
        facts=_opened(iri, opened),
        spots=_spots(sentences, opened),
        findings=findings(iri, {one.iri: "".join(piece.text for piece in one.pieces) for one in sentences}),
        checks=load_queries().get("findings"),
        kinds=_kinds(sentences),
        total=sum(sentence.facts for sentence in sentences),
        sentence_count=len(sentences),
    )


def _opened(report: str, opened: str) -> Sequence[Fact]:
    if not re.fullmatch(r"[0-9a-f]{4,64}(?:-\d+)?", opened):
        return ()
    return facts_of(f"{report}/s/{opened}")


def _spots(sentences: Sequence[Sentence], opened: str) -> dict[str, str]:
    """Where the things and facts of the opened sentence stand: IRI → the address that lights their words."""
    found: dict[str, tuple[int, int]] = {}
    for sentence in sentences:
        if sentence.id != f"s-{opened}":
            continue
        found[sentence.iri] = (sentence.begin, sentence.end)
        at = sentence.begin
        for piece in sentence.pieces:
            for thing in piece.things:
                found[thing] = (found[thing][0] if thing in found else at, at + len(piece.text))
            at += len(piece.text)
    return {iri: f"?s={opened}&mark={start}-{end}#s-{opened}" for iri, (start, end) in found.items()}


def _headings(report: str) -> list[Heading]:
    found: dict[str, Heading] = {}
    for row in about(service().store, "report-sections", [report]):
        iri = row["section"].value
        roles = (*(found[iri].roles if iri in found else ()), *((row["role"].value,) if "role" in row else ()))
        number = row["number"].value if "number" in row else ""
        title = row["title"].value
        text = row["quote"].value if "quote" in row else title if title.startswith(number) else number + title
        begin = int(row["begin"].value)
        end = int(row["end"].value) if "end" in row else begin + len(text)
        found[iri] = Heading(iri=iri, id=anchor(iri), level=_depth(iri), text=text, begin=begin, end=end, roles=roles)
    return sorted(found.values(), key=lambda heading: (heading.begin, heading.level))


def _depth(section: str) -> int:
    """How deep a section lies, from its key: a heading of the third form right under one of the first is the second level.

    >>> _depth("https://example.org/id/report/330226/2021/sec/1.1")
    2
    """
    return section.rpartition("/")[2].count(".") + 1


def _sentences(report: str) -> list[Sentence]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in about(service().store, "report-sentences", [report]):
        rows[row["sentence"].value].append(row)
    if not rows:
        return []
    spot = _spot()
    marks: dict[str, set[Mark]] = defaultdict(set)
    for row in about(service().store, "report-marks", [report]):
        for name in ("thing", "statement"):
            if name in row:
                span = (int(row["begin"].value), int(row["end"].value))
                marks[row["sentence"].value].add(Mark(*span, row[name].value))
    counts = {row["sentence"].value: int(row["n"].value) for row in about(service().store, "report-counts", [report])}
    made = []
    for iri, several in rows.items():
        begin, end = int(several[0]["begin"].value), int(several[0]["end"].value)
        types = sorted({row["type"].value for row in several if "type" in row})
        pieces = _pieces(several[0]["quote"].value, begin, sorted(marks[iri]), spot)
        made.append(
            Sentence(
                iri=iri,
                id=anchor(iri),
                begin=begin,
                end=end,
                pieces=pieces,
                types=tuple(types),
                facts=counts.get(iri, 0),
            )
        )
    return sorted(made, key=lambda sentence: sentence.begin)


SPOT = "spot"
"""The name under which the stretch that `mark=` asks for runs among the marks."""


def _spot() -> tuple[int, int] | None:
    found = _MARKED.fullmatch(request.args.get("mark", ""))
    return (int(found[1]), int(found[2])) if found and int(found[1]) < int(found[2]) else None


def _pieces(quote: str, begin: int, marks: Sequence[Mark], spot: tuple[int, int] | None) -> tuple[Piece, ...]:
    """The sentence cut at every mark, narrowest thing first. Offsets count code points, as Python strings do."""
    spans = [(mark.start - begin, mark.end - begin, mark.thing) for mark in marks]
    if spot and spot[0] < begin + len(quote) and spot[1] > begin:
        spans.append((max(spot[0] - begin, 0), min(spot[1] - begin, len(quote)), SPOT))
    cuts = sorted(
        {0, len(quote), *(at for start, end, _thing in spans for at in (start, end) if 0 <= at <= len(quote))}
    )
    return tuple(
        Piece(
            quote[start:end],
            tuple(
                thing for _width, thing in sorted((b - a, thing) for a, b, thing in spans if a <= start and end <= b)
            ),
        )
        for start, end in pairwise(cuts)
        if start < end
    )


def _blocks(headings: Sequence[Heading], sentences: Sequence[Sentence]) -> list[Block]:
    """Headings and paragraphs in the order of the text. A gap between two sentences is a new paragraph."""
    blocks: list[Block] = []
    things: list[Heading | Sentence] = sorted([*headings, *sentences], key=lambda one: (one.begin, -one.end))
    last_end = -1
    for one in things:
        if isinstance(one, Heading):
            blocks.append(Block(heading=one, run_in=any(s.begin <= one.begin < s.end for s in sentences)))
            continue
        if blocks and blocks[-1].sentences and one.begin - last_end <= 0:
            blocks[-1].sentences.append(one)
        else:
            blocks.append(Block(sentences=[one]))
        last_end = one.end
    return blocks


def _kinds(sentences: Sequence[Sentence]) -> set[str]:
    return {
        kind_of(thing, base())
        for sentence in sentences
        for piece in sentence.pieces
        for thing in piece.things
        if thing != SPOT
    }
