"""The command that reads reports and publishes a release, with what it tells on the way."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Base, Data, Force, Json, Ocr, Paths, option, settings
from kg.cli.terminal import fail, in_both, language, listed, messages, print_json, say, tell, warn
from kg.config import Settings
from kg.errors import KgError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.build import Built
    from kg.build.gains import Gains

app = typer.Typer()

WARNINGS = 20
"""Of a build that are told; the rest stand in its issues."""
NAMED = 3
"""Rules that have changed, and files left out, that are told by name."""

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
