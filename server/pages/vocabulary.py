"""What the vocabulary calls its terms: for pages that speak of the model itself."""

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

import ontology
from kg.graph.namespaces import VOCABULARY
from server.i18n import language

_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@cache
def _labels() -> Mapping[tuple[str, str], str]:
    """(local name, language) → label."""
    return {
        (quad.subject.value.removeprefix(VOCABULARY), quad.object.language or ""): quad.object.value
        for quad in ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE)
        if quad.predicate == _LABEL and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }


def called(*codes: str) -> str:
    """The labels of terms in the language of the page, as one writes them in a row. Raises KeyError for no term of ours."""
    names = [_labels()[code, language()] for code in codes]
    return "、".join(names) if language() == "zh" else ", ".join(names).capitalize()
