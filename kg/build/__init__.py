"""The way from end to end: places → readings → report graphs → the whole → one release.

Every report is made alone (`kg.build.make`); what needs more than one report is made once at the end. A report that
cannot be read is an issue with its name, and never stops the rest.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.build.inbox import places
from kg.build.issue import Issue
from kg.build.make import Made, make
from kg.errors import DocumentError, GraphError, KgError, SourceError
from kg.graph.curate import read_decisions
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.quads import Graph
from kg.graph.whole import catalog_graph, graph_whole
from kg.store.release import Release, publish

Progress = Callable[[int, int], None]
"""Called with (made, all) after each report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished build."""

    release: Release
    issues: tuple[Issue, ...]

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


def build(
    paths: Iterable[str | Path],
    *,
    data: Path,
    base: str = DEFAULT_BASE,
    force: bool = False,
    keep: int = 10,
    progress: Progress = lambda made, of: None,
) -> Built:
    """Read, extract, graph, check and publish a new release; the one before stays as it is.

    Raises SourceError where there is nothing to read, DocumentError where no report could be read, GraphError where
    none may be published; nothing is written then.
    """
    decisions = read_decisions(data / "curation.jsonl")
    found, issues = places(paths)
    made = []
    for number, place in enumerate(found, 1):
        made.append(make(place, base=base, force=force, decisions=decisions))
        progress(number, len(found))
    chosen, duplicates = choose(made)
    issues = sorted({*issues, *duplicates, *(issue for one in made for issue in one.issues)})
    if not chosen:
        raise _nothing(issues)
    reports = [one.report for one in chosen if one.report]
    whole = graph_whole(reports, base=base, decisions=decisions)
    graphs = [*(graph for report in reports for graph in report.graphs), *whole.graphs]
    catalog = catalog_graph(graphs, base=base, release=_version(graphs))
    release = publish(
        data,
        map(_text, [*graphs, catalog]),
        manifest={"base": base, "reports": {one.report.report: _described(one) for one in chosen if one.report}},
        issues=[asdict(issue) for issue in issues],
        counts={"facts": _sum(one.counts for one in chosen)},
        keep=keep,
    )
    return Built(release=release, issues=tuple(issues))


def choose(made: Sequence[Made]) -> tuple[list[Made], list[Issue]]:
    """One of each report, by IRI: of two versions the one published later stands, then the fuller, then the lesser hash."""
    chosen: dict[str, Made] = {}
    issues = []
    for one in sorted((one for one in made if one.report), key=_preference):
        assert one.report is not None
        first = chosen.setdefault(one.report.report, one)
        if first is not one:
            same = first.sha256 == one.sha256
            issue = Issue(
                source=one.source,
                severity="info" if same else "warning",
                code="report.duplicate" if same else "report.version",
                what=f"the same {'bytes' if same else 'report, another version,'} as {first.source}",
                done="left-out",
                hint="" if same else "the one published later stands; take the other away to choose yourself",
            )
            issues.append(issue)
    return [chosen[iri] for iri in sorted(chosen)], issues


def _preference(one: Made) -> tuple[int, int, str, str]:
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


def _text(graph: Graph) -> bytes:
    return "".join(f"{line}\n" for line in graph.lines).encode()


def _version(graphs: Iterable[Graph]) -> str:
    """Name of the content for the catalogue, which is a part of it: 12 hex digits over all other lines."""
    digest = hashlib.sha256()
    for graph in sorted(graphs, key=lambda graph: graph.name):
        digest.update(_text(graph))
    return digest.hexdigest()[:12]
