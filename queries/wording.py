"""The words around answers and refusals, from wording.yaml, and the refusals themselves."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import QueryError
from queries.header import Param, Text
from queries.strict_yaml import read_yaml

_FILE = Path(__file__).with_name("wording.yaml")
_AFTER_ONE = re.compile(
    r"(?<![\w.,–-])1 ((?:planned |different )?)"
    r"(?:(bod)ies|(place|report|figure|document|year|problem|sentence|measure|programme|item|partner|matter|kind|"
    r"indicator|honour|goal|finding|target|sum|pair|row|time)s)\b(?: (are|have|report|share)\b)?"
)
_VERBS = {"are": "is", "have": "has", "report": "reports", "share": "shares"}


def of_one(text: str) -> str:
    """An English sentence with its words for one thing in the singular.

    >>> of_one("Covers 1 reports of 1 places, 2021."), of_one("11 bodies took part with 1 bodies")
    ('Covers 1 report of 1 place, 2021.', '11 bodies took part with 1 body')
    >>> of_one("1 sentences are the same"), of_one("in 2021 reports")
    ('1 sentence is the same', 'in 2021 reports')
    """

    def said(found: re.Match[str]) -> str:
        noun = "body" if found[2] else found[3]
        return f"1 {found[1]}{noun}" + (f" {_VERBS[found[4]]}" if found[4] else "")

    return _AFTER_ONE.sub(said, text)


@cache
def _wording() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(_FILE.read_text("utf-8"), _FILE.name)
    return found


def wording(*keys: str) -> Text:
    """One wording in both languages.

    >>> wording("kinds", "area").zh
    '地区'
    """
    found: Any = _wording()
    for key in keys:
        found = found[key]
    return Text(zh=found["zh"], en=found["en"])


def words(name: str) -> tuple[str, ...]:
    """One of the lists of words."""
    return tuple(_wording()["lists"][name])


def slot_name(param: Param) -> Text:
    """What a slot is called on forms.

    >>> slot_name(Param(type="area", help={"zh": "含下级地区", "en": "with all below"})).zh
    '地区'
    """
    return param.name or wording("kinds", param.type)


class Refusal(QueryError):
    """A question or a slot value that cannot be answered as it was asked. Says so in both languages.

    `code` is the problem type of the API (unknown-question, unknown-slot, missing-slot, too-many-values,
    bad-slot-value, unknown-name, ambiguous-value); `candidates` are ids or names to choose from.
    """

    def __init__(self, code: str, *, candidates: tuple[str, ...] = (), where: str = "", **fields: str | Text) -> None:
        self.code = code
        self.candidates = candidates
        self.value = str(fields.get("value", ""))
        if not fields.get("near"):
            fields["near"] = ", ".join(candidates) or wording("nothing")
        self.message = _filled(wording("refusals", code), fields)
        alone = code == "unknown-name" and not candidates
        self.advice = _filled(wording("refusals", code, "alone" if alone else "hint"), fields)
        super().__init__(self.message.en, where=where, hint=self.advice.en)

    def say(self, language: str) -> str:
        """One line in the asker's language."""
        dash = "——" if language == "zh" else " — "
        return f"{self.message[language]}{dash}{self.advice[language]}"


def _filled(text: Text, fields: Mapping[str, str | Text]) -> Text:
    def fill(language: str) -> str:
        said = {name: value if isinstance(value, str) else value[language] for name, value in fields.items()}
        return text[language].format(**said)

    return Text(zh=fill("zh"), en=fill("en"))
