"""The question pages without script: the sentence, the answer with its words, the charts, the way from a free question."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from page_samples import html

from queries import load_queries
from server.pages import question


@pytest.fixture
def client(pages_server):
    found = pages_server.client()
    yield found
    found.close()


def test_every_question_and_view_is_a_page_in_both_languages(client):
    seen = 0
    for query in load_queries().values():
        for view in dict.fromkeys(("", *query.view.offered(), "quote")):
            for language in ("zh", "en"):
                html(client, f"/ask/{query.id}" + (f"?view={view}" if view else ""), language)
                seen += 1
    assert seen >= 200


def test_an_answer_shows_the_words_it_was_read_from(client):
    text = html(client, "/ask/who-did-what?" + urlencode({"lead": "body/330226-e0a6bfa112", "what": "督察"}))
    assert '<mark class="body"' in text
    assert "县市场监管局" in text
    assert re.search(r'<mark class="figure"[^>]*>22项</mark>', text)
    assert "/reports/330226/2021?mark=1216-1270#s-90504ff9" in text


def test_all_figures_of_a_report_have_a_title_of_their_own(client):
    assert "<h1>报告里的全部数字</h1>" in html(client, "/ask/indicator-value?place=area/330226&year=2021", "zh")
    assert "<h1>All figures of the reports</h1>" in html(client, "/ask/indicator-value?year=2021", "en")


def test_of_one_place_and_year_nothing_needs_to_be_chosen_first(monkeypatch):
    """In a large release too, where the same question about all places would ask for an indicator."""
    monkeypatch.setattr(question, "class_counts", lambda: {"Statement": question._LARGE})
    monkeypatch.setattr(question, "options", lambda query, slot: pytest.fail("offered"))
    assert (
        question._first_choices(load_queries()["indicator-value"], {"place": ("area/330226",), "year": ("2021",)})
        is None
    )
    with pytest.raises(pytest.fail.Exception, match="offered"):
        question._first_choices(load_queries()["indicator-value"], {"year": ("2021",)})


def test_a_year_without_a_report_stands_in_the_sentence_as_itself(client):
    found = client.get("/ask/indicator-series?year=2020&year=2021").text
    chosen = re.findall(r'<option value="(\d+)" selected[^>]*>(\d+)(?: \(\d+\))?</option>', found)
    assert chosen == [("2021", "2021"), ("2020", "2020")]
    assert "没有2020年的报告。" in found


def test_a_moment_of_a_timeline_leads_to_its_words(client):
    found = client.get("/ask/honours?view=timeline").text
    lines = found[found.index('class="timeline"') :]
    for number in re.findall(r'href="#(q\d+)"', lines[: lines.index("</ol>")]):
        assert f'id="{number}"' in found
    assert not re.search(r">\s*h\d+\b", lines[: lines.index("</ol>")]), "an honour stands there by its name"


def test_an_empty_answer_says_what_to_loosen(client):
    text = html(client, "/ask/who-did-what?" + urlencode({"what": "督察", "year": "2022"}))
    assert "报告未写不等于未做" in text
    assert re.search(r'<ul class="loosen"><li><a href="/ask/who-did-what\?what=', text)


def test_an_empty_answer_without_any_limit_leads_to_the_text(client):
    text = html(client, "/ask/findings")
    assert "没有设任何条件也没有结果" in text
    assert 'href="/browse"' in text


def test_a_wrong_slot_value_is_refused_with_names_to_choose_from(client):
    reply = client.get("/ask/who-did-what?lead=县委依法治县委", Accept="text/html")
    assert reply.status == 400
    assert 'role="alert"' in reply.text
    assert "县委依法治县办" in reply.text


@pytest.mark.parametrize(("language", "hint"), [("zh", "可以选："), ("en", "Choose one:")])
def test_what_a_wrong_name_may_mean_is_offered_by_its_name_and_leads_to_the_question(client, language, hint):
    found = client.get("/ask/honours?place=宁河县&year=2021", Accept="text/html", Accept_Language=language).text
    assert hint in found
    assert re.search(r'<li><a href="/ask/honours\?place=area%2F330226&amp;year=2021">(宁海县|Ninghai[^<]*)</a>', found)


def test_a_line_of_one_year_says_that_it_shows_no_change(client):
    assert "还看不出变化" in html(client, "/ask/indicator-series?view=line")


def test_a_name_that_was_refused_stands_in_the_sentence_to_be_mended(client):
    reply = client.get("/ask/who-did-what?lead=没有这个机构", Accept="text/html")
    assert re.search(r'<option value="没有这个机构" selected>没有这个机构</option>', reply.text)


@pytest.mark.parametrize(("language", "called"), [("zh", "制定出台"), ("en", "issues")])
def test_a_code_is_called_as_the_vocabulary_calls_it(client, language, called):
    text = html(client, f"/ask/documents-issued?lang={language}")
    assert f'<option value="issues" selected>{called}</option>' in text


def test_a_line_never_begins_with_the_mark_behind_a_slot(client):
    text = html(client, "/ask/measures-by-body")
    assert re.search(r'<span class="nowrap"><span class="slot[^>]*>(?:(?!</span>).)*</span>）？</span>', text, re.S)


def test_a_citation_names_the_days_of_the_data_and_of_the_asking(client):
    days = r"\(\d{4}-\d\d-\d\d\)\[\d{4}-\d\d-\d\d\]\. http"
    assert re.search(r"\[DS/OL\]\. 数据版本 \w+\. " + days, html(client, "/ask/problems"))
    assert re.search(r"《?2021年宁海县.*\[EB/OL\]\. " + days, html(client, "/reports/330226/2021"))


def test_a_free_question_is_led_to_its_sentence_and_shown_as_understood(client):
    reply = client.get("/ask?q=谁督察了谁", Accept="text/html")
    assert reply.status == 303
    assert reply.headers["location"].startswith("/ask/who-did-what?")
    text = html(client, reply.headers["location"])
    assert "理解为" in text
    assert "督察" in text


@pytest.mark.parametrize(
    "text", ["法治督察发现了多少问题", "宁海县网办率近三年", "县司法局牵头做了什么", "宁海的天气怎么样"]
)
def test_the_page_understands_a_sentence_as_the_api_does(client, text):
    told = client.get(f"/api/v1/ask?{urlencode({'q': text})}").json
    reply = client.get(f"/ask?{urlencode({'q': text})}")
    assert (reply.status == 303) == (told["question_id"] is not None)
    if reply.status == 303:
        led = urlsplit(reply.headers["location"])
        slots: dict = {}
        for name, value in parse_qsl(led.query):
            slots.setdefault(name, []).append(value)
        assert slots.pop("q") == [text]
        assert led.path == f"/ask/{told['question_id']}"
        assert slots == {name: [one] if isinstance(one, str) else one for name, one in told["slots"].items()}


def test_a_free_question_that_is_unclear_gets_three_ways_and_no_answer(client):
    text = html(client, "/ask?q=天气怎么样")
    assert text.count('<ol class="cands">') == 1
    assert len(re.findall(r"<li><a href=\"/ask/", text)) >= 3
    assert 'class="answer"' not in text


def test_an_unknown_slot_is_an_error_and_not_ignored(client):
    assert client.get("/ask/who-did-what?waht=督察", Accept="text/html").status == 400
    assert client.get("/ask/no-such-question", Accept="text/html").status == 404
    assert client.get("/ask/who-did-what.pdf", Accept="text/html").status == 404
    assert client.get("/ask/who-did-what", Accept="image/png").status == 406
    assert client.get("/ask/who-did-what", Accept="application/*").headers["content-type"] == "application/json"


def test_bars_start_at_zero_and_units_never_share_an_axis(client):
    text = html(client, "/ask/indicator-value?view=bar")
    charts = re.findall(r'<svg class="chart".*?</svg>', text, re.S)
    assert len(charts) >= 6
    for chart in charts:
        zero = re.search(r'<line x1="([\d.]+)"[^>]*class="zero"', chart)
        assert zero
        for x, wide, value in re.findall(r'<rect x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*data-value="(-?[\d.]+)"', chart):
            assert float(x) == pytest.approx(float(zero[1]), abs=0.2) or float(value) < 0
            assert float(wide) > 0
    units = re.findall(r"（单位：(.+?)）", text)
    assert len(units) == len(set(units))


def test_different_indicators_never_share_an_axis(client):
    text = html(client, "/ask/compare-indicator?view=dot")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text, re.S)
    assert len(captions) >= 5
    assert len(captions) == len(set(captions))


def test_a_question_goes_on_from_the_answer_whose_box_it_is_written_in(client):
    first = client.get("/ask/indicator-value?" + urlencode({"place": "area/330226", "year": "2021"})).text
    after = unescape(re.search(r'<input type="hidden" name="after" value="([^"]+)"', first)[1])
    led = client.get("/ask?" + urlencode({"q": "那2020年呢", "after": after}))
    told = dict(parse_qsl(urlsplit(led.headers["location"]).query))
    assert led.status == 303
    assert told == {"q": "那2020年呢", "after": after, "place": "area/330226", "year": "2020"}
    assert client.get(led.headers["location"]).status == 200


@pytest.mark.parametrize("after", ["", "nothing", "problems?no=1", "problems?place=%3Cscript%3E", "x" * 5000])
def test_what_is_no_question_before_is_passed_over(client, after):
    found = client.get("/ask?" + urlencode({"q": "宁海县有哪些问题", "after": after}))
    assert found.headers["location"].startswith("/ask/problems?")


def test_questions_near_to_the_answer_are_offered_in_its_place_and_year(client):
    text = html(client, "/ask/problems?" + urlencode({"place": "area/330226", "year": "2021"}))
    near = text[text.index('id="onward"') :]
    assert "/ask/figures-together?place=area%2F330226&amp;year=2021" in near


def test_no_near_question_is_offered_of_a_place_without_a_report(client):
    text = html(client, "/ask/problems?" + urlencode({"place": "area/330225"}))
    assert "数据中没有符合所选地区和年度的报告" in text
    assert 'id="onward"' not in text
