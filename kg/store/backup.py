"""Take a release elsewhere and bring it back: one tar file with its dump and papers, from which the store is made anew."""

import gzip
import io
import json
import tarfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import StoreError
from kg.store.dump import named_graphs, pack
from kg.store.release import Release, problems, publish

FILES = ("manifest.json", "counts.json", "issues.jsonl", "dump.nq.gz")


def backup(release: Release, to: Path) -> Path:
    """Write the release to the tar file `to`. Raises StoreError where it is damaged or `to` exists."""
    if found := problems(release, deep=True):
        raise StoreError(found[0], where=str(release.path), hint="choose another: fazhi releases")
    if to.exists():
        raise StoreError("exists already", where=str(to), hint="choose another name")
    part = to.with_name(f".{to.name}.part")
    try:
        with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as archive:
            for name in FILES:
                archive.add(release.path / name, f"{release.id}/{name}")
        part.rename(to)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", where=str(to)) from error
    finally:
        part.unlink(missing_ok=True)
    return to


def restore(archive: Path, data: Path) -> Release:
    """Publish the release in a backup; it has the id that it had. Raises StoreError for what is no whole backup."""
    try:
        with tarfile.open(archive) as opened:
            files = {Path(member.name).name: _read(opened, member) for member in opened if member.isfile()}
    except (OSError, tarfile.TarError, EOFError) as error:
        raise StoreError(f"no backup: {error}", where=str(archive)) from error
    if missing := [name for name in FILES if name not in files]:
        raise StoreError(f"{missing[0]} is missing", where=str(archive), hint="take another backup")
    try:
        manifest, counts = json.loads(files["manifest.json"]), json.loads(files["counts.json"])
        issues = [json.loads(line) for line in files["issues.jsonl"].splitlines()]
        places = sorted(manifest["graphs"].items())
        given = manifest["given"], counts["given"], manifest["release"]
        with TemporaryDirectory() as folder:
            texts = (files["dump.nq.gz"][place["offset"] :][: place["length"]] for _, place in places)
            graphs = (graph for text in texts for graph in named_graphs([gzip.decompress(text)]).values())
            members = pack(Path(folder) / "packed", graphs)
            release = publish(data, [], members=members, manifest=given[0], issues=issues, counts=given[1])
    except (ValueError, KeyError, TypeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise StoreError(f"damaged: {error}", where=str(archive), hint="take another backup") from error
    if release.id != given[2]:
        raise StoreError(f"restored as {release.id}, was {given[2]}", where=str(archive), hint="compare the dumps")
    return release


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) or io.BytesIO()
    return file.read()
