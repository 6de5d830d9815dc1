"""The shapes catch what they must; the fast checker finds just what pySHACL finds."""

from collections.abc import Callable
from functools import cache
from unittest.mock import patch

import pytest
import rdflib
from graph_samples import qingshi
from pyshacl import validate as pyshacl_validate
from rdflib.namespace import SH
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query

import ontology
from kg.graph import vocabulary
from kg.graph.asked import load, shapes
from kg.graph.check import Kind, check, undeclared
from kg.graph.derive import derive
from kg.graph.quads import TYPE, Triple, fz, make_graph
from kg.graph.shacl import validate
from kg.graph.shacl_data import Data, literal
from kg.graph.triples import to_graph

REPORT = "https://w3id.org/fazhi/id/report/330299/2023"
Triples = set[Triple]


def sample() -> Triples:
    """The sample report with what the rules give and what it contributes to the registries."""
    asserted = to_graph(qingshi())
    known = {(e.subject, e.predicate, e.object) for e in asserted.entries}
    link = f"<{REPORT}/s/0/plan/fulfilment>"
    report = make_graph("http://g", set(asserted.graph.triples()) | known)
    item = next(s for s, p, o in sorted(report.triples()) if o == fz("PlannedMeasure"))
    links = {
        (link, TYPE, fz("FulfilmentLink")), (link, fz("plannedItem"), item), (link, fz("confidence"), '"0.6"^^' + DECIMAL),
        (link, fz("fulfilmentStatus"), fz("status-not_found")),
    }  # fmt: skip
    full = make_graph("http://g", set(report.triples()) | links)
    return set(full.triples()) | set(derive(full).triples())


DECIMAL = "<http://www.w3.org/2001/XMLSchema#decimal>"
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
BASE = sample()


def one(data: Triples, predicate: str, value: str = "", kind: str = "") -> Triple:
    """The first triple of a predicate (and value, and class of its subject): a mutation always has something to spoil."""
    of = {s for s, p, o in data if p == TYPE and o == fz(kind)} if kind else None
    return min(t for t in data if t[1] == fz(predicate) and (not value or t[2] == value) and (of is None or t[0] in of))


def put(data: Triples, triple: Triple, value: str) -> Triples:
    """One value for another."""
    return (data - {triple}) | {(triple[0], triple[1], value)}


def quote_changed(d: Triples) -> Triples:
    t = one(d, "quote", kind="Sentence")
    return put(d, t, t[2][:-1] + 'x"')


def direction(d: Triples) -> Triples:
    return put(d, one(d, "direction"), fz("dir-down"))


def planned_and_reported(d: Triples) -> Triples:
    return d | {(one(d, "itemOf")[0], TYPE, fz("ReportedMeasure"))}


def stranger(d: Triples) -> Triples:
    inv = one(d, "basis", fz("basis-stated"))[0]
    other = one(d, "bodyKind", fz("kind-government"))[0]
    return put(d, next(t for t in d if t[0] == inv and t[1] == fz("involvedBody")), other)


def cycle(d: Triples) -> Triples:
    goal = min(s for s, p, o in d if p == TYPE and o == fz("Goal"))
    return d | {(goal, fz("parentGoal"), goal)}


def blank(d: Triples) -> Triples:
    owner = one(d, "hasAction")[0]
    return d | {(owner, fz("hasAction"), "_:b"), ("_:b", TYPE, fz("Action")), ("_:b", fz("verb"), '"开展"')}


def outside(d: Triples) -> Triples:
    t = one(d, "inSentence")
    other = max(s for s, p, o in d if p == TYPE and o == fz("Sentence") and s != t[2])
    return put(d, t, other)


def two_reports(d: Triples) -> Triples:
    node = f"<{REPORT.replace('2023', '2022')}>"
    return put(d, one(d, "inReport", kind="Result"), node)


def planned_year(d: Triples) -> Triples:
    link = min(s for s, p, o in d if p == TYPE and o == fz("FulfilmentLink"))
    measure = min(s for s, p, o in d if p == TYPE and o == fz("ReportedMeasure"))
    return d | {(link, fz("fulfilledBy"), measure)}


def percentage(d: Triples) -> Triples:
    node = one(d, "unit", fz("unit-percent"), "Observation")[0]
    kept = {t for t in d if not (t[0] == node and t[1] in {fz("value"), fz("direction")})}
    return kept | {(node, fz("value"), number("120"))}


