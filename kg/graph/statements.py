"""What a sentence states, and what hangs on it: actions, involvements, figures, citations, honours, mentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.corpus.document import Document, Span
from kg.extract.fact import Action, Citation, Fact, Figure, Honour, Involvement, Mention, Programme, Statement
from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.link import LABEL, Linker, unit_code
from kg.graph.quads import TYPE, decimal, fz, integer, iri, text
from kg.graph.theme import theme_of

SUFFIX = {"goal": "Goal", "measure": "ReportedMeasure", "plan": "PlannedMeasure", "result": "Result"}
SUFFIX |= {"problem": "Problem", "background": "Background"}
_BEARERS = ("measure", "plan", "result", "goal", "problem", "background")
_RELATIONS = {"implements": "implements", "issues": "issues", "studies": "studies", "publicises": "publicises"}
IMPLIED_RULE = "graph.issuer-implied"
IMPLIED_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where facts stand: a sentence, a heading, or the title lines (then the report itself)."""

    iri: str
    begin: int
    order: int | None
    within: str
    """Property from a mention to the place; empty for the title lines."""
    goal: str | None
    theme: str


class Writer(Protocol):
    """What the functions below need of the writer of the report."""

    document: Document
    linker: Linker
    node: str
    base: str
    plan: str

    def add(self, subject: str, predicate: str, value: str) -> None: ...
    def provenance(self, subject: str, rule: str, confidence: float) -> None: ...
    def span(self, subject: str, span: Span, quote: str) -> None: ...
    @property
    def names(self) -> names.Names: ...


Nodes = list[tuple[Fact, str]]


def write_statements(writer: Writer, place: Place, facts: Sequence[Fact]) -> Nodes:
    """One statement for each type of the sentence; a sentence without a type is background."""
    statements = {fact.kind: fact for fact in facts if isinstance(fact, Statement)}
    if not statements and place.order is not None:
        statements = {"background": _untyped(writer, place)}
    found: Nodes = []
    for kind, fact in statements.items():
        node = _statement_node(place, kind)
        writer.add(node, TYPE, fz(SUFFIX[kind]))
        writer.add(node, fz("inReport"), writer.node)
        writer.add(node, fz("statedIn"), place.iri)
        writer.provenance(node, fact.rule, fact.confidence)
        # a shortcoming at the end of a section on something else is of its own theme, or of none
        theme = theme_of(fact.quote) if kind == "problem" else place.theme
        if theme:
            writer.add(node, fz("theme"), theme)
        if kind == "goal":
            writer.add(node, LABEL, text(fact.quote, "zh"))
            if place.goal:
                writer.add(node, fz("parentGoal"), place.goal)
        elif place.goal and kind not in ("problem", "background"):  # a shortcoming serves no aim
            writer.add(node, fz("servesGoal"), place.goal)
        if kind == "plan":
            writer.add(node, fz("itemOf"), writer.plan)
        _flags(writer, node, fact)
        found.append((fact, node))
    _hang_on(writer, place, facts, next(kind for kind in _BEARERS if kind in statements), found)
    return found


def _untyped(writer: Writer, place: Place) -> Statement:
    return Statement(
        span=Span(place.begin, place.begin),
        quote="",
        sentence=place.order,
        rule="graph.untyped",
        confidence=0.0,
        kind="background",
    )


def _statement_node(place: Place, kind: str) -> str:
    return f"{place.iri[:-1]}/{kind}>"


def _flags(writer: Writer, node: str, fact: Fact) -> None:
    for flag in fact.flags:
        writer.add(node, fz("flag"), text(flag))


def _hang_on(writer: Writer, place: Place, facts: Sequence[Fact], kind: str, found: Nodes) -> None:
    """Actions, involvements and citations belong to the measure, else to the plan item, else to the first statement."""
    bearer = _statement_node(place, kind)
    led = False
    named = {fact.name for fact in facts if isinstance(fact, Mention)}
    for fact in facts:
        if isinstance(fact, Action):
            node = writer.names.free(f"{bearer[:-1]}/a{fact.span.start - place.begin}") + ">"
            writer.add(bearer, fz("hasAction"), node)
            writer.add(node, TYPE, fz("Action"))
            writer.add(node, fz("verb"), text(fact.verb))
            if fact.object:
                writer.add(node, fz("object"), text(fact.object))
            writer.provenance(node, fact.rule, fact.confidence)
            found.append((fact, node))
        elif isinstance(fact, Involvement):
            body = writer.linker.known_body(fact.body)
            if body is None or (fact.basis == "stated" and fact.body not in named):
                continue  # named nowhere in this sentence: the shapes would refuse it, the reading keeps it
            node = _involve(writer, bearer, body, fact.role, fact.basis, fact.rule, fact.confidence)
            led = led or fact.role == "lead"
            found.append((fact, node))
        elif isinstance(fact, Citation) and fact.relation is not None:
            document = writer.linker.document(fact.document, fact.document_kind, fact.number)
            writer.add(bearer, fz(_RELATIONS.get(fact.relation, "refersTo")), document)
    if not led and kind in {"measure", "plan"} and writer.document.meta.issuer:
        for issuer in writer.document.meta.issuer.split("、"):
            body = writer.linker.known_body(issuer)
            if body:
                _involve(writer, bearer, body, "lead", "inferred", IMPLIED_RULE, IMPLIED_CONFIDENCE)


