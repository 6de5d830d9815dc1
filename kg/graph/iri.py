"""The names of things: one function per kind. Made of content, not of position; ASCII only; never of Chinese or pinyin.

A better reading keeps the names of what did not change: a sentence is named by its words, a fact by its place in the sentence.
"""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache

from kg.corpus.document import Area
from kg.graph.namespaces import graph_base
from kg.lexicon import table

NATION = "100000"
"""Code of the People's Republic as a whole, above the provinces."""
NOWHERE = "000000"
"""Stands for a jurisdiction that is not known."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")


def digest(name: str, length: int) -> str:
    """Hex of the SHA-256 of the NFKC form without white space: full-width and half-width brackets give one name.

    >>> digest("实施纲要（2021—2025年）", 8) == digest("实施纲要(2021—2025年)", 8)
    True
    """
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:length]


def area_key(area: Area | None) -> str:
    """The code of an area; for one without a code a digest of its name; empty where even the name is not known.

    >>> area_key(Area(code="330226", name="宁海县", level="county")), area_key(None)
    ('330226', '')
    >>> area_key(Area(code="", name="青石县", level="county"))
    'xe00996'
    """
    if area is None or not area.full_name:
        return ""
    if area.level == "central":
        return NATION
    return area.code or f"x{digest(area.full_name, 6)}"


def area(base: str, code: str) -> str:
    """
    >>> area("https://w3id.org/fazhi/id/", "330226")
    'https://w3id.org/fazhi/id/area/330226'
    """
    return f"{base}area/{code}"


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    rows = table("same_bodies", "form", "name")
    return tuple(sorted(((form, name) for form, name in rows), key=lambda row: (-len(row[0]), row[0])))


@lru_cache(maxsize=65536)
def usual(name: str) -> str:
    """The form of a body's name that its IRI is made of: two printed forms of one office give one IRI.

    >>> usual("宁海县市场监督管理局"), usual("宁海县市场监管局"), usual("宁海县委全面依法治县委员会办公室")
    ('宁海县市场监管局', '宁海县市场监管局', '宁海县委依法治县办')
    """
    if not name.startswith("中共中央"):
        name = name.removeprefix("中共")  # 中共宁海县委 signs what 宁海县委 does
    for form, short in _forms():
        if name.endswith(form) and len(name) > len(form):
            return name.removesuffix(form) + short
    return name


def body(base: str, code: str, name: str) -> str:
    """The bare name would collide: 朝阳区司法局 is in Beijing and in Changchun.

    >>> body("https://w3id.org/fazhi/id/", "330226", "乡镇(街道)")
    'https://w3id.org/fazhi/id/body/330226-9dfa0de137'
    """
    return f"{base}body/{code or NOWHERE}-{digest(usual(name), 10)}"


def document(base: str, title: str) -> str:
    """By its title without marks; local documents of one title in two places share it."""
    return f"{base}document/{digest(title, 12)}"


def indicator(base: str, name: str) -> str:
    """By its canonical name."""
    return f"{base}indicator/{digest(name, 12)}"


def programme(base: str, code: str, name: str) -> str:
    """As a body: brands of two places are two."""
    return f"{base}programme/{code or NOWHERE}-{digest(name, 10)}"


def rule(base: str, name: str) -> str:
    """
    >>> rule("https://w3id.org/fazhi/id/", "figure.rate")
    'https://w3id.org/fazhi/id/rule/figure.rate'
    """
    return f"{base}rule/{_UNSAFE.sub('_', name) or 'unknown'}"


def run(base: str, *parts: str) -> str:
    """A run of the tool: by its version, its tables and the text that it read."""
    return f"{base}run/{digest('|'.join(parts), 12)}"


def report(base: str, *, code: str, body_key: str, year: int | None, text_sha256: str) -> str:
    """A government's report by its area and year; another body's by the key of the body (area code and digest).

    >>> report("https://w3id.org/fazhi/id/", code="330226", body_key="", year=2021, text_sha256="51ade62a")
    'https://w3id.org/fazhi/id/report/330226/2021'

    Without a place, or without a year, the text itself tells two reports apart.

    >>> report("https://w3id.org/fazhi/id/", code="", body_key="", year=2021, text_sha256="51ade62a")
    'https://w3id.org/fazhi/id/report/000000-51ade62a/2021'
    """
    place = body_key or code or f"{NOWHERE}-{text_sha256[:8]}"
    return f"{base}report/{place}/{year or 'undated-' + text_sha256[:8]}"


def snapshot(report_iri: str, sha256: str) -> str:
    """The text changes, so does its name."""
    return f"{report_iri}/text/{sha256[:8]}"


def section(report_iri: str, key: str) -> str:
    """By its place in the outline, not by the number printed."""
    return f"{report_iri}/sec/{key}"


def sentence(report_iri: str, text: str) -> str:
    """By its words."""
    return f"{report_iri}/s/{digest(text, 8)}"


def graph_of(report_iri: str, base: str, part: str = "") -> str:
    """The named graph of a report, or one of its parts: derived, findings.

    >>> graph_of("https://w3id.org/fazhi/id/report/330226/2021", "https://w3id.org/fazhi/id/", "derived")
    'https://w3id.org/fazhi/graph/report/330226/2021/derived'
    """
    return graph_base(base) + report_iri.removeprefix(base) + (f"/{part}" if part else "")


class Names:
    """Hands out names once: a second use of a name gets -2, a third -3, in order of the text.

    >>> names = Names()
    >>> names.free("s/90504ff9"), names.free("s/90504ff9")
    ('s/90504ff9', 's/90504ff9-2')
    """

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def free(self, name: str) -> str:
        """The name, or the next free one of its row."""
        count = self._used[name] = self._used.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"
