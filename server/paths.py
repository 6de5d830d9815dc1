"""Addresses on this server for the things of the graph. Pages link here, never to the IRI: it may lead out of the house."""

from urllib.parse import quote, urlencode

from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY

_SAFE = "/-._~:@!$&'()*+,;=%"
_KINDS = {
    "area": "area",
    "body": "body",
    "document": "document",
    "indicator": "indicator",
    "programme": "programme",
    "rule": "rule",
    "run": "run",
}


def local_path(iri: str, base: str = DEFAULT_BASE) -> str:
    """Where this server shows a thing; '' for an IRI that is not ours, which is then printed and not linked.

    >>> local_path("https://w3id.org/fazhi/id/area/330226"), local_path("https://w3id.org/fazhi/ns#role-lead")
    ('/id/area/330226', '/ns#role-lead')
    >>> local_path("javascript:alert(1)"), local_path("https://example.org/x")
    ('', '')
    """
    if iri.startswith(base):
        return "/id/" + quote(iri[len(base) :], safe=_SAFE)
    if iri.startswith(VOCABULARY):
        return "/ns#" + quote(iri[len(VOCABULARY) :], safe=_SAFE)
    return ""


def kind_of(iri: str, base: str = DEFAULT_BASE) -> str:
    """What kind of thing an IRI names, read from the IRI alone; '' where it does not say.

    >>> [kind_of(DEFAULT_BASE + path) for path in ("body/330226-9dfa0de137", "report/330226/2021/s/90504ff9/f61")]
    ['body', 'figure']
    >>> kind_of(DEFAULT_BASE + "report/330226/2021/s/90504ff9/h27"), kind_of("开展")
    ('honour', '')
    """
    if not iri.startswith(base):
        return ""
    parts = iri[len(base) :].split("/")
    if parts[0] in _KINDS:
        return _KINDS[parts[0]]
    if parts[0] == "report":
        last = parts[-1]
        if "s" in parts[:-1] and last[1:2].isdigit():
            return {"f": "figure", "h": "honour", "m": "mention", "a": "action"}.get(last[0], "")
        return "sentence" if parts[-2:-1] == ["s"] else "report" if len(parts) <= 3 else ""
    return ""


def report_key(iri: str, base: str = DEFAULT_BASE) -> str:
    """The key of the report that an IRI belongs to.

    >>> report_key(DEFAULT_BASE + "report/330226/2021/s/90504ff9")
    '330226/2021'
    >>> report_key(DEFAULT_BASE + "area/330226")
    ''
    """
    parts = iri[len(base) :].split("/") if iri.startswith(base) else []
    return "/".join(parts[1:3]) if len(parts) >= 3 and parts[0] == "report" else ""


def text_path(sentence: str, base: str = DEFAULT_BASE, mark: tuple[int, int] | None = None) -> str:
    """The place of a sentence or heading in its report's text, with a stretch of it marked.

    >>> text_path(DEFAULT_BASE + "report/330226/2021/s/90504ff9", mark=(1216, 1223))
    '/reports/330226/2021?mark=1216-1223#s-90504ff9'
    """
    key = report_key(sentence, base)
    if not key:
        return ""
    query = "?" + urlencode({"mark": f"{mark[0]}-{mark[1]}"}) if mark else ""
    return f"/reports/{quote(key)}{query}#{anchor(sentence)}"


def anchor(iri: str) -> str:
    """The id of a sentence or section on the page of its report.

    >>> anchor(DEFAULT_BASE + "report/330226/2021/s/90504ff9"), anchor(DEFAULT_BASE + "report/330226/2021/sec/1.1.3")
    ('s-90504ff9', 'sec-1.1.3')
    """
    return "-".join(iri.rstrip("/").split("/")[-2:])


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    """A path with its query, all percent-encoded: raw Chinese in an address fails outside browsers.

    >>> with_query("/ask/who-did-what", [("what", "督察")])
    '/ask/who-did-what?what=%E7%9D%A3%E5%AF%9F'
    """
    return f"{path}?{urlencode(pairs)}" if pairs else path
