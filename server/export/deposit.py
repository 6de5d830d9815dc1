"""A release as a deposit: RO-Crate 1.1 in a zip, the dump, the tables, the papers, and what they are."""

import json
import zipfile
from collections.abc import Callable, Mapping
from typing import IO, Any

from kg.graph.namespaces import DEFAULT_BASE
from kg.store.folder import digest
from kg.store.release import Release
from server.export.tables import metadata, tables

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SITE = {"@id": "#site", "@type": "Organization", "name": "法治政府报告图谱 Rule-of-Law Report Graph"}
"""Whom the citations of the pages name: who runs it is not known to us."""
ABOUT = {
    "dump.nq.gz": "全部数据，N-Quads 格式 all data as N-Quads",
    "manifest.json": "发布清单：版本、命名图及其校验值 the release: its id, its graphs and their checksums",
    "counts.json": "各类与各属性的计数 how often each class and property occurs",
    "issues.jsonl": "构建时发现的问题 what was noted while the release was built",
    "tables/csv-metadata.json": "各表各列的说明 CSV on the Web metadata of the tables",
}
FORMS = {"gz": "application/gzip", "csv": "text/csv", "json": "application/json", "jsonl": "application/jsonl"}
Write = Callable[[IO[bytes]], None]


def write_crate(release: Release, table: Callable[[str, IO[bytes]], None], out: IO[bytes]) -> None:
    """Write the deposit; `table` writes one table as CSV."""
    files: dict[str, Write] = {}
    for name in ("dump.nq.gz", "manifest.json", "counts.json", "issues.jsonl"):
        files[name] = lambda file, name=name: _copy(release, name, file)  # type: ignore[misc]
    for name in tables():
        files[f"tables/{name}.csv"] = lambda file, name=name: table(name, file)  # type: ignore[misc]
    described = metadata(tables(), release.id, LICENCE).encode()
    files["tables/csv-metadata.json"] = lambda file: _write(file, described)
    made = str(release.manifest["made"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        day = (int(made[:4]), int(made[5:7]), int(made[8:10]), 0, 0, 0)
        for name, fill in files.items():
            with archive.open(_entry(name, day), "w", force_zip64=True) as file:
                fill(file)
        sizes = {name: archive.getinfo(name).file_size for name in files}
        crate = json.dumps(_metadata(release, sizes), ensure_ascii=False, indent=1)
        archive.writestr(_entry("ro-crate-metadata.json", day), crate)


def _metadata(release: Release, sizes: Mapping[str, int]) -> Mapping[str, Any]:
    """The papers of the crate, of files with so many bytes."""
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"法治政府建设年度报告知识图谱 {release.id}",
        "description": "Annual rule-of-law government reports as a knowledge graph; every fact with its exact words.",
        "license": {"@id": LICENCE},
        "datePublished": str(release.manifest["made"])[:10],
        "version": release.id,
        "author": {"@id": SITE["@id"]},
        "publisher": {"@id": SITE["@id"]},
        "hasPart": [{"@id": name} for name in sizes],
    }
    paper = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    site = {**SITE, "url": str(release.manifest.get("base", DEFAULT_BASE))}
    licence = {
        "@id": LICENCE,
        "@type": "CreativeWork",
        "name": "Creative Commons Attribution 4.0 International",
        "description": "署名后可自由使用 free to use with attribution",
    }
    parts = []
    for name, size in sizes.items():
        form = FORMS[name.rpartition(".")[2]]
        extra = {"sha256": digest(release.dump_path)} if name == "dump.nq.gz" else {}
        if name in ABOUT:
            about = ABOUT[name]
        else:
            table = tables()[name.removeprefix("tables/").removesuffix(".csv")]
            about = f"{table.zh} {table.en}"
        said = {"name": name, "description": about, "encodingFormat": form, "contentSize": str(size)}
        parts.append({"@id": name, "@type": "File", **said, **extra})
    context = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"}]  # which it lacks
    return {"@context": context, "@graph": [paper, root, licence, site, *parts]}


def _entry(name: str, day: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, day)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _copy(release: Release, name: str, out: IO[bytes]) -> None:
    with (release.path / name).open("rb") as file:
        while piece := file.read(1 << 20):
            out.write(piece)


def _write(out: IO[bytes], text: bytes) -> None:
    out.write(text)
