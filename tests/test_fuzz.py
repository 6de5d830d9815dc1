"""Whatever is asked, no answer is a 500: every route, with words, bytes and parameters that nobody would send."""

import random
import re
from urllib.parse import quote

import pytest
from example_release import example_release
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import create_app
from server.config import Config
from server.http.reading import encoded

PIECES = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "宁海",
    "督察",
    "body/330226-e0a6bfa112",
    "area/330226",
    "any",
    "a" * 3000,
    "<script>",
    "'",
    '"',
    "}",
    "{{7*7}}",
    "%",
    "\\",
    "../..",
    "\u202e",
    "\ufffd",
    "𠮷",
    "1e999",
    "nan",
    "2021",
    "2021-02-31",
    ";",
    "null",
    "[]",
    "http://e/",
    "javascript:alert(1)",
    "\u0000",
    "\n",
    "=1+1",
]
NAMES = [
    "q",
    "lang",
    "year",
    "place",
    "body",
    "limit",
    "offset",
    "format",
    "page",
    "type",
    "query",
    "graph",
    "default",
    "indicator",
    "mark",
    "sort",
    "run",
    "what",
]
ACCEPTS = [
    "",
    "*/*",
    "text/html",
    "text/turtle",
    "application/json",
    "application/ld+json",
    "text/csv",
    "image/png",
    ";;",
    "text/html;q=x",
    "a/b;q=-1",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    example_release(folder / "data")
    app = create_app(Config(data=folder / "data", evaluators=0, seconds=5))
    yield app
    app.extensions["fazhi"].close()


def fill(rule: str, chance: random.Random) -> str:
    return re.sub(r"<(?:[^:>]+:)?[^>]+>", lambda _: quote(chance.choice(PIECES), safe="/") or "x", rule)


def rules(app, method: str) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())})


def test_every_get_route_survives_strange_parameters(app):
    client, chance, faults, tried = app.test_client(), random.Random(5), [], 0
    for rule in rules(app, "GET"):
        for _ in range(12):
            pairs = [(chance.choice(NAMES), chance.choice(PIECES)) for _ in range(chance.randint(0, 3))]
            address = fill(rule, chance) + "?" + "&".join(f"{name}={quote(value)}" for name, value in pairs)
            reply = client.get(
                address,
                headers={
                    "Accept": chance.choice(ACCEPTS),
                    "Accept-Language": chance.choice(["", "en", "zh", "xx", "a" * 999]),
                },
            )
            tried += 1
            if reply.status_code >= 500 and reply.status_code not in {501, 503}:
                faults.append((address[:300], reply.status_code))
            reply.close()
    assert faults == []
    assert tried > 400


def test_every_post_route_survives_strange_bodies(app):
    client, chance, faults, tried = app.test_client(), random.Random(6), [], 0
    kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data",
        "application/sparql-query",
        "",
    ]
    bodies = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"question": 1}',
        b'{"question": "' + b"a" * 5000 + b'"}',
        b'{"question_id": [], "slots": 3}',
        b"\xff\xfe",
        b"query=%ff",
        b"a=b&a=c",
        b'{"slots": {"place": {"x": 1}}}',
        b"{" * 3000,
    ]
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for rule in rules(app, method):
            for _ in range(20):
                reply = client.open(
                    fill(rule, chance), method=method, data=chance.choice(bodies), content_type=chance.choice(kinds)
                )
                tried += 1
                if reply.status_code >= 500 and reply.status_code not in {501, 503}:
                    faults.append((method, rule, reply.status_code))
                reply.close()
    assert faults == []
    assert tried >= 100


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.binary(max_size=40),
    query=st.binary(max_size=60),
    accept=st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30),
)
def test_any_bytes_in_an_address_are_answered(app, path, query, accept):
    environ = {
        "PATH_INFO": "/" + path.decode("latin-1"),
        "QUERY_STRING": encoded(query).decode(),  # as a connection hands it on
        "HTTP_ACCEPT": accept,
    }
    reply = app.test_client().get("/", environ_overrides=environ)
    assert reply.status_code < 500 or reply.status_code in {501, 503}
    reply.close()
