"""Short ways from a text to what the reader makes of it."""

from dataclasses import replace

from kg.corpus.document import Document, read_document
from kg.corpus.outline import Outline, parse_outline
from kg.corpus.sentence import Sentence, split_sentences
from kg.corpus.source import Given, source_of


def document_of(text: str | bytes, given: Given | None = None, *, force: bool = True) -> Document:
    data = text.encode() if isinstance(text, str) else text
    return read_document(replace(source_of(data), given=given or Given()), force=force)


def outline_of(text: str | bytes) -> Outline:
    return parse_outline(document_of(text))


def sentences_of(text: str | bytes) -> tuple[Sentence, ...]:
    document = document_of(text)
    return split_sentences(document, parse_outline(document))


def drawn(outline: Outline) -> list[str]:
    """One line for each heading, two spaces for each level below."""
    return ["  " * section.key.count(".") + f"{section.number} {section.title}".strip() for section in outline.sections]
