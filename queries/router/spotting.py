"""What a sentence names: things of the release, years, numbers, words of code lists; each with its place in the sentence."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from queries.header import Param
from queries.labels import local_name
from queries.names import Named, Names, plain, simplified
from queries.router.name_ends import name_ends
from queries.router.shares import names_share, share_after
from queries.router.words import content, plain_words
from queries.router.years import in_digits, years_told
from queries.wording import words

_HERE = Path(__file__).parent
_KINDS = ("area", "body", "indicator", "document", "programme")
_BESIDE_LATIN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[!-~])|(?<=[!-~])\s+(?=[^\x00-\x7f])")
_SPACES = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_FORMS = str.maketrans("“”‘’（）：；，！？", '""""():;,!?')
_NUMBER = re.compile(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)(万|亿)?(?![\d.百千多余])")
_HIDDEN = re.compile("\ue000+")
_TITLE = re.compile(r"《([^《》]{2,})》?")
QUOTED = re.compile(r'"([^"]{2,30})"')
LATIN_PLACE = re.compile(r"(?<![a-z])([a-z]{4,})(?:'s)?(?: (?:county|city|district|prefecture|province))?(?![a-z])")
"""A Latin word that may be a place, and what it is called."""
_LEAST = 3
"""Characters of a name that is known by what follows it."""
_SCALE = {"万": 10_000, "亿": 100_000_000, "": 1, None: 1}


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of the sentence that names something. `things` are what it may mean; years and numbers have `values`."""

    start: int
    end: int
    kind: str
    things: tuple[Named, ...] = ()
    values: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """A sentence for reading: NFKC, one form of quotes, small letters, years in digits, one space where words are apart.

    >>> tidy("２０２１年  宁海县 “一件事”？"), tidy("二〇二二年度和二零二三年"), tidy("宁海 2021 网办率")
    ('2021年 宁海县"一件事"?', '2022年度和2023年', '宁海2021网办率')
    >>> tidy("寧海縣有哪些問題")
    '宁海县有哪些问题'
    """
    text = simplified(unicodedata.normalize("NFKC", text).translate(_FORMS)).casefold().replace("百分之百", "100%")
    text = in_digits(text)
    return re.sub(r"\s+", " ", _BESIDE_LATIN.sub("", text)).strip()


def closed(text: str) -> str:
    """A tidied text without spaces beside Chinese, as sentences are compared.

    >>> closed("宁海县 网办率 how many")
    '宁海县网办率how many'
    """
    return _SPACES.sub("", text)


@lru_cache(maxsize=8)  # one sentence is looked at several times
def spot(text: str, names: Names) -> tuple[Spot, ...]:
    """Everything that a tidied sentence names, in order, the longest first where names overlap.

    Years are relative to the newest report where they are relative: 去年 is the year before it.
    """
    taken: list[Spot] = []

    def free(start: int, end: int) -> bool:
        return all(end <= other.start or start >= other.end for other in taken)

    for found in [
        *_hidden(text),
        *_titles(text, names),
        *_quoted(text, names),
        *_years(text, names),
        *_names(text, names),
    ]:
        if free(found.start, found.end):
            taken.append(found)
    ended = [one.end for one in taken]
    parts = [
        Spot(start, end, kind, things, (text[start:end],)) for start, end, kind, things in name_ends(text, names, ended)
    ]
    for found in [*parts, *_numbers(text), *_pinyin(text, names)]:
        if free(found.start, found.end):
            taken.append(found)
    return _nested(text, sorted(taken, key=lambda one: one.start))


def _nested(text: str, spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """绍兴市柯桥区 is one place, the smaller; and of several places of that name the one that lies in the larger."""
    found: list[Spot] = []
    for one in spots:
        outer = found[-1] if found else None
        if outer and outer.kind == one.kind == "area" and not text[outer.end : one.start].strip():
            inside = tuple(thing for thing in one.things if any(_lies_in(thing, other) for other in outer.things))
            if inside:
                found[-1] = replace(one, start=outer.start, things=inside)
                continue
        found.append(one)
    return tuple(found)


def _lies_in(thing: Named, other: Named) -> bool:
    """Whether a place lies in another, by their codes: 330226 in 330200 in 330000."""
    code, above = (re.sub(r"(00)+$", "", local_name(one.iri)) for one in (thing, other))
    return code != above and code.startswith(above)


def _hidden(text: str) -> Iterator[Spot]:
    """Places that no report is of, as `places.hidden` has left them."""
    for found in _HIDDEN.finditer(text):
        yield Spot(*found.span(), "area")


def _titles(text: str, names: Names) -> Iterator[Spot]:
    for found in _TITLE.finditer(text):
        things = names.called(found[1], "document") or _documents(plain(found[1]), names)
        yield Spot(found.start(), found.end(), "document", things, (found[1],))


def _documents(title: str, names: Names) -> tuple[Named, ...]:
    """Documents whose title holds these words; only the shortest, which they fit best."""
    holding = [thing for thing in names.of_kind("document") if title in plain(thing.label.zh)]
    shortest = min((len(thing.label.zh) for thing in holding), default=0)
    return tuple(thing for thing in holding if len(thing.label.zh) == shortest)


def _quoted(text: str, names: Names) -> Iterator[Spot]:
    for found in QUOTED.finditer(text):
        things = names.called(found[1])
        kinds = [kind for kind in ("programme", "indicator", "body", "document", "area") if _only(things, kind)]
        if kinds:
            yield Spot(found.start(), found.end(), kinds[0], _only(things, kinds[0]), (found[1],))


def unknown_names(text: str, spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """What stands in quotes, or before 这个活动 and the like, and that the release does not know: the name of a programme.

    >>> [one.values for one in unknown_names('"最多跑一次"写进了报告', ())]
    [('最多跑一次',)]
    >>> [one.values for one in unknown_names("八五普法这个活动是哪年开始的", ())]
    [('八五普法',)]
    """
    spots = tuple(spots)
    found = [Spot(*one.span(), "programme", values=(one[1],)) for one in QUOTED.finditer(text)]
    for one in _named_kind().finditer(text):
        before = [(start, end) for start, end, _ in content(text[: one.start()])]
        start = end = one.start()
        while before and before[-1][1] == start:
            start = before.pop()[0]
        if end - start >= _LEAST:
            found.append(Spot(start, one.end(), "programme", values=(text[start:end],)))
    return tuple(one for one in found if all(one.end <= other.start or other.end <= one.start for other in spots))


@cache
def _named_kind() -> re.Pattern[str]:
    return re.compile(f"(?:这个|这项|这一|这种|那个|那项)(?:{'|'.join(words('programme_kinds'))})")


def _only(things: Iterable[Named], kind: str) -> tuple[Named, ...]:
    return tuple(thing for thing in things if thing.kind == kind)


def _names(text: str, names: Names) -> Iterator[Spot]:
    """Longest match of the release's names, from left to right, then by kind."""
    longest = names.longest
    codes = code_words()
    at = 0
    while at < len(text):
        for size in range(min(longest, len(text) - at), 1, -1):
            piece = text[at : at + size]
            things = [thing for thing in names.by_name.get(plain(piece), ()) if thing.kind in _KINDS]
            # 法院, 乡镇, 单位: words of a code list or of any question are no names, though the release knows a group of that name.
            if (
                not things
                or piece in codes
                or piece in plain_words()
                or (piece.isascii() and not _whole_word(text, at, at + size))
            ):
                continue
            kind = min((thing.kind for thing in things), key=_KINDS.index)
            if kind == "indicator" and (end := share_after(text, at + size)) and not names_share(piece):
                size = end - at  # 法律援助案件占比 is another indicator than 法律援助案件
                things = []
            yield Spot(at, at + size, kind, _only(things, kind), (text[at : at + size],))
            at += size
            break
        else:
            at += 1


