"""Copied sentences: the sampled shingles of the audit beside MinHash with LSH (datasketch, to be installed apart).

    python tests/bench/copied.py [DOCUMENT …]

Every long sentence of the documents (by default the bundled report and those beside the project) stands once as it is
and once with some of its characters replaced, a report of its own each; what is truly alike is counted over all pairs
that share a shingle. Recall and precision are of pairs with 85% of their shingles in common; time is of a processor.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent))

from gain import FOLDERS

from kg.corpus.document import Span, read_document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import sources
from kg.graph.audit_years import LIKE, audit_years
from kg.graph.digest import Digest, Stated
from kg.graph.shingles import SHORTEST, plain, samples, shingles

Pairs = set[tuple[int, int]]
PERMUTATIONS = 128
FILLERS = "青山绿水白云红日春风秋月天地人和"


def sentences(paths: Iterable[str]) -> Iterator[str]:
    """The sentences that are long enough to be told, each once."""
    seen = set()
    for path in paths:
        document = read_document(sources([path])[0], force=True)
        for sentence in split_sentences(document, parse_outline(document)):
            if len(text := plain(sentence.text)) >= SHORTEST and text not in seen:
                seen.add(text)
                yield text


def rewritten(text: str, draw: random.Random) -> str:
    """The sentence with up to three characters replaced, or, one time of four, up to twelve."""
    letters = list(text)
    for _ in range(draw.randint(0, 12 if draw.random() < 0.25 else 3)):
        letters[draw.randrange(len(letters))] = draw.choice(FILLERS)
    return "".join(letters)


def exact(texts: list[str]) -> Pairs:
    """Every pair that is alike, by counting all shingles."""
    pieces = [shingles(plain(text)) if samples(text) else frozenset[str]() for text in texts]
    index: dict[str, list[int]] = defaultdict(list)
    found: Pairs = set()
    for number, own in enumerate(pieces):
        common = Counter(other for piece in own for other in index[piece])
        found |= {(o, number) for o, n in common.items() if n >= LIKE * (len(own) + len(pieces[o]) - n)}
        for piece in own:
            index[piece].append(number)
    return found


def audited(texts: list[str]) -> Pairs:
    """What the audit tells."""
    digests = [
        Digest(
            report=f"{number:06}",
            title="",
            issuer="",
            area="",
            year=None,
            plan_year=None,
            statements=(Stated(iri="", sentence=str(number), kind="measure", span=Span(0, len(text)), quote=text),),
            figures=(),
            samples=((str(number), samples(text)),),
        )
        for number, text in enumerate(texts)
    ]
    return {
        (int(finding.evidence[1].report or 0), int(finding.evidence[0].report or 0)) for finding in audit_years(digests)
    }


def minhash(texts: list[str], threshold: float, *, looked_at: bool) -> Pairs:
    """What MinHash with LSH gives from a likeness; where it is looked at, only what the shingles themselves confirm."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    found: Pairs = set()
    for number, text in enumerate(texts):
        if not samples(text):
            continue
        own = shingles(plain(text))
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([piece.encode() for piece in own])
        for other in lsh.query(sketch):
            theirs = shingles(plain(texts[other]))
            if not looked_at or len(own & theirs) / len(own | theirs) >= LIKE:
                found.add((other, number))
        lsh.insert(number, sketch)
    return found


def main(paths: list[str]) -> None:
    """Print a line for each method."""
    chosen = paths or sorted(str(p) for folder in FOLDERS for p in folder.glob("*.*") if p.suffix in {".txt", ".html"})
    draw = random.Random(1)
    texts = [one for text in sentences(chosen) for one in (text, rewritten(text, draw))]
    methods: dict[str, Callable[[list[str]], Pairs]] = {
        "all pairs": exact,
        "sampled shingles": audited,
        "MinHash from 0.85": lambda given: minhash(given, LIKE, looked_at=False),
        "the same, looked at": lambda given: minhash(given, LIKE, looked_at=True),
        "from 0.70, looked at": lambda given: minhash(given, 0.7, looked_at=True),
    }
    wanted = exact(texts)
    print(f"{len(texts)} sentences, {len(wanted)} pairs alike")
    for name, method in methods.items():
        begun = process_time()
        found = method(texts)
        spent = process_time() - begun
        right = len(found & wanted)
        print(
            f"{name:24} recall {right / len(wanted):.3f}  precision {right / max(1, len(found)):.3f}  "
            f"{1000 * spent / len(texts):.2f} ms a sentence"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
