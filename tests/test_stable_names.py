"""Names of things hold when the text before them changes and when the reading gets better."""

from dataclasses import replace

from graph_samples import LINES, Sample, qingshi

from kg.corpus.document import Span
from kg.extract.fact import Action, Involvement, Mention, Reading, Statement
from kg.graph.quads import TYPE, fz
from kg.graph.report import graph_report
from kg.graph.triples import to_graph

REPORT = "https://w3id.org/fazhi/id/report/330299/2023"


def names_of(reading: Reading) -> set[str]:
    return {subject for subject, _, _ in to_graph(reading).graph.triples()}


def test_text_before_it_moves_offsets_but_no_names() -> None:
    before, after = names_of(qingshi()), names_of(qingshi(("青石县人民政府网站", *LINES)))
    kept = {name for name in before if "/text/" not in name}
    assert len(kept) > 40
    assert kept <= after


def test_a_name_in_the_title_is_named_by_its_words() -> None:
    def read(lines: tuple[str, ...]) -> Reading:
        reading = qingshi(lines)
        start = reading.document.text.index("青石县人民政府信息")
        span = Span(start, start + 7)
        issuer = Mention(
            span=span, quote="青石县人民政府", sentence=None, rule="body.test", name="青石县人民政府",
            body_kind="government", level="county",
        )  # fmt: skip
        return replace(reading, facts=(issuer, *reading.facts))

    source = "青石县人民政府信息公开"
    before, after = names_of(read((source, *LINES))), names_of(read(("首页", "当前位置", source, *LINES)))
    (named,) = (name for name in before if "/m-" in name)
    assert named in after
    assert {name for name in before if "/text/" not in name} <= after


def test_a_changed_sentence_changes_its_own_names_only() -> None:
    changed = tuple(line.replace("办结行政复议案件120件", "办结行政复议案件一批120件") for line in LINES)
    before, after = names_of(qingshi()), names_of(qingshi(changed))
    gone = {name for name in before - after if "/text/" not in name}
    stem = next(name for name in gone if name.endswith("/measure>")).removesuffix("/measure>")
    assert gone
    assert all(name.startswith(stem.rstrip(">")) for name in gone)


def test_a_better_reading_keeps_the_names_of_what_did_not_change() -> None:
    reading = qingshi()
    fewer = replace(reading, facts=tuple(fact for fact in reading.facts if not isinstance(fact, Involvement)))
    before = names_of(reading)
    lost = before - names_of(fewer)
    assert lost
    assert all("/inv-" in name for name in lost)


def test_a_repeated_sentence_gets_a_name_of_its_own() -> None:
    s = Sample(("加强普法。", "加强普法"))
    for start, end in ((0, 5), (6, 10)):
        order = s.sentence("加强普法", None, "measure")
        s.sentences[order] = replace(s.sentences[order], span=Span(start, end))
    graph = to_graph(s.reading()).graph
    sentences = sorted(s_ for s_, p, o in graph.triples() if p == TYPE and o == fz("Sentence"))
    assert len(sentences) == 2
    assert sentences[0].rstrip(">") + "-2>" in sentences or sentences[1].rstrip(">") + "-2>" in sentences


def test_what_is_not_known_is_left_out_and_said() -> None:
    s = Sample(("加强普法。",), area=None)
    s.sentence("加强普法。", None, "measure")
    found = graph_report(s.reading(issuer=None, issuer_kind=None, period_year=None, plan_year=None, published=None))
    assert found.conforms
    assert "/undated-" in found.report
    rules = {f.rule for f in found.findings if f.severity == "warning"}
    assert {"shape.ReportIssuer", "shape.ReportPlace", "shape.ReportYear"} <= rules


def test_the_report_of_a_department_is_named_by_its_body() -> None:
    reading = qingshi(issuer="青石县司法局", issuer_kind="department")
    assert to_graph(reading).report.startswith("https://w3id.org/fazhi/id/report/330299-")
    assert to_graph(reading).report.endswith("/2023")


def test_a_report_of_party_and_government_is_the_governments_report() -> None:
    reading = qingshi(issuer="中共青石县委、青石县人民政府", issuer_kind="party")
    asserted = to_graph(reading)
    assert asserted.report == REPORT
    issuers = {o for _, p, o in asserted.graph.triples() if p == fz("issuer")}
    kinds = {e.object for e in asserted.entries if e.subject in issuers and e.predicate == fz("bodyKind")}
    assert kinds == {fz("kind-party"), fz("kind-government")}


def test_statements_without_a_type_are_background() -> None:
    s = Sample(("思想是行动的先导。",))
    order = s.sentence("思想是行动的先导。", None)
    s.add(Action, "先导", order, verb="先导", object="行动")
    graph = to_graph(s.reading()).graph
    assert [1 for _, p, o in graph.triples() if p == TYPE and o == fz("Background")] == [1]
    assert not [fact for fact in s.reading().facts if isinstance(fact, Statement)]
