"""What the law asks of a report: each part found, each lack seen, by its own shape alone."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce

import pytest
from graph_samples import LINES, qingshi
from test_check import fast, slow

from kg.corpus.outline import Outline
from kg.extract import fact as f
from kg.graph.report import graph_report


def findings(reading: f.Reading) -> set[str]:
    return {x.rule.removeprefix("shape.") for x in graph_report(reading).findings if x.rule.startswith("shape.Duty")}


def complete(*, cause: str = "，主要原因是编制偏紧", elsewhere: str = "", **meta: str | None) -> f.Reading:
    """The sample with a section on the leaders' duty, and a cause of what falls short: nothing lacks."""
    words = {"力量不足。": f"力量不足{cause}。", "强化": f"强化{elsewhere}"}
    lines = tuple(reduce(lambda line, old: line.replace(old, words[old]), words, line) for line in LINES)
    reading = qingshi(lines, **meta)
    sections = list(reading.outline.sections)
    sections[1] = replace(sections[1], role="leadership")
    return replace(reading, outline=Outline(sections=tuple(sections)))


def without(*kinds: str) -> Callable[[], f.Reading]:
    def made() -> f.Reading:
        reading = complete()
        kept = tuple(x for x in reading.facts if not (isinstance(x, f.Statement) and x.kind in kinds))
        return replace(reading, facts=kept)

    return made


CASES: tuple[tuple[str, Callable[[], f.Reading], set[str]], ...] = (
    ("complete", complete, set()),
    ("published on 1 April", lambda: complete(published="2024-04-01"), set()),
    ("published on 2 April", lambda: complete(published="2024-04-02"), {"DutyPublished"}),
    ("published a year late", lambda: complete(published="2025-03-01"), {"DutyPublished"}),
    ("date of publication unknown", lambda: complete(published=None), {"DutyPublicationKnown"}),
    ("no leaders' section", qingshi, {"DutyLeadershipSection", "DutyCauses"}),
    ("no cause of what falls short", lambda: complete(cause=""), {"DutyCauses"}),
    ("a cause of something else", lambda: complete(cause="", elsewhere="历史原因造成的"), {"DutyCauses"}),
    ("a cause in other words", lambda: complete(cause="，受财力影响较大"), set()),
    ("no measure", without("measure"), {"DutyMeasure"}),
    ("no result", without("result"), {"DutyResult"}),
    ("no problem", without("problem"), {"DutyProblem"}),
    ("no plan item", without("plan"), {"DutyPlan"}),
)


@pytest.mark.parametrize(("name", "made", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_lack_is_seen_by_its_own_shape(name: str, made: Callable[[], f.Reading], expected: set[str]) -> None:
    assert findings(made()) == expected


@pytest.mark.parametrize(("name", "made", "expected"), CASES, ids=[case[0] for case in CASES])
def test_pyshacl_says_the_same_of_duties(name: str, made: Callable[[], f.Reading], expected: set[str]) -> None:
    data = frozenset(triple for graph in graph_report(made()).graphs for triple in graph.triples())
    found = fast(data, "duty")
    assert found == slow(data, "duty")
    assert len(found) == len(expected)


def test_a_lack_is_a_warning_and_no_violation() -> None:
    report = graph_report(without("measure", "result", "problem", "plan")())
    assert report.conforms
    assert all(x.severity == "warning" for x in report.findings if x.rule.startswith("shape.Duty"))
    (cause,) = (x for x in graph_report(complete(cause="")).findings if x.rule == "shape.DutyCauses")
    assert cause.severity == "info"
