"""What each line of a draft is: page furniture, title, date line, addressee, body, sign-off."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from kg.corpus.draft import Block, BlockKind, Draft
from kg.corpus.heading_mark import mark_at
from kg.corpus.text import Span
from kg.corpus.words import any_of
from kg.lexicon import pattern, table

_REPORT = rf"(?:{any_of('subject')}|法治.{{0,6}}建设|政府工作)"
_KIND = rf"(?:{any_of('kind')}|综述|公告|公示|解读)"
_TITLE = re.compile(rf"^(?:(?!。).)*{_REPORT}(?:(?!。).)*{_KIND}(?:(?!。).){{0,24}}$")
_ANY_TITLE = re.compile(rf"^[^。;:>]{{4,60}}{any_of('other-title')}(?: ?[(【].{{1,14}}[)】])?$")
_ISSUER_LINE = pattern("parts.issuer-line", organ=any_of("organ"), office=any_of("office"))
_TITLE_END = re.compile(rf"{any_of('kind')}(?: ?[(].{{1,14}}[)])?$")
_BYLINE = pattern("parts.byline")
_OPEN_END = pattern("parts.open-end")
PARTY = pattern("parts.party")
_YEAR_FIRST = re.compile(rf"^20\d\d ?年.{{0,60}}{_KIND}")
_TITLE_HEAD = pattern("parts.title-head", report=_REPORT)
_DATE = r"(?:20|19)\d\d ?[-./年] ?\d{1,2} ?[-./月] ?\d{1,2} ?日?(?:[ T]*\d{1,2}:\d\d(?::\d\d)?)?"
_DATE_LABEL = pattern(
    "parts.date-label",
    published_label=any_of("published-label"),
    entered_label=any_of("entered-label"),
    written_label=any_of("written-label"),
    date=_DATE,
)
_DATE_LINE = re.compile(rf"^[(\[]?[^。,;]{{0,30}}?{_DATE}[^。,;]{{0,60}}$")
_SIGNED = re.compile(
    rf"^(?:{_DATE}|(?:20|二)[\d〇○零一二三四五六七八九Oo]{{3}} ?年 ?[\d一二三四五六七八九十]{{1,3}} ?月 ?[\d一二三四五六七八九十]{{1,3}} ?日|(?:20)\d\d ?年 ?\d{{1,2}} ?月)$"
)
_SIGNED_TOGETHER = pattern("parts.signed-together", organ=any_of("organ"), office=any_of("office"), date=_DATE)
_BARE = re.compile(r"^[\u4e00-\u9fff、]{4,18}$")
_ADDRESSEE = re.compile(r"^[\u4e00-\u9fff、,() 〔〕]{2,40}:$")
_ADDRESSED = re.compile(any_of("addressed"))
_ADDRESSEE_HEAD = re.compile(r" ?[\u4e00-\u9fff、,() 〔〕]{2,40}:")
_WATERMARK = re.compile(r"(?:(?<=[。;!?])|^)[^。;,:!?\n]{0,16}?(?:https?://|www\.)[A-Za-z0-9./_%?=&-]+", re.MULTILINE)
_SENTENCE = re.compile(r"[。;]")
_PASSED_ON = pattern("parts.passed-on")

_BODY_CUE = pattern("parts.body-cue")


@cache
def boilerplate() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Patterns of page furniture, with whether they hold only outside the text proper."""
    rows = table("boilerplate", "pattern", "where", "example")
    return tuple((re.compile(line), where == "edge") for line, where, _ in rows)


def is_boilerplate(line: str, *, edge: bool) -> bool:
    """Whether a line of a shadow is furniture; `edge` where it stands before or after the text.

    >>> is_boilerplate("当前位置:首页>政务公开", edge=False), is_boilerplate("当前位置明显改善。", edge=False)
    (True, False)
    """
    if len(line) > 80 or _SENTENCE.search(line):
        return False
    return any(furniture.search(line) for furniture, only_edge in boilerplate() if edge or not only_edge)


