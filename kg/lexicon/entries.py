"""Lists of entries in YAML, read strictly: every scalar a string, every key once, every entry knows its line."""

import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import TypeAlias

import yaml

from kg.errors import LexiconError

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


class Mapped(dict[str, Value]):
    """A mapping of a YAML file that knows the line it stands on."""

    line: int = 0


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
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


def entries(path: Path, needed: Iterable[str], optional: Iterable[str] = ()) -> list[Mapped]:
    """The mappings of a YAML list, each with the keys needed and no others. Raises `LexiconError` that names file and line."""
    needed, optional = set(needed), set(optional)
    value = read_yaml(path)
    if not isinstance(value, list):
        raise LexiconError("is no list", where=f"{path.name}:1", hint="begin each entry with '- '")
    found = []
    for entry in value:
        if not isinstance(entry, Mapped):
            raise LexiconError(f"{entry!r} is no mapping", where=path.name, hint=f"expected {sorted(needed)}")
        odd = sorted((needed - entry.keys()) | (entry.keys() - needed - optional))
        if odd:
            raise LexiconError(
                f"keys {odd} missing or unknown", where=f"{path.name}:{entry.line}", hint="see README.md"
            )
        found.append(entry)
    return found
