"""Words written with characters of the same sound: 行政负议 for 行政复议. What is put right is told, never done in silence."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path

from queries.names import Names, plain
from queries.router.alike import same
from queries.router.samples import all_words
from queries.router.words import content, likely, plain_words, stands_in_dictionary
from queries.wording import words as listed

_GAIN = 4.5
"""Natural logarithms by which a sentence must be likelier with the word put right."""
_SIZES = (4, 3, 2)
_MOST = 3
"""Words of one sentence that are put right."""
_READINGS = 2
"""Readings of a character that are tried, the most usual first."""
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("ü", "v"))
"""Sounds that many people do not tell apart when they type."""


def put_right(
    said: str, taken: Iterable[tuple[int, int]], known: Names, written: Callable[[str], bool]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A tidied sentence with misspelt words put right, and (as written, as read) of each; its length stays.

    Only a word of questions or indicators is put in, where the sentence is much likelier with it, no dictionary knows what
    was written, and no report holds it. `taken` are stretches that name something.
    """
    taken = tuple(taken)
    found: list[tuple[str, str]] = []
    while len(found) < _MOST:
        best = max(_candidates(said, taken, known), default=None)
        if best is None or best[0] < _GAIN or written(said[best[1] : best[2]]):
            break
        _, start, end, word = best
        found.append((said[start:end], word))
        said = said[:start] + word + said[end:]
        taken = (*taken, (start, end))
    return said, tuple(found)


def _candidates(said: str, taken: tuple[tuple[int, int], ...], known: Names) -> Iterator[tuple[float, int, int, str]]:
    """(gain, start, end, word) of each word that sounds like what stands there and shares a character with it."""
    if all(stands_in_dictionary(word) and len(word) > 1 for _, _, word in content(said)):
        return
    words, particles = _by_sound(known), listed("particles")
    before = likely(said)
    for start in range(len(said)):
        for size in _SIZES:
            written, end = said[start : start + size], start + size
            if len(written) < size or any(start < b and a < end for a, b in taken) or not _is_chinese(written):
                continue
            if written.startswith(particles) or written.endswith(particles) or plain_words().issuperset(written):
                continue
            sounding = {word for sound in _sounds(written) for word in words.get(sound, ())}
            if not sounding or stands_in_dictionary(written) or written in sounding or same(written) != written:
                continue
            for word in sounding:
                if any(a == b for a, b in zip(word, written, strict=True)):
                    yield likely(said[:start] + word + said[end:]) - before, start, end, word


@lru_cache(maxsize=2)
def _by_sound(known: Names) -> Mapping[str, tuple[str, ...]]:
    """Sound → the words of questions and indicators, and the places of the release, that sound so."""
    texts = [all_words(), *(plain(name) for thing in known.of_kind("indicator") for name in thing.names)]
    words = {word for text in texts for _, _, word in content(text)}
    words |= {name for thing in known.of_kind("area") for name in thing.names}
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) in _SIZES and _is_chinese(word):
            for sound in _sounds(word):
                found.setdefault(sound, []).append(word)
    return {sound: tuple(several) for sound, several in found.items()}


def _is_chinese(word: str) -> bool:
    return all("\u4e00" <= letter <= "\u9fff" for letter in word)


def _sounds(word: str) -> frozenset[str]:
    return frozenset(" ".join(sounds) for sounds in islice(product(*map(_readings, word)), 16))


@cache
def _readings(letter: str) -> tuple[str, ...]:
    """How a character is read, without tones and with sounds made one that are often mixed up.

    >>> _readings("政"), _readings("行")
    (('zen',), ('xin', 'han'))
    """
    found = []
    for reading in _characters().get(str(ord(letter)), "").split(",")[:_READINGS]:
        bare = unicodedata.normalize("NFD", reading)
        sound = "".join(one for one in bare if one.isascii() or one == "\u0308").replace("u\u0308", "v")
        for one, other in _ALIKE:
            sound = sound.replace(one, other)
        found.append(sound)
    return tuple(dict.fromkeys(found))


@cache
def _characters() -> Mapping[str, str]:
    """Number of a character → its readings, by pypinyin's own table. To import it loads its phrases too, 50 MB."""
    package = find_spec("pypinyin")
    folder = Path(package.origin or "").parent if package else Path()
    table: dict[str, str] = json.loads((folder / "pinyin_dict.json").read_text("utf-8"))
    return table
