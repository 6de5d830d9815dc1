"""Is the process alive, can it answer, and what has it done: /healthz, /readyz, /metrics."""

import contextlib
import shutil

from flask import Blueprint, Response, jsonify

from kg.errors import KgError
from kg.store.release import problems
from server.evaluate.pool import Pool
from server.http.metrics import METRICS
from server.service import service

blueprint = Blueprint("health", __name__)
LEAST_DISK = 64 * 1024 * 1024


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives; no evaluator is touched."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Can questions be answered: the release is whole and opens, there is an evaluator, there is space on disk."""
    wrong: list[str] = []
    release_id = ""
    here = service()
    try:
        release_id = here.release_id
        if here.warming:
            wrong.append("the first page and the words of free questions are being read")
        if here.release is not None:
            wrong += problems(here.release)
            wrong += here.found_at_start[:10]
            if shutil.disk_usage(here.release.path).free < LEAST_DISK:
                wrong.append("the disk is nearly full")
        here.store.answer("ASK { ?s ?p ?o }", media_type="application/sparql-results+json", seconds=2)
    except KgError as error:
        wrong.append(error.what)
    if here.config.data is not None:  # where files lie is not for the world
        for place in {here.config.data.absolute(), here.config.data.resolve()}:
            wrong = [what.replace(str(place), "DIR") for what in wrong]
    return jsonify({"ready": not wrong, "release": release_id, "problems": wrong}), 503 if wrong else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts and times of this process, for Prometheus; also without a release."""
    here = service()
    extra, store = "", None
    with contextlib.suppress(KgError):  # without a release the rest is measured all the same
        store = here.store
        extra = f'# TYPE fazhi_release gauge\nfazhi_release{{id="{here.release_id}"}} 1\n'
    if isinstance(store, Pool):
        extra += f"# TYPE fazhi_evaluators_ready gauge\nfazhi_evaluators_ready {store.places.ready}\n"
        extra += f"# TYPE fazhi_evaluators_in_memory gauge\nfazhi_evaluators_in_memory {store.places.in_memory}\n"
        extra += f"# TYPE fazhi_evaluators_busy gauge\nfazhi_evaluators_busy {store.places.busy}\n"
        extra += f"# TYPE fazhi_evaluators_killed_total counter\nfazhi_evaluators_killed_total {store.places.killed}\n"
    extra += f"# TYPE fazhi_release_switches_total counter\nfazhi_release_switches_total {here.switches}\n"
    return Response(METRICS.text() + extra, content_type="text/plain; version=0.0.4; charset=utf-8")
