"""How long a question takes on a hundred reports: the example's triples a hundred times, under other places."""

import time

import pyoxigraph as ox
import pytest
from example_release import example_quads
from question_data import BASE

from queries import bind, load_queries

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
