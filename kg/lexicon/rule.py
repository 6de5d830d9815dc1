"""Rules of reading: patterns with the fields they fill, each proved on its own examples and counterexamples."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import LexiconError
from kg.lexicon.entries import Mapped, entries, read_yaml
from kg.lexicon.tables import FOLDER
from kg.lexicon.width import shadow

_PIECE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern over the shadow, with the fields that it gives: its named groups and its constants."""

    id: str
    gives: str
    """The kind of fact, or of mask."""
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    """Words of which a text that the pattern matches holds one: without any, it need not be tried; ("",) when none is known."""
    fields: Mapping[str, str]
    """Constants that every match carries."""
    source: str
    where: str

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The pattern's matches in a shadow; a text without a word that each of them needs is not searched."""
        for word in self.needs:
            if word in text:
                return self.pattern.finditer(text)
        return iter(())

    def read(self, text: str) -> tuple[dict[str, str], ...]:
        """The fields of every match in `text`, as printed; `quote` is the whole match."""
        found = []
        for match in self.matches(shadow(text)):
            groups = {name: text[slice(*match.span(name))] for name, value in match.groupdict().items() if value}
            found.append({"quote": text[slice(*match.span())], **self.fields, **groups})
        return tuple(found)


@cache
def rules(kind: str) -> tuple[Rule, ...]:
    """The rules of `kg/lexicon/rules/<kind>.yaml`, each proved on its own examples and counterexamples.

    Raises LexiconError, with file and line, for a rule without example, counterexample or source, for one that does
    not read its examples as they say, that reads a counterexample, or that reads the example of another rule.
    """
    return read_rules(FOLDER / "rules" / f"{kind}.yaml", FOLDER / "rules" / "pieces.yaml")


def read_rules(path: Path, pieces_path: Path) -> tuple[Rule, ...]:
    """`rules` for files that lie elsewhere. Raises `LexiconError` that names file, line and what a rule misses."""
    pieces = _pieces(pieces_path)
    given = entries(
        path, ("id", "gives", "pattern", "source", "examples", "counterexamples"), ("fields", "needs", "note")
    )
    seen: dict[str, int] = {}
    found = []
    for entry in given:
        rule = _rule(entry, pieces, path.name)
        first = seen.setdefault(rule.id, entry.line)
        if first != entry.line:
            raise LexiconError(f"{rule.id!r} is given twice", where=rule.where, hint=f"first on line {first}")
        found.append(rule)
    for rule, entry in zip(found, given, strict=True):
        _prove(rule, entry, found)
    return tuple(found)


def _pieces(path: Path) -> dict[str, str]:
    value = read_yaml(path)
    if not isinstance(value, dict):
        raise LexiconError("is no mapping", where=f"{path.name}:1", hint="name: pattern")
    pieces: dict[str, str] = {}
    for name, pattern in value.items():  # a piece may use the pieces above it
        pieces[name] = _filled(str(pattern), pieces, path.name)
    return pieces


def _filled(pattern: str, pieces: Mapping[str, str], where: str) -> str:
    """`pattern` with its {pieces} written out; {2,12} stays a count, since pieces are lower-case letters only."""

    def piece(match: re.Match[str]) -> str:
        if match[1] not in pieces:
            raise LexiconError(f"no piece {match[1]!r}", where=where, hint="define it in pieces.yaml")
        return f"(?:{pieces[match[1]]})"

    return _PIECE.sub(piece, pattern)


def _rule(entry: Mapped, pieces: Mapping[str, str], file: str) -> Rule:
    where = f"{file}:{entry.line}"
    fields = entry.get("fields", {})
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise LexiconError("'fields' is no mapping of names to values", where=where, hint="fields: {relation: issues}")
    try:
        pattern = re.compile(_filled(str(entry["pattern"]), pieces, where))
    except re.error as error:
        raise LexiconError(f"pattern of {entry['id']} is wrong: {error}", where=where, hint="mend it") from error
    if not entry["source"]:
        raise LexiconError(f"rule {entry['id']} names no source", where=where, hint="say where the form is from")
    return Rule(
        id=str(entry["id"]),
        gives=str(entry["gives"]),
        pattern=pattern,
        needs=tuple(str(entry.get("needs", "")).split()) or ("",),
        fields={name: str(value) for name, value in fields.items()},
        source=str(entry["source"]),
        where=where,
    )


def _prove(rule: Rule, entry: Mapped, all_rules: Iterable[Rule]) -> None:
    examples, counterexamples = entry["examples"], entry["counterexamples"]
    if not isinstance(examples, list) or not isinstance(counterexamples, list) or not examples or not counterexamples:
        raise LexiconError(f"rule {rule.id} needs examples and counterexamples", where=rule.where, hint="give one each")
    for example in examples:
        if not isinstance(example, Mapped) or set(example) != {"text", "fact"}:
            raise LexiconError(f"an example of {rule.id} is not {{text, fact}}", where=rule.where, hint="see README.md")
        where = f"{rule.where.split(':')[0]}:{example.line}"
        fact = example["fact"]
        if not isinstance(fact, Mapped):
            raise LexiconError(f"the fact of an example of {rule.id} is no mapping", where=where, hint="see README.md")
        read = _read(rule, str(example["text"]), fact)
        if read != [fact]:
            raise LexiconError(f"rule {rule.id} reads {read}, not {dict(fact)}", where=where, hint="mend one")
        rivals = [other for other in all_rules if other.gives == rule.gives and other is not rule]
        both = [other.id for other in rivals if fact in _read(other, str(example["text"]), fact)]
        if both:
            raise LexiconError(f"{both} read the example of {rule.id} too", where=where, hint="make one narrower")
    for text in counterexamples:
        if rule.read(str(text)):
            raise LexiconError(f"rule {rule.id} reads its counterexample {text!r}", where=rule.where, hint="mend one")


def _read(rule: Rule, text: str, fact: Mapped) -> list[dict[str, str]]:
    """What the rule reads; with the whole quote only where the example gives one."""
    return [
        {name: cell for name, cell in found.items() if name != "quote" or name in fact} for found in rule.read(text)
    ]
