"""Source: one report as it was found, before anything is read."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from kg.corpus.text import decode
from kg.errors import SourceError, UsageError
from kg.lexicon import Row, pattern, rows_of

LIMIT = 64 * 1024 * 1024
ALLOW = "allow this user to read it"
"""Bytes that a report may have."""

_TITLE = pattern("issuer.file-title")
REGISTER = "sources.tsv"
COLUMNS = ("file", "title", "issuer", "code", "period_year", "published", "source", "url", "sha256", "expected")
SUFFIXES = (
    ".txt",
    ".html",
    ".htm",
    ".xhtml",
    ".shtml",
    ".mht",
    ".mhtml",
    ".docx",
    ".pdf",
    ".ofd",
    ".doc",
    ".wps",
    ".rtf",
    ".odt",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the register or a flag says of a report; None where it says nothing."""

    title: str | None = None
    issuer: str | None = None
    code: str | None = None
    """GB/T 2260 code of the jurisdiction, 6 digits; townships 9."""
    period_year: int | None = None
    published: str | None = None
    """ISO date."""
    source: str | None = None
    """Who put it out, as a page says under 来源."""
    url: str | None = None
    file: str | None = None
    """The name of its file, where it reads like a title: a title where neither text, page nor register has one."""
    flags: tuple[str, ...] = ()
    """Names of the fields that a flag gave, not the register."""

    def basis(self, name: str) -> Literal["register", "flag"]:
        """Where a field comes from."""
        return "flag" if name in self.flags else "register"


