"""Constituents of a phrase: its verb, the object of that verb, the noun phrase that it begins with."""

import re

from kg.extract.phrase import ACTS, LEVELS, NEVER, NOUN_VERBS, VERBS, Words, ends_as, generic, leads_in, text
from kg.lexicon import table

_STATES = frozenset(verb for verb, kind, _ in table("verbs", "verb", "class", "use") if kind in ("stative", "purpose"))
_SHORT = frozenset(verb for verb, kind, _ in table("verbs", "verb", "class", "use") if kind == "act" and len(verb) == 1)
_EDGES = table("name_edges", "word", "place", key=2)
_STOPS = frozenset(word for word, place in _EDGES if place == "stop")
_ADJECTIVES = frozenset(word for word, place in _EDGES if place == "adj")
_MANNERS = frozenset(word for word, place in _EDGES if place == "manner")
_FIRST = frozenset(word for word, place in _EDGES if place == "first")
_OF_WHICH = frozenset(word for word, place in _EDGES if place == "of-which")
_FIELDS = frozenset(word for word, place in _EDGES if place == "field")
_WITHIN = frozenset(word for word, place in _EDGES if place == "within")


def bare_verbs(phrase: Words) -> bool:
    """Whether a phrase has verbs only: 受理58件, 宣布失效7件."""
    return all(word.word in VERBS or word.word in _STATES or word.word in "、和并" for word in phrase)


def verb_at(phrase: Words) -> int | None:
    """Where the verb of a phrase stands that ends in its object; None when the phrase is a noun phrase.

    The last verb that is never a noun; else a verb that may be one, after an adverb or where the phrase begins.
    """
    inside = _bracketed(phrase)
    acts = [i for i, word in enumerate(phrase[:-1]) if word.word in ACTS and i not in inside]
    if acts:
        # 拆除违规设置的广告牌: what stands right before 的 tells which, the deed stands before that
        of = max((i for i, word in enumerate(phrase[:-1]) if word.word == "的"), default=0)
        at = acts[0] if acts[-1] < of else acts[-1]
        while at and phrase[at - 1].word in ACTS:
            at -= 1
        return _joined(phrase, at)
    for at, word in enumerate(phrase[:-1]):
        after_frame = any(before.tag == "p" for before in phrase[:at])  # 为老年人办理公证
        if word.word in NOUN_VERBS and (at == 0 or after_frame or leads_in(phrase[at - 1]) or _acts(phrase[:at])):
            return _joined(phrase, at)
    # 收 | 一审案件, 全省法院 | 收 | 案件
    short = (i for i, word in enumerate(phrase[:-1]) if word.tag == "v" and len(word.word) == 1)
    return next((i for i in short if not i or (phrase[i].word in _SHORT and _acts(phrase[:i]))), None)


def _bracketed(phrase: Words) -> set[int]:
    """The words inside brackets: 党组会(扩大会)38场次."""
    found, depth = set(), 0
    for at, word in enumerate(phrase):
        depth += word.word in ("(", "（")
        if depth:
            found.add(at)
        depth -= word.word in (")", "）")
    return found


def _acts(phrase: Words) -> bool:
    return ends_as("body", text(phrase))


def _joined(phrase: Words, at: int) -> int:
    """制定、废止省政府规章, 撤销及确认违法: verbs side by side are one."""
    while at > 1 and phrase[at - 1].word in ("、", "及") and phrase[at - 2].word in VERBS:
        at -= 2
    return at


def _acts_next(phrase: Words) -> bool:
    """Whether the second word of a phrase may be a verb that the first goes with: 集体 | 学习."""
    return len(phrase) > 1 and phrase[1].word in NOUN_VERBS


def object_of(phrase: Words) -> Words:
    """The object at the end of a phrase: after 等 the class of what was listed, without a count of scope before it."""
    if phrase and phrase[-1].word in (")", "）"):  # 建设项目(甲、乙、丙): without its list, but 村(社区)
        opening = max((i for i, word in enumerate(phrase) if word.word in ("(", "（")), default=0)
        if len(text(phrase)) > 20 or len(text(phrase[opening:])) > 9:
            phrase = phrase[:opening] or phrase
    for index in range(len(phrase) - 2, -1, -1):
        if phrase[index].word in ("等", "等等"):
            kind = phrase[index + 1 :]
            if phrase[0].tag == "quoted" and generic(text(kind)):  # “甲”“乙”等活动: the first of them tells which
                return (phrase[0], *phrase[index:])
            if generic(text(kind)):
                return _last_listed(phrase, index)
            return kind[1:] if len(kind) > 1 and kind[0].word in _FIELDS else kind  # 交通、能源等 | 领域 | 职务犯罪
    if len(text(phrase)) > 20:
        for index in range(len(phrase) - 2, -1, -1):
            if phrase[index].word == "、":
                return phrase[index + 1 :]
    return phrase


