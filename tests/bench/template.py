"""Sentences by template: the words of one with all that is drawn in them, and what they say, noted in the report's gold."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.lexicon.divisions import Division, parents

GRAMMAR = Path(__file__).with_name("grammar.yaml")
MARK = re.compile(
    r"\[(?P<verb>[^|\]]+)\|(?P<object>[^\]]+)\]|\{(?P<tag>\w+) (?P<rest>[^}]*)\}|\{(?P<choice>[^{} ]+/[^{} ]+)\}"
)


@cache
def grammar() -> Mapping[str, Any]:
    """The grammar as it stands in its file."""
    found: Mapping[str, Any] = yaml.safe_load(GRAMMAR.read_text("utf-8"))
    return found


@dataclass
class Report:
    """One composed report: its text so far and what it says."""

    area: Division
    year: int
    draw: random.Random
    style: Mapping[str, Any]
    text: str = ""
    gold: dict[str, Any] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    """Topic → sentence, for the year after."""
    done: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    drawn: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Seed of a long sentence → its template and its words: who takes over the seed takes over the sentence."""

    @property
    def name(self) -> str:
        return f"{self.area.code}-{self.year}"

    def add(self, text: str) -> tuple[int, int]:
        """Append text; its span."""
        start = len(self.text)
        self.text += self.flat(text)
        return start, len(self.text)

    def flat(self, text: str) -> str:
        """In half-width punctuation, where the style has it."""
        return text.translate(str.maketrans("，：；（）", ",:;()")) if self.style["half"] else text


def add_section(report: Report, number: str, title: str, level: int, parent: str | None) -> str:
    start, opening = report.add(number)
    _words(report, title, {}, [], "")  # a title names schemes, and tells no deed
    end = len(report.text)
    identity = f"S{len(report.gold['sections']) + 1}"
    report.gold["sections"].append(
        {
            "id": identity,
            "number": report.flat(number),
            "title": report.text[opening:end],
            "level": level,
            "parent": parent,
            "start": start,
            "end": end,
            "quote": report.text[start:end],
        }
    )
    return identity


def add_sentence(report: Report, template: Mapping[str, Any], section: str | None) -> str:
    start = len(report.text)
    told: dict[str, Any] = {"actions": [], "actors": [], "refers": []}
    figures: list[dict[str, Any]] = []
    identity = f"s{len(report.gold['sentences']) + 1}"
    _words(report, template["text"], told, figures, identity)
    if rate := template.get("rate"):
        _spoil(report, figures, rate)
    report.gold["sentences"].append(
        {
            "id": identity,
            "section": section,
            "start": start,
            "end": len(report.text),
            "quote": report.text[start:],
            "types": template["types"],
            **told,
        }
    )
    return report.text[start:]


def _words(report: Report, text: str, told: dict[str, Any], figures: list[dict[str, Any]], sentence: str) -> None:
    """The words of a template, its marks replaced; what they say is noted."""
    position = 0
    for mark in MARK.finditer(text):
        report.add(text[position : mark.start()])
        position = mark.end()
        if mark["verb"]:
            start, _ = report.add(mark["verb"])
            _words(report, mark["object"], told, figures, sentence)
            told["actions"].append({"verb": mark["verb"], "object": report.text[start + len(mark["verb"]) :]})
        elif mark["choice"]:
            report.add(report.draw.choice(mark["choice"].split("/")))
        else:
            _thing(report, mark["tag"], mark["rest"], told, figures, sentence)
    report.add(text[position:])


