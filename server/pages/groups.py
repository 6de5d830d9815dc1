"""The questions in their groups, as the front page and the menu list them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from queries import GROUPS, NamedQuery, load_queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions of one group and how many answers each has in this release."""

    title: str
    queries: tuple[NamedQuery, ...]
    counts: Mapping[str, int | None]


def groups(counts: Mapping[str, int | None] | None = None) -> list[Group]:
    """All questions in their groups."""
    names = {
        "bodies": _("机构与分工"),
        "results": _("成效与指标"),
        "plans": _("计划与落实"),
        "places": _("地区与年度对照"),
        "documents": _("文件、荣誉、项目"),
        "checks": _("核对与引用"),
    }
    queries = load_queries().values()
    return [
        Group(title=names[group], queries=found, counts={query.id: (counts or {}).get(query.id) for query in found})
        for group in GROUPS
        if (found := tuple(query for query in queries if query.group == group))
    ]
