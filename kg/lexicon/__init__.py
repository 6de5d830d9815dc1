"""Words, rules and corrections as data, and the one strict loader that opens them. Holds no words itself."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeAlias

import yaml

from kg.errors import LexiconError

FOLDER = Path(__file__).parent

_HALF_WIDTH = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ！…～ to ASCII
    | {0x3000: 0x20, 0xA0: 0x20}
    | {ord(wide): ord(narrow) for wide, narrow in zip("﹐﹔﹕―﹣−", ",;:———", strict=True)}
)
_STRAY = re.compile(r"^[ \u3000]|[ \u3000]$")
_PIECE = re.compile(r"\{([a-z_]+)\}")

Row: TypeAlias = tuple[str, ...]
Value: TypeAlias = "str | list[Value] | dict[str, Value]"


def shadow(text: str) -> str:
    """The text that patterns run on: one width of each mark, and always the same length.

    >>> shadow("（一）97.27％，ＡＢ")
    '(一)97.27%,AB'
    """
    return text.translate(_HALF_WIDTH)


# --- tables -----------------------------------------------------------------------------------------------------------


@cache
def table(name: str, *columns: str, key: int = 1) -> tuple[Row, ...]:
    """The rows of `kg/lexicon/<name>.tsv`, in the order of the file; `columns` is the header that it must have.

    The first `key` cells of a row identify it and may occur once; the first cell may not be empty. Lines that begin
    with `#` are comments.

    >>> ("件", "件", "", "count", "") in table("units", "unit", "base", "scale", "class", "noun")
    True

    Raises LexiconError, with file and line, for another header, a ragged row, a stray space, text that is not in NFC,
    or a key given twice.
    """
    return read_table(FOLDER / f"{name}.tsv", *columns, key=key)


def read_table(path: Path, *columns: str, key: int = 1) -> tuple[Row, ...]:
    """`table` for a file that lies elsewhere: a register, a test."""
    header: list[str] | None = None
    rows: list[Row] = []
    lines: dict[Row, int] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        where = f"{path.name}:{number}"
        if not line or line.startswith("#"):
            continue
        # by hand: the csv module gives quotation marks a meaning that words in “” do not want
        cells = tuple(line.split("\t"))
        if header is None:
            header = list(cells)
            if header != list(columns):
                raise LexiconError(f"columns {', '.join(header)!r}", where=where, hint=f"expected {', '.join(columns)}")
            continue
        if len(cells) != len(columns):
            raise LexiconError(f"{len(cells)} cells, not {len(columns)}", where=where, hint="one tab between cells")
        if not cells[0] or any(_STRAY.search(cell) for cell in cells) or not unicodedata.is_normalized("NFC", line):
            raise LexiconError("stray space, empty key, or text not in NFC", where=where, hint="mend the cell")
        first = lines.setdefault(cells[:key], number)
        if first != number:
            raise LexiconError(
                f"{' '.join(cells[:key])!r} is given twice", where=where, hint=f"merge with line {first}"
            )
        rows.append(cells)
    if header is None:
        raise LexiconError("no header line", where=f"{path.name}:1", hint=f"expected {', '.join(columns)}")
    return tuple(rows)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise LexiconError("no such file", where=path.name, hint=f"looked for {path}") from error
    except UnicodeDecodeError as error:
        raise LexiconError("is not UTF-8", where=path.name, hint="save it as UTF-8") from error
    if "\r" in text or text.startswith("\ufeff"):
        raise LexiconError("line ends with CR, or a byte order mark", where=f"{path.name}:1", hint="save it with LF")
    return text


# --- yaml -------------------------------------------------------------------------------------------------------------


class Mapped(dict[str, Value]):
    """A mapping of a YAML file that knows the line it stands on."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    """Every scalar is a string (YAML would read 010000 as 4096 and no as False), and no key may be given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own form)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            first = seen.setdefault(key.value, line)
            if first != line:
                where = f"{Path(key.start_mark.name).name}:{line}"
                raise LexiconError(f"{key.value!r} is given twice", where=where, hint=f"first on line {first}")
        mapped = Mapped()
        mapped.line = node.start_mark.line + 1
        for key, value in node.value:
            mapped[key.value] = self.construct_object(value, deep=True)
        return mapped  # type: ignore[return-value]


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, object]:
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Value:
    """A YAML file as strings, lists and mappings; nothing is guessed to be a number, a date or a truth value.

    Raises LexiconError for a key given twice and for what is no YAML.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            loader = _Loader(stream)
            value = loader.get_single_data()
    except FileNotFoundError as error:
        raise LexiconError("no such file", where=path.name, hint=f"looked for {path}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise LexiconError("is not YAML", where=where, hint=str(getattr(error, "problem", error))) from error
    if value is None:
        return []
    return value  # type: ignore[no-any-return]


def _entries(path: Path, needed: Iterable[str], optional: Iterable[str] = ()) -> list[Mapped]:
    """The mappings of a YAML list, each with the keys needed and no others."""
    needed, optional = set(needed), set(optional)
    value = read_yaml(path)
    if not isinstance(value, list):
        raise LexiconError("is no list", where=f"{path.name}:1", hint="begin each entry with '- '")
    entries = []
    for entry in value:
        if not isinstance(entry, Mapped):
            raise LexiconError(f"{entry!r} is no mapping", where=path.name, hint=f"expected {sorted(needed)}")
        odd = sorted((needed - entry.keys()) | (entry.keys() - needed - optional))
        if odd:
            raise LexiconError(
                f"keys {odd} missing or unknown", where=f"{path.name}:{entry.line}", hint="see README.md"
            )
        entries.append(entry)
    return entries


# --- rules ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern over the shadow, with the fields that it gives: its named groups and its constants."""

    id: str
    gives: str
    """The kind of fact, or of mask."""
    pattern: re.Pattern[str]
    fields: Mapping[str, str]
    """Constants that every match carries."""
    source: str
    where: str

    def read(self, text: str) -> tuple[dict[str, str], ...]:
        """The fields of every match in `text`, as printed; `quote` is the whole match."""
        found = []
        for match in self.pattern.finditer(shadow(text)):
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
    """`rules` for files that lie elsewhere."""
    pieces = _pieces(pieces_path)
    entries = _entries(path, ("id", "gives", "pattern", "source", "examples", "counterexamples"), ("fields", "note"))
    seen: dict[str, int] = {}
    found = []
    for entry in entries:
        rule = _rule(entry, pieces, path.name)
        first = seen.setdefault(rule.id, entry.line)
        if first != entry.line:
            raise LexiconError(f"{rule.id!r} is given twice", where=rule.where, hint=f"first on line {first}")
        found.append(rule)
    for rule, entry in zip(found, entries, strict=True):
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


# --- corrections ------------------------------------------------------------------------------------------------------


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
    for entry in _entries(path, ("kind", "match", "value", "because", "by", "date")):
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
