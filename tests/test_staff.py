"""校核: only with the token; a decision is a line that the build reads; an upload is bytes under a harmless name."""

import json
import re
import shutil
import uuid
from urllib.parse import quote, urlencode

import pytest
from example_release import example_quads, example_release
from question_data import report_data
from serving import running, wait_until

from kg.graph.curate import read_decisions
from kg.store.release import publish, read_release
from server import create_app
from server.config import Config
from server.staff import desk

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
    changed = {
        "fact": FACT,
        "verdict": "change",
        "was.value": "22",
        "set.value": "23",
        "was.unit": "thing",
        "set.unit": "thing",
        "because": "原文写的是 23\n项",
    }
    assert post(client, "/check/330226/2021/decide", cookie, seal=seal, **changed).status == 303
    assert post(client, "/check/330226/2021/decide", cookie, seal=seal, fact=FACT, verdict="accept").status == 303
    decisions = read_decisions(folder / "data" / "curation.jsonl")
    assert [one.verdict for one in decisions] == ["change", "accept"]
    assert (decisions[0].term, decisions[0].value) == ("value", "23")
    assert decisions[0].because == "原文写的是 23 项"
    assert decisions[0].by == "王 核"


def test_what_was_read_with_confidence_can_be_put_right_too(client, staff, folder):
    cookie, seal = staff
    doubted = client.get("/check/330226/2021", Accept="text/html", Cookie=cookie).text
    every = client.get("/check/330226/2021?all=1", Accept="text/html", Cookie=cookie).text
    assert f'value="{FACT}"' in every
    assert every.count('name="fact"') > doubted.count('name="fact"')
    assert 'href="/check/330226/2021?all=1"' in doubted
    said = post(
        client, "/check/330226/2021/decide", cookie, seal=seal, fact=FACT, verdict="accept", number="7", all="1"
    )
    assert said.headers["location"] == "/check/330226/2021?all=1&from=1#d7"


