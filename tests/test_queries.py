"""Questions: their headers, their expected rows on two engines, their slots, their quotes, and what a bad header is told."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_data import BASE, as_rdflib, examples, report

from kg.errors import QueryError
from queries import bind, find_query, load_queries
from queries.answer import answer, count
from queries.binding import fill
from queries.file import read_query
from queries.present import answer_data, question_data, schema
from queries.slots import choices, resolve
from queries.strict_yaml import read_yaml
from queries.wording import Refusal

STORES = {"examples": examples, "report": report}
CASES = [
    pytest.param(query, case, id=f"{name}-{number}")
    for name, query in load_queries().items()
    for number, case in enumerate(query.expect)
]
QUERIES = [pytest.param(query, id=name) for name, query in load_queries().items()]


def test_every_question_was_looked_at():
    assert len(QUERIES) >= 30
    assert len(CASES) >= 120
    assert {query.group for query in load_queries().values()} == {
        "bodies", "results", "plans", "places", "documents", "checks",
    }  # fmt: skip


@pytest.mark.parametrize(("query", "case"), CASES)
def test_a_case_gives_its_rows(query, case):
    store = STORES[case.data]()
    found = answer(query, resolve(query, case.slots, store, base=BASE), store, base=BASE)
    assert case.holds(found.total), f"{found.total} rows, not {case.rows}"
    if case.has:
        shown = [{name: found.text(row, name) for name in case.has} for row in found.rows]
        assert dict(case.has) in shown
    assert found.say("zh")
    assert found.say("en")
    assert "{" not in found.say("zh") + found.say("en")


@pytest.mark.parametrize(("query", "case"), [case for case in CASES if case.values[1].data == "examples"])
def test_both_engines_give_the_same_rows(query, case):
    text = bind(query, resolve(query, case.slots, examples(), base=BASE), BASE)
    ours = {tuple(_plain(row.get(name)) for name in query.variables()) for row in examples().rows(text)}
    theirs = {
        tuple(_plain_term(row.get(name)) for name in query.variables())
        for row in as_rdflib("examples").query(text).bindings
        for row in [{str(name): term for name, term in row.items()}]
    }
    if "GROUP BY" in text:
        # rdflib 7 gives one empty row for the groups of nothing; SPARQL 1.1 (18.5.1) gives none.
        theirs.discard((None,) * len(query.variables()))
    assert ours == theirs


def _plain(cell):
    return None if cell is None else _value(cell.value)


def _plain_term(term):
    return None if term is None else _value(str(term))


def _value(text):
    """Engines spell decimals differently: compared by value, to twelve digits."""
    try:
        return f"{Decimal(text):.12g}"
    except ArithmeticError:
        return text


@pytest.mark.parametrize("query", QUERIES)
def test_the_file_as_it_stands_is_a_query_with_every_slot_open(query):
    assert examples().rows(Path(query.path).read_text("utf-8")) is not None


@pytest.mark.parametrize("query", QUERIES)
def test_every_row_leads_to_words_that_stand_in_the_report(query):
    found = answer(query, dict.fromkeys(query.params, ()), report(), base=BASE, limit=200)
    text = (Path(__file__).parent.parent / "kg" / "demo" / "ninghai-2021.txt").read_text("utf-8")
    for row in found.rows:
        quotes = found.evidence_of(row)
        assert quotes or not query.evidence or query.evidence[0].sentence not in row
        for quote in quotes:
            assert text[quote.begin : quote.begin + len(quote.quote)] == quote.quote
            assert "".join(piece.text for piece in quote.pieces()) == quote.quote


@pytest.mark.parametrize("query", QUERIES)
def test_a_question_as_data_is_complete(query):
    data = question_data(query)
    assert set(data["schema"]["properties"]) == set(query.params)
    assert query.triggers.samples
    assert query.caveat.zh.endswith("。")
    assert query.caveat.en.endswith(".")
    shown = answer_data(answer(query, {}, examples(), base=BASE, limit=5))
    assert len(shown["rows"]) == len(shown["shown"]) <= 5


@pytest.mark.parametrize("query", QUERIES)
def test_every_slot_with_choices_offers_some(query):
    for slot, param in query.params.items():
        if param.type in ("area", "year", "body", "report", "code", "choice"):
            found = choices(query, slot, report(), base=BASE)
            assert found or param.type == "body", slot
            assert all(choice.label.zh for choice in found)


HOSTILE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@settings(max_examples=60)
@given(value=HOSTILE, name=st.sampled_from(["who-did-what", "sentences-about", "plan-items"]))
def test_a_text_slot_never_changes_the_query(value, name):
    """Whatever is typed is looked for literally, or refused."""
    query = find_query(name)
    found = answer(query, {"what": value}, examples(), base=BASE)
    value = value.strip()
    for row in found.rows:
        assert (
            not value
            or value in ("any", "任意")
            or value in "".join(cell.value for cell in row.values())
            or name != "who-did-what"
        )
    assert found.total <= count(query, {}, examples(), base=BASE)


@settings(max_examples=60)
@given(value=HOSTILE, slot=st.sampled_from(["place", "year", "lead", "target"]))
def test_a_hostile_value_in_any_slot_is_matched_or_refused(value, slot):
    query = find_query("who-did-what")
    try:
        text = bind(query, {slot: value}, BASE)
    except Refusal:
        return
    found = {tuple(sorted(row.items(), key=str)) for row in examples().rows(text)}
    whole = {tuple(sorted(row.items(), key=str)) for row in examples().rows(bind(query, {}, BASE))}
    assert found <= whole


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ({"nosuch": "1"}, "unknown-slot"),
        ({"year": "二零二一"}, "bad-slot-value"),
        ({"year": "21"}, "bad-slot-value"),
        ({"lead": "没有这个局"}, "unknown-name"),
        ({"lead": "body/<x>"}, "bad-slot-value"),
        ({"what": ["督察", "普法"]}, "too-many-values"),
    ],
)
def test_a_refusal_says_what_and_what_to_do_in_both_languages(slots, code):
    with pytest.raises(Refusal) as caught:
        resolve(find_query("who-did-what"), slots, report(), base=BASE)
    assert caught.value.code == code
    assert "{" not in caught.value.say("zh") + caught.value.say("en")


def test_names_are_taken_as_people_write_them():
    query = find_query("who-did-what")
    found = resolve(query, {"place": "宁海", "lead": "县委依法治县办", "year": "2021年"}, report(), base=BASE)
    assert found["place"] == ("area/330226",)
    assert found["year"] == ("2021",)
    assert found["lead"][0].startswith("body/330226-")


def test_a_line_falls_away_when_one_of_its_slots_is_filled():
    params = find_query("honours").params
    body = "?a ?b ?c . #unless place year\n#when place: ?x ?y ?place . #unless year\n"
    assert fill(body, params, {}, BASE).split("\n") == ["?a ?b ?c .", "", ""]
    assert fill(body, params, {"place": "area/1"}, BASE).split("\n") == ["", "?x ?y ?place .", ""]
    assert fill(body, params, {"place": "area/1", "year": "2021"}, BASE).split() == []


def test_a_line_may_ask_how_many_values_a_slot_has():
    params = find_query("honours").params
    body = "?a ?b ?year . #unless place several year\n#when one year: ?c ?d ?year . #unless place\n#when place several year: ?e ?f ?year ."
    first, second, third = "?a ?b ?year .", "?c ?d ?year .", "?e ?f ?year ."
    assert fill(body, params, {}, BASE).split("\n") == [first, "", ""]
    assert fill(body, params, {"year": "2021"}, BASE).split("\n") == [first, second, ""]
    assert fill(body, params, {"year": ["2021", "2022"]}, BASE).split("\n") == ["", "", third]
    assert fill(body, params, {"year": "2021", "place": "area/1"}, BASE).split("\n") == ["", "", third]


GOOD = (Path(__file__).parent.parent / "queries" / "problems.rq").read_text("utf-8")
FAULTS = {
    "unknown key": (("#+ group: results", "#+ group: results\n#+ grop: results"), "grop"),
    "key given twice": (("#+ group: results", "#+ group: results\n#+ group: plans"), "given twice"),
    "unknown slot type": (("type: area", "type: aera"), "params.place.type"),
    "slot without marker": (("  #sift year\n", ""), "'year' stands in no #params or #sift line"),
    "marker of no slot": (("#params place theme\n", "#params place theme x\n"), "'x'"),
    "sentence without a slot": (
        ("{place}{year}的报告在{theme}方面承认了哪些问题？", "{place}的报告在{theme}方面承认了哪些问题？"),
        "sentence.zh",
    ),
    "column that is not projected": (("#+ hidden: [problem]", "#+ hidden: [problem, x]"), "the query projects"),
    "one language": ((', en: "Which problems are admitted"}', "}"), "title.en"),
    "limit in the query": (("ORDER BY ?year ?area ?report ?begin ?theme", "ORDER BY ?year LIMIT 10"), "LIMIT"),
    "no header": (("#+", "##"), "no header"),
}


def test_a_year_sifts_where_another_slot_names_a_thing():
    query = load_queries()["indicator-value"]
    alone = bind(query, {"year": "2021"}, BASE)
    beside = bind(query, {"year": ["2021", "2022"], "indicator": "indicator/60bb3406e9"}, BASE)
    assert "VALUES ?year {" in alone
    assert "FILTER(?year IN (" in beside
    assert "VALUES ?year" not in beside


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_wrong_header_is_refused_and_the_place_named(fault, tmp_path):
    (before, after), said = FAULTS[fault]
    assert before in GOOD
    path = tmp_path / "problems.rq"
    path.write_text(GOOD.replace(before, after), "utf-8")
    with pytest.raises(QueryError) as caught:
        read_query(path)
    assert said in str(caught.value)
    assert "problems.rq" in str(caught.value)


def test_the_good_header_is_taken(tmp_path):
    path = tmp_path / "problems.rq"
    path.write_text(GOOD, "utf-8")
    assert read_query(path).id == "problems"


def test_yaml_scalars_are_text():
    assert read_yaml("a: no\nb: 007\nc: 2022-03-31", "x") == {"a": "no", "b": "007", "c": "2022-03-31"}


def test_a_slot_that_is_never_open_and_has_a_default_need_not_be_given():
    query = find_query("indicator-ranking")
    indicator = {"indicator": "indicator/0cd6225833"}
    assert "order" not in schema(query)["required"]
    assert (
        answer(query, indicator, examples(), base=BASE).rows
        == answer(query, indicator | {"order": "falling"}, examples(), base=BASE).rows
    )
    falling, rising = (
        [
            row["value"].value
            for row in answer(query, indicator | {"order": order}, examples(), base=BASE).rows
            if "value" in row
        ]
        for order in ("falling", "rising")
    )
    assert falling == rising[::-1]
