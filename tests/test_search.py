"""Text search and suggestions: nothing missed, nothing too many, fast enough to type along."""

import time

import pytest
from example_release import example_release
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.graph.namespaces import VOCABULARY
from kg.store.index import spell
from kg.store.release import publish
from kg.store.search import Search, match, runs

RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SYLLABLES = "法治政府建设行政执法监督复议应诉调解普法合同审查重大决策公开营商环境基层街道综合队伍培训"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    release = example_release(tmp_path_factory.mktemp("search") / "data")
    search = Search(release.text_path)
    yield search
    search.close()


def quotes_of(texts):
    for n, text in enumerate(texts):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        yield f"<http://e/s{n}> {RDF_TYPE} <{VOCABULARY}Sentence> <http://e/g> .\n".encode()
        yield f'<http://e/s{n}> <{VOCABULARY}quote> "{escaped}" <http://e/g> .\n'.encode()


@pytest.mark.parametrize(
    "word", ["督察", "镇", "法", "11月", "力洋镇", "99", "“靶向”督察", "涉企执法检查", "ＤＡ", "行政 复议"]
)
def test_a_word_is_found_in_every_quote_that_holds_it_and_no_other(example, word):
    everything = {hit.iri: hit.text for hit in example.quotes("的", limit=10_000)}
    everything |= {hit.iri: hit.text for hit in example.quotes("，", limit=10_000)}
    found = {hit.iri for hit in example.quotes(word, limit=10_000)}
    holding = {
        iri for iri, text in everything.items() if all(any(piece in run for run in runs(text)) for piece in runs(word))
    }
    assert holding <= found
    assert all(all(any(piece in run for run in runs(hit.text)) for piece in runs(word)) for hit in example.quotes(word))


@settings(max_examples=25)
@given(st.lists(st.text(alphabet="法治政府, 。AaB1２“x", min_size=1, max_size=14), min_size=1, max_size=8), st.data())
def test_any_piece_of_any_text_is_found(tmp_path_factory, texts, data):
    folder = tmp_path_factory.mktemp("any")
    search = Search(publish(folder, quotes_of(texts)).text_path)
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : start + data.draw(st.integers(1, 6))]
    found = {hit.text for hit in search.quotes(piece)}
    expected = {
        one for one in texts if runs(piece) and all(any(word in run for run in runs(one)) for word in runs(piece))
    }
    search.close()
    assert found == expected


@pytest.mark.parametrize(
    "hostile", ['"', "*", "AND", "NEAR(", "a OR b", "');--", "^x", "quote:法", "-", "", " ", "𠮷", "\0"]
)
def test_what_people_type_is_never_a_search_expression(example, hostile):
    assert isinstance(example.quotes(hostile), list)
    assert isinstance(example.suggest(hostile), list)


def test_a_very_long_search_is_cut():
    assert len(match("法" * 100_000)) < 1000


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("宁海", "宁海县"),
        ("nhx", "宁海县"),
        ("ninghai", "宁海县"),
        ("NHX", "宁海县"),
        ("力洋", "宁海县力洋镇"),
        ("lyz", "宁海县力洋镇"),
        ("liyang", "宁海县力洋镇"),
    ],
)
def test_a_name_is_suggested_by_characters_pinyin_and_initials(example, typed, label):
    assert label in [found.label for found in example.suggest(typed, limit=20)]


def test_a_suggestion_can_be_kept_to_classes(example):
    kinds = {kind for found in example.suggest("宁海", kinds=[VOCABULARY + "Jurisdiction"]) for kind in found.kinds}
    assert kinds == {VOCABULARY + "Jurisdiction"}


def test_the_name_is_shown_where_an_alias_was_typed(example):
    found = next(one for one in example.suggest("县政府") if one.matched == "县政府")
    assert found.label == "宁海县人民政府"
    assert example.labels([found.iri])[found.iri]["zh"] == "宁海县人民政府"


@pytest.mark.parametrize(
    ("text", "full", "initials"),
    [
        ("宁海县", "ninghaixian", "nhx"),
        ("重庆市", "chongqingshi", "cqs"),
        ("ABC", "", ""),
        ("“放管服”改革", "fangguanfugaige", "fgfgg"),
    ],
)
def test_pinyin_has_no_tones_and_no_marks(text, full, initials):
    assert spell(text) == (full, initials)


def test_an_index_of_another_version_is_refused(tmp_path):
    import sqlite3

    path = tmp_path / "text.db"
    sqlite3.connect(path).close()
    with pytest.raises(StoreError, match="version"):
        Search(path)
    with pytest.raises(StoreError, match="no text index"):
        Search(tmp_path / "none.db")


@pytest.mark.soak
def test_search_and_suggest_are_quick_on_150000_quotes_and_100000_labels(tmp_path):
    def words(n, length):
        return "".join(SYLLABLES[(n * 7 + k * (n % 13 + 3)) % len(SYLLABLES)] for k in range(length))

    parts = [b"".join(quotes_of(f"{words(n, 50)}，{words(n + 1, 20)}。" for n in range(150_000)))]
    parts.append(
        b"".join(
            f'<http://e/l{n}> {RDFS_LABEL} "{words(n, 6)}{n}局"@zh <http://e/g> .\n'.encode() for n in range(100_000)
        )
    )
    search = Search(publish(tmp_path, parts).text_path)

    def p95(ask, given_words):
        took = []
        for word in given_words:
            began = time.perf_counter()
            ask(word)
            took.append(time.perf_counter() - began)
        return sorted(took)[int(len(took) * 0.95)] * 1000

    asked = [words(n, 2 + n % 3) for n in range(200)]
    quick, typed = p95(search.quotes, asked), p95(search.suggest, [*asked, *(spell(word)[1][:3] for word in asked)])
    search.close()
    assert (quick <= 5, typed <= 10) == (True, True), (quick, typed)
