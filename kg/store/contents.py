"""What a release says of itself: the id made of its content, and the files that describe it."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.store.dump import Member, packed_in_order
from kg.store.folder import digest, pointed_at

FORMAT = 6
"""Of what a release holds; one of another format is made anew."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a build says of itself beside its quads; part of the release's content."""

    manifest: Mapping[str, Any]
    issues: Sequence[Mapping[str, Any]]
    counts: Mapping[str, Any]


def identity(hashes: Mapping[str, str], given: Given) -> str:
    """The id of a release: a hash of all that it holds."""
    content = [FORMAT, sorted(hashes.items()), given.manifest, list(given.issues), given.counts]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:12]


def describe(
    work: Path,
    ident: str,
    data: Path,
    members: Mapping[str, Member],
    given: Given,
    classes: Counter[str],
    properties: Counter[str],
) -> None:
    """Write dump, manifest, issues and counts."""
    places: dict[str, dict[str, Any]] = {}
    offset = 0
    with (work / "dump.nq.gz").open("wb") as dump:
        for name, packed in packed_in_order(members):
            member = members[name]
            dump.write(packed)
            places[name] = {
                "quads": member.quads,
                "sha256": member.sha256,
                "offset": offset,
                "length": member.length,
            }
            offset += member.length
    total = sum(place["quads"] for place in places.values())
    _write(
        work / "manifest.json",
        {
            **given.manifest,
            "release": ident,
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="microseconds"),
            "previous": pointed_at(data),
            "quads": total,
            "dump": {"bytes": offset, "sha256": digest(work / "dump.nq.gz")},
            "graphs": places,
            "given": given.manifest,
        },
    )
    lines = "".join(json.dumps(issue, ensure_ascii=False, sort_keys=True) + "\n" for issue in given.issues)
    (work / "issues.jsonl").write_text(lines, encoding="utf-8")
    _write(
        work / "counts.json",
        {
            **given.counts,
            "quads": total,
            "graphs": len(places),
            "classes": dict(sorted(classes.items())),
            "properties": dict(sorted(properties.items())),
            "given": given.counts,
        },
    )


def _write(path: Path, content: Mapping[str, Any]) -> None:
    # A line for each key: json indents in Python, ten times slower, and a manifest has an entry for every graph.
    lines = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in content.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
