"""How long a question takes on a hundred reports: the example's triples a hundred times, under other places."""

import time

import pyoxigraph as ox
import pytest
from example_release import example_quads
from question_data import BASE

from kg.store.answer import Answer
from kg.store.embedded import rows_of
from queries import bind, load_queries
from queries.coverage import coverage
from queries.held import held
from queries.page import page
from queries.support import support

LIMIT = 0.1
"""Seconds for a question with its place and year filled."""
FILLED = {"place": "area/900007", "year": "2021"}
PLANNED = {"plan-items", "plan-followup", "plan-targets", "plans-repeated", "indicators-dropped"}


@pytest.fixture(scope="module")
def hundred():
    """A store of a hundred reports of fifty counties."""
    lines = {line.rsplit(" <", 1)[0] + " ." for line in example_quads().decode().splitlines()}
    own = [line for line in lines if "330226" in line]
    made = [*lines, *(line.replace("330226", f"9{number:05d}") for number in range(50) for line in own)]
    store = ox.Store()
    store.bulk_load("\n".join(made).encode(), format=ox.RdfFormat.N_TRIPLES)
    reports = store.query("SELECT ?r { ?r a <https://w3id.org/fazhi/ns#Report> }")
    assert len(list(reports)) == 102
    return store


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_a_question_of_one_place_and_year_is_quick(hundred, name):
    query = load_queries()[name]
    slots = FILLED | ({"year": "2022"} if name in PLANNED else {})
    text = bind(query, {slot: value for slot, value in slots.items() if slot in query.params}, BASE, limit=1001)
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        list(hundred.query(text))
        seconds.append(time.process_time() - begun)
    assert min(seconds) < LIMIT


OPENING = {support(f"held-{name}") for name in ("reports", "plans", "places", "indicators")}


class Counting:
    """A store that keeps what it was asked, apart from what a release is opened with."""

    release = ""

    def __init__(self, store):
        self.store, self.asked = store, []

    def rows(self, query, *, seconds=None):
        found = self.store.query(query, use_default_graph_as_union=True)
        self.asked += [query] if query not in OPENING else []
        return rows_of(
            Answer(
                kind="solutions",
                media_type="application/sparql-results+json",
                body=found.serialize(format=ox.QueryResultsFormat.JSON),
                release="",
            )
        )


PAGED = sorted(name for name, query in load_queries().items() if query.pages)
WIDE = [{}, {"year": "2022"}, {"place": "area/330000"}, {"place": "area/330000", "year": "2022"}]


@pytest.mark.parametrize("name", PAGED)
def test_a_page_has_the_rows_that_the_whole_answer_has_there(hundred, name):
    query, store = load_queries()[name], Counting(hundred)
    for slots in [slots for slots in WIDE if slots.keys() <= query.params.keys()]:
        for limit, offset in ((51, 0), (7, 44), (1001, 0)):
            whole = store.rows(bind(query, slots, BASE, limit=limit, offset=offset))
            assert page(query, slots, store, base=BASE, limit=limit, offset=offset) == whole, (slots, limit, offset)


@pytest.mark.parametrize("name", ["indicator-series", "indicator-ranking"])
def test_figures_of_no_indicator_in_particular_are_read_indicator_by_indicator(hundred, name, monkeypatch):
    monkeypatch.setattr("queries.page._FEW", 0)
    query = load_queries()[name]
    for slots in WIDE:
        for limit, offset in ((7, 0), (51, 0), (7, 44), (1001, 0)):
            store = Counting(hundred)
            whole = store.rows(bind(query, slots, BASE, limit=limit, offset=offset))
            assert page(query, slots, store, base=BASE, limit=limit, offset=offset) == whole, (slots, limit, offset)
    store = Counting(hundred)
    page(query, {}, store, base=BASE, limit=7)
    assert len(store.asked) == 1
    assert bind(query, {}, BASE, limit=7) not in store.asked


@pytest.mark.parametrize("name", ["indicator-series", "indicator-ranking"])
def test_figures_of_a_place_with_few_reports_are_read_at_once(hundred, name):
    query, store = load_queries()[name], Counting(hundred)
    (place, *_) = (row["area"].value.removeprefix(BASE) for row in page(query, {}, store, base=BASE, limit=1))
    store = Counting(hundred)
    page(query, {"place": place}, store, base=BASE, limit=7)
    assert store.asked == [bind(query, {"place": place}, BASE, limit=7)]


