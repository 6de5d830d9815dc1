"""Whether a number or a share of it is spoken of: 办结率 and 办结件数 are two indicators, and one is no answer for the other."""

import re
from collections.abc import Iterable
from functools import cache

from queries.wording import words


def names_share(name: str) -> bool:
    """Whether a word or a name is that of a share.

    >>> names_share("办结率"), names_share("办案效率"), names_share("办结件数")
    (True, False, False)
    """
    return name.endswith(words("share_ends")) and not name.endswith(words("no_shares"))


def of_kind_asked(names: Iterable[str], said: str, asked: Iterable[tuple[int, str]]) -> bool:
    """Whether an indicator is a share or a number as the sentence asks; `asked` are its words with their ends.

    >>> of_kind_asked(["调解成功率"], "调解成功件数是多少", [(4, "成功"), (6, "件数")])
    False
    >>> of_kind_asked(["法律援助案件数"], "法律援助案件占比", [(4, "援助"), (6, "案件")])
    False
    """
    asked = tuple(asked)
    if any(names_share(word) or share_after(said, end) for end, word in asked):
        return any(map(names_share, names))
    if any(word.endswith(words("count_ends")) for _, word in asked):
        return not any(map(names_share, names))
    return True


def share_after(text: str, at: int) -> int:
    """Where a word ends that makes a share of what ends at a place; 0 where none does.

    >>> share_after("法律援助案件的占比", 6), share_after("法律援助案件率先", 6)
    (9, 0)
    """
    found = _share().match(text, at)
    return found.end() if found else 0


@cache
def _share() -> re.Pattern[str]:
    """Words of two characters alone: 率 may begin another word."""
    return re.compile("的?(?:" + "|".join(end for end in words("share_ends") if len(end) > 1) + ")")
