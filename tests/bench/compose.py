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
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from template import Report, add_section, add_sentence, grammar

import kg.lexicon
from kg.lexicon.divisions import Division, by_code, parents

DIVISIONS = Path(kg.lexicon.__file__).with_name("divisions.tsv")
NUMERALS = "一二三四五六七八九十"
COLUMNS = ("file", "title", "issuer", "code", "period_year", "published", "source", "url", "sha256", "expected")


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
        add_sentence(report, {**template, "text": words_of}, None)
    report.add("\n")
    order = ["reported", "problem", "plan"]
    if style["leadership"] != "none":
        order.insert(1 if style["leadership"] == "before" else 2, "leadership")
    themes = draw.sample(sorted(book["themes"]), draw.randint(3, 5))
    for number, role in enumerate(order):
        heading = draw.choice(book["headings"][role]).format(**words)
        top = add_section(report, f"{NUMERALS[number]}、", heading, 1, None)
        report.add("\n")
        if role in ("reported", "plan"):
            for at, theme in enumerate(themes):
                _theme(report, top, at, theme, role, before)
                if role == "reported" and (at + 1) * characters > len(themes) * 1000:
                    _more(report, near, before, (at + 1) * (characters - 500) // len(themes))
        else:
            several = book["leadership"] if role == "leadership" else [book["themes"][t]["problem"][0] for t in themes]
            for template in several:
                add_sentence(report, template, top)
            report.add("\n")
    if style["furniture"]:
        report.add(draw.choice(book["furniture"]["after"]) + "\n")


def _theme(report: Report, top: str, at: int, theme: str, role: str, before: Report | None) -> None:
    book = grammar()["themes"][theme]
    section = add_section(report, f"（{NUMERALS[at]}）", report.draw.choice(book["titles"]), 2, top)
    report.add("。" if report.style["run_in"] else "\n")
    if role == "plan":
        for template in report.draw.sample(book["plan"], report.draw.randint(1, len(book["plan"]))):
            report.plans[template["topic"]] = add_sentence(report, template, section)
    else:
        planned = before.plans if before else {}
        for template in report.draw.sample(book["reported"], report.draw.randint(2, len(book["reported"]))):
            words = add_sentence(report, template, section)
            if template.get("topic") in planned:
                report.done[template["topic"]] = words
        for template in book["plan"]:
            if template["topic"] in planned.keys() - report.done.keys() and report.draw.random() < 0.6:
                done = {"types": ["measure", "result"], "text": template["done"]}
                report.done[template["topic"]] = add_sentence(report, done, section)
        if report.draw.random() < 0.2 and not report.gold["honours"]:  # an honour told twice is one honour
            add_sentence(report, report.draw.choice(grammar()["honours"]), section)
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
    text = add_sentence(report, template, section)
    report.draw = own
    if template.get("copied"):
        report.drawn[seed] = at, text


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
