"""Every page over a real server, without script: complete, in both languages, each link and count leading to what it says."""

import json
import re
from html import unescape
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from page_samples import ID, PAGES, html, outline
from serving import running

from kg.graph.iri import report as report_iri
from kg.store.answer import QueryCostError, StoreBusyError
from ontology import VOCABULARY
from queries import GROUPS, load_queries
from queries.support import support
from server import create_app
from server.config import Config
from server.errors import problem_of, respond
from server.pages import editor, facets, plans
from server.pages.report import KEY


@pytest.fixture
def client(pages_server):
    found = pages_server.client()
    yield found
    found.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_without_script(client, path, language):
    found = outline(html(client, path, language))
    assert found.all("html")[0]["lang"] == ("zh-CN" if language == "zh" else "en")
    assert len(found.all("h1")) == 1
    assert len(found.all("title")) >= 1
    fields = {
        f["id"]
        for tag in ("input", "select", "textarea")
        for f in found.all(tag)
        if f.get("type") not in ("hidden", "checkbox") and "id" in f
    }
    assert fields <= {label.get("for") for label in found.all("label")}


def test_every_link_of_the_front_page_answers(client):
    links = {attrs["href"] for attrs in outline(html(client, "/")).all("a") if attrs.get("href", "").startswith("/")}
    assert len(links) >= 40
    for link in sorted(links):
        reply = client.ask("GET", link, Accept="text/html")
        assert reply.status in (200, 303), (link, reply.status)


def test_a_fact_leads_to_its_words_and_words_lead_to_their_fact(client):
    text = html(client, "/reports/330226/2021?s=90504ff9")
    assert 'href="/id/report/330226/2021/s/90504ff9/f61"><mark class="figure">22项</mark>' in text
    (link,) = re.findall(r'/f61">[^<]+</a> <a class="light" href="([^"#]+)#s-90504ff9"', text)
    lit = html(client, "/reports/330226/2021" + link.replace("&amp;", "&"))
    assert re.findall(r'<mark class="[\w ]*spot">([^<]+)</mark>', lit) == ["22项"]


def test_a_query_that_is_refused_says_in_the_readers_language_what_to_do(client):
    query = urlencode({"query": "SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }"})
    reply = client.get(f"/sparql?{query}", Accept="text/html", Accept_Language="zh")
    assert reply.status == 400
    alert = reply.text[reply.text.index('role="alert"') :]
    assert "查询超出限制或用了不提供的功能" in alert
    assert "简化查询" in alert


def test_the_editor_keeps_to_the_dataset_and_the_time_that_are_asked_for(client):
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 3", "default-graph-uri": "https://example.org/none"}
    answered = html(client, "/sparql?" + urlencode(query))
    assert "查询没有错误，但没有符合条件的行" in answered
    assert '<input type="hidden" name="default-graph-uri" value="https://example.org/none">' in answered
    (csv,) = re.findall(r'href="([^"]+format=csv)"', answered)
    assert "default-graph-uri" in csv
    late = client.ask("GET", "/sparql?query=ASK%7B%7D&timeout=soon", Accept="text/html")
    assert late.status == 400


def test_reports_are_found_by_place_and_year(client):
    found = html(client, "/reports?" + urlencode({"q": "宁海 2021"}))
    assert re.findall(r'href="/reports/(\d+/\d+)"', found) == ["330226/2021"]
    assert "共 0 份" in html(client, "/reports?" + urlencode({"q": "宁海 1999"}))


def test_a_place_leads_to_its_reports_and_not_to_the_catalogue(client):
    found = client.get("/page/area/330226").text
    assert 'href="/reports/330226/2021"' in found
    assert "catalog/reports" not in found
    for page in ("/compare?place=area%2F330226", "/plans?place=area%2F330226", "/browse?area=area%2F330226"):
        assert f'href="{page}"' in found
        html(client, page)


def test_what_can_be_asked_of_a_place_is_of_all_groups(client):
    asked = set(re.findall(r'class="chip" href="/ask/([\w-]+)', html(client, "/page/area/330226")))
    assert {load_queries()[name].group for name in asked} == set(GROUPS)


def test_a_comparison_begins_with_what_most_reports_state(client):
    asked = client.get("/api/v1/questions/comparable-indicators?limit=1", Accept="application/json").json
    widest = asked["rows"][0]["indicator"].removeprefix(ID)
    assert f'<option value="{widest}" selected>' in html(client, "/compare")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_compared_is_called_the_same_in_the_form_and_over_the_table(client, language):
    page = html(client, "/compare", language)
    (chosen,) = re.findall(r'<option value="indicator/[^"]*" selected>([^<(（]+)', page)
    assert chosen.isascii() == (language == "en")
    assert re.findall(r'<table aria-label="([^"]*)"', page) == [chosen.strip()]


