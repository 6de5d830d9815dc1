"""How long text search and suggestions take on a large index: 150,000 quotes and 100,000 labels of drawn characters.

    python tests/bench/search_speed.py [--quotes 150000] [--labels 100000]

Words of two to eight characters are drawn from the texts themselves, so that each is found; median and 95th percentile.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store import index
from kg.store.dump import by_property
from kg.store.search import Search

CHARACTERS = [chr(0x4E00 + n) for n in range(1500)]
WEIGHTS = [1 / (rank + 20) for rank in range(len(CHARACTERS))]
"""As in running Chinese text: the first hundred characters are two fifths of it, the first thousand nine tenths."""
ASKED = 400


def made(chance: random.Random, length: int) -> str:
    """Characters drawn with the skew of a real text."""
    return "".join(chance.choices(CHARACTERS, WEIGHTS, k=length))


def graph(quotes: list[str], labels: list[str]) -> bytes:
    """These texts as N-Quads: sentences with their words, bodies with their names."""
    kind, ends = f"<{PREFIXES['rdf']}type> <{VOCABULARY}", "> <http://e/g> .\n"
    lines = []
    for n, text in enumerate(quotes):
        lines.append(f"<http://e/q{n}> {kind}Sentence{ends}")
        lines.append(f'<http://e/q{n}> <{VOCABULARY}quote> "{text}" <http://e/g> .\n')
    for n, text in enumerate(labels):
        lines.append(f"<http://e/l{n}> {kind}Body{ends}")
        lines.append(f'<http://e/l{n}> <{PREFIXES["rdfs"]}label> "{text}"@zh <http://e/g> .\n')
    return "".join(lines).encode()


def told(what: str, ask: Callable[[str], object], words: list[str], wanted: float) -> None:
    took = []
    for word in words:
        began = time.perf_counter()
        ask(word)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    late = took[int(len(took) * 0.95)]
    print(f"| {what} | {statistics.median(took):.2f} | {late:.2f} | {wanted:g} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quotes", type=int, default=150_000)
    parser.add_argument("--labels", type=int, default=100_000)
    options = parser.parse_args()
    chance = random.Random(7)
    quotes = [made(chance, chance.randint(30, 90)) for _ in range(options.quotes)]
    labels = [made(chance, chance.randint(4, 12)) for _ in range(options.labels)]

    def words(texts: list[str], length: int) -> list[str]:
        found = []
        while len(found) < ASKED:
            text = chance.choice(texts)
            at = chance.randint(0, max(0, len(text) - length))
            found.append(text[at : at + length])
        return found

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.db"
        index.build(path, [index.rows("http://e/g", by_property("http://e/g", graph(quotes, labels)))])
        finder = Search(path)
        print(f"{options.quotes:,} quotes, {options.labels:,} labels, {path.stat().st_size >> 20} MB; milliseconds\n")
        print("| asked | median | 95 % | wanted |\n|---|---|---|---|")
        for length in (1, 2, 4, 8):
            told(f"quotes, {length} characters", finder.quotes, words(quotes, length), 5)
        for length in (1, 2, 4):
            told(f"suggest, {length} characters", finder.suggest, words(labels, length), 10)
        told("suggest, 2 letters", finder.suggest, [index.spell(word)[1] for word in words(labels, 2)], 10)
        told("suggest, pinyin", finder.suggest, [index.spell(word)[0] for word in words(labels, 3)], 10)
        finder.close()


if __name__ == "__main__":
    main()
