"""The network of bodies: who did what to whom, who works with whom; as GraphML and GEXF."""

import io
import re
from collections import Counter

import networkx as nx

from kg.graph.namespaces import PREFIXES
from kg.store.answer import Store
from kg.store.search import Finder

TIES = {"partnerBody": "with", "targetBody": "to", "recipientBody": "for", "grantorBody": "from"}
QUERY = """SELECT ?lead ?other ?role {{ VALUES ?role {{ {roles} }} ?statement fz:leadBody ?lead ; ?role ?other
  FILTER(?lead != ?other) }}"""


def network(store: Store, search: Finder | None) -> "nx.MultiDiGraph[str]":
    """Bodies as nodes; one edge for each pair and role, weighted by the statements that say so."""
    roles = " ".join(f"fz:{name}" for name in TIES)
    rows = store.rows(f"PREFIX fz: <{PREFIXES['fz']}> " + QUERY.format(roles=roles), seconds=60.0)
    ties = Counter((row["lead"].value, row["other"].value, row["role"].value.rpartition("#")[2]) for row in rows)
    bodies = sorted({body for lead, other, _ in ties for body in (lead, other)})
    labels = search.labels(bodies) if search else {}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for body in bodies:
        said = labels.get(body, {})
        english = {"label_en": said["en"]} if said.get("en") else {}
        graph.add_node(_token(body), label=said.get("zh") or body, iri=body, **english)
    for (lead, other, role), count in sorted(ties.items()):
        ends = _token(lead), _token(other)
        graph.add_edge(*ends, key=f"{ends[0]}_{role}_{ends[1]}", role=role, relation=TIES[role], weight=count)
    return graph


def _token(iri: str) -> str:
    """The name of a node: GraphML wants one without slashes.

    >>> _token("https://w3id.org/fazhi/id/body/330226-00c8f5705a")
    'body.330226-00c8f5705a'
    """
    local = iri.rpartition("/id/")[2].replace("/", ".")
    return re.sub(r"[^A-Za-z0-9.-]", lambda other: f"_{ord(other[0]):x}", local)


def write_network(graph: "nx.MultiDiGraph[str]", form: str, release: str) -> bytes:
    """The network as "graphml" or "gexf", the same bytes for the same network."""
    out = io.BytesIO()
    if form == "graphml":
        nx.write_graphml(graph, out, named_key_ids=True)
        return out.getvalue()
    nx.write_gexf(graph, out, version="1.2draft")
    # networkx writes the day into the head, though a release has no clock, and a name that the schema does not know.
    dated = re.sub(rb'<meta lastmodifieddate="[^"]*">', f"<meta><!-- {release} -->".encode(), out.getvalue(), count=1)
    return re.sub(rb'(<graph [^>]*) name=""', rb"\1", dated, count=1)
