"""Sentences and the facts in them: every case of cases/*.yaml that holds facts, in the form that `fazhi extract --format yaml` prints."""

from pathlib import Path

import pytest
import yaml
from case_reading import Said, reading_of

from kg.corpus.source import sources
from kg.extract.exchange import case_of, to_cases, to_yaml
from kg.extract.extractors import read
from kg.extract.fact import Involvement

FILES = ("action", "body", "citation", "figure", "honour", "involvement", "programme", "statement")
CASES = [
    (name, case)
    for name in FILES
    for case in yaml.safe_load((Path(__file__).parent / "cases" / f"{name}.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case['name']}" for file, case in CASES])
def test_case(file, case):
    holds(case)


def holds(case):
    """Whether a text is read as its case says."""
    reading = reading_of(
        Said(case["text"], case.get("reporter", "county"), case.get("section", "reported"), case.get("report"))
    )
    for kind, wanted in case["facts"].items():
        facts = [fact for fact in reading.facts if type(fact).__name__ == kind]
        stated = [fact for fact in facts if not (isinstance(fact, Involvement) and fact.basis == "inferred")]
        read = [{key: value for key, value in case_of(fact).items() if key != "flags"} for fact in stated]
        assert [_narrow(one, wanted) for one in read] == wanted


def _narrow(fact, wanted):
    """Only the fields that a case speaks of."""
    return {key: value for key, value in fact.items() if not wanted or key in set().union(*wanted)}


def test_what_is_printed_can_be_pasted(demo_report):
    """Every sentence of a report, printed as a case, is read alone as in its report, but for what other sentences told."""
    printed = yaml.safe_load(to_yaml(to_cases(read(sources([demo_report])[0]))))
    alone = sum(_holds(case) for case in printed)
    assert all(case["name"] and case["report"]["issuer"] == "宁海县人民政府" for case in printed)
    assert alone >= 0.9 * len(printed)


def _holds(case):
    try:
        holds(case)
    except AssertionError:
        return False
    return True


def test_every_file_was_read():
    assert {file for file, _ in CASES} == set(FILES)
    assert len(CASES) >= 190
