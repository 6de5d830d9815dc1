"""Honours: awards, designations, selections, firsts and ranks in a wider area."""

from kg.extract.fact import Honour, Mention
from kg.extract.passage import Passage
from kg.extract.quantity import Quantity


def honours(passage: Passage, found: tuple[Quantity, ...], mentions: tuple[Mention, ...]) -> tuple[Honour, ...]:
    """One entry per award and recipient in a sentence; the recipient is a body's canonical name, or as printed."""
    raise NotImplementedError
