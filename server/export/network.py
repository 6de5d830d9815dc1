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
        graph.add_node(body, label=said.get("zh") or body, label_en=said.get("en") or "")
    for (lead, other, role), count in sorted(ties.items()):
        graph.add_edge(lead, other, key=role, role=role, relation=TIES[role], weight=count)
    return graph


def write_network(graph: "nx.MultiDiGraph[str]", form: str, release: str) -> bytes:
    """The network as "graphml" or "gexf", the same bytes for the same network."""
    out = io.BytesIO()
    if form == "graphml":
        nx.write_graphml(graph, out, named_key_ids=True)
        return out.getvalue()
    nx.write_gexf(graph, out, version="1.2draft")
    # networkx writes the day into the head; a release has no clock.
    return re.sub(rb'<meta lastmodifieddate="[^"]*">', f"<meta><!-- {release} -->".encode(), out.getvalue(), count=1)
