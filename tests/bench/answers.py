"""What is found of the answers that a composed corpus knows, and how much of what is said is right.

    python tests/bench/answers.py [--reports 200] [--seed 2] [--characters 6000] [--scored 100] [--jobs 2]

Every layer of the reading (of `--scored` reports), plans followed up, rates that do not fit, sentences copied from another
report (of all reports). It is composed text: the numbers say that structures are read and links are made, and are no
estimate for real reports.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import compose

from kg.build import build
from kg.build.inbox import Place
from kg.build.make import open_source
from kg.corpus.source import Source
from kg.extract.exchange import to_gold
from kg.extract.extractors import read
from kg.graph.namespaces import VOCABULARY
from kg.store.embedded import EmbeddedStore

PREFIXES = f"PREFIX fz: <{VOCABULARY}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
LINKS = f"""{PREFIXES}
SELECT ?report ?plan ?done {{
  ?link fz:plannedItem ?item . ?item fz:inReport ?report ; fz:statedIn/fz:quote ?plan .
  OPTIONAL {{ ?link fz:fulfilledBy/fz:statedIn/fz:quote ?done }}
}}"""
RATES = f"""{PREFIXES}
SELECT DISTINCT ?report ?message {{
  ?finding a fz:Finding ; fz:inReport ?report ; fz:foundBy/skos:notation ?rule ; fz:message ?message .
  FILTER(STR(?rule) = "audit.rate" && LANG(?message) = "en")
}}"""
COPIES = f"""{PREFIXES}
SELECT DISTINCT ?quote {{
  ?finding a fz:Finding ; fz:foundBy/skos:notation ?rule ; fz:evidence/fz:quote ?quote . FILTER(STR(?rule) = "audit.copied")
}}"""

Table = dict[str, tuple[int, int, int]]
"""Row → right, known, said."""


def _stated(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is said to be printed; what is inferred is neither right nor wrong."""
    return [item for item in items if not item.get("inferred")]


LAYERS: dict[str, Callable[[Mapping[str, Any]], Iterable[Hashable]]] = {
    "sections": lambda of: [(s["start"], s["end"], s["level"]) for s in of["sections"]],
    "sentences": lambda of: [(s["start"], s["end"]) for s in of["sentences"]],
    "types": lambda of: [(s["start"], kind) for s in of["sentences"] for kind in s["types"]],
    "actions": lambda of: [(s["start"], a["verb"], a["object"]) for s in of["sentences"] for a in s["actions"]],
    "bodies": lambda of: [
        (b["name"], m["start"])
        for b in _stated(of["bodies"])
        for m in b["mentions"]
        if m["start"] >= of["sentences"][0]["start"]  # the title and what stands beside the text are nobody's deed
    ],
    "actors with role": lambda of: [
        (s["start"], a["body"], a["role"]) for s in of["sentences"] for a in _stated(s["actors"])
    ],
    "figures": lambda of: [(i["start"], float(i["value"]), i["unit"], i["qualifier"]) for i in of["indicators"]],
    "documents": lambda of: [(d["title"], m["start"]) for d in of["documents"] for m in d["mentions"]],
    "programmes": lambda of: [m["start"] for p in of["programmes"] for m in p["mentions"]],
    "honours": lambda of: [(h["name"], h["start"]) for h in of["honours"]],
}
"""Layer → what must agree to the letter for an item to be right."""


def scored(reports: Iterable[Path], gold: Path, jobs: int) -> Table:
    """Each layer of the reading, over these reports."""
    total: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for one in pool.map(partial(_layers, gold), reports, chunksize=10):
            for layer, (right, known, said) in one.items():
                total[layer].update(right=right, known=known, said=said)
    return {layer: (count["right"], count["known"], count["said"]) for layer, count in total.items()}


def _layers(gold: Path, report: Path) -> Table:
    """Each layer of the reading of one report."""
    source = open_source(Place(str(report), report.name))
    assert isinstance(source, Source)
    said = to_gold(read(source))
    known = json.loads((gold / f"{report.stem}.json").read_text("utf-8"))
    pairs = {layer: (Counter(keys(known)), Counter(keys(said))) for layer, keys in LAYERS.items()}
    return {layer: ((one & other).total(), one.total(), other.total()) for layer, (one, other) in pairs.items()}


def _sets(known: Set[Hashable], said: Set[Hashable]) -> tuple[int, int, int]:
    return len(known & said), len(known), len(said)


def linked(answers: Mapping[str, Mapping[str, Any]], store: EmbeddedStore) -> Table:
    """What needs more than one report, over the release: plans carried out or not, rates, copies."""
    followed = {(_before(key), *pair) for key, one in answers.items() for pair in one["followed"].items()}
    neglected = {(_before(key), plan) for key, one in answers.items() for plan in one["open"]}
    rows = store.rows(LINKS)
    done = {(_name(row["report"].value), row["plan"].value, row["done"].value) for row in rows if "done" in row}
    silent = {(_name(row["report"].value), row["plan"].value) for row in rows if "done" not in row}
    wrong = {(key, quote) for key, one in answers.items() for quote in one["wrong"]}
    doubted = {(_name(row["report"].value), row["message"].value.split(" ", 1)[0]) for row in store.rows(RATES)}
    copied = {words for one in answers.values() for _, *both in one["copied"] for words in both}
    alike = {row["quote"].value for row in store.rows(COPIES)}
    return {
        "plans carried out, with the sentence": _sets(followed, done),
        "plans not carried out": _sets(neglected, silent),
        "rates that do not fit": _sets(wrong, doubted),
        "sentences copied": _sets(copied, alike),
    }


def _before(name: str) -> str:
    """The report of the same place for the year before.

    >>> _before("330226-2022")
    '330226-2021'
    """
    area, year = name.split("-")
    return f"{area}-{int(year) - 1}"


def _name(report: str) -> str:
    return "-".join(report.rsplit("/", 2)[1:])


def table(rows: Table) -> str:
    """As Markdown.

    >>> print(table({"figures": (8, 10, 16)}).splitlines()[-1])
    | figures | 10 | 16 | 0.80 | 0.50 |
    """
    lines = ["| | known | said | found | right |", "|---|---|---|---|---|"]
    for row, (right, known, said) in rows.items():
        found, correct = (f"{right / of:.2f}" if of else "–" for of in (known, said))
        lines.append(f"| {row} | {known:,} | {said:,} | {found} | {correct} |")
    return "\n".join(lines)


def main() -> None:
    """Compose, build, and compare with what is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--characters", type=int, default=6000)
    parser.add_argument("--scored", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep corpus and release here, and go on from what is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = options.folder or Path(name)
        compose.write(work, options.reports, options.seed, characters=options.characters)
        answers = json.loads((work / "answers.json").read_text("utf-8"))
        chosen = sorted((work / "reports").glob("*.txt"))[: options.scored]
        print(table(scored(chosen, work / "gold", options.jobs)), flush=True)
        built = build([work / "reports"], data=work / "data", jobs=options.jobs)
        print(f"\n{len(built.release.manifest['reports'])} of {options.reports} composed reports are in the release\n")
        print(table(linked(answers, EmbeddedStore(work / "data"))))


if __name__ == "__main__":
    main()
