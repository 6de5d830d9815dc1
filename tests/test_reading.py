"""What must hold of every reading: quotes are the text, nothing depends on names of places or widths of marks, decisions come last."""

import datetime
import time
from pathlib import Path

import pytest
from case_reading import Said, reading_of
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import document_of

from kg.corpus.document import Document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import Given
from kg.errors import LexiconError, UsageError
from kg.extract.exchange import case_of, to_cases, to_gold, to_yaml
from kg.extract.explain import HEADS, explain
from kg.extract.extractors import extract_facts
from kg.extract.fact import Action, Fact, Figure, Involvement, Mention, Reading, Statement
from kg.extract.gaps import gaps
from kg.lexicon import Correction

REPORT = (Path(__file__).parent / "reports" / "chengang-2023.txt").read_text("utf-8")
WIDE = str.maketrans(",;:()", "，；：（）")
PLACE = "澄港"
SIGNS = "县市区镇委局政府人大法院、，。；：“”《》（）()0123456789.%件次个将对由被把向与在为以建立开展落实乡街道专班中心的了各全年月第一二三十百千万"


def read(text: str) -> Reading:
    document = document_of(text)
    return of_document(document)


def of_document(document: Document) -> Reading:
    outline = parse_outline(document)
    return extract_facts(document, outline, split_sentences(document, outline), decisions=())


@pytest.fixture(scope="module")
def demo(demo_report_text: str) -> Reading:
    return read(demo_report_text)


@pytest.fixture(scope="module")
def demo_report_text() -> str:
    return (Path(__file__).parent.parent / "kg" / "demo" / "ninghai-2021.txt").read_text("utf-8")


@pytest.mark.parametrize("year", [None, 2025])
def test_what_a_register_says_does_not_make_an_excerpt_look_back(year):
    text = "强化行政执法监督。\n完善行政裁量权基准，规范涉企行政检查。加强行政复议规范化建设。"
    reading = of_document(document_of(text, Given(period_year=year)))
    assert {fact.kind for fact in reading.facts if isinstance(fact, Statement)} == {"plan"}


def quotes_hold(reading: Reading) -> None:
    for fact in reading.facts:
        assert fact.quote == reading.document.text[fact.span.start : fact.span.end]
        assert fact.rule
        if fact.sentence is not None and not isinstance(fact, Statement):
            assert fact.span in reading.sentences[fact.sentence].span


def told(reading: Reading) -> list[str]:
    """All facts as lines that tell no place in the text."""
    return [f"{type(fact).__name__} {sorted(narrow(fact).items())}" for fact in reading.facts]


def narrow(fact: Fact) -> dict[str, str]:
    kept = {key: str(value) for key, value in case_of(fact).items() if key not in ("name_raw", "flags")}
    return {key: value.translate({wide: narrow for narrow, wide in WIDE.items()}) for key, value in kept.items()}


def test_quotes_are_the_text(demo):
    quotes_hold(demo)
    assert len(demo.facts) > 500


@settings(max_examples=150)
@given(st.text(alphabet=SIGNS, max_size=60), st.sampled_from(["county", "bureau", "town", "city below", "regiment"]))
def test_no_text_breaks_the_reader(text, reporter):
    if text.strip():
        quotes_hold(reading_of(Said(text, reporter)))