def _whole_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _pinyin(text: str, names: Names) -> Iterator[Spot]:
    """Ninghai County for 宁海县: a Latin word that spells the name of an area."""
    for found in LATIN_PLACE.finditer(text):
        things = tuple(thing for thing in names.of_kind("area") if found[1] in spelt(thing.names))
        if things:
            yield Spot(*found.span(), "area", things, (found[0],))


@lru_cache(maxsize=8192)
def spelt(names: tuple[str, ...]) -> frozenset[str]:
    """Names in pinyin.

    >>> sorted(spelt(("宁海县", "宁海")))
    ['ninghai', 'ninghaixian']
    """
    from pypinyin import lazy_pinyin

    return frozenset("".join(lazy_pinyin(name)) for name in names)


def _years(text: str, names: Names) -> Iterator[Spot]:
    for start, end, values in years_told(text, names.years):
        yield Spot(start, end, "year", values=values)


def _numbers(text: str) -> Iterator[Spot]:
    for found in _NUMBER.finditer(text):
        value = float(found[1].replace(",", "")) * _SCALE[found[2]]
        written = found[1].replace(",", "") if not found[2] else f"{value:.4f}".rstrip("0").rstrip(".")
        yield Spot(*found.span(), "number", values=(written,))


@cache
def synonyms() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Code list → (word, code) pairs, the longest word first; the code "-" takes a word and means nothing."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (_HERE / "synonyms.tsv").read_text("utf-8").splitlines()[1:]:
        scheme, code, word = line.split("\t")
        found.setdefault(scheme, []).append((word, code))
    return {scheme: tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair))) for scheme, pairs in found.items()}


@cache
def code_words() -> frozenset[str]:
    """All words of the table of synonyms."""
    return frozenset(word for pairs in synonyms().values() for word, _ in pairs)


def codes(text: str, param: Param, names: Names) -> tuple[tuple[str, str], ...]:
    """The codes that a sentence speaks of, as (code, word as printed) pairs; only those that the slot takes."""
    allowed = set(param.choices) if param.choices is not None and not isinstance(param.choices, str) else None
    known = list(synonyms().get(param.scheme or "", ()))
    if param.type == "code":
        known += [
            (name.casefold(), local_name(thing.iri))
            for thing in names.of_kind("code")
            if thing.scheme == param.scheme
            for name in (thing.label.zh, thing.label.en)
        ]
    found: dict[str, str] = {}
    rest = text
    for word, code in sorted(dict.fromkeys(known), key=lambda pair: (-len(pair[0]), pair)):
        if word.startswith("没有") and "有" + word in rest:
            rest = rest.replace("有" + word, "\n" * (len(word) + 1))  # 有没有落实 asks for both
        if word in rest and len(word) > 1 - (code == "any"):
            denied = _denied(rest, word)
            rest = rest.replace(word, "\n" * len(word))
            if code != "-" and not denied and (allowed is None or code in allowed or code == "any"):
                found.setdefault(code, word)
    return tuple((code, found[code]) for code in sorted(found, key=lambda code: text.find(found[code])))


def _denied(said: str, word: str) -> bool:
    """Whether a word is said not to hold wherever it stands, and not asked for.

    >>> _denied("承诺没能按时兑现", "按时"), _denied("有没有上升", "上升"), _denied("上升了,没上升", "上升")
    (True, False, False)
    """
    denying, asking = words("denying"), tuple(f"有{one}" for one in words("denying"))
    before = [said[: found.start()] for found in re.finditer(re.escape(word), said)]
    return all(one.endswith(denying) and not one.endswith(asking) for one in before)
