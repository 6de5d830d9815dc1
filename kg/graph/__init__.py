"""Facts to a checked graph: namespaces, iri → link → triples → derive → check, audit → follow."""
