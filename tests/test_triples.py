"""A reading becomes the same graph each time; names hold when the reading gets better; no triple stands in two graphs."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import AREA, LINES, Sample, qingshi

from kg.corpus.area import area_of
from kg.corpus.document import Area, Span
from kg.errors import GraphError
from kg.extract.fact import Action, Involvement, Reading, Statement
from kg.graph.link import Linker
from kg.graph.quads import TYPE, Graph, fz, integer
from kg.graph.registry import merge
from kg.graph.report import ReportGraph, graph_report
from kg.graph.triples import to_graph
from kg.graph.whole import WholeGraph, graph_whole
from kg.lexicon import divisions

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


def names_of(reading: Reading) -> set[str]:
    return {subject for subject, _, _ in to_graph(reading).graph.triples()}


def test_text_before_it_moves_offsets_but_no_names() -> None:
    before, after = names_of(qingshi()), names_of(qingshi(("青石县人民政府网站", *LINES)))
    kept = {name for name in before if "/text/" not in name}
    assert len(kept) > 40
    assert kept <= after


def test_a_changed_sentence_changes_its_own_names_only() -> None:
    changed = tuple(line.replace("办结行政复议案件120件", "办结行政复议案件一批120件") for line in LINES)
    before, after = names_of(qingshi()), names_of(qingshi(changed))
    gone = {name for name in before - after if "/text/" not in name}
    stem = next(name for name in gone if name.endswith("/measure>")).removesuffix("/measure>")
    assert gone
    assert all(name.startswith(stem.rstrip(">")) for name in gone)


def test_a_better_reading_keeps_the_names_of_what_did_not_change() -> None:
    reading = qingshi()
    fewer = replace(reading, facts=tuple(fact for fact in reading.facts if not isinstance(fact, Involvement)))
    before = names_of(reading)
    lost = before - names_of(fewer)
    assert lost
    assert all("/inv-" in name for name in lost)


def test_a_repeated_sentence_gets_a_name_of_its_own() -> None:
    s = Sample(("加强普法。", "加强普法"))
    for start, end in ((0, 5), (6, 10)):
        order = s.sentence("加强普法", None, "measure")
        s.sentences[order] = replace(s.sentences[order], span=Span(start, end))
    graph = to_graph(s.reading()).graph
    sentences = sorted(s_ for s_, p, o in graph.triples() if p == TYPE and o == fz("Sentence"))
    assert len(sentences) == 2
    assert sentences[0].rstrip(">") + "-2>" in sentences or sentences[1].rstrip(">") + "-2>" in sentences


def test_what_is_not_known_is_left_out_and_said() -> None:
    s = Sample(("加强普法。",), area=None)
    s.sentence("加强普法。", None, "measure")
    found = graph_report(s.reading(issuer=None, issuer_kind=None, period_year=None, plan_year=None, published=None))
    assert found.conforms
    assert "/undated-" in found.report
    rules = {f.rule for f in found.findings if f.severity == "warning"}
    assert {"shape.ReportIssuer", "shape.ReportPlace", "shape.ReportYear"} <= rules


def test_the_report_of_a_department_is_named_by_its_body() -> None:
    reading = qingshi(issuer="青石县司法局", issuer_kind="department")
    assert to_graph(reading).report.startswith("https://w3id.org/fazhi/id/report/330299-")
    assert to_graph(reading).report.endswith("/2023")


def test_a_report_of_party_and_government_is_the_governments_report() -> None:
    reading = qingshi(issuer="中共青石县委、青石县人民政府", issuer_kind="party")
    asserted = to_graph(reading)
    assert asserted.report == REPORT
    issuers = {o for _, p, o in asserted.graph.triples() if p == fz("issuer")}
    kinds = {e.object for e in asserted.entries if e.subject in issuers and e.predicate == fz("bodyKind")}
    assert kinds == {fz("kind-party"), fz("kind-government")}


def test_statements_without_a_type_are_background() -> None:
    s = Sample(("思想是行动的先导。",))
    order = s.sentence("思想是行动的先导。", None)
    s.add(Action, "先导", order, verb="先导", object="行动")
    graph = to_graph(s.reading()).graph
    assert [1 for _, p, o in graph.triples() if p == TYPE and o == fz("Background")] == [1]
    assert not [fact for fact in s.reading().facts if isinstance(fact, Statement)]


def test_two_copies_of_one_report_are_refused(report: ReportGraph) -> None:
    with pytest.raises(GraphError, match="two copies"):
        graph_whole([report, report])


def test_the_order_of_reports_does_not_matter(report: ReportGraph) -> None:
    other = graph_report(
        qingshi(
            tuple(line.replace("2024", "2025").replace("2023", "2024") for line in LINES),
            period_year=2024,
            plan_year=2025,
        )
    )
    assert graph_whole([report, other]) == graph_whole([other, report])
    links = next(g for g in graph_whole([report, other]).graphs if g.name.endswith("/links"))
    assert any(p == fz("previousReport") for _, p, _ in links.triples())


def test_registries_take_what_is_borne_out_most(report: ReportGraph) -> None:
    body = next(e for e in report.entries if e.predicate == fz("bodyKind") and e.object == fz("kind-department"))
    wrong = replace(body, object=fz("kind-institution"), weight=1)
    graphs = merge([*report.entries, *report.entries, wrong])
    bodies = next(g for g in graphs if g.name.endswith("registry/bodies"))
    assert [o for s, p, o in bodies.triples() if s == body.subject and p == fz("bodyKind")] == [fz("kind-department")]


def test_two_names_under_one_iri_are_refused(report: ReportGraph) -> None:
    label = next(e for e in report.entries if e.kind == "documents" and e.predicate.endswith("label>"))
    with pytest.raises(GraphError, match="share"):
        merge([label, replace(label, object='"另一文件"@zh')])


def test_two_forms_of_one_office_are_one_body_with_two_names() -> None:
    entries = []
    for count, name in ((2, "青石县市场监管局"), (1, "青石县市场监督管理局")):
        linker = Linker("https://w3id.org/fazhi/id/", AREA)
        for _ in range(count):
            linker.body(name, "department", "county")
        entries += linker.entries()
    bodies = next(g for g in merge(entries) if g.name.endswith("registry/bodies"))
    named = {(s, p.rpartition("#")[2].rstrip(">"), o) for s, p, o in bodies.triples() if "市场" in o}
    assert len({s for s, _, _ in named}) == 1
    assert {(p, o) for _, p, o in named} == {
        ("label", '"青石县市场监管局"@zh'),
        ("prefLabel", '"青石县市场监管局"@zh'),
        ("altLabel", '"青石县市场监督管理局"@zh'),
    }


def test_the_party_committee_is_one_body_with_and_without_its_prefix() -> None:
    linker = Linker("https://w3id.org/fazhi/id/", AREA)
    assert linker.body("中共青石县委", "party", "county") == linker.body("青石县委", "party", "county")
    assert merge(linker.entries())


def test_a_county_without_a_code_keeps_its_bodies_to_itself() -> None:
    found = {}
    for name in ("青石县", "白水县"):
        area = replace(AREA, code="", name=name, parents=())
        linker = Linker("https://w3id.org/fazhi/id/", area)
        found[name] = {
            linker.body("各部门", "group", None),
            linker.body("市人民政府", "government", "city"),
            linker.body(f"{name}司法局", "department", "county"),
        }
        assert not [e for e in linker.entries() if e.predicate == fz("divisionCode") and "100000" not in e.subject]
        placed = {e.subject for e in linker.entries() if e.kind == "bodies" and e.predicate == fz("jurisdiction")}
        assert len(placed & found[name]) == 2, "the city is not the county's, nor the nation's"
    assert not found["青石县"] & found["白水县"]


def test_the_report_of_a_county_without_a_code_has_a_place() -> None:
    reading = qingshi(area=replace(AREA, code="", parents=()))
    report = graph_report(reading)
    assert report.report == "https://w3id.org/fazhi/id/report/xe00996/2023"
    assert report.conforms
    assert not [f for f in report.findings if f.rule == "shape.ReportPlace"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("存在的不足和下一步工作安排", {"part-problem", "part-plan"}),
        ("2023年工作情况及2024年工作安排", {"part-reported", "part-plan"}),
    ],
)
def test_a_section_with_two_halves_gives_two_contents(title: str, expected: set[str]) -> None:
    s = Sample((f"一、{title}", "加强普法。"))
    s.section(f"一、{title}", "1", "一、", "mixed")
    s.sentence("加强普法。", "1", "measure")
    graph = to_graph(s.reading()).graph
    assert {o for _, p, o in graph.triples() if p == fz("sectionRole")} == {fz(role) for role in expected}


def test_the_report_of_the_state_council_is_the_nations() -> None:
    reading = qingshi(area=replace(AREA, code="", name="中华人民共和国", level="central", parents=()), issuer="国务院")
    report = graph_report(reading)
    assert report.report == "https://w3id.org/fazhi/id/report/100000/2023"
    assert report.conforms


def test_the_report_of_a_township_is_named_by_its_area_and_stands_under_the_county() -> None:
    town = Area(code="330299101", name="石桥镇", level="township", parents=(*AREA.parents, replace(AREA, parents=())))
    report = graph_report(qingshi(area=town, issuer="石桥镇人民政府", issuer_kind="township"))
    assert report.report == "https://w3id.org/fazhi/id/report/330299101/2023"
    assert report.conforms
    labels = {e.object: e.subject for e in report.entries if e.kind == "bodies" and e.predicate.endswith("prefLabel>")}
    parents = {e.subject: e.object for e in report.entries if e.predicate == fz("parentBody")}
    assert parents[labels['"石桥镇人民政府"@zh']] == labels['"青石县人民政府"@zh']


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


def _of(linker: Linker, subject: str, name: str) -> set[str]:
    return {entry.object for entry in linker.entries() if entry.subject == subject and entry.predicate == fz(name)}


def test_a_body_of_another_place_is_at_home_there() -> None:
    area = area_of(divisions.by_code("330226"))
    linker = Linker("https://w3id.org/fazhi/id/", area)
    other = linker.body("余姚市司法局", "department", "county")
    assert _of(linker, other, "jurisdiction") == {"<https://w3id.org/fazhi/id/area/330281>"}
    assert other == Linker("https://w3id.org/fazhi/id/", area_of(divisions.by_code("330281"))).body(
        "余姚市司法局", "department", "county"
    ), "in its own report it is the same"
    longer = linker.body("南京市鼓楼区司法局", "department", "county")
    assert _of(linker, longer, "jurisdiction") == {"<https://w3id.org/fazhi/id/area/320106>"}
    assert merge(linker.entries())


def test_a_body_of_one_of_several_places_stays_unlinked_with_its_candidates() -> None:
    linker = Linker("https://w3id.org/fazhi/id/", area_of(divisions.by_code("330226")))
    body = linker.body("鼓楼区司法局", "department", "county")
    assert not _of(linker, body, "jurisdiction")
    assert len(_of(linker, body, "candidateJurisdiction")) == 4
    near = Linker("https://w3id.org/fazhi/id/", area_of(divisions.by_code("350104")))
    assert _of(near, near.body("鼓楼区司法局", "department", "county"), "jurisdiction") == {
        "<https://w3id.org/fazhi/id/area/350102>"
    }, "of those in the own city there is one"


def test_an_office_has_the_years_of_its_name_and_what_took_its_place() -> None:
    linker = Linker("https://w3id.org/fazhi/id/", AREA)
    old, new = (linker.body(f"青石县{tail}", "department", "county") for tail in ("法制办", "司法局"))
    assert (_of(linker, old, "nameUntil"), _of(linker, old, "succeededBy")) == ({integer(2019)}, {new})
    assert _of(linker, linker.body("青石县监委", "supervision", "county"), "nameSince") == {integer(2018)}
    assert not _of(linker, linker.body("青石县大数据局", "department", "county"), "nameSince")
