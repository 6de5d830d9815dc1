"""The tools for language models, with a real client session: over standard input and output of the real command, over HTTP."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import mcp
import pytest
from question_data import report_data
from serving import PATIENCE, free_port, listens, wait_until

ROOT = Path(__file__).parent.parent
NAMES = {
    "list_questions", "ask_question", "search_entities", "search_quotes", "get_resource", "get_quote", "describe_schema", "sparql_query",
}  # fmt: skip


def talk(target, steps):
    """Open a session, call the tools of `steps` in turn, give their answers: (is error, data or text)."""

    async def run():
        found = []
        async with mcp.Client(target, read_timeout_seconds=PATIENCE) as client:
            tools = (await client.list_tools()).tools
            for name, arguments in steps:
                result = await client.call_tool(name, arguments)
                text = result.content[0].text
                found.append((result.is_error, text if result.is_error else json.loads(text)))
        return tools, found

    return asyncio.run(run())


@pytest.fixture(scope="module")
def stdio():
    """The real command as a client starts it."""
    return mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "kg", "mcp", "--data", str(report_data())],
        cwd=str(ROOT),
        env=dict(os.environ),
    )


def test_a_session_over_standard_input_and_output(stdio):
    tools, found = talk(
        stdio,
        [
            ("list_questions", {"group": "bodies"}),
            ("ask_question", {"question": "2021年矛盾纠纷调处成功率是多少"}),
            ("ask_question", {"question": "who-did-what", "slots": {"what": "督察", "year": 2021}}),
            ("ask_question", {"question": "今天天气怎么样"}),
            ("ask_question", {"question": "who-did-what", "slots": {"nosuch": "x"}}),
            ("search_entities", {"text": "nhx", "kind": "area"}),
            ("search_quotes", {"words": "营商环境"}),
            ("get_resource", {"id": "area/330226"}),
            ("get_resource", {"id": "area/<x>"}),
            ("describe_schema", {}),
            ("sparql_query", {"query": "SELECT ?s WHERE { ?s ?p ?o }", "limit": 3}),
            ("sparql_query", {"query": "DROP ALL"}),
            ("sparql_query", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}),
        ],
    )
    assert {tool.name for tool in tools} == NAMES
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert [tool.name for tool in tools if tool.output_schema] == [], "what is said stands in the text, once"
    errors = [error for error, _ in found]
    data = [given for _, given in found]
    assert errors == [False] * 4 + [True] + [False] * 3 + [True] + [False] * 2 + [True] * 2
    assert len({given["release"] for error, given in found if not error}) == 1
    assert {question["group"] for question in data[0]["questions"]} == {"bodies"}
    assert "99.6" in json.dumps(data[1]["answer"], ensure_ascii=False)
    assert data[2]["answer"]["rows"][0]["sentences"][0] in data[2]["answer"]["evidence"]
    assert data[3]["question_id"] is None
    assert len(data[3]["alternatives"]) == 3
    assert "slots: " in data[4]
    assert "可填的有" in data[4]
    assert data[5]["entities"][0]["id"] == "area/330226"
    assert all("营商环境" in quote["quote"] for quote in data[6]["quotes"])
    assert data[7]["label"] == "宁海县"
    assert any(one["term"] == "fz:Measure" and one["zh"] == "举措" for one in data[9]["classes"])
    assert len(data[10]["rows"]) == 3
    assert data[10]["more"]


def test_what_a_tool_does_not_know_is_refused_by_name(stdio):
    tools, found = talk(
        stdio,
        [
            ("list_questions", {"groups": "bodies"}),
            ("list_questions", {"group": "body"}),
            ("search_quotes", {"words": "督察", "most": 3}),
            ("sparql_query", {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}),
        ],
    )
    assert all(tool.input_schema["additionalProperties"] is False for tool in tools)
    for (error, said), named in zip(found, ("groups", "one of bodies, results", "most", "SELECT or ASK"), strict=True):
        assert error
        assert named in said


def test_a_body_is_found_by_its_name(stdio):
    _, found = talk(
        stdio, [("search_entities", {"text": "司法局"}), ("search_entities", {"text": "sfj", "kind": "body"})]
    )
    for _, data in found:
        assert {"宁海县司法局"} <= {thing["label"] for thing in data["entities"] if thing["type"] == "body"}


def test_a_quote_comes_with_its_surroundings(stdio):
    _, found = talk(stdio, [("search_quotes", {"words": "22项", "limit": 1})])
    quote = found[0][1]["quotes"][0]
    _, found = talk(stdio, [("get_quote", {"id": quote["id"], "around": 1}), ("get_quote", {"id": "report/x"})])
    given = found[0][1]
    assert given["quote"] == quote["quote"]
    assert len(given["before"]) == 1
    assert len(given["after"]) == 1
    assert given["end"] - given["begin"] == len(given["quote"])
    assert found[1][0]


def test_a_session_over_http():
    port = free_port()
    command = [sys.executable, "-m", "kg", "mcp", "--http", "--port", str(port), "--data", str(report_data())]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: server.poll() is not None or listens(port))
        tools, found = talk(f"http://127.0.0.1:{port}/mcp", [("ask_question", {"question": "honours"})])
        assert {tool.name for tool in tools} == NAMES
        assert found[0][1]["question_id"] == "honours"
    finally:
        server.terminate()
        server.wait(PATIENCE)


@pytest.mark.parametrize(("how", "code"), [("hangs up", 0), ("interrupts", 130)])
def test_a_session_ends_without_a_word(stdio, how, code):
    """With evaluators at work and being started: the process goes, and nothing is written about it."""
    started = [stdio.command, *stdio.args]
    with subprocess.Popen(
        started, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        hello = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        for number, (method, params) in enumerate(
            [
                ("initialize", hello),
                ("notifications/initialized", None),
                ("tools/call", {"name": "search_entities", "arguments": {"text": "宁海"}}),
            ]
        ):
            message = {"jsonrpc": "2.0", "method": method} | ({"id": number, "params": params} if params else {})
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            if params:
                assert json.loads(process.stdout.readline())["id"] == number
        if how == "interrupts":
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
        said = process.communicate(timeout=PATIENCE)[1].decode()
    assert (process.returncode, said) == (code, "")
