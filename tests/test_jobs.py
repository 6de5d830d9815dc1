"""A report is sent, read by a process of its own, and answered for; what is no report leaves nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from serving import PATIENCE, running, wait_until
from test_hostile import LAUGHS, OUTSIDE, paragraph, word

from kg.corpus import source
from kg.store.release import problems, read_release
from server.staff import desk, jobs

REPORT = Path(__file__).parent.parent / "kg" / "demo" / "ninghai-2021.txt"
TOKEN = {"Authorization": "Bearer t"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    other = folder / "other.txt"
    other.write_text(
        REPORT.read_text("utf-8").replace("2021年", "2019年").replace("2022年", "2020年"), encoding="utf-8"
    )
    subprocess.run(
        [sys.executable, "-m", "kg", "build", str(other), "--data", str(folder / "data")],
        check=True,
        capture_output=True,
    )
    (folder / "token").write_text("t")
    (folder / "token").chmod(0o600)
    with running(folder, data=folder / "data", workers=2, evaluators=1, token_file=folder / "token") as found:
        found.data = folder / "data"
        yield found


@pytest.fixture
def client(server):
    return server.client()


def followed(client, reply):
    assert reply.status == 202, reply.text
    address = reply.headers["location"]
    wait_until(lambda: client.get(address).json["status"] in {"done", "failed"})
    return client.get(address).json


def test_a_report_that_is_sent_can_be_asked_about(client, server):
    before = read_release(server.data)
    reply = client.ask(
        "POST",
        "/api/v1/reports?name=%E5%AE%81%E6%B5%B7.txt",
        REPORT.read_bytes(),
        **TOKEN,
        **{"Content-Type": "text/plain"},
    )
    job = followed(client, reply)
    assert (job["status"], job["name"]) == ("done", "宁海.txt")
    now = read_release(server.data)
    assert job["release"] == now.id != before.id
    assert set(now.manifest["reports"]) > set(before.manifest["reports"])
    assert problems(now, deep=True) == []
    answered = client.sparql(
        "SELECT DISTINCT ?y { ?r a <https://w3id.org/fazhi/ns#Report> ; <https://w3id.org/fazhi/ns#periodYear> ?y }"
    )
    assert {row["y"]["value"] for row in answered.json["results"]["bindings"]} >= {"2019", "2021"}
    again = client.ask(
        "POST", "/api/v1/reports?name=x.txt", REPORT.read_bytes(), **TOKEN, **{"Content-Type": "text/plain"}
    )
    assert followed(client, again)["release"] == now.id
    assert [path.name for path in (server.data / "inbox").glob("*.txt")] == [f"宁海-{job['id'][:8]}.txt"]


def multipart(name, body):
    mark = "mark"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return head.encode() + body + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"%PDF-1.4 broken"),
        ("x.docx", b"PK\x03\x04broken"),
        ("x.txt", "今天天气很好。".encode()),
        ("../../../evil.txt", b"\xff\xfe\x00"),
        ("a\\b\\c.html", b"<html></html>"),
        ("bomb.docx", word(paragraph("0" * 100_000_000))),
        ("entities.docx", word(paragraph("&j;"), LAUGHS)),
        ("outside.docx", word(paragraph("&a;"), OUTSIDE)),
        ("nul.txt", bytes(3000)),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n" + bytes(300)),
        ("old.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        ("x.rtf", b"{\\rtf1 {{{{"),
    ],
)
def test_what_is_no_report_fails_with_a_reason_and_leaves_nothing(client, server, name, content):
    before = read_release(server.data).id
    body, kind = multipart(name, content)
    job = followed(client, client.ask("POST", "/api/v1/reports", body, **TOKEN, **{"Content-Type": kind}))
    assert job["status"] == "failed"
    zh, en = job["reason"]["zh"], job["reason"]["en"]
    assert job["error"] == zh
    assert any("\u4e00" <= character <= "\u9fff" for character in zh)
    assert not any("\u4e00" <= character <= "\u9fff" for character in en.replace(job["name"], ""))
    assert client.get(f"/api/v1/jobs/{job['id']}?lang=en").json["error"] == en
    assert "Traceback" not in zh + en
    assert str(server.data) not in json.dumps(job)
    assert read_release(server.data).id == before
    assert not [path for path in (server.data / "inbox").iterdir() if path.stat().st_size == len(content)]
    assert not (server.data.parent / "evil.txt").exists()


@pytest.mark.parametrize(
    ("kind", "body", "token", "status"),
    [
        ("text/plain", b"x", None, 401),
        ("application/zip", b"x", TOKEN, 415),
        ("text/plain", b"  ", TOKEN, 400),
        (multipart("x.exe", b"x")[1], multipart("x.exe", b"x")[0], TOKEN, 415),
        (multipart("", b"x")[1], multipart("", b"x")[0], TOKEN, 415),
    ],
)
def test_what_is_not_taken_is_said_at_once(client, kind, body, token, status):
    assert client.ask("POST", "/api/v1/reports", body, **(token or {}), **{"Content-Type": kind}).status == status


def test_what_the_command_reads_may_be_sent():
    assert set(desk.SUFFIXES) == set(source.SUFFIXES)
    assert set(jobs.KINDS.values()) <= set(desk.SUFFIXES)


def test_an_old_office_file_is_read_without_a_network(client, server, tmp_path, need):
    """LibreOffice turns it, in the process that may not open a socket."""
    office = need("soffice")
    (tmp_path / "report.txt").write_text(
        REPORT.read_text("utf-8").replace("2021年", "2018年").replace("2022年", "2019年")
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    turn = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "odt",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "report.txt"),
    ]
    subprocess.run(turn, check=True, capture_output=True, timeout=PATIENCE)
    body, kind = multipart("报告.odt", (tmp_path / "report.odt").read_bytes())
    job = followed(client, client.ask("POST", "/api/v1/reports", body, **TOKEN, **{"Content-Type": kind}))
    assert job["status"] == "done", job


def test_a_body_that_is_too_long_is_not_read(client):
    reply = client.ask(
        "POST", "/api/v1/reports", b"x", **TOKEN, **{"Content-Type": "text/plain", "Content-Length": str(1 << 40)}
    )
    assert reply.status == 413


def test_a_job_that_is_not_there_is_404_and_the_list_needs_the_token(client):
    assert client.get("/api/v1/jobs/0123456789abcdef").status == 404
    assert client.get("/api/v1/jobs/..%2F..%2Fmanifest").status == 404
    assert client.get("/api/v1/jobs").status == 401
    assert client.ask("GET", "/api/v1/jobs", **TOKEN).status == 200
