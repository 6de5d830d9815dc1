"""The example release with an attack in every literal, served for the tests of pages; and what a page is made of."""

from html.parser import HTMLParser

ID = "https://w3id.org/fazhi/id/"
FZ = "https://w3id.org/fazhi/ns#"
EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PAGES = (
    "/", "/ask/who-did-what", "/ask/who-did-what?what=督察", "/ask/indicator-value?view=bar", "/ask/indicator-series",
    "/ask/plan-followup", "/ask/who-did-what?view=network", "/ask/bodies-by-role?view=heatmap", "/ask?q=天气怎么样",
    "/browse", "/browse?kind=Result&q=督察", "/bodies", "/indicators", "/documents", "/programmes", "/areas", "/compare",
    "/plans", "/reports", "/reports/330226/2021", "/reports/330226/2021?s=90504ff9&mark=1216-1223", "/data", "/help",
    "/docs", "/problems", "/ns", "/sparql", "/sparql?query=SELECT * {?s ?p ?o} LIMIT 3", "/sparql?query=SELECT ?c (COUNT(*) AS ?n) {?s a ?c} GROUP BY ?c LIMIT 9", "/page/body/330226-e0a6bfa112",
    "/page/report/330226/2021/s/90504ff9/f61",
)  # fmt: skip


def hostile() -> bytes:
    """A body and a report of another year whose every literal and address is an attack."""
    graph = f"<{ID.replace('/id/', '/graph/')}registry/bodies>"
    text = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    report, stated, evil = f"{ID}report/330226/2019", f"{ID}report/330226/2019/s/0000000a", f'"{text}"'
    label, kind = "<http://www.w3.org/2000/01/rdf-schema#label>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    facts = {
        f"<{report}>": [f"{kind} <{FZ}Report>", f'<{FZ}periodYear> "2019"{integer}', f"<{FZ}jurisdiction> <{ID}area/330226>",
                        f"<http://purl.org/dc/terms/title> {evil}", f"{label} {evil}@zh", f"<{FZ}publisher> {evil}"],
        f"<{stated}>": [f"{kind} <{FZ}Sentence>", f"<{FZ}inReport> <{report}>", f"<{FZ}quote> {evil}", f'<{FZ}order> "1"{integer}',
                        f'<{FZ}beginOffset> "0"{integer}', f"<{FZ}mentions> <{ID}programme/330226-0000000bad>"],
        f"<{stated}/f0>": [f"{kind} <{FZ}{one}>" for one in ("Statement", "Observation", "Figure")]
        + [f"<{FZ}statedIn> <{stated}>", f"<{FZ}inReport> <{report}>", f"<{FZ}indicator> <{ID}indicator/00000000bad0>",
           f'<{FZ}value> "7"^^<http://www.w3.org/2001/XMLSchema#decimal>', f"<{FZ}unit> <{FZ}unit-thing>", f"<{FZ}flag> {evil}"],
        f"<{stated}/m0>": [f"{kind} <{FZ}ReportedMeasure>", f"{kind} <{FZ}Statement>", f"<{FZ}statedIn> <{stated}>", f"<{FZ}inReport> <{report}>",
                           f"<{FZ}leadBody> <{ID}body/330226-0000000bad>", f"<{FZ}targetBody> <{ID}body/330226-0000000bad>",
                           f"<{FZ}partnerBody> <{ID}body/330226-0000000bad>", f"<{FZ}hasAction> <{stated}/a0>"],
        f"<{stated}/a0>": [f"{kind} <{FZ}Action>", f"<{FZ}verb> {evil}", f"<{FZ}object> {evil}"],
        f"<{ID}indicator/00000000bad0>": [f"{kind} <{FZ}Indicator>", f"{label} {evil}@zh", f"{label} {evil}@en"],
        f"<{ID}programme/330226-0000000bad>": [f"{kind} <{FZ}Programme>", f"{label} {evil}@zh", f"<{FZ}programmeKind> <{FZ}prog-brand>"],
        f"<{ID}document/0000000bad00>": [f"{kind} <{FZ}Document>", f"{label} {evil}@zh", f"<{FZ}documentKind> <javascript:alert(9)>"],
    }  # fmt: skip
    lines = [f"{subject} {said}" for subject, several in facts.items() for said in several] + [
        f"<{ID}body/330226-0000000bad> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{FZ}Body>",
        f'<{ID}body/330226-0000000bad> <http://www.w3.org/2000/01/rdf-schema#label> "{text}"@zh',
        f"<{ID}body/330226-0000000bad> <http://www.w3.org/2004/02/skos/core#altLabel> \"=cmd|' /C calc'!A0\"@zh",
        f"<{ID}body/330226-0000000bad> <{FZ}bodyKind> <javascript:alert(1)>",
        f"<{ID}body/330226-0000000bad> <http://purl.org/dc/terms/source> <javascript:alert(2)>",
        f'<{ID}body/330226-0000000bad> <http://purl.org/dc/terms/description> "{text}"',
        f"<{ID}report/330226/2021/s/90504ff9> <{FZ}mentions> <{ID}body/330226-0000000bad>",
        f"<{ID}report/330226/2021/s/90504ff9/measure> <{FZ}leadBody> <{ID}body/330226-0000000bad>",
        f"<{ID}report/330226/2021> <http://purl.org/dc/terms/source> <javascript:alert(3)>",
    ]
    return "".join(f"{line} {graph} .\n" for line in lines).encode()


def html(client, path, language="zh"):
    """The text of a page, which must be there."""
    reply = client.get(path, Accept="text/html", Accept_Language=language)
    assert reply.status == 200, (path, reply.status, reply.text[:300])
    return reply.text


class Outline(HTMLParser):
    """What a page is made of: languages, titles, headings, labels, links, scripts, inline handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


def outline(text):
    """The elements of a page."""
    parser = Outline()
    parser.feed(text)
    return parser
