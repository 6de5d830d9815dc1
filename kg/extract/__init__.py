"""Sentences to facts.

passage ← mask · amount, rank, comparison → quantity → figure ← naming, constituent ← phrase, indicator · found ← office, headed, group → body
(places by place) · tokens → unit → clause ← boundary → action, involvement, statement · citation, honour, programme ·
coverage, correction · extractors puts them in order · exchange and explain say what was read.
"""