def _last_listed(phrase: Words, etc: int, most: int = 16) -> Words:
    """As much of a list that ends in 等案件 as makes a name: 发生在企业中的 | 职务侵占、挪用资金等案件."""
    starts = (at + 1 for at in range(etc) if phrase[at].word in ("、", "的"))
    return next((phrase[at:] for at in (0, *starts) if len(text(phrase[at:])) <= most), phrase[etc + 1 :])


def noun_phrase(phrase: Words, *, closed: bool = False) -> tuple[Words, Words]:
    """The noun phrase that begins a phrase, and the rest.

    It ends where a verb, a preposition or an adverb begins; a verb that may be a noun stays inside, except after one
    who acts (21家执法单位 | 公示信息). In a phrase that is `closed`, with no other figure after it, 和 may join two nouns.
    """
    at = 0
    if len(phrase) > 2 and phrase[0].word in NEVER and phrase[1].tag[:1] == "v" and phrase[2].tag[:1] == "n":
        at = 3  # 45件 | 未上传案件
    while at < len(phrase):
        word = phrase[at]
        said = text(phrase[:at])
        if word.tag in ("quoted", "title"):
            at += 1
            continue
        if word.word in ("(", "（"):
            close = next((i for i in range(at, len(phrase)) if phrase[i].word in (")", "）")), None)
            if close is None or not at:
                break
            at = close + 1
            continue
        if text(phrase[at : at + 2]) in ("及以上", "及以下") and at:  # 县级及以上水源地
            at += 2
            continue
        if word.word in ("的", "和", "及", "与", "、") and at:
            if word.word == "的" and ends_as("agent", said):
                break
            more, _ = noun_phrase(phrase[at + 1 :], closed=closed)
            agents = ends_as("agent", said) and ends_as("agent", text(more))
            if not more or (word.word != "的" and not agents and not (closed and word.word != "、")):
                break
            at += 1 + len(more)
            continue
        if (
            word.word in _WITHIN
            and at
            and phrase[at - 1].tag.startswith(("n", "l", "j"))
            and not ends_as("agent", said)
        ):
            at += 1
            continue
        if word.word in _MANNERS and at + 1 < len(phrase):  # 30份书面意见, but 69名负责人 | 书面述法
            following = phrase[at + 1]
            last = at and at + 2 == len(phrase) and following.word in NOUN_VERBS and not ends_as("agent", said)
            if last or (following.tag.startswith("n") and following.word not in ACTS):  # 4次法治 | 专题学习
                at += 1
                continue
            if at:
                break
        if word.word in _ADJECTIVES or (word.word in LEVELS and not at):
            at += 1
            continue
        if word.word in _FIRST and not at and not _acts_next(phrase):
            at += 1
            continue
        described = not at and len(phrase) > 1 and phrase[1].tag.startswith("n")  # 薄弱 | 村
        if word.word == "组织" and at and at + 1 < len(phrase) and phrase[at + 1].word in VERBS:  # 案件 | 组织召开
            break
        if word.word in ACTS or word.word in _STOPS or (word.word in _STATES and not described):
            break
        if word.word in NOUN_VERBS and at and ends_as("agent", said):
            break
        if word.word in NOUN_VERBS:
            at += 1
            continue
        if not re.match(r"\w", word.word):
            break
        function = len(word.word) == 1 and word.tag[:1] in "pcurdmyk"  # jieba has odd tags for longer words (本科 r)
        if (leads_in(word) and not word.tag.startswith(("n", "b"))) or function or word.tag in ("p", "c", "u", "time"):
            break
        if at and word.word[:2] in ACTS and ends_as("agent", said):  # 受援人 | 挽回经济损失
            break
        noun_next = at + 1 < len(phrase) and phrase[at + 1].tag.startswith(("n", "vn", "b"))
        if word.tag == "v" and at and ends_as("agent", said) and not noun_next:
            break
        at += 1
    while at > 1 and phrase[at - 1].word in ("新", "已", "均", "再"):
        at -= 1
    # a noun phrase does not end in a verb that has an object: 27条意见 | 审查 …
    while at and phrase[at - 1].tag in ("v", "d", "c", "p", "u") and phrase[at - 1].word not in NOUN_VERBS | _FIRST:
        at -= 1
    at -= bool(at > 1 and phrase[at - 1].word in ("中", "之中"))  # 333个城市 | 中排名第三
    if at and all(word.word in _ADJECTIVES for word in phrase[:at]):  # 重大 | 拖欠工资行为
        end = next((i for i in range(at, len(phrase)) if not re.match(r"\w", phrase[i].word)), len(phrase))
        if at < end and phrase[end - 1].tag.startswith(("n", "l")) and len(text(phrase[:end])) <= 14:
            at = end
    if not at and phrase and phrase[0].word in _OF_WHICH:  # 6件 | 涉及民生的规范性文件
        of = next((i for i, word in enumerate(phrase) if word.word == "的"), None)
        if of is not None and len(text(phrase[:of])) <= 16 and all(re.match(r"[\w“、]", w.word) for w in phrase[:of]):
            return noun_phrase(phrase[of + 1 :], closed=closed)
    return phrase[:at], phrase[at:]