def _thing(
    report: Report, tag: str, rest: str, told: dict[str, Any], figures: list[dict[str, Any]], sentence: str
) -> None:
    """A body, figure, document or honour inside a sentence."""
    if tag == "fig":
        figures.append(_figure(report, rest, figures, sentence))
        report.gold["indicators"].append(figures[-1])
    elif tag == "doc":
        title, kind, relation = rest.split("|")
        start, end = report.add(f"《{title}》")
        report.gold["documents"].append({"title": report.flat(title), "kind": kind, "start": start + 1, "end": end - 1})
        told["refers"].append({"title": report.flat(title), "relation": relation})
    elif tag == "honour":
        award = rest.replace("全省", f"全{_above(report.area)[-1]}")
        start, end = report.add(f"“{award}”")
        honour: dict[str, Any] = {
            "name": award,
            "recipient": None,
            "grantor": None,
            "level": "province",
            "sentence": sentence,
        }
        report.gold["honours"].append({**honour, "start": start + 1, "end": end - 1, "quote": award})
    elif tag == "fields":
        report.add("、".join(report.draw.sample(grammar()["fields"], int(rest))))
    elif tag == "brand":
        start, end = report.add(f"“{''.join(report.draw.choices(grammar()['syllables'], k=4))}”")
        name = report.text[start + 1 : end - 1]
        report.gold["programmes"].append({"name": name, "kind": rest, "start": start + 1, "end": end - 1})
    elif tag == "named":
        name, kind = rest.split("|")
        start, end = report.add(name)
        report.gold["programmes"].append({"name": name, "kind": kind, "start": start, "end": end})
    elif tag == "body":
        name, _, role = rest.partition("|")
        start, end = report.add(name)
        report.gold["bodies"].append({"name": name, "start": start, "end": end})
        if role:
            told["actors"].append({"body": name, "role": role})
    elif tag == "own":
        start, end = report.add(rest.removeprefix("人民"))
        report.gold["bodies"].append({"name": report.area.name + rest, "start": start, "end": end})
    elif tag == "above":
        own = _above(report.area)
        office = rest.replace("厅", "局") if own == "市" else rest
        start, end = report.add(f"{own}{office}")
        name = f"{parents(report.area)[0].name}{office}"
        report.gold["bodies"].append({"name": name, "start": start, "end": end})
        told["actors"].append({"body": name, "role": "grantor"})
    else:
        if tag == "some":
            named = {actor["body"] for actor in told["actors"]}
            free = [body for body in grammar()["bodies"] if report.area.name + body not in named]
            tag, rest = rest, report.draw.choice(free)
        kind = report.area.name[-1] if report.area.name[-1] in "县市区旗" else "县"
        start, end = report.add(f"{kind}{rest}")
        name = f"{report.area.name}{rest}"
        report.gold["bodies"].append({"name": name, "start": start, "end": end})
        told["actors"].append({"body": name, "role": tag})


def _above(area: Division) -> str:
    """What a report of a place calls its province: 省, 自治区, or 市 below Beijing and its like."""
    province = parents(area)[0].name
    return next(word for word in ("自治区", "市", "省") if province.endswith(word))


def _figure(report: Report, rest: str, figures: list[dict[str, Any]], sentence: str) -> dict[str, Any]:
    name, unit, bounds, *more = rest.split("|")
    draw = report.draw
    if bounds == "share":
        value = Decimal(int(Decimal(str(figures[-1]["value"])) * Decimal(draw.randint(900, 995)) / 1000))
    elif bounds == "rate":
        part, of = Decimal(str(figures[-1]["value"])), Decimal(str(figures[-2]["value"]))
        value = (part * 100 / of).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if draw.random() < 0.1:
            value -= Decimal(draw.randint(20, 90)) / 10
    else:
        least, most = (int(bound) for bound in bounds.split("-"))
        value = Decimal(draw.randint(least, most))
    over = bounds not in ("share", "rate") and unit != "%" and not more and value > 100 and draw.random() < 0.15
    shown = f"{value // 10 * 10}余" if over else f"不少于{value}" if more else f"{value}"
    value = value // 10 * 10 if over else value
    qualifier = "over" if over else more[0] if more else "exact"
    start, end = report.add(f"{shown}{unit}")
    return {
        "id": f"i{len(report.gold['indicators']) + 1}",
        "sentence": sentence,
        "name": name,
        "value": int(value) if value == value.to_integral_value() else float(value),
        "value_max": None,
        "unit": unit,
        "qualifier": qualifier,
        "change_from": None,
        "direction": None,
        "year": report.year,
        "start": start,
        "end": end,
        "quote": report.text[start:end],
    }


def _spoil(report: Report, figures: list[dict[str, Any]], rate: list[int]) -> None:
    """Note a rate that does not fit its counts."""
    whole, part, share = (figures[at] for at in rate)
    right = Decimal(str(part["value"])) * 100 / Decimal(str(whole["value"]))
    if "exact" == whole["qualifier"] == part["qualifier"] and abs(right - Decimal(str(share["value"]))) > 1:
        report.wrong.append(share["quote"])
