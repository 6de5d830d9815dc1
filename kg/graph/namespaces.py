"""Namespaces: the vocabulary, the instance base, the graph base and the prefixes. Written here and nowhere else.

The vocabulary is a constant; the instance base is a setting, since a vocabulary that varied by installation would make
the named questions unportable.
"""

from collections.abc import Mapping
from types import MappingProxyType

VOCABULARY = "https://w3id.org/fazhi/ns#"
ONTOLOGY = "https://w3id.org/fazhi/ns"
DEFAULT_BASE = "https://w3id.org/fazhi/id/"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "dcterms": "http://purl.org/dc/terms/",
        "fz": VOCABULARY,
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)


def graph_base(base: str = DEFAULT_BASE) -> str:
    """Where the named graphs live.

    >>> graph_base("https://w3id.org/fazhi/id/")
    'https://w3id.org/fazhi/graph/'
    """
    return base.removesuffix("id/") + "graph/"
