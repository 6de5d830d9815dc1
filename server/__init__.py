"""Answers over HTTP. Reads a release; never reads reports."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config
    from server.http.loop import Loop

# Imports stand inside the functions: an evaluator that imports one module of this package starts without Flask.


def create_app(config: "Config") -> "Flask":
    """The app, with its service at `app.extensions["fazhi"]`. A new page is one more blueprint in the tuple."""
    from flask import Flask

    from server import errors, i18n, log
    from server.api import data, questions, reference
    from server.export import download
    from server.http import assets, headers, health, strict
    from server.pages import about, ask, browse, compare, plans, question, report, reports, site
    from server.protocol import graph_store, resource, sparql, wellknown
    from server.service import Service
    from server.staff import check, jobs

    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = config.upload_bytes
    app.url_map.merge_slashes = False  # the redirect would name whatever host was asked for
    app.extensions["fazhi"] = Service(config)
    for part in (log, strict, i18n, assets, site, errors, headers):
        part.init_app(app)
    for blueprint in (
        questions.blueprint,
        data.blueprint,
        ask.blueprint,
        question.blueprint,
        about.blueprint,
        reports.blueprint,
        report.blueprint,
        browse.blueprint,
        check.blueprint,
        compare.blueprint,
        reference.blueprint,
        plans.blueprint,
        health.blueprint,
        sparql.blueprint,
        graph_store.blueprint,
        jobs.blueprint,
        resource.blueprint,
        download.blueprint,
        wellknown.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app


def app_from_environment() -> "Loop":
    """The application of one server process, with the settings that its parent put into the environment."""
    import os

    from server.config import ENVIRONMENT, Config
    from server.http.loop import Loop

    return Loop(create_app(Config.from_json(os.environ[ENVIRONMENT])))


def serve(config: "Config") -> None:
    """Serve with worker processes until a signal ends it."""
    from server.http.run import run

    run(config)
