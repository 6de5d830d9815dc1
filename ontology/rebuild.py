"""Makes what follows from fazhi.ttl: context.jsonld, the term table of README.md, the diagram classes.svg.

    python -m ontology.rebuild

A test holds the three equal to the vocabulary; nothing here is edited by hand.
"""

import json
from collections import defaultdict
from html import escape
from pathlib import Path

import pyoxigraph as ox

import ontology

FZ = "https://w3id.org/fazhi/ns#"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_OTHERS = {
    "title": "http://purl.org/dc/terms/title",
    "label": RDFS + "label",
    "prefLabel": SKOS + "prefLabel",
    "altLabel": SKOS + "altLabel",
    "notation": SKOS + "notation",
}
_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "fz": FZ,
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": RDFS,
    "skos": SKOS,
    "xsd": XSD,
}
BEGIN, END = "<!-- made by python -m ontology.rebuild -->", "<!-- end -->"

Described = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def read() -> Described:
    """Subject → property → values, of fazhi.ttl."""
    found: Described = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found


def _is(terms: Described, subject: str, cls: str) -> bool:
    return any(kind.value == OWL + cls for kind in terms[subject][RDF + "type"])


def of_kind(terms: Described, *classes: str) -> list[str]:
    """The terms of the vocabulary of some kind, in order of the file."""
    return [s for s in terms if s.startswith(FZ) and any(_is(terms, s, cls) for cls in classes)]


def text(terms: Described, subject: str, name: str, language: str) -> str:
    """A label or definition in one language."""
    for value in terms[subject][name]:
        if isinstance(value, ox.Literal) and value.language == language:
            return value.value
    return ""


def context(terms: Described) -> str:
    """context.jsonld: every class and property by its local name, links as @id, typed values with their type."""
    rows: dict[str, object] = {**_PREFIXES, "id": "@id", "type": "@type"}
    rows |= {name: {"@id": address, "@container": "@set"} for name, address in _OTHERS.items()}
    for subject in sorted(of_kind(terms, "Class")):
        rows[subject.removeprefix(FZ)] = subject
    for subject in sorted(of_kind(terms, "ObjectProperty")):
        rows[subject.removeprefix(FZ)] = {"@id": subject, "@type": "@id"}
    for subject in sorted(of_kind(terms, "DatatypeProperty")):
        ranges = [value.value for value in terms[subject][RDFS + "range"]]
        typed = {"@type": ranges[0]} if ranges and ranges[0] != XSD + "string" else {}
        rows[subject.removeprefix(FZ)] = {"@id": subject, **typed} if typed else subject
    return json.dumps({"@context": rows}, ensure_ascii=False, indent=2) + "\n"


def table(terms: Described) -> str:
    """The term table: 中文, English, term."""
    lines = []
    for title, kinds in (("Classes 类", ("Class",)), ("Properties 属性", ("ObjectProperty", "DatatypeProperty"))):
        lines += [f"### {title}", "", "| 中文 | English | term | 定义 | definition |", "|---|---|---|---|---|"]
        for subject in of_kind(terms, *kinds):
            cells = [text(terms, subject, RDFS + "label", tag) for tag in ("zh", "en")]
            said = [text(terms, subject, SKOS + "definition", tag) for tag in ("zh", "en")]
            lines.append(f"| {cells[0]} | {cells[1]} | `fz:{subject.removeprefix(FZ)}` | {said[0]} | {said[1]} |")
        lines.append("")
    lines += ["### Code lists 代码表", ""]
    for scheme in [
        s for s in terms if s.startswith(FZ) and any(k.value == SKOS + "ConceptScheme" for k in terms[s][RDF + "type"])
    ]:
        lines += [f"#### {text(terms, scheme, RDFS + 'label', 'zh')} · {text(terms, scheme, RDFS + 'label', 'en')}", ""]
        lines += ["| 中文 | English | code | term |", "|---|---|---|---|"]
        for subject in [s for s in terms if any(v.value == scheme for v in terms[s][SKOS + "inScheme"])]:
            zh, en = (text(terms, subject, RDFS + "label", tag) for tag in ("zh", "en"))
            code = terms[subject][SKOS + "notation"][0].value
            lines.append(f"| {zh} | {en} | `{code}` | `fz:{subject.removeprefix(FZ)}` |")
        lines.append("")
    return "\n".join(lines)


def readme(terms: Described, written: str) -> str:
    """README.md with its table between the two marks."""
    head, _, rest = written.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{table(terms)}\n{END}{rest.partition(END)[2]}"


