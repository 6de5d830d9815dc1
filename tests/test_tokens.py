"""Words: cut as jieba cuts them, with our dictionary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tokens import segmenter

SENTENCE = "深化“放管服”改革，压减办理时限35.5%，推行CEPA、12345热线和10+1机制，依法行政培训3场次。"


@pytest.mark.filterwarnings("ignore")  # what jieba warns of while it is imported is not ours
@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*SENTENCE, "政府", "法治政府建设", " ", "\r\n", "\u3000", "龦", "𠀀"]), max_size=30).map(
        "".join
    )
)
def test_text_is_cut_as_jieba_cuts_it(text):
    import jieba

    ours, theirs = segmenter(), jieba.Tokenizer()
    theirs.FREQ, theirs.total, theirs.initialized = ours._frequencies, ours._total, True
    assert [word for word, _ in ours.words(text)] == list(theirs.cut(text, HMM=False))


def test_every_character_is_in_one_word():
    tokens = segmenter().cut(SENTENCE, 7)
    assert "".join(token.word for token in tokens) == SENTENCE
    assert [token.start for token in tokens[1:]] == [token.end for token in tokens[:-1]]
    assert (tokens[0].start, tokens[-1].end) == (7, 7 + len(SENTENCE))
