"""A release taken away: RDF in every form, tables, networks, a deposit."""
