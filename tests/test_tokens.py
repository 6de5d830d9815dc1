"""Words: cut as jieba's own program cuts them with the same dictionary."""

import logging
import warnings

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.tokens import segmenter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba

    logging.getLogger("jieba").setLevel(logging.ERROR)

OURS = segmenter()
THEIRS = jieba.Tokenizer()
THEIRS.FREQ, THEIRS.total, THEIRS.initialized = OURS._frequencies, OURS._total, True
PIECES = (
    "全面推进",
    "依法行政",
    "行政复议",
    "县司法局",
    "办结",
    "充分发挥",
    "12.5%",
    "3A",
    "Wi-Fi",
    "5",
    "b",
    "，",
    "“",
    " ",
    "𠮷",
    "的",
    "了",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join))
def test_words_are_those_of_jieba(text: str) -> None:
    text = text.replace("\r", "")  # no text that is read has one
    assert [word for word, _ in OURS.words(text)] == list(THEIRS.cut(text, HMM=False))
