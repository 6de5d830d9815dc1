"""Run the app under a WSGI server."""

import os
import signal
import socket
import stat
from types import FrameType

from kg.errors import UsageError
from server.config import ENVIRONMENT, Config


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT. Raises UsageError where the port is taken."""
    _port_is_free(config)
    _token_is_safe(config)
    if config.server == "granian":
        _granian(config)
    else:
        _waitress(config)


def _granian(config: Config) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ[ENVIRONMENT] = config.to_json()
    Server(
        "server:app_from_environment",
        factory=True,
        interface=Interfaces.WSGI,
        address=config.host,
        port=config.port,
        workers=config.workers,
        blocking_threads=config.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,  # what happens is in our own log, as JSON lines
    ).serve()


def _waitress(config: Config) -> None:
    import waitress  # type: ignore[import-untyped,unused-ignore]

    from server import create_app

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    app = create_app(config)
    app.extensions["fazhi"].warm(app)
    waitress.serve(
        app,
        host=config.host,
        port=config.port,
        threads=config.threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        max_request_body_size=config.upload_bytes,
    )


def _token_is_safe(config: Config) -> None:
    path = config.token_file
    if path is None:
        return
    try:
        shared = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        empty = not path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"the token file cannot be read: {error.strerror}", where=str(path)) from error
    if shared or empty:
        what = "the token file may be read by others" if shared else "the token file is empty"
        raise UsageError(
            what, where=str(path), hint=f"chmod 600 {path}" if shared else "write a long random word into it"
        )


def _port_is_free(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise UsageError(
                f"port {config.port} cannot be used: {error.strerror}", where=config.host, hint="choose another: --port"
            ) from error
