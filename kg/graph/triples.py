"""A reading → one named graph: report, text, outline, sentences, statements and all that hangs on them.

    to_graph(reading) → Asserted(report, graph, entries)

No clock, no chance, no blank node; each fact with its words, its rule and its confidence.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from kg.corpus.document import Document, Span
from kg.corpus.issuer import issuer_kind
from kg.corpus.outline import Section
from kg.corpus.sentence import Sentence
from kg.extract.fact import Fact, Mention, Programme, Reading, Statement
from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.link import LABEL, Linker
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.provenance import describe_run
from kg.graph.quads import TYPE, Graph, Triple, date, decimal, fz, integer, iri, is_day, make_graph, term, text
from kg.graph.registry import Entry
from kg.graph.statements import SUFFIX, Place, write_facts, write_statements
from kg.graph.theme import theme_of
from kg.lexicon import pattern, shadow, table

TITLE = term("dcterms:title")
_PART = pattern("section.part")
HEADING_RULE, PLAN_RULE = "graph.heading-states-goal", "graph.plan-of-next-year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """What one reading says, before any rule: the report's IRI, its graph, its contributions to the registries."""

    report: str
    graph: Graph
    triples: tuple[Triple, ...]
    """Of the graph, each once, in the order of writing."""
    entries: tuple[Entry, ...]
    nodes: tuple[tuple[Fact, str], ...]
    """Each fact with the node that it became, in order of the text."""
    sentences: tuple[str, ...]
    """The node of each sentence, by its order."""


def report_iri(document: Document, base: str = DEFAULT_BASE) -> str:
    """The name of a report: area and year; for another issuer than the government of the area, its body and year."""
    meta = document.meta
    body_key = ""
    issuers = meta.issuer.split("、") if meta.issuer else []
    placed = bool(names.area_key(meta.area))
    governs = {"government", "township"} if meta.area and meta.area.level == "township" else {"government"}
    if issuers and not (placed and any(kind_of_issuer(document, name) in governs for name in issuers)):
        level = meta.area.level if meta.area else None
        body = Linker(base, meta.area).body(issuers[0], kind_of_issuer(document, issuers[0]), level)
        body_key = body[1:-1].rsplit("/", 1)[1]
    return names.report(
        base,
        code=names.area_key(meta.area),
        body_key=body_key,
        year=meta.period_year,
        text_sha256=names.digest(document.text, 16),
    )


def kind_of_issuer(document: Document, name: str) -> str:
    """The kind of one issuer: what the document says where it has one, else by the name (of 县委、县人民政府 each its own)."""
    if document.meta.issuer == name and document.meta.issuer_kind:
        return document.meta.issuer_kind
    return issuer_kind(name)


def to_graph(reading: Reading, *, base: str = DEFAULT_BASE) -> Asserted:
    """The graph of one reading. The same reading gives the same bytes."""
    return _Writer(reading, base).write()


