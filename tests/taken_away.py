"""A release in one form, as bytes."""

import io

from server.export.formats import write


def made(release, form, **how) -> bytes:
    out = io.BytesIO()
    write(release, form, out, **how)
    return out.getvalue()
