"""Make: one source as a report graph. Pure and picklable, so that many processes can share the work."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kg.build.inbox import Place
from kg.build.issue import Issue
from kg.corpus.source import Source, sources
from kg.errors import DocumentError, KgError, SourceError
from kg.extract.fact import Reading, Statement
from kg.graph.curate import Decision, about
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.report import ReportGraph, graph_report

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Packed:
    """One graph of a part: its name, quads, the SHA-256 of its lines, and the bytes that it takes packed."""

    name: str
    quads: int
    sha256: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of one source: a report graph, or the issues that say why not."""

    source: str
    sha256: str = ""
    report: ReportGraph | None = None
    issues: tuple[Issue, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    published: str = ""
    """Date of publication, to choose between two versions."""
    decided: tuple[str, ...] = ()
    """Ids of the decisions on its facts when it was made, whether they met one or not."""
    corrections: tuple[str, ...] = ()
    """Decisions about wordings that met a fact of this report."""
    packed: tuple[Packed, ...] = ()
    """Its graphs that are not empty, in the order in which a part has them, where they are kept as a part."""


def open_source(place: Place) -> Source | Made:
    """The source at a place, or what is made of one that cannot be opened: its issue."""
    try:
        (source,) = sources([place.where])
    except SourceError as error:
        return Made(source=place.name, issues=(_unreadable(place.name, "source.unreadable", error),))
    return source


def make(
    source: Source,
    name: str,
    *,
    base: str = DEFAULT_BASE,
    force: bool = False,
    ocr: bool = False,
    decisions: tuple[Decision, ...] = (),
) -> Made:
    """One source as a report graph; a report that cannot be read, or breaks a shape, is an issue and no error.

    `name` is what the issues call it.
    """
    from kg.extract.extractors import read  # half a second of rules: only where something is read

    made = Made(source=name, sha256=source.sha256)
    try:
        reading = read(source, force=force, ocr=ocr)
    except DocumentError as error:
        return replace(made, issues=(_unreadable(name, "document.unreadable", error),))
    report = graph_report(reading, base=base, decisions=decisions)
    counts = count(reading)
    issues = (
        *_reading_issues(name, reading),
        *_year_issue(name, source, reading),
        *_graph_issues(name, source, report, counts),
    )
    refused = any(issue.done == "left-out" for issue in issues)
    return replace(
        made,
        report=None if refused else report,
        counts=counts,
        published=reading.document.meta.published or "",
        decided=ids_about(decisions, report.report),
        corrections=reading.corrections,
        issues=issues,
    )


def ids_about(decisions: Iterable[Decision], report: str) -> tuple[str, ...]:
    """What was decided on a report, as it is kept with it."""
    return tuple(sorted(decision.id for decision in about(decisions, report)))


def count(reading: Reading) -> dict[str, int]:
    """Facts by kind, statements also by what they state; sections, sentences and what was not read."""
    kinds: Counter[str] = Counter(type(fact).__name__ for fact in reading.facts)
    kinds.update(fact.kind for fact in reading.facts if isinstance(fact, Statement))
    whole = {"Section": len(reading.outline.sections), "Sentence": len(reading.sentences)}
    return {**whole, **dict(sorted(kinds.items())), "Unread": len(reading.unread)}


def _unreadable(name: str, code: str, error: KgError) -> Issue:
    return Issue(source=name, severity="error", code=code, what=error.what, done="left-out", hint=error.hint)


def _reading_issues(name: str, reading: Reading) -> Iterator[Issue]:
    for issue in (*reading.document.issues, *reading.outline.warnings):
        code, _, what = issue.partition(":")
        yield Issue(source=name, severity="info", code=f"read.{code}", what=what or code, done="published")


def _year_issue(name: str, source: Source, reading: Reading) -> Iterator[Issue]:
    """A report for another year than the register has it under."""
    given, title = source.given.period_year, reading.document.meta.title or ""
    years = _YEAR.findall(title)
    if given and years and str(given) not in years:
        what = f"its title says {years[0]}, the register {given}: it stands under {given}"
        hint = "correct the register, or give the report of that year"
        yield Issue(source=name, severity="warning", code="register.year", what=what, done="published", hint=hint)


def _graph_issues(name: str, source: Source, report: ReportGraph, counts: Mapping[str, int]) -> Iterator[Issue]:
    for finding in report.findings:
        if finding.severity == "violation":
            yield Issue(
                source=name,
                severity="error",
                code=finding.rule,
                what=f"{finding.message_en} {finding.value or finding.focus}".strip(),
                done="left-out",
                hint="fazhi extract shows the facts of this report",
            )
    for kind, least, most in source.expected:
        found = counts.get(kind, 0)
        if found < least or found > most:
            low = found < least
            yield Issue(
                source=name,
                severity="error" if low else "warning",
                code="count.low" if low else "count.high",
                what=f"{found} {kind}, the register expects {least} to {most}",
                done="left-out" if low else "published",
                hint="see what fazhi extract gives; then mend the rules, or the register",
            )
