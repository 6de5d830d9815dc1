"""Quads for releases of tests, and how many a release holds."""

from pathlib import Path

from kg.store.answer import open_store


def quad(n: int, graph: str = "g") -> bytes:
    return f'<http://e/s{n}> <http://e/p> "值{n}" <http://e/{graph}> .\n'.encode()


def count(data: Path) -> int:
    return int(open_store(data).rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].value)
