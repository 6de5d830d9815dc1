"""What graphs say, kept property by property and read again."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store import index
from kg.store.cells import Cells, joined, related, zstd
from kg.store.dump import by_property

HERE = "https://w3id.org/fazhi/id/report/330226/2021"
GRAPH = "https://w3id.org/fazhi/graph/report/330226/2021"
KEYS = ("https://w3id.org/fazhi/ns#one", "https://w3id.org/fazhi/ns#two")
WORDS = ("宁海", "共3件", "", "a b", r"two\tlines\nof \\", r"“\"”", HERE)

quads = st.sets(
    st.tuples(
        st.sampled_from(["", *(f"/s{n}" for n in (1, 2, 10, 11, 100))]), st.sampled_from(KEYS), st.sampled_from(WORDS)
    ),
    min_size=1,
)


def kept(folder: Path, found: set[tuple[str, str, str]]) -> Path:
    text = "".join(sorted(f'<{HERE}{thing}> <{key}> "{word}" <{GRAPH}> .\n' for thing, key, word in found))
    index.build(folder / "text.db", [index.rows(GRAPH, by_property(GRAPH, text.encode()))])
    return folder / "text.db"


def read(path: Path) -> dict[tuple[str, str], object]:
    with closing(Cells(path)) as cells:
        assert cells.homes == [HERE]
        said = cells.reports([HERE], KEYS)
    return {
        (thing, key): values for key in KEYS for thing, values in related(said[key].things, said[key].values).items()
    }


def plain(word: str) -> str:
    return word.replace(r"\t", "\t").replace(r"\n", "\n").replace(r"\"", '"').replace(r"\\", "\\")


@given(quads)
def test_what_is_kept_is_read_again(found):
    wanted: dict[tuple[str, str], object] = {}
    for thing, key, word in found:
        at = (HERE + thing, key)
        wanted[at] = joined(wanted[at], plain(word)) if at in wanted else plain(word)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        assert read(kept(Path(folder), found)) == wanted


def test_things_stand_in_the_order_of_their_addresses(tmp_path):
    path = kept(tmp_path, {(f"/s{n}", KEYS[0], str(n)) for n in (1, 2, 10, 100)})
    with closing(Cells(path)) as cells:
        said = cells.reports([HERE], KEYS)
    assert said[KEYS[0]].things == [f"{HERE}/s{n}" for n in (1, 10, 100, 2)]
    assert said[KEYS[0]].values == ["1", "10", "100", "2"]


@pytest.mark.parametrize("said", ["", "/s1\tb"])
def test_a_row_of_an_earlier_release_is_read_as_it_was_written(tmp_path, said):
    path = kept(tmp_path, {("/s1", KEYS[0], "a")})
    lines = [f"{KEYS[0]}\t\x01/s1\ta\t\x01/s2\tb", *([f"{KEYS[1]}\t\x01{said}"] if said else [])]
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE cells SET own = ?", (zstd.compress("\n".join(lines).encode()),))
    changed.close()
    earlier = {(f"{HERE}/s1", KEYS[0]): "a", (f"{HERE}/s2", KEYS[0]): "b"}
    assert read(path) == earlier | ({(f"{HERE}/s1", KEYS[1]): "b"} if said else {})


@pytest.mark.parametrize(
    ("thing", "there"), [("/s1", True), ("/s10", True), ("/s", False), ("/s100", False), ("", False)]
)
def test_a_thing_is_there_by_its_whole_address(tmp_path, thing, there):
    path = kept(tmp_path, {("/s1", KEYS[0], "a"), ("/s10", KEYS[0], "a")})
    with closing(Cells(path)) as cells:
        assert cells.holds(HERE + thing) is there
