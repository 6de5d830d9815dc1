"""The router: frozen paraphrases, questions that have no answer here, sentences held back, and what it never does."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_data import BASE, report, reports

from queries import find_query, load_queries
from queries.answer import answer
from queries.divisions import divisions
from queries.names import names
from queries.present import ask
from queries.router.near import near_indicator
from queries.router.route import THRESHOLD, route
from queries.router.samples import all_words
from queries.router.spotting import spot, synonyms, tidy

FOLDER = Path(__file__).parent / "router"
FROZEN = {
    "paraphrases.tsv": "b1ce4af69387e728fddfa24d699d28a50b7292b9c4930f4dc78d378eb00ce9c1",
    "unanswerable.tsv": "0b43f658b7d906ecee7cb1e86b01a7471157ce0adc044bfe133590a39a464c9d",
}


def rows(name):
    lines = (FOLDER / name).read_text("utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_the_frozen_lists_are_as_they_were_before_the_router_was_built(name):
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == FROZEN[name]


def lists(name):
    """The lists of a file by number, with the store of each: the bundled report, or three reports of two places.

    Each list was written before any of it was asked.
    """
    found = {}
    for number, held, *row in rows(name):
        found.setdefault(int(number), ({"1": report, "3": reports}[held], []))[1].append(row)
    return found


PARAPHRASES = (report, rows("paraphrases.tsv"))
ANSWERED = [
    pytest.param(*PARAPHRASES, 0.90, id="paraphrases"),
    *(pytest.param(*one, 0.85, id=f"heldout-{number}") for number, one in lists("heldout.tsv").items()),
]
UNANSWERED = [
    pytest.param(report, rows("unanswerable.tsv"), id="unanswerable"),
    *(pytest.param(*one, id=f"heldout-{number}") for number, one in lists("heldout-unanswerable.tsv").items()),
]


def test_the_lists_are_whole():
    assert len(PARAPHRASES[1]) >= 150
    assert (len(rows("heldout.tsv")), len(lists("heldout.tsv"))) == (1184, 19)
    assert len(rows("unanswerable.tsv")) >= 40
    assert (len(rows("heldout-unanswerable.tsv")), len(lists("heldout-unanswerable.tsv"))) == (343, 17)


def measured(store, sentences):
    """(right, asked back, wrong and sure) of a list; some sentences may be taken for one of several questions."""
    right, asked, wrong = [], [], []
    for sentence, question, *_ in sentences:
        found = route(sentence, store(), base=BASE)
        kind = right if found.question in question.split("|") else asked if found.question is None else wrong
        kind.append(sentence)
    return right, asked, wrong


@pytest.mark.parametrize(("store", "sentences", "share"), ANSWERED)
def test_the_right_question_is_chosen(store, sentences, share):
    right, asked, wrong = measured(store, sentences)
    print(f"{len(right)} right, {len(asked)} asked back, {len(wrong)} wrong of {len(sentences)}")
    assert len(right) / len(sentences) >= share, asked + wrong


@pytest.mark.parametrize(("store", "sentences"), UNANSWERED)
def test_what_has_no_answer_here_is_asked_back(store, sentences):
    given_back = [sentence for sentence, _ in sentences if route(sentence, store(), base=BASE).question]
    print(f"{len(sentences) - len(given_back)} of {len(sentences)} asked back")
    assert len(given_back) <= 0.1 * len(sentences), given_back


def chosen(found):
    """The question chosen, or offered first where what the data lack is told."""
    lacks = found.question is None and re.search("数据中没有|报告没有提到|报告里没有写到", found.reason.zh)
    return found.alternatives[0].question if lacks else found.question


def test_strangers_are_led_to_their_question_though_no_report_is_of_their_place():
    """Places all over the country: the missing place is told, and the question is the first offered."""
    sentences = rows("strangers.tsv")
    missed = [
        said for said, question in sentences if chosen(route(said, report(), base=BASE)) not in question.split("|")
    ]
    print(f"{len(sentences) - len(missed)} right of {len(sentences)}")
    assert len(sentences) >= 60
    assert len(missed) <= 0.15 * len(sentences), missed


def test_what_strangers_ask_and_no_report_holds_is_asked_back():
    sentences = rows("strangers-unanswerable.tsv")
    assert len(sentences) >= 20
    assert not [said for said, _ in sentences if route(said, report(), base=BASE).question]


def test_the_slots_of_the_paraphrases_are_filled():
    """Where the right question is chosen, the slots that the list names hold what it names."""
    known = names(report())
    checked, wrong = 0, []
    for sentence, question, wanted in rows("paraphrases.tsv"):
        found = route(sentence, report(), base=BASE)
        if found.question != question or not wanted:
            continue
        for pair in wanted.split(";"):
            slot, sign, value = next((a, s, b) for s in "=~" for a, s_, b in [pair.partition(s)] if s_)
            said = [name for one in found.slots.get(slot, ()) for name in _names(one, known)]
            fits = value in said if sign == "=" else any(value in one for one in said)
            fits = fits or (slot == "indicator" and any(one.endswith(value) for one in said))
            checked += 1
            if not fits:
                wrong.append(f"{sentence}: {slot} is {said}, not {value}")
    assert checked >= 60
    assert len(wrong) <= 0.15 * checked, wrong


def _names(value, known):
    thing = known.things.get(BASE + value)
    return thing.names if thing else (value,)


def test_no_sample_is_one_of_the_frozen_sentences():
    samples = {
        line.partition("\t")[2]
        for line in (Path(find_query("problems").path).parent / "router" / "samples.tsv")
        .read_text("utf-8")
        .splitlines()
    }
    shown = {sample for query in load_queries().values() for sample in query.triggers.samples}
    frozen = {row[0] for row in rows("paraphrases.tsv")}
    assert len(samples) >= 300
    assert not frozen & (samples | shown)


def test_every_synonym_leads_to_a_code_that_is_there():
    codes = {thing.iri.rpartition("#")[2]: thing.scheme for thing in names(report()).of_kind("code")}
    for scheme, pairs in synonyms().items():
        assert pairs
        if scheme in ("Relations", "Lateness", "RankOrder"):
            continue
        for word, code in pairs:
            assert code in ("-", "any") or codes.get(code) == scheme, (scheme, word, code)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("今年的计划", ["2021"]),
        ("2019-2021年的网办率", ["2019", "2020", "2021"]),
        ("近三年的网办率", ["2019", "2020", "2021"]),
        ("较去年下降", []),
        ("明年打算做什么", ["2022"]),
        ("2022年的计划", ["2022"]),
        ("宁海21年的网办率", ["2021"]),
        ("20到21年的网办率", ["2020", "2021"]),
        ("执行了15年", []),
        ("2020年和2021年相比，网办率有什么变化", ["2020", "2021"]),
        ("2021年比2020年多了多少", ["2021"]),
    ],
)
def test_years_are_relative_to_the_newest_report(text, years):
    found = [value for one in spot(tidy(text), names(report())) if one.kind == "year" for value in one.values]
    assert found == years


def test_a_place_or_year_that_the_data_lack_is_said_and_not_dropped():
    for sentence, word in (("杭州市的网办率是多少", "杭州市"), ("2015年宁海印发了哪些文件", "2015")):
        found = route(sentence, report(), base=BASE)
        assert found.question is None
        assert word in found.reason.zh
        assert len(found.alternatives) == 3


@pytest.mark.parametrize("asked", ["{}的网办率是多少", "{}2021年印发了哪些文件", "{}有哪些问题", "{}司法局做了哪些事"])
def test_what_is_asked_of_a_place_that_no_report_is_of_is_never_answered_with_another(asked):
    held = names(report())
    others = [name for name in sorted(divisions()) if name not in held.by_name and len(name) > 2][::60]
    assert len(others) >= 50
    for place in (*others, "蓬山镇", "幸福街道"):
        found = route(asked.format(place), report(), base=BASE)
        assert found.question is None, place
        assert place in found.reason.zh


@pytest.mark.parametrize("body", ["教育局", "水利局", "文广旅体局", "医保局", "残联", "气象局", "红十字会"])
@pytest.mark.parametrize("asked", ["{}牵头做了哪些事", "宁海县{}做了什么", "2021年{}配合了哪些工作"])
def test_what_is_asked_of_a_body_that_no_report_names_is_not_answered_with_all(asked, body):
    found = route(asked.format(body), report(), base=BASE)
    assert found.question is None
    assert body in found.reason.zh


def test_what_is_counted_and_no_indicator_is_told():
    """Not answered with all that a township or a measure is about."""
    for text, name in (("宁海县公证申请受理了几件", "公证申请受理"), ("乡镇街道赋权事项有多少", "乡镇街道赋权")):
        found = route(text, report(), base=BASE)
        assert found.question is None
        assert name in found.reason.zh
        assert found.alternatives[0].question == "indicator-value"


def test_the_problems_of_one_theme_are_those_of_the_theme():
    found = route("执法方面有哪些问题", report(), base=BASE)
    assert (found.question, found.slots) == ("problems", {"theme": ("theme-enforcement",)})


def test_what_stands_in_quotes_and_no_report_holds_is_told():
    found = route("“云上督导”行政执法改革是哪些部门牵头的", report(), base=BASE)
    assert found.question is None
    assert "云上督导" in found.reason.zh


def test_an_unsure_sentence_gives_three_questions_that_can_be_answered():
    found = route("这个怎么样", report(), base=BASE)
    assert found.question is None
    assert found.confidence < THRESHOLD
    for one in found.alternatives:
        query = find_query(one.question)
        if not any(param.required for param in query.params.values()):
            assert answer(query, one.slots, report(), base=BASE, limit=1).say()


def test_a_matter_that_no_slot_took_is_asked_back_or_shown_where_it_stands():
    """Not answered with all that every body led."""
    found = route("谁负责综合行政执法改革", report(), base=BASE)
    assert found.question is None or (found.question, set(found.slots)) == ("sentences-about", {"what"})


@pytest.mark.parametrize("text", ["负责人出庭率比去年提高了吗", "负责人出庭率逐年走势"])
def test_an_indicator_that_only_the_words_of_a_report_have_is_asked_back_and_offered_where_it_stands(text):
    """Not answered with every indicator that changed, nor with sentences that say nothing of a change."""
    found = route(text, report(), base=BASE)
    assert found.question is None
    assert "负责人出庭率" in found.reason.zh
    assert "sentences-about" in [one.question for one in found.alternatives]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("下放了多少处罚事项", "下放行政处罚权事项数"),
        ("换发了多少本行政执法证", "持证执法人员数"),
        ("执法证换了多少", "持证执法人员数"),
        ("合同一共值多少钱", "审查合同标的金额"),
        ("普法搞了多少场", None),
        ("信访量多少", None),
    ],
)
def test_an_indicator_is_known_by_the_words_of_its_name_in_any_order(text, name):
    spots = [(one.start, one.end) for one in spot(tidy(text), names(report()))]
    near = near_indicator(tidy(text), spots, names(report()), all_words())
    assert (near and near.things[0].label.zh) == name


def test_a_name_that_several_bear_is_asked_back_with_the_place_of_each_or_taken_as_all_of_them():
    alone = route("县司法局被谁督察过", reports(), base=BASE)
    assert alone.question is None
    assert "2个" in alone.reason.zh
    assert len({one.slots["place"] for one in alone.alternatives[:2]}) == 2
    both = route("县司法局牵头做了哪些事", reports(), base=BASE)
    assert len(both.slots["body"]) == 2


def test_bodies_have_the_short_names_that_people_say():
    for said, label in (
        ("市监局", "宁海县市场监管局"),
        ("县农业局", "宁海县农业农村局"),
        ("依法治县办", "宁海县委依法治县办"),
    ):
        assert [one.label.zh for one in names(report()).called(said, "body")] == [label]
    assert [one.kind for one in spot(tidy("哪几个单位"), names(reports()))] == []


def test_words_to_look_for_lose_the_verb_that_no_report_has_before_them():
    found = route("在优化营商环境上有什么举措", report(), base=BASE)
    assert found.slots["what"] == ("营商环境",)
    assert "优化" in found.unused
    assert route("宁海县食品合格率", reports(), base=BASE).question is None
    assert route("依法治县办督查了哪几个单位", reports(), base=BASE).slots["what"] == ("督察",)


def test_a_name_that_holds_a_word_of_other_matters_is_a_name():
    """局长 is no matter of reports, 局长走流程 is a programme of one."""
    assert route("局长走流程提了几次", reports(), base=BASE).question == "brand-by-year"


def test_the_answer_of_a_sentence_holds_the_figure():
    data = ask("2021年矛盾纠纷调处成功率是多少，受理和成功各多少？", report(), base=BASE)
    assert data["question_id"] in ("figures-together", "indicator-value")
    assert "99.6" in str(data["answer"])


@settings(max_examples=80)
@given(st.text(max_size=120))
def test_any_text_is_understood_or_asked_back(text):
    found = route(text, report(), base=BASE)
    assert 0 <= found.confidence <= 1
    assert (found.question is None) == (found.reason is not None)
    assert len(found.alternatives) == 3


def test_the_same_sentence_is_understood_the_same_way_twice():
    first, second = (route("县委依法治县办督察了哪些单位", report(), base=BASE) for _ in range(2))
    assert first == second


def test_a_conjunction_before_a_body_is_no_county():
    """和县检察院: the county's procuratorate, not the county 和县, which the data lack."""
    assert route("和县检察院有协作的单位有哪些", report(), base=BASE).question == "who-works-with-whom"
    assert "和县" in route("和县的网办率是多少", report(), base=BASE).reason.zh


