"""Answer, and the protocol of everything that answers: a release in process, a pool of evaluators, another endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

AnswerKind = Literal["solutions", "boolean", "graph"]

Value = str | int | float | bool


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
