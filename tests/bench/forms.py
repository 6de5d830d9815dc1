"""What it is worth how a question is written: each question as its file writes it, and in the plain form, in process.

    python tests/bench/forms.py DATA [DATA …] [--year 2023] [--seconds 10] [--memory]

The plain form is what one writes first who knows the vocabulary and neither the engine nor what the build adds for questions: the
place and the year that were chosen stand as `FILTER(?x IN (…))` among the patterns, where the files bind them before; a place
with all below it is a walk up (`fz:parentJurisdiction*`), where the build has the closure; what a report has little of is found
by what it stands in (`fz:inReport`), where a report leads to it (`fz:highlight`). The eight questions whose rows the build links
or counts stand in `plain/` as they are asked without that. Both must give as many rows; where they do not, it is said, and the
question left out of the mean. Each is asked up to 25 times in a process of its own and the quickest counts, in seconds of
processor, which do not grow where a machine has other work; what takes longer than --seconds counts as that long. It is
asked in a thread, as an evaluator asks (`questions.in_thread`). The place is the first that has a report of the year; the other slots stay
open. With several releases, growth is the time on the last by that on the one before.
--memory asks the graph in memory, as the server does where it fits, in place of the one on disk.
"""

import argparse
import io
import multiprocessing
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import geometric_mean, median

from questions import NOISE, in_thread, places_of

from kg.store import memory
from kg.store.answer import Answer
from kg.store.embedded import EmbeddedStore, rows_of
from kg.store.evaluate import DEFAULTS, evaluate
from queries import NamedQuery, Refusal, bind, load_queries

VALUES = re.compile(r"VALUES\s+(\?\w+)\s*\{(\s*[<\"\d][^{}]*)\}")
"""What was chosen; a list that stands in the file itself has short names: VALUES ?relation { fz:issues fz:implements }."""
HIGHLIGHT = re.compile(r"(\?\w+) fz:highlight (\?\w+) ;")
PLAIN = Path(__file__).with_name("plain")
TIMES = 25
Answering = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Asked:
    """Seconds of processor that one form of a question takes, and how many rows it gives; -1 where it ran out of time."""

    seconds: float
    rows: int


def plain(text: str) -> str:
    """The query with what was chosen as filters and without what the build adds.

    >>> plain("SELECT * { VALUES ?year { 2023 } ?report fz:periodYear ?year ; fz:jurisdiction/fz:ancestorJurisdiction? ?place }")
    'SELECT * { FILTER(?year IN (2023)) ?report fz:periodYear ?year ; fz:jurisdiction/fz:parentJurisdiction* ?place }'
    >>> plain("?report fz:highlight ?honour ; fz:periodYear ?year .")
    '?honour fz:inReport ?report . ?report fz:periodYear ?year .'
    """
    text = VALUES.sub(lambda found: f"FILTER({found[1]} IN ({', '.join(found[2].split())}))", text)
    text = text.replace("fz:ancestorJurisdiction?", "fz:parentJurisdiction*")
    return HIGHLIGHT.sub(r"\2 fz:inReport \1 . \1", text)


def opened(data: Path, *, in_memory: bool) -> Answering:
    """What answers a query."""
    store = EmbeddedStore(data)
    if not in_memory:
        return store.answer
    held = memory.load(store.described)

    def answer(text: str) -> Answer:
        body = io.BytesIO()
        kind, media_type = evaluate(held, text, DEFAULTS, body)
        return Answer(kind=kind, media_type=media_type, body=body.getvalue(), release="")

    return answer


def ask(data: Path, held: Answering | None, text: str, seconds: float) -> Asked:
    """One query at its quickest, in a process that can be ended."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=in_thread, args=(_ask, theirs, data, held, text))
    child.start()
    theirs.close()
    best = Asked(seconds, -1)
    try:
        for _ in range(TIMES):
            if not ours.poll(seconds + 5 if best.rows < 0 else seconds):
                break
            took, rows = ours.recv()
            best = Asked(min(took, best.seconds), rows)
    except EOFError:
        pass
    finally:
        child.kill()
        child.join()
    return best


def _ask(to: Connection, data: Path, held: Answering | None, text: str) -> None:
    answer_to = held or opened(data, in_memory=False)  # on disk it is opened after the fork
    spent = 0.0
    for _ in range(TIMES):
        begun = time.thread_time()
        answer = answer_to(text)
        took = time.thread_time() - begun
        to.send((took, len(rows_of(answer))))
        spent += took
        if spent > 2:
            return


def texts_of(query: NamedQuery, place: str, year: str, base: str) -> tuple[str, str] | None:
    """The query as it is asked for one place and year, and its plain form; None where it has no such slots."""
    chosen = {slot: value for slot, value in {"place": place, "year": year}.items() if slot in query.params}
    own = PLAIN / f"{query.id}.rq"
    without = query.model_copy(update={"body": own.read_text("utf-8")}) if own.exists() else query
    try:
        written, unhelped = (bind(one, chosen, base, limit=query.limit + 1) for one in (query, without))
    except Refusal:
        return None
    return (written, plain(unhelped)) if chosen else None


def table(releases: Sequence[Path], year: str, seconds: float, *, in_memory: bool = False) -> str:
    """Both forms of every question on each release, in Markdown."""
    held = [opened(data, in_memory=True) if in_memory else None for data in releases]
    stores = [EmbeddedStore(data).described.manifest for data in releases]
    sizes = [len(manifest.get("reports", ())) for manifest in stores]
    places = [places_of(data, year)[:1] for data in releases]
    lines: list[str] = []
    written: list[list[float]] = []
    ratios: list[list[float]] = [[] for _ in releases]
    for query in load_queries().values():
        cells, ours = [], []
        for n, (data, place) in enumerate(zip(releases, places, strict=True)):
            texts = texts_of(query, place[0], year, str(stores[n]["base"])) if place else None
            if texts is None or texts[0] == texts[1]:
                break
            good, first = (ask(data, held[n], form, seconds) for form in texts)
            same = good.rows == first.rows or first.rows < 0
            worth = max(first.seconds, 1e-5) / max(good.seconds, 1e-5)
            over = ">" if first.rows < 0 else ""
            cells.append(
                f"{good.seconds * 1000:.2f} / {over}{first.seconds * 1000:.2f}{'' if same else ' (other rows)'}"
            )
            ours.append(good.seconds)
            if same:
                ratios[n].append(worth)
        else:
            lines.append(f"| `{query.id}` | {' | '.join(cells)} |")
            written.append(ours)
    head = f"| ms, as written / plain | {' | '.join(f'{n:,} report{chr(115) * (n != 1)}' for n in sizes)} |"
    means = " | ".join(f"{geometric_mean(one):.1f} ×" if one else "–" for one in ratios)
    text = "\n".join([head, f"|---|{'---|' * len(sizes)}", *lines, f"| geometric mean of plain ÷ written | {means} |"])
    if len(releases) > 1:
        growth = [times[-1] / max(times[-2], 1e-5) for times in written]
        slow = sum(times[-1] > max(NOISE, 2 * times[-2]) for times in written)
        text += (
            f"\n\nGrowth from {sizes[-2]:,} to {sizes[-1]:,} reports: median {median(growth):.2f} ×; "
            f"{slow} of {len(written)} take more than twice as long and more than {NOISE * 1000:.0f} ms."
        )
    return text + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--year", default="2023")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    print(table(options.data, options.year, options.seconds, in_memory=options.memory))


if __name__ == "__main__":
    main()
