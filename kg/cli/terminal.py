"""The terminal: words in the reader's language, tables, progress, one clear line for every error."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.errors import KgError

Language = Literal["zh", "en"]

MESSAGES = Path(__file__).parent / "messages.tsv"
REFUSALS = Path(__file__).parent / "refusals.tsv"

_ONE = re.compile(r"(?<![\d.,−+-])1 ([a-z]+[a-rt-z])s\b")
"""A plural after one."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def language(environ: Mapping[str, str] = os.environ) -> Language:
    """FAZHI_LANG, else the locale; Chinese for any zh locale, English for every other.

    >>> language({"LANG": "zh_CN.UTF-8"}), language({"LANG": "C.UTF-8"}), language({"FAZHI_LANG": "zh"})
    ('zh', 'en', 'zh')
    """
    names = ("FAZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    first = next((environ[name] for name in names if environ.get(name)), "")
    return "zh" if first.lower().startswith("zh") else "en"


@cache
def messages() -> Mapping[str, tuple[str, str]]:
    """messages.tsv: id → (zh, en)."""
    lines = MESSAGES.read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {name: (zh, en) for name, zh, en in rows}


def say(name: str, **values: object) -> str:
    """A message of messages.tsv in the reader's language, with its values; English says 1 report and 2 reports.

    >>> say("published", release="r1", reports=1, quads=2) in (
    ...     "published release r1: 1 report, 2 triples",
    ...     "已发布版本 r1：1 份报告，2 条三元组",
    ... )
    True
    """
    zh, en = messages()[name]
    return zh.format(**values) if language() == "zh" else _ONE.sub(r"1 \1", en.format(**values))


def listed(names: Iterable[str]) -> str:
    """Several names in a line, as the reader's language parts them."""
    return ("、" if language() == "zh" else ", ").join(names)


def tell(name: str, **values: object) -> None:
    """Print a message on the error channel, so that output can be piped."""
    err.print(escape(say(name, **values)))


class Bilingual(Protocol):
    """An error that speaks both languages."""

    def say(self, language: str) -> str: ...


def fail(error: KgError) -> None:
    """One line on the error channel: where, what, what to do."""
    _line("error", "bold red", in_both(error)[language()])


def in_both(error: KgError) -> Mapping[Language, str]:
    """An error as one line in each language."""
    own: Bilingual | None = getattr(error, "say", None) and error  # type: ignore[assignment]
    zh, en = (own.say("zh"), own.say("en")) if own else (in_chinese(error), str(error))
    return {"zh": " ".join(zh.split()), "en": " ".join(en.split())}


@cache
def refusals() -> tuple[tuple[re.Pattern[str], str], ...]:
    """refusals.tsv: what the readers of reports say in English, as patterns, and the Chinese for it."""
    rows = (line.split("\t") for line in REFUSALS.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return tuple((re.compile(re.escape(en).replace(r"\{\}", "(.+)")), zh) for en, zh in rows if en != "en")


@cache
def of_shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What the shapes say of a report that breaks one, with the value that does, and the Chinese for it."""
    from kg.graph.check import messages  # read only where refusals.tsv has no words

    return tuple((re.compile(re.escape(en) + " (.+)", re.S), zh + "：{}") for en, zh in messages())


def in_chinese(error: KgError) -> str:
    """An error in Chinese, as far as refusals.tsv knows its words; the rest as it is.

    >>> from kg.errors import SourceError
    >>> in_chinese(SourceError("is empty", where="a.txt", hint="try again"))
    'a.txt：是空文件——请重试'
    """

    def said(words: str) -> str:
        for pattern, zh in chain(refusals(), of_shapes()):
            found = pattern.fullmatch(words)
            if found:
                return zh.format(*map(said, found.groups()))
        return words

    told = "——".join(said(part) for part in (error.what, error.hint) if part)
    return f"{error.where}：{told}" if error.where else told


def warn(message: str) -> None:
    """One line of warning on the error channel."""
    _line("warning", "yellow", message)


def _line(kind: str, style: str, message: str) -> None:
    space = "" if language() == "zh" else " "
    err.print(f"[{style}]{escape(say(kind))}[/]{space}{escape(' '.join(message.split()))}")


def print_json(value: object) -> None:
    """JSON on standard output, as it is: no wrapping, no colours."""
    write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def done(message: str, *, as_json: bool, **values: object) -> None:
    """What a command has done: a line on the error channel, or its values as JSON on standard output."""
    if as_json:
        print_json(values)
    else:
        tell(message, **values)


def write(text: str | bytes) -> None:
    """Text or bytes on standard output, always UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode())
    sys.stdout.buffer.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table by rich; cells are shown as they are, never read as markup."""
    table = Table(title=escape(title) if title else None, header_style="bold")
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    out.print(table)


def show(value: Sequence[Mapping[str, Any]], *, as_json: bool, title: str = "") -> None:
    """Records as JSON, or as a table whose columns are their keys, in the reader's language."""
    if as_json:
        print_json(value)
    elif value:
        columns = list(dict.fromkeys(key for record in value for key in record))
        heads = [say(name) if (name := f"column-{column}") in messages() else column for column in columns]
        print_table(heads, ([record.get(key, "") for key in columns] for record in value), title=title)
