"""Clients that people have, each against a real server: curl, pandas, SPARQLWrapper, rdflib, a YASGUI request, a notebook."""

import csv
import gzip
import http.client
import io
import re
import subprocess
import sys
import warnings
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import nbclient
import nbformat
import openpyxl
import pandas as pd
import pytest
from question_data import report_data
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import PATIENCE, running
from SPARQLWrapper import CSV, JSON, SPARQLWrapper

from kg.graph.namespaces import DEFAULT_BASE
from server.pages.about import client_text, clients

QUERY = """PREFIX fz: <https://w3id.org/fazhi/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?lead ?target WHERE { ?m fz:leadBody/rdfs:label ?lead ; fz:targetBody/rdfs:label ?target } ORDER BY ?target ?lead"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The address of a real server over the bundled report."""
    with running(tmp_path_factory.mktemp("clients"), data=report_data(), workers=1, budget=False) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def expected(root):
    """The rows of the query, from the server's own JSON."""
    service = SPARQLWrapper(f"{root}/sparql")
    service.setReturnFormat(JSON)
    service.setQuery(QUERY)
    rows = service.queryAndConvert()["results"]["bindings"]
    assert rows
    return [(row["lead"]["value"], row["target"]["value"]) for row in rows]


def test_sparqlwrapper_by_post_and_as_csv(root, expected):
    service = SPARQLWrapper(f"{root}/sparql")
    service.setMethod("POST")
    service.setReturnFormat(CSV)
    service.setQuery(QUERY)
    rows = list(csv.reader(io.StringIO(service.queryAndConvert().decode())))
    assert [tuple(row) for row in rows[1:]] == expected


