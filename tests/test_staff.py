"""校核: only with the token; a decision is a line that the build reads; an upload is bytes under a harmless name."""

import re
import uuid
from urllib.parse import urlencode

import pytest
from example_release import example_quads, example_release
from serving import running, wait_until

from kg.graph.curate import read_decisions
from kg.store.release import publish

TOKEN = "a-long-secret"
FORM = "application/x-www-form-urlencoded"
FACT = "https://w3id.org/fazhi/id/report/330226/2021/s/90504ff9/f61"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("staff")


@pytest.fixture(scope="module")
def server(folder):
    kept = {"https://w3id.org/fazhi/id/report/330226/2022": {"title": "别处的报告", "sha256": "0" * 64, "counts": {}}}
    publish(folder / "data", [example_quads()], manifest={"reports": kept})
    secret = folder / "token"
    secret.write_text(TOKEN)
    secret.chmod(0o600)
    with running(folder, data=folder / "data", workers=1, evaluators=1, budget=False, token_file=secret) as found:
        yield found


@pytest.fixture
def client(server):
    found = server.client()
    yield found
    found.close()


def post(client, path, cookie="", **fields):
    headers = {"Content_Type": FORM, "Accept": "text/html"} | ({"Cookie": cookie} if cookie else {})
    return client.ask("POST", path, urlencode(fields).encode(), **headers)


@pytest.fixture
def staff(client):
    """The cookie and the seal of someone who signed in."""
    reply = post(client, "/check/sign-in", name="王 核", token=TOKEN)
    assert reply.status == 303
    cookie = reply.headers["set-cookie"].split(";")[0]
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert "SameSite=Strict" in reply.headers["set-cookie"]
    page = client.get("/check", Accept="text/html", Cookie=cookie)
    assert page.status == 200
    return cookie, re.search(r'name="seal" value="(\w+)"', page.text)[1]


def test_without_a_token_there_is_no_desk(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as found:
        assert found.client().get("/check", Accept="text/html").status == 403


def test_strangers_see_the_sign_in_only(client):
    page = client.get("/check", Accept="text/html")
    assert page.status == 200
    assert 'type="password"' in page.text
    assert "/check/330226/2021" not in page.text
    assert client.get("/check/330226/2021", Accept="text/html").status == 303
    assert post(client, "/check/sign-in", name="x", token="wrong").status == 401
    assert post(client, "/check/330226/2021/decide", fact=FACT, verdict="accept").status == 401
    forged = client.get("/check", Accept="text/html", Cookie="fazhi-staff=d2FuZw.0000")
    assert 'type="password"' in forged.text


def test_a_form_that_another_site_made_is_refused(client, staff):
    cookie, seal = staff
    fields = {"fact": FACT, "verdict": "accept"}
    assert post(client, "/check/330226/2021/decide", cookie, **fields).status == 403
    body = urlencode({**fields, "seal": seal}).encode()
    reply = client.ask(
        "POST", "/check/330226/2021/decide", body, Content_Type=FORM, Cookie=cookie, Origin="https://evil.example"
    )
    assert reply.status == 403


def test_a_decision_is_a_line_that_the_build_reads(client, staff, folder):
    cookie, seal = staff
    changed = {"fact": FACT, "verdict": "change", "term": "value", "value": "23", "because": "原文写的是 23\n项"}
    assert post(client, "/check/330226/2021/decide", cookie, seal=seal, **changed).status == 303
    assert post(client, "/check/330226/2021/decide", cookie, seal=seal, fact=FACT, verdict="accept").status == 303
    decisions = read_decisions(folder / "data" / "curation.jsonl")
    assert [one.verdict for one in decisions] == ["change", "accept"]
    assert decisions[0].value == "23"
    assert decisions[0].because == "原文写的是 23 项"
    assert decisions[0].by == "王 核"


@pytest.mark.parametrize("fields", [
    {"fact": FACT, "verdict": "drop"}, {"fact": "https://w3id.org/fazhi/id/area/330226", "verdict": "accept"},
    {"fact": FACT + "> <x", "verdict": "accept"}, {"fact": FACT, "verdict": "change", "term": "password", "value": "1", "because": "x"},
    {"fact": FACT, "verdict": "reject"},
])  # fmt: skip
def test_a_decision_that_the_build_could_not_use_is_refused(client, staff, fields, folder):
    cookie, seal = staff
    before = read_decisions(folder / "data" / "curation.jsonl")
    assert post(client, "/check/330226/2021/decide", cookie, seal=seal, **fields).status == 400
    assert read_decisions(folder / "data" / "curation.jsonl") == before


def send(client, cookie, seal, name, content):
    mark = uuid.uuid4().hex
    body = (
        (
            f'--{mark}\r\nContent-Disposition: form-data; name="seal"\r\n\r\n{seal}\r\n--{mark}\r\nContent-Disposition: form-data; '
            f'name="report"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
        ).encode()
        + content
        + f"\r\n--{mark}--\r\n".encode()
    )
    return client.ask(
        "POST", "/check/upload", body, Content_Type=f"multipart/form-data; boundary={mark}", Cookie=cookie
    )


def test_an_upload_is_kept_under_a_harmless_name_and_published_on_demand(client, staff, folder, demo_report):
    cookie, seal = staff
    inbox = folder / "data" / "inbox"
    assert send(client, cookie, seal, "../../宁海 2021.txt", demo_report.read_bytes()).status == 303
    assert send(client, cookie, seal, "evil.sh", b"#!/bin/sh").status == 415
    assert [path.suffix for path in inbox.iterdir()] == [".txt"]
    assert next(inbox.iterdir()).name.startswith("宁海-2021-")
    assert not list(folder.glob("*.txt"))
    assert post(client, "/check/publish", cookie, seal=seal).status == 400
    assert "别处的报告" in client.get("/check", Accept="text/html", Cookie=cookie).text
    before = (folder / "data" / "current").resolve()
    assert post(client, "/check/publish", cookie, seal=seal, sure="yes").status == 303
    ended = folder / "data" / "build.exit"
    wait_until(ended.exists, seconds=90)
    page = client.get("/check", Accept="text/html", Cookie=cookie).text
    assert ended.read_text() == "0", (folder / "data" / "build.log").read_text()
    assert (folder / "data" / "current").resolve() != before
    assert "上次构建已经发布" in page
