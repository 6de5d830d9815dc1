"""A short report composed by the project, as a Reading made by hand: what the tests of the graph start from."""

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.corpus.document import Area, Document, Genre, Meta, Span
from kg.corpus.outline import Outline, Section
from kg.corpus.sentence import Sentence
from kg.corpus.source import Source
from kg.extract import fact as f
from kg.graph.audit import audit
from kg.graph.triples import to_graph
from kg.lexicon import shadow

# 青石县 is invented; so is every word of its report.
AREA = Area(
    code="330299",
    name="青石县",
    level="county",
    parents=(Area(code="330000", name="浙江省", level="province"), Area(code="330200", name="宁波市", level="city")),
)
LINES = (
    "一、2023年主要举措和成效",
    "(一)强化行政争议化解",
    "县司法局牵头对县水利局、县教育局开展专项督察,办结行政复议案件120件,调处成功率从91.5%上升到96%。",
    "获评全省法治政府建设示范县。",
    "印发《青石县行政复议规范》,上线“石上和”平台。",
    "二、存在的不足",
    "基层行政争议化解力量不足。",
    "三、2024年工作安排",
    "(一)充实争议化解力量",
    "2024年,新建行政争议调解工作室1—2个,充实基层行政争议化解力量。",
)


class Sample:
    """Builds a reading over the lines above; spans are looked up in the text."""

    def __init__(self, lines: tuple[str, ...] = LINES, *, year: int = 2023, area: Area | None = AREA) -> None:
        self.text = "\n".join(lines)
        self.lines = lines
        self.year, self.area = year, area
        self.facts: list[f.Fact] = []
        self.sentences: list[Sentence] = []
        self.sections: list[Section] = []

    def span(self, words: str, inside: Span | None = None) -> Span:
        """Where words stand (first place, or first inside a span)."""
        start = self.text.index(words, inside.start if inside else 0)
        return Span(start, start + len(words))

    def section(self, line: str, key: str, number: str, role: Any, level: int = 1, parent: str | None = None) -> None:
        span = self.span(line)
        extent = Span(span.start, len(self.text))
        title = line.removeprefix(number)
        self.sections.append(
            Section(
                key=key, number=number, title=title, level=level, parent=parent, role=role, span=span, extent=extent
            )
        )

    def sentence(self, line: str, section: str | None, *kinds: Any) -> int:
        span, order = self.span(line), len(self.sentences)
        self.sentences.append(Sentence(order=order, section=section, span=span, text=line, clauses=(span,)))
        for kind in kinds:
            self.facts.append(f.Statement(span=span, quote=line, sentence=order, rule="statement.test", kind=kind))
        return order

    def add(self, cls: Any, words: str, order: int, **more: Any) -> f.Fact:
        """A fact of some kind over words of a sentence."""
        span = self.span(words, self.sentences[order].span)
        made = cls(span=span, quote=words, sentence=order, rule=f"{cls.__name__.lower()}.test", confidence=0.9, **more)
        self.facts.append(made)
        return made

    def figure(self, words: str, order: int, name: str, value: str | None, unit: str, **more: Any) -> None:
        number = None if value is None else Decimal(value)
        more = {key: Decimal(v) if key in {"former_value", "value_max"} else v for key, v in more.items()}
        self.add(f.Figure, words, order, name=name, name_raw=name, indicator=None, value=number, unit=unit, **more)

    def reading(self, **meta: Any) -> f.Reading:
        given: dict[str, Any] = {
            "title": f"青石县{self.year}年法治政府建设年度报告",
            "issuer": "青石县人民政府",
            "issuer_kind": "government",
            "area": self.area,
            "period_year": self.year,
            "plan_year": self.year + 1,
            "published": f"{self.year + 1}-03-20",
        } | meta
        data = self.text.encode()
        source = Source(path=Path("qingshi.txt"), url=None, sha256=hashlib.sha256(data).hexdigest(), data=data)
        document = Document(
            source=source,
            text=self.text,
            shadow=shadow(self.text),
            blocks=(),
            meta=Meta(evidence={}, **given),
            genre=Genre(accepted=True, name="annual-report", reason=""),
        )
        return f.Reading(
            document=document,
            outline=Outline(sections=tuple(self.sections)),
            sentences=tuple(self.sentences),
            facts=tuple(sorted(self.facts, key=lambda fact: fact.span)),
            masks=(),
            unread=(),
        )


def qingshi(lines: tuple[str, ...] = LINES, **meta: Any) -> f.Reading:
    """The sample report: every kind of fact once, and a plan that answers the problem."""
    s = Sample(lines)
    heads = [line for line in lines if line[0] in "一二三("]
    s.section(heads[0], "1", "一、", "reported")
    s.section(heads[1], "1.1", "(一)", "reported", 2, "1")
    s.section(heads[2], "2", "二、", "problem")
    s.section(heads[3], "3", "三、", "plan")
    s.section(heads[4], "3.1", "(一)", "plan", 2, "3")
    body = [line for line in lines if line not in heads][-5:]
    one = s.sentence(body[0], "1.1", "measure", "result")
    s.add(f.Mention, "县司法局", one, name="青石县司法局", body_kind="department", level="county")
    s.add(f.Mention, "县水利局", one, name="青石县水利局", body_kind="department", level="county")
    s.add(f.Mention, "县教育局", one, name="青石县教育局", body_kind="department", level="county")
    s.add(f.Action, "开展", one, verb="开展", object="专项督察")
    s.add(f.Action, "办结", one, verb="办结", object="行政复议案件")
    s.add(f.Involvement, "县司法局", one, body="青石县司法局", role="lead")
    s.add(f.Involvement, "县水利局", one, body="青石县水利局", role="target")
    s.add(f.Involvement, "县教育局", one, body="青石县教育局", role="target")
    s.figure("120件", one, "行政复议办结数", "120", "件", year=2023)
    s.figure("从91.5%上升到96%", one, "调处成功率", "96", "%", former_value="91.5", direction="up", year=2023)
    two = s.sentence(body[1], "1.1", "result")
    s.add(f.Action, "获评", two, verb="获评", object="全省法治政府建设示范县")
    s.add(
        f.Honour,
        "全省法治政府建设示范县",
        two,
        name="全省法治政府建设示范县",
        recipient="青石县",
        grantor=None,
        level="province",
    )
    three = s.sentence(body[2], "1.1", "measure")
    s.add(f.Action, "印发", three, verb="印发", object="《青石县行政复议规范》")
    s.add(
        f.Citation, "青石县行政复议规范", three, title="青石县行政复议规范", number="青政发〔2023〕5号", document_kind="measures",
        relation="issues",
    )  # fmt: skip
    s.add(f.Programme, "石上和", three, name="石上和", kind="platform")
    s.sentence(body[3], "2", "problem")
    five = s.sentence(body[4], "3.1", "plan")
    s.add(f.Action, "新建", five, verb="新建", object="行政争议调解工作室")
    s.figure("1—2个", five, "新建行政争议调解工作室数", "1", "个", value_max="2", year=2024, target=True)
    return s.reading(**meta)


def found_in(reading: f.Reading) -> list[tuple[str, str]]:
    """(rule, value) of every finding of the audit."""
    return [(finding.rule.removeprefix("audit."), finding.value) for finding in audit(reading, to_graph(reading))]
