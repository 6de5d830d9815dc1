"""Files that a command writes: whole or not at all, and only where they may."""

import os
from pathlib import Path

import pytest

from kg.cli.output import new_file, new_folder
from kg.errors import UsageError


def put(path, words, *, overwrite=False, meanwhile=lambda: None):
    with new_file(path, overwrite=overwrite) as part:
        part.write_text(words)
        meanwhile()


def fill(folder, words, *, overwrite=False, meanwhile=lambda: None):
    with new_folder(folder, overwrite=overwrite) as part:
        (part / "a.csv").write_text(words)
        meanwhile()


def fails():
    raise UsageError("no table x")


def test_of_two_at_once_the_first_to_end_stands_and_the_other_is_told(tmp_path):
    path = tmp_path / "a.csv"
    with pytest.raises(UsageError, match=r"a\.csv"):
        put(path, "mine", meanwhile=lambda: put(path, "theirs"))
    assert path.read_text() == "theirs"
    put(path, "mine", overwrite=True, meanwhile=lambda: put(path, "others'", overwrite=True))
    assert path.read_text() == "mine"
    assert [*tmp_path.iterdir()] == [path]


def test_where_there_are_no_links_the_first_stands_too(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "a.csv"
    with pytest.raises(UsageError):
        put(path, "mine", meanwhile=lambda: put(path, "theirs"))
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("overwrite", [True, False])
def test_what_fails_leaves_nothing_and_what_was_there(tmp_path, overwrite):
    path = tmp_path / "a.csv"
    path.write_text("old")
    for write in (put, fill):
        with pytest.raises(UsageError):
            write(path, "half", overwrite=overwrite, meanwhile=fails)
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_is_made_whole_and_keeps_the_files_of_others(tmp_path):
    folder = tmp_path / "all"
    with pytest.raises(UsageError, match="all"):
        fill(folder, "mine", meanwhile=lambda: fill(folder, "theirs"))
    assert (folder / "a.csv").read_text() == "theirs"
    (folder / "thesis.docx").write_text("of somebody")
    fill(folder, "mine", overwrite=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"a.csv": "mine", "thesis.docx": "of somebody"}
    assert [*tmp_path.iterdir()] == [folder]


def test_a_file_has_the_rights_of_any_other_and_a_link_stays_one(tmp_path):
    (tmp_path / "plain").write_text("")
    put(tmp_path / "a.csv", "mine")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "link").symlink_to(tmp_path / "a.csv")
    put(tmp_path / "link", "new", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.csv").read_text() == "new"


def test_a_device_is_written_as_it_is():
    with new_file(Path(os.devnull), overwrite=False) as part:
        assert str(part) == os.devnull


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        put(tmp_path / "no" / "a.csv", "")