def deep(d: Triples) -> Triples:
    return put(d, one(d, "headingLevel", number("2", INTEGER)), number("1", INTEGER))


def drop(predicate: str, kind: str = "") -> Callable[[Triples], Triples]:
    return lambda d: d - {one(d, predicate, kind=kind)}


def change(predicate: str, value: str, kind: str = "") -> Callable[[Triples], Triples]:
    return lambda d: put(d, one(d, predicate, kind=kind), value)


def also(predicate: str, value: str, kind: str = "") -> Callable[[Triples], Triples]:
    return lambda d: d | {(one(d, predicate, kind=kind)[0], fz(predicate), value)}


def number(text: str, datatype: str = DECIMAL) -> str:
    return f'"{text}"^^{datatype}'


MUTATIONS: tuple[tuple[str, Callable[[Triples], Triples], str], ...] = (
    ("quote changed", quote_changed, "QuoteLength"),
    ("span beyond the text", change("charLength", number("20", INTEGER)), "TextEnd"),
    ("begin after end", change("beginOffset", number("9999", INTEGER), "Sentence"), "beginOffset.LessThan"),
    ("order as a decimal", change("order", number("5")), "order.Datatype"),
    ("unit missing", drop("unit", "Observation"), "unit.MinCount"),
    ("two units", also("unit", fz("unit-person"), "Observation"), "unit.MaxCount"),
    ("direction contradicts the values", direction, "Direction"),
    ("planned and reported at once", planned_and_reported, "Measure"),
    ("stated actor not mentioned in its sentence", stranger, "StatedBody"),
    ("code from another list", change("bodyKind", fz("level-county")), "bodyKind.Node"),
    ("sentence type from another list", change("sentenceType", fz("role-lead")), "sentenceType.Node"),
    ("section role from another list", change("sectionRole", fz("role-lead")), "sectionRole.Node"),
    ("goal above itself", cycle, "GoalCycle"),
    ("confidence 1.5", change("confidence", number("1.5"), "Statement"), "Confidence"),
    ("no rule", drop("extractedBy", "Statement"), "Rule"),
    ("blank node", blank, "NoBlank"),
    ("mention outside its sentence", outside, "MentionPlace"),
    ("range upside down", change("valueMax", number("0")), "value.LessThanOrEquals"),
    ("no value and not vague", drop("value", "Observation"), "FigureValue"),
    ("percentage of 120 without a change", percentage, "Percentage"),
    ("section as deep as its parent", deep, "SectionLevel"),
    ("heading level 9", change("headingLevel", number("9", INTEGER)), "headingLevel.MaxInclusive"),
    ("statement and sentence in two reports", two_reports, "StatementReport"),
    ("fulfilled and not found at once", planned_year, "FulfilmentFound"),
    ("fulfilment in the wrong year", planned_year, "FulfilmentYear"),
    ("verb of 20 characters", change("verb", f'"{"办" * 20}"'), "verb.MaxLength"),
    ("action of nobody", drop("hasAction"), "hasAction.MinCount"),
    ("involvement without a body", drop("involvedBody"), "involvedBody.MinCount"),
    ("division code of five digits", change("divisionCode", '"33029"'), "divisionCode.Pattern"),
    ("hash too short", change("sha256", '"51ade62a"'), "sha256.Pattern"),
    ("sentence without a type", drop("sentenceType"), "sentenceType.MinCount"),
    ("item of no plan", drop("itemOf"), "itemOf.MinCount"),
    ("honour anchored in nothing", drop("anchor", "Honour"), "anchor.MinCount"),
)  # fmt: skip


def vocabulary_triples() -> list[tuple[str, str, str]]:
    return [(str(t.subject), str(t.predicate), str(t.object)) for t in vocabulary.triples()]


def fast(data: Triples, kind: Kind = "data") -> set[tuple[str, str, str, str]]:
    """(focus, path, component, severity) of every result of our checker."""
    triples = [*vocabulary_triples(), *sorted(data)]
    results = validate(Data(triples), shapes(kind), load(triples))
    return {(_plain(r.focus), _plain(r.path), r.component, r.severity) for r in results}


def _plain(node: str) -> str:
    return "_:b" if node.startswith("_:") else node.strip("<>")


@cache
def shapes_graph(kind: Kind) -> rdflib.Graph:
    return rdflib.Graph().parse(ontology.HERE / "shapes" / f"{kind}.ttl")


