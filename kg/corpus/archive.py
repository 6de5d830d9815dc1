"""Archive: the parts of a zipped document, opened only where they unfold within bounds."""

import io
import zipfile

from kg.errors import DocumentError

LIMIT = 64 * 1024 * 1024
"""Bytes that all parts of a file may unfold to."""

RATIO = 200
"""Times that a part may unfold, from a megabyte on."""

PARTS = 5000


def open_archive(data: bytes, where: str = "") -> zipfile.ZipFile:
    """The archive that a document is.

    Raises DocumentError for one that is cut off, and for one that unfolds beyond all measure.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError("is a damaged or cut-off file", where=where, hint="fetch or save it again") from error
    total = sum(part.file_size for part in parts)
    worst = max((part.file_size / max(1, part.compress_size) for part in parts if part.file_size > 1 << 20), default=0)
    if total > LIMIT or worst > RATIO or len(parts) > PARTS:
        what = f"unfolds from {len(data) / 1e6:.1f} MB to {total / 1e6:.0f} MB"
        raise DocumentError(what, where=where, hint="no report is so large; the file is damaged or hostile")
    return archive
