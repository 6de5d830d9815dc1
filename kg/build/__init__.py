"""The way from end to end: places → readings → report graphs → the whole → one release.

Every report is made alone (`kg.build.make`); what needs more than one report is made once at the end. A report that
cannot be read is an issue with its name, and never stops the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg.build.compared import Compared
from kg.build.earlier import earlier, remember
from kg.build.gains import Gains, gains
from kg.build.inbox import places
from kg.build.issue import Issue
from kg.build.make import Made
from kg.build.parts import remember_rules
from kg.build.publish import Publication
from kg.build.spread import Part, Task, seldom_collecting, spread
from kg.errors import DocumentError, GraphError, KgError, SourceError, StoreError
from kg.graph.curate import read_decisions
from kg.graph.finding import Finding
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.report import ReportGraph
from kg.graph.whole import describe_release, graph_whole
from kg.lexicon import corrections
from kg.store.contents import Given
from kg.store.release import Release

Progress = Callable[[int, int], None]
"""Called with (made, all) after each report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished build."""

    release: Release
    issues: tuple[Issue, ...]
    kept: int = 0
    """Reports that were not read again."""
    anew: int = 0
    """Reports of the release before that were read again where they lie, to stay in it."""
    gains: Gains | None = None
    """Against the release before, where there was one."""

    @property
    def unreadable(self) -> int:
        """Reports that could not be read."""
        return sum(issue.severity == "error" and _is_input(issue) for issue in self.issues)

    @property
    def refused(self) -> int:
        """Reports that were read but break a shape or an expected count."""
        return sum(issue.severity == "error" and not _is_input(issue) for issue in self.issues)


def _is_input(issue: Issue) -> bool:
    return issue.code.startswith(("document.", "source."))


@seldom_collecting()
def build(
    paths: Iterable[str | Path],
    *,
    data: Path,
    base: str = DEFAULT_BASE,
    force: bool = False,
    ocr: bool = False,
    again: bool = False,
    add: bool = False,
    jobs: int = 1,
    dask: str = "",
    keep: int = 10,
    progress: Progress = lambda made, of: None,
) -> Built:
    """Read, extract, graph, check and publish a new release; the one before stays as it is.

    What was made before of the same bytes, by the same rules, is taken as it is, unless `again`. With `ocr` scanned files
    are recognised. With `add` the reports of the current release stay in it. Raises SourceError where there is nothing to
    read, DocumentError where no report could be read, GraphError where none may be published; no release is written then.
    """
    task = Task(
        data=data, base=base, force=force, ocr=ocr, again=again, decisions=read_decisions(data / "curation.jsonl")
    )
    found, issues = places(paths, data=data)
    old, anew = earlier(data, found, base=base, decisions=task.decisions) if add else ([], [])
    found += anew
    side_by_side, compared = jobs != 1 or bool(dask), Compared(data)
    with Publication(data, early=side_by_side) as publication:
        made: list[Part] = []
        for part in spread(task, found, jobs=jobs, dask=dask):
            made.append(part)
            publication.take(part)
            if side_by_side and part.made.report:
                compared.take(part.made.report.digest, new=not part.kept)
            progress(len(made), len(found))
        publication.taken()
        if add:
            new = {part.made.sha256 for part in made if part.made.report}
            made += [part for part in old if part.made.sha256 not in new]
        stood = last_good(made, data, base=base)
        made += [part for part, _ in stood]
        chosen, duplicates = choose(made)
        told = (issue for part in made if not part.stood for issue in part.made.issues)
        issues = sorted({*issues, *duplicates, *(issue for _, issue in stood), *told, *_unmet(made)})
        if not chosen:
            raise _nothing(issues)
        reports = [report_of(part) for part in chosen]
        whole = graph_whole(reports, base=base, decisions=task.decisions, followed=compared)
        # What was decided of a report that stands by its last good reading could not be published: it is not stale.
        waiting = tuple(f"{report_of(part).report}/" for part, _ in stood)
        unmet = [
            told for told in whole.findings if told.rule == "curation.stale" and not told.focus.startswith(waiting)
        ]
        issues = sorted({*issues, *map(_stale, unmet)})
        shared = [*whole.graphs, describe_release(reports, whole, base=base)]
        given = Given(
            {"base": base, "reports": {report_of(part).report: _described(part.made) for part in chosen}},
            [asdict(issue) for issue in issues],
            {"facts": _sum(part.made.counts for part in chosen)},
        )
        remember(data, found, made)
        if not add:
            remember_rules(data)
        release = publication.publish(shared, chosen, given, keep=keep)
    before = publication.before
    return Built(
        release=release,
        issues=tuple(issues),
        kept=sum(part.kept for part in made),
        anew=len(anew),
        gains=gains(before.id, before.manifest.get("reports", {}), release.manifest["reports"]) if before else None,
    )


def _stale(finding: Finding) -> Issue:
    """A decision that met no fact: the text has changed, or is read otherwise."""
    return Issue(
        source="curation.jsonl",
        severity="warning",
        code="curation.stale",
        what=f"{finding.message_en}: {finding.focus}",
        done="left-out",
        hint="look at the fact as it is read now, and decide again or take the line away",
    )


def last_good(made: Iterable[Part], data: Path, *, base: str) -> list[tuple[Part, Issue]]:
    """What the current release holds of the reports that cannot be published as they are now, each with its issue."""
    lost = {part.made.source for part in made if part.made.report is None}
    if not lost or all(part.made.report is None for part in made):
        return []
    try:
        before = [part for part in earlier(data, base=base, decisions=None)[0] if part.made.source in lost]
    except StoreError:  # the parts of that release are gone: there is nothing left to stand
        return []
    return [(replace(part, stood=True), _stands(part.made.source)) for part in before]


def _stands(source: str) -> Issue:
    return Issue(
        source=source,
        severity="warning",
        code="report.last-good",
        what="cannot be published as it is now; what the release before holds of it stays",
        done="last-good",
        hint="see the error of the same name; mend the report or the rules and build again",
    )


def _unmet(made: Iterable[Part]) -> list[Issue]:
    """Decisions about wordings (kg/lexicon/corrections.yaml) that met no fact of any report."""
    met = {rule for part in made for rule in part.made.corrections}
    return [
        Issue(
            source="corrections.yaml",
            severity="warning",
            code="correction.stale",
            what=f"{decision.match} is met in no report",
            done="left-out",
            hint=f"{decision.where}: take the entry away if the wording is gone for good",
        )
        for decision in corrections()
        if decision.rule not in met
    ]


def report_of(part: Part) -> ReportGraph:
    """The report of a part that has one."""
    assert part.made.report is not None
    return part.made.report


def choose(made: Iterable[Part]) -> tuple[list[Part], list[Issue]]:
    """One of each report, by IRI: of two versions the one published later stands, then the fuller, then the lesser hash."""
    chosen: dict[str, Part] = {}
    issues = []
    for part in sorted((part for part in made if part.made.report), key=_preference):
        one, first = part.made, chosen.setdefault(report_of(part).report, part).made
        if first is not one:
            same = first.sha256 == one.sha256
            issue = Issue(
                source=one.source,
                severity="info" if same else "warning",
                code="report.duplicate" if same else "report.version",
                what=f"the same {'bytes' if same else 'report, another version,'} as {first.source}",
                done="left-out",
                hint=""
                if same
                else "the one published later stands, else the fuller; take the other away to choose yourself",
            )
            issues.append(issue)
    return [chosen[iri] for iri in sorted(chosen)], issues


def _preference(part: Part) -> tuple[int, int, str, str]:
    one = part.made
    published = int(one.published.replace("-", "") or 0)
    return -published, -sum(one.counts.values()), one.sha256, one.source


def _described(one: Made) -> dict[str, object]:
    assert one.report is not None
    digest = one.report.digest
    return {
        "title": digest.title,
        "area": digest.area,
        "year": digest.year,
        "published": one.published,
        "source": one.source,
        "sha256": one.sha256,
        "counts": dict(one.counts),
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))


def _nothing(issues: Sequence[Issue]) -> KgError:
    """The error of a build that would publish nothing: of its first report, and how many more there are."""
    errors = [issue for issue in issues if issue.severity == "error"]
    first = errors[0]
    kind = GraphError if not _is_input(first) else SourceError if first.code.startswith("source.") else DocumentError
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return kind(first.what + more, where=first.source, hint=first.hint)
