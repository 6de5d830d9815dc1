"""/api/v1: every call over the real app, its problems, its paging, and its description."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone

import pytest
from openapi_spec_validator import validate
from question_data import report_data

from queries import load_queries
from server import create_app
from server.config import Config
from server.errors import problems


@pytest.fixture(scope="module")
def client():
    app = create_app(Config(data=report_data(), evaluators=0, budget=False))
    return app.test_client()


def get(client, path, status=200):
    reply = client.get(path)
    assert reply.status_code == status, reply.get_data(as_text=True)[:300]
    return reply.get_json()


def test_a_sure_sentence_is_answered_with_its_words(client):
    data = client.post("/api/v1/ask", json={"question": "2021年矛盾纠纷调处成功率是多少？"}).get_json()
    assert set(data) >= {"release", "question_id", "slots", "confidence", "alternatives", "answer"}
    assert data["question_id"] == "indicator-value"
    assert data["slots"]["year"] == "2021"
    assert data["confidence"] >= 0.6
    answer = data["answer"]
    assert answer["rows"][0]["value"] == 99.6
    quote = answer["evidence"][answer["rows"][0]["sentence"]]
    assert "99.6%" in quote["quote"]
    assert quote["end"] - quote["begin"] == len(quote["quote"])
    assert answer["sparql"].startswith("PREFIX")


def test_an_unsure_sentence_gives_alternatives_and_no_answer(client):
    data = client.post("/api/v1/ask", json={"question": "今天天气怎么样"}).get_json()
    assert data["question_id"] is None
    assert data["answer"] is None
    assert len(data["alternatives"]) == 3
    assert data["reason"]["zh"]
    assert data["reason"]["en"]
    first = data["alternatives"][0]
    again = client.post("/api/v1/ask", json={"question_id": first["question_id"], "slots": first["slots"]})
    assert again.status_code == 200
    few = client.post("/api/v1/ask", json={"question_id": "goals", "limit": 2}).get_json()
    assert len(few["answer"]["rows"]) == 2


@pytest.mark.parametrize(
    "path",
    [
        "", "questions", "questions/goals", "ask?q=%E6%9C%89%E5%93%AA%E4%BA%9B%E8%8D%A3%E8%AA%89", "suggest?q=%E5%8F%B8",
        "resources?type=body", "reports", "findings", "terms",
    ],
)  # fmt: skip
def test_every_answer_says_its_version_and_its_release(client, path):
    data = get(client, f"/api/v1/{path}")
    assert data["version"] == get(client, "/api/v1/openapi.json")["info"]["version"]
    assert data["release"]


def test_understanding_without_answering(client):
    data = get(client, "/api/v1/ask?q=%E6%9C%89%E5%93%AA%E4%BA%9B%E8%8D%A3%E8%AA%89")
    assert data["question_id"] == "honours"
    assert data["answer"] is None
    assert get(client, "/api/v1/ask?q=%E6%9C%89%E5%93%AA%E4%BA%9B%E8%8D%A3%E8%AA%89&run=1")["answer"]["total"] >= 1


def test_the_list_has_every_question_with_a_schema(client):
    data = get(client, "/api/v1/questions")
    assert [one["id"] for one in data["questions"]] == list(load_queries())
    assert all(one["schema"]["additionalProperties"] is False for one in data["questions"])


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_every_question_answers(client, name):
    data = get(client, f"/api/v1/questions/{name}?limit=5")
    assert data["question"]["id"] == name
    assert len(data["rows"]) <= 5
    for row in data["rows"]:
        assert set(row) <= set(load_queries()[name].variables())
    assert get(client, f"/api/v1/q/{name}?limit=5")["rows"] == data["rows"]


def test_the_table_as_csv_equals_the_rows(client):
    data = get(client, "/api/v1/questions/indicator-value")
    reply = client.get("/api/v1/questions/indicator-value.csv")
    assert reply.content_type.startswith("text/csv")
    assert not reply.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(reply.get_data(as_text=True))))
    assert len(rows) == data["total"]
    assert [float(row["value"]) for row in rows] == [row["value"] for row in data["rows"]]
    assert all(row["sentenceQuote"] and row["indicatorLabel"] for row in rows)
    assert "figure" in rows[0]
    assert "figureLabel" not in rows[0]  # a figure has no name but what its IRI ends with
    assert client.get("/ask/indicator-value.csv").data == reply.data


def test_answers_and_reports_are_cited_with_the_day_on_which_they_were_looked_at(client):
    day = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
    answer = get(client, "/api/v1/questions/indicator-value")
    assert (
        f"{answer['release']}. ({answer['citation']['gbt'].split('. (')[1][:10]})[{day}]. http"
        in answer["citation"]["gbt"]
    )
    assert f"urldate = {{{day}}}" in answer["citation"]["bibtex"]
    assert f"[{day}]. http" in get(client, "/api/v1/")["citation"]["gbt"]
    report = get(client, "/api/v1/reports/330226/2021")
    begin = f"{report['issuer']['label']['zh']}. {report['title']}[EB/OL]. "
    assert report["citation"] == f"{begin}({report['published']})[{day}]. http://localhost{report['links']['page']}."


def test_pages_are_linked_and_add_up(client):
    path, seen = "/api/v1/questions/sentences-about?limit=40", []
    while path:
        reply = client.get(path)
        seen += reply.get_json()["rows"]
        links = {
            part.split("; ")[1]: part.split("; ")[0].strip(" <>")
            for part in reply.headers.get("Link", "").split(", ")
            if part
        }
        path = links.get('rel="next"')
    assert seen == get(client, "/api/v1/questions/sentences-about")["rows"]


PROBLEMS = [
    ("/api/v1/questions/nosuch", 404, "unknown-question"),
    ("/api/v1/questions/problems?nosuch=1", 400, "unknown-parameter"),
    ("/api/v1/questions/problems?year=abc", 400, "bad-slot-value"),
    ("/api/v1/questions/problems?year=2021&limit=0", 400, "bad-request"),
    ("/api/v1/questions/problems?limit=x", 400, "bad-request"),
    ("/api/v1/questions/who-did-what?lead=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E5%B1%80", 404, "unknown-name"),
    ("/api/v1/questions/who-did-what?what=督察&what=普法", 400, "too-many-values"),
    ("/api/v1/questions/problems.pdf", 406, "not-acceptable"),
    ("/api/v1/questions/problems/slots/nosuch", 400, "unknown-slot"),
    ("/api/v1/ask", 400, "bad-request"),
    ("/api/v1/ask?q=x&p=1", 400, "unknown-parameter"),
    ("/api/v1/suggest?type=nosuch&q=x", 400, "bad-request"),
    ("/api/v1/resources/nosuch/1", 404, "no-such-resource"),
    ("/api/v1/resources/area/%3Cx%3E", 404, "no-such-resource"),
    ("/api/v1/reports/1/2", 404, "no-such-resource"),
    ("/api/v1/reports/1/2/sentences", 404, "no-such-resource"),
    ("/api/v1/findings?foo=1", 400, "unknown-parameter"),
    ("/api/v1/findings?severity=grave", 400, "bad-request"),
    ("/api/v1/reports?year=null", 400, "bad-request"),
    ("/api/v1/reports?year=2021&year=2022", 400, "bad-request"),
    ("/api/v1/reports?lang=fr", 400, "bad-request"),
    ("/api/v1/reports/330226/2021/sentences?type=verse", 400, "bad-request"),
    ("/api/v1/questions/problems?lang=fr", 400, "bad-request"),
    ("/api/v1/questions/problems?year=2101", 400, "bad-slot-value"),
    ("/api/v1/questions/who-did-what?what=" + "a" * 501, 400, "bad-slot-value"),
]


@pytest.mark.parametrize("name", ["facts-of-report", "comparable-indicators", "goals"])
def test_past_the_last_row_there_is_nothing_and_the_count_stays(client, name):
    whole = get(client, f"/api/v1/questions/{name}?limit=10000")
    past = get(client, f"/api/v1/questions/{name}?offset=9999999")
    assert (past["rows"], past["total"], past["more"]) == ([], whole["total"], False)
    assert str(whole["total"]) in past["answer"]


def test_of_a_long_list_it_is_said_how_many_rows_it_has_at_least(client, monkeypatch):
    monkeypatch.setattr("queries.counting.MOST", 4)
    reply = client.get("/api/v1/questions/facts-of-report?limit=3")
    assert reply.json["total"] == 4
    assert reply.json["at_least"]
    assert reply.json["more"]
    assert 'rel="next"' in reply.headers["Link"]
    assert 'rel="last"' not in reply.headers["Link"]
    page = client.get("/ask/sentences-about").text
    assert "至少 " in page
    assert "条以上" in page


@pytest.mark.parametrize(("path", "status", "kind"), PROBLEMS)
def test_a_problem_has_its_form(client, path, status, kind):
    reply = client.get(path)
    assert reply.status_code == status
    assert reply.content_type == "application/problem+json"
    body = json.loads(reply.data)
    assert body["type"] == f"/problems#{kind}"
    assert {"title", "status", "detail", "instance", "hint"} <= set(body)
    assert "{" not in body["detail"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"question": ""},
        {"question": 5},
        {"words": "x"},
        {"question": "x", "limit": 0},
        {"question": "x", "slots": []},
        {"question": "x", "slots": {"year": "2021"}},
        {"question": "x", "question_id": ""},
        {"question_id": "x"},
        {"question_id": 5},
        {"question_id": "problems", "slots": "x"},
        {"question_id": "problems", "limit": 10_001},
    ],
)
def test_a_bad_body_is_refused(client, body):
    reply = client.post("/api/v1/ask", json=body)
    assert reply.status_code in (400, 404)
    assert reply.content_type == "application/problem+json"


def test_the_language_of_the_asker(client):
    english = client.get("/api/v1/questions/problems", headers={"Accept-Language": "en"}).get_json()
    assert english["answer"].startswith("The reports of")
    assert "报告" in client.get("/api/v1/questions/problems").get_json()["answer"]


def test_suggestions_by_characters_pinyin_and_initials(client):
    for typed in ("宁海", "ninghai", "nhx"):
        data = get(client, f"/api/v1/suggest?type=area&q={typed}")
        assert data["suggestions"][0]["value"] == "area/330226", typed


def test_reports_and_their_sentences(client):
    report = get(client, "/api/v1/reports")["reports"][0]
    assert report["id"] == "report/330226/2021"
    assert report["year"] == 2021
    assert get(client, "/api/v1/reports/330226/2021")["title"] == report["title"]
    data = get(client, "/api/v1/reports/330226/2021/sentences?limit=2000")
    assert data["total"] == report["sentences"] == len(data["sentences"])
    assert all(one["end"] - one["begin"] == len(one["text"]) for one in data["sentences"])
    plans = get(client, "/api/v1/reports/330226/2021/sentences?type=plan&limit=2000")["sentences"]
    assert plans
    assert all("plan" in one["types"] for one in plans)


def test_a_thing_its_statements_and_who_points_at_it(client):
    data = get(client, "/api/v1/resources/area/330226")
    assert data["label"]["zh"] == "宁海县"
    assert any(one["property"].endswith("divisionCode") and one["value"] == "330226" for one in data["statements"])
    assert data["pointed_at_by"]
    found = get(client, "/api/v1/resources?type=body&q=%E5%8F%B8%E6%B3%95%E5%B1%80")
    assert found["total"] >= 1


def test_terms_are_counted(client):
    terms = {one["iri"].rpartition("#")[2]: one for one in get(client, "/api/v1/terms")["terms"]}
    assert terms["Sentence"]["count"] == get(client, "/api/v1/reports")["reports"][0]["sentences"]
    assert terms["leadBody"]["label"] == {"zh": "牵头主体", "en": "lead body"}


def test_every_answer_names_its_release_and_can_be_kept(client):
    for path in ("questions", "questions/problems", "reports", "terms", "findings", "resources?type=area"):
        reply = client.get(f"/api/v1/{path}")
        assert reply.get_json()["release"] == reply.headers["Fazhi-Release"]
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": reply.headers["ETag"]})
        assert again.status_code == 304


def test_the_description_holds_every_route_and_is_valid(client):
    made = get(client, "/api/v1/openapi.json")
    validate(made)
    described = {path.replace("{path}", "<path:key>").replace("{key}", "<path:key>") for path in made["paths"]}
    routes = {
        rule.rule
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "api_data.")) and not rule.rule.startswith("/api/v1/q/")
    }
    named = {f"/api/v1/questions/{name}" for name in load_queries()}
    unnamed = {
        "/api/v1/",
        "/api/v1/openapi.json",
        "/api/v1/q",
        "/api/v1/questions/<name>",
        "/api/v1/questions/<name>/slots/<slot>",
    }
    assert routes - described - unnamed == set()
    assert named <= described
    assert len(problems()) >= 20


HOSTILE = [
    "",
    "\x00",
    "<x>",
    "a/b",
    "body/../x",
    "二〇二一",
    "𠮷",
    "x" * 600,
    "https://w3id.org/fazhi/id/a b",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_no_value_of_any_slot_is_our_fault(client, name):
    for slot in load_queries()[name].params:
        for value in HOSTILE:
            reply = client.get(f"/api/v1/questions/{name}", query_string={slot: value, "limit": 2})
            assert reply.status_code in (200, 400, 404, 422), (slot, value, reply.status_code)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_sentence_is_our_fault(client, value):
    for body in ({"question": value}, {"question_id": value}, {"question_id": "problems", "slots": {value: 1}}):
        assert client.post("/api/v1/ask", json=body).status_code in (200, 400, 404)
