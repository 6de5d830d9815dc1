"""What a report says again, or no longer, is linked in the build as a look at both years would find it."""

import pyoxigraph as ox
import pytest
from graph_samples import qingshi
from two_years import rows, two_years

from kg.graph.again import LEAST
from kg.graph.quads import TYPE, Triple, fz
from kg.graph.report import ReportGraph, graph_report
from kg.graph.whole import WholeGraph, graph_whole

PLAIN = {
    "SELECT ?figure ?later { ?figure fz:notStatedAgainIn ?later }": """SELECT ?figure ?later {
        ?later fz:previousReport ?earlier .
        ?figure fz:inReport ?earlier ; a fz:Observation ; fz:indicator ?indicator ; fz:value ?value ; fz:unit ?unit ; fz:statedIn ?s
        FILTER NOT EXISTS { ?now fz:inReport ?later ; fz:indicator ?indicator } }""",
    "SELECT ?one ?other { ?one fz:sameWordsAs ?other }": f"""SELECT ?one ?other {{
        ?later fz:previousReport ?earlier .
        ?one fz:inReport ?later ; a fz:Sentence ; fz:quote ?words . ?other fz:inReport ?earlier ; a fz:Sentence ; fz:quote ?words
        FILTER(STRLEN(?words) >= {LEAST}) }}""",
    "SELECT DISTINCT ?report ?thing { ?report fz:highlight ?thing }": """SELECT DISTINCT ?report ?thing {
        ?thing fz:inReport ?report
        { ?thing a fz:Finding } UNION { ?thing a fz:Honour } UNION { ?thing a fz:Target } UNION { ?thing fz:refersTo ?d }
        UNION { ?thing fz:plansAgain ?i } UNION { ?thing fz:sameWordsAs|^fz:sameWordsAs ?s } UNION { ?thing fz:firstToName ?p } }""",
    "SELECT ?report ?kind ?n ?doubtful { ?t fz:tallyOf ?report ; fz:talliedKind ?kind ; fz:statementCount ?n ; fz:doubtfulCount ?doubtful }": """
        SELECT ?report ?kind (COUNT(DISTINCT ?fact) AS ?n) (COUNT(DISTINCT ?weak) AS ?doubtful) {
        ?fact fz:inReport ?report ; fz:statedIn ?s ; a ?kind
        FILTER(?kind IN (fz:Goal, fz:ReportedMeasure, fz:PlannedMeasure, fz:Result, fz:Problem, fz:Observation, fz:Target, fz:Honour, fz:Plan))
        OPTIONAL { ?fact fz:confidence ?c FILTER(?c < 0.8) BIND(?fact AS ?weak) } } GROUP BY ?report ?kind""",
    "SELECT ?document ?year ?reports ?n ?s { ?c fz:yearPrevalenceOf ?document ; fz:countedYear ?year ; fz:reportCount ?reports ; fz:statementCount ?n ; fz:exampleSentence ?s . ?document fz:documentKind ?k }": """
        SELECT ?document ?year (COUNT(DISTINCT ?report) AS ?reports) (COUNT(DISTINCT ?said) AS ?n) (MIN(?said) AS ?s) {
        ?statement fz:refersTo ?document ; fz:statedIn ?said ; fz:inReport ?report . ?report fz:periodYear ?year } GROUP BY ?document ?year""",
    "SELECT ?one ?other ?year ?n ?s { ?c fz:oneBody ?one ; fz:otherBody ?other ; fz:countedYear ?year ; fz:statementCount ?n ; fz:exampleSentence ?s }": """
        SELECT ?one ?other ?year (COUNT(DISTINCT ?statement) AS ?n) (MIN(?said) AS ?s) {
        ?statement fz:partnerBody ?a ; fz:partnerBody|fz:leadBody ?b ; fz:statedIn ?said ; fz:inReport/fz:periodYear ?year
        FILTER(?a != ?b) VALUES ?turned { true false } BIND(IF(?turned, ?b, ?a) AS ?one) BIND(IF(?turned, ?a, ?b) AS ?other)
        FILTER(STR(?one) < STR(?other)) } GROUP BY ?one ?other ?year""",
    "SELECT DISTINCT ?place ?body ?role { ?mention fz:mentionedAs ?role ; fz:inSentence|fz:inHeading ?place ; fz:mentionOf ?body }": """
        SELECT DISTINCT ?place ?body ?role { ?place fz:mentions ?body
        . ?statement fz:statedIn ?place ; fz:hasInvolvement ?i . ?i fz:involvedBody ?body ; fz:role ?role }""",
}


@pytest.fixture(scope="module")
def same() -> list[ReportGraph]:
    """One report, given out for two years."""
    return [graph_report(qingshi(period_year=year, plan_year=year + 1)) for year in (2023, 2024)]


@pytest.fixture(scope="module")
def store(same: list[ReportGraph]) -> ox.Store:
    made, reports = ox.Store(), two_years()
    for graph in (*(g for report in (*reports, *same) for g in report.graphs), *graph_whole([*reports, *same]).graphs):
        made.bulk_load("\n".join(graph.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return made


def links(whole: WholeGraph) -> list[Triple]:
    return next(list(graph.triples()) for graph in whole.graphs if graph.name.endswith("/links"))


@pytest.mark.parametrize("link", PLAIN)
def test_links_are_what_a_look_at_both_years_finds(store: ox.Store, link: str) -> None:
    found = rows(store, link)
    assert found == rows(store, PLAIN[link])
    assert len(found) >= 1


def test_a_plan_that_was_not_found_done_is_planned_again(same: list[ReportGraph]) -> None:
    told = links(graph_whole(same))
    status = {s: o for s, p, o in told if p == fz("fulfilmentStatus")}
    missing = {o for s, p, o in told if p == fz("plannedItem") and status[s] == fz("status-not_found")}
    again = {(s, o) for s, p, o in told if p == fz("plansAgain")}
    assert {earlier for _, earlier in again} == missing
    assert missing
    assert all(later.replace("/2024/", "/2023/") == earlier for later, earlier in again)
    assert not [1 for _, p, _ in links(graph_whole(same, followed=lambda _: ())) if p == fz("plansAgain")]


def test_years_are_counted_apart(same: list[ReportGraph]) -> None:
    told = links(graph_whole(same))
    count = {s: o for s, p, o in told if p == fz("reportCount")}
    yearly = {s for s, p, o in told if p == fz("countedYear")}
    things = {name: {o for _, p, o in told if p == fz(name)} for name in ("prevalenceOf", "yearPrevalenceOf")}
    assert {one for one in things["yearPrevalenceOf"] if "/document/" not in one} == things["prevalenceOf"]
    assert {count[node][1] for node in yearly} == {"1"}
    assert {count[node][1] for node in count.keys() - yearly} == {"2"}
    assert len([s for s, p, o in told if p == TYPE and o == fz("Prevalence")]) == len(count)
