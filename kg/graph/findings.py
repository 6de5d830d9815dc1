"""Findings as triples: each with its severity, its rule, its words and the places in the text that it rests on."""

from collections.abc import Iterable
from functools import cache

from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.finding import Finding
from kg.graph.namespaces import DEFAULT_BASE, graph_base
from kg.graph.quads import TYPE, Graph, Triple, fz, iri, make_graph, term, text
from kg.graph.registry import Entry
from kg.lexicon import table


@cache
def _rules() -> dict[str, tuple[str, str, str]]:
    """What each rule is called in Chinese and in English, and the matter that it checks."""
    rows = table("finding_rules", "rule", "name", "english", "matter")
    return {rule: (name, english, matter) for rule, name, english, matter in rows}


def once(audited: tuple[Finding, ...], shaped: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Both, the shapes first, without what a shape says of a thing that the audit says under the same name, and closer."""
    closer = {(_rules()[finding.rule], finding.focus) for finding in audited if finding.rule in _rules()}
    return tuple(f for f in shaped if (_rules().get(f.rule), f.focus) not in closer) + audited


def findings_graph(
    findings: Iterable[Finding], report: str, *, base: str = DEFAULT_BASE
) -> tuple[Graph, tuple[Entry, ...]]:
    """The graph `<report>/findings` and the rules for the provenance. Violations stay out: their report is not published."""
    triples, rules = _describe(findings, base)
    return make_graph(names.graph_of(report, base, "findings"), triples), rules


def shared_findings_graph(findings: Iterable[Finding], *, base: str = DEFAULT_BASE) -> tuple[Graph, tuple[Entry, ...]]:
    """The graph `findings`: those that rest on several reports."""
    triples, rules = _describe(findings, base)
    return make_graph(f"{graph_base(base)}findings", triples), rules


def _describe(findings: Iterable[Finding], base: str) -> tuple[list[Triple], tuple[Entry, ...]]:
    triples: list[Triple] = []
    rules: set[Entry] = set()
    handed = names.Names()
    for finding in findings:
        if finding.severity == "violation":
            continue
        rule = iri(names.rule(base, finding.rule))
        rules.add(Entry("provenance", rule, TYPE, fz("ExtractionRule")))
        rules.add(Entry("provenance", rule, term("skos:notation"), text(finding.rule)))
        name, english, matter = _rules().get(finding.rule, (finding.rule, finding.rule, "form"))
        rules.add(Entry("provenance", rule, term("rdfs:label"), text(name, "zh")))
        rules.add(Entry("provenance", rule, term("rdfs:label"), text(english, "en")))
        key = "|".join(
            (finding.rule, finding.focus.removeprefix(base), *(e.quote for e in finding.evidence), finding.value)
        )
        node = iri(handed.free(f"{finding.report}/finding/{names.digest(key, 10)}"))
        triples += [
            (node, TYPE, fz("Finding")),
            (node, fz("severity"), vocabulary.code("Severities", finding.severity)),
            (node, fz("matter"), vocabulary.code("FindingMatters", matter)),
            (node, fz("foundBy"), rule),
            (node, fz("inReport"), iri(finding.report)),
            (iri(finding.report), fz("highlight"), node),
            (node, fz("message"), text(finding.message_zh, "zh")),
            (node, fz("message"), text(finding.message_en, "en")),
            (node, fz("about"), iri(finding.focus or finding.report)),
        ]
        for quote in finding.evidence:
            if quote.node:
                triples.append((node, fz("evidence"), iri(quote.node)))
    return triples, tuple(sorted(rules))
