"""The questions as tools for language models, over the Model Context Protocol. The extra `mcp`, imported when it is served.

A model that uses these tools quotes the reports instead of remembering them: every answer carries the words it rests on.
"""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec

from kg.errors import KgError, UsageError
from kg.graph.namespaces import VOCABULARY
from kg.store.answer import NotAcceptableError
from queries import GROUPS, find_query, load_queries
from queries.evidence import evidence
from queries.header import Language
from queries.labels import local_name
from queries.present import answer_data, ask, evidence_data, run
from queries.support import support
from queries.wording import Refusal
from server.api.data import suggested
from server.config import Config
from server.evaluate.worker import own_loop
from server.service import Service

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

Given = ParamSpec("Given")
Plain = dict[str, Any]
Kind = Literal["area", "body", "indicator", "document", "programme", "report"]
INSTRUCTIONS = """Facts from annual rule-of-law government reports of China (法治政府建设年度报告), each with its exact words.
Begin with list_questions and ask_question; SPARQL is for what no question covers. Quote the words that an answer gives, \
with report and section. Not stated in a report is not the same as not done.
请先用 list_questions 和 ask_question；没有现成问题时再用 sparql_query。回答时引用原文。报告未写不等于未做。"""
ROWS, INTERRUPTED = 200, 130


