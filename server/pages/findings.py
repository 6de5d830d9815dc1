"""What the checks found in one report: its own sheet, on the page of the report and on that of those who check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries.labels import local_name
from queries.support import about
from server.api.data import GRAVITY
from server.i18n import language
from server.pages.site import base
from server.paths import anchor, local_path
from server.service import service


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding in the reader's language, with the words of the report that it rests on."""

    message: str
    severity: str
    grave: bool
    rule: str
    href: str
    """The page of the rule."""
    quotes: Mapping[str, str]
    """Anchor of a sentence → its words."""


def findings(report: str, words: Mapping[str, str]) -> Sequence[Finding]:
    """The findings of a report, the gravest first; `words` are its sentences by IRI."""
    found: dict[str, dict[str, str]] = {}
    rests: dict[str, dict[str, str]] = {}
    for row in about(service().store, "report-findings", [report]):
        one, message = found.setdefault(row["finding"].value, {}), row["message"]
        one |= {"severity": row["severity"].value, "rule": row["rule"].value}
        one[message.language or "zh"] = message.value
        sentence = row["sentence"].value if "sentence" in row else ""
        if sentence in words:
            rests.setdefault(row["finding"].value, {})[anchor(sentence)] = words[sentence]
    names = service().labels(sorted({one[key] for one in found.values() for key in ("severity", "rule")}))
    order = {f"sev-{name}": place for place, name in enumerate(GRAVITY)}
    ordered = sorted(found, key=lambda iri: (order.get(local_name(found[iri]["severity"]), len(order)), iri))
    return [
        Finding(
            message=one.get(language()) or one.get("zh", ""),
            severity=names[one["severity"]][language()],
            grave=local_name(one["severity"]) != f"sev-{GRAVITY[-1]}",
            rule=names[one["rule"]][language()],
            href=local_path(one["rule"], base()),
            quotes=rests.get(iri, {}),
        )
        for iri in ordered
        for one in [found[iri]]
    ]
