"""Cut a table at the row cap, so that a partial answer has exactly as many rows as it says, and says so in its head."""

import csv
import io
import json
import re

RESULT = re.compile(rb"<result\s*/?>")


def cut(body: bytes, media_type: str, cap: int, link: str = "") -> bytes | None:
    """The body with `cap` rows, or None where it has no more than that.

    >>> body = b"x\\r\\n1\\r\\n2\\r\\n3\\r\\n"
    >>> cut(body, "text/csv", 2), cut(body, "text/csv", 3)
    (b'x\\r\\n1\\r\\n2\\r\\n', None)

    JSON and XML also get `link` in their head; CSV and TSV have no place for it.
    """
    if media_type == "application/sparql-results+json":
        if body.count(b"},{") < cap:  # a literal may hold the same bytes, so this is an upper bound of the rows
            return None
        table = json.loads(body)
        if len(table["results"]["bindings"]) <= cap:
            return None
        del table["results"]["bindings"][cap:]
        table["head"]["link"] = [link]
        return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    if media_type == "application/sparql-results+xml":
        starts = RESULT.finditer(body)
        extra = next((found for place, found in enumerate(starts) if place == cap), None)
        if extra is None:
            return None
        escaped = link.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        head = body[: extra.start()].replace(b"</head>", f'<link href="{escaped}"/></head>'.encode(), 1)
        return head + b"</results></sparql>"
    if body.count(b"\n") <= cap + 1:
        return None
    if media_type == "text/tab-separated-values":  # line ends in values are escaped there
        return b"\n".join(body.split(b"\n", cap + 1)[: cap + 1]) + b"\n"
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
    if len(rows) <= cap + 1:
        return None
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows[: cap + 1])
    return out.getvalue().encode()