@pytest.mark.parametrize("name", ["figures-together", "indicator-value"])
def test_an_indicator_with_many_figures_is_asked_in_some_areas_first(hundred, name, monkeypatch):
    query = load_queries()[name]
    indicator = page(query, {}, Counting(hundred), base=BASE, limit=1)[0]["indicator"].value
    for many, places in ((0, [{}, {"place": "area/330000"}]), (10**9, [{}])):
        monkeypatch.setattr("queries.page._MANY", many)
        for slots in ({"indicator": indicator, **place} for place in places):
            for limit, offset in ((7, 0), (9, 5), (51, 0), (1001, 0)):
                store, whole = Counting(hundred), bind(query, slots, BASE, limit=limit, offset=offset)
                assert page(query, slots, store, base=BASE, limit=limit, offset=offset) == store.rows(whole)
                assert (whole not in store.asked[:-1]) == (many == 0 and limit < 20), (slots, limit, offset)


@pytest.mark.parametrize("name", ["measures", "plan-items", "compare-indicator", "indicators-dropped"])
def test_a_first_page_is_read_from_few_reports(hundred, name):
    store = Counting(hundred)
    page(load_queries()[name], {}, store, base=BASE, limit=20)
    of_all = bind(load_queries()[name], {}, BASE, limit=20)
    assert 1 <= len(store.asked) <= 3
    assert of_all not in store.asked
    assert not any(text.count("/area/9") + text.count("/report/9") > 20 for text in store.asked)


def test_what_is_rare_is_asked_of_all_reports(hundred):
    store = Counting(hundred)
    page(load_queries()["honours"], {}, store, base=BASE, limit=1001)
    assert store.asked[-1] == bind(load_queries()["honours"], {}, BASE, limit=1001)


def test_a_query_names_no_more_reports_than_the_engine_reads_in_proportion(hundred, monkeypatch):
    monkeypatch.setattr("queries.page._AT_ONCE", 4)
    query, store = load_queries()["reports-held"], Counting(hundred)
    found = page(query, {}, store, base=BASE, limit=60)
    assert len(store.asked) > 3
    assert max(text.split("}")[0].count("/report/") for text in store.asked) == 4
    assert found == store.rows(bind(query, {}, BASE, limit=60))


@pytest.mark.parametrize("name", ["comparable-indicators", "reports-held", "measures"])
def test_what_is_read_of_many_reports_is_read_once_for_a_release(hundred, name):
    query = load_queries()[name]
    for release, again in ((f"made-for-{name}", False), (f"next-for-{name}", False), ("", True)):
        store = Counting(hundred)
        store.release = release
        first, times = page(query, {}, store, base=BASE, limit=51), len(store.asked)
        assert page(query, {}, store, base=BASE, limit=51) == first
        assert (len(store.asked) > times) == again


def test_a_release_is_asked_once_what_it_holds(hundred):
    store = Counting(hundred)
    for release, same in (("held-for-this-test", True), ("", False)):
        store.release = release
        assert (held(store) is held(store)) == same


def test_reports_held_are_those_of_a_place_and_all_in_it(hundred):
    store, query = Counting(hundred), load_queries()["measures"]
    for slots in (
        {},
        {"year": "2021"},
        {"place": "area/900007"},
        {"place": ["area/900007", "area/330000"], "year": "2021年"},
    ):
        found = coverage(query, slots, store, base=BASE)
        year = "FILTER(?year = 2021)" if "year" in slots else ""
        place = (
            ""
            if "place" not in slots
            else "FILTER(CONTAINS(STR(?area), '900007'))"
            if slots["place"] == "area/900007"
            else ""
        )
        (row,) = store.rows(
            f"""PREFIX fz: <https://w3id.org/fazhi/ns#>
            SELECT (COUNT(DISTINCT ?report) AS ?reports) (COUNT(DISTINCT ?area) AS ?places) (MIN(?year) AS ?first)
            WHERE {{ ?report a fz:Report ; fz:periodYear ?year ; fz:jurisdiction ?area {year} {place} }}"""
        )
        told = tuple(int(row[name].value) for name in ("reports", "places", "first"))
        assert (found.reports, found.places, found.first) == told


def test_a_report_of_no_known_year_is_no_report_of_a_year_and_yet_has_a_place():
    fz = "https://w3id.org/fazhi/ns#"
    store = ox.Store()
    store.load(
        f"""<{BASE}report/1> a <{fz}Report> ; <{fz}jurisdiction> <{BASE}area/1> .
        <{BASE}plan/1> a <{fz}Plan> ; <{fz}planYear> 2022 ; <{fz}inReport> <{BASE}report/1> .""".encode(),
        format=ox.RdfFormat.TURTLE,
    )
    found = held(Counting(store))
    assert found.order("reports", (), ()) == ()
    assert found.order("areas", (), ()) == ((f"{BASE}area/1",),)
    assert found.order("area-reports", (), ()) == ((f"{BASE}report/1",),)
    assert found.order("plans", (), ()) == ((f"{BASE}report/1",),)
