"""Settings: flags, then FAZHI_* variables, then fazhi.toml, then defaults; each with where it came from."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE
from kg.serving import Serving

FILE = "fazhi.toml"
SECRETS = ("FAZHI_STORE_TOKEN", "FAZHI_STORE_USER")
"""For another store: a bearer token, or name:password. Read where they are used, never shown, never in a file."""
YES_OR_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
WANTED: Mapping[type, str] = {
    int: "a whole number",
    float: "a number of seconds",
    Path: "a path",
    str: "text",
    bool: "true or false",
}


def default_data() -> Path:
    """Where releases live when nobody says: $XDG_DATA_HOME/fazhi, ~/.local/share/fazhi."""
    home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(home) if home else Path.home() / ".local" / "share") / "fazhi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Serving):
    """All that may be set. A field `site_name` is `site_name` in fazhi.toml and FAZHI_SITE_NAME outside."""

    data: Path = Path()
    """Folder of the releases."""
    store: str = ""
    """A SPARQL endpoint to answer from, instead of a release."""
    base: str = DEFAULT_BASE
    """IRI base of the instances that a build makes."""
    jobs: int = 0
    """Processes that read reports; 0: one per processor."""
    keep: int = 10
    """Releases that are kept."""
    lang: str = ""
    """zh or en on the command line; empty: by locale."""
    trusted_hosts: str = ""
    """Host names that are answered, separated by commas; empty: the public address and loopback."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it came from: a flag, a variable, a file or the default."""

    name: str
    value: object
    origin: str


def load(
    flags: Mapping[str, object], *, environ: Mapping[str, str] = os.environ, folder: Path = Path()
) -> tuple[Settings, tuple[Setting, ...]]:
    """Settings and the origin of each. A flag that is None was not given.

    >>> settings, origins = load({"port": 8080}, environ={"FAZHI_HOST": "0.0.0.0"})
    >>> settings.port, settings.host
    (8080, '0.0.0.0')
    >>> [(o.name, o.origin) for o in origins if o.name in ("host", "port", "workers")]
    [('host', 'FAZHI_HOST'), ('port', '--port'), ('workers', 'default')]

    Raises UsageError for an unknown key, an unknown FAZHI_ variable, or a value of the wrong kind.
    """
    file = Path(environ.get("FAZHI_CONFIG") or folder / FILE)
    table = _read_toml(file, must="FAZHI_CONFIG" in environ)
    kinds = {field.name: field.type for field in fields(Settings)}
    kinds = {name: kinds[name] for name in (*Settings.__annotations__, *kinds)}  # its own first
    known = {f"FAZHI_{name.upper()}" for name in kinds} | {"FAZHI_CONFIG", *SECRETS}
    for name in sorted(environ):
        if name.startswith("FAZHI_") and not name.startswith("FAZHI_TEST_") and name not in known:
            raise UsageError(f"unknown setting {name}", hint="fazhi config show lists all settings")
    for name in table:
        if name not in kinds:
            raise UsageError(f"unknown setting {name}", where=str(file), hint="fazhi config show lists all settings")
    values: dict[str, Any] = {}
    origins = []
    for name, kind in kinds.items():
        variable = f"FAZHI_{name.upper()}"
        if flags.get(name) is not None:
            value, origin = flags[name], "--" + name.replace("_", "-")
        elif environ.get(variable):
            value, origin = environ[variable], variable
        elif name in table:
            value, origin = table[name], str(file)
        else:
            value, origin = getattr(Settings(), name), "default"
            value = default_data() if name == "data" else value
        values[name] = _as(kind, value, name=name, origin=origin)
        origins.append(Setting(name, values[name], origin))
    return Settings(**values), tuple(origins)


def _read_toml(file: Path, *, must: bool) -> dict[str, object]:
    if not file.exists():
        if must:
            raise UsageError("no such file", where=str(file), hint="FAZHI_CONFIG names a file that must exist")
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not TOML: {error}", where=str(file), hint="key = value, strings in quotes") from error


def _as(kind: object, value: object, *, name: str, origin: str) -> object:
    if isinstance(kind, UnionType):
        if value is None or value == "":
            return None
        kind = next(arm for arm in get_args(kind) if arm is not type(None))
    assert isinstance(kind, type)
    try:
        if kind is bool:
            return value if isinstance(value, bool) else YES_OR_NO[str(value).lower()]
        if isinstance(value, bool) or (kind is str and not isinstance(value, str)):
            raise ValueError(value)
        result = kind(value)
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{name} = {value!r} is not {WANTED[kind]}", where=origin, hint="fazhi config show") from error
    if isinstance(result, Path):
        return result.expanduser()
    return result
