"""Settings: flags win over variables, variables over the file, the file over defaults; nothing wrong passes in silence."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from kg.config import Settings, load
from kg.errors import UsageError


def origin_of(name, **given):
    return next(setting for setting in load(given.pop("flags", {}), **given)[1] if setting.name == name)


def test_each_source_wins_over_the_next(tmp_path):
    (tmp_path / "fazhi.toml").write_text('host = "::1"\nport = 1\nworkers = 3\n', "utf-8")
    environ = {"FAZHI_PORT": "2", "FAZHI_WORKERS": "4"}
    settings, _ = load({"workers": 5, "host": None}, environ=environ, folder=tmp_path)
    assert (settings.host, settings.port, settings.workers, settings.threads) == ("::1", 2, 5, 12)


def test_the_origin_is_told(tmp_path):
    (tmp_path / "fazhi.toml").write_text("port = 1\n", "utf-8")
    given = {"environ": {"FAZHI_HOST": "::1"}, "folder": tmp_path, "flags": {"workers": 1}}
    found = {name: origin_of(name, **given).origin for name in ("port", "host", "workers", "threads")}
    assert found == {
        "port": str(tmp_path / "fazhi.toml"),
        "host": "FAZHI_HOST",
        "workers": "--workers",
        "threads": "default",
    }


@pytest.mark.parametrize(
    ("environ", "file", "said"),
    [
        ({"FAZHI_PROT": "1"}, "", "unknown setting FAZHI_PROT"),
        ({}, "prot = 1", "unknown setting prot"),
        ({"FAZHI_PORT": "eighty"}, "", "FAZHI_PORT: port = 'eighty' is not a whole number"),
        ({"FAZHI_PROXY": "perhaps"}, "", "FAZHI_PROXY: proxy = 'perhaps' is not true or false"),
        ({}, "port = true", "port = True is not a whole number"),
        ({}, "host = 1", "host = 1 is not text"),
        ({}, "host = ", "not TOML"),
        ({"FAZHI_CONFIG": "/no/such.toml"}, "", "/no/such.toml: no such file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, environ, file, said):
    (tmp_path / "fazhi.toml").write_text(file, "utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        load({}, environ=environ, folder=tmp_path)


def test_every_setting_is_of_a_known_kind_and_has_a_default():
    kinds = {str(field.type) for field in fields(Settings)}
    assert len(fields(Settings)) >= 15
    assert kinds <= {
        "<class 'str'>",
        "<class 'int'>",
        "<class 'float'>",
        "<class 'bool'>",
        str(Path),
        "<class 'pathlib.Path'>",
        "pathlib.Path | None",
    }
    assert Settings() == Settings()


def test_a_path_with_a_tilde_is_the_home_folder():
    assert load({}, environ={"FAZHI_DATA": "~/data"})[0].data == Path.home() / "data"
