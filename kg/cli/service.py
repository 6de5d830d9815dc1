"""Commands that serve: serve, demo, mcp."""

import errno
import shutil
import socket
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Data, Host, Port, StoreAt, Workers, option, settings
from kg.cli.terminal import err, say, tell
from kg.config import Settings
from kg.errors import UsageError

if TYPE_CHECKING:
    from server.config import Config

app = typer.Typer()
MOST_PORTS = 65_535


@app.command(help=say("demo"))
def demo(host: Host = None, port: Port = None) -> None:
    """Build the bundled report into a temporary release and serve it."""
    from kg.cli.build import publish
    from kg.demo import REGISTER

    with tempfile.TemporaryDirectory(prefix="fazhi-demo-") as folder:
        chosen = settings(data=Path(folder), host=host, port=port, reports=REGISTER)
        claim(chosen.host, chosen.port)
        publish([str(REGISTER)], chosen)
        url = f"http://{chosen.host}:{chosen.port}"
        fazhi = "fazhi" if shutil.which("fazhi") else sys.argv[0]
        tell("try")
        for line in (
            f"{url}/ask/who-did-what?what=%E7%9D%A3%E5%AF%9F",
            f"curl -G {url}/sparql -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY ?p'",
            f"{fazhi} ask who-did-what what=督察 --data {folder}",
        ):
            err.print(f"  {line}", markup=False)
        run(chosen)


@app.command(help=say("serve"))
def serve(
    data: Data = None, store: StoreAt = None, host: Host = None, port: Port = None, workers: Workers = None
) -> None:
    """Serve pages, SPARQL and API."""
    chosen = settings(data=data, store=store, host=host, port=port, workers=workers)
    claim(chosen.host, chosen.port)
    run(chosen)


Http = Annotated[bool, option("opt-http", "--http")]


@app.command(help=say("mcp"))
def mcp(data: Data = None, store: StoreAt = None, http: Http = False, host: Host = None, port: Port = None) -> None:
    """Serve the questions as tools for language models: on standard input and output, or over HTTP at /mcp."""
    from server.api.mcp import serve_mcp

    chosen = settings(data=data, store=store, host=host, port=port)
    if http:
        claim(chosen.host, chosen.port)
        tell("serving", url=f"http://{chosen.host}:{chosen.port}/mcp")
    serve_mcp(told(chosen), http=http)


def claim(host: str, port: int) -> None:
    """Raise UsageError where one cannot listen, most often since somebody does already."""
    if not 0 <= port <= MOST_PORTS:
        raise UsageError(say("port-range", port=port), hint=say("port-range-hint"))
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise UsageError(say("port-forbidden", port=port), hint=say("port-forbidden-hint")) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(say("no-host", host=host), hint=say("no-host-hint")) from error
            raise UsageError(say("port-used", port=port), hint=say("port-hint", other=port + 1)) from error


def run(chosen: Settings) -> None:
    """Serve until stopped."""
    import server

    config = told(chosen)
    tell("serving", url=f"http://{chosen.host}:{chosen.port}/")
    server.serve(config)


def told(chosen: Settings) -> "Config":
    """What a server is told of the settings."""
    from server.config import Config

    values = {field.name: getattr(chosen, field.name) for field in fields(Config) if hasattr(chosen, field.name)}
    values["trusted_hosts"] = tuple(filter(None, chosen.trusted_hosts.split(",")))
    if chosen.store:
        values |= {"data": None, "store_url": chosen.store}
    else:
        from kg.store.release import answerable

        values["base"] = answerable(chosen.data).manifest.get("base", chosen.base)
    return Config(**values)