def _involve(writer: Writer, bearer: str, body: str, role: str, basis: str, rule: str, confidence: float) -> str:
    key = body[1:-1].rsplit("/", 1)[1]
    node = writer.names.free(f"{bearer[:-1]}/inv-{role}-{key}") + ">"
    writer.add(bearer, fz("hasInvolvement"), node)
    writer.add(node, TYPE, fz("Involvement"))
    writer.add(node, fz("involvedBody"), body)
    writer.add(node, fz("role"), vocabulary.code("Roles", role))
    writer.add(node, fz("basis"), vocabulary.code("Bases", basis))
    writer.provenance(node, rule, confidence)
    return node


def write_facts(writer: Writer, place: Place, facts: Sequence[Fact]) -> Nodes:
    """Mentions, figures and honours of one place."""
    found: Nodes = []
    figures: list[tuple[Figure, str]] = []
    for fact in facts:
        if isinstance(fact, Mention):
            body = writer.linker.body(fact.name, fact.body_kind, fact.level, fact.quote)
            found.append((fact, _mention(writer, place, fact, body)))
        elif isinstance(fact, Citation):
            document = writer.linker.document(fact.document, fact.document_kind, fact.number)
            found.append((fact, _mention(writer, place, fact, document)))
        elif isinstance(fact, Programme):
            found.append((fact, _mention(writer, place, fact, writer.linker.programme(fact.name, fact.kind))))
        elif isinstance(fact, Figure):
            node = _figure(writer, place, fact)
            figures.append((fact, node))
            found.append((fact, node))
    for fact in facts:
        if isinstance(fact, Honour):
            found.append((fact, _honour(writer, place, fact)))
    for part, node in figures:
        whole = next((other for fact, other in figures if fact.span == part.part_of), None)
        if whole and whole != node:
            writer.add(node, fz("partOfFigure"), whole)
    return found


def _node(writer: Writer, place: Place, suffix: str) -> str:
    return writer.names.free(f"{place.iri[:-1]}/{suffix}") + ">"


def _mention(writer: Writer, place: Place, fact: Fact, entity: str = "") -> str:
    """The exact words; with `entity` also what they name."""
    where = f"m{fact.span.start - place.begin}-{fact.span.end - place.begin}"
    # in no sentence and no heading, as in the title or a page's line of its source: by the words, for offsets there move
    node = _node(writer, place, where if place.within else f"m-{names.digest(fact.quote, 8)}")
    writer.add(node, TYPE, fz("Mention"))
    writer.span(node, fact.span, fact.quote)
    if place.within:
        writer.add(node, place.within, place.iri)
    if entity:
        writer.add(node, fz("mentionOf"), entity)
        writer.provenance(node, fact.rule, fact.confidence)
        _flags(writer, node, fact)
    return node


def _figure(writer: Writer, place: Place, fact: Figure) -> str:
    node, add = _node(writer, place, f"f{fact.span.start - place.begin}"), writer.add
    unit, meta = unit_code(fact.unit), writer.document.meta
    name = fact.indicator or fact.name
    add(node, TYPE, fz("Target" if fact.target else "Observation"))
    add(node, fz("inReport"), writer.node)
    add(node, fz("statedIn"), place.iri)
    add(node, fz("anchor"), _mention(writer, place, fact))
    add(node, fz("indicator"), writer.linker.indicator(name, unit, place.theme, fact.name))
    add(node, fz("figureName"), text(fact.name))
    add(node, fz("printed"), text(fact.quote))
    add(node, fz("unit"), unit)
    add(node, fz("qualifier"), vocabulary.code("Qualifiers", "vague" if fact.value is None else fact.qualifier))
    for property_, value in (("value", fact.value), ("valueMax", fact.value_max), ("formerValue", fact.former_value)):
        if value is not None:
            add(node, fz(property_), decimal(value))
    year = fact.year or ((meta.plan_year if fact.target else None) or meta.period_year)
    for property_, number in (("periodYear", year), ("formerYear", fact.former_year)):
        if number:
            add(node, fz(property_), integer(number))
    if fact.direction:
        add(node, fz("direction"), vocabulary.code("Directions", fact.direction))
    if place_of := names.area_key(meta.area):
        add(node, fz("jurisdiction"), iri(names.area(writer.base, place_of)))
    writer.provenance(node, fact.rule, fact.confidence)
    _flags(writer, node, fact)
    return node


def _honour(writer: Writer, place: Place, fact: Honour) -> str:
    node, add = _node(writer, place, f"h{fact.span.start - place.begin}"), writer.add
    add(node, TYPE, fz("Honour"))
    add(node, LABEL, text(fact.name, "zh"))
    add(node, fz("inReport"), writer.node)
    add(node, fz("statedIn"), place.iri)
    add(node, fz("anchor"), _mention(writer, place, fact))
    if fact.level:
        add(node, fz("adminLevel"), vocabulary.code("AdminLevels", fact.level))
    for name, property_, printed in (
        (fact.recipient, "honourRecipient", "recipientName"),
        (fact.grantor, "honourGrantor", "grantorName"),
    ):
        if name:
            add(node, fz(printed), text(name))
            known = writer.linker.known_body(name)
            if known is None and property_ == "honourRecipient":
                known = writer.linker.known_programme(name) or writer.linker.known_area(name)
            if known:
                add(node, fz(property_), known)
    writer.provenance(node, fact.rule, fact.confidence)
    _flags(writer, node, fact)
    return node
