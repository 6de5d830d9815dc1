"""A sentence that goes on from the question before it, and one that stands for itself."""

import pytest
from question_data import BASE, report, reports

from queries.names import names
from queries.router.follow import Earlier, follow
from queries.router.route import route


def ids(store, kind, *called):
    return tuple(names(store).called(one, kind)[0].iri.removeprefix(BASE) for one in called)


@pytest.fixture
def rate():
    """宁海县2021年的网办率."""
    here, indicator = ids(report(), "area", "宁海县"), ids(report(), "indicator", "网办率")
    return Earlier("indicator-value", {"place": here, "year": ("2021",), "indicator": indicator})


@pytest.mark.parametrize("text", ["那2020年呢？", "2020年", "上一年呢"])
def test_a_year_alone_asks_the_same_of_that_year(rate, text):
    found = follow(text, rate, report(), base=BASE)
    assert (found.question, dict(found.slots)) == (rate.question, {**rate.slots, "year": ("2020",)})


@pytest.mark.parametrize("text", ["那矛盾纠纷调处成功率呢", "调处成功率呢"])
def test_an_indicator_alone_is_asked_of_the_same_place_and_year(rate, text):
    found = follow(text, rate, report(), base=BASE)
    assert found.question == rate.question
    assert found.slots["indicator"] != rate.slots["indicator"]
    assert (found.slots["place"], found.slots["year"]) == (rate.slots["place"], rate.slots["year"])


@pytest.mark.parametrize(
    ("text", "question", "kept"),
    [
        ("那承认了哪些问题", "problems", {"place", "year"}),
        ("那哪里最低呢", "indicator-ranking", {"year", "indicator", "order"}),
        ("历年怎么变呢", "indicator-series", {"place", "indicator"}),
    ],
)
def test_another_question_keeps_what_it_does_not_ask_for_itself(rate, text, question, kept):
    found = follow(text, rate, report(), base=BASE)
    assert (found.question, set(found.slots)) == (question, kept)


def test_a_place_to_compare_with_stands_beside_the_one_before():
    here, other = ids(reports(), "area", "宁海县", "澄港县")
    earlier = Earlier("problems", {"place": (here,)})
    assert follow("那跟澄港县比呢", earlier, reports(), base=BASE).slots["place"] == (here, other)
    assert follow("那澄港县呢", earlier, reports(), base=BASE).slots["place"] == (other,)


@pytest.mark.parametrize(
    "text", ["宁海县有哪些问题", "报告承认了哪些问题", "那曲市有哪些问题", "那北京呢", "谁没按时公开"]
)
def test_a_sentence_that_says_what_it_asks_stands_for_itself(rate, text):
    assert follow(text, rate, report(), base=BASE) is None


def test_what_goes_on_is_understood_as_it_would_be_in_full(rate):
    full = route("宁海县2021年矛盾纠纷调处成功率是多少", report(), base=BASE)
    found = follow("那矛盾纠纷调处成功率呢", rate, report(), base=BASE)
    assert (found.question, dict(found.slots)) == (full.question, dict(full.slots))
