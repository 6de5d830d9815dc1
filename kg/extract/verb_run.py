"""The run of verbs that heads a predicate: 贯彻实施, 坚持和完善, 组织开展; where it ends and its object begins."""

from kg.extract.boundary import after_adverbs, has_object, has_thing
from kg.extract.unit import VERBS, Clause
from kg.extract.words import words_of

MAKING = words_of("making")
MADE = tuple(sorted(words_of("made")))
GIVING = words_of("giving")
COMING_TRUE = tuple(sorted(words_of("coming-true")))
YIELDING = words_of("yielding")


def names(units: Clause, n: int) -> bool:
    """Whether a verb after a verb belongs to a short name: 健全约束机制, not 贯彻实施新的条例."""
    rest = units[n + 1 :]
    return not rest or (len(rest) == 1 and rest[0].kind in ("word", "noun-verb") and len(rest[0].word) <= 2)


def is_made(units: Clause, n: int) -> bool:
    """Whether a verb after a verb says what the thing made is for: 建立 | 保护未成年人协作机制, not 建立推行制度."""
    made = next((m for m in range(n + 1, len(units)) if units[m].kind == "number"), len(units))  # 提出修改建议30条
    while made > n + 1 and units[made - 1].word == "等":
        made -= 1
    measured = made < len(units) and units[-1].kind == "word" and units[-1].word.endswith(MADE)  # 出台优化服务12项措施
    return made > n + 1 and units[n].word not in MAKING and (measured or units[made - 1].word.endswith(MADE))


def is_deed(units: Clause, light: int, n: int) -> bool:
    """Whether a verb is what a light verb does, with nothing but a count after it: 组织 | 集中学习, not 予以集中整治."""
    counts = (m for m in range(n + 3, len(units)) if units[m].word == "、" and units[m - 2].kind == "number")
    units = units[: next(counts, len(units))]  # 组织专题研讨4次、集中轮训6场
    bare = all(unit.is_verb or unit.word in ("、", "和", "与", "及") for unit in units[n:])  # 进行现场述法和点评
    return units[n].is_verb and (bare or not has_object(units, n)) and units[light].word not in GIVING


def _goes_on(units: Clause, n: int, *, light: bool) -> bool:
    """Whether a verb that is as often a noun is one more of the run: 组织学习《…条例》; after a light verb 进行督办检查."""
    if n + 1 < len(units):
        made = units[n - 1].word == "创新" and units[n].word in MAKING and has_thing(units, n)  # 创新实施新模式
        return made or (units[n].kind == "noun-verb" and units[n + 1].kind == "title")
    return units[n].is_verb and light


def _both(units: Clause, last: int, n: int) -> int:
    """Where the second of two verbs with one object stands: 听取并审议 W, 大力支持、积极引导 W; else the number of units."""
    after = after_adverbs(units, n + 1)
    if after < len(units) and units[n].word == "并" and units[after].is_verb:
        return after
    listed = units[n].word == "、" and last and units[last - 1].kind == "adverb" and n + 1 < after < len(units)
    return after if listed and units[after].is_verb and has_object(units, after) else len(units)


def _listed(units: Clause, n: int) -> bool:
    """Whether a verb follows that has the object of the one before: 坚持和完善 W, 对 W 予以废止 | 或修订."""
    if units[n].word == "或":
        return n + 2 == len(units)
    return units[n].word in ("和", "、", "与") and has_object(units, n + 1)


def _qualifies(units: Clause, n: int) -> bool:
    """研究 | 贯彻落实的举措: a verb before 的 tells of what follows."""
    return n + 1 < len(units) and units[n + 1].kind == "of"


def verb_run(units: Clause, at: int) -> tuple[int, int]:
    """The first and the last unit of the verb at `at`: verbs side by side stay one (贯彻实施, 坚持和完善, 制定、废止).

    A light verb gives way to the verb after it: 组织开展 is 开展, 予以审核把关 is 审核把关.
    """
    first = last = at
    n = at + 1
    while n < len(units):
        unit = units[n]
        light = units[last].kind == "light"
        if light and unit.word == "了" and n + 1 < len(units) and units[n + 1].kind == "verb":  # 进行了督促检查
            n += 1
            continue
        if n == at + 1 and light and "".join(u.word for u in units[-4:]).endswith(COMING_TRUE):  # 推动 | 学习走深走实
            break
        joined = n + 1 < len(units) and units[n + 1].is_verb
        if (
            light
            and unit.is_verb
            and (unit.known or units[last].word in GIVING)  # 予以肯定
            and (
                unit.kind != "noun-verb"
                or units[last].word in GIVING
                or (units[last].word in YIELDING and has_thing(units, n) and not names(units, n))  # 注重完善规则
            )
        ):
            first = last = n
        elif (
            unit.is_verb and unit.known and n + 1 < len(units) and units[n + 1].word in ("了", "过", "好")
        ):  # 安排部署了
            last = n
        elif unit.is_verb and units[last].word in MAKING and is_made(units, n):
            break
        elif (
            first == last == n - 1
            and units[last].word == "带头"
            and unit.is_verb
            and unit.known
            and has_thing(units, n)
        ):
            last = n if VERBS[unit.word][1] != "vo" else last  # 带头履行 W
        elif (
            unit.is_verb
            and unit.known
            and unit.kind not in ("noun-verb", "light")
            and not names(units, n)
            and not _qualifies(units, n)
        ):
            last = n
        elif joined and _listed(units, n):
            last = n = n + 1
        elif (after := _both(units, last, n)) < len(units):
            last = n = after
        elif _goes_on(units, n, light=units[at].kind == "light" and first > at):
            last = n
        elif unit.kind == "adverb" and joined and units[last].word == "带头" and has_thing(units, n + 1):
            last = n = n + 1
        elif unit.kind == "adverb" and joined and light and not is_deed(units, last, n + 1):
            first = last = n = n + 1
        else:
            break
        n += 1
    return first, last