@pytest.mark.parametrize("fields", [
    {"fact": FACT, "verdict": "drop"}, {"fact": "https://w3id.org/fazhi/id/area/330226", "verdict": "accept"},
    {"fact": FACT + "> <x", "verdict": "accept"}, {"fact": FACT, "verdict": "change", "set.password": "1", "because": "x"},
    {"fact": FACT, "verdict": "change", "was.value": "22", "set.value": "22", "because": "x"}, {"fact": FACT, "verdict": "reject"},
    {"fact": FACT, "verdict": "change", "set.value": "二十三", "because": "x"}, {"fact": FACT, "verdict": "change", "set.unit": "a b", "because": "x"},
    {"fact": FACT, "verdict": "change", "set.involvedBody": "没有这个机构", "because": "x"},
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


def test_an_upload_is_kept_under_a_harmless_name(client, staff, folder, demo_report):
    cookie, seal = staff
    inbox = folder / "data" / "inbox"
    assert post(client, "/check/publish", cookie, seal=seal).status == 400
    assert send(client, cookie, seal, "../../宁海 2021.txt", demo_report.read_bytes()).status == 303
    assert send(client, cookie, seal, "evil.sh", b"#!/bin/sh").status == 415
    assert [path.suffix for path in inbox.iterdir()] == [".txt"]
    assert next(inbox.iterdir()).name.startswith("宁海-2021-")
    assert not list(folder.glob("*.txt"))


def test_an_uploaded_report_is_doubted_and_decided_before_it_is_public(client, staff, folder, demo_report):
    cookie, seal = staff
    data, public = folder / "data", read_release(folder / "data").id
    another = demo_report.read_text("utf-8").replace("2022", "2024").replace("2021", "2023").encode()
    assert send(client, cookie, seal, "宁海2023.txt", another).status == 303
    assert client.get("/check/330226/2023", Accept="text/html", Cookie=cookie).status == 404
    assert post(client, "/check/preview", cookie, seal=seal).status == 303
    wait_until((data / "build.exit").exists)
    assert (data / "build.exit").read_text() == "0", (data / "build.log").read_text()
    page = client.get("/check", Accept="text/html", Cookie=cookie).text
    assert "收件夹已经试读，还没有发布" in page
    assert "/check/330226/2023" in page
    doubted = client.get("/check/330226/2023", Accept="text/html", Cookie=cookie).text
    assert "未发布" in doubted
    assert not re.search(r'href="/(reports|page)/', doubted), "nothing leads to what is not public"
    first = re.search(r'name="fact" value="([^"]+)"', doubted)[1]
    assert (
        post(client, "/check/330226/2023/decide", cookie, seal=seal, fact=first, verdict="accept", number="1").status
        == 303
    )
    assert any(one.fact == first for one in read_decisions(data / "curation.jsonl"))
    assert client.get("/reports/330226/2023", Accept="text/html").status == 404
    assert read_release(data).id == public


@pytest.fixture
def brought(tmp_path):
    """A served release of one report that was built, with its address and what a signed-in person needs."""
    shutil.copytree(report_data(), tmp_path / "data", symlinks=True)
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    secret.chmod(0o600)
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1, budget=False, token_file=secret) as found:
        client = found.client()
        cookie = post(client, "/check/sign-in", name="王 核", token=TOKEN).headers["set-cookie"].split(";")[0]
        page = client.get("/check", Accept="text/html", Cookie=cookie).text
        yield tmp_path / "data", client, cookie, re.search(r'name="seal" value="(\w+)"', page)[1]
        client.close()


def publish_and_wait(data, client, cookie, seal):
    """Publish from the desk; what the desk says then."""
    assert post(client, "/check/publish", cookie, seal=seal).status == 303
    wait_until((data / "build.exit").exists)
    assert (data / "build.exit").read_text() == "0", (data / "build.log").read_text()
    return client.get("/check", Accept="text/html", Cookie=cookie).text


def test_a_report_is_brought_in_checked_and_published_and_no_other_is_lost(brought, demo_report):
    data, client, cookie, seal = brought
    another = demo_report.read_text("utf-8").replace("2022", "2023").replace("2021", "2022").encode()
    assert send(client, cookie, seal, "宁海2022.txt", another).status == 303
    page = publish_and_wait(data, client, cookie, seal)
    assert "上次构建已经发布" in page
    assert {report.rpartition("/report/")[2] for report in read_release(data).manifest["reports"]} == {
        "330226/2021",
        "330226/2022",
    }
    assert "/check/330226/2022" in page
    desk = client.get("/check/330226/2022", Accept="text/html", Cookie=cookie).text
    assert re.search(r'id="findings".+<a class="open" href="/reports/330226/2022#s-', desk, re.S)
    first, second = re.findall(r'name="fact" value="([^"]+)"', desk)[:2]
    said = post(client, "/check/330226/2022/decide", cookie, seal=seal, fact=first, verdict="accept", number="1")
    assert said.headers["location"] == "/check/330226/2022?from=1#d2"
    changed = {"was.role": "lead", "set.role": "partner", "because": "原文是配合"}
    post(client, "/check/330226/2022/decide", cookie, seal=seal, fact=second, verdict="change", number="2", **changed)
    assert "新的决定 2 个" in client.get("/check", Accept="text/html", Cookie=cookie).text
    page = publish_and_wait(data, client, cookie, seal)
    assert "新的决定 0 个" in page
    query = (
        f"PREFIX fz: <https://w3id.org/fazhi/ns#> SELECT ?c ?r {{ <{first}> fz:confidence ?c . <{second}> fz:role ?r }}"
    )
    (row,) = client.get(f"/sparql?query={quote(query)}", Accept="application/sparql-results+json").json["results"][
        "bindings"
    ]
    assert float(row["c"]["value"]) == 1
    assert row["r"]["value"].endswith("role-partner")
    one = re.search(
        r'name="fact" value="([^"]+)"', client.get("/check/330226/2021", Accept="text/html", Cookie=cookie).text
    )
    post(client, "/check/330226/2021/decide", cookie, seal=seal, fact=one[1], verdict="accept", number="1")
    origins = data / "parts" / "origins.json"
    origins.rename(data / "origins.json")
    page = client.get("/check", Accept="text/html", Cookie=cookie).text
    assert "原文件不在收件夹里" in page, "a decision that a build from here cannot reach is told"
    (data / "origins.json").rename(origins)
    page = publish_and_wait(data, client, cookie, seal)
    assert "新的决定 0 个" in page, "a decision on a report that was never in the inbox holds too"
    assert "原文件不在收件夹里" not in page


def test_decisions_on_a_folder_of_reports_reach_it(tmp_path, demo_report):
    kept = {"title": "报告", "sha256": "0" * 64, "source": demo_report.name, "counts": {}}
    report = "https://w3id.org/fazhi/id/report/330226/2021"
    publish(tmp_path / "data", [example_quads()], manifest={"reports": {report: kept}})
    with create_app(Config(data=tmp_path / "data", evaluators=0, reports=demo_report.parent)).test_request_context("/"):
        desk.decide(desk.Decision(fact=f"{report}/s/x", verdict="accept", because="与原文相符", by="王核"))
        assert desk.unreached() == []
        assert list(desk.readable()) == [demo_report.parent]
        assert desk.pending() == 1


def test_decisions_reach_a_report_that_lies_where_it_was_read(tmp_path, demo_report):
    report = "https://w3id.org/fazhi/id/report/330226/2021"
    kept = {"title": "报告", "sha256": "0" * 64, "source": demo_report.name, "counts": {}}
    publish(tmp_path / "data", [example_quads()], manifest={"reports": {report: kept}})
    (tmp_path / "data" / "parts").mkdir()
    with create_app(Config(data=tmp_path / "data", evaluators=0)).test_request_context("/"):
        desk.decide(desk.Decision(fact=f"{report}/s/x", verdict="accept", because="与原文相符", by="王核"))
        assert desk.unreached() == ["报告"]
        origins = {"0" * 64: [str(demo_report), demo_report.name]}
        (tmp_path / "data" / "parts" / "origins.json").write_text(json.dumps(origins), "utf-8")
        assert desk.unreached() == []