def classify(draft: Draft, shadow: str) -> tuple[Block, ...]:
    """The blocks of a draft with their kinds; a title or watermark that shares a line with the body becomes its own block."""
    blocks = list(_cut(draft.blocks, shadow))
    kinds: list[BlockKind] = [block.kind for block in blocks]
    lines = [shadow[block.span.start : block.span.end] for block in blocks]
    first, last = _body(lines, kinds)
    ended = False
    for index, line in enumerate(lines):
        if kinds[index] in ("furniture", "title"):
            continue
        if index < first:
            kinds[index] = _before(line, lines, index)
        elif index > last:
            ended = ended or (is_boilerplate(line, edge=True) and not line.startswith("附件"))
            kinds[index] = "furniture" if ended else _after(line)  # behind the first link all are links
        elif is_boilerplate(line, edge=False):
            kinds[index] = "furniture"
        elif index < first + 3 and is_title(line) and not _is_heading(line):
            kinds[index] = "title"
    _joined_titles(lines, kinds, first)
    if "title" not in kinds:
        _other_title(lines, kinds, first)
    if (
        "title" not in kinds
        and 0 < first < len(lines)
        and _BARE.match(lines[first - 1])
        and not is_boilerplate(lines[first - 1], edge=True)
    ):
        kinds[first - 1] = "paragraph"  # a text without a title may begin with a heading
    for index in range(first, min(first + 3, last)):
        if kinds[index] == "paragraph" and _is_addressee(lines[index]):
            kinds[index] = "addressee"
    return tuple(replace(block, kind=kind) for block, kind in zip(blocks, kinds, strict=True))


def is_title(line: str) -> bool:
    """Whether a line of a shadow is the title of an annual report, or of a page about one."""
    return len(line) <= 90 and bool(_TITLE.match(line)) and not re.search(r"[>›»\t]|如下|现将|[;:]$|^附件", line)


def _cut(blocks: Iterable[Block], shadow: str) -> Iterable[Block]:
    """Take watermarks out of lines, and a title, with the addressee behind it, off the text that runs on."""
    for block in blocks:
        start, end = block.span.start, block.span.end
        if block.kind == "cell":
            yield block
            continue
        pieces: list[tuple[int, int, BlockKind]] = []
        for mark in _WATERMARK.finditer(shadow, start, end):
            if mark.start() > start:
                pieces.append((start, mark.start(), block.kind))
            pieces.append((mark.start(), mark.end(), "furniture"))
            start = mark.end()
        if start < end:
            pieces.append((start, end, block.kind))
        for begin, stop, kind in pieces:
            title = _TITLE_HEAD.match(shadow[begin:stop]) if kind == "paragraph" and stop - begin > 90 else None
            if title:
                yield replace(block, span=Span(begin, begin + title.end()), kind="title")
                begin += title.end()
                addressee = _ADDRESSEE_HEAD.match(shadow, begin, stop)
                if addressee and _is_addressee(addressee[0].strip()):
                    yield replace(block, span=_bare(shadow, begin, addressee.end()), kind="addressee")
                    begin = addressee.end()
            yield replace(block, span=_bare(shadow, begin, stop), kind=kind)


def _bare(shadow: str, start: int, end: int) -> Span:
    """From `start` to `end` without the spaces in front."""
    return Span(end - len(shadow[start:end].lstrip()), end)


def _body(lines: Sequence[str], kinds: Sequence[BlockKind]) -> tuple[int, int]:
    """First and last line of the body: from the first line that reads like text, behind the last title near the top."""
    titles = [i for i, line in enumerate(lines) if is_title(line) and not _is_heading(line)]
    start = 0
    for index in titles:
        if index <= start + 12 and not any(
            _is_text(line) and not _PASSED_ON.search(line) for line in lines[start:index]
        ):
            start = index + 1
    first = next(
        (i for i in range(start, len(lines)) if kinds[i] not in ("furniture", "title") and _is_text(lines[i])),
        len(lines),
    )
    last = next(
        (i for i in range(len(lines) - 1, first, -1) if kinds[i] == "cell" or _is_text(lines[i])),
        first,
    )
    return first, last


def _is_text(line: str) -> bool:
    if is_boilerplate(line, edge=True) or _is_dated(line):
        return False
    if _SIGNED.match(line):
        return False
    if _is_heading(line) or _SENTENCE.search(line):
        return True
    titled = is_title(line) or ("," not in line and bool(_ANY_TITLE.match(line)))  # 2023年食品安全监管情况报告
    return len(line) > 60 or (bool(_BODY_CUE.search(line)) and not titled)


def _is_dated(line: str) -> bool:
    """发布时间:2022-03-31, but no sentence that tells what was done on a day."""
    return bool(_DATE_LABEL.search(line)) and not _SENTENCE.search(line)


