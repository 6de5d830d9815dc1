"""Rows that cannot be counted in time are shown all the same."""

import pytest
from question_data import BASE, report

from kg.store.answer import QueryCostError, Row
from queries import counting, find_query
from queries.answer import answer


class OutOfTime:
    """The bundled report behind a server that gives no count in time."""

    def __init__(self) -> None:
        self.counted = 0

    def __getattr__(self, name: str) -> object:
        return getattr(report(), name)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        if seconds == counting.LONGEST:
            self.counted += 1
            raise QueryCostError("took too long")
        return report().rows(query, seconds=seconds)


@pytest.fixture(autouse=True)
def _nothing_counted_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_COUNTS", {})


def test_they_are_said_to_be_so_many_at_least_and_their_pages_go_on():
    store, query = OutOfTime(), find_query("figures-together")
    first, second, past = (answer(query, {}, store, base=BASE, limit=5, offset=at) for at in (0, 5, 10**6))
    pages = [(len(one.rows), one.total, one.more) for one in (first, second, past)]
    assert pages == [(5, 6, True), (5, 11, True), (0, 1, False)]
    assert first.at_least
    assert "至少" in first.say("zh")


def test_what_was_in_vain_is_not_tried_again():
    store, query = OutOfTime(), find_query("figures-together")
    for offset in (0, 5, 10):
        answer(query, {}, store, base=BASE, limit=5, offset=offset)
    assert store.counted == 1


def test_a_short_list_is_counted():
    found = answer(find_query("figures-together"), {}, report(), base=BASE, limit=5)
    assert found.total > 11
    assert not found.at_least
