"""How right the reading is: every annotated report of a folder, read and scored layer by layer.

    python tests/bench/score.py [GOLD] [--gate] [--register]        default: ../shared/gold, else what FAZHI_TEST_GOLD names

GOLD holds GUIDE.md (what a right reading is), score.py (the scorer) and pairs NAME.txt, NAME.json. With --gate the exit
code is 1 when a layer of a whole report falls below gates.tsv. With --register an excerpt whose annotation says which
government's report of which year it was cut from ("origin") is read with these two given, as a register gives them:
excerpts print neither.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kg.corpus.source import Given, sources
from kg.extract.exchange import to_gold
from kg.extract.extractors import read

HERE = Path(__file__).parent
GOLD = Path(os.environ.get("FAZHI_TEST_GOLD", HERE.parents[2] / "shared" / "gold"))


ORIGIN = re.compile(r"work report of (?:the )?(?P<place>.+?), (?P<year>\d{4})")


def given(annotated: Path) -> Given:
    """What a register would say of an excerpt, by the origin that its annotation states; nothing where it states none."""
    found = ORIGIN.search(json.loads(annotated.read_text("utf-8")).get("origin", ""))
    if not found:
        return Given()
    place = f"{found['place']}人民政府" if not found["place"].isascii() else None
    return Given(issuer=place, period_year=int(found["year"]) - 1)


def score(gold: Path, pairs: Sequence[Path], register: bool = False) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 by layer, over the pairs together."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, annotated in enumerate(pairs):
            known = given(annotated) if register else Given()
            reading = read(sources([annotated.with_suffix(".txt")], given=known)[0], force=True)
            predicted = Path(folder) / f"{number}.json"
            predicted.write_text(json.dumps(to_gold(reading), ensure_ascii=False), "utf-8")
            files += [str(annotated), str(predicted)]
        command = [sys.executable, str(gold / "score.py"), "--json", *files]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    return {row["layer"]: row for row in json.loads(run.stdout)}


def gates() -> dict[str, float]:
    """Layer → least F1 of a whole report."""
    lines = (HERE / "gates.tsv").read_text("utf-8").splitlines()[1:]
    return {layer: float(least) for layer, least in (line.split("\t") for line in lines)}


def tables(gold: Path, register: bool = False) -> dict[str, dict[str, dict[str, float]]]:
    """The scores of the whole reports of a folder, and of its short texts."""
    return {
        "whole": score(gold, sorted(gold.glob("*.json"))),
        "short": score(gold, parts, register) if (parts := sorted(gold.glob("varieties/*.json"))) else {},
    }


def table(gold: Path, measured: dict[str, dict[str, dict[str, float]]] | None = None) -> str:
    """The table of the README: F1 by layer."""
    measured = measured or tables(gold)
    whole, short = len(list(gold.glob("*.json"))), len(list(gold.glob("varieties/*.json")))
    lines = [f"| F1 | whole report ({whole}) | short texts ({short}) |", "|---|---|---|"]
    for layer in measured["whole"]:
        cells = [f"{of[layer]['f1']:.2f}" if layer in of else "–" for of in measured.values()]
        lines.append(f"| {layer} | {' | '.join(cells)} |")
    return "\n".join(lines)


def quality(gold: Path, measured: dict[str, dict[str, dict[str, float]]]) -> str:
    """The same figures as the data behind /help: server/pages/quality.yaml."""
    whole, short = len(list(gold.glob("*.json"))), len(list(gold.glob("varieties/*.json")))
    lines = [
        "# F1 by layer: of whole reports, and of short texts. Made by tests/docs.py; words in quality_words.yaml.",
        f"texts: {{whole: {whole}, short: {short}}}",
        "layers:",
    ]
    for layer in measured["whole"]:
        cells = [f"{name}: {of[layer]['f1']:.2f}" for name, of in measured.items() if layer in of]
        lines.append(f"  {layer}: {{{', '.join(cells)}}}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table of the README; with --gate fail where a layer is below its gate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--register", action="store_true")
    options = parser.parse_args()
    if not sorted(options.gold.glob("*.json")):
        print(f"score: no annotated report in {options.gold}; give the folder as an argument")
        return 2
    start = time.perf_counter()
    measured = tables(options.gold, options.register)
    print(f"{table(options.gold, measured)}\n\nread and scored in {time.perf_counter() - start:.1f} s")
    low = [
        f"score: {layer} is {measured['whole'][layer]['f1']:.3f}, at least {least:.2f} is wanted"
        for layer, least in gates().items()
        if measured["whole"][layer]["f1"] < least
    ]
    print("\n".join(low))
    return 1 if options.gate and low else 0


if __name__ == "__main__":
    raise SystemExit(main())
