"""What a page says of its article outside the text: title, dates, source, address."""

import re
from collections.abc import Iterator

import lxml.html

from kg.corpus.main_text import BREAKS, SPACE, clean
from kg.corpus.text import shadow
from kg.corpus.words import any_of

_FACTS = {
    "published": ("pubdate", "publishdate", "firstpublishedtime", "article:published_time", "publish_time", "pubtime"),
    "publisher": ("contentsource", "source", "article:author"),
    "title": ("articletitle", "og:title", "title"),
    "site": ("sitename", "og:site_name"),
    "url": ("url", "og:url", "canonical"),
}
_DATE = r"(20[0-4]\d|19\d\d) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{1,2})"
_LABELS = {
    "published": re.compile(rf"{any_of('published-label')}(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
    "entered": re.compile(rf"(?:{any_of('entered-label')}|(?<![\u4e00-\u9fff]))(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
    "written": re.compile(rf"{any_of('written-label')}(?:日期|时间)[^\d]{{0,8}}{_DATE}"),
}
_SOURCE = re.compile(
    rf"{any_of('source-label')} ?:? ?(?!{any_of('published-label')}(?:日期|时间))([\u4e00-\u9fff]{{3,30}})"
)
_TITLE = re.compile(rf"(?:{any_of('subject')}|政府工作).{{0,24}}(?:{any_of('kind')}|解读)")


def head_facts(page: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What the head of the page says: the meta names that government sites must give, and the canonical address."""
    metas: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        content = SPACE.sub(" ", meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content)
    yield "page", clean(page.findtext(".//title") or "")
    for link in page.iter("link"):
        if link.get("rel") == "canonical" and link.get("href"):
            metas.setdefault("canonical", link.get("href"))
    for fact, names in _FACTS.items():
        for name in names:
            if name in metas:
                yield fact, metas[name]
                break


def labels(page: lxml.html.HtmlElement) -> dict[str, str]:
    """Dates and source by their labels in the page's own text, above and in the first lines of the main text."""
    text = shadow(SPACE.sub(" ", " ".join(page.itertext())))
    found: dict[str, str] = {}
    for name, pattern in _LABELS.items():
        if match := pattern.search(text):
            found[name] = match[0].strip()
    if match := _SOURCE.search(text):
        found["publisher"] = match[1]
    entered = found.pop("entered", "")
    if entered:
        found.setdefault("published", entered)
    return found


def title_of(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement, facts: dict[str, str]) -> str:
    """The title of the article: its meta name, the nearest line above the text that reads like one, the page's own title."""
    given = facts.pop("title", "")
    whole = facts.pop("page", "")
    heads = [clean(head.text_content()) for head in page.iter("h1")]
    above = [*reversed(list(_above(page, main)))]
    for name in (given, *above, whole):
        bare = re.sub(r"[-_|—–]{1,2}[^-_|—–]{2,24}$", "", name).strip()  # without the name of the site
        for words in (bare, name):
            if 6 < len(words) < 90 and _TITLE.search(words) and not re.search(r"[。>]", words):
                facts["title"] = words
                return words
    # a page of another kind is to be refused by its name
    for name in (given, *heads, *(line for line in above if line in whole)):
        if 4 < len(name) < 90:
            facts["title"] = name
            return name
    return ""


def _above(page: lxml.html.HtmlElement, main: lxml.html.HtmlElement) -> Iterator[str]:
    """Texts of the elements before the main one, in order; the first of them are navigation."""
    for element in page.iter():
        if element is main:
            return
        if element.tag in BREAKS or element.tag in ("b", "strong", "font", "span"):
            words = element.text_content() if len(element) < 8 else ""
            if 6 < len(words) < 200:
                yield clean(words)
