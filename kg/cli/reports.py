"""Commands that look at reports and keep nothing: read, extract, gaps."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Force, Format, Json, Ocr, Paths, Report, Said, format_of, option
from kg.cli.terminal import fail, messages, print_json, say, tell, warn, write
from kg.errors import DocumentError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.corpus.metadata import Meta
    from kg.corpus.source import Source
    from kg.extract.fact import Reading

app = typer.Typer()


def one_source(report: str, said: Sequence[str] | None = None) -> "Source":
    """The report that an argument names, with what flags say of it. Raises UsageError for a folder."""
    from kg.corpus.source import given_of, sources

    found = sources([report], given=given_of(said or ()))
    if len(found) != 1:
        raise UsageError(f"{len(found)} reports, not one", where=report, hint="fazhi build takes folders")
    return found[0]


@app.command(help=say("read"))
def read(
    report: Report,
    format: Format = "text",
    json: Json = False,
    force: Force = False,
    ocr: Ocr = False,
    given: Said = None,
) -> None:
    """The outline of a report with roles and spans, and what the reader dropped."""
    from kg.corpus.document import read_document
    from kg.corpus.outline import parse_outline

    chosen = format_of(format, json, "text", "json")
    document = read_document(one_source(report, given), force=force, ocr=ocr)
    outline = parse_outline(document)
    warnings = [*document.issues, *outline.warnings]
    if chosen == "json":
        print_json(
            {
                "meta": asdict(document.meta),
                "genre": asdict(document.genre),
                "characters": len(document.text),
                "sections": [asdict(section) for section in outline.sections],
                "warnings": warnings,
                "dropped": [asdict(dropped) for dropped in document.dropped],
            }
        )
        return
    write(f"{document.meta.title or document.source.name}\n")
    for name, value in _known(document.meta):
        evidence = document.meta.evidence.get("jurisdiction" if name == "area" else name)
        basis = f"  [{evidence.basis}: {' '.join(evidence.quote.split())[:40]}]" if evidence else ""
        write(f"{say(f'meta-{name}')}  {value}{basis}\n")
    for section in outline.sections:
        place = f"[{section.span.start}, {section.span.end})"
        depth = section.key.count(".") + 1
        write(f"{'  ' * depth}{section.number}{section.title}  {section.role}  {place}\n")
    for warning in warnings:
        warn(warning)
    if document.dropped:
        write(f"\n{say('dropped')}\n")
    for dropped in document.dropped:
        write(f"  {dropped.why}: {' '.join(dropped.quote.split())[:60]}\n")


def _known(meta: "Meta") -> "Iterator[tuple[str, str]]":
    """What a report says of itself, as it is printed."""
    if meta.issuer:
        yield "issuer", meta.issuer
    if meta.area:
        yield "area", f"{meta.area.full_name} {meta.area.code}".strip()
    for name in ("period_year", "plan_year", "published", "written", "publisher"):
        value = getattr(meta, name)
        if value is not None:
            yield name, str(value)


Explain = Annotated[int | None, option("opt-explain", "--explain")]
Coverage = Annotated[bool, option("opt-coverage", "--coverage")]


@app.command(help=say("extract"))
def extract(
    report: Report,
    format: Format = "json",
    json: Json = False,
    force: Force = False,
    ocr: Ocr = False,
    given: Said = None,
    explain: Explain = None,
    coverage: Coverage = False,
) -> None:
    """The facts of a report; with a number, the rules that read that sentence; or what became of all its numbers."""
    from kg.extract.exchange import to_cases, to_gold, to_yaml
    from kg.extract.explain import HEADS
    from kg.extract.explain import explain as explained
    from kg.extract.extractors import read as read_source

    chosen = format_of(format, json, "json", "yaml")
    reading = read_source(one_source(report, given), force=force, ocr=ocr)
    _tell_stale(reading)
    if explain is not None:
        write(explained(reading, explain, {name: say(f"explain-{name}") for name in HEADS}))
    elif coverage:
        write(_covered(reading))
    elif chosen == "json":
        print_json(to_gold(reading))
    else:
        write(to_yaml(to_cases(reading)))


def _tell_stale(reading: "Reading") -> None:
    """Which decisions of corrections.yaml met no fact of this report: those whose words stand in it one by one."""
    from kg.lexicon import corrections

    unmet = [decision for decision in corrections() if decision.rule not in reading.corrections]
    here = [decision for decision in unmet if decision.match in reading.document.text]
    for one in here:
        warn(say("correction-stale", where=one.where, match=one.match, kind=one.kind, by=one.by, date=one.date))
    if len(unmet) > len(here):
        tell("corrections-elsewhere", count=len(unmet) - len(here))


def _covered(reading: "Reading") -> str:
    """How many numbers are figures, stand in other facts, are masked and why, or were not read; then each that was not."""
    from kg.extract.coverage import coverage

    told = coverage(reading)
    rows = [("cover-numbers", told.numbers), ("cover-figures", told.figures), ("cover-facts", told.facts)]
    rows += [("cover-masked", sum(count for _, count in told.masked)), ("cover-unread", told.unread_numbers)]
    lines = [f"{say(name)}  {count}" for name, count in rows]
    lines[4:4] = [f"  {_reason(why)}  {count}" for why, count in told.masked]
    lines += [f"  {_reason(one.reason)}  [{one.span.start}, {one.span.end})  {one.quote}" for one in reading.unread]
    return "\n".join(lines) + "\n"


def _reason(why: str) -> str:
    """Why a number is no figure, in words; a reason that has none yet as it is."""
    return say(f"why-{why}") if f"why-{why}" in messages() else why


Kind = Annotated[str, option("opt-gap-kind", "--kind")]
Most = Annotated[int, option("opt-most", "--limit")]


@app.command(help=say("gaps"))
def gaps(
    paths: Paths,
    kind: Kind = "",
    limit: Most = 50,
    force: Force = False,
    json: Json = False,
) -> None:
    """What no table knows yet in these reports, most frequent first."""
    from kg.extract.gaps import gaps as found_in

    found = [gap for gap in found_in(_readings(paths, force=force)) if kind in ("", gap.kind)]
    shown = found[:limit] if limit else found
    if json:
        print_json([asdict(gap) for gap in shown])
        return
    lines = [f"{gap.reports:>5}{gap.times:>6}  {gap.kind:<12}{gap.wording}  ← {gap.example}\n" for gap in shown]
    write(say("gaps-head") + "\n" + "".join(lines))
    if len(shown) < len(found):
        tell("gaps-more", more=len(found) - len(shown))


def _readings(paths: Sequence[str], *, force: bool) -> "Iterator[Reading]":
    """The readings of reports, one after the other; one that cannot be read is said and passed over."""
    from kg.build.inbox import places
    from kg.corpus.source import sources
    from kg.extract.extractors import read as read_source

    for place in places(paths)[0]:
        try:
            yield read_source(sources([place.where])[0], force=force)
        except (SourceError, DocumentError) as error:
            fail(error)
