"""A reading becomes the same graph each time; names hold when the reading gets better; no triple stands in two graphs."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import Sample, qingshi

from kg.graph.quads import TYPE, Graph, fz
from kg.graph.report import ReportGraph, graph_report
from kg.graph.triples import to_graph
from kg.graph.whole import WholeGraph, graph_whole

REPORT = "https://w3id.org/fazhi/id/report/330299/2023"


@pytest.fixture(scope="module")
def report() -> ReportGraph:
    return graph_report(qingshi())


@pytest.fixture(scope="module")
def whole(report: ReportGraph) -> WholeGraph:
    return graph_whole([report])


def store_of(graphs: tuple[Graph, ...]) -> ox.Store:
    store = ox.Store()
    for graph in graphs:
        store.bulk_load("\n".join(graph.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def ask(store: ox.Store, query: str) -> bool:
    return bool(store.query("PREFIX fz: <https://w3id.org/fazhi/ns#>" + query, use_default_graph_as_union=True))


def test_the_report_conforms(report: ReportGraph) -> None:
    assert report.conforms
    assert {f.rule for f in report.findings if f.rule.startswith("shape.")} == {
        "shape.DutyLeadershipSection",
        "shape.DutyCauses",
    }


def test_the_same_reading_gives_the_same_bytes(report: ReportGraph) -> None:
    again = graph_report(pickle.loads(pickle.dumps(qingshi())))
    assert pickle.dumps(again) == pickle.dumps(report)
    assert again == report


def test_lines_are_what_the_store_gives_back(report: ReportGraph, whole: WholeGraph) -> None:
    graphs = (*report.graphs, *whole.graphs)
    lines = [line for graph in graphs for line in graph.lines]
    assert len(lines) > 500
    assert sorted(f"{quad} ." for quad in store_of(graphs)) == sorted(lines)


def test_no_triple_stands_in_two_graphs(report: ReportGraph, whole: WholeGraph) -> None:
    query = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } GROUP BY ?s ?p ?o HAVING(COUNT(*) > 1)"
    store = store_of((*report.graphs, *whole.graphs))
    assert list(store.query(query)) == []
    twice = next(iter(store))
    store.add(ox.Quad(twice.subject, twice.predicate, twice.object, ox.NamedNode("urn:other")))
    assert len(list(store.query(query))) == 1


def test_there_is_no_blank_node(report: ReportGraph, whole: WholeGraph) -> None:
    for graph in (*report.graphs, *whole.graphs):
        assert not [t for t in graph.triples() if t[0].startswith("_:") or t[2].startswith("_:")], graph.name


def test_every_statement_leads_back_to_the_hash_of_its_text(report: ReportGraph, whole: WholeGraph) -> None:
    store = store_of((*report.graphs, *whole.graphs))
    assert not ask(
        store, "ASK { ?s a fz:Statement FILTER NOT EXISTS { ?s fz:statedIn/fz:inReport/fz:hasText/fz:sha256 ?h } }"
    )
    assert not ask(store, "ASK { ?s a fz:Statement FILTER NOT EXISTS { ?s fz:statedIn/fz:quote ?q } }")
    assert ask(
        store, "ASK { GRAPH ?g { ?x a fz:Report } ?g <http://www.w3.org/ns/prov#wasGeneratedBy>/fz:toolVersion ?v }"
    )


def test_every_quote_is_cut_from_the_text(report: ReportGraph) -> None:
    text = qingshi().document.text
    rows = store_of(report.graphs).query(
        "PREFIX fz: <https://w3id.org/fazhi/ns#> SELECT ?b ?e ?q { ?s fz:beginOffset ?b ; fz:endOffset ?e ; fz:quote ?q }",
        use_default_graph_as_union=True,
    )
    quotes = [(int(row["b"].value), int(row["e"].value), row["q"].value) for row in rows]
    assert len(quotes) > 15
    assert all(text[begin:end] == quote for begin, end, quote in quotes)


def test_numbers_keep_their_printed_form(report: ReportGraph) -> None:
    store = store_of(report.graphs)
    assert ask(
        store,
        'ASK { ?f fz:printed "从91.5%上升到96%" ; fz:value ?v ; fz:formerValue ?o ; fz:direction fz:dir-up FILTER(?v = 96 && ?o = 91.5) }',
    )
    assert ask(
        store,
        'ASK { ?f a fz:Target ; fz:printed "1—2个" ; fz:value ?v ; fz:valueMax ?m ; fz:periodYear 2024 FILTER(?m = 2) }',
    )


def test_a_figure_is_of_the_year_it_names_a_target_of_the_planned_year_and_else_of_the_reports_own() -> None:
    line = "办结行政复议案件120件,2021年为95件,新建调解工作室2个。"
    sample = Sample((line,))
    order = sample.sentence(line, None, "measure")
    sample.figure("120件", order, "办结行政复议案件数", "120", "件")
    sample.figure("95件", order, "办结行政复议案件数", "95", "件", year=2021)
    sample.figure("2个", order, "新建调解工作室数", "2", "个", target=True)
    triples = to_graph(sample.reading()).triples
    printed = {s: o for s, p, o in triples if p == fz("printed")}
    years = {printed[s]: o.partition("^")[0] for s, p, o in triples if p == fz("periodYear") and s in printed}
    assert years == {'"120件"': '"2023"', '"95件"': '"2021"', '"2个"': '"2024"'}


def test_who_did_what_to_whom(report: ReportGraph, whole: WholeGraph) -> None:
    store = store_of((*report.graphs, *whole.graphs))
    assert ask(
        store,
        'ASK { ?m fz:leadBody/<http://www.w3.org/2000/01/rdf-schema#label> "青石县司法局"@zh ; fz:targetBody ?t }',
    )
    assert ask(store, "ASK { ?m a fz:PlannedMeasure ; fz:impliedLeadBody ?g . ?g fz:bodyKind fz:kind-government }")
    assert not ask(store, "ASK { ?m a fz:PlannedMeasure ; fz:leadBody ?g }")


def test_a_department_stands_under_its_government(whole: WholeGraph) -> None:
    query = """ASK { ?d <http://www.w3.org/2000/01/rdf-schema#label> "青石县司法局"@zh ; fz:ancestorBody ?n .
        ?n <http://www.w3.org/2000/01/rdf-schema#label> "国务院"@zh }"""
    assert ask(store_of(whole.graphs), query)


def test_a_shortcoming_in_a_heading_is_a_problem_and_no_goal() -> None:
    s = Sample(("一、存在的不足", "(一)执法力量薄弱", "执法人员偏少。"))
    s.section("一、存在的不足", "1", "一、", "problem")
    s.section("(一)执法力量薄弱", "1.1", "(一)", "problem", 2, "1")
    s.sentence("执法人员偏少。", "1.1", "problem")
    graph = to_graph(s.reading()).graph
    assert sum(o == fz("Problem") for _, p, o in graph.triples() if p == TYPE) == 2
    assert not [1 for _, _, o in graph.triples() if o == fz("Goal")]


def test_a_first_level_heading_that_says_an_aim_is_a_goal_and_a_part_of_the_report_is_none() -> None:
    lines = ("一、强化组织领导,夯实法治根基", "召开会议3次。", "人手不足。", "二、主要工作举措和成效", "开展培训2期。")
    s = Sample(lines)
    s.section(lines[0], "1", "一、", "reported")
    s.sentence(lines[1], "1", "measure")
    s.sentence(lines[2], "1", "problem")
    s.section(lines[3], "2", "二、", "reported")
    s.sentence(lines[4], "2", "measure")
    triples = list(to_graph(s.reading()).graph.triples())
    goals = [subject for subject, p, o in triples if p == TYPE and o == fz("Goal")]
    served = [(subject, o) for subject, p, o in triples if p == fz("servesGoal")]
    assert [subject.endswith("/measure>") and o for subject, o in served] == goals  # the shortcoming serves no aim
    assert len(goals) == 1


def test_what_explains_the_words_of_a_report_states_no_aim() -> None:
    lines = ("名词解释", "1.“双千”计划", "指培养两千名骨干。")
    s = Sample(lines)
    s.section(lines[0], "1", "", "other", 2)
    s.section(lines[1], "1.1", "1.", "other", 3, "1")
    s.sentence(lines[2], "1.1", "background")
    assert not [1 for _, _, o in to_graph(s.reading()).graph.triples() if o == fz("Goal")]


def test_another_process_makes_the_same_bytes() -> None:
    """Sets and hashes differ from process to process; what is written must not."""
    code = "from graph_samples import qingshi; from kg.graph.report import graph_report; print(graph_report(qingshi()))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent), "PYTHONUTF8": "1"},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
    assert len(next(iter(said))) > 10_000