def given_of(pairs: Iterable[str]) -> Given:
    """What flags say of a report: code=330226, period_year=2021 …

    >>> given_of(["code=330226", "period_year=2021"]).period_year
    2021

    Raises UsageError for what is no field, or no year.
    """
    names = ("title", "issuer", "code", "period_year", "published", "url")
    values: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in names or not value:
            raise UsageError(f"given {pair!r}", hint=f"write one of {', '.join(names)} with = and a value")
        values[name] = value
    year = values.get("period_year")
    if year is not None and not (year.isdigit() and len(year) == 4):
        raise UsageError(f"given period_year={year}", hint="write four digits")
    return Given(
        title=values.get("title"),
        issuer=values.get("issuer"),
        code=values.get("code"),
        period_year=int(year) if year else None,
        published=values.get("published"),
        source=values.get("source"),
        url=values.get("url"),
        flags=tuple(values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report as found: where it lies, what its bytes are, what is said of it."""

    path: Path | None
    url: str | None
    sha256: str
    """Of the bytes as found, lower-case hex."""
    data: bytes = field(repr=False)
    given: Given = Given()
    expected: tuple[tuple[str, int, int], ...] = ()
    """(kind of fact, least, most) that a build must find; empty where nobody said."""
    declared: str = ""
    """The encoding that a server declared for a fetched page."""

    @property
    def name(self) -> str:
        """Short name for messages: the file name or the address."""
        return self.path.name if self.path else self.url or "-"


def source_of(data: bytes, *, path: Path | None = None, url: str | None = None, given: Given = Given()) -> Source:
    """A source of bytes that are already there.

    >>> source_of(b"\\xe4\\xb8\\x80").sha256[:8]
    '51a75f46'
    """
    return Source(path=path, url=url or given.url, sha256=hashlib.sha256(data).hexdigest(), data=data, given=given)


def sources(paths: Iterable[str | Path], *, given: Given = Given()) -> list[Source]:
    """The reports at files, folders, registers (`sources.tsv`), addresses, or `-` for standard input; in the order given.

    A folder gives its reports in the order of their names. A register beside a file, or in a folder, says what is known
    of each file; `given` (flags) wins over it.

    Raises SourceError for what is not there, is empty, is too large, or differs from the register's sha256.
    """
    found: list[Source] = []
    for item in paths:
        found.extend(_expand(item, given))
    return found


def _expand(item: str | Path, given: Given) -> Iterator[Source]:
    text = str(item)
    if text == "-":
        yield _checked(source_of(sys.stdin.buffer.read(LIMIT + 1), given=given))
        return
    if text.lower().startswith(("http://", "https://")):
        from kg.corpus.fetch import fetch

        yield fetch(text, given=given)
        return
    path = Path(item)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not files:
            raise SourceError("no report in this folder", where=text, hint=f"looked for {' '.join(SUFFIXES)}")
        for file in files:
            yield _file(file, given)
    elif path.name == REGISTER and path.is_file():
        for name in _register(path, path.stat().st_mtime_ns):
            yield _file(path.parent / name, given)
    else:
        yield _file(path, given)


def _file(path: Path, given: Given) -> Source:
    try:
        size = path.stat().st_size
        if size > LIMIT:
            raise _too_large(size, path.name)
        data = path.read_bytes()
    except OSError as error:
        hint = ALLOW if isinstance(error, PermissionError) else "check the path"
        raise SourceError(error.strerror or "cannot be opened", where=str(path), hint=hint) from error
    row, expected, sha256 = _registered(path)
    name = path.stem if _TITLE.search(path.stem) else None
    merged = replace(_merged(row, given), file=name)
    source = _checked(replace(source_of(data, path=path, given=merged), expected=expected))
    if sha256 and sha256 != source.sha256:
        what = f"sha256 is {source.sha256[:12]}…, the register says {sha256[:12]}…"
        raise SourceError(what, where=str(path), hint="the file was changed; correct the file or the register")
    return source


def _merged(row: Given, given: Given) -> Given:
    """What the register says, and what a flag says where there is one."""
    return Given(
        title=given.title or row.title,
        issuer=given.issuer or row.issuer,
        code=given.code or row.code,
        period_year=given.period_year or row.period_year,
        published=given.published or row.published,
        source=given.source or row.source,
        url=given.url or row.url,
        flags=given.flags,
    )


def _checked(source: Source) -> Source:
    if not source.data.strip():
        raise SourceError("is empty", where=source.name, hint="give a file with the report's text")
    if len(source.data) > LIMIT:
        raise _too_large(len(source.data), source.name)
    return source


def _too_large(size: int, where: str) -> SourceError:
    what = f"{size / 1048576:.0f} MB, more than the {LIMIT // 1048576} MB that a report may have"
    return SourceError(what, where=where, hint="give the report itself, not an archive")


_Row = tuple[Given, tuple[tuple[str, int, int], ...], str]


def _registered(path: Path) -> _Row:
    """The row of a file in the nearest register above it."""
    for folder in (path.parent, *list(path.resolve().parent.parents)[:1]):
        register = folder / REGISTER
        if register.is_file():
            try:
                name = path.resolve().relative_to(folder.resolve()).as_posix()
            except ValueError:
                continue
            row = _register(register, register.stat().st_mtime_ns).get(name)
            if row:
                return row
    return Given(), (), ""


def registered_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a register, as spreadsheets save it too: in UTF-16 or GB 18030, with CR, with lines of nothing but tabs.

    Raises SourceError where it cannot be opened, DocumentError where it is no text, LexiconError where it is no table.
    """
    try:
        text = decode(path.read_bytes(), where=path.name)
    except OSError as error:
        raise SourceError(error.strerror or "cannot be opened", where=path.name, hint=ALLOW) from error
    lines = (line for line in text.replace("\r\n", "\n").split("\n") if line.strip("\t"))
    return rows_of("\n".join(lines), path.name, *COLUMNS)


@lru_cache(maxsize=16)
def _register(path: Path, changed: int) -> Mapping[str, _Row]:
    """The rows of a register by file; read again when it was changed."""
    rows: dict[str, _Row] = {}
    for file, title, issuer, code, year, published, source, url, sha256, expected in registered_rows(path):
        counts = []
        for part in filter(None, expected.split(" ")):  # Figure=45-55
            kind, _, bounds = part.partition("=")
            least, _, most = bounds.partition("-")
            if not (kind and least.isdigit() and (most or least).isdigit()):
                raise SourceError(f"expected counts {part!r}", where=str(path), hint="write Figure=45-55")
            counts.append((kind, int(least), int(most or least)))
        if year and not year.isdigit():
            raise SourceError(f"period_year {year!r}", where=str(path), hint="write four digits")
        rows[file] = (
            Given(
                title=title or None,
                issuer=issuer or None,
                code=code or None,
                period_year=int(year) if year else None,
                published=published or None,
                source=source or None,
                url=url or None,
            ),
            tuple(counts),
            sha256,
        )
    return rows
