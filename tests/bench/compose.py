"""Composes truthful test corpora: reports by grammar, with drawn places, years and figures and every answer known.

    python tests/bench/compose.py FOLDER [--reports 100] [--seed 1] [--characters 6000]

FOLDER gets reports/NAME.txt (or .html) with sources.tsv, gold/NAME.json in the form of the annotation guide, and
answers.json: which plans were carried out, which are open, which figures do not add up, which sentences were copied
from another report. The same seed gives the same bytes. Without --characters a report has some 900, which is enough
for tests; real ones have about 6,000.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import kg.lexicon
from kg.lexicon.divisions import Division, by_code, parents

DIVISIONS = Path(kg.lexicon.__file__).with_name("divisions.tsv")
GRAMMAR = Path(__file__).with_name("grammar.yaml")
NUMERALS = "一二三四五六七八九十"
COLUMNS = ("file", "title", "issuer", "code", "period_year", "published", "source", "url", "sha256", "expected")
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


def compose(
    area: Division,
    year: int,
    seed: int,
    before: Report | None = None,
    *,
    near: Report | None = None,
    characters: int = 0,
) -> Report:
    """One report; `before` is that of the same place for the year before, whose plans it takes up or not.

    It copies some sentences of that one, or of `near`, and is filled up to about so many characters.
    """
    draw = random.Random(f"{seed}/{area.code}/{year}")
    style = {
        "half": draw.random() < 0.3,
        "run_in": draw.random() < 0.4,
        "furniture": draw.random() < 0.6,
        "addressee": draw.random() < 0.3,
        "leadership": draw.choice(["before", "after", "none"]),
        "html": draw.random() < 0.25,
    }
    report = Report(area=area, year=year, draw=draw, style=style)
    words = {"place": area.name, "year": year, "next": year + 1, "date": f"{year + 1}-03-{draw.randint(1, 31):02d}"}
    title = draw.choice(grammar()["titles"]).format(**words)
    report.gold = {
        "meta": {
            "title": report.flat(title),
            "issuer": f"{area.name}人民政府",
            "jurisdiction": "".join(d.name for d in parents(area)) + area.name,
            "period_year": year,
            "plan_year": year + 1,
            "published": words["date"] if style["furniture"] else None,
        },
        **{key: [] for key in ("sections", "sentences", "bodies", "indicators", "documents", "honours", "programmes")},
    }
    _body(report, words, title, before, near, characters)
    _gather(report)
    return report


def _body(
    report: Report,
    words: Mapping[str, Any],
    title: str,
    before: Report | None,
    near: Report | None,
    characters: int,
) -> None:
    draw, style, book = report.draw, report.style, grammar()
    if style["furniture"]:
        report.add(draw.choice(book["furniture"]["before"]) + "\n")
    report.add(title + "\n")
    if style["furniture"]:
        report.add(draw.choice(book["furniture"]["date"]).format(**words) + "\n")
    if style["addressee"]:
        report.add("市人民政府：\n")
    kind = report.area.name[-1] if report.area.name[-1] in "县市区旗" else "县"
    for template in book["opening"]:
        words_of = template["text"].replace("{year}", str(report.year)).replace("{我县}", f"我{kind}")
        _sentence(report, {**template, "text": words_of}, None)
    report.add("\n")
    order = ["reported", "problem", "plan"]
    if style["leadership"] != "none":
        order.insert(1 if style["leadership"] == "before" else 2, "leadership")
    themes = draw.sample(sorted(book["themes"]), draw.randint(3, 5))
    for number, role in enumerate(order):
        heading = draw.choice(book["headings"][role]).format(**words)
        top = _section(report, f"{NUMERALS[number]}、", heading, 1, None)
        report.add("\n")
        if role in ("reported", "plan"):
            for at, theme in enumerate(themes):
                _theme(report, top, at, theme, role, before)
                if role == "reported" and (at + 1) * characters > len(themes) * 1000:
                    _more(report, near, before, (at + 1) * (characters - 500) // len(themes))
        else:
            several = book["leadership"] if role == "leadership" else [book["themes"][t]["problem"][0] for t in themes]
            for template in several:
                _sentence(report, template, top)
            report.add("\n")
    if style["furniture"]:
        report.add(draw.choice(book["furniture"]["after"]) + "\n")


def _theme(report: Report, top: str, at: int, theme: str, role: str, before: Report | None) -> None:
    book = grammar()["themes"][theme]
    section = _section(report, f"（{NUMERALS[at]}）", report.draw.choice(book["titles"]), 2, top)
    report.add("。" if report.style["run_in"] else "\n")
    if role == "plan":
        for template in report.draw.sample(book["plan"], report.draw.randint(1, len(book["plan"]))):
            report.plans[template["topic"]] = _sentence(report, template, section)
    else:
        planned = before.plans if before else {}
        for template in report.draw.sample(book["reported"], report.draw.randint(2, len(book["reported"]))):
            words = _sentence(report, template, section)
            if template.get("topic") in planned:
                report.done[template["topic"]] = words
        for template in book["plan"]:
            if template["topic"] in planned.keys() - report.done.keys() and report.draw.random() < 0.6:
                done = {"types": ["measure", "result"], "text": template["done"]}
                report.done[template["topic"]] = _sentence(report, done, section)
        if report.draw.random() < 0.2 and not report.gold["honours"]:  # an honour told twice is one honour
            _sentence(report, report.draw.choice(grammar()["honours"]), section)
    report.add("\n")


def _more(report: Report, near: Report | None, before: Report | None, until: int) -> None:
    """Sentences up to so many characters, some of them those of another report, in paragraphs of their own."""
    draw, templates = report.draw, grammar()["more"]
    above = report.gold["sections"][-1]["id"]
    for source, chance in ((before, 0.3), (near, 0.1)):
        if source and source.drawn and draw.random() < chance:
            taken = draw.sample(sorted(source.drawn), min(len(source.drawn), draw.randint(1, 3)))
            for seed in sorted(set(taken) - set(report.drawn)):
                _drawn(report, source.drawn[seed][0], seed, above)
    while len(report.text) < until:
        _drawn(report, draw.randrange(len(templates)), f"{report.name}/{len(report.text)}", above)
        if draw.random() < 0.3:
            report.add("\n")
    if not report.text.endswith("\n"):
        report.add("\n")


def _drawn(report: Report, at: int, seed: str, section: str) -> None:
    """A long sentence: all that is drawn in it comes from its own seed."""
    template = grammar()["more"][at]
    own, report.draw = report.draw, random.Random(seed)
    text = _sentence(report, template, section)
    report.draw = own
    if template.get("copied"):
        report.drawn[seed] = at, text


def _section(report: Report, number: str, title: str, level: int, parent: str | None) -> str:
    start, end = report.add(number + title)
    identity = f"S{len(report.gold['sections']) + 1}"
    report.gold["sections"].append(
        {
            "id": identity,
            "number": report.flat(number),
            "title": report.flat(title),
            "level": level,
            "parent": parent,
            "start": start,
            "end": end,
            "quote": report.text[start:end],
        }
    )
    return identity


def _sentence(report: Report, template: Mapping[str, Any], section: str | None) -> str:
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
        start, end = report.add(rest)
        report.gold["bodies"].append({"name": rest, "start": start, "end": end})
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


def _gather(report: Report) -> None:
    """Bring what was noted one by one into the form of the guide."""
    for kind, key in (("bodies", "name"), ("documents", "title"), ("programmes", "name")):
        found: dict[str, dict[str, Any]] = {}
        for item in report.gold[kind]:
            place = {"start": item.pop("start"), "end": item.pop("end")}
            place["quote"] = report.text[place["start"] : place["end"]]
            found.setdefault(item[key], {**item, "mentions": []})["mentions"].append(place)
        report.gold[kind] = list(found.values())


def corpus(reports: int, seed: int, *, years: int = 4, last: int = 2024, characters: int = 0) -> Iterator[Report]:
    """So many reports: places drawn without repetition, each with several years in a row."""
    places = [area for code in _counties() if (area := by_code(code))]
    random.Random(seed).shuffle(places)
    made = 0
    near: dict[int, Report] = {}
    for area in places:
        before: Report | None = None
        for year in range(last - years + 1, last + 1):
            if made == reports:
                return
            before = compose(area, year, seed, before, near=near.get(year), characters=characters)
            near[year] = before
            made += 1
            yield before
    raise ValueError(f"{made} reports at most, not {reports}")


@cache
def _counties() -> tuple[str, ...]:
    rows = (line.split("\t") for line in DIVISIONS.read_text("utf-8").splitlines() if line[:1].isdigit())
    return tuple(row[0] for row in rows if row[0][4:] != "00" and not row[2])


def page(report: Report) -> str:
    """The report as a page of a government's site."""
    lines = "".join(f"<p>{line}</p>\n" for line in report.text.splitlines() if line)
    title = report.gold["meta"]["title"]
    head = f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f'{head}<body><div class="nav"><a href="/">首页</a></div><div class="article">{lines}</div></body></html>\n'


