"""Audit: what a report claims, held against itself and against tables; exact arithmetic, each finding with its words.

The rules stand in audit_figures, audit_changes, audit_text, audit_law and (over years and places) audit_years. A rule that cannot be sure keeps silent.
"""

from collections import defaultdict
from dataclasses import dataclass

from kg.corpus.document import Document, Span
from kg.corpus.sentence import Sentence
from kg.extract.fact import Fact, Figure, Reading
from kg.graph.finding import Finding, Quote, Severity
from kg.graph.triples import Asserted


@dataclass(frozen=True, slots=True)
class Case:
    """One report as the rules of the audit see it."""

    reading: Reading
    report: str
    sentences: dict[int, str]
    """IRI of each sentence, by its order."""
    nodes: dict[int, str]
    """IRI of each fact, by its identity."""

    @property
    def document(self) -> Document:
        """The document read."""
        return self.reading.document

    def figures(self) -> dict[int, list[Figure]]:
        """The figures of each sentence, in order of the text."""
        found: dict[int, list[Figure]] = defaultdict(list)
        for fact in self.reading.facts:
            if isinstance(fact, Figure) and fact.sentence is not None:
                found[fact.sentence].append(fact)
        return found

    def sentence(self, order: int) -> Sentence:
        """A sentence by its order."""
        return self.reading.sentences[order]

    def node(self, fact: Fact) -> str:
        """IRI of a fact."""
        return self.nodes.get(id(fact), "")

    def words(self, fact: Fact) -> Quote:
        """A fact as evidence: its words and its sentence."""
        place = self.sentences.get(fact.sentence, "") if fact.sentence is not None else ""
        return Quote(quote=fact.quote, span=fact.span, node=place)

    def cut(self, span: Span, order: int | None) -> Quote:
        """A stretch of the text as evidence."""
        place = self.sentences.get(order, "") if order is not None else ""
        return Quote(quote=self.document.quote(span), span=span, node=place)

    def finding(
        self,
        rule: str,
        messages: tuple[str, str],
        evidence: tuple[Quote, ...],
        *,
        severity: Severity = "warning",
        focus: str = "",
        value: str = "",
    ) -> Finding:
        """A finding about this report; messages in Chinese and English."""
        return Finding(
            severity=severity,
            rule=f"audit.{rule}",
            report=self.report,
            focus=focus or self.report,
            message_zh=messages[0],
            message_en=messages[1],
            evidence=evidence,
            value=value,
        )


def audit(reading: Reading, asserted: Asserted) -> tuple[Finding, ...]:
    """Findings about one report, in order of the rules, then of the text."""
    from kg.graph.audit_changes import changes
    from kg.graph.audit_figures import FIGURE_RULES
    from kg.graph.audit_text import TEXT_RULES

    case = Case(
        reading=reading,
        report=asserted.report,
        sentences={s.order: n.strip("<>") for s, n in zip(reading.sentences, asserted.sentences, strict=True)},
        nodes={id(fact): node.strip("<>") for fact, node in asserted.nodes},
    )
    return tuple(finding for rule in (*FIGURE_RULES, changes, *TEXT_RULES) for finding in rule(case))
