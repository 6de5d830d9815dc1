"""What things are called: labels of IRIs in both languages, falling back from Chinese to English to the local name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.store.answer import Store
from queries.support import about


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a thing in both languages; the same twice where there is only one.

    >>> Label("人民政府", "government")["en"]
    'government'
    """

    zh: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


def local_name(iri: str) -> str:
    """What is left of an IRI for people to read, when it has no label.

    >>> local_name("https://w3id.org/fazhi/ns#role-lead"), local_name("https://w3id.org/fazhi/id/area/330226")
    ('role-lead', '330226')
    """
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]


def labels(store: Store, iris: Iterable[str]) -> Mapping[str, Label]:
    """A label for each IRI, from batched queries."""
    wanted = dict.fromkeys(iris)
    found: dict[str, dict[str, str]] = {}
    for row in about(store, "labels", wanted):
        label = row["label"]
        kept = found.setdefault(row["iri"].value, {})
        language = (label.language or "")[:2]
        # Two labels in one language: the first in the order of code points, so that every engine shows the same.
        kept[language] = min(kept.get(language, label.value), label.value)
    return {iri: _label(found.get(iri, {}), iri) for iri in wanted}


def _label(kept: Mapping[str, str], iri: str) -> Label:
    plain = kept.get("") or local_name(iri)
    chinese = kept.get("zh") or kept.get("en") or plain
    return Label(zh=chinese, en=kept.get("en") or kept.get("zh") or plain)
