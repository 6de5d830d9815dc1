"""Words: cut as jieba cuts them, with our dictionary."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tokens import Tokenizer, segmenter

SENTENCE = "深化“放管服”改革，压减办理时限35.5%，推行CEPA、12345热线和10+1机制，依法行政培训3场次。"
PIECES = [*SENTENCE, "政府", "法治政府建设", " ", "\r\n", "\u3000", "龦", "𠀀"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_text_is_cut_as_jieba_cuts_it(text):
    (jieba,) = Tokenizer.__bases__
    ours, theirs = segmenter()._jieba, jieba()
    theirs.FREQ, theirs.total, theirs.initialized = ours.FREQ, ours.total, True
    assert isinstance(ours, Tokenizer)
    assert list(ours.cut(text, HMM=False)) == list(theirs.cut(text, HMM=False))


def test_every_character_is_in_one_word():
    tokens = segmenter().cut(SENTENCE, 7)
    assert "".join(token.word for token in tokens) == SENTENCE
    assert [token.start for token in tokens[1:]] == [token.end for token in tokens[:-1]]
    assert (tokens[0].start, tokens[-1].end) == (7, 7 + len(SENTENCE))
