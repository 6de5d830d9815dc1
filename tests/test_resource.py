"""Linked data over a real server: 303, forms, links, descriptions that count right, no dead address."""

import gzip
import hashlib
import re
import shutil
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from backports import zstd
from example_release import example_release
from serving import running

from kg.graph.namespaces import DEFAULT_BASE
from kg.serving import Serving
from kg.store.answer import open_store
from kg.store.change import edit

THING = "/id/area/330226"
FORMS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
READERS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
PUBLIC = "https://example.org"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resource") / "data"
    example_release(folder)
    return folder


@pytest.fixture(scope="module")
def server(data):
    with running(data.parent, data=data, workers=1, evaluators=2, public_url=PUBLIC) as found:
        yield found


@pytest.fixture
def client(server):
    return server.client()


def parsed(body, suffix):
    return list(ox.parse(body, format=READERS[suffix], base_iri="http://e/"))


@pytest.mark.parametrize(
    ("accept", "where"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/page/area/330226"),
        ("text/turtle", "/data/area/330226.ttl"),
        ("", "/data/area/330226.ttl"),
        ("*/*", "/data/area/330226.ttl"),
        ("application/ld+json", "/data/area/330226.jsonld"),
        ("application/rdf+xml, text/turtle;q=0.5", "/data/area/330226.rdf"),
        ("application/n-triples", "/data/area/330226.nt"),
        ("text/html;q=0.4, text/turtle;q=0.6", "/data/area/330226.ttl"),
    ],
)
def test_a_thing_leads_to_its_document(client, accept, where):
    reply = client.get(THING, Accept=accept)
    assert (reply.status, reply.headers["location"]) == (303, where)
    assert "Accept" in reply.headers["vary"]
    followed = client.get(where, Accept=accept)
    assert followed.status == 200
    assert "宁海县" in followed.text


@pytest.mark.parametrize("suffix", FORMS)
def test_every_form_says_the_same(client, suffix):
    reply = client.get(f"/data/area/330226.{suffix}")
    assert reply.headers["content-type"].partition(";")[0] == FORMS[suffix]
    triples = {quad.triple for quad in parsed(reply.body, suffix)}
    assert triples == {quad.triple for quad in parsed(client.get("/data/area/330226.nt").body, "nt")}
    me = ox.NamedNode(DEFAULT_BASE + "area/330226")
    said = {triple.predicate.value for triple in triples if triple.subject == me}
    assert "http://www.w3.org/2000/01/rdf-schema#label" in said
    document = {
        t.predicate.value.rpartition("/")[2] for t in triples if t.subject.value == f"{PUBLIC}/data/area/330226"
    }
    assert {"primaryTopic", "license", "isPartOf"} <= document


def test_an_unknown_form_of_a_thing_is_told_from_an_unknown_thing(client):
    refused = client.get("/data/area/330226.docx")
    assert (refused.status, refused.json["offered"]) == (406, ["ttl", "nt", "jsonld", "rdf"])
    assert client.get("/data/area/999999.docx").status == 404


def test_etags_differ_by_form_and_give_304(client):
    tags = {suffix: client.get(f"/data/area/330226.{suffix}").headers["etag"] for suffix in FORMS}
    assert len(set(tags.values())) == 4
    for suffix, tag in tags.items():
        assert client.get(f"/data/area/330226.{suffix}", If_None_Match=tag).status == 304
    page = client.get("/page/area/330226", Accept="text/html").headers["etag"]
    assert client.get("/page/area/330226", Accept="text/html", If_None_Match=page).status == 304
    for path in ("/docs", "/robots.txt", "/data", "/help", "/sitemap.xml", "/llms.txt"):
        assert client.get(path, If_None_Match=client.get(path).headers["etag"]).status == 304, path


