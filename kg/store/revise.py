"""Writing from outside, one operation in a process of its own: no network, bounded memory and time, then a new release.

What a stranger sends is parsed and run here and nowhere else.
"""

import json
import multiprocessing
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Literal

import pyoxigraph as ox

from kg.errors import KgError, StoreError
from kg.store.answer import QueryCostError, QueryRefusedError, QuerySyntaxError
from kg.store.change import edit
from kg.store.evaluate import GRAPHS, syntax_error
from kg.store.evaluator import STACK, Used, limit_memory
from kg.store.folder import BusyError

NESTED = 10  # triple terms in triple terms: the parser dies of some ten thousand
TOKENS = re.compile(
    r"<[^<>\"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|[{}]|\w+|.", re.S
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One write: an update, or a graph put, added to or deleted. `graph` "" is the default graph."""

    kind: Literal["update", "put", "post", "delete"]
    text: str = ""
    graph: str = ""
    parts: Sequence[tuple[str, str]] = ()
    """What is put or added: media type and text of each."""
    base: str | None = None
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()


def revise(data: Path, revision: Revision, *, seconds: float = 60.0, memory: int = 2 << 30) -> str:
    """Do one write and give the id of the release that it made.

    Raises QuerySyntaxError for what cannot be parsed, QueryRefusedError for what is not offered, BusyError while a
    build runs, QueryCostError for what used up its time or memory; the release before serves on in each case.
    """
    started = _context()
    ours, theirs = started.Pipe()
    arguments = (theirs, str(data), asdict(revision), seconds, memory)
    process = started.Process(  # type: ignore[attr-defined]
        target=_child, args=arguments, daemon=True, name="fazhi revision"
    )
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise QueryCostError(f"the update ran longer than {seconds:g} s")
        end: dict[str, Any] = json.loads(ours.recv_bytes())
    except (EOFError, OSError):
        raise QueryCostError("the update used up its memory or stack") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if "release" in end:
        return str(end["release"])
    what, hint = end["what"], end["hint"]
    if end["end"] == "QuerySyntaxError":
        raise QuerySyntaxError(what, line=end["line"], column=end["column"], hint=hint)
    raise {"BusyError": BusyError, "QueryRefusedError": QueryRefusedError}.get(end["end"], StoreError)(what, hint=hint)


def _context() -> BaseContext:
    """Never a fork of the server itself: it has threads, and an open store must not cross a fork."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["kg.store.change", "kg.store.evaluate", "kg.store.network"])
    return found


def with_using(text: str, using: Sequence[str], named: Sequence[str]) -> str:
    """The update with USING clauses before each WHERE, as the protocol's parameters ask.

    >>> with_using("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }", ["http://e/g"], [])
    'INSERT { ?s ?p ?o } USING <http://e/g> WHERE { ?s ?p ?o }'

    Raises QueryRefusedError where the update names its own dataset.
    """
    if not using and not named:
        return text
    clause = "".join(f"USING {ox.NamedNode(name)} " for name in using)
    clause += "".join(f"USING NAMED {ox.NamedNode(name)} " for name in named)
    depth, out, previous = 0, [], ""
    for token in TOKENS.findall(text):
        word = token.lower()
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0 and word in {"using", "with"}:
            raise QueryRefusedError(
                "the update names its own dataset", hint="leave USING and WITH out, or the parameters"
            )
        if depth == 0 and word == "where" and previous == "}":
            out.append(clause)
        out.append(token)
        previous = previous if token.isspace() else word
    return "".join(out)


def _child(connection: Connection, data: str, fields: Mapping[str, Any], seconds: float, memory: int) -> None:
    import threading

    from kg.store.network import deny_network

    deny_network()
    limit_memory(memory)
    Used().allow(seconds)
    threading.stack_size(STACK)
    thread = threading.Thread(target=_work, args=(connection, Path(data), Revision(**fields)))
    thread.start()
    thread.join()


def _work(connection: Connection, data: Path, revision: Revision) -> None:
    end: dict[str, Any]
    try:
        end = {"release": _run(data, revision)}
    except KgError as error:
        end = {"end": type(error).__name__, "what": error.what, "hint": error.hint}
        if isinstance(error, QuerySyntaxError):
            end |= {"line": error.line, "column": error.column}
    connection.send_bytes(json.dumps(end).encode())


def _run(data: Path, revision: Revision) -> str:
    name = revision.graph
    node = ox.NamedNode(name) if name else ox.DefaultGraph()
    try:
        if revision.kind == "update":
            text = with_using(revision.text, revision.using, revision.using_named)
            return edit(data, lambda store: store.update(text, base_iri=revision.base)).id
        if revision.kind == "delete":
            return edit(data, lambda store: store.remove_graph(node), [name]).id
        _refuse_bombs(revision)

        def write(store: ox.Store) -> None:
            if revision.kind == "put":
                store.clear_graph(node)
            for media_type, text in revision.parts:
                store.load(text, format=GRAPHS[media_type], base_iri=revision.base, to_graph=node)

        return edit(data, write, [name]).id
    except SyntaxError as error:
        raise syntax_error(error) from error
    except (ValueError, RuntimeError) as error:
        raise QueryRefusedError(str(error)[:240]) from error


def _refuse_bombs(revision: Revision) -> None:
    """What the parsers die of: entities that grow, triple terms in triple terms."""
    for media_type, text in revision.parts:
        if media_type == "application/rdf+xml" and re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.I):
            raise QueryRefusedError("a DOCTYPE is not read", hint="send the RDF/XML without one")
        if re.search(rf"(?:<<\(?\s*){{{NESTED}}}", text):
            raise QueryRefusedError("triple terms are nested too deeply", limit=NESTED)
