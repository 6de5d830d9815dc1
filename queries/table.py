"""An answer as a table for programs: exact values and IRIs, the names of things and the quotes beside them."""

import csv
import io

from queries.answer import Answered
from queries.header import Language
from queries.labels import local_name


def as_csv(answered: Answered, language: Language) -> str:
    """All variables; then a column with the name of each thing that has one, and one with each quote."""
    quotes = dict.fromkeys(part.sentence for part in answered.query.evidence)
    names = answered.query.variables()
    named = [name for name in names if name not in quotes and _has_names(answered, name)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*names, *(f"{name}Label" for name in named), *(f"{name}Quote" for name in quotes)])
    for row in answered.rows:
        cells = [row[name].value if name in row else "" for name in names]
        writer.writerow([*cells, *(answered.text(row, name, language) for name in (*named, *quotes))])
    return out.getvalue()


def _has_names(answered: Answered, column: str) -> bool:
    """Whether things of a column are called anything but what their IRIs end with, as a figure is not."""
    things = {row[column].value for row in answered.rows if column in row and row[column].kind == "uri"}
    return any(iri in answered.labels and answered.labels[iri].zh != local_name(iri) for iri in things)
