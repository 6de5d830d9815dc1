"""What several reports speak of is one thing: registries are merged, bodies and places linked."""

from dataclasses import replace

import pytest
from graph_samples import AREA, LINES, Sample, qingshi

from kg.corpus.area import area_of
from kg.corpus.document import Area
from kg.errors import GraphError
from kg.graph.link import Linker
from kg.graph.quads import fz, integer
from kg.graph.registry import merge
from kg.graph.report import ReportGraph, graph_report
from kg.graph.triples import to_graph
from kg.graph.whole import graph_whole
from kg.lexicon import divisions

REPORT = "https://w3id.org/fazhi/id/report/330299/2023"


@pytest.fixture(scope="module")
def report() -> ReportGraph:
    return graph_report(qingshi())


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


def test_the_office_that_issued_a_report_is_the_one_that_its_text_names() -> None:
    linker = Linker("https://w3id.org/fazhi/id/", area_of(divisions.by_code("440307")))
    issuer = linker.body("深圳市龙岗区司法局", "department", "county")
    assert issuer == linker.body("龙岗区司法局", "department", "county")
    assert issuer == linker.known_body("深圳市龙岗区司法局")


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
