"""The description of the data: as DCAT-AP asks for it, with nothing missing and every address alive."""

import html
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from example_release import example_release
from pyshacl import validate
from serving import running

from kg.errors import UsageError
from server.config import Config

SHAPES = Path(__file__).with_name("cases") / "dcat-ap.ttl"
PUBLIC = "https://data.example.org"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
CONTACT = "https://data.example.org/contact"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    example_release(folder / "data")
    told = {"public_url": PUBLIC, "contact": CONTACT, "publisher": "青禾县司法局", "publisher_type": "LocalAuthority"}
    told |= {"workers": 1, "evaluators": 1}
    with running(folder, data=folder / "data", **told) as server:
        client = server.client()
        for name in ("nq.gz", "ttl.zst"):
            assert client.get(f"/data/dump.{name}").status == 200
        yield client


@pytest.fixture(scope="module")
def described(client):
    body = client.get("/.well-known/void", Accept="application/n-triples").body
    return frozenset(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))


def findings(triples) -> set[tuple[str, str]]:
    """Severity and path of what the shapes say."""
    graph = rdflib.Graph()
    graph.parse(data=ox.serialize(list(triples), format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, said, _ = validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))
    results = said.subjects(rdflib.RDF.type, SH.ValidationResult)
    return {(str(said.value(one, SH.resultSeverity))[27:], str(said.value(one, SH.resultPath))) for one in results}


def test_the_description_is_what_dcat_ap_asks_for(described):
    assert findings(described) == set()


@pytest.mark.parametrize(
    ("subject", "path", "severity"),
    [
        ("catalog", DCT + "title", "Violation"),
        ("catalog", DCT + "publisher", "Violation"),
        ("catalog", DCAT + "themeTaxonomy", "Warning"),
        ("catalog", DCT + "modified", "Warning"),
        ("dataset", DCT + "description", "Violation"),
        ("dataset", DCAT + "contactPoint", "Warning"),
        ("dataset", DCT + "temporal", "Warning"),
        ("dataset", DCAT + "theme", "Warning"),
        ("service", DCAT + "endpointURL", "Violation"),
        ("service", DCT + "conformsTo", "Warning"),
        ("keeper", "http://xmlns.com/foaf/0.1/name", "Violation"),
        ("keeper", DCT + "type", "Warning"),
        ("https://sws.geonames.org/1814991/", DCAT + "bbox", "Warning"),
        ("https://sws.geonames.org/1814991/", DCAT + "centroid", "Warning"),
    ],
)
def test_what_is_left_out_is_seen(described, subject, path, severity):
    node = subject if ":" in subject else f"{PUBLIC}/.well-known/void#{subject}"
    left = [t for t in described if (t.subject.value, t.predicate.value) != (node, path)]
    assert len(left) < len(described)
    assert (severity, path) in findings(left)


def test_a_distribution_is_described_whole(described):
    def values(subject, predicate):
        return {t.object.value for t in described if (t.subject, t.predicate.value) == (subject, predicate)}

    distributions = {t.object for t in described if t.predicate.value == DCAT + "distribution"}
    packed = {one for one in distributions if values(one, DCAT + "compressFormat")}
    assert len(packed) == 14
    assert len(distributions) == 14 + 45
    sized = {one.value.removeprefix(PUBLIC) for one in distributions if values(one, DCAT + "byteSize")}
    assert {"/data/dump.nq.gz", "/data/dump.ttl.zst"} <= sized


def test_every_address_of_it_answers(client, described):
    named = {t.object.value for t in described if t.predicate.value in {DCAT + "downloadURL", DCAT + "accessURL"}}
    named |= {t.object.value for t in described if t.predicate.value.endswith(("landingPage", "homepage", "dataDump"))}
    assert len(named) > 44
    for address in sorted(named):
        assert client.get(address.removeprefix(PUBLIC)).status == 200, address


def test_search_engines_find_the_data_set_in_the_head_of_its_page(client):
    head = client.get("/data", Accept_Language="en").text.partition("</head>")[0]
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.S)
    said = json.loads(text)
    assert (said["@context"], said["@type"]) == ("https://schema.org", "Dataset")
    assert said["temporalCoverage"] == "2021/2022"
    assert said["spatialCoverage"]["sameAs"] == "https://sws.geonames.org/1814991/"
    assert 50 <= len(said["description"]) <= 5000  # as Google asks
    assert {"name", "license", "keywords", "version", "dateModified", "url"} <= said.keys()
    files = [one["contentUrl"].removeprefix(PUBLIC) for one in said["distribution"]]
    assert len(files) == 14 + 15
    assert {client.get(file).status for file in files} == {200}


def test_who_publishes_is_said_as_the_settings_say_it(described):
    keeper = {t.predicate.value: t.object for t in described if t.subject.value.endswith("#keeper")}
    assert keeper["http://xmlns.com/foaf/0.1/name"].value == "青禾县司法局"
    assert keeper[DCT + "type"].value == "http://purl.org/adms/publishertype/LocalAuthority"
    with pytest.raises(UsageError, match="no publisher type Town"):
        Config(data=Path("data"), publisher_type="Town")


def test_without_a_contact_none_is_named(tmp_path):
    data = example_release(tmp_path / "data").path.parent.parent
    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        text = server.client().get("/.well-known/void").text
    assert "contactPoint" not in text
    assert "publishertype" not in text


def test_the_citation_says_version_and_day_so_that_it_stays_the_same(client):
    page = html.unescape(client.get("/data", Accept_Language="en").text)
    [entry] = re.findall(r"@misc\{(.*?)\n\}", page, re.S)
    release = client.get("/data").headers["fazhi-release"]
    assert entry.startswith(f"fazhi-{release},")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\}", entry, re.M))
    assert fields["version"] == release
    assert fields["date"].startswith(fields["year"] + "-")
    assert f"({fields['date']})" in page
    assert fields["url"].startswith(PUBLIC)
