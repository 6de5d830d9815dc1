"""Answer, and the protocol of everything that answers: a release in process, a pool of evaluators, another endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from kg.errors import QueryError, StoreError

AnswerKind = Literal["solutions", "boolean", "graph"]

Value = str | int | float | bool


class QuerySyntaxError(QueryError):
    """The text is no SPARQL query; line and column count from 1, 0 where the engine does not say."""

    def __init__(self, what: str, *, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(what, where=f"{line}:{column}" if line else "", hint=hint)
        self.line, self.column = line, column


class QueryRefusedError(QueryError):
    """The query breaks a limit before it is evaluated; `limit` and `measured` say which and by how much."""

    def __init__(self, what: str, *, limit: int | None = None, measured: int | None = None, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.limit, self.measured = limit, measured


class UnknownFunctionError(QueryRefusedError):
    """The query is well formed, but calls a function that this engine does not have."""


class NotAcceptableError(QueryError):
    """None of the media types that the asker takes can be given; `offered` are those that can."""

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__("none of the accepted media types can be given", hint="offered: " + ", ".join(offered))
        self.offered = tuple(offered)


class AnswerTooLargeError(QueryError):
    """The answer has more bytes than one answer may have."""


class QueryCostError(QueryError):
    """The query used up its time, its memory or its stack; it was ended."""

    retry_after = 60


class StoreBusyError(StoreError):
    """Nobody was free to answer; try again after `retry_after` seconds."""

    retry_after = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One RDF term of a solution, as the SPARQL results formats give it."""

    value: str
    kind: Literal["uri", "literal", "bnode"]
    datatype: str | None = None
    language: str | None = None


Row = Mapping[str, Cell]
"""Variable → cell; an unbound variable is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Graphs that a query reads; None for both means the union of all (the protocol's default)."""

    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query gives, serialised."""

    kind: AnswerKind
    media_type: str
    body: bytes
    release: str
    partial_rows: int | None = None
    """The row cap, where it cut the answer."""


class Store(Protocol):
    """Whatever answers queries. Raises `QueryError` for the asker's fault, `StoreError` for ours."""

    @property
    def release(self) -> str:
        """Id of the release that answers."""
        ...

    def answer(
        self,
        query: str,
        *,
        media_type: str = "",
        dataset: Dataset | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Evaluate one SPARQL query. `media_type` empty: results JSON for tables, N-Triples for graphs."""
        ...

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        """The solutions of a SELECT."""
        ...

    def close(self) -> None: ...


def open_store(location: str | Path) -> Store:
    """The store at `location`: a data folder or a release folder in process, or the URL of a SPARQL endpoint.

    >>> open_store("nowhere")
    Traceback (most recent call last):
    ...
    kg.errors.StoreError: nowhere: no such data folder — build one: fazhi build REPORT… --data nowhere
    """
    if str(location).startswith(("http://", "https://")):
        from kg.store.remote import RemoteStore

        return RemoteStore(str(location))
    from kg.store.embedded import EmbeddedStore

    return EmbeddedStore(Path(location))
