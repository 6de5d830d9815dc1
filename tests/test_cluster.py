"""Many machines: a real Dask scheduler and workers; one is killed in the middle, and the bytes are those of one process."""

import subprocess
import sys
from pathlib import Path

import compose
import pytest
from serving import PATIENCE, wait_until

from kg.build import build
from kg.errors import UsageError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def cluster(tmp_path):
    """A scheduler with two workers, each a process of its own: its address, and the workers."""
    started = []

    def start(*arguments):
        with (tmp_path / f"{len(started)}.log").open("wb") as log:
            command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
            # A folder of its own: workers need nothing of the checkout's working directory.
            started.append(subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log))
        return started[-1]

    file = tmp_path / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    wait_until(lambda: file.exists() and file.read_text().endswith("}"))
    workers = [
        start(
            "worker",
            "--scheduler-file",
            str(file),
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
            "--host",
            "127.0.0.1",
        )
        for _ in range(2)
    ]
    import json

    yield json.loads(file.read_text())["address"], workers
    for process in reversed(started):
        process.kill()
        process.wait()


@pytest.mark.filterwarnings("default")  # what the cluster's own libraries warn of is not ours
def test_a_worker_killed_in_the_middle_changes_nothing(cluster, tmp_path):
    from distributed import Client

    address, workers = cluster
    compose.write(tmp_path / "corpus", 16, seed=11)
    reports = tmp_path / "corpus" / "reports"
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
    killed = []

    def progress(made, of):
        if made == 3 and not killed:
            workers[0].kill()
            killed.append(made)

    there = build([reports], data=tmp_path / "there", dask=address, progress=progress)
    here = build([reports], data=tmp_path / "here")
    assert killed == [3]
    assert there.release.id == here.release.id
    assert there.release.dump_path.read_bytes() == here.release.dump_path.read_bytes()
    assert build([reports], data=tmp_path / "there", dask=address).kept == 16


def test_no_scheduler_is_said_with_the_way_out(tmp_path, free_port, monkeypatch):
    from kg.build import cluster as module

    monkeypatch.setattr(module, "PATIENCE", 1)
    compose.write(tmp_path / "corpus", 1, seed=11)
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        build([tmp_path / "corpus" / "reports"], data=tmp_path / "data", dask=f"tcp://127.0.0.1:{free_port}")
