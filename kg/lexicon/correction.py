"""Decisions of people about one wording: what is read right from then on, with reason, name and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import LexiconError
from kg.lexicon.entries import entries
from kg.lexicon.tables import FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's decision about one wording. It is applied last and is then the fact's rule."""

    kind: str
    """The kind of fact that it corrects: Figure, Mention, Citation, Honour, Programme, Statement …"""
    match: str
    """The quote of the fact, or the sentence part that holds it, exactly as printed."""
    value: Mapping[str, str]
    """Field → right value; the one key `drop` with `true` takes the fact away."""
    because: str
    by: str
    date: date
    where: str

    @property
    def rule(self) -> str:
        """The rule id that a corrected fact carries."""
        return f"correction.{self.where}"


def corrections(path: Path | None = None) -> tuple[Correction, ...]:
    """The decisions of `corrections.yaml`, or of the file at `path`.

    Raises LexiconError for an entry without reason, person or date.
    """
    path = path or FOLDER / "corrections.yaml"
    found = []
    for entry in entries(path, ("kind", "match", "value", "because", "by", "date")):
        where = f"{path.name}:{entry.line}"
        value = entry["value"]
        if not isinstance(value, dict) or not value:
            raise LexiconError("'value' is no mapping", where=where, hint="value: {name: 网办率}")
        if not all(isinstance(entry[name], str) and entry[name] for name in ("kind", "match", "because", "by")):
            raise LexiconError("kind, match, because and by want words", where=where, hint="say who decided and why")
        try:
            day = date.fromisoformat(str(entry["date"]))
        except ValueError as error:
            raise LexiconError(f"{entry['date']!r} is no date", where=where, hint="write 2022-03-31") from error
        found.append(
            Correction(
                kind=str(entry["kind"]),
                match=str(entry["match"]),
                value={name: str(cell) for name, cell in value.items()},
                because=str(entry["because"]),
                by=str(entry["by"]),
                date=day,
                where=where,
            )
        )
    return tuple(found)
