"""An answer as a citation, and as a few lines in other people's languages; a report in the words of schema.org."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from flask_babel import gettext as _

from queries import NamedQuery
from queries.evidence import Source
from queries.labels import Label
from server.paths import with_query

_BEIJING = timezone(timedelta(hours=8))
"""Who cites these pages reads the day off a clock in China."""


def today() -> str:
    """The day on which somebody cites, which GB/T 7714 asks for of what stands online; a script puts an older page right."""
    return datetime.now(_BEIJING).date().isoformat()


def report_citation(issuer: str, title: str, address: str, published: str) -> str:
    """The GB/T 7714 line of a report. `published` is its day (ISO 8601); "" where it names none.

    >>> report_citation("某县人民政府", "2021年某县法治政府建设年度报告", "https://example.org/a", "2022-03-15").split("(")[0]
    '某县人民政府. 2021年某县法治政府建设年度报告[EB/OL]. '
    """
    by = f"{issuer}. " if issuer else ""
    return f"{by}{title}[EB/OL]. {f'({published})' if published else ''}[{today()}]. {address}."


def citation(title: str, address: str, release: str, *, made: str = "", key: str = "") -> dict[str, str]:
    """A GB/T 7714 line and a BibTeX entry of the data, or of an answer from it (`key`: its question).

    `made` is when the release was made (ISO 8601); "" where nobody knows.
    """
    site, day = _("法治政府报告图谱"), made[:10]
    named = f"{site}. {title}" if key else title
    written = {
        "title": f"{{{title}}}" if key else title,
        "author": f"{{{site}}}",
        "version": release,
        "year": day[:4],
        "date": day,
        "note": f"{_('数据版本')} {release}",
        "url": address,
        "urldate": today(),
    }
    lines = "".join(f",\n  {name} = {{{value}}}" for name, value in written.items() if value)
    return {
        "gbt": f"{named}[DS/OL]. {_('数据版本')} {release}. {f'({day})' if day else ''}[{today()}]. {address}.",
        "bibtex": f"@misc{{fazhi-{f'{key}-' if key else ''}{release}{lines}\n}}",
    }


def snippets(query: NamedQuery, values: Mapping[str, tuple[str, ...]], root: str) -> dict[str, str]:
    """How to fetch the same answer by curl, Python and R. Chinese is percent-encoded by the tools named here."""
    pairs = [(name, value) for name, several in values.items() for value in several]
    address = f"{root}/ask/{query.id}.csv"
    options = "".join(f" \\\n  --data-urlencode {_shell(f'{name}={value}')}" for name, value in pairs)
    return {
        "curl": f"curl -G {address}{options}",
        "python": f'import pandas as pd\n\nanswer = pd.read_csv("{root}{with_query(f"/ask/{query.id}.csv", pairs)}")',
        "r": f'answer <- read.csv("{root}{with_query(f"/ask/{query.id}.csv", pairs)}", encoding = "UTF-8")',
    }


def _shell(word: str) -> str:
    """A word in single quotes for a POSIX shell.

    >>> _shell("what=it's")
    "'what=it'\\\\''s'"
    """
    return "'" + word.replace("'", "'\\''") + "'"


def described(source: Source, names: Mapping[str, Label], address: str) -> dict[str, Any]:
    """A report in the words of schema.org, as ontology/views/schema.rq gives it, for programs that read pages."""

    def named(kind: str, iri: str) -> dict[str, str]:
        return {"@type": kind, "@id": iri, "name": names[iri].zh}

    told: dict[str, Any] = {
        "publisher": named("GovernmentOrganization", source.issuer) if source.issuer else None,
        "spatialCoverage": named("AdministrativeArea", source.area) if source.area else None,
        "temporalCoverage": str(source.year) if source.year else None,
        "datePublished": source.published,
    }
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": source.iri,
        "url": address,
        "name": source.title.zh,
        "inLanguage": "zh",
        **{key: value for key, value in told.items() if value},
    }
