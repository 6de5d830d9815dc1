"""Answers over HTTP. Reads a release; never reads reports."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from server.asgi import Loop
    from server.config import Config

# Imports stand inside the functions: an evaluator that imports one module of this package starts without Flask.


def create_app(config: "Config") -> "Flask":
    """The app, with its service at `app.extensions["fazhi"]`. A new page is one more blueprint in the tuple."""
    from flask import Flask

    from server import (
        api,
        api_data,
        ask,
        assets,
        browse,
        check,
        compare,
        docs,
        download,
        errors,
        graph_store,
        headers,
        health,
        i18n,
        jobs,
        log,
        pages,
        plans,
        report,
        resource,
        site,
        sparql,
        wellknown,
    )
    from server.service import Service

    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = config.upload_bytes
    app.url_map.merge_slashes = False  # the redirect would name whatever host was asked for
    app.extensions["fazhi"] = Service(config)
    for part in (log, i18n, assets, site, errors, headers):
        part.init_app(app)
    for blueprint in (
        api.blueprint,
        api_data.blueprint,
        ask.blueprint,
        pages.blueprint,
        report.blueprint,
        browse.blueprint,
        check.blueprint,
        compare.blueprint,
        docs.blueprint,
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

    from server.asgi import Loop
    from server.config import ENVIRONMENT, Config

    return Loop(create_app(Config.from_json(os.environ[ENVIRONMENT])))


def serve(config: "Config") -> None:
    """Serve with worker processes until a signal ends it."""
    from server.run import run

    run(config)