@pytest.mark.parametrize("path", ["/data/area/330226.ttl", "/data/dump.nq.gz", "/catalog/reports", "/api/v1/questions"])
def test_an_answer_has_one_date_and_no_header_twice(client, path):
    for _ in range(2):  # made, and from the cache
        with closing(HTTPConnection("127.0.0.1", client.port)) as connection:
            connection.request("GET", path)
            names = [name.lower() for name, _ in connection.getresponse().getheaders()]
        assert "date" in names
        assert sorted(names) == sorted(set(names))


def test_links_lead_on(client):
    links = client.get("/data/area/330226.ttl").headers["link"]
    for relation in ("alternate", "describedby", "canonical", "license", "profile", "collection", "service-desc"):
        assert f'rel="{relation}"' in links
    assert f"<{DEFAULT_BASE}area/330226>" in links
    page = client.get("/page/area/330226", Accept="text/html").text
    for relation in ("alternate", "canonical", "license", "collection", "service-desc"):
        assert f'<link rel="{relation}"' in page


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/json", ""])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/area/000000", 404),
        ("/page/area/000000", 404),
        ("/data/area/000000.ttl", 404),
        ("/graph/none", 404),
        ("/data/x.exe", 404),
    ],
)
def test_what_is_not_there_is_404_in_every_form(client, path, status, accept):
    assert client.get(path, Accept=accept).status == status


def test_what_an_earlier_release_had_is_gone_and_not_unknown(tmp_path):
    before = example_release(tmp_path / "data")
    report = f"<{DEFAULT_BASE}report/330226/2022"

    def withdraw(store):
        for quad in [quad for quad in store if report in str(quad)]:
            store.remove(quad)

    assert edit(tmp_path / "data", withdraw).id != before.id
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        found = {
            path: client.get(path).status
            for path in (
                "/id/report/330226/2022",
                "/page/report/330226/2022",
                "/data/report/330226/2022.ttl",
                "/id/report/330226/2021",
                "/id/report/330226/2023",
                "/id/report/330226/2022/s/none",
                f"/data/releases/{before.id}",
                "/data/releases/0123456789ab",
            )
        }
        assert [*found.values()] == [410, 410, 410, 303, 404, 404, 200, 404]
        shutil.rmtree(before.path)
        assert client.get(f"/data/releases/{before.id}").status == 410


@pytest.mark.parametrize(
    "path",
    [
        "/id//evil.example",
        "/id/%0d%0aSet-Cookie:x",
        "/id/a%3Cb",
        "/id/%00",
        "/page/a%20b",
        "/data/%22.ttl",
        "/id/" + "a" * 3000,
        "/id/%ff",
    ],
)
def test_what_cannot_be_an_address_is_4xx_and_leads_nowhere(client, path):
    reply = client.ask("GET", path)
    assert 400 <= reply.status < 500
    assert "location" not in reply.headers
    assert "set-cookie" not in reply.headers


def test_an_unacceptable_form_is_406(client):
    reply = client.get(THING, Accept="image/png")
    assert reply.status == 406
    assert "text/turtle" in reply.json["offered"]


@pytest.mark.parametrize("suffix", FORMS)
def test_the_vocabulary_has_every_form(client, suffix):
    reply = client.get("/ns", Accept=FORMS[suffix])
    assert reply.status == 200
    assert len(parsed(reply.body, suffix)) > 1500
    assert client.get(f"/ns.{suffix}").body == reply.body


def test_the_version_of_the_vocabulary_has_an_address(client):
    said = parsed(client.get("/ns.nt").body, "nt")
    (version,) = (quad.object.value for quad in said if quad.predicate.value.endswith("#versionIRI"))
    path = version.removeprefix("https://w3id.org/fazhi")
    assert client.get(path, Accept="text/turtle").body == client.get("/ns.ttl").body
    assert client.get("/ns/0.0.1", Accept="text/turtle").status == 404


