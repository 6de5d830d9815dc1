"""Evidence: where a piece of metadata comes from; and the report's words to look for it in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kg.corpus.draft import Block, BlockKind
from kg.corpus.source import Given
from kg.corpus.text import Span

BODY: tuple[BlockKind, ...] = ("paragraph", "item", "heading", "cell")
"""Kinds of block that belong to the text proper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a piece of metadata comes from."""

    basis: Literal["text", "page", "register", "flag", "address", "guess"]
    quote: str
    span: Span | None = None
    """In the canonical text, when it is printed there."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one report, its page and its register, with what has been found in them so far."""

    text: str
    shadow: str
    blocks: Sequence[Block]
    page: Mapping[str, str]
    given: Given
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def of_kind(self, *kinds: BlockKind) -> list[Block]:
        """The blocks of these kinds, in order."""
        return [block for block in self.blocks if block.kind in kinds]

    def flat(self, block: Block) -> str:
        """A block's words in the shadow."""
        return self.shadow[block.span.start : block.span.end]

    def printed(self, span: Span, basis: Literal["text", "guess"] = "text") -> Evidence:
        """Evidence of words that are printed in the text."""
        return Evidence(basis=basis, quote=self.text[span.start : span.end], span=span)

    def body(self, limit: int) -> Iterator[Block]:
        """The first paragraphs of the body."""
        yield from self.of_kind("paragraph", "item")[:limit]

    def running(self) -> str:
        """The paragraphs of the body as one shadow, a line each."""
        return "\n".join(self.flat(block) for block in self.of_kind("paragraph", "item", "heading"))