@cache
def _translated(query: str, base: str | None, prefixes: tuple[tuple[str, object], ...]) -> Query:
    return translateQuery(parseQuery(query), base, dict(prefixes))


def translated(query: str, base: str | None, prefixes: dict[str, object]) -> Query:
    """rdflib's own reading of a query, kept: it takes most of pySHACL's time, and the queries are always the same."""
    return _translated(query, base, tuple(prefixes.items()))


def slow(data: Triples, kind: Kind = "data") -> set[tuple[str, str, str, str]]:
    """The same of pySHACL, over the same shapes file."""
    codes = {t for t in vocabulary_triples() if t[1].endswith(("subClassOf>", "inScheme>", "#type>"))}
    lines = "\n".join(f"{s} {p} {o} ." for s, p, o in sorted(data | codes))
    graph = rdflib.Graph().parse(data=lines, format="nt")
    with patch.multiple(processor, parseQuery=str, translateQuery=translated):
        _, results, _ = pyshacl_validate(
            graph, shacl_graph=shapes_graph(kind), inference="none", advanced=True, allow_warnings=True
        )
    assert isinstance(results, rdflib.Graph)
    found = set()
    for result in results.subjects(rdflib.RDF.type, SH.ValidationResult):
        if not list(results.subjects(SH.detail, result)):
            focus, path = results.value(result, SH.focusNode), results.value(result, SH.resultPath)
            if isinstance(path, rdflib.BNode):
                path = results.value(path, SH.inversePath)
            component = str(results.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
            severity = str(results.value(result, SH.resultSeverity)).rpartition("#")[2].lower()
            name = "_:b" if isinstance(focus, rdflib.BNode) else str(focus)
            found.add((name, str(path or ""), component, severity))
    return found


def test_the_sample_conforms() -> None:
    graph = make_graph("http://g", BASE)
    assert check(set(graph.triples()), report=REPORT, kinds=("data",)) == ()


def test_there_are_enough_mutations() -> None:
    assert len(MUTATIONS) >= 30
    assert len({name for name, _, _ in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize(("name", "spoil", "rule"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_mutation_is_caught(name: str, spoil: Callable[[Triples], Triples], rule: str) -> None:
    spoilt = spoil(BASE)
    assert spoilt != BASE
    found = check(spoilt, report=REPORT, kinds=("data",))
    rules = {finding.rule.removeprefix("shape.") for finding in found}
    assert rules, name
    assert not rule or any(one_rule.startswith(rule) for one_rule in rules), rules
    assert all(finding.message_zh and finding.message_en for finding in found)


@pytest.mark.parametrize(("name", "spoil"), [("nothing", lambda d: d), *((m[0], m[1]) for m in MUTATIONS)])
def test_pyshacl_says_the_same(name: str, spoil: Callable[[Triples], Triples]) -> None:
    spoilt = spoil(BASE)
    assert fast(spoilt) == slow(spoilt), name


def test_a_misspelt_property_is_seen() -> None:
    spelt = {(f"<{REPORT}>", fz("periodYaer"), number("2023", INTEGER))}
    assert undeclared(BASE) == ()
    assert undeclared(BASE | spelt) == (fz("periodYaer"),)


def test_messages_are_in_both_languages() -> None:
    for kind in ("data", "duty"):
        for shape in shapes(kind):
            for inner in (shape, *(s for c in shape.constraints if c.name == "property" for s in c.shapes)):
                if inner.path or inner.queries:
                    languages = {literal(message)[2] for message in inner.messages}
                    assert languages == {"zh", "en"}, inner.node


def test_an_unknown_component_is_refused(tmp_path: object) -> None:
    from kg.errors import GraphError
    from kg.graph.shacl_shapes import read_shapes

    path = ontology.HERE.__class__(str(tmp_path)) / "odd.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:c> ; sh:closed true ."
    )
    with pytest.raises(GraphError, match="closed"):
        read_shapes(path)


def test_every_example_conforms() -> None:
    paths = ontology.files("examples")
    assert len(paths) >= 2
    lines = [line for path in paths for line in _n_triples(path)]
    graph = make_graph("http://g", lines)
    assert check({*graph.triples(), *derive(graph).triples()}, kinds=("data",)) == ()


def _n_triples(path: object) -> list[Triple]:
    import pyoxigraph as ox

    parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in parsed]