@pytest.mark.parametrize("place", ["石家庄", "岳阳", "南通海门", "嘉兴", "大理州", "海口"])
def test_a_place_without_the_last_word_of_its_name_is_told_and_not_dropped(place):
    found = route(f"{place}2021年的报告承认了哪些问题", report(), base=BASE)
    assert found.question is None
    assert place in found.reason.zh.replace("”“", "")
    assert found.alternatives[0].question == "problems"
    assert not found.alternatives[0].unused


def test_words_that_stand_apart_are_not_read_as_one():
    said = tidy("宁海县 教育局  卫健局 牵头")
    assert said == "宁海县 教育局 卫健局 牵头"
    found = route("教育局 卫健局 牵头了哪些事", report(), base=BASE)
    assert found.question is None
    assert "教育局卫健局" not in found.reason.zh


@pytest.mark.parametrize(
    ("text", "name", "question"),
    [
        ("宁海县公证办结率逐年走势", "公证办结率", "indicator-series"),
        ("2021年宁海县行政机关负责人出庭应诉率", "应诉率", "indicator-value"),
        ("各地怎么贯彻《海上渔业安全条例》", "海上渔业安全条例", "document-implemented"),
    ],
)
def test_an_indicator_or_document_that_the_data_lack_is_told_beside_the_question(text, name, question):
    found = route(text, report(), base=BASE)
    assert found.question is None
    assert name in found.reason.zh
    assert found.alternatives[0].question == question