# Where each class stands in the diagram: column, row.
_PLACES = {
    "Report": (0, 0), "TextSnapshot": (0, 1), "Section": (0, 2), "Sentence": (0, 3), "Mention": (0, 4),
    "Plan": (1, 0), "Goal": (1, 1), "Measure": (1, 2), "Problem": (1, 3), "Result": (1, 4), "Figure": (1, 5), "Honour": (1, 6),
    "FulfilmentLink": (2, 0), "AddressLink": (2, 4), "Action": (2, 2), "Involvement": (2, 3), "Indicator": (2, 5), "Unit": (2, 6),
    "Body": (3, 3), "Jurisdiction": (3, 2), "Document": (3, 1), "Programme": (3, 4), "Finding": (3, 0), "Decision": (3, 5),
}  # fmt: skip
_EDGES = (
    ("Report", "hasText", "TextSnapshot"), ("Sentence", "inSection", "Section"), ("Mention", "inSentence", "Sentence"),
    ("Measure", "servesGoal", "Goal"), ("Measure", "hasAction", "Action"), ("Measure", "hasInvolvement", "Involvement"),
    ("Involvement", "involvedBody", "Body"), ("Figure", "indicator", "Indicator"), ("Figure", "unit", "Unit"),
    ("Body", "jurisdiction", "Jurisdiction"), ("Measure", "statedIn", "Sentence"), ("Measure", "refersTo", "Document"),
    ("FulfilmentLink", "plannedItem", "Measure"), ("AddressLink", "addressedProblem", "Problem"),
    ("Figure", "quantifies", "Result"), ("Plan", "statedIn", "Section"),
)  # fmt: skip


def diagram(terms: Described) -> str:
    """classes.svg: text on the left, statements, what hangs on them, shared things on the right."""
    wide, high, across, down = 168, 44, 250, 78
    box = {name: (20 + column * across, 48 + row * down) for name, (column, row) in _PLACES.items()}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {3 * across + wide + 40} {6 * down + high + 70}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="类图 class diagram">',
        '<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>',
    ]
    for column, title in enumerate(("文本 text", "陈述 statements", "限定 qualified", "共享实体 shared")):
        out.append(f'<text x="{20 + column * across}" y="28" font-weight="600" fill="#334">{title}</text>')
    for subject, name, target in _EDGES:
        (x1, y1), (x2, y2) = box[subject], box[target]
        if x1 == x2:
            ends = (x1 + wide / 2, y1 + (high if y2 > y1 else 0.0), x2 + wide / 2, y2 + (0.0 if y2 > y1 else high))
        else:
            ends = (x1 + (wide if x2 > x1 else 0.0), y1 + high / 2, x2 + (0.0 if x2 > x1 else wide), y2 + high / 2)
        start, end = ends[:2], ends[2:]
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 4)
        label = text(terms, FZ + name, RDFS + "label", "zh")
        out.append(
            f'<line x1="{start[0]:g}" y1="{start[1]:g}" x2="{end[0]:g}" y2="{end[1]:g}" stroke="#99a" marker-end="url(#to)"/>'
        )
        out.append(
            f'<text x="{middle[0]:g}" y="{middle[1]:g}" text-anchor="middle" font-size="10.5" fill="#556">{escape(label)}</text>'
        )
    for name, (x, y) in box.items():
        zh, en = (text(terms, FZ + name, RDFS + "label", tag) for tag in ("zh", "en"))
        out.append(
            f'<a href="#{name}"><rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="6" fill="#f4f6fa" stroke="#456"/>'
            f'<text x="{x + wide / 2:g}" y="{y + 19}" text-anchor="middle" fill="#123">{escape(zh)}</text>'
            f'<text x="{x + wide / 2:g}" y="{y + 35}" text-anchor="middle" font-size="11" fill="#456">{escape(en)}</text></a>'
        )
    return "\n".join([*out, "</svg>"]) + "\n"


def made() -> dict[Path, str]:
    """Each file with what it should hold."""
    terms = read()
    written = (ontology.HERE / "README.md").read_text("utf-8")
    return {
        ontology.HERE / "context.jsonld": context(terms),
        ontology.HERE / "README.md": readme(terms, written),
        ontology.HERE / "classes.svg": diagram(terms),
    }


if __name__ == "__main__":
    for path, wanted in made().items():
        path.write_text(wanted, "utf-8")
