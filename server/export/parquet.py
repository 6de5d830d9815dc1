"""A table as Parquet: typed columns, written in groups of rows as they are read."""

import datetime
import decimal
import struct
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import IO, Any

from kg.errors import UsageError
from server.export.tables import Columns, Table

GROUP = 2_500  # rows that are in memory at once, at least
SCALE = decimal.Decimal("0.000001")
WIDEST = decimal.Decimal(10) ** 32


def write_parquet(table: Table, found: Iterable[Columns], out: IO[bytes], note: Mapping[str, str]) -> None:
    """Write the rows of a table. A value that does not fit its column's type is null, never a wrong number.

    `note` is kept in the file. Raises UsageError where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'fazhi[tables]'") from error
    pa.set_memory_pool(pa.system_memory_pool())  # gives back what it no longer needs
    typed = {"integer": pa.int64(), "number": pa.decimal128(38, 6), "date": pa.date32()}
    schema = pa.schema(
        [pa.field(name, typed.get(kind, pa.string())) for name, kind in zip(table.header, table.kinds, strict=True)],
        metadata=note,
    )

    # joined and split again by pyarrow: handed a list, it would load pandas, half a second and 50 MB
    def texts(column: Sequence[str]) -> Any:
        joined = "\0".join(column)
        if joined.count("\0") >= len(column):  # a cell has one itself
            return pa.array([text or None for text in column], pa.string())
        data = joined.encode()
        ends = pa.py_buffer(struct.pack("ii", 0, len(data)))
        found = pc.split_pattern(pa.StringArray.from_buffers(1, ends, pa.py_buffer(data)), "\0").flatten()
        return pc.if_else(pc.binary_length(found).cast(pa.bool_()), found, pa.nulls(len(found), pa.string()))

    def array(column: Sequence[str], kind: str) -> Any:
        try:
            return texts(column).cast(typed.get(kind, pa.string()))
        except pa.ArrowInvalid:  # a value among them does not fit
            return pa.array([_value(text, kind) for text in column], typed[kind])

    def group(parts: Sequence[Columns]) -> Any:
        columns = (chain.from_iterable(part[place] for part in parts) for place in range(len(table.kinds)))
        arrays = [array([*column], kind) for column, kind in zip(columns, table.kinds, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)

    # one group is packed beside the reading of the next
    with pq.ParquetWriter(out, schema, compression="zstd") as file, ThreadPoolExecutor(1) as beside:
        waiting: list[Columns] = []
        packed = beside.submit(int)
        for columns in found:
            waiting.append(columns)
            if sum(len(part[0]) for part in waiting) >= GROUP:
                packed.result()
                packed = beside.submit(file.write_table, group(waiting))
                waiting = []
        packed.result()
        if waiting:
            file.write_table(group(waiting))


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