class _Writer:
    """Collects the triples of one report."""

    def __init__(self, reading: Reading, base: str) -> None:
        self.reading = reading
        self.document = reading.document
        self.base = base
        self.linker = Linker(base, self.document.meta.area)
        self.report = report_iri(self.document, base)
        self.node = iri(self.report)
        self.name = names.graph_of(self.report, base)
        self.names = names.Names()
        self.triples: list[Triple] = []
        self.sections = {section.key: section for section in reading.outline.sections}
        self.themes: dict[str, str] = {}
        self.goals: dict[str, str] = {}
        self.plan = ""

    def add(self, subject: str, predicate: str, value: str) -> None:
        self.triples.append((subject, predicate, value))

    def write(self) -> Asserted:
        self._report()
        for fact in self.reading.facts:  # known before the first sentence: an honour may go to what is named only later
            if isinstance(fact, Mention):
                self.linker.body(fact.name, fact.body_kind, fact.level)
            elif isinstance(fact, Programme):
                self.linker.programme(fact.name, fact.kind)
        for section in self.reading.outline.sections:
            self._section(section)
        by_sentence: dict[int, list[Fact]] = defaultdict(list)
        loose: list[Fact] = []
        for fact in self.reading.facts:
            (loose if fact.sentence is None else by_sentence[fact.sentence]).append(fact)
        self._plan(by_sentence)
        places: list[Place] = []
        nodes: list[tuple[Fact, str]] = []
        for sentence in self.reading.sentences:
            places.append(self._sentence(sentence, by_sentence[sentence.order]))
        for sentence, place in zip(self.reading.sentences, places, strict=True):
            found = write_statements(self, place, by_sentence[sentence.order])
            found += write_facts(self, place, by_sentence[sentence.order])
            nodes += sorted(found, key=lambda pair: pair[0].span)
        for fact in loose:
            nodes += write_facts(self, self._outside(fact.span), [fact])
        triples = tuple(dict.fromkeys(self.triples))
        return Asserted(
            report=self.report,
            graph=make_graph(self.name, triples),
            triples=triples,
            entries=self.linker.entries(),
            nodes=tuple(nodes),
            sentences=tuple(place.iri for place in places),
        )

    def provenance(self, subject: str, rule: str, confidence: float) -> None:
        """Which rule made a node, and how sure it is."""
        self.add(subject, fz("extractedBy"), self.linker.rule(rule))
        self.add(subject, fz("confidence"), _share(confidence))

    def span(self, subject: str, span: Span, quote: str) -> None:
        """Offsets and words of a piece of text."""
        self.add(subject, fz("inReport"), self.node)
        self.add(subject, fz("beginOffset"), integer(span.start))
        self.add(subject, fz("endOffset"), integer(span.end))
        self.add(subject, fz("quote"), text(quote))

    def _report(self) -> None:
        meta, add = self.document.meta, self.add
        add(self.node, TYPE, fz("Report"))
        title = " ".join((meta.title or "").split()) or f"法治政府建设年度报告（{self.document.source.name}）"
        add(self.node, TITLE, text(title, "zh"))
        add(self.node, LABEL, text(title, "zh"))
        add(self.node, fz("documentKind"), vocabulary.code("DocumentKinds", "report"))
        if meta.issuer:
            level = meta.area.level if meta.area else None
            for issuer in meta.issuer.split("、"):
                add(self.node, fz("issuer"), self.linker.body(issuer, kind_of_issuer(self.document, issuer), level))
        if place := names.area_key(meta.area):
            add(self.node, fz("jurisdiction"), iri(names.area(self.base, place)))
        for name, year in (("periodYear", meta.period_year), ("planYear", meta.plan_year)):
            if year:
                add(self.node, fz(name), integer(year))
        for name, day in (("published", meta.published), ("written", meta.written)):
            if day and is_day(day):
                add(self.node, fz(name), date(day))
        if meta.publisher:
            add(self.node, fz("sourceName"), text(meta.publisher))
        if meta.url and meta.url.startswith(("http://", "https://")) and not set(meta.url) & set(' <>"{}|\\^`'):
            add(self.node, term("dcterms:source"), iri(meta.url))
        for name, evidence in sorted(meta.evidence.items()):
            node = iri(f"{self.report}/meta/{name}")
            add(node, TYPE, fz("MetadataEvidence"))
            add(node, fz("inReport"), self.node)
            add(node, fz("metadataName"), text(name))
            add(node, fz("metadataSource"), vocabulary.code("MetadataSources", evidence.basis))
            if evidence.quote:
                add(node, fz("words"), text(" ".join(evidence.quote.split())))
        snapshot = describe_run(self)
        add(self.node, fz("hasText"), snapshot)

    def _section(self, section: Section) -> None:
        node, add = iri(names.section(self.report, section.key)), self.add
        quote = self.document.quote(section.span)
        add(node, TYPE, fz("Section"))
        self.span(node, section.span, quote)
        add(node, TITLE, text(section.title, "zh"))
        add(node, fz("headingNumber"), text(section.number))
        add(node, fz("headingLevel"), integer(section.level))
        add(node, fz("order"), integer(section.span.start))
        add(node, fz("extentEnd"), integer(max(section.extent.end, section.span.end)))
        if section.parent is not None:
            add(node, fz("parentSection"), iri(names.section(self.report, section.parent)))
        if section.level == 1 or section.parent is None or self.sections[section.parent].role != section.role:
            for role in _parts(section):
                add(node, fz("sectionRole"), vocabulary.code("SectionRoles", role))
        theme = theme_of(section.title) or self.themes.get(section.parent or "", "")
        self.themes[section.key] = theme
        if theme:
            add(node, fz("theme"), theme)
        if section.title and _states(section):
            self._heading(section, node, theme)

    def _heading(self, section: Section, node: str, theme: str) -> None:
        """A heading states an aim, one of the first level where it names no part of the report; under the shortcomings a shortcoming."""
        add = self.add
        kind, suffix = ("Problem", "problem") if section.role == "problem" else ("Goal", "goal")
        statement = f"{node[:-1]}/{suffix}>"
        add(statement, TYPE, fz(kind))
        add(statement, LABEL, text(section.title, "zh"))
        add(statement, fz("inReport"), self.node)
        add(statement, fz("statedIn"), node)
        if theme:
            add(statement, fz("theme"), theme)
        self.provenance(statement, HEADING_RULE, 1.0)
        if kind == "Goal":
            above = self.goal_of(section.parent)
            if above:
                add(statement, fz("parentGoal"), above)
            self.goals[section.key] = statement

    def goal_of(self, key: str | None) -> str | None:
        """The nearest goal that a section stands under, itself included."""
        while key is not None:
            if key in self.goals:
                return self.goals[key]
            key = self.sections[key].parent
        return None

    def _plan(self, by_sentence: dict[int, list[Fact]]) -> None:
        """The plan as a whole: stated in its section, else in its first sentence."""
        planned = [s for s in self.reading.sentences if any(_is_plan(fact) for fact in by_sentence[s.order])]
        section = next((s for s in self.reading.outline.sections if s.role == "plan"), None)
        if section is None and not planned:
            return
        meta = self.document.meta
        year = meta.plan_year or (meta.period_year + 1 if meta.period_year else None)
        self.plan = iri(f"{self.report}/plan")
        self.add(self.plan, TYPE, fz("Plan"))
        self.add(self.plan, LABEL, text(f"{year}年工作安排" if year else "下一年度工作安排", "zh"))
        self.add(self.plan, fz("inReport"), self.node)
        if year:
            self.add(self.plan, fz("planYear"), integer(year))
        place = names.section(self.report, section.key) if section else names.sentence(self.report, planned[0].text)
        self.add(self.plan, fz("statedIn"), iri(place))
        self.provenance(self.plan, PLAN_RULE, 1.0 if section else 0.7)

    def _sentence(self, sentence: Sentence, facts: list[Fact]) -> Place:
        node = iri(self.names.free(names.sentence(self.report, sentence.text)))
        self.add(node, TYPE, fz("Sentence"))
        self.span(node, sentence.span, sentence.text)
        self.add(node, fz("order"), integer(sentence.span.start))
        theme = ""
        if sentence.section is not None:
            self.add(node, fz("inSection"), iri(names.section(self.report, sentence.section)))
            theme = self.themes.get(sentence.section, "")
        theme = theme or theme_of(sentence.text)
        for kind in sorted({fact.kind for fact in facts if isinstance(fact, Statement)}) or ["background"]:
            self.add(node, fz("sentenceType"), vocabulary.code("SentenceTypes", kind))
        return Place(
            iri=node,
            begin=sentence.span.start,
            order=sentence.order,
            within=fz("inSentence"),
            goal=self.goal_of(sentence.section),
            theme=theme,
        )

    def _outside(self, span: Span) -> Place:
        """Where a fact outside the sentences stands: a heading, or the title lines of the report."""
        for section in self.reading.outline.sections:
            if span in section.span:
                node = iri(names.section(self.report, section.key))
                return Place(
                    iri=node,
                    begin=section.span.start,
                    order=None,
                    within=fz("inHeading"),
                    goal=None,
                    theme=self.themes[section.key],
                )
        return Place(iri=self.node, begin=0, order=None, within="", goal=None, theme="")


def _states(section: Section) -> bool:
    """强化政治引领，夯实组织基础 states an aim; 2023年主要工作, or 主要目标 without a number, only names a part of the report."""
    if section.role == "other":
        return False
    if section.level > 1:
        return bool(section.number) or section.role == "problem" or not _PART.search(section.title)
    return section.role in ("reported", "plan") and not _PART.search(section.title)


@cache
def _share(confidence: float) -> str:
    """A confidence as it is written: within 0 and 1, four places."""
    return decimal(round(min(max(confidence, 0.0), 1.0), 4))


def _parts(section: Section) -> tuple[str, ...]:
    """The required contents that a section gives: both halves of 存在的不足和下一步安排, none for the opening."""
    if section.role == "opening":
        return ()
    if section.role != "mixed":
        return (section.role,)
    rows = table("section_roles", "role", "where", "pattern", "example", key=3)
    problem = any(role == "problem" and re.search(pattern, shadow(section.title)) for role, _, pattern, _ in rows)
    return ("problem" if problem else "reported", "plan")


def _is_plan(fact: Fact) -> bool:
    return isinstance(fact, Statement) and fact.kind == "plan"


__all__ = ["SUFFIX", "Asserted", "report_iri", "to_graph"]
