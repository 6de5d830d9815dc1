"""Commands on releases and settings: releases, rollback, backup, restore, config show."""

from pathlib import Path
from typing import Annotated

import typer

from kg import config as settings_of
from kg.cli.options import Data, Json, Release, argument, settings
from kg.cli.terminal import done, say, show

app = typer.Typer()
BackupFile = Annotated[Path, argument("opt-backup", "FILE")]
config = typer.Typer(help=say("config"), no_args_is_help=True)
app.add_typer(config, name="config")


@app.command(help=say("releases"))
def releases(data: Data = None, json: Json = False) -> None:
    """All releases, the newest first."""
    from kg.store import release as store

    folder = settings(data=data).data
    current = store.read_release(folder).id
    rows = [
        {
            "release": release.id,
            "current": "*" if release.id == current else "",
            "made": release.manifest["made"] if json else f"{release.manifest['made'][:16].replace('T', ' ')} UTC",
            "reports": len(release.manifest.get("reports", ())),
            "quads": release.manifest["quads"],
        }
        for release in store.releases(folder)
    ]
    show(rows, as_json=json)


@app.command(help=say("rollback"))
def rollback(release: Release = None, data: Data = None, json: Json = False) -> None:
    """Go back to an earlier release."""
    from kg.store import release as store

    done("rolled-back", as_json=json, release=store.rollback(settings(data=data).data, release).id)


@app.command(help=say("backup"))
def backup(file: BackupFile, data: Data = None, json: Json = False) -> None:
    """The current release as one file."""
    from kg.store.backup import backup as keep
    from kg.store.release import read_release

    release = read_release(settings(data=data).data)
    done("backed-up", as_json=json, file=keep(release, file), release=release.id)


@app.command(help=say("restore"))
def restore(file: BackupFile, data: Data = None, json: Json = False) -> None:
    """Publish the release of a backup."""
    from kg.store.backup import restore as bring_back

    done("restored", as_json=json, release=bring_back(file, settings(data=data).data).id)


@config.command("show", help=say("config-show"))
def config_show(data: Data = None, json: Json = False) -> None:
    """Each setting with its value and where it came from."""
    _, origins = settings_of.load({"data": data})
    rows = [{"setting": o.name, "value": "" if o.value is None else str(o.value), "from": o.origin} for o in origins]
    show(rows, as_json=json)