def test_the_vocabulary_has_a_page_with_every_term(client):
    page = client.get("/ns", Accept="text/html").text
    terms = {quad.subject.value for quad in parsed(client.get("/ns.nt").body, "nt") if "/ns#" in quad.subject.value}
    ids = set(re.findall(r'id="([^"]+)"', page))
    missing = {term.partition("#")[2] for term in terms if term.startswith("https://w3id.org/fazhi/ns#")} - ids
    assert not missing
    assert len(terms) > 100


def test_the_page_of_the_vocabulary_tells_version_changes_and_both_names(client):
    page = client.get("/ns", Accept="text/html").text
    version = re.search(r'versionInfo "([\d.]+)"', client.get("/ns.ttl").text)
    assert version
    assert f"版本 {version[1]}" in page
    assert f"## {version[1]}" in client.get("/ns/changes").text
    assert 'href="/ns/changes"' in page
    assert re.search(r'<dt id="Goal"><span>目标</span> <span[^>]*lang="en">goal</span>', page)
    lists = re.findall(r'<h3 id="(\w+)">(.*?)(?=</section>)', page, re.S)
    assert dict(lists)["Roles"].count("<dt ") == 5


def test_the_description_counts_what_sparql_counts(client, data):
    triples = [quad.triple for quad in parsed(client.get("/.well-known/void", Accept="text/turtle").body, "ttl")]
    store = open_store(data)

    def values(predicate, subject=None):
        return [t.object for t in triples if t.predicate.value == predicate and subject in (None, t.subject)]

    total = int(store.rows("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")[0]["n"].value)
    dataset = ox.NamedNode(f"{PUBLIC}/.well-known/void#dataset")
    assert [int(value.value) for value in values(VOID + "triples", dataset)] == [total]
    assert values(VOID + "sparqlEndpoint") == [ox.NamedNode(f"{PUBLIC}/sparql")]
    classes = {t.subject: t.object.value for t in triples if t.predicate.value == VOID + "class"}
    stated = {classes[t.subject]: int(t.object.value) for t in triples if t.predicate.value == VOID + "entities"}
    rows = store.rows("SELECT ?c (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?c")
    assert stated == {row["c"].value: int(row["n"].value) for row in rows}
    assert {value.value for value in values("http://purl.org/dc/terms/license")} == {
        "https://creativecommons.org/licenses/by/4.0/"
    }
    for address in values(DCAT + "downloadURL"):
        assert client.get(address.value.removeprefix(PUBLIC)).status == 200
    assert len(values(DCAT + "downloadURL")) == 14 + 45


UNPACK = {"gz": gzip.decompress, "zst": zstd.decompress}


@pytest.mark.parametrize("packing", UNPACK)
@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "nt", "jsonld", "rdf"])
def test_a_dump_holds_the_release(client, data, suffix, packing):
    name = f"{suffix}.{packing}"
    reply = client.get(f"/data/dump.{name}")
    quads = parsed(UNPACK[packing](reply.body), suffix)
    release = open_store(data).described
    assert len(quads) == release.manifest["quads"]
    assert reply.headers["fazhi-release"] == release.id
    checksum = client.get(f"/data/dump.{name}.sha256").text.split()
    assert checksum == [hashlib.sha256(reply.body).hexdigest(), f"fazhi-{release.id}.{name}"]
    part = client.get(f"/data/dump.{name}", Range="bytes=10-19")
    assert (part.status, part.body) == (206, reply.body[10:20])
    assert client.get(f"/data/dump.{name}", If_None_Match=reply.headers["etag"]).status == 304


