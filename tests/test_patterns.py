"""Named patterns: data with texts that prove them, each looked for by the code."""

import ast
import importlib
import re
from pathlib import Path

import pytest
import yaml

from kg.errors import LexiconError
from kg.lexicon import FOLDER, pattern, read_yaml

ROOT = Path(__file__).parent.parent
GOOD = {"name": "share", "says": "a part", "pattern": r"\d+%", "finds": ["达到«95%»以上"], "passes": ["95分"]}
FAULTS = {
    "finds more": ({"finds": ["达到«9»5%"]}, "share finds '95%' in '达到«9»5%'"),
    "finds nothing": ({"finds": ["达到«95»分"]}, "share finds nothing"),
    "finds what it is to pass": ({"passes": ["共5%"]}, "share finds '5%' in '共5%'"),
    "no text": ({"passes": []}, "share lacks words or texts"),
    "no words": ({"says": ""}, "share lacks words or texts"),
    "a piece that the code lacks": ({"pattern": "{unit}%"}, "pieces unit"),
    "no pattern": ({"pattern": "(%"}, "pattern of share is wrong"),
}


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Writes a file of patterns of the test's own."""
    module = importlib.import_module("kg.lexicon.pattern")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module._file.cache_clear()

    def write(*found: dict) -> None:
        (tmp_path / "patterns").mkdir()
        (tmp_path / "patterns" / "own.yaml").write_text(yaml.safe_dump(found, allow_unicode=True), "utf-8")

    yield write
    module._file.cache_clear()


def test_a_pattern_is_had_by_its_name(given):
    given(GOOD, {**GOOD, "name": "of", "pattern": "{unit}%", "finds": ["«占%»"]})
    assert pattern("own.share").search("3%")[0] == "3%"
    assert pattern("own.of", unit="(?:占|为)").search("为%")
    with pytest.raises(LexiconError, match="no pattern 'other'"):
        pattern("own.other")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_pattern_is_refused_with_its_line(given, fault):
    change, told = FAULTS[fault]
    given({**GOOD, "name": "first"}, {**GOOD, **change})
    with pytest.raises(LexiconError) as error:
        pattern("own.share")
    assert told in str(error.value)
    assert str(error.value).startswith("own.yaml:")


def test_a_name_stands_once(given):
    given(GOOD, {**GOOD})
    with pytest.raises(LexiconError, match="given twice"):
        pattern("own.share")


HAN = re.compile("(?![〇零一二三四五六七八九十百千万亿两])[\u4e00-\u9fff]")
MOST = 30
"""Chinese letters that a pattern in the code may have: a form with more words is data."""


def test_patterns_of_many_words_are_data():
    for path in sorted((ROOT / "kg").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re.") and call.args:
                held = [node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
                letters = HAN.findall("".join(value for value in held if isinstance(value, str)))
                assert len(letters) <= MOST, f"{path.name}:{call.lineno}: see kg/lexicon/README.md, patterns"


def test_every_pattern_is_looked_for_and_so_proved():
    asked = set()
    for path in sorted((ROOT / "kg").rglob("*.py")):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pattern"
        ]
        if calls:
            asked |= {call.args[0].value for call in calls}
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    held = {
        f"{path.stem}.{entry['name']}" for path in (FOLDER / "patterns").glob("*.yaml") for entry in read_yaml(path)
    }
    assert asked == held
