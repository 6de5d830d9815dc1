"""The outlines of whole texts: how many headings of each kind, sentences, and what was odd about the numbering.

    python tests/bench/outlines.py FOLDER

Reads every text of a folder and prints a row for each, as kg/corpus/README.md holds them.
"""

import argparse
from collections import Counter
from pathlib import Path

from kg.corpus.document import read_document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import sources

KINDS = ("一、", "（一）", "一是", "1.", "other", "bare")


def kind_of(number: str) -> str:
    """The kind of a printed number."""
    if not number:
        return "bare"
    if number[-1] in "、.．" and not number[0].isdigit():
        return "一、"
    if number[-1] in "）)〕":
        return "（一）"
    if number[-1] in "是要":
        return "一是"
    return "1." if number[0].isdigit() else "other"


def row(path: Path) -> str:
    document = read_document(sources([path])[0])
    outline = parse_outline(document)
    counts = Counter(kind_of(section.number) for section in outline.sections)
    cells = [
        path.name,
        f"{len(document.text):,}",
        " / ".join(str(counts[kind]) for kind in KINDS),
        str(len(split_sentences(document, outline))),
        str(len(outline.warnings)),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    print(f"| text | characters | headings {' / '.join(KINDS)} | sentences | odd numbers |\n|---|---|---|---|---|")
    for path in sorted(folder.iterdir()):
        if path.suffix == ".txt":
            print(row(path))


if __name__ == "__main__":
    main()
