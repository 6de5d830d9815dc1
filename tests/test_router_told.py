"""What a sentence says and no slot takes is told; what is misspelt is put right, and told; nothing is turned round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from question_data import BASE, ROOT, report, reports

from queries import find_query
from queries.names import names, simplified
from queries.present import ask
from queries.router.candidate import Candidate
from queries.router.doubts import left_out
from queries.router.limits import taken_out
from queries.router.misspelt import put_right
from queries.router.reading import fill_slots
from queries.router.route import route
from queries.router.samples import vocabulary
from queries.router.spotting import Spot, tidy


@pytest.mark.parametrize(
    ("text", "read_as", "question"),
    [
        ("宁海薄若环节有哪些", ("薄若环节", "薄弱环节"), "problems"),
        ("宁海县2021年那些单位得了表障", ("表障", "表彰"), "honours"),
        ("不同年份的报告有没有照超", ("照超", "照抄"), "shared-sentences"),
        ("2021年宁海县印发了那些文建", ("文建", "文件"), "documents-issued"),
        ("宁海县司法局迁头做了哪些工作", ("迁头", "牵头"), "measures-by-body"),
        ("计画有没有落实", ("计画", "计划"), "plan-followup"),
    ],
)
def test_words_of_the_same_sound_are_put_right_and_told(text, read_as, question):
    found = route(text, report(), base=BASE)
    assert found.question == question
    assert read_as in found.read_as
    assert {"written": read_as[0], "read": read_as[1]} in ask(text, report(), base=BASE, limit=1)["read_as"]


@pytest.mark.parametrize(
    ("text", "question", "slots"),
    [
        ("哪些报告提到了行政执法监督", "sentences-about", {"what": ("行政执法监督",)}),
        ("2021年哪些县的报告写到了调处成功率", "sentences-about", {"what": ("调处成功率",), "year": ("2021",)}),
        ("哪些县写了存在的问题", "problems", {}),
    ],
)
def test_which_reports_speak_of_something_is_asked_of_its_words(text, question, slots):
    found = route(text, report(), base=BASE)
    assert (found.question, dict(found.slots)) == (question, slots)


@pytest.mark.parametrize("word", ["数字政府", "智慧法院", "信用修复", "数字法治"])
def test_words_that_no_report_has_are_not_cut_down_to_some_that_it_has(word):
    found = route(f"哪些报告提到了{word}?", report(), base=BASE)
    assert found.question is None
    assert word in found.reason.zh


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("哪些报告引用了法治社会建设实施纲要", "法治社会建设实施纲要"),  # 法治政府建设实施纲要 is held
        ("行政复议办结率是多少", "行政复议办结率"),
        ("受理矛盾纠纷的占比是多少", "矛盾纠纷的占比"),  # 受理矛盾纠纷数 is held
    ],
)
def test_one_name_is_not_answered_with_another_that_ends_or_sounds_like_it(text, name):
    found = route(text, report(), base=BASE)
    assert found.question is None
    assert name in found.reason.zh


def test_the_end_of_a_name_still_tells_it():
    document = next(
        one.iri for one in names(report()).of_kind("document") if one.label.zh.startswith("法治政府建设实施纲要")
    )
    for text in ("哪些报告引用了实施纲要", "哪些地方落实法治政府建设实施纲要"):
        found = route(text, report(), base=BASE)
        assert (found.question, found.slots["document"]) == ("document-implemented", (document.removeprefix(BASE),))


def test_a_number_is_not_answered_with_a_share():
    rate = next(one.iri for one in names(report()).of_kind("indicator") if "调处成功率" in one.names).removeprefix(BASE)
    assert rate in route("调处成功率是多少", report(), base=BASE).slots["indicator"]
    assert rate not in route("调处成功件数是多少", report(), base=BASE).slots.get("indicator", ())


@pytest.mark.parametrize("text", ["宁海县报告里有哪些数字", "宁海县2021年公布了哪些数据", "all figures of Ninghai"])
def test_all_figures_of_a_place_can_be_asked_for(text):
    found = route(text, report(), base=BASE)
    assert found.question == "indicator-value"
    assert "indicator" not in found.slots


def test_no_sentence_of_a_report_is_put_right():
    text = (ROOT / "kg" / "demo" / "ninghai-2021.txt").read_text("utf-8")
    sentences = [one for one in text.replace("\n", "。").split("。") if len(one) > 8][::4]
    found = [
        put_right(tidy(one[:80]), (), names(report()), lambda words: tidy(words) in tidy(text)) for one in sentences
    ]
    assert len(sentences) > 20
    assert not [read_as for _, read_as in found if read_as]


def test_what_a_report_holds_is_not_misspelt():
    assert put_right("薄若环节", (), names(report()), lambda words: True) == ("薄若环节", ())
    assert put_right("薄若环节", [(0, 4)], names(report()), lambda words: False) == ("薄若环节", ())


def test_traditional_characters_are_read():
    written = route("寧海縣2021年有哪些問題", report(), base=BASE)
    assert (written.question, written.slots) == (
        (same := route("宁海县2021年有哪些问题", report(), base=BASE)).question,
        same.slots,
    )


@given(st.text(max_size=30))
def test_simplified_characters_stay(text):
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once
    assert all(a == b for a, b in zip(text, once, strict=True) if a.encode("gb2312", "ignore"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("全省的网办率平均是多少", ("全省", "平均")),
        ("不含乡镇，哪些单位被督察", ("不含乡镇",)),
        ("除了司法局还有谁牵头", ("除了司法局",)),
        ("网办率在90%以上的县有哪些", ("在90%以上",)),
        ("网办率上半年和全年的中位数", ("上半年", "中位数")),
    ],
)
def test_a_word_that_changes_the_meaning_and_that_no_slot_takes_is_told(text, told):
    found = route(text, report(), base=BASE)
    assert set(told) <= set(found.unused)
    for one in (found, *found.alternatives):
        assert not {"body", "number"} & one.slots.keys()


@pytest.mark.parametrize("text", ["没有提到营商环境的报告有哪些", "没写到营商环境的报告", "没有写营商环境的县"])
def test_what_is_not_stated_is_not_answered_with_what_is(text):
    found = route(text, report(), base=BASE)
    assert found.question is None
    assert "没" in found.reason.zh


def test_whether_something_is_stated_may_be_asked():
    assert route("有没有提到数字化改革", report(), base=BASE).question == "sentences-about"
    assert route("计划有没有落实", report(), base=BASE).slots == {}


@given(st.text(alphabet="除了不含超过90%以上以外,县局的", max_size=20))
def test_something_is_left_to_ask(text):
    rest, limits = taken_out(tidy(text), ())
    assert rest.strip() or not text.strip()
    assert bool(limits) or rest == tidy(text)


@pytest.mark.parametrize(
    ("text", "question", "name"),
    [
        ("What is the mediation success rate?", "indicator-value", "调解成功率"),
        ("Where does the figure of disputes taken up by mediation come from", "evidence-of-figure", "受理矛盾纠纷数"),
        ("How did the success rate of mediation change", "indicator-change", "调解成功率"),
    ],
)
def test_an_indicator_is_known_by_the_words_of_its_english_name(text, question, name):
    found = route(text, report(), base=BASE)
    assert found.question == question
    assert [names(report()).things[BASE + one].label.zh for one in found.slots["indicator"]] == [name]


def test_a_place_in_pinyin_that_no_report_is_of_is_told():
    found = route("problems of Hangzhou in 2021", report(), base=BASE)
    assert found.question is None
    assert "hangzhou" in found.reason.zh
    assert found.alternatives[0].question == "problems"
    assert "level" not in route("list honours of Ninghai County", report(), base=BASE).slots


@pytest.mark.parametrize("text", ["哪些地方把“最多查两回”写进了报告", "星火普法这个活动是哪几年开始写进报告的"])
def test_the_name_of_a_programme_that_no_report_has_says_nothing_else(text):
    found = route(text, report(), base=BASE)
    assert (found.question or found.alternatives[0].question) == "programme-spread"


def test_a_place_that_two_cities_have_is_asked_back_and_never_taken_as_both():
    one, other = names(report()).of_kind("area")[:2]
    spots = (Spot(0, 3, "area", (one, other), ("普陀区",)),)
    query = find_query("problems")
    filled = fill_slots(query, "普陀区有哪些问题", spots, None, vocabulary()["problems"], names(report()), BASE)
    assert "place" not in filled.slots
    assert [slot for slot, _ in filled.unclear] == ["place"]


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("与优秀有关的荣誉有哪些", "优秀"),
        ("与“红色代办”有关的荣誉有哪些", "红色代办"),
        ("宁海2021年有哪些水利类荣誉", "水利"),
        ("哪些地方获得数字经济奖项", "数字经济"),
        ("生态环境方面的荣誉有哪些", "生态环境"),
        ("which honours to do with water did Ninghai receive", "water"),
    ],
)
def test_any_word_that_is_said_to_be_what_the_honours_are_about_fills_the_slot(sentence, what):
    found = route(sentence, reports(), base=BASE)
    assert (found.question, found.slots["what"]) == ("honours", (what,))


@pytest.mark.parametrize("sentence", ["哪些地方获得什么称号", "宁海获得过哪些荣誉称号", "哪些地方获得省级荣誉"])
def test_a_form_that_holds_only_a_question_word_fills_no_slot(sentence):
    assert "what" not in route(sentence, reports(), base=BASE).slots


def test_a_word_that_no_form_holds_is_told_as_not_understood():
    found = route("哪些地方获得水利", reports(), base=BASE)
    assert "what" not in found.slots
    assert found.unused == ("水利",)


@pytest.mark.parametrize(
    ("text", "question", "slots"),
    [
        ("哪里的网办率最低", "indicator-ranking", {"order": ("rising",)}),
        ("2020年和2021年哪里的网办率最高", "indicator-ranking", {"year": ("2020", "2021")}),
        ("哪些承诺没兑现", "plan-followup", {"status": ("status-not_found",)}),
        ("普法花了多少钱", "money-figures", {"what": ("普法",)}),
    ],
)
def test_the_lowest_what_was_not_kept_and_both_years_are_asked_for_as_said(text, question, slots):
    found = route(text, report(), base=BASE)
    assert (found.question, dict(found.slots) | slots) == (question, dict(found.slots))


def test_what_is_said_not_to_hold_fills_no_slot_with_its_opposite():
    assert "state" not in route("哪些报告没能及时公开", report(), base=BASE).slots
    assert "order" not in route("网办率最高的是哪里", report(), base=BASE).slots


@pytest.mark.parametrize(
    ("text", "unused"), [("宁海县8104件里的网办率是多少", "8104件"), ("宁海县哪个局被点名批评", "点名批评")]
)
def test_a_number_or_a_blame_that_no_slot_takes_is_told(text, unused):
    found = route(text, report(), base=BASE)
    assert unused in (found.unused or found.alternatives[0].unused)


@pytest.mark.parametrize(
    ("text", "word"),
    [("扎区有哪些问题", "扎区"), ("2022年打算搞量子通信的有哪些地方", "量子通信")],
)
def test_a_place_of_one_letter_and_a_matter_that_no_plan_speaks_of_are_told(text, word):
    found = route(text, report(), base=BASE)
    assert found.question is None
    assert word in found.reason.zh


@pytest.mark.parametrize(
    ("text", "question", "slots"),
    [
        ("宁海县人民法院在报告里起什么作用", "role-of-organs", {"place": ("area/330226",)}),
        ("宁海县司法局有没有得奖", "honours", {"place": ("area/330226",)}),
        ("宁海县2021年网办率9百多对吗", "indicator-value", {"year": ("2021",)}),
        ("谁还没公布2021年报告", "published-late", {"year": ("2021",)}),
        ("哪里的网办率比较低", "indicator-ranking", {"order": ("rising",)}),
    ],
)
def test_a_body_tells_its_place_and_a_rough_number_is_none(text, question, slots):
    found = route(text, report(), base=BASE)
    assert (found.question, dict(found.slots) | slots) == (question, dict(found.slots))


def test_whether_something_is_written_is_asked_of_the_words_behind_the_verb():
    found = route("报告里有没有写罚没金额", report(), base=BASE)
    assert found.question is None
    assert "“罚没金额”" in found.reason.zh


@pytest.mark.parametrize(
    ("text", "question", "slots"),
    [
        ("宁海县的报告引用了过时的文件吗", "findings", {"matter": ("matter-documents",)}),
        ("宁海县报告引用的法规有没有失效的", "findings", {"matter": ("matter-documents",)}),
        ("宁海县报告里的百分比算对了没有", "findings", {"matter": ("matter-figures",)}),
        ("有没有哪个县没按时公开", "published-late", {"state": ("late",)}),
        ("宁海县司法局有没有牵头做过什么", "measures-by-body", {}),
        ("宁海县2021年是否公布了网办率", "indicator-value", {"year": ("2021",)}),
        ("2021年的报告都收齐了吗", "reports-held", {"year": ("2021",)}),
        ("报告是否写了合同管理", "sentences-about", {"what": ("合同管理",)}),
    ],
)
def test_what_is_asked_by_yes_or_no_is_led_to_what_tells_it(text, question, slots):
    found = route(text, report(), base=BASE)
    assert found.question == question
    assert slots.items() <= dict(found.slots).items()


@pytest.mark.parametrize(
    ("said", "unused", "body"),
    [
        ("医保局做了什么", "医保", "医保局"),
        ("残联做了什么", "残联", "残联"),
        ("甲局做了什么", "甲", ""),
        ("税收是多少", "税收", ""),
    ],
)
def test_a_body_that_the_data_lack_is_known_by_its_form_and_two_loose_letters_are_none(said, unused, body):
    reading = Candidate(question="measures", slots={}, confidence=1.0, unused=(unused,))
    assert left_out(reading, said) == body
