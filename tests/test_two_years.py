"""Two years of one invented county, read from their text by the whole chain: what was planned, done, printed wrongly, copied."""

import pyoxigraph as ox
import pytest
from two_years import rows, two_years

from kg.graph.report import ReportGraph
from kg.graph.whole import WholeGraph, graph_whole


@pytest.fixture(scope="module")
def reports() -> tuple[ReportGraph, ReportGraph]:
    return two_years()


@pytest.fixture(scope="module")
def whole(reports: tuple[ReportGraph, ReportGraph]) -> WholeGraph:
    return graph_whole(reports)


@pytest.fixture(scope="module")
def store(reports: tuple[ReportGraph, ReportGraph], whole: WholeGraph) -> ox.Store:
    made = ox.Store()
    for graph in (*(g for report in reports for g in report.graphs), *whole.graphs):
        made.bulk_load("\n".join(graph.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return made


def test_both_years_conform_and_follow_each_other(reports: tuple[ReportGraph, ReportGraph], store: ox.Store) -> None:
    assert all(report.conforms for report in reports)
    assert len(rows(store, "SELECT ?a ?b { ?a fz:previousReport ?b }")) == 1


def test_plans_meet_what_was_done(store: ox.Store) -> None:
    links = {
        planned: (status.rpartition("-")[2], measure)
        for planned, status, measure in rows(
            store,
            """SELECT ?planned ?status ?measure { ?link fz:plannedItem/fz:statedIn/fz:quote ?planned ; fz:fulfilmentStatus ?status
               OPTIONAL { ?link fz:fulfilledBy/fz:statedIn/fz:quote ?measure } }""",
        )
    }
    assert len(links) == 3  # the lead-in (…抓好以下工作：) is no item

    def of(words: str) -> tuple[str, str]:
        return next(value for planned, value in links.items() if words in planned)

    assert "会议2次" in of("工作要点")[1]
    assert "轮训4期" in of("轮训")[1]
    assert "公共法律服务站3个" in of("公共法律服务站")[1]


def test_what_is_printed_wrongly_is_found(reports: tuple[ReportGraph, ReportGraph], whole: WholeGraph) -> None:
    rules = {finding.rule: finding for finding in (*reports[1].findings, *whole.findings)}
    assert rules["audit.rate"].value == "98.91"
    assert "70" in rules["audit.former-value"].message_zh
    assert len(rules["audit.former-value"].evidence) == 2
    assert not [f for f in reports[0].findings if f.rule.startswith("audit.")]


def test_what_was_copied_is_told_with_both_sentences(whole: WholeGraph) -> None:
    copied = [finding for finding in whole.findings if finding.rule == "audit.copied"]
    assert len(copied) == 1
    assert any("重大行政决策事项目录" in quote.quote for quote in copied[0].evidence)


def test_problems_meet_the_plans_that_answer_them(store: ox.Store) -> None:
    pairs = rows(
        store,
        "SELECT ?p ?i { ?x fz:addressedProblem/fz:statedIn/fz:quote ?p ; fz:addressingItem/fz:statedIn/fz:quote ?i }",
    )
    assert any("纠错率" in problem and "纠错率" in item for problem, item in pairs)


def test_years_are_compared_by_indicator(store: ox.Store) -> None:
    series = rows(
        store,
        """SELECT ?name (COUNT(DISTINCT ?year) AS ?years) { ?f a fz:Observation ; fz:indicator/rdfs:label ?name ; fz:periodYear ?year
           FILTER(LANG(?name) = "zh") } GROUP BY ?name HAVING(COUNT(DISTINCT ?year) > 1)""",
    )
    assert len(series) >= 5
