"""An answer as a file to take away: CSV for programs, CSV and XLSX for spreadsheets, JSON, the query itself.

Every file names its question, release, address and licence; cells that look like formulas stay text.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import xlsxwriter
from flask import Response
from flask_babel import gettext as _

from kg.store.answer import Row
from queries.answer import Answered
from queries.header import Language
from queries.present import answer_data
from queries.table import as_csv
from server.protocol.describe import LICENCE
from server.service import service

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 50_000
UNKNOWN = "1980-01-01"
"""The day of a release that does not say when it was made, as in archives."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file."""

    media_type: str
    make: Callable[[Answered, str, Language], bytes]
    name: str
    """What follows the question's id in the file's name."""


def csv_for_programs(answered: Answered, address: str, language: Language) -> bytes:
    """All variables with exact values and IRIs, names and quotes."""
    return as_csv(answered, language).encode()


def csv_for_spreadsheets(answered: Answered, address: str, language: Language) -> bytes:
    """The table as people read it, with a byte order mark, so that spreadsheets take it for UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    head, *rows = _table(answered, language)
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    return (_BOM + out.getvalue()).encode()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("宁海县")
    ("'=1+1", '宁海县')
    """
    return "'" + text if text.startswith(_FORMULA) else text


def xlsx(answered: Answered, address: str, language: Language) -> bytes:
    """A workbook: the table, and a sheet that says what it is and where it comes from."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    made = datetime.fromisoformat(service().made[:10] or UNKNOWN)  # not the hour: an answer is the same tomorrow
    book.set_properties({"title": answered.title[language], "comments": address, "created": made})
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("结果"))
    head, *rows = _table(answered, language)
    for column, name in enumerate(head):
        sheet.write_string(0, column, str(name), bold)
        texts = [str(row[column]) for row in rows[:200]]
        wide = max((len(text) for text in texts), default=0)
        sheet.set_column(column, column, min(max(len(str(name)), wide) * 2 + 2, 60))
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(at, column, float(cell), wrap)
            else:
                sheet.write_string(at, column, cell, wrap)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(head) - 1)
    about = book.add_worksheet(_("说明"))
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 100)
    for at, (name, text) in enumerate(_about(answered, address, language)):
        about.write_string(at, 0, name, bold)
        about.write_string(at, 1, text, wrap)
    book.close()
    return out.getvalue()


def as_json(answered: Answered, address: str, language: Language) -> bytes:
    """Rows, labels and quotes, as the API gives them."""
    described = {**answer_data(answered, language), "links": {"page": address}, "licence": LICENCE}
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def rq(answered: Answered, address: str, language: Language) -> bytes:
    """The query as it was run; a comment says where it comes from."""
    return f"# {answered.title[language]}\n# {address}\n{answered.sparql}".encode()


def _about(answered: Answered, address: str, language: Language) -> Sequence[tuple[str, str]]:
    return (
        (_("问题"), answered.title[language]),
        (_("答案"), answered.say(language)),
        (_("说明"), answered.query.caveat[language]),
        (_("范围"), answered.coverage.say(language)),
        (_("数据版本"), answered.release),
        (_("固定链接"), address),
        (_("许可"), LICENCE),
        ("SPARQL", answered.sparql),
    )


def _table(answered: Answered, language: Language) -> list[list[str | Decimal]]:
    """The shown columns with their units in columns of their own, and the source of each quote."""
    heads: list[str | Decimal] = []
    units = sum(column.unit is not None for column in answered.query.columns.values())
    for column in answered.query.columns.values():
        heads.append(column[language])
        if column.unit:
            heads.append(_("单位") if units == 1 else _("%(name)s的单位", name=column[language]))
        if column.kind == "quote":
            heads.append(_("出处"))
    return [
        heads,
        *(
            [_cell for name in answered.query.columns for _cell in _cells(answered, row, name, language)]
            for row in answered.rows
        ),
    ]


def _cells(answered: Answered, row: Row, name: str, language: Language) -> list[str | Decimal]:
    column = answered.query.columns[name]
    found: list[str | Decimal] = [answered.text(row, name, language) if name in row else ""]
    if column.kind in ("number", "percent", "year"):
        found = [_number(row, name)]
        if column.unit:
            found.append(row[column.unit].value if column.unit in row else "")
    if column.kind == "quote":
        evidence = answered.evidence.get(row[name].value) if name in row else None
        headings = " › ".join(heading.title for heading in evidence.headings) if evidence else ""
        found.append(f"《{evidence.report.title[language]}》{headings}" if evidence else "")
    return found


def _number(row: Row, name: str) -> str | Decimal:
    if name not in row:
        return ""
    try:
        return Decimal(row[name].value)
    except InvalidOperation:
        return row[name].value


def _plain(number: Decimal) -> str:
    return format(number, "f")


FORMS: Mapping[str, Form] = {
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx, ".xlsx"),
    "excel.csv": Form("text/csv; charset=utf-8", csv_for_spreadsheets, "-excel.csv"),
    "csv": Form("text/csv; charset=utf-8; header=present", csv_for_programs, ".csv"),
    "json": Form("application/json", as_json, ".json"),
    "rq": Form("application/sparql-query; charset=utf-8", rq, ".rq"),
}


def respond(answered: Answered, suffix: str, address: str, language: Language) -> Response:
    """The file. A table that goes on says so in its headers."""
    form = FORMS[suffix]
    response = Response(form.make(answered, address, language), content_type=form.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{answered.query.id}{form.name}"'
    response.headers["Link"] = f'<{LICENCE}>; rel="license", <{address}>; rel="canonical"'
    response.headers["Fazhi-Release"] = answered.release
    if answered.more:
        response.headers["Fazhi-Partial"] = f"rows={len(answered.rows)}"
    response.set_etag(f"{answered.release}-{suffix}-{language}")
    return response
