"""Inbox: what a build was given → the places of its reports, with an issue for everything that is none.

Nothing is opened here; a place is opened by the process that reads it.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.build.issue import Issue
from kg.corpus.source import ALLOW, COLUMNS, REGISTER, SUFFIXES, registered_rows
from kg.errors import SourceError

MEND = "mend it or take it away"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one report lies: a file, an address, or - for standard input; and its short name for issues."""

    where: str
    name: str


def places(paths: Iterable[str | Path], *, data: Path | None = None) -> tuple[list[Place], list[Issue]]:
    """The reports at files, folders, registers, addresses or `-`: each once, in the order of their names.

    Files that are no reports by their names, and rows of a register without a file, are issues; a `data` folder that
    lies within a folder of reports is none of these. Raises SourceError for a path that is not there, and where there is no report at all.
    """
    found: dict[str, Place] = {}
    issues: list[Issue] = []
    for given in paths:
        for place in _at(str(given), issues, data):
            found.setdefault(place.where, place)
    if not found:
        where = ", ".join(map(str, paths))
        raise SourceError("no report there", where=where, hint=f"looked for {REGISTER} and {' '.join(SUFFIXES)}")
    return sorted(found.values(), key=lambda place: (place.name, place.where)), issues


def _at(given: str, issues: list[Issue], data: Path | None) -> Iterator[Place]:
    path = Path(given)
    if given == "-" or given.startswith(("http://", "https://")):
        yield Place(given, given)
    elif path.is_dir():
        yield from _folder(path, issues, data)
    elif path.name == REGISTER and path.is_file():
        yield from _register(path, issues)
    elif path.suffix == Path(REGISTER).suffix and path.is_file():
        raise SourceError(f"a register is named {REGISTER}", where=given, hint=f"its columns: {' '.join(COLUMNS)}")
    elif path.exists():
        yield Place(str(path), path.name)
    else:
        raise SourceError("no such file or folder", where=given, hint="check the path")


def _folder(folder: Path, issues: list[Issue], data: Path | None) -> Iterator[Place]:
    for path in sorted(_within(folder, issues, data)):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in Path(name).parts):
            continue
        if path.is_dir():
            hint = "give that folder as well, if its reports are wanted"
            issues.append(_left_out(name, "source.foreign", "a link to a folder, which is not followed", hint=hint))
        elif path.exists() and not path.is_file():
            issues.append(_left_out(name, "source.foreign", "a pipe or a device, not read", hint=MEND))
        elif not path.is_file():
            issues.append(_left_out(name, "source.missing", "a link to a file that is not there", hint=MEND))
        elif path.suffix.lower() in SUFFIXES:
            yield Place(str(path), name)
        elif path.name == REGISTER:
            _missing(path, set(_files(path)), name, issues)
        else:
            suffix = f" ({path.suffix})" if path.suffix else ""
            what = f"no report by its name{suffix}, not read"
            hint = "a report is read as .pdf, .docx, .html or .txt; nothing to do for any other file"
            issues.append(_left_out(name, "source.foreign", what, hint=hint))


def _within(folder: Path, issues: list[Issue], data: Path | None) -> Iterator[Path]:
    """All files under a folder, and the links in it that lead to none; a folder that cannot be looked into is an issue."""

    def closed(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        why = error.strerror or "cannot be opened"
        told = Issue(source=name, severity="error", code="source.unreadable", what=why, done="left-out", hint=ALLOW)
        issues.append(told)

    for here, folders, files in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if data is None or Path(here, name).absolute() != data.absolute()]
        links = (name for name in folders if (Path(here) / name).is_symlink())
        yield from (Path(here) / name for name in (*files, *links))


def _register(register: Path, issues: list[Issue]) -> Iterator[Place]:
    files = _files(register)
    _missing(register, set(files), register.name, issues)
    for file in files:
        if (register.parent / file).is_file():
            yield Place(str(register.parent / file), file)


def _missing(register: Path, files: set[str], name: str, issues: list[Issue]) -> None:
    for file in sorted(file for file in files if not (register.parent / file).is_file()):
        what = f"{name} has a row for it, but there is no such file"
        issues.append(
            _left_out(
                (Path(name).parent / file).as_posix(), "source.missing", what, hint="take the row away or add the file"
            )
        )


def _files(register: Path) -> list[str]:
    return [row[0] for row in registered_rows(register)]


def _left_out(name: str, code: str, what: str, *, hint: str = "") -> Issue:
    return Issue(source=name, severity="warning", code=code, what=what, done="left-out", hint=hint)
