"""What is found of the answers that a composed corpus knows: readings, plans followed up, figures that do not add up.

    python tests/bench/answers.py [--reports 200] [--seed 2]

It is composed text: the numbers say that structures are read and links are made, and are no estimate for real reports.
Of the readings only the share found is printed: what else a composed sentence says is not annotated.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import compose

from kg.build import build
from kg.build.make import open_source, read
from kg.extract.exchange import to_gold
from kg.graph.namespaces import VOCABULARY
from kg.store.embedded import EmbeddedStore

LINKS = f"""PREFIX fz: <{VOCABULARY}>
SELECT ?plan ?done ?status {{
  ?link fz:plannedItem/fz:statedIn/fz:quote ?plan ; fz:fulfilmentStatus ?status .
  OPTIONAL {{ ?link fz:fulfilledBy/fz:statedIn/fz:quote ?done }}
}}"""
RATES = f"""PREFIX fz: <{VOCABULARY}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?report ?message {{
  ?finding a fz:Finding ; fz:inReport ?report ; fz:foundBy/rdfs:label ?rule ; fz:message ?message .
  FILTER(STR(?rule) = "audit.rate" && LANG(?message) = "en")
}}"""


def found_of(gold: dict, told: dict) -> dict[str, tuple[int, int]]:
    """Layer → (found, known): figures by value and unit, actions, bodies and sentences by their words."""
    keys = {
        "sentences": lambda of: [s["quote"] for s in of["sentences"]],
        "actions": lambda of: [(a["verb"], a["object"]) for s in of["sentences"] for a in s["actions"]],
        "actors": lambda of: [(a["body"], a["role"]) for s in of["sentences"] for a in s["actors"]],
        "figures": lambda of: [(float(i["value"]), i["unit"], i["qualifier"]) for i in of["indicators"]],
        "documents": lambda of: [d["title"] for d in of["documents"]],
    }
    found = {}
    for layer, key in keys.items():
        left = key(told)
        known = key(gold)
        hits = 0
        for one in known:
            if one in left:
                left.remove(one)
                hits += 1
        found[layer] = (hits, len(known))
    return found


def main() -> None:
    """Compose, build, and compare with what is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        compose.write(work, options.reports, options.seed)
        answers = json.loads((work / "answers.json").read_text("utf-8"))
        built = build([work / "reports"], data=work / "data", jobs=0)
        store = EmbeddedStore(work / "data")
        print(f"{len(built.release.manifest['reports'])} of {options.reports} composed reports are in the release")
        layers: dict[str, list[int]] = {}
        from kg.build.inbox import Place

        for report in sorted((work / "reports").glob("*.txt"))[:100]:
            told = to_gold(read(open_source(Place(str(report), report.name))))  # type: ignore[arg-type]
            gold = json.loads((work / "gold" / f"{report.stem}.json").read_text("utf-8"))
            for layer, (hits, known) in found_of(gold, told).items():
                total = layers.setdefault(layer, [0, 0])
                total[0] += hits
                total[1] += known
        for layer, (hits, known) in layers.items():
            print(f"{layer}: {hits} of {known} found ({hits / known:.3f})")
        followed = {pair for one in answers.values() for pair in one["followed"].items()}
        unfulfilled = {plan for one in answers.values() for plan in one["open"]}
        rows = store.rows(LINKS)
        claimed = {(row["plan"].value, row["done"].value) for row in rows if "done" in row}
        right = followed & claimed
        print(
            f"plans carried out: {len(right)} of {len(followed)} found with the right sentence, {len(claimed)} claimed"
        )
        silent = {row["plan"].value for row in rows if "done" not in row}
        print(f"plans not carried out: {len(unfulfilled & silent)} of {len(unfulfilled)} said to be not found")
        wrong = {(key, quote) for key, one in answers.items() for quote in one["wrong"]}
        told = {
            ("-".join(row["report"].value.rsplit("/", 2)[1:]), row["message"].value.split(" ", 1)[0])
            for row in store.rows(RATES)
        }
        print(f"rates that do not fit: {len(wrong & told)} of {len(wrong)} found")
        alarms = {key for key, _ in told} - {key for key, _ in wrong}
        print(f"reports with such an alarm and no such fault: {len(alarms)}")


if __name__ == "__main__":
    main()
