"""Sentences and the facts in them: every case of cases/*.yaml that holds facts, in the form that `fazhi extract --format yaml` prints."""

from pathlib import Path

import pytest
import yaml
from case_reading import Said, reading_of

from kg.extract.exchange import case_of
from kg.extract.fact import Involvement

FILES = ("action", "body", "citation", "figure", "honour", "involvement", "programme", "statement")
CASES = [
    (name, case)
    for name in FILES
    for case in yaml.safe_load((Path(__file__).parent / "cases" / f"{name}.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case['name']}" for file, case in CASES])
def test_case(file, case):
    reading = reading_of(Said(case["text"], case.get("reporter", "county"), case.get("section", "reported")))
    for kind, wanted in case["facts"].items():
        facts = [fact for fact in reading.facts if type(fact).__name__ == kind]
        stated = [fact for fact in facts if not (isinstance(fact, Involvement) and fact.basis == "inferred")]
        read = [{key: value for key, value in case_of(fact).items() if key != "flags"} for fact in stated]
        assert [_narrow(one, wanted) for one in read] == wanted


def _narrow(fact, wanted):
    """Only the fields that a case speaks of."""
    return {key: value for key, value in fact.items() if not wanted or key in set().union(*wanted)}


def test_every_file_was_read():
    assert {file for file, _ in CASES} == set(FILES)
    assert len(CASES) >= 190
