"""A table as Parquet: typed columns, written in groups of rows as they are read."""

import datetime
import decimal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from kg.errors import UsageError
from server.export.tables import Table

GROUP = 2_500  # rows that are in memory at once
SCALE = decimal.Decimal("0.000001")
WIDEST = decimal.Decimal(10) ** 32


def write_parquet(table: Table, found: Iterable[Sequence[str]], out: IO[bytes], note: Mapping[str, str]) -> None:
    """Write the rows of a table. A value that does not fit its column's type is null, never a wrong number.

    `note` is kept in the file. Raises UsageError where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'fazhi[tables]'") from error
    pa.set_memory_pool(pa.system_memory_pool())  # gives back what it no longer needs
    typed = {"integer": pa.int64(), "number": pa.decimal128(38, 6), "date": pa.date32()}
    schema = pa.schema(
        [pa.field(name, typed.get(kind, pa.string())) for name, kind in zip(table.header, table.kinds, strict=True)],
        metadata=note,
    )
    with pq.ParquetWriter(out, schema, compression="zstd") as file:
        for group in _groups(iter(found)):
            columns = zip(*group, strict=True)
            arrays = [
                pa.array(
                    [_value(text, kind) for text in column] if kind in typed else [text or None for text in column],
                    type=field.type,
                )
                for column, kind, field in zip(columns, table.kinds, schema, strict=True)
            ]
            file.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _value(text: str, kind: str) -> Any:
    """The value of a cell in its type, None where it has none.

    >>> _value("2022-03-31", "date"), _value("4月", "date"), _value("99.6", "number"), _value("", "text")
    (datetime.date(2022, 3, 31), None, Decimal('99.600000'), None)
    """
    if not text:
        return None
    try:
        if kind == "integer":
            return int(text)
        if kind == "date":
            return datetime.date.fromisoformat(text)
        if kind == "number":
            number = decimal.Decimal(text)
            return number.quantize(SCALE) if abs(number) < WIDEST else None
    except (ValueError, decimal.InvalidOperation):
        return None
    return text


def _groups(rows: Iterator[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    while group := [*islice(rows, GROUP)]:
        yield group
