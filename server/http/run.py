"""Run the application under uvicorn, in one process or several."""

import contextlib
import os
import signal
import socket
import stat
import sys
from dataclasses import replace
from types import FrameType

from kg.errors import UsageError
from kg.store import holder
from server.config import ENVIRONMENT, Config
from server.evaluate.holding import new_address, start


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT. Raises UsageError where the port is taken."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    class Family(Multiprocess):
        """The workers, the socket on which they listen, and the holder that all have their evaluators from."""

        def run(self) -> None:
            self._holder = start(config.holder) if config.holder else None
            super().run()
            if self._holder is not None and self._holder.stdin is not None:
                self._holder.stdin.close()
                self._holder.wait()

        def keep_subprocess_alive(self) -> None:
            if self._holder is not None and self._holder.poll() is not None:
                self._holder = start(config.holder)
            super().keep_subprocess_alive()

        def terminate_all(self) -> None:
            for listening in self.sockets:  # where nobody will answer nobody is let in
                listening.close()
            super().terminate_all()

    _port_is_free(config)
    _token_is_safe(config)
    if config.workers > 1 and config.data is not None and config.evaluators and holder.OFFERED:
        config = replace(config, holder=new_address())
    os.environ[ENVIRONMENT] = config.to_json()
    signal.signal(signal.SIGTERM, _stop)
    _all_files()
    settings = uvicorn.Config(
        "server:app_from_environment",
        factory=True,
        interface="asgi3",
        host=config.host,
        port=config.port,
        workers=config.workers,
        http="server.http.connection:Connection",
        loop="server.http.accept:Turns" if config.workers > 1 and sys.platform == "linux" else "auto",
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,  # what happens is in our own log, as JSON lines
        log_level="error",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=15,
        timeout_worker_healthcheck=10,
    )
    if config.workers > 1:
        Family(settings, sockets=[settings.bind_socket()]).run()
    else:
        uvicorn.Server(settings).run()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _all_files() -> None:
    """As many open files as the system allows: idle clients hold one each, and must not shut others out."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


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
