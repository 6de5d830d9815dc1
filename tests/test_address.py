"""Shortcomings and the plan items that answer them: measured on pairs that a reader settled before the method was run."""

from pathlib import Path
from typing import Any

import yaml
from graph_samples import qingshi

from kg.corpus.document import Span
from kg.graph.address import addresses, answers
from kg.graph.digest import Digest, Stated
from kg.graph.quads import TYPE, fz
from kg.graph.report import graph_report

FOLDER = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "cases" / "address.yaml").read_text("utf-8"))
MEASURES = [case["measures"] for case in yaml.safe_load((FOLDER / "cases" / "follow.yaml").read_text("utf-8"))]
"""What else a report tells: by it the words are weighed that all sentences share."""


def digest(problems: list[str], plans: dict[str, tuple[str, str]], told: list[str]) -> Digest:
    rows = [(f"x{n}", "problem", text, "") for n, text in enumerate(problems)]
    rows += [(key, "plan", text, heading) for key, (heading, text) in plans.items()]
    rows += [(f"m{n}", "measure", text, "") for n, text in enumerate(told)]
    made = tuple(
        Stated(iri=f"urn:{k}", sentence=f"urn:s/{k}", kind=kind, span=Span(n, n + 1), quote=text, heading=heading)
        for n, (k, kind, text, heading) in enumerate(rows)
    )
    return Digest(
        report="urn:r", title="", issuer="r", area="", year=2023, plan_year=2024, statements=made, figures=()
    )  # fmt: skip


def found(one: Digest) -> dict[str, set[str]]:
    """The plan items that answer each shortcoming, by their keys."""
    given: dict[str, set[str]] = {}
    for answer in answers(one):
        given.setdefault(answer.problem.iri.removeprefix("urn:"), set()).add(answer.item.iri.removeprefix("urn:"))
    return given


def test_precision_and_recall() -> None:
    wanted = given = right = without = 0
    for n, case in enumerate(CASES):
        told = [text for measures in MEASURES[n % len(MEASURES) :][:2] for text in measures.values()]
        plans = {key: (plan["heading"], plan["text"]) for key, plan in case["plans"].items()}
        links = found(digest([problem["text"] for problem in case["problems"]], plans, told))
        for number, problem in enumerate(case["problems"]):
            expected, got = set(problem["found"]), links.get(f"x{number}", set())
            print(*([case["place"], problem["text"], expected, got] if expected != got else []))
            wanted, given, right = wanted + len(expected), given + len(got), right + len(expected & got)
            without += not expected
    precision, recall = right / given, right / wanted
    assert (wanted, without) == (26, 5)
    assert precision >= 0.9
    assert recall >= 0.8
    readme = (FOLDER.parent / "kg" / "graph" / "README.md").read_text("utf-8")
    assert f"{wanted} pairs and {without} shortcomings" in readme
    assert f"precision {precision:.2f}, recall {recall:.2f}" in readme


def test_one_of_several_things_admitted_is_answered() -> None:
    problem = "信访积案化解任务较重，边远乡镇公共法律服务资源配置不均，干部年龄结构老化，装备更新不及时，经费紧张。"
    plans = {"a": ("", "推动律师、公证等公共法律服务资源配置向边远乡镇倾斜。"), "b": ("", "开展宪法宣传周活动。")}
    told = list(MEASURES[0].values())
    assert found(digest([problem], plans, told)) == {"x0": {"a"}}


def test_the_heading_of_an_item_counts_and_what_only_leads_in_is_none() -> None:
    heading = "有效防范化解债务金融风险"
    plans = {"a": (heading, "盘活各类闲置资产。"), "b": (heading, "重点抓好三件事："), "c": ("", "办好民生实事。")}
    one = digest(["防范化解债务金融风险任务仍然较重。"], plans, list(MEASURES[1].values()))
    assert found(one) == {"x0": {"a"}}


def test_an_item_in_other_words_for_the_same_matter_answers() -> None:
    """重复检查 and 综合查一次 share a row of `follow_alike.tsv` and hardly a word."""
    plans = {"a": ("", "推行执法监管综合查一次，压减入企频次。"), "b": ("", "办好民生实事。")}
    assert found(digest(["多头检查、重复检查仍有发生。"], plans, list(MEASURES[0].values()))) == {"x0": {"a"}}


def test_a_link_stands_in_the_graph_with_its_score() -> None:
    plans = {"a": ("", "推进乡镇执法队伍规范化建设，充实一线执法力量。")}
    triples = addresses(digest(["乡镇一线执法力量不足。"], plans, list(MEASURES[0].values())))
    (link,) = [subject for subject, p, o in triples if p == TYPE and o == fz("AddressLink")]
    assert {p for subject, p, _ in triples if subject == link} == {
        TYPE, fz("addressingItem"), fz("addressedProblem"), fz("confidence")
    }  # fmt: skip
    assert graph_report(qingshi()).conforms