@pytest.mark.parametrize("path", ["/bodies", "/indicators", "/documents", "/programmes", "/areas"])
def test_a_list_of_names_is_part_of_what_is_browsed(client, path):
    assert '<a href="/browse" aria-current="true">' in html(client, path)


def test_what_the_checks_found_stands_under_the_report_with_its_words(built, tmp_path):
    with running(tmp_path, data=built, workers=1, evaluators=1, budget=False) as found:
        client = found.client()
        page = html(client, "/reports/330226/2021")
        english = unescape(html(client, "/reports/330226/2021", "en"))
        told = client.get("/api/v1/findings").json
        client.close()
    under = page.partition('id="findings"')[2]
    assert f"核验发现 {told['total']} 项" in page.partition('id="findings"')[0]
    at = [under.index(one["message"]["zh"]) for one in told["findings"]]
    assert at == sorted(at), "the gravest first"
    assert all(one["message"]["en"] in english for one in told["findings"])
    rests = [one["sentence"].rpartition("/")[2] for found in told["findings"] for one in found["evidence"]]
    assert rests
    assert all(f'href="#s-{sentence}"' in under for sentence in rests)


def test_a_report_tells_programs_what_the_view_of_schema_org_tells(client):
    page = client.get("/reports/330226/2021").text
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', page, re.S)
    assert found
    told = json.loads(found[1])
    query = (VOCABULARY.parent / "views" / "schema.rq").read_text("utf-8")
    triples = client.get("/sparql?" + urlencode({"query": query}), Accept="application/n-triples").text
    view = {
        (quad.subject.value, quad.predicate.value.rpartition("/")[2]): quad.object.value
        for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)
    }
    assert told["@id"].endswith("/report/330226/2021")
    for name in ("name", "datePublished", "temporalCoverage", "inLanguage"):
        assert told[name] == view[told["@id"], name]
    for name in ("publisher", "spatialCoverage"):
        assert told[name]["@id"] == view[told["@id"], name]
        assert told[name]["name"] == view[told[name]["@id"], "name"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_of_the_model_calls_things_as_the_vocabulary_does(client, language):
    text = html(client, "/ns", language)
    drawn = re.findall(r'<a href="/ns#(\w+)"><rect[^>]*/><text[^>]*>([^<]+)</text>', text)
    assert len(drawn) == 16
    for code, name in drawn:
        said = re.search(rf'<dt id="{code}"><span>([^<]+)</span>', text)
        assert said
        assert said[1].casefold() == name.casefold()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_page_shows_every_measured_score_with_words(client, language):
    from server.pages.quality import quality

    page = html(client, f"/help?lang={language}")
    shown = re.findall(
        r'<th scope="row">([^<]+)<br><small>([^<]+)</small></th><td class="fig">(.*?)</td><td class="fig">(.*?)</td>',
        page,
    )
    wanted = [
        (layer.title[language], layer.words[language], layer.whole or "–", layer.short or "–")
        for layer in quality().layers
    ]
    assert shown == wanted
    assert len(shown) >= 10


def test_the_language_is_kept_and_varies(client):
    reply = client.get("/?lang=en", Accept="text/html")
    assert "lang=en" in reply.headers["set-cookie"]
    assert 'lang="en"' in reply.text
    assert "cookie" in reply.headers["vary"].lower()
    assert 'lang="en"' in client.get("/", Accept="text/html", Cookie="lang=en").text
    assert 'lang="zh-CN"' in client.get("/", Accept="text/html").text


def test_every_key_that_a_report_can_have_is_an_address():
    keys = [{"code": "330226", "body_key": "", "year": 2021}, {"code": "", "body_key": "", "year": None}]
    keys += [
        {"code": "330226", "body_key": "330226-9dfa0de137", "year": 2021},
        {"code": "", "body_key": "", "year": 2007},
    ]
    for key in keys:
        iri = report_iri(ID, text_sha256="51ade62a994ad0d4", **key)
        assert KEY.fullmatch(iri.removeprefix(f"{ID}report/")), iri
    assert not KEY.fullmatch("330226/2021/s/90504ff9")


def test_facets_lead_to_what_they_count(client):
    shelves = outline(html(client, "/browse")).all("a")
    links = [
        one["href"]
        for one in shelves
        if one.get("href", "").startswith("/browse?") and "lang=" not in one["href"] and "from=" not in one["href"]
    ]
    assert len(links) >= 15
    text = html(client, "/browse") + html(client, "/browse?year=2021")
    for link, n in re.findall(r'<a href="(/browse\?[^"]+)"><span>[^<]*</span><span class="n">(\d+)</span>', text):
        if link.count("year=") < 2:  # two years are either of them
            assert f"{n} 条陈述" in client.ask("GET", link.replace("&amp;", "&"), Accept="text/html").text, link


def test_units_are_said_in_the_readers_language(client):
    assert '22<span class="unit">项</span>' in html(client, "/ask/who-did-what", "zh")
    assert '22<span class="unit"> items</span>' in html(client, "/ask/who-did-what", "en")
    assert re.search(r"<b>22</b>\s+items", html(client, "/reports/330226/2021?s=90504ff9", "en"))
    assert "(unit: items)" in html(client, "/ask/indicator-value?view=bar", "en")


def test_the_counts_of_the_plans_lead_to_the_plans_they_count(client):
    links = re.findall(r'<a href="(/plans\?[^"]+)"><b>(\d+)</b>', html(client, "/plans").replace("&amp;", "&"))
    assert links
    for link, told in links:
        assert f"<b>{told}</b>件计划事项" in html(client, link)


def test_plans_that_can_be_held_against_a_report_come_before_those_that_cannot(client):
    """Two years of a county: what is planned for the year after the last waits aside, a click away."""
    counts = {"status-fulfilled": 2, "status-partial": 0, "status-not_found": 1, "": 4}
    assert plans.shown_first(counts, "") == ("status-fulfilled", "status-not_found")
    assert plans.shown_first(counts, "any") == ()
    assert plans.shown_first({"status-fulfilled": 0, "": 4}, "") == ()
    assert plans.shown_first({"status-fulfilled": 2, "": 0}, "") == ()
    (link,) = re.findall(r'<a href="([^"]+)">连未比对的一起看', html(client, "/plans"))
    first, every = html(client, "/plans"), html(client, link.replace("&amp;", "&"))
    assert '<span class="tag">未比对</span>' not in first
    assert '<span class="tag">未比对</span>' in every
    assert every.count('class="pair"') > first.count('class="pair"') > 0


@pytest.mark.parametrize(("language", "detail"), [("zh", ""), ("en", "the query ran longer than 10 s")])
def test_a_query_that_takes_too_long_says_what_to_do_in_the_readers_language_alone(language, detail):
    with create_app(Config(store_url="http://127.0.0.1:1/sparql")).test_request_context(f"/?lang={language}"):
        failure, status = editor.failed(QueryCostError("the query ran longer than 10 s"))
    assert status == 503
    assert failure.hint
    assert failure.detail == detail


@pytest.mark.parametrize("there", [True, False])
def test_the_page_of_downloads_offers_what_this_installation_can_make(monkeypatch, built, there):
    monkeypatch.setattr("server.export.formats.find_spec", lambda name: there or None)
    with create_app(Config(data=built)).test_client() as client:
        page = client.get("/data", headers={"Accept": "text/html"}).get_data(as_text=True)
    for suffix in ("parquet", "graphml", "gexf"):
        assert (f".{suffix}" in page) == there, suffix
    assert "fazhi.xlsx" in page
    assert "figures.csv" in page


@pytest.mark.parametrize("there", [True, False])
def test_what_this_installation_cannot_make_is_refused_by_its_form_and_not_described(monkeypatch, built, there):
    monkeypatch.setattr("server.export.formats.find_spec", lambda name: there or None)
    with create_app(Config(data=built)).test_client() as client:
        said = client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).get_data(as_text=True)
        asked = {name: client.get(f"/data/{name}") for name in ("tables/figures.parquet", "fazhi.graphml")}
    assert ("figures.parquet" in said) == there
    assert "figures.csv" in said
    for name, reply in asked.items():
        assert reply.status_code == (200 if there else 406), name
        assert there or "xlsx" in reply.json["offered"]
        reply.close()


def test_every_kind_of_statement_can_be_browsed_and_named():
    store = ox.Store()
    store.load(path=str(VOCABULARY), format=ox.RdfFormat.TURTLE)
    below = "PREFIX fz: <https://w3id.org/fazhi/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?c "
    leaves = below + "{ ?c rdfs:subClassOf+ fz:Statement FILTER NOT EXISTS { ?x rdfs:subClassOf ?c } }"
    assert {row["c"].value.rpartition("#")[2] for row in store.query(leaves)} <= set(facets.KINDS)
    assert set(re.findall(r"fz:([A-Z]\w+)", support("sentence-kinds"))) == set(facets.KINDS)


def test_where_the_service_is_busy_a_reader_of_chinese_reads_chinese():
    with create_app(Config(store_url="http://127.0.0.1:1/sparql")).test_request_context(
        "/", headers={"Accept": "text/html"}
    ):
        page = respond(problem_of(StoreBusyError("the machine has too much to do"))).get_data(as_text=True)
    assert "the machine has too much to do" not in page
    assert '<p class="lede">同时在查的人多' in page