@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "nt", "jsonld", "rdf"])
def test_a_report_can_be_had_alone(client, data, suffix):
    store = open_store(data)
    graphs = [name for name in store.described.manifest["graphs"] if "/graph/report/330226/2021" in name]
    wanted = sum(store.described.manifest["graphs"][name]["quads"] for name in graphs)
    reply = client.get(f"/data/dump/report/330226/2021.{suffix}")
    assert len(parsed(reply.body, suffix)) == wanted
    assert gzip.decompress(client.get(f"/data/dump/report/330226/2021.{suffix}.gz").body) == reply.body
    assert zstd.decompress(client.get(f"/data/dump/report/330226/2021.{suffix}.zst").body) == reply.body
    assert client.get(f"/data/dump/report/330226/1999.{suffix}").status == 404
    assert client.get(f"/data/dump/area/330226.{suffix}").status == 404


def test_local_addresses_are_alive(client, data):
    rows = open_store(data).rows(
        f"SELECT DISTINCT ?x {{ {{ ?x ?p ?o }} UNION {{ ?s ?p ?x }} FILTER(STRSTARTS(STR(?x), '{DEFAULT_BASE}')) }}"
    )
    iris = sorted(row["x"].value for row in rows if row["x"].kind == "uri")
    assert len(iris) > 150
    for iri in iris:
        path = quote("/id/" + iri.removeprefix(DEFAULT_BASE), safe="/%")
        reply = client.ask("GET", path, Accept="text/turtle")
        assert reply.status == 303, path
        assert client.ask("GET", reply.headers["location"]).status == 200, path


def test_the_sitemap_leads_to_pages_that_are_there(client):
    text = client.get("/sitemap.xml").text
    places = re.findall(r"<loc>([^<]+)</loc>", text)
    assert len(places) > 50
    for place in places[::3]:
        assert place.startswith(PUBLIC)
        reply = client.ask("GET", place.removeprefix(PUBLIC), Accept="text/html")
        assert reply.status in {200, 404 if "/check" in place else 200, 302, 303}, place
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in client.get("/robots.txt").text


def test_llms_txt_names_questions_and_interfaces(client):
    text = client.get("/llms.txt").text
    assert text.startswith("# fazhi")
    for word in ("/sparql", "/docs", "/ns.ttl", "/api/v1/questions/"):
        assert PUBLIC + word in text
    assert f"{Serving().seconds:g} s, {Serving().rows:,} rows" in text


@pytest.mark.parametrize("path", ["/openapi.json", "/.well-known/openapi.json"])
def test_the_description_of_the_api_is_found_where_agents_look_first(client, path):
    reply = client.ask("GET", path)
    assert (reply.status, reply.headers["location"]) == (308, f"{PUBLIC}/api/v1/openapi.json")


def test_every_problem_has_its_place_on_the_page_of_problems(client):
    page = client.get("/problems", Accept="text/html").text
    for name in ("bad-query", "query-cost", "over-budget", "answer-too-large"):
        assert f'id="{name}"' in page


def test_a_foreign_host_is_refused_and_never_repeated(client):
    reply = client.ask("GET", "/sparql", Host="evil.example")
    assert reply.status == 400
    assert b"evil" not in reply.body
    assert all("evil" not in value for value in reply.headers.values())
    assert client.ask("GET", "/sparql", Host="example.org").status == 200


@pytest.mark.parametrize(
    "page", ["/ask/problems?year=2021", "/sparql", "/docs", "/help", "/data", "/reports/330226/2021"]
)
def test_pages_name_the_public_address_and_no_other(client, page):
    text = client.get(page, Accept="text/html").text
    assert PUBLIC in text
    assert not re.search(r"https?://(?:127\.0\.0\.1|localhost)", text)


def test_pages_have_no_script_from_data(tmp_path):
    from kg.store.release import publish

    hostile = '<https://w3id.org/fazhi/id/area/1> <http://www.w3.org/2000/01/rdf-schema#label> "<script>alert(1)</script>]]>"@zh <http://e/g> .\n'
    hostile += "<https://w3id.org/fazhi/id/area/1> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> <http://e/g> .\n"
    publish(tmp_path / "data", [hostile.encode()])
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        page = server.client().get("/page/area/1", Accept="text/html").text
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert unquote("&lt;script&gt;") in page