HOSTILE = {
    "list": "建立制度、" * 4000,
    "verbs": "建立监督开展的县司法局对" * 2000,
    "opening marks": "“" * 20000,
    "titles": "《" * 10000 + "》" * 10000,
    "digits": "1," * 10000,
    "names": "岭" * 20000 + "镇",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_sentence_without_end_is_listed_and_costs_nothing(text):
    started = time.process_time()
    reading = reading_of(Said(text))
    assert time.process_time() - started < 2
    assert [unread.reason for unread in reading.unread] == ["overlong"]
    assert [fact.rule for fact in reading.facts] == ["statement.overlong"]


def test_reading_twice_gives_the_same(demo, demo_report_text):
    again = read(demo_report_text)
    assert again.facts == demo.facts
    assert again.masks == demo.masks


@settings(max_examples=12)
@given(st.sampled_from(["云川", "石门坎", "阿勒巴图", "临溪", "南平桥", "巴音塔拉河"]))
def test_other_names_of_places_give_the_same_facts(name):
    """The place of a report may bear any name of its kind."""
    plain = told(read(REPORT))
    assert len(plain) > 60
    swapped = told(read(REPORT.replace(PLACE, name)))
    assert [line.replace(name, PLACE) for line in swapped] == plain


@pytest.mark.parametrize(
    ("county", "city", "province"), [("桃江", "益阳", "湖南"), ("长丰", "合肥", "安徽"), ("舞阳", "漯河", "河南")]
)
def test_a_real_county_has_the_towns_that_its_report_names(demo, demo_report_text, county, city, province):
    """Even those that the table of townships does not know in it: the name of the county stands before them all the same."""
    names = {"宁海": county, "宁波": city, "浙江": province}
    swapped, plain = demo_report_text, "\n".join(told(demo))
    for name, other in names.items():
        swapped, plain = swapped.replace(name, other), plain.replace(name, other)
    assert f"{county}县力洋镇" in plain
    assert sorted(told(read(swapped))) == sorted(plain.split("\n"))


def test_the_width_of_marks_changes_nothing():
    plain, wide = told(read(REPORT)), told(read(REPORT.translate(WIDE)))
    assert sorted(plain) == sorted(wide)


def test_a_neutral_sentence_takes_nothing_away():
    heading = REPORT.index("\n一、")
    line = REPORT.index("\n", heading + 1)
    more = REPORT[:line] + "\n有关情况说明从略。" + REPORT[line:]
    before, after = told(read(REPORT)), told(read(more))
    assert [fact for fact in before if fact not in after] == []


def test_masked_digits_give_no_figure():
    masked = "".join("*" if letter.isdigit() else letter for letter in REPORT.split("\n一、", 1)[1])
    figures = [fact for fact in read("一、" + masked).facts if isinstance(fact, Figure)]
    assert [figure.quote for figure in figures if "*" in figure.quote] == []


def test_the_reporting_body_is_only_ever_inferred():
    reading = reading_of(Said("建立法律顾问制度。"))
    (only,) = [fact for fact in reading.facts if isinstance(fact, Involvement)]
    assert (only.body, only.role, only.basis) == ("青榆县人民政府", "lead", "inferred")
    actors = to_gold(reading)["sentences"][0]["actors"]
    assert actors == [{"body": "青榆县人民政府", "role": "lead", "inferred": True}]


# --- decisions of people ----------------------------------------------------------------------------------------------


def decision(kind: str, match: str, line: int = 3, **value: str) -> Correction:
    return Correction(
        kind=kind,
        match=match,
        value=value,
        because="打错",
        by="张",
        date=datetime.date(2024, 1, 1),
        where=f"corrections.yaml:{line}",
    )


@pytest.mark.parametrize(
    ("section", "text", "marked"),
    [
        ("problem", "我县法治政府建设取得一定成效，但对照上级要求仍存在一些不足。", True),
        ("problem", "个别单位执法仍存在不规范问题。", False),
        ("plan", "下一步，我县将重点抓好以下工作：", True),
        ("plan", "下一步，我县将新建法律服务站3个。", False),
    ],
)
def test_what_only_leads_to_problems_or_plans_is_marked(section, text, marked):
    reading = reading_of(Said(text, "county", section))
    (said,) = (fact for fact in reading.facts if isinstance(fact, Statement) and fact.kind == section)
    assert (said.flags == ("general",)) is marked


@pytest.mark.parametrize(
    ("told", "guessed"), [("推进交通运输系统普法", True), ("推进交通运输系统普法，在交通运输局公示", False)]
)
def test_an_office_that_only_its_field_tells_is_marked_as_a_guess(told, guessed):
    reading = reading_of(Said(f"市委，现将我局情况报告如下：{told}，落实《白山市普法规划》。", "unknown"))
    office = next(fact for fact in reading.facts if isinstance(fact, Mention) and fact.quote == "我局")
    assert (office.name, office.flags) == ("白山市交通运输局", ("form",) if guessed else ())


def test_a_decision_changes_a_fact_and_is_its_rule():
    decisions = (decision("Action", "推行“云审”", object="云审平台"), decision("Mention", "县司法局", 9, drop="true"))
    reading = reading_of(Said("县司法局推行“云审”。"), decisions)
    (action,) = [fact for fact in reading.facts if isinstance(fact, Action)]
    assert (action.object, action.rule, action.confidence) == ("云审平台", "correction.corrections.yaml:3", 1.0)
    assert not [fact for fact in reading.facts if isinstance(fact, Mention)]
    assert reading.corrections == ("correction.corrections.yaml:3", "correction.corrections.yaml:9")


def test_the_words_around_a_quote_tell_which_one_is_meant():
    said = Said("受理申请12件。办结申请12件。")
    reading = reading_of(said, (decision("Figure", "受理申请12件", value="13"),))
    assert [int(fact.value) for fact in reading.facts if isinstance(fact, Figure)] == [13, 12]


def test_a_decision_that_fits_nothing_did_not_fire():
    assert reading_of(Said("建立制度。"), (decision("Action", "没有这句", verb="建"),)).corrections == ()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (decision("Verb", "建立制度", verb="建"), "no kind of fact"),
        (decision("Action", "建立制度", span="1"), "no field 'span'"),
        (decision("Figure", "12件", value="many"), "no number"),
        (decision("Involvement", "县司法局", role="boss"), "is no role"),
    ],
)
def test_a_wrong_decision_is_refused(wrong, says):
    with pytest.raises(LexiconError, match=says):
        reading_of(Said("县司法局受理申请12件。"), (wrong,))


