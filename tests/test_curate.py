"""What a person decided holds at the next build, is shown with who, when and why, and is told when it meets nothing."""

import json
from pathlib import Path

import pytest
from graph_samples import LINES, qingshi

from kg.build import build
from kg.errors import GraphError
from kg.graph.curate import Decision, read_decisions
from kg.graph.quads import TYPE, Graph, fz
from kg.graph.report import ReportGraph, graph_report
from kg.graph.whole import graph_whole

REPORT = "https://w3id.org/fazhi/id/report/330299/2023"


def decide(fact: str, verdict: str, **more: str) -> Decision:
    given = {"because": "与原文不符", "by": "审核人甲", "date": "2024-05-06"} | more
    return Decision(fact=fact.strip("<>"), verdict=verdict, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain() -> ReportGraph:
    return graph_report(qingshi())


def asserted(report: ReportGraph) -> Graph:
    return report.graphs[0]


def first(report: ReportGraph, cls: str) -> str:
    return min(s for s, p, o in asserted(report).triples() if p == TYPE and o == fz(cls))


def values(graph: Graph, node: str, name: str) -> list[str]:
    return [o for s, p, o in graph.triples() if s == node and p == fz(name)]


def test_a_rejected_figure_is_gone_with_its_anchor(plain: ReportGraph) -> None:
    node = first(plain, "Target")
    (anchor,) = values(asserted(plain), node, "anchor")
    report = graph_report(qingshi(), decisions=(decide(node, "reject"),))
    left = {x for graph in report.graphs for t in graph.triples() for x in t}
    assert node not in left
    assert anchor not in left
    assert report.conforms
    assert len(report.applied) == 1
    assert all(figure.iri != node.strip("<>") for figure in report.digest.figures)


def test_a_rejected_plan_item_takes_its_actions_along(plain: ReportGraph) -> None:
    report = graph_report(qingshi(), decisions=(decide(first(plain, "PlannedMeasure"), "reject"),))
    assert report.conforms
    assert not [1 for g in report.graphs for s, p, o in g.triples() if p in {fz("addresses"), fz("itemOf")}]


@pytest.mark.parametrize(
    ("cls", "term", "value", "wanted"),
    [
        ("Target", "value", "2", '"2"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("Target", "periodYear", "2025", '"2025"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("Target", "qualifier", "approx", fz("qual-approx")),
        ("Action", "verb", "办理", '"办理"'),
        ("Involvement", "role", "partner", fz("role-partner")),
    ],
)
def test_a_change_has_the_form_of_what_it_changes(
    plain: ReportGraph, cls: str, term: str, value: str, wanted: str
) -> None:
    node = first(plain, cls)
    report = graph_report(qingshi(), decisions=(decide(node, "change", term=term, value=value),))
    assert values(asserted(report), node, term) == [wanted]
    assert values(asserted(report), node, "confidence") == ['"1"^^<http://www.w3.org/2001/XMLSchema#decimal>']
    assert report.conforms


def test_an_accepted_implied_lead_is_confirmed_and_leads(plain: ReportGraph) -> None:
    node = min(s for s, p, o in asserted(plain).triples() if o == fz("basis-inferred"))
    report = graph_report(qingshi(), decisions=(decide(node, "accept"),))
    assert values(asserted(report), node, "basis") == [fz("basis-confirmed")]
    owner = next(s for s, p, o in asserted(report).triples() if p == fz("hasInvolvement") and o == node)
    assert values(report.graphs[1], owner, "leadBody")
    assert not values(report.graphs[1], owner, "impliedLeadBody")


@pytest.mark.parametrize("verdict", ["accept", "change"])
def test_a_fact_that_a_person_settled_says_so_itself(plain: ReportGraph, verdict: str) -> None:
    node = first(plain, "Target")
    assert values(asserted(plain), node, "basis") == []
    given = {"term": "value", "value": "2"} if verdict == "change" else {}
    report = graph_report(qingshi(), decisions=(decide(node, verdict, **given),))
    assert values(asserted(report), node, "basis") == [fz("basis-confirmed")]
    assert report.conforms


def test_a_change_that_breaks_a_shape_keeps_the_report_out(plain: ReportGraph) -> None:
    decision = decide(first(plain, "Target"), "change", term="unit", value="nonsense")
    assert not graph_report(qingshi(), decisions=(decision,)).conforms


def test_decisions_stand_in_the_graph_and_stale_ones_are_told(plain: ReportGraph) -> None:
    known = decide(first(plain, "Target"), "reject")
    stale = decide(f"{REPORT}/s/00000000/f1", "reject")
    report = graph_report(qingshi(), decisions=(known, stale))
    whole = graph_whole([report], decisions=(known, stale))
    curation = next(g for g in whole.graphs if g.name.endswith("/curation"))
    said = {(p, o) for _, p, o in curation.triples()}
    assert (fz("decidedBy"), '"审核人甲"') in said
    assert (fz("because"), '"与原文不符"') in said
    assert {o for p, o in said if p == fz("applied")} == {
        f'"{x}"^^<http://www.w3.org/2001/XMLSchema#boolean>' for x in ("true", "false")
    }
    assert [f.rule for f in whole.findings] == ["curation.stale"]
    assert stale.fact == whole.findings[0].focus


def test_only_an_accepted_link_says_fulfils(plain: ReportGraph) -> None:
    lines = tuple(line.replace("2024", "2025").replace("2023", "2024") for line in LINES)
    built = "新建行政争议调解工作室2个,充实基层行政争议化解力量。"
    lines = tuple(built if line.startswith("印发") else line for line in lines)
    later = graph_report(_without_citation(lines))
    links = graph_whole([plain, later]).graphs
    graph = next(g for g in links if g.name.endswith("/links"))
    (link,) = {s for s, p, o in graph.triples() if o == fz("FulfilmentLink")}
    assert values(graph, link, "fulfilledBy")
    assert not [1 for _, p, _ in graph.triples() if p == fz("fulfils")]
    decision = decide(link, "accept")
    accepted = next(g for g in graph_whole([plain, later], decisions=(decision,)).graphs if g.name.endswith("/links"))
    assert len([1 for _, p, _ in accepted.triples() if p == fz("fulfils")]) == 1


def _without_citation(lines: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from graph_samples import Sample

    s = Sample(tuple(line for line in lines if line.startswith("新建")), year=2024)
    s.sentence(s.lines[0], None, "measure")
    return s.reading(plan_year=None)


def test_the_file_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "curation.jsonl"
    assert read_decisions(path) == ()
    good = {
        "fact": REPORT + "/s/1/f1",
        "verdict": "change",
        "term": "unit",
        "value": "person",
        "because": "人次",
        "by": "甲",
        "date": "2024-05-06",
    }
    path.write_text(json.dumps(good, ensure_ascii=False) + "\n\n", "utf-8")
    assert [d.term for d in read_decisions(path)] == ["unit"]
    faults = {
        "verdict": "maybe",
        "fact": "s1",
        "date": "6 May",
        "by": " ",
        "because": "",
        "term": "uniit",
        "value": "",
        "extra": "x",
    }
    assert len(faults) >= 8
    for key, value in faults.items():
        path.write_text(json.dumps(good | {key: value}), "utf-8")
        with pytest.raises(GraphError, match=r"curation.jsonl:1"):
            read_decisions(path)
    path.write_text("[1, 2]\n", "utf-8")
    with pytest.raises(GraphError):
        read_decisions(path)


def test_ids_are_made_of_the_decision() -> None:
    assert decide("urn:x", "reject").id == decide("urn:x", "reject").id
    assert decide("urn:x", "reject").id != decide("urn:x", "accept").id


def test_a_build_tells_of_decisions_that_met_nothing(tmp_path: Path) -> None:
    line = {"fact": REPORT + "/s/1/f1", "verdict": "reject", "because": "误读", "by": "甲", "date": "2024-05-06"}
    (tmp_path / "curation.jsonl").write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    built = build([Path(__file__).parent / "reports" / "chengang-2023.txt"], data=tmp_path)
    assert [issue.severity for issue in built.issues if issue.code == "curation.stale"] == ["warning"]
