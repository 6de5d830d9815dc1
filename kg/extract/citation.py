"""Citations: 《》 documents and named lists, their number, kind and relation."""

from kg.extract.fact import Citation
from kg.extract.passage import Passage


def citations(passage: Passage) -> tuple[Citation, ...]:
    """Every document named in a passage; a run of titles shares the verb that governs it. In headings relation is None."""
    raise NotImplementedError
