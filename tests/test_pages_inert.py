"""What data and readers may put in: on no page does it run, lead away or break the page."""

from urllib.parse import quote

import pytest
from page_samples import EVIL, PAGES, html, outline


@pytest.fixture
def client(pages_server):
    found = pages_server.client()
    yield found
    found.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_leads_out_of_the_house_or_runs_inline_script(client, path):
    found = outline(html(client, path))
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("form", "action"), ("source", "src")):
        for attrs in found.all(tag):
            if attribute in attrs and attrs.get("rel") not in ("canonical", "alternate", "license"):
                assert attrs[attribute].startswith("/"), (tag, attrs)
    for attrs in found.all("script"):
        assert "src" in attrs or attrs.get("type") in ("application/json", "application/ld+json"), attrs
    for tag, attrs in found.found:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        assert not [value for value in attrs.values() if value.lower().lstrip().startswith("javascript:")], (tag, attrs)
        assert (tag, attrs.get("src")) != ("img", "x")


@pytest.mark.parametrize("path", ["/page/body/330226-0000000bad", "/bodies", "/ask/who-did-what", "/reports/330226/2021", "/reports", "/browse",
                                  "/sparql?query=SELECT * { <https://w3id.org/fazhi/id/body/330226-0000000bad> ?p ?o }"])  # fmt: skip
def test_hostile_data_are_inert(client, path):
    text = html(client, path)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text.lower()


def test_hostile_data_stand_on_most_pages_as_plain_text(client):
    pages = (
        *PAGES,
        "/page/indicator/00000000bad0",
        "/page/report/330226/2019",
        "/ask/who-works-with-whom",
        "/ask/indicator-value",
    )
    shown = [path for path in pages if "&lt;script&gt;alert(1)" in html(client, path)]
    assert len(shown) >= 14, sorted(shown)


@pytest.mark.parametrize(
    "value", [EVIL, '" } UNION { ?s ?p ?o } #', "javascript:alert(1)", "' OR 1=1", "\\", "{{7919*7907}}"]
)
def test_hostile_values_are_inert(client, value):
    for path in (f"/ask/who-did-what?what={quote(value)}", f"/ask/who-did-what?lead={quote(value)}", f"/ask?q={quote(value)}",
                 f"/browse?q={quote(value)}", f"/bodies?q={quote(value)}", f"/browse?kind={quote(value)}", f"/reports/{quote(value)}",
                 f"/compare?indicator={quote(value)}", f"/plans?place={quote(value)}", f"/page/{quote(value)}"):  # fmt: skip
        reply = client.ask("GET", path, Accept="text/html")
        if reply.status in (303, 308):
            reply = client.ask("GET", reply.headers["location"], Accept="text/html")
        assert reply.status in (200, 400, 404), (path, reply.status)
        assert "<script>alert" not in reply.text
        assert "<img src=x" not in reply.text
        assert str(7919 * 7907) not in reply.text
