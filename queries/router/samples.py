"""The sentences that the router compares with: samples of each question, with its names masked, and the words they know."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path

from kg.errors import QueryError
from queries import load_queries
from queries.divisions import place_words
from queries.header import SLOT, NamedQuery, Param
from queries.router.likeness import NAMES, Likeness, learn
from queries.router.spotting import closed, synonyms, tidy
from queries.router.words import cut

_HERE = Path(__file__).parent


@cache
def vocabulary() -> Mapping[str, str]:
    """Question → all text of its samples and triggers: the words that it knows."""
    triggers = {
        query.id: [part for word in query.triggers.zh for part in word.split("+")] + list(query.triggers.en)
        for query in load_queries().values()
    }
    return {name: "\n".join([text, *triggers[name]]) for name, text in likeness().vocabulary.items()}


@cache
def all_words() -> str:
    """All that the samples of all questions say, to look words up in."""
    return "\n".join(vocabulary().values())


@cache
def likeness() -> Likeness:
    """How like a sentence is to the samples of each question; learned once."""
    return learn(pair for query in load_queries().values() for pair in _samples(query))


def _samples(query: NamedQuery) -> Iterator[tuple[str, str]]:
    shown = [_without_places(text) for text in query.triggers.samples]
    titles = [query.title, query.all] if query.all else [query.title]
    texts = [*(one[tongue] for one in titles for tongue in ("zh", "en")), query.sentence.zh, query.sentence.en, *shown]
    for text in [*texts, *_more_samples()[query.id]]:
        for filled in _expanded(text, query):
            yield query.id, closed(tidy(filled)).replace("?", "")


def _without_places(text: str) -> str:
    """A sample that is shown, with its places masked: who asks for a place that no report is of is told so."""
    for start, end, word in reversed(list(cut(text))):
        if word in place_words():
            text = text[:start] + NAMES["area"] + text[end:]
    return text


def _expanded(text: str, query: NamedQuery) -> Iterator[str]:
    """A sample with its slots as names are masked; a slot of codes or set words with some of those words."""
    slots = list(dict.fromkeys(found[1] for found in SLOT.finditer(text)))
    options = [_options(query.params[slot], text) if slot in query.params else ("",) for slot in slots]
    for index, several in enumerate(product(*options)):
        if index == 12:
            return
        chosen = dict(zip(slots, several, strict=True))
        yield SLOT.sub(lambda found, chosen=chosen: chosen[found[1]], text)  # type: ignore[misc]


def _options(param: Param, text: str) -> tuple[str, ...]:
    if param.type in NAMES and param.type != "code":
        return (NAMES[param.type],)
    if param.names:
        return (NAMES[param.names],)
    english = text.isascii()
    if param.free:
        return (NAMES["text"],)
    if param.words:
        return tuple(word.partition("=")[0] for word in param.words if word.isascii() == english or "=" in word)[:8]
    if param.scheme and param.scheme in synonyms():
        found = [
            word for word, code in synonyms()[param.scheme] if code not in ("-", "any") and word.isascii() == english
        ]
        # As itself, so that words no sample has are taken too, and as some words, whose characters are known then.
        return (NAMES["code"], *sorted(found, key=len)[:11]) if found else ("",)
    return ("",)


@cache
def _more_samples() -> Mapping[str, tuple[str, ...]]:
    """samples.tsv: sentences of each question. Raises `QueryError` for a sample of no question."""
    found: dict[str, list[str]] = {name: [] for name in load_queries()}
    for number, line in enumerate((_HERE / "samples.tsv").read_text("utf-8").splitlines()[1:], start=2):
        question, _, text = line.partition("\t")
        if question not in found or not text:
            raise QueryError(f"no question '{question}', or no sentence", where=f"samples.tsv:{number}")
        found[question].append(text)
    return {name: tuple(texts) for name, texts in found.items()}
