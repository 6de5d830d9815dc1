"""An answer as a citation, and as a few lines in other people's languages."""

from collections.abc import Mapping

from flask_babel import gettext as _

from queries import NamedQuery
from server.paths import with_query


def citation(title: str, address: str, release: str, *, made: str = "", key: str = "") -> dict[str, str]:
    """A GB/T 7714 line and a BibTeX entry of the data, or of an answer from it (`key`: its question).

    `made` is when the release was made (ISO 8601), so the line stays the same tomorrow; "" where nobody knows.
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
    }
    lines = "".join(f",\n  {name} = {{{value}}}" for name, value in written.items() if value)
    return {
        "gbt": f"{named}[DS/OL]. {_('数据版本')} {release}. {f'({day}). ' if day else ''}{address}.",
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