def make_server(service: Service) -> "MCPServer":
    """The tools over what one service shows. Raises `UsageError` where the extra is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.tools import Tool
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise UsageError("the extra 'mcp' is not installed", hint="pip install 'fazhi[mcp]'") from error

    tools = Tools(service)
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    made = [
        Tool.from_function(tool, annotations=reads, structured_output=False)
        for tool in (
            tools.list_questions,
            tools.ask_question,
            tools.search_entities,
            tools.search_quotes,
            tools.get_resource,
            tools.get_quote,
            tools.describe_schema,
            tools.sparql_query,
        )
    ]
    for one in made:  # what a tool does not know is refused by name; the library would pass over it
        known = one.fn_metadata.arg_model
        known.model_config["extra"] = "forbid"
        known.model_rebuild(force=True)
        one.parameters = known.model_json_schema(by_alias=True)
    return MCPServer(
        "fazhi", title="法治 fazhi", version="1", instructions=INSTRUCTIONS, log_level="WARNING", tools=made
    )


def told(tool: Callable[Concatenate["Tools", Given], Plain]) -> Callable[Concatenate["Tools", Given], Plain]:
    """Each answer says its release, and errors what was wrong and what to do, so that a model can act on them."""

    @wraps(tool)
    def checked(self: "Tools", /, *args: Given.args, **kwargs: Given.kwargs) -> Plain:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            return {"release": self.service.release_id, **tool(self, *args, **kwargs)}
        except Refusal as error:
            near = f" candidates: {', '.join(error.candidates)}" if error.candidates else ""
            raise ToolError(f"{error.say('en')} / {error.say('zh')}{near}") from error
        except KgError as error:
            raise ToolError(str(error)) from error

    return checked


class Tools:
    """What a model may do. All of it only reads."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.base = service.config.base

    @told
    def list_questions(self, group: str = "", language: Language = "zh") -> Plain:
        """List the named questions with their slots. 列出全部问题及其可填的空。

        group: bodies, results, plans, places, documents or checks; empty for all.
        """
        if group not in ("", *GROUPS):
            raise UsageError(f"no group '{group}'", hint="one of " + ", ".join(GROUPS))
        found = [query for query in load_queries().values() if group in ("", query.group)]
        questions = [
            {
                "id": query.id,
                "group": query.group,
                "title": query.title[language],
                "sentence": query.sentence[language],
                "slots": {
                    name: {"type": param.type, "multi": param.multi, "help": param.help[language]}
                    for name, param in query.params.items()
                },
            }
            for query in found
        ]
        return {"questions": questions}

    @told
    def ask_question(
        self, question: str, slots: dict[str, Any] | None = None, limit: int = 50, language: Language = "zh"
    ) -> Plain:
        """Answer a named question, or a free Chinese sentence, with the quotes behind each row. 回答问题并给出原文。

        question: an id from list_questions (then fill `slots` with names or ids), or a sentence such as
        2021年宁海县的调处成功率是多少. A sentence that is not understood gives question_id null and alternatives to choose from.
        """
        store, most = self.service.store, max(1, min(limit, ROWS))
        if question in load_queries() or slots:
            query = find_query(question)
            given = {
                name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
                for name, value in (slots or {}).items()
            }
            found = run(query, given, store, base=self.base, limit=most)
            return _short({"question_id": query.id, "answer": answer_data(found, language)})
        return _short(ask(question, store, base=self.base, language=language, limit=most, written=self.service.written))

    @told
    def search_entities(self, text: str, kind: Kind | None = None, limit: int = 10) -> Plain:
        """Find bodies, areas, indicators, documents, programmes and reports by name, pinyin or initials (nhx). 按名称查找。"""
        found = suggested(self.service, text[:100], kind or "")[: max(1, min(limit, 50))]
        return {
            "entities": [
                {"id": thing.iri.removeprefix(self.base), "type": thing.kind, "label": thing.label.zh}
                for thing, _ in found
            ]
        }

    @told
    def search_quotes(self, words: str, limit: int = 20) -> Plain:
        """Find sentences of the reports that hold some words. 按原文中的词查找句子。"""
        hits = self.service.search.quotes(words[:100], limit=max(1, min(limit, 100)))
        found = evidence(self.service.store, [hit.iri for hit in hits])
        quotes = [{"id": iri.removeprefix(self.base), **evidence_data(one)} for iri, one in found.items()]
        return {"quotes": quotes}

    @told
    def get_resource(self, id: str) -> Plain:
        """All that is stated of one thing, by its local id (area/330226) or IRI. 一个实体的全部陈述。"""
        from pyoxigraph import NamedNode

        iri = id if id.startswith((self.base, VOCABULARY)) else f"{self.base}{id}"
        try:
            clause = f"VALUES ?thing {{ {NamedNode(iri)} }}"
        except ValueError as error:
            raise UsageError(f"'{id}' is no id", hint="for example area/330226") from error
        rows = self.service.store.rows(f"{support('thing').replace('#thing', clause)}\nLIMIT {ROWS}")
        if not rows:
            raise UsageError(f"the data hold nothing with the id '{id}'", hint="find ids with search_entities")
        cells = [row["value"].value for row in rows if row["value"].kind == "uri"]
        said = self.service.labels([iri, *cells, *(row["property"].value for row in rows)])
        return {
            "id": iri.removeprefix(self.base),
            "iri": iri,
            "label": said[iri].zh,
            "statements": [
                {
                    "property": local_name(row["property"].value),
                    "means": said[row["property"].value].zh,
                    "value": row["value"].value.removeprefix(self.base),
                    "label": said[row["value"].value].zh if row["value"].kind == "uri" else None,
                }
                for row in rows
                if row["way"].value == "out"
            ],
            "pointed_at_by": [
                {"subject": row["value"].value.removeprefix(self.base), "property": local_name(row["property"].value)}
                for row in rows
                if row["way"].value == "in"
            ],
        }

    @told
    def get_quote(self, id: str, around: int = 1) -> Plain:
        """The exact words of a sentence with the sentences around it, section, report and offsets. 原文及上下文。"""
        iri = id if id.startswith(self.base) else f"{self.base}{id}"
        found = evidence(self.service.store, [iri])
        if iri not in found:
            raise UsageError(f"'{id}' is no sentence", hint="answers and search_quotes give the ids of sentences")
        report = found[iri].report.iri
        clause = f"VALUES ?report {{ <{report}> }}"
        rows = self.service.store.rows(support("list-sentences").replace("#report", clause))
        texts = {row["sentence"].value: row["text"].value for row in rows}
        at, reach, words = [*texts, iri].index(iri), max(0, min(around, 5)), [*texts.values()]
        before = words[max(0, at - reach) : at] if iri in texts else []
        return {"id": id, **evidence_data(found[iri]), "before": before, "after": words[at + 1 : at + 1 + reach]}

    @told
    def describe_schema(self) -> Plain:
        """Classes and properties that occur, with Chinese and English names and counts: for writing SPARQL. 词表。"""
        store = self.service.store
        found: dict[str, list[Plain]] = {}
        for kind in ("class", "property"):
            rows = store.rows(support(f"{kind}-counts"))
            said = self.service.labels([row["term"].value for row in rows])
            found[kind] = [
                {"term": f"fz:{local_name(row['term'].value)}", "zh": said[row["term"].value].zh, "en": said[row["term"].value].en, "count": int(row["n"].value)}
                for row in rows
            ]  # fmt: skip
        return {
            "prefixes": {"fz": VOCABULARY, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"},
            "classes": found["class"],
            "properties": found["property"],
            "example": load_queries()["problems"].body,
        }

    @told
    def sparql_query(self, query: str, limit: int = 100) -> Plain:
        """Run a read-only SPARQL 1.1 query (SELECT or ASK) with a row cap and a deadline. Ask a named question first if one fits."""
        most = max(1, min(limit, ROWS))
        try:
            answer = self.service.query(query, media_type="application/sparql-results+json")
        except NotAcceptableError as error:
            raise UsageError("a query that gives a graph", hint="write SELECT or ASK, or use get_resource") from error
        body = json.loads(answer.body)
        rows = body.get("results", {}).get("bindings", [])
        return {
            "release": answer.release,
            "boolean": body.get("boolean"),
            "columns": body.get("head", {}).get("vars", []),
            "rows": [{name: cell["value"] for name, cell in row.items()} for row in rows[:most]],
            "more": len(rows) > most,
        }


def _short(data: Plain) -> Plain:
    """An answer without what a model has no use for."""
    answer = data.get("answer")
    if isinstance(answer, dict):
        for name in ("columns", "labels"):
            answer.pop(name, None)
        rows, shown = answer.pop("rows"), answer.pop("shown")
        sentences = set(answer["evidence"])
        answer["rows"] = [
            {**row, "sentences": [value for value in raw.values() if value in sentences]}
            for row, raw in zip(shown, rows, strict=True)
        ]
    return data


def _end_when_interrupted() -> None:
    """End at SIGINT at once: a thread waits for the next line of the client, and no exception reaches it.

    One thread waits for the signal, and all that are made after it leave it to that one: the main thread, in whose turn
    Python runs handlers, may sleep while the system gives the signal to another.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def wait() -> None:
        signal.sigwait({signal.SIGINT})
        os._exit(INTERRUPTED)

    threading.Thread(target=wait, daemon=True, name="interrupt").start()


def serve_mcp(config: Config, *, http: bool = False) -> None:
    """Serve the tools until the client goes: on standard input and output, or as streamable HTTP at /mcp."""
    if not http:
        _end_when_interrupted()
    service = Service(config)
    made = make_server(service)
    try:
        if http:
            made.run("streamable-http", host=config.host, port=config.port)
        else:
            made.run("stdio")
    finally:
        asyncio.run_coroutine_threadsafe(service.end(), own_loop()).result()
