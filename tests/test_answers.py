"""Answers: what their first sentence and title say, how their pages add up, what is proposed where nothing was found."""

from dataclasses import replace

import pytest
from question_data import BASE, examples, report, reports

from kg.store.answer import Cell
from queries import bind, find_query
from queries.answer import answer
from queries.present import answer_data


@pytest.mark.parametrize("name", ["findings", "similar-reports"])
def test_a_text_that_the_graph_has_in_both_languages_is_shown_in_the_reader_s(name):
    found = answer(find_query(name), {}, examples(), base=BASE)
    row = {"message": Cell("前后不一", "literal", language="zh"), "inEnglish": Cell("differ", "literal", language="en")}
    assert [found.text(row, "message", language) for language in ("zh", "en")] == ["前后不一", "differ"]


def test_every_page_tells_the_first_of_all_and_not_its_own():
    query = find_query("documents-cited")
    said = [answer(query, {}, report(), base=BASE, limit=2, offset=at).say() for at in (0, 2, 4)]
    assert len(set(said)) == 1


def test_what_is_level_with_the_first_is_counted_over_all_pages_and_told_only_where_there_is_some():
    query = find_query("documents-cited")
    whole = answer(query, {}, report(), base=BASE)
    level = sum(row["reports"] == whole.rows[0]["reports"] for row in whole.rows)
    assert level > 2
    for limit, offset in ((1, 0), (2, 2), (1000, 0)):
        assert f"，{level}份文件并列）" in answer(query, {}, report(), base=BASE, limit=limit, offset=offset).say()
    alone = replace(whole, rows=whole.rows[:1], first=whole.rows[:1])
    assert "并列" not in alone.say()


def test_a_ranking_tells_what_is_at_its_top_only_where_an_indicator_is_chosen():
    query = find_query("indicator-ranking")
    found = answer(query, {"indicator": "indicator/0cd6225833"}, examples(), base=BASE)
    assert "列在最前的是" in found.say()
    assert found.text(found.rows[0], "value") in found.say()
    assert "comes first" in found.say("en")
    every = answer(query, {}, examples(), base=BASE).say()
    assert "最前" not in every
    assert "[" not in every


def test_a_list_of_all_that_a_key_slot_may_hold_has_a_title_of_its_own():
    query = find_query("indicator-value")
    whole = answer(query, {"place": "area/330226", "year": "2021"}, report(), base=BASE, limit=1)
    rate = whole.rows[0]["indicator"].value.removeprefix(BASE)
    one = answer(query, {"indicator": rate}, report(), base=BASE, limit=1)
    assert (whole.title.zh, one.title.zh) == ("报告里的全部数字", "某指标是多少")
    assert answer_data(whole)["question"]["title"]["en"] == "All figures of the reports"


@pytest.mark.parametrize(
    ("question", "values", "zh", "en"),
    [
        (
            "findings",
            {"matter": "matter-documents"},
            "核验各地各年度的报告，没有发现引用文件方面的问题。",
            "The checks found nothing about documents cited on the reports of all places for all years.",
        ),
        (
            "findings",
            {"year": "1999"},
            "数据中没有符合所选地区和年度的报告。",
            "The data hold no report of the chosen place and year.",
        ),
        ("published-late", {"year": "2021"}, "宁海县2021年的报告：按时，公开日期为2022-03-31。", None),
        ("problems", {"theme": "theme-emergency"}, "各地各年度的报告里没有找到写明的突发事件应对方面的问题。", None),
        ("reports-held", {}, "收录了宁海县2021年的报告。", "The report of 宁海县 for 2021 is held."),
    ],
)
def test_the_first_sentence_says_yes_or_no(question, values, zh, en):
    found = answer(find_query(question), values, report(), base=BASE)
    assert found.say("zh") == zh
    assert en is None or found.say("en") == en


def test_what_is_counted_and_not_there_falls_away():
    query = find_query("published-late")
    found = answer(query, {"state": "in-time"}, reports(), base=BASE)
    assert "只列不晚的" in found.say("zh")
    assert "没有标明" not in found.say("zh")


def test_an_empty_answer_says_which_slot_to_loosen():
    query = find_query("who-did-what")
    found = answer(query, {"lead": "body/330226-e0a6bfa112", "year": "2022"}, examples(), base=BASE)
    assert found.total == 0
    assert [(one.slot, one.rows) for one in found.loosened] == [("year", 12)]
    assert found.coverage.reports == 1
    assert "没有找到" in found.say("zh")


def test_what_looks_at_too_many_reports_is_proposed_without_a_count(monkeypatch):
    monkeypatch.setattr("queries.answer.WIDE", 0)
    query = find_query("who-did-what")
    found = answer(query, {"lead": "body/330226-e0a6bfa112", "year": "2022"}, examples(), base=BASE)
    assert [(one.slot, one.rows) for one in found.loosened] == [("year", None), ("lead", None)]
    assert [one.say(query, "zh") for one in found.loosened] == ["去掉“年度”的限制再查。", "去掉“牵头机构”的限制再查。"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("goals", "sentence"),
        ("problems", "sentence"),
        ("measures", "sentence"),
        ("who-did-what", "sentence"),
        ("sentences-about", "sentence"),
        ("indicator-value", "sentence"),
        ("indicator-change", "sentence"),
        ("figures-together", "sentence"),
        ("compare-indicator", "sentence"),
        ("honours", "sentence"),
        ("plan-items", "sentence"),
        ("plan-followup", "item"),
        ("problems-answered", "problem"),
    ],
)
def test_what_one_report_says_is_listed_as_the_report_has_it(question, sentence):
    """The ids of sentences are made of their words, and tell nothing of their order."""
    rows = report().rows(bind(find_query(question), {}, BASE))
    begins = {
        row["s"].value: int(row["b"].value)
        for row in report().rows("SELECT ?s ?b { ?s <https://w3id.org/fazhi/ns#beginOffset> ?b }")
    }
    places = [begins[row[sentence].value] for row in rows if sentence in row]
    assert len(places) > 1
    assert places == sorted(places)


def test_pages_of_an_answer_add_up():
    query = find_query("indicator-value")
    whole = answer(query, {}, report(), base=BASE)
    parts = [answer(query, {}, report(), base=BASE, limit=10, offset=at).rows for at in range(0, whole.total, 10)]
    assert [row for part in parts for row in part] == list(whole.rows)
    first = answer(query, {}, report(), base=BASE, limit=10)
    assert first.more
    assert first.total == whole.total
    assert first.distinct == whole.distinct


def test_a_long_list_is_counted_only_so_far_and_its_pages_go_on(monkeypatch):
    query = find_query("indicator-value")
    whole = answer(query, {}, report(), base=BASE)
    monkeypatch.setattr("queries.counting.MOST", 5)
    pages = [answer(query, {}, report(), base=BASE, limit=4, offset=at) for at in range(0, whole.total + 4, 4)]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert [page.more for page in pages] == [page.offset + 4 < whole.total for page in pages]
    assert all(page.at_least and page.total <= whole.total for page in pages)
    assert "5" in pages[-1].say()
    assert "至少" in pages[0].say()
    assert "at least" in pages[0].say("en")
    assert answer_data(pages[0])["at_least"]
    assert not answer_data(whole)["at_least"]
    assert not answer(query, {}, report(), base=BASE, limit=whole.total).at_least
