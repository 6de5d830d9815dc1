"""Commands on reports: read, extract, build."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Base, Data, Force, Format, Json, Ocr, Report, Said, argument, format_of, option, settings
from kg.cli.terminal import fail, in_both, language, listed, messages, print_json, say, tell, warn, write
from kg.config import Settings
from kg.errors import DocumentError, KgError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.build import Built
    from kg.build.gains import Gains
    from kg.corpus.metadata import Meta
    from kg.corpus.source import Source
    from kg.extract.fact import Reading

app = typer.Typer()

WARNINGS = 20
"""Of a build that are told; the rest stand in its issues."""
NAMED = 3
"""Rules that have changed, and files left out, that are told by name."""


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


Paths = Annotated[list[str], argument("opt-paths", "PATH…")]
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


Jobs = Annotated[int | None, option("opt-jobs", "--jobs", "-j")]
Add = Annotated[bool, option("opt-add", "--add")]
Dask = Annotated[str, option("opt-dask", "--dask")]
Again = Annotated[bool, option("opt-again", "--again")]


@app.command(help=say("build"))
def build(
    paths: Paths,
    data: Data = None,
    base: Base = None,
    jobs: Jobs = None,
    dask: Dask = "",
    again: Again = False,
    add: Add = False,
    force: Force = False,
    ocr: Ocr = False,
    json: Json = False,
) -> None:
    """Read reports and publish a new release."""
    chosen = settings(data=data, base=base, jobs=jobs)
    built = publish(paths, chosen, force=force, ocr=ocr, again=again, add=add, dask=dask)
    release = built.release
    reports, quads = len(release.manifest["reports"]), release.manifest["quads"]
    same = built.gains is not None and built.gains.before == release.id
    if built.anew:
        tell("anew", reports=built.anew)
    if built.gains and not same and not json:
        tell_gains(built.gains)
    if json:
        issues = [asdict(issue) for issue in built.issues]
        told = {"release": release.id, "reports": reports, "quads": quads, "kept": built.kept, "issues": issues}
        print_json({**told, "gains": asdict(built.gains) if built.gains else None})
    tell("unchanged" if same else "published", release=release.id, reports=reports, quads=quads)
    if built.refused or built.unreadable:
        raise typer.Exit(1 if built.refused else 3)


def tell_gains(gains: "Gains") -> None:
    """What changed against the release before, by kind of fact, in the words and the order of messages.tsv."""
    counts = {"come": len(gains.come), "gone": len(gains.gone), "changed": len(gains.changed)}
    tell("gained" if any(counts.values()) else "gained-nothing", release=gains.before, **counts)
    kinds = [name.removeprefix("fact-") for name in messages() if name.startswith("fact-")]
    facts = [(kind, gains.gained.get(kind, 0), gains.lost.get(kind, 0)) for kind in kinds]
    if told := [f"{say(f'fact-{kind}')} +{gained} −{lost}" for kind, gained, lost in facts if gained or lost]:
        tell("gained-facts", facts=listed(told))


def tell_changed_rules(data: "Path") -> None:
    """Why everything is read again, where that is so."""
    from kg.build.parts import changed_rules

    if changed := changed_rules(data):
        tell("changed-rules", names=_first(changed))


def _first(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - NAMED
    return say("and-more", names=listed(names[:NAMED]), count=more) if more > 0 else listed(names)


def publish(
    paths: list[str],
    chosen: Settings,
    *,
    force: bool = False,
    ocr: bool = False,
    again: bool = False,
    add: bool = False,
    dask: str = "",
) -> "Built":
    """Build with a bar of progress; every error and the first warnings are told at the end, and how many there are."""
    from kg.build import build as build_release
    from kg.cli.progress import progress

    if not again and not add:  # what is added to stands as it was read
        tell_changed_rules(chosen.data)
    with progress() as shown:
        built = build_release(
            paths,
            data=chosen.data,
            base=chosen.base,
            force=force,
            ocr=ocr,
            again=again,
            add=add,
            jobs=chosen.jobs,
            dask=dask,
            keep=chosen.keep,
            progress=shown,
        )
    if same := [issue.source for issue in built.issues if issue.code == "report.duplicate"]:
        tell("duplicates", count=len(same), names=_first(same))
    errors = [issue for issue in built.issues if issue.severity == "error"]
    warnings = [issue for issue in built.issues if issue.severity == "warning"]
    for issue in errors + warnings[:WARNINGS]:
        said = KgError(issue.what, where=issue.source, hint=issue.hint)
        fail(said) if issue.severity == "error" else warn(in_both(said)[language()])
    if errors or warnings:
        tell("issues", errors=len(errors), warnings=len(warnings), file=built.release.path / "issues.jsonl")
    return built
