"""The strict loader refuses what is wrong and says where; the tables and rules that are there pass it."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import lexicon
from kg.errors import LexiconError

PIECES = "number: '[\\u4e00-\\u9fff]+〔\\d{4}〕\\d+号'\n"
RULE = """\
- id: citation.number
  gives: Citation
  pattern: '《(?P<title>[^《》]+)》\\((?P<number>{number})\\)'
  source: GB/T 9704-2012
  examples:
    - text: 印发《实施纲要》（中发〔2021〕33号）
      fact: {title: 实施纲要, number: 中发〔2021〕33号}
  counterexamples:
    - 《人民日报》（第3版）刊发
"""


def read_table(tmp_path: Path, text: str):
    path = tmp_path / "units.tsv"
    path.write_bytes(text.encode("utf-8"))
    return lexicon.read_table(path, "unit", "base")


def read_rules(tmp_path: Path, rule: str, pieces: str = PIECES):
    (tmp_path / "citation.yaml").write_text(rule, "utf-8")
    (tmp_path / "pieces.yaml").write_text(pieces, "utf-8")
    return lexicon.read_rules(tmp_path / "citation.yaml", tmp_path / "pieces.yaml")


def test_a_table_gives_its_rows_in_order(tmp_path):
    assert read_table(tmp_path, "# why\nunit\tbase\n万元\t元\n件\t件\n") == (("万元", "元"), ("件", "件"))


TABLE_FAULTS = {
    "key twice": ("unit\tbase\n件\t件\n件\t项\n", "units.tsv:3: '件' is given twice — merge with line 2"),
    "ragged": ("unit\tbase\n件\n", "units.tsv:2: 1 cells, not 2 — one tab between cells"),
    "header": ("unit\tkin\n", "units.tsv:1: columns 'unit, kin' — expected unit, base"),
    "stray space": ("unit\tbase\n件 \t件\n", "units.tsv:2: stray space, empty key, or text not in NFC — mend the cell"),
    "wide space": ("unit\tbase\n件\t\u3000件\n", "units.tsv:2: stray space"),
    "empty key": ("unit\tbase\n\t件\n", "units.tsv:2: stray space, empty key"),
    "not NFC": ("unit\tbase\ne\u0301\t件\n", "units.tsv:2: stray space"),
    "CRLF": ("unit\tbase\r\n", "units.tsv:1: line ends with CR"),
    "empty": ("", "units.tsv:1: no header line"),
}


@pytest.mark.parametrize("fault", TABLE_FAULTS)
def test_a_wrong_table_is_refused_with_its_line(tmp_path, fault):
    text, message = TABLE_FAULTS[fault]
    with pytest.raises(LexiconError) as error:
        read_table(tmp_path, text)
    assert str(error.value).startswith(message)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(LexiconError, match="no such file"):
        lexicon.read_table(tmp_path / "nothing.tsv", "unit")


def test_a_rule_that_holds_is_read(tmp_path):
    (rule,) = read_rules(tmp_path, RULE)
    assert (rule.id, rule.gives, rule.where) == ("citation.number", "Citation", "citation.yaml:1")
    assert rule.read("见《甲》（国发〔2020〕1号）") == (
        {"quote": "《甲》（国发〔2020〕1号）", "title": "甲", "number": "国发〔2020〕1号"},
    )


RULE_FAULTS = {
    "key twice": (RULE.replace("  source", "  gives: Other\n  source"), "citation.yaml:4: 'gives' is given twice"),
    "unknown key": (RULE.replace("source:", "sources:"), "citation.yaml:1: keys ['source', 'sources'] missing"),
    "no piece": (RULE.replace("{number}", "{nummer}"), "citation.yaml:1: no piece 'nummer'"),
    "example not read so": (RULE.replace("33号}", "34号}"), "citation.yaml:6: rule citation.number reads"),
    "counterexample read": (
        RULE.replace("（第3版）", "（中发〔2021〕3号）"),
        "citation.yaml:1: rule citation.number reads its",
    ),
    "no counterexample": (
        RULE.replace("    - 《人民日报》（第3版）刊发\n", "").replace("counterexamples:", "counterexamples: []"),
        "citation.yaml:1: rule",
    ),
    "no source": (RULE.replace("GB/T 9704-2012", "''"), "citation.yaml:1: rule citation.number names no source"),
    "bad pattern": (RULE.replace("'《(", "'《(("), "citation.yaml:1: pattern of citation.number is wrong"),
    "read by two": (
        RULE + RULE.replace("citation.number", "citation.other"),
        "citation.yaml:6: ['citation.other'] read",
    ),
    "id twice": (RULE + RULE, "citation.yaml:10: 'citation.number' is given twice"),
    "needed word not there": (
        RULE.replace("  source", "  needs: 令\n  source"),
        "citation.yaml:7: rule citation.number reads []",
    ),
    "no yaml": ("- id: ]", "citation.yaml:1: is not YAML"),
}


@pytest.mark.parametrize("fault", RULE_FAULTS)
def test_a_wrong_rule_is_refused_with_its_line(tmp_path, fault):
    text, message = RULE_FAULTS[fault]
    assert text != RULE, "the fault was not planted"
    with pytest.raises(LexiconError) as error:
        read_rules(tmp_path, text)
    assert str(error.value).startswith(message)


NEEDING = [rule for kind in ("group", "mask") for rule in lexicon.rules(kind) if rule.needs != ("",)]


@pytest.mark.parametrize("rule", NEEDING, ids=lambda rule: rule.id)
def test_a_rule_reads_nothing_without_a_word_that_it_needs(rule):
    """The pattern finds as much when it is not kept from texts without such a word, in whatever it can match."""

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(rule.pattern))
    def check(text):
        assert [match.span() for match in rule.matches(text)] == [match.span() for match in rule.pattern.finditer(text)]

    check()


def test_yaml_guesses_no_types(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("{code: 010000, no: no, time: 1:30, date: 2022-03-31, n: 08, none: ~}", "utf-8")
    assert lexicon.read_yaml(path) == {
        "code": "010000", "no": "no", "time": "1:30", "date": "2022-03-31", "n": "08", "none": "~",
    }  # fmt: skip


CORRECTION = """\
- kind: Figure
  match: 办结率达100%
  value: {name: 办结率}
  because: the clause is cut by a line break
  by: A. Reader
  date: 2026-03-01