def _is_heading(line: str) -> bool:
    """Whether a line begins with the mark of a heading; a dash also begins a subtitle."""
    mark = mark_at(line, 0, len(line))
    return mark is not None and mark.style.name != "bullet"


def _before(line: str, lines: Sequence[str], index: int) -> BlockKind:
    if is_title(line):
        return "title"
    if _is_addressee(line):
        return "addressee"
    if _is_dated(line) or _DATE_LINE.match(line):
        return "date"
    if _signed_above(line, lines[:index]):
        return "sign-off"
    return "paragraph" if _is_text(line) and not _PASSED_ON.search(line) else "furniture"


def _signed_above(line: str, above: Sequence[str]) -> bool:
    """青禾县水利局, 青禾县县长 王某某 on a line of its own under the title, or under the date below it: who reports, not a part of the page."""
    while above and (_is_dated(above[-1]) or _DATE_LINE.match(above[-1])):
        above = above[:-1]
    if not above or len(line) < 4 or is_boilerplate(line, edge=True):
        return False
    if is_title(above[-1]):
        return bool(_ISSUER_LINE.match(unspaced(line)) or _BYLINE.match(line))
    return bool(_ANY_TITLE.match(above[-1]) and _BYLINE.match(line))


def _after(line: str) -> BlockKind:
    if is_boilerplate(line, edge=True):
        return "furniture"
    if _SIGNED.match(line) or _is_dated(line):
        return "date"
    if _SIGNED_TOGETHER.match(line):
        return "sign-off"
    return "sign-off" if _ISSUER_LINE.match(unspaced(line)) else "furniture"


def unspaced(line: str) -> str:
    """A line without the spaces that spread it: 青 禾 县.

    >>> unspaced("青 禾 县 水 利 局"), unspaced("中共云桥市委 云桥市人民政府")
    ('青禾县水利局', '中共云桥市委 云桥市人民政府')
    """
    return line.replace(" ", "") if re.fullmatch(r"(?:\S ){3,}\S", line) else line


def _is_addressee(line: str) -> bool:
    return bool(_ADDRESSEE.match(line) and _ADDRESSED.search(line) and not re.search(r"如下|工作|情况|以下|主要", line))


def _other_title(lines: Sequence[str], kinds: list[BlockKind], first: int) -> None:
    """The title of a page of another kind: the last line above the text that ends like one."""
    for index in range(min(first, len(lines)) - 1, -1, -1):
        if (
            kinds[index] == "furniture"
            and _ANY_TITLE.match(lines[index])
            and not is_boilerplate(lines[index], edge=True)
        ):
            kinds[index] = "title"
            return


def _joined_titles(lines: Sequence[str], kinds: list[BlockKind], first: int) -> None:
    """A title that is broken over lines: the issuer's name above 关于… or 2022年…, or wherever the line was full."""
    for last in range(min(first, len(lines)) - 1, 0, -1):
        if kinds[last] == "title" and _YEAR_FIRST.match(lines[last]) and _ISSUER_LINE.match(lines[last - 1]):
            kinds[last - 1] = "title"  # the issuer's name above: a line of its own, and no part of the title
        start, whole = last, lines[last]
        while start and _may_be_title(lines[start - 1]) and is_broken(lines[start - 1], whole):
            start, whole = start - 1, lines[start - 1] + whole
        if start < last and is_title(whole):
            start -= bool(start and PARTY.match(lines[start - 1]))
            kinds[start : last + 1] = ["title"] * (last + 1 - start)
            return


def _may_be_title(line: str) -> bool:
    return len(line) <= 60 and not is_boilerplate(line, edge=True) and not _is_dated(line)


def is_broken(above: str, below: str) -> bool:
    """Whether two lines of a shadow are one title.

    >>> is_broken("青禾县人民政府", "关于2023年度法治政府建设情况的报告"), is_broken("青禾县2023年度", "法治政府建设年度报告")
    (True, True)
    >>> is_broken("青禾县2023年度法治政府", "建设情况的报告"), is_broken("青禾县司法局", "青禾县法治政府建设情况报告")
    (True, False)
    """
    if _OPEN_END.search(above) or (below.startswith("关于") and _ISSUER_LINE.match(above)):
        return True
    return not is_title(below) and not is_title(above) and bool(_TITLE_END.search(below))
