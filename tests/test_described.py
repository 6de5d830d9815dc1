"""The API's description against a real server, by Schemathesis: what it promises is given, what it forbids is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from example_release import example_release
from serving import running

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# A slot takes names of the release, which a description cannot list: what fits its schema may still be no name.
LEFT_OUT = "positive_data_acceptance"
WITH_THE_TOKEN = "Authorization: Bearer t"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("described")
    example_release(folder / "data")
    (folder / "token").write_text("t")
    (folder / "token").chmod(0o600)
    settings = {"workers": 1, "evaluators": 2, "budget": False, "token_file": folder / "token"}
    with running(folder, data=folder / "data", **settings) as found:
        yield found


def checked(server, folder: Path, *options: str) -> str:
    """What Schemathesis says of the service, all its checks but one made; every operation twice by chance."""
    schema = folder / "openapi.json"
    schema.write_bytes(server.client().get("/api/v1/openapi.json").body)
    command = [
        *(str(SCHEMATHESIS), "run", str(schema), "--url", f"http://127.0.0.1:{server.port}", "--no-color"),
        *("--checks", "all", "--exclude-checks", LEFT_OUT, "--continue-on-failure", "--warnings", "off"),
        *("--generation-deterministic", *options),
    ]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    said = ended.stdout + ended.stderr
    assert " generated" in said, said
    return said if ended.returncode else ""


@pytest.mark.slow
def test_the_service_keeps_what_its_description_says(server, tmp_path):
    assert checked(server, tmp_path, "--phases", "examples,fuzzing", "-n", "5") == ""


@pytest.mark.soak
def test_so_it_does_at_every_edge_of_the_description(server, tmp_path):
    told = checked(
        server, tmp_path, "--phases", "examples,coverage,fuzzing", "-n", "40", "--exclude-path", "/api/v1/reports"
    )
    assert told == ""


def test_operations_with_the_token_keep_it_too(server, tmp_path):
    paths = json.loads(server.client().get("/api/v1/openapi.json").body)["paths"]
    assert "post" in paths["/api/v1/reports"]
    only = ["--include-path", "/api/v1/jobs", "--include-path", "/api/v1/jobs/{id}", "-H", WITH_THE_TOKEN]
    assert checked(server, tmp_path, "--phases", "coverage,fuzzing", "-n", "10", *only) == ""