"""


def test_a_correction_is_read(tmp_path):
    path = tmp_path / "corrections.yaml"
    path.write_text(CORRECTION, "utf-8")
    (correction,) = lexicon.corrections(path)
    assert correction.value == {"name": "办结率"}
    assert correction.rule == "correction.corrections.yaml:1"


@pytest.mark.parametrize(("old", "new"), [("2026-03-01", "soon"), ("because: the clause is cut by a line break", "because: ''"),
                                      ("  by: A. Reader\n", ""), ("{name: 办结率}", "{}")])  # fmt: skip
def test_a_correction_without_reason_person_or_date_is_refused(tmp_path, old, new):
    path = tmp_path / "corrections.yaml"
    path.write_text(CORRECTION.replace(old, new), "utf-8")
    with pytest.raises(LexiconError, match=r"corrections\.yaml:1"):
        lexicon.corrections(path)


def test_a_correction_can_be_pasted_at_the_end_of_the_file_that_is_there(tmp_path):
    before = lexicon.corrections()
    path = tmp_path / "corrections.yaml"
    path.write_text((lexicon.FOLDER / "corrections.yaml").read_text("utf-8") + CORRECTION.lstrip("\n"), "utf-8")
    assert len(lexicon.corrections(path)) == len(before) + 1


RULE_FILES = sorted(path for path in (lexicon.FOLDER / "rules").glob("*.yaml") if path.stem != "pieces")


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_every_rule_file_is_proved(path):
    assert lexicon.rules(path.stem)


def test_every_piece_is_used():
    pieces = lexicon.read_yaml(lexicon.FOLDER / "rules" / "pieces.yaml")
    text = "".join(path.read_text("utf-8") for path in (lexicon.FOLDER / "rules").glob("*.yaml"))
    assert [name for name in pieces if RULE_FILES and not re.search(rf"\{{{name}\}}", text)] == []


TABLES = sorted(lexicon.FOLDER.glob("*.tsv"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_table_is_sound(path):
    header = next(line for line in path.read_text("utf-8").split("\n") if not line.startswith("#"))
    columns = header.split("\t")
    # the key may span several columns; all of them together are always one
    assert lexicon.read_table(path, *columns, key=len(columns))


def test_the_tables_were_found():
    assert len(TABLES) >= 1


@given(st.text())
def test_the_shadow_has_the_length_of_the_text(text):
    assert len(lexicon.shadow(text)) == len(text)


def test_every_table_stands_in_the_readme():
    readme = (lexicon.FOLDER / "README.md").read_text("utf-8")
    assert [path.stem for path in TABLES if f"`{path.stem}" not in readme] == []
