"""What is taken away: by command and by address, whole, the bytes the same each time."""

import csv
import errno
import gzip
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import networkx as nx
import openpyxl
import pytest
from backports import zstd
from example_release import publish_examples
from flask import Flask
from serving import running
from taken_away import made

from kg.errors import UsageError
from server import errors
from server.export.formats import FORMATS
from server.export.kept import begun, folder
from server.export.tables import tables


def test_packed_files_are_the_same_each_time_and_unpack_to_what_was_written(release):
    plain = made(release, "ttl")
    assert gzip.decompress(made(release, "ttl", packing="gz")) == plain
    assert zstd.decompress(made(release, "ttl", packing="zst")) == plain
    for packing in ("gz", "zst"):
        assert made(release, "ttl", packing=packing) == made(release, "ttl", packing=packing)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same release, published at another time in another place."""
    return publish_examples(tmp_path_factory.mktemp("other"))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_release_gives_the_same_bytes(release, other, form):
    assert made(release, form) == made(release, form)
    if form in {"xlsx", "rocrate"}:  # they hold the time at which the release was made, and it alone
        assert zipfile.ZipFile(io.BytesIO(made(release, form))).testzip() is None
        return
    assert made(release, form) == made(other, form)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_network_opens_in_networkx(release, form):
    read = nx.read_graphml if form == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(made(release, form)))
    assert {data["label"] for _, data in graph.nodes(data=True)} >= {"宁海县农业农村局"}
    assert graph.number_of_edges() >= 4


def test_the_deposit_is_a_ro_crate(release):
    archive = zipfile.ZipFile(io.BytesIO(made(release, "rocrate")))
    crate = json.loads(archive.read("ro-crate-metadata.json"))
    root = next(one for one in crate["@graph"] if one["@id"] == "./")
    assert root["version"] == release.id
    assert crate["@context"][1].keys() == {"sha256"}  # every other word is one of RO-Crate's own
    known = {one["@id"]: one["@type"] for one in crate["@graph"]}
    assert known[root["author"]["@id"]] == known[root["publisher"]["@id"]] == "Organization"
    assert {part["@id"] for part in root["hasPart"]} == set(archive.namelist()) - {"ro-crate-metadata.json"}
    assert archive.read("dump.nq.gz") == release.dump_path.read_bytes()
    files = [one for one in crate["@graph"] if one["@type"] == "File"]
    assert {one["@id"]: int(one["contentSize"]) for one in files} == {
        one["@id"]: len(archive.read(one["@id"])) for one in files
    }
    assert all(one["description"] for one in (*files, root))


def test_an_unknown_form_or_table_is_named(release):
    with pytest.raises(UsageError, match="no format x"):
        made(release, "x")
    with pytest.raises(UsageError, match="no table x"):
        made(release, "csv", table="x")
    with pytest.raises(UsageError, match="no report x"):
        made(release, "nq", report="x")
    with pytest.raises(UsageError, match="whole release"):
        made(release, "csv", report="report/330226/2021")


def test_the_command_writes_a_file_a_table_or_a_folder_and_overwrites_nothing(release, tmp_path):
    def export(form, name):
        data = release.path.parent.parent
        command = [
            sys.executable,
            "-m",
            "kg",
            "export",
            "--data",
            str(data),
            "--format",
            form,
            "-o",
            str(tmp_path / name),
        ]
        return subprocess.run(command, capture_output=True, text=True)

    assert export("csv", "figures.csv").returncode == 0
    head = next(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8"))))
    assert head == tables()["figures"].header
    assert export("csv", "all").returncode == 0
    assert (tmp_path / "all" / "csv-metadata.json").is_file()
    refused = export("csv", "figures.csv")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert export("nq", "all.nq.zst").returncode == 0
    assert zstd.decompress((tmp_path / "all.nq.zst").read_bytes()) == made(release, "nq")
    unknown = export("docx", "x.docx")
    assert unknown.returncode == 2
    assert not Path(tmp_path / "x.docx").exists()


def test_who_asks_for_a_file_that_is_being_made_gets_that_one_and_what_is_there_so_far(release):
    written, more = [], threading.Event()

    def write(out):
        written.append("once")
        out.write(b"first")
        out.flush()
        more.wait(10)
        out.write(b" rows")

    one, other = (begun(release, "x.csv", write) for _ in range(2))
    pieces = one.pieces()
    assert next(pieces) == b"first"
    with pytest.raises(TimeoutError):
        one.whole(0)
    assert not (folder(release) / "x.csv").exists()
    more.set()
    assert b"".join(pieces) == b" rows"
    assert b"".join(other.pieces()) == b"first rows"
    assert begun(release, "x.csv", write) == other.whole() == folder(release) / "x.csv"
    assert written == ["once"]
    assert not [*folder(release).glob("tmp*")]


def test_a_file_that_cannot_be_made_breaks_off_and_is_made_anew(release):
    def fails(out):
        out.write(b"rows")
        raise OSError("no space left")

    making = begun(release, "y.csv", fails)
    with pytest.raises(OSError, match="no space"):
        making.whole()
    pieces = making.pieces()
    with pytest.raises(OSError, match="no space"):
        b"".join(pieces)
    assert begun(release, "y.csv", lambda out: out.write(b"rows")).whole().read_bytes() == b"rows"


def test_the_server_gives_the_same_files(release, tmp_path):
    with running(tmp_path, data=release.path.parent.parent, workers=1, evaluators=1) as server:
        client = server.client()
        for name in tables():
            reply = client.get(f"/data/tables/{name}.csv")
            assert reply.status == 200
            assert reply.body == made(release, "csv", table=name)
            assert "csv-metadata.json" in reply.headers["link"]
        excel = client.get("/data/tables/figures.csv?excel")
        assert excel.body.startswith(b"\xef\xbb\xbf")
        assert client.get("/data/tables/csv-metadata.json").json["tables"][0]["url"] == "facts.csv"
        assert client.get("/data/fazhi.graphml").body == made(release, "graphml")
        for name in ("fazhi", "tables/figures"):
            book = openpyxl.load_workbook(io.BytesIO(client.get(f"/data/{name}.xlsx").body), read_only=True)
            assert book.sheetnames[0] == "说明"
        assert client.get("/data/tables/nothing.csv").status == 404
        for name, offered in (("tables/figures.ods", ["csv", "parquet", "xlsx"]), ("fazhi.rdb", ["xlsx", "graphml"])):
            refused = client.get(f"/data/{name}")
            assert (refused.status, refused.json["offered"][: len(offered)]) == (406, offered)
        assert "nq.gz" in client.get("/data/dump.docx").json["offered"]
        for asked in ("tables/figures.csv?excell", "tables/figures.parquet?excel", "fazhi.gexf?x=1", "dump.ttl.gz?x=1"):
            refused = client.get(f"/data/{asked}")
            assert (refused.status, refused.json["type"]) == (400, "/problems#unknown-parameter")
            assert refused.json["detail"].startswith(asked.partition("?")[2].partition("=")[0])
        first = client.get("/data/tables/facts.csv")
        assert client.get("/data/tables/facts.csv", If_None_Match=first.headers["etag"]).status == 304


@pytest.mark.parametrize(("number", "status", "kind"), [(errno.ENOSPC, 507, "no-space"), (errno.EIO, 500, "internal")])
def test_a_full_disk_is_a_problem_of_its_own(number, status, kind):
    app = Flask(__name__)
    errors.init_app(app)

    @app.get("/")
    def fails():
        raise OSError(number, os.strerror(number))

    reply = app.test_client().get("/", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json["type"]) == (status, f"/problems#{kind}")
    assert ("Retry-After" in reply.headers) == (kind == "no-space")