# --- what others see --------------------------------------------------------------------------------------------------


def test_gold_form_has_one_entry_for_each_body(demo):
    gold = to_gold(demo)
    assert list(gold) == [
        "meta", "sections", "sentences", "bodies", "indicators", "documents", "honours", "programmes",
    ]  # fmt: skip
    names = [body["name"] for body in gold["bodies"]]
    assert len(names) == len(set(names)) > 40
    assert all(sentence["types"] for sentence in gold["sentences"])


def test_cases_can_be_read_back(demo):
    import yaml

    cases = yaml.safe_load(to_yaml(to_cases(demo)[:3]))
    assert [case["text"] for case in cases] == [sentence.text for sentence in demo.sentences[:3]]
    assert all(case["facts"] for case in cases)


def test_gaps_are_told_by_frequency():
    """What no table knows over two reports: names without a concept with their unit, quoted names, numbers without unit."""
    first = reading_of(Said("选聘法治观察员34名，网办率达97%，增长5%，对9个部门开展督察，做到“一街一策”。"))
    second = reading_of(Said("选聘法治观察员12名，选聘法治观察员3名，线路长330千伏米。"))
    found = {(gap.kind, gap.wording): (gap.reports, gap.times) for gap in gaps([first, second])}
    assert found["indicator", "选聘法治观察员数 [名]"] == (2, 3)
    assert found["quoted", "“一街一策”"] == (1, 1)
    assert not any("网办率" in wording or "部门" in wording for _, wording in found)
    assert next(iter(found)) == ("indicator", "选聘法治观察员数 [名]")
    assert next(gap.example for gap in gaps([first])).startswith("选聘法治观察员34名")


def test_an_explanation_names_rules_and_losers():
    said = explain(reading_of(Said("召开县委全面依法治县委员会会议，确保落实。")), 1)
    assert "by body.organ" in said
    assert "against body.organ 青榆县委全面依法治县委员会" in said
    heads = HEADS | {"facts": "事实", "against": "让位于"}
    assert explain(reading_of(Said("召开县委会议。")), 1, heads).splitlines()[5] == "事实"
    with pytest.raises(UsageError, match="no sentence 2"):
        explain(reading_of(Said("召开会议。")), 2)
