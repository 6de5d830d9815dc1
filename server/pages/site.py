"""What every page shows: the way around, the release, the same page in the other language."""

import re
from collections.abc import Iterable

from flask import Flask, g, request
from flask_babel import gettext as _
from markupsafe import Markup

from queries.evidence import Evidence
from server.i18n import language
from server.pages.cite import today
from server.pages.vocabulary import called
from server.paths import kind_of, local_path, text_path, with_query
from server.protocol.describe import public_url
from server.service import service

Entry = tuple[str, str, str]
LISTS = ("bodies", "indicators", "documents", "programmes", "areas")
"""Pages that list all things of a kind."""


def base() -> str:
    """The instance base."""
    return str(service().config.base)


def navigation() -> list[Entry]:
    """Address, name and path prefix of the pages in the head."""
    return [
        ("/", _("提问"), "/ask"),
        ("/browse", _("浏览"), "/browse"),
        ("/compare", _("对照"), "/compare"),
        ("/plans", _("计划落实"), "/plans"),
        ("/reports", _("报告原文"), "/reports"),
        ("/data", _("数据"), "/data"),
        ("/sparql", "SPARQL", "/sparql"),
        ("/help", _("帮助"), "/help"),
    ]


def is_here(prefix: str) -> bool:
    """Whether the request is in this part of the site. The lists of names belong to what is browsed."""
    path = request.path
    return path.startswith(prefix) or (prefix == "/ask" and path == "/") or (prefix == "/browse" and path[1:] in LISTS)


def here(**changes: str) -> str:
    """This address with some of its parameters changed; an empty value drops one."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    return with_query(request.path, pairs + [(key, value) for key, value in changes.items() if value])


def source_line(evidence: Evidence) -> str:
    """Report and headings of a quote, in one line."""
    headings = " › ".join(
        f"{heading.number}{heading.title}" if heading.number not in heading.title else heading.title
        for heading in evidence.headings
    )
    title = _("《%(title)s》", title=evidence.report.title[language()])
    return f"{title} {headings}".strip()


def text_of(evidence: Evidence) -> str:
    """The quote in its report, with its marks."""
    spans = [(evidence.begin + mark.start, evidence.begin + mark.end) for mark in evidence.marks]
    return text_path(evidence.iri, base(), (min(spans)[0], max(end for _start, end in spans)) if spans else None)


def mark_class(things: tuple[str, ...]) -> str:
    """The look of a marked stretch: the kind of the innermost thing."""
    kinds = [kind_of(thing, base()) for thing in things]
    return next((kind for kind in ("figure", "honour", "document", "programme", "body") if kind in kinds), "word")


_NAMED = frozenset({"body", "document", "programme"})


def know(quotes: Iterable[Evidence | None]) -> None:
    """Fetch the names behind the marks of all quotes of a page at once; `mark_title` then asks nobody."""
    things = {mark.thing for quote in quotes if quote for mark in quote.marks if kind_of(mark.thing, base()) in _NAMED}
    names: dict[str, str] = g.setdefault("mark_names", {})
    wanted = sorted(things - set(names))
    if wanted:
        names.update({iri: label[language()] for iri, label in service().labels(wanted).items()})


def mark_title(things: tuple[str, ...]) -> str:
    """What a marked stretch stands for, for the pointer that rests on it."""
    names: dict[str, str] = g.get("mark_names", {})
    return "、".join(dict.fromkeys(names[thing] for thing in things if thing in names))


_ONE = re.compile(r"\b1 (\w+?)(ies|s)\b")


def well_said(text: str, tongue: str) -> str:
    """A sentence made of pieces, as one writes it: in English with a capital and with one of a thing in the singular.

    >>> well_said("some body did it to 1 bodies, stated in 1 places of 11 reports", "en")
    'Some body did it to 1 body, stated in 1 place of 11 reports'
    >>> well_said("各地有1份报告", "zh")
    '各地有1份报告'
    """
    if tongue != "en":
        return text
    text = _ONE.sub(lambda found: f"1 {found[1]}{'y' if found[2] == 'ies' else ''}", text)
    return text[:1].upper() + text[1:]


_YEAR = re.compile(r"(\d{4}年度?)")


def whole_years(title: str) -> Markup:
    """A title in which no line ends between a year and its 年.

    >>> str(whole_years("宁海县2021年度报告"))
    '宁海县<span class="nowrap">2021年度</span>报告'
    """
    whole = Markup('<span class="nowrap">{}</span>')
    return Markup("").join(whole.format(part) if at % 2 else part for at, part in enumerate(_YEAR.split(title)))


def init_app(app: Flask) -> None:
    """Give templates the words of this module."""
    app.jinja_env.globals.update(
        base_iri=base,
        called=called,
        here=here,
        is_here=is_here,
        local_path=lambda iri: local_path(iri, base()),
        mark_class=mark_class,
        mark_title=mark_title,
        navigation=navigation,
        public_url=public_url,
        release_name=lambda: service().release_id,
        source_line=source_line,
        text_of=text_of,
        today=today,
        well_said=lambda text: well_said(text, language()),
    )
    app.jinja_env.filters["whole_years"] = whole_years
    app.jinja_env.add_extension("jinja2.ext.loopcontrols")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
