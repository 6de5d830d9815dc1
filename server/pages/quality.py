"""How right the reading was measured to be, layer by layer, with words for each: what /help and the READMEs show."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """F1 of one layer, two digits, in the whole reports and in the short texts; empty where it was not measured there."""

    id: str
    whole: str
    short: str
    title: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """All layers, and how many texts stand behind each column."""

    whole: int
    short: int
    layers: tuple[Layer, ...]


@cache
def quality() -> Quality:
    """The measured scores.

    >>> [layer.title["zh"] for layer in quality().layers][:3]
    ['报告的身份', '章节', '分句']
    """
    measured, words = _read("quality.yaml"), _read("quality_words.yaml")
    return Quality(
        **measured["texts"],
        layers=tuple(
            Layer(
                id=name,
                whole=_two(scores.get("whole")),
                short=_two(scores.get("short")),
                title={language: words[name][language]["title"] for language in ("zh", "en")},
                words={language: words[name][language]["words"] for language in ("zh", "en")},
            )
            for name, scores in measured["layers"].items()
        ),
    )


def _two(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"


def _read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_HERE.with_name(name).read_text("utf-8"))
    return found
