"""Gains: what a build changed against the release before, by kind of fact and by report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """Facts gained and lost by kind, summed over the reports; reports that came, went and changed."""

    before: str
    """Id of the release before."""
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    come: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def gains(before: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Gains:
    """Compare the `reports` of two manifests.

    >>> found = gains("r1", {"a": {"counts": {"Figure": 5}}}, {"a": {"counts": {"Figure": 3}}, "b": {"counts": {"Figure": 4}}})
    >>> found.gained, found.lost, found.come, found.changed
    ({'Figure': 4}, {'Figure': 2}, ('b',), ('a',))
    """
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for report in {*old, *new}:
        was = Counter(old.get(report, {}).get("counts", {}))
        now = Counter(new.get(report, {}).get("counts", {}))
        gained += now - was
        lost += was - now
    return Gains(
        before=before,
        gained=dict(sorted(gained.items())),
        lost=dict(sorted(lost.items())),
        come=tuple(sorted(new.keys() - old.keys())),
        gone=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(report for report in old.keys() & new.keys() if old[report] != new[report])),
    )
