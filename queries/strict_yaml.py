"""YAML as the headers are written in: every scalar is text, and no key is given twice."""

import re
from typing import Any

import yaml

from kg.errors import QueryError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which every scalar is text (no 'no' as False, no dates) and no key is given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (the base class's form)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = loader.construct_object(key)
        if name in found:
            raise yaml.constructor.ConstructorError(None, None, f"'{name}' is given twice", key.start_mark)
        found[name] = loader.construct_object(value, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str, where: str) -> Any:
    """Strict YAML: all scalars are strings; a key given twice is refused.

    >>> read_yaml("no: 007", "a.yaml")
    {'no': '007'}
    >>> read_yaml("a: 1\\na: 2", "a.yaml")
    Traceback (most recent call last):
    kg.errors.QueryError: a.yaml:2: 'a' is given twice
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise QueryError(error.problem or "not YAML", where=f"{where}:{line}") from error
