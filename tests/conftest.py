"""What all tests share: the tools they drive, the bundled report, a release built from it, an empty environment."""

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import commands
import compose
import pytest
import question_data
import serving
import tools
from example_release import example_quads, example_release
from hypothesis import HealthCheck, settings
from page_samples import hostile

from kg.store.release import publish

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "kg" / "demo"
# The same examples in every run, and a busy machine is no finding: `--hypothesis-profile explore` looks for others.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", patient, derandomize=False)
settings.register_profile("fazhi", patient, derandomize=True, database=None)
settings.load_profile("fazhi")
collect_ignore = ["bench/fuzz.py"]
"""Instruments every module that is imported after it; needs the extra `fuzz`."""


def pytest_configure(config: pytest.Config) -> None:
    """What is built once for all processes of a run goes with the run."""
    if not hasattr(config, "workerinput"):
        shared = tempfile.TemporaryDirectory(prefix="fazhi-tests-")
        os.environ[question_data.SHARED] = shared.name
        config.add_cleanup(shared.cleanup)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """Eight composed reports of two places with their register."""
    folder = tmp_path_factory.mktemp("corpus")
    compose.write(folder, 8, seed=7)
    return folder / "reports"


@pytest.fixture
def own(corpus, tmp_path):
    """A copy of the corpus that a test may spoil."""
    return shutil.copytree(corpus, tmp_path / "own")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("FAZHI_") and not name.startswith("FAZHI_TEST_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def demo_report() -> Path:
    """The bundled report."""
    return DEMO / "ninghai-2021.txt"


@pytest.fixture(scope="session")
def built() -> Path:
    """A data folder with the release of the bundled report, as the command builds it; not to be written into."""
    return question_data.report_data()


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory):
    """The examples as a release."""
    return example_release(tmp_path_factory.mktemp("release") / "data")


@pytest.fixture(scope="session")
def pages_server(tmp_path_factory: pytest.TempPathFactory):
    """The example release with an attack in every literal, served."""
    folder = tmp_path_factory.mktemp("pages")
    publish(folder / "data", [example_quads(), hostile()], manifest={"reports": ["330226/2021", "330226/2022"]})
    with serving.running(folder, data=folder / "data", workers=1, evaluators=1, budget=False) as found:
        yield found


@pytest.fixture
def fazhi(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):
    """`fazhi("read", "x.txt")` runs a command in this process."""
    return partial(commands.run, capfdbinary, monkeypatch)


@pytest.fixture(scope="session")
def need():
    """`need("chromium")` gives the path of a tool, or fails in CI and skips with the reason elsewhere."""

    def path(name: str) -> str:
        found = tools.path_of(name)
        if found is None:
            reason = f"{name} is not installed: run `python tests/tools.py`"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return found

    return path


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody uses."""
    return serving.free_port()
