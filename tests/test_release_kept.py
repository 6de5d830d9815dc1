"""What a release outlives: a step back, a backup, damage, a killed builder, a full disk."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from example_release import example_release, publish_examples
from release_samples import count, quad
from serving import PATIENCE

from kg.errors import StoreError, UsageError
from kg.store.answer import open_store
from kg.store.backup import backup, restore
from kg.store.change import change, edit
from kg.store.folder import BusyError, building
from kg.store.release import problems, publish, read_release, releases, rollback

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_rollback_shows_the_release_before(tmp_path):
    one, two = publish(tmp_path, [quad(1)]), publish(tmp_path, [quad(2), quad(3)])
    assert count(tmp_path) == 2
    assert rollback(tmp_path).id == one.id
    assert count(tmp_path) == 1
    assert rollback(tmp_path, two.id).id == two.id
    with pytest.raises(UsageError):
        rollback(tmp_path, "000000000000")
    rollback(tmp_path)
    with pytest.raises(UsageError, match="before"):
        rollback(tmp_path)
    assert [json.loads(line)["release"] for line in (tmp_path / "ledger.jsonl").read_text().splitlines()] == [
        one.id,
        two.id,
        one.id,
        two.id,
        one.id,
    ]


def test_only_so_many_releases_are_kept(tmp_path):
    for n in range(5):
        publish(tmp_path, [quad(n)], keep=2)
    assert len(releases(tmp_path)) == 2
    assert count(tmp_path) == 1


def test_a_backup_comes_back_with_the_same_id_and_bytes(tmp_path):
    release = example_release(tmp_path / "a")
    archive = backup(release, tmp_path / "kept.tar")
    restored = restore(archive, tmp_path / "b")
    assert restored.id == release.id
    assert restored.dump_path.read_bytes() == release.dump_path.read_bytes()
    assert problems(restored, deep=True) == []
    with pytest.raises(StoreError, match="exists"):
        backup(release, archive)


def test_a_cut_backup_is_refused_and_nothing_is_published(tmp_path):
    archive = backup(example_release(tmp_path / "a"), tmp_path / "kept.tar")
    archive.write_bytes(archive.read_bytes()[:20_000])
    with pytest.raises(StoreError):
        restore(archive, tmp_path / "b")
    assert not (tmp_path / "b" / "current").exists()


def test_two_builds_at_once_the_second_is_told(tmp_path):
    publish(tmp_path, [quad(1)])
    with building(tmp_path):
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                f"from pathlib import Path; from kg.store.release import publish; publish(Path({str(tmp_path)!r}), [])",
            ],
            capture_output=True,
            text=True,
        )
    assert "another build is running" in run.stderr
    assert BusyError.exit_code == 2


@pytest.mark.parametrize("name", ["manifest.json", "text.db", "dump.nq.gz", "counts.json"])
def test_a_missing_file_is_named(tmp_path, name):
    release = example_release(tmp_path)
    (release.path / name).unlink()
    assert problems(release) == [f"{name} is missing"]


def test_damage_is_found_and_mended_by_building_again(tmp_path):
    release = example_release(tmp_path)
    tables = sorted(release.store_path.glob("*.sst"), key=lambda path: path.stat().st_size)
    tables[-1].write_bytes(b"\0" * 100)
    assert problems(release, deep=True)
    with pytest.raises(StoreError):
        open_store(tmp_path).rows("SELECT * { ?s ?p ?o }")
    release.dump_path.write_bytes(b"")
    assert problems(release) == ["dump.nq.gz has another length than the manifest says"]
    again = publish_examples(tmp_path)
    assert again.id == release.id
    assert problems(again, deep=True) == []


def test_a_log_cut_by_the_disk_is_found(tmp_path):
    """The engine opens such a store without a word; the counts per graph tell."""
    release = publish(tmp_path, [quad(1)])
    copy = tmp_path / "live"
    shutil.copytree(release.store_path, copy)
    code = f"import os, pyoxigraph as ox; s = ox.Store({str(copy)!r}); s.load(b'<http://e/a> <http://e/b> 1 .', format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode('http://e/g')); os._exit(0)"
    subprocess.run([sys.executable, "-c", code], check=True)
    log = max(copy.glob("*.log"), key=lambda path: path.stat().st_size)
    assert len(ox.Store.read_only(str(copy))) == 2
    log.write_bytes(log.read_bytes()[:-5])
    assert len(ox.Store.read_only(str(copy))) == 1
    manifest = json.loads((release.path / "manifest.json").read_text())
    manifest["graphs"]["http://e/g"]["quads"] = 2
    (release.path / "manifest.json").write_text(json.dumps(manifest))
    assert problems(read_release(release.path), deep=True) == ["http://e/g: 1 quads in the store, 2 in the manifest"]


def test_an_edit_that_fails_leaves_nothing(tmp_path):
    first = publish(tmp_path, [quad(1)])

    def fail(store):
        store.clear()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        edit(tmp_path, fail)
    assert read_release(tmp_path).id == first.id
    assert count(tmp_path) == 1
    assert not list((tmp_path / "releases").glob(".new-*"))


def build_forever(data: str, ready) -> None:
    n = 0
    while True:
        publish(Path(data), [quad(i) for i in range(n % 40 + 1)], keep=3)
        ready.put(change(Path(data), {"http://e/g": quad(n % 40 + 1), "http://e/gone": None}, keep=3).id)
        n += 1


def kill_loop(tmp_path: Path, kills: int) -> None:
    """Kill the builder again and again: what it acknowledged stands, and what stands is whole."""
    context = multiprocessing.get_context("spawn")
    for kill in range(kills):
        acknowledged = context.Queue()
        process = context.Process(target=build_forever, args=(str(tmp_path), acknowledged))
        process.start()
        told, began = [acknowledged.get(timeout=PATIENCE)], time.monotonic()
        told += [acknowledged.get(timeout=PATIENCE) for _ in range(1 + kill % 3)]
        a_build = (time.monotonic() - began) / (len(told) - 1)
        process.join(
            a_build * (0.95 + kill * 0.381966) % a_build
        )  # it goes on: kills are spread over the steps of a build
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        release = read_release(tmp_path)
        ledger = [json.loads(line)["release"] for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
        assert set(told) <= set(ledger)
        assert release.id not in told[:-1], "what was acknowledged last is shown, or what came after it"
        assert problems(release, deep=True) == []
        assert count(tmp_path) == release.manifest["quads"]
    publish(tmp_path, [quad(1)])
    assert not list((tmp_path / "releases").glob(".new-*"))


def test_a_killed_builder_loses_nothing_that_it_published(tmp_path):
    kill_loop(tmp_path, 4)


@pytest.mark.soak
def test_a_builder_killed_sixty_times_loses_nothing(tmp_path):
    kill_loop(tmp_path, 60)


@pytest.mark.parametrize("where", ["nowhere", "file", "empty"])
def test_a_wrong_folder_is_said_in_one_line(tmp_path, where):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / where)
    assert "\n" not in str(caught.value)
    assert "fazhi build" in str(caught.value)


def tmpfs(folder: Path, size: str) -> bool:
    folder.mkdir()
    return (
        os.geteuid() == 0
        and subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]).returncode == 0
    )


def test_a_full_disk_leaves_the_last_release(tmp_path):
    data = tmp_path / "small"
    if not tmpfs(data, "4m"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("2026-11-22: needs root and mount to make a full disk")
    try:
        first = publish(data, [quad(1)])
        noise = b"".join(
            os.urandom(60).hex().encode().join([b'<http://e/s> <http://e/p> "', b'" <http://e/g> .\n'])
            for _ in range(60_000)
        )
        with pytest.raises(StoreError):
            publish(data, [noise])
        assert read_release(data).id == first.id
        assert count(data) == 1
        assert not list((data / "releases").glob(".new-*"))
        assert publish(data, [quad(1), quad(2)]).manifest["quads"] == 2
    finally:
        subprocess.run(["umount", str(data)], check=False)