def test_rdflib_over_the_endpoint(root, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, of its Dataset
        found = [(str(row.lead), str(row.target)) for row in Graph(SPARQLStore(f"{root}/sparql")).query(QUERY)]
    assert found == expected


def test_pandas_reads_a_query_and_a_question(root, expected):
    table = pd.read_csv(f"{root}/sparql?" + urlencode({"query": QUERY}), storage_options={"Accept": "text/csv"})
    assert list(table.itertuples(index=False, name=None)) == expected
    answer = pd.read_csv(f"{root}/api/v1/q/who-did-what.csv?" + urlencode({"what": "督察", "year": 2021}))
    assert len(answer) >= 4
    assert "宁海县力洋镇" in set(answer["targetLabel"])


def test_curl_asks_a_question_and_a_sentence(root):
    ask = [
        "curl",
        "-sS",
        "-G",
        f"{root}/api/v1/questions/who-did-what.csv",
        "--data-urlencode",
        "what=督察",
        "-d",
        "year=2021",
    ]
    rows = list(csv.DictReader(io.StringIO(subprocess.run(ask, capture_output=True, text=True, check=True).stdout)))
    assert any(row["leadLabel"] == "宁海县委依法治县办" for row in rows)
    words = '{"question": "2021年矛盾纠纷调处成功率是多少？"}'
    ask = ["curl", "-sS", f"{root}/api/v1/ask", "-H", "Content-Type: application/json", "-d", words]
    assert "99.6%" in subprocess.run(ask, capture_output=True, text=True, check=True).stdout


def test_a_request_as_yasgui_sends_it(root, expected):
    ask = [
        "curl", "-sS", "-i", f"{root}/sparql", "--data-urlencode", f"query={QUERY}",
        "-H", "Accept: application/sparql-results+json,*/*;q=0.9", "-H", "Origin: https://yasgui.example",
    ]  # fmt: skip
    reply = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    assert "access-control-allow-origin: *" in reply.lower()
    assert reply.count('"target"') >= len(expected)


def commands() -> list:
    """What /help shows, by name."""
    return [pytest.param(one["language"], one["text"], id=one["name"]) for one in clients()]


def test_every_client_is_told_in_both_languages() -> None:
    assert all(one.keys() == {"name", "language", "about", "text"} for one in clients())
    assert all(one["about"].keys() == {"zh", "en"} for one in clients())


@pytest.mark.parametrize(("language", "text"), commands())
def test_what_the_help_shows_runs_as_it_stands(root, language, text, tmp_path, need):
    with urlopen(f"{root}/help") as reply:
        page = reply.read().decode()
    shown = client_text(text, root, "report/330226/2021")
    assert shown in unescape(page)
    if language == "text":  # an address to be pasted
        address = shown if "?" in shown else f"{shown}?" + urlencode({"query": "ASK { }"})
        reply = subprocess.run(["curl", "-sS", "-f", address], capture_output=True, check=True).stdout
        assert reply.startswith(b"\xef\xbb\xbf") == ("excel" in address)
        return
    file = tmp_path / "client"
    file.write_text(shown, "utf-8")
    program = need("r") if language == "r" else {"sh": "sh", "python": sys.executable}[language]
    ran = subprocess.run([program, str(file)], capture_output=True, text=True, timeout=PATIENCE)
    assert (ran.returncode, len(ran.stdout.split()) >= 1) == (0, True), ran.stderr


def test_what_the_page_of_the_api_shows_runs_as_it_stands(root):
    with urlopen(f"{root}/docs") as reply:
        shown = re.findall(r"<code>(curl .*?)</code>", unescape(reply.read().decode()))
    asked, sent = sorted(shown)
    assert "99.6%" in subprocess.run(["sh", "-c", asked], capture_output=True, text=True, check=True).stdout
    assert "-F file=@" in sent  # a report, which needs a token


def test_a_spreadsheet_reads_the_table_for_excel(root, tmp_path, need):
    given = subprocess.run(["curl", "-sS", f"{root}/data/tables/figures.csv?excel"], capture_output=True, check=True)
    (tmp_path / "figures.csv").write_bytes(given.stdout)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    utf8 = "--infilter=Text - txt - csv (StarCalc):44,34,76,1"
    ask = [need("calc"), profile, "--headless", utf8, "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*ask, str(tmp_path / "figures.csv")], capture_output=True, check=True, timeout=PATIENCE)
    sheet = openpyxl.load_workbook(tmp_path / "figures.xlsx").active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[0] == "figure"
    assert {row[head.index("areaLabel")] for row in rows} == {"宁海县"}
    assert 99.6 in {row[head.index("value")] for row in rows}


def test_a_crawler_finds_three_hundred_addresses_alive(root):
    lines = gzip.decompress(urlopen(f"{root}/data/dump.nq.gz").read()).decode()
    things = sorted(set(re.findall(rf"<{re.escape(DEFAULT_BASE)}([^>]+)>", lines)))
    assert len(things) > 1000
    kinds = ("text/turtle", "text/html", "application/ld+json", "application/rdf+xml", "application/n-triples")
    server = http.client.HTTPConnection(root.removeprefix("http://"), timeout=PATIENCE)

    def ask(path: str, accept: str = "*/*") -> tuple[int, str]:
        server.request("GET", path, headers={"Accept": accept})
        reply = server.getresponse()
        reply.read()
        return reply.status, reply.headers.get("location", "")

    for number, thing in enumerate(things[:: len(things) // 300]):
        status, place = ask(f"/id/{quote(thing)}", kinds[number % len(kinds)])
        assert (status, ask(place)[0]) == (303, 200), thing
    server.close()


def test_the_notebook_runs_and_draws_two_charts(root, monkeypatch, tmp_path):
    monkeypatch.setenv("FAZHI_URL", root)
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    book = nbformat.read(Path(__file__).parent / "clients" / "charts.ipynb", as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's client, not ours
        nbclient.NotebookClient(book, timeout=PATIENCE, kernel_name="python3").execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert not [output for output in outputs if output.output_type == "error"]


def test_the_notebook_is_kept_without_its_output():
    book = nbformat.read(Path(__file__).parent / "clients" / "charts.ipynb", as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
