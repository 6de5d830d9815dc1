"""What a change changes: facts of the working tree against those of another commit, over all documents at hand.

    python tests/bench/gain.py [REF] [--show N] [--kind KIND] [DOCUMENT …]

REF is HEAD by default. Documents are the bundled report, those under tests/reports, and, where they lie beside the
project, the annotated and the whole ones. Gained and lost facts are counted per kind and shown with their words;
the exit code is 0 whether they differ or not: a person judges.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("FAZHI_TEST_GOLD", ROOT.parent / "shared" / "gold"))
FOLDERS = (ROOT / "kg" / "demo", ROOT / "tests" / "reports", SHARED, SHARED / "varieties", SHARED.parent / "corpus")
Line = tuple[str, str, str, str]
"""Document, kind, quote, and the fields as JSON."""


def facts(paths: Sequence[str]) -> Iterator[Line]:
    """Every fact of these documents, by the code that is first on the path."""
    from dataclasses import fields

    from kg.corpus.document import Span, read_document
    from kg.corpus.outline import parse_outline
    from kg.corpus.sentence import split_sentences
    from kg.corpus.source import sources
    from kg.extract.extractors import extract_facts

    skipped = ("span", "quote", "sentence", "rule", "confidence", "flags", "name_raw")
    for path in paths:
        document = read_document(sources([path])[0], force=True)
        outline = parse_outline(document)
        for fact in extract_facts(document, outline, split_sentences(document, outline)).facts:
            told = {field.name: getattr(fact, field.name) for field in fields(fact) if field.name not in skipped}
            plain = {
                key: str(value) for key, value in told.items() if value is not None and not isinstance(value, Span)
            }
            shown = json.dumps(plain, ensure_ascii=False, sort_keys=True)
            yield Path(path).name, type(fact).__name__, fact.quote, shown


def read_with(tree: Path, paths: Sequence[str]) -> Counter[Line]:
    """The facts as the code under `tree` reads them, in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--list", *paths]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
    run = subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"{tree}: {run.stderr.strip().splitlines()[-1]}")
    return Counter(tuple(json.loads(line)) for line in run.stdout.splitlines())


def exported(reference: str, folder: str) -> Path:
    """The tree of a commit, unpacked into `folder`."""
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", reference, "kg", "ontology"]
    run = subprocess.run(command, capture_output=True, check=False)
    if run.returncode:
        raise SystemExit(f"{reference}: {run.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(run.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return Path(folder)


def report(base: Counter[Line], work: Counter[Line], *, show: int, kind: str | None) -> Iterator[str]:
    """Counts per kind, then the facts themselves."""
    gained, lost = work - base, base - work
    kinds = sorted({line[1] for line in (*base, *work)})
    yield f"{'kind':<12}{'before':>8}{'after':>8}{'gained':>8}{'lost':>8}"
    for name in kinds:
        counts = [
            sum(number for line, number in side.items() if line[1] == name) for side in (base, work, gained, lost)
        ]
        yield f"{name:<12}" + "".join(f"{count:>8}" for count in counts)
    for sign, side in (("+", gained), ("-", lost)):
        chosen = sorted(line for line in side.elements() if kind in (None, line[1]))
        for document, name, quote, told in chosen[:show]:
            yield f"{sign} {document} {name} “{quote[:40]}” {told}"
        if len(chosen) > show:
            yield f"{sign} … {len(chosen) - show} more (--show)"


def documents() -> list[str]:
    """All documents at hand."""
    return [str(path) for folder in FOLDERS if folder.is_dir() for path in sorted(folder.glob("*.txt"))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", nargs="?", default="HEAD")
    parser.add_argument("documents", nargs="*")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--kind")
    parser.add_argument("--list", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.list:
        for line in facts([given.reference, *given.documents]):
            print(json.dumps(line, ensure_ascii=False))
        return
    paths = [str(Path(path).resolve()) for path in given.documents] or documents()
    with tempfile.TemporaryDirectory() as folder:
        base = read_with(exported(given.reference, folder), paths)
    print(f"{len(paths)} documents, working tree against {given.reference}")
    for line in report(base, read_with(ROOT, paths), show=given.show, kind=given.kind):
        print(line)


if __name__ == "__main__":
    main()
