"""An answer as a citation, and as a few lines in other people's languages."""

from collections.abc import Mapping

from flask_babel import gettext as _

from queries import NamedQuery
from queries.answer import Answered
from server.paths import with_query


def citation(answered: Answered, address: str, language: str) -> dict[str, str]:
    """A GB/T 7714 line and a BibTeX entry. Dates are the release's, so the line stays the same tomorrow."""
    title = answered.query.title[language]
    site = _("法治政府报告图谱")
    gbt = f"{site}. {title}[DS/OL]. {_('数据版本')} {answered.release}. {address}."
    bibtex = (
        f"@misc{{fazhi-{answered.query.id},\n  title = {{{title}}},\n  author = {{{{{site}}}}},\n"
        f"  note = {{{_('数据版本')} {answered.release}}},\n  url = {{{address}}}\n}}"
    )
    return {"gbt": gbt, "bibtex": bibtex}


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
