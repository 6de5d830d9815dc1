"""The command that says what is wrong with a release, or with one report of it."""

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.answers import current
from kg.cli.options import Data, Json, format_of, option
from kg.cli.terminal import language, print_json, say, tell, write
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.build.recheck import Found

app = typer.Typer()
SHOWN = 10
"""Findings of one rule that are printed of a whole release; JSON has all."""
QUOTED = 4
"""Sentences shown of one finding."""
SEVERITIES = {"violation": "violation", "warning": "warning-found", "info": "info"}
"""What a severity is called, a row of messages.tsv; the gravest first."""

OfReports = Annotated[str, option("opt-check-report", "--report")]
CheckFormat = Annotated[str, option("opt-format", "--format")]


@app.command(help=say("check"))
def check(data: Data = None, report: OfReports = "", format: CheckFormat = "text", json: Json = False) -> None:
    """Shapes, duties and sums of the current release."""
    from kg.build.recheck import recheck

    chosen = format_of(format, json, "text", "json")
    store = current(data)
    titles = {_key(iri): str(one.get("title", "")) for iri, one in store.described.manifest.get("reports", {}).items()}
    asked = {key for key, title in titles.items() if report in key or report in title}
    if report and not asked:
        raise UsageError(f"no report has {report} in its title or key", hint="fazhi ask reports-held lists them")
    order = list(SEVERITIES)
    found = [one for one in recheck(store) if not report or _key(one.report) in asked]
    found.sort(key=lambda one: order.index(one.severity))
    violations = sum(one.severity == "violation" for one in found)
    if chosen == "json":
        rows = [
            {
                "severity": one.severity,
                "rule": one.rule,
                "report": one.report,
                "message": _message(one),
                "evidence": list(one.words),
            }
            for one in found
        ]
        print_json({"conforms": not violations, "release": store.release, "findings": rows})
    else:
        _print(found, titles, most=len(found) if report else SHOWN)
        told = "violates" if violations else "conforms"
        tell(told, violations=violations, warnings=sum(one.severity == "warning" for one in found))
    if violations:
        raise typer.Exit(1)


def _key(iri: str) -> str:
    """The key of a report, whose graph has it too.

    >>> _key("https://example.org/id/report/330226/2021"), _key("https://example.org/graph/report/330226/2021")
    ('330226/2021', '330226/2021')
    """
    return iri.partition("/report/")[2] or iri


def _message(one: "Found") -> str:
    return one.zh if language() == "zh" else one.en


def _print(found: "list[Found]", titles: Mapping[str, str], *, most: int) -> None:
    """Findings by severity and rule, each with its report and the words it rests on."""
    from kg.lexicon import table as read_table

    named = read_table("finding_rules", "rule", "name", "english", "matter")
    names = {rule: name if language() == "zh" else english for rule, name, english, _ in named}
    for (severity, rule), several in groupby(found, key=lambda one: (one.severity, one.rule)):
        listed = list(several)
        head = f"{say(SEVERITIES[severity])}  {names.get(rule, rule)}"
        for one in listed[:most]:
            write(f"{head}  {titles.get(_key(one.report)) or one.report}  {_message(one)}\n")
            for quote in one.words[:QUOTED]:
                write(f"    “{quote}”\n")
        if len(listed) > most:
            write(f"{head}  … {len(listed) - most}\n")
