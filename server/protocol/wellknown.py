"""What machines look for first: VoID, robots, the sitemap, llms.txt, the list of problems."""

from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.namespaces import VOCABULARY
from queries import load_queries
from server.errors import problems
from server.i18n import language
from server.protocol.catalogued import ADMS, DCAT, FOAF, VCARD
from server.protocol.dataset import DCATAP, SPDX, VOID, dataset_description
from server.protocol.describe import conditional, negotiated, public_url
from server.protocol.resource import SAFE
from server.service import service

blueprint = Blueprint("wellknown", __name__)
PAGES = ("/", "/browse", "/compare", "/plans", "/reports", "/check", "/data", "/sparql", "/ns", "/help")
MOST = 40_000  # the sitemap protocol allows 50,000 addresses a file


@blueprint.get("/.well-known/void")
def void() -> Response:
    """VoID and DCAT in one document."""
    prefixes = {"void": VOID, "dcat": DCAT, "dcatap": DCATAP, "foaf": FOAF, "spdx": SPDX, "vcard": VCARD, "adms": ADMS}
    return negotiated(dataset_description(), **prefixes)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Pages may be read by all; the query endpoint is not for crawlers."""
    text = f"User-agent: *\nDisallow: /sparql?\nDisallow: /api/\n\nSitemap: {public_url()}/sitemap.xml\n"
    return conditional(Response(text, content_type="text/plain; charset=utf-8"), "text")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Pages, questions, reports and the things of the registry."""
    root, base = public_url(), service().config.base
    names = [f"{root}{page}" for page in PAGES] + [f"{root}/ask/{name}" for name in load_queries()]
    kinds = " ".join(
        f"<{VOCABULARY}{n}>" for n in ("Report", "Body", "Indicator", "Document", "Programme", "Jurisdiction")
    )
    query = f"SELECT DISTINCT ?thing {{ VALUES ?kind {{ {kinds} }} ?thing a ?kind }} LIMIT {MOST}"
    things = sorted(row["thing"].value for row in service().store.rows(query) if row["thing"].value.startswith(base))
    names += [f"{root}/page/{quote(iri.removeprefix(base), safe=SAFE)}" for iri in things]
    places = "".join(f"<url><loc>{escape(name)}</loc></url>\n" for name in names)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    return conditional(Response(text, content_type="application/xml; charset=utf-8"), "xml")


@blueprint.get("/llms.txt")
def llms() -> Response:
    """What a language model should know before it asks."""
    here = service()
    known = {"root": public_url(), "release": here.release_id, "settings": here.config}
    text = render_template("llms.txt", queries=load_queries().values(), **known)
    return conditional(Response(text, content_type="text/plain; charset=utf-8"), "text")


@blueprint.get("/openapi.json")
@blueprint.get("/.well-known/openapi.json")
def openapi() -> AnyResponse:
    """Where agents look for the description of an API first."""
    return redirect(f"{public_url()}/api/v1/openapi.json", 308)


@blueprint.get("/problems")
def problem_list() -> Response:
    """Every error that the service gives, and what to do."""
    html = render_template("problems.html", problems=problems(), tongue=language())
    return conditional(Response(html, content_type="text/html; charset=utf-8"), language())
