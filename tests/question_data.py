"""Stores for tests of the questions: the vocabulary's two example reports, and the bundled report as it is built."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import rdflib
from example_release import example_release
from serving import wait_until

from kg.graph.namespaces import DEFAULT_BASE
from kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
BASE = DEFAULT_BASE


SHARED = "FAZHI_TEST_SHARED"
"""The folder in which the processes of one run of the tests share what is built once; see conftest.py."""


@cache
def _own() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fazhi-questions-")


@cache
def examples() -> EmbeddedStore:
    """The example reports of 2021 and 2022, with the rules run."""
    data = Path(_own().name) / "examples"
    example_release(data)
    return EmbeddedStore(data)


@cache
def report_data() -> Path:
    """A data folder with the release of the bundled report, built by the command; who writes into it takes a copy.

    FAZHI_TEST_REPORT_DATA names one that is built already, for runs while the readers are being worked on.
    """
    if given := os.environ.get("FAZHI_TEST_REPORT_DATA"):
        return Path(given)
    return _built("report", ROOT / "kg" / "demo")


def _built(name: str, *reports: Path) -> Path:
    """Built by the first process that asks, whose folder `….first` stays; the others wait for it."""
    data = Path(os.environ.get(SHARED) or _own().name) / name
    try:
        data.with_suffix(".first").mkdir()
    except FileExistsError:
        wait_until(data.exists)
        return data
    made = data.with_suffix(".new")
    command = [sys.executable, "-m", "kg", "build", *map(str, reports), "--data", str(made)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    made.rename(data)
    return data


@cache
def report() -> EmbeddedStore:
    """The bundled report."""
    return EmbeddedStore(report_data())


@cache
def reports() -> EmbeddedStore:
    """The bundled report and the two of another place, of the years 2023 and 2024."""
    return EmbeddedStore(_built("reports", ROOT / "kg" / "demo", ROOT / "tests" / "reports"))


@cache
def as_rdflib(name: str) -> rdflib.Graph:
    """The same triples in the other engine."""
    store = {"examples": examples, "report": report}[name]()
    dump = store.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", media_type="application/n-triples")
    graph = rdflib.Graph()
    graph.parse(data=dump.body.decode(), format="nt")
    return graph
