"""The questions: one .rq file each, with a header that is its form, its API operation, its documentation and its test.

    query = load_queries()["who-did-what"]
    text = bind(query, {"what": "督察"}, base)          SPARQL with the slots filled
    answered = answer(query, {"what": "督察"}, store, base=base)      in queries.answer: rows, labels, quotes, sentence

A file is read by queries.file, the keys of its header are in queries.header, slots in queries.binding, names and choices in
queries.slots, answers in queries.answer; a free sentence goes to queries.router.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from queries.binding import bind
from queries.file import read_query
from queries.header import ANY, Language, NamedQuery, Text
from queries.wording import Refusal

HERE = Path(__file__).parent
GROUPS: tuple[str, ...] = ("bodies", "results", "plans", "places", "documents", "checks")

__all__ = ["ANY", "GROUPS", "Language", "NamedQuery", "Refusal", "Text", "bind", "find_query", "load_queries"]


@cache
def load_queries(folder: Path = HERE) -> Mapping[str, NamedQuery]:
    """All questions by id, in the order of their groups and then of their names.

    >>> load_queries()["who-did-what"].title.zh
    '谁对谁做了什么'

    Raises `QueryError` that names the file and what is wrong with its header.
    """
    queries = [read_query(path) for path in sorted(folder.glob("*.rq"))]
    queries.sort(key=lambda query: (GROUPS.index(query.group), query.id))
    return MappingProxyType({query.id: query for query in queries})


def find_query(name: str) -> NamedQuery:
    """The question of this id. Raises `Refusal` (unknown-question) that names the nearest ids."""
    queries = load_queries()
    if name in queries:
        return queries[name]
    from rapidfuzz import process

    near = tuple(str(found[0]) for found in process.extract(name, list(queries), limit=3))
    raise Refusal("unknown-question", candidates=near, value=name)