def write(folder: Path, reports: int, seed: int, *, characters: int = 0) -> None:
    """Write a corpus with its register and its answers."""
    inbox, gold = folder / "reports", folder / "gold"
    inbox.mkdir(parents=True, exist_ok=True)
    gold.mkdir(exist_ok=True)
    rows, answers = ["\t".join(COLUMNS)], {}
    before: dict[str, Report] = {}
    told: dict[str, list[tuple[str, str]]] = {}
    for report in corpus(reports, seed, characters=characters):
        suffix = ".html" if report.style["html"] else ".txt"
        body = page(report) if report.style["html"] else report.text
        (inbox / f"{report.name}{suffix}").write_text(body, "utf-8")
        (gold / f"{report.name}.json").write_text(json.dumps(report.gold, ensure_ascii=False), "utf-8")
        meta = report.gold["meta"]
        row = (f"{report.name}{suffix}", meta["title"], meta["issuer"], report.area.code, str(report.year))
        rows.append("\t".join((*row, meta["published"] or "", "", "", "", "")))
        last = before.get(report.area.code)
        answers[report.name] = {
            "followed": {last.plans[topic]: report.done[topic] for topic in report.done} if last else {},
            "open": [words for topic, words in last.plans.items() if topic not in report.done] if last else [],
            "wrong": report.wrong,
            "copied": [[*other, words] for key, (_, words) in report.drawn.items() for other in told.get(key, [])],
        }
        for key, (_, words) in report.drawn.items():
            told.setdefault(key, []).append((report.name, words))
        before[report.area.code] = report
    (inbox / "sources.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False, indent=1), "utf-8")


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--characters", type=int, default=0)
    options = parser.parse_args()
    write(options.folder, options.reports, options.seed, characters=options.characters)


if __name__ == "__main__":
    main()
