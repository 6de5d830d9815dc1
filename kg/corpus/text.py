"""Text: bytes to canonical text (decoded, NFC, line ends as \\n, nothing else), its shadow, and the map back to the text as given."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from kg.errors import DocumentError
from kg.lexicon import shadow as shadow  # one translation for rules and reports

Step = tuple[int, int]
"""(offset in the canonical text, offset in the text as given): valid up to the next step."""

_BOUNDARY = re.compile(r"\r\n?|[^\x00-\u02ff\u2010-\u2027\u3001-\u3029\u3041-\u3096\u4e00-\u9fff\uff01-\uff5e]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_USUAL = re.compile(r"[\t\n\r\x20-\x7e\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""What nearly every character of a Chinese page or text is."""
_HEAD = 4096
"""Bytes by which the order of a text in UTF-16 is told."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points [start, end) of `Document.text`."""

    start: int
    end: int

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


def decode(data: bytes, *, where: str = "", declared: str = "") -> str:
    """The text of `data`: UTF-16, else strict UTF-8, then GB 18030 (what a page that says gb2312 holds).

    >>> decode("法治政府".encode("gb18030"))
    '法治政府'

    Raises DocumentError for what is neither, and for control characters that no text holds.
    """
    order = wide(data)
    encodings = (order,) if order else ("utf-8-sig", "gb18030")
    if declared.lower().replace("-", "").replace("_", "") in ("big5", "big5hkscs"):
        encodings = ("utf-8-sig", "big5hkscs")
    first = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            first = max(first, error.start)
            continue
        found = _CONTROL.search(text)
        if found:
            what = f"control character U+{ord(found[0]):04X} at {found.start()}: these bytes are no text"
            raise DocumentError(what, where=where, hint="give the report as .html, .docx, .pdf or plain text (.txt)")
        return text
    hint = "save the file as UTF-8; where only a part of it is garbled, paste that part once more"
    raise DocumentError(f"neither UTF-8 nor GB 18030: byte {first} is of neither", where=where, hint=hint)


def wide(data: bytes) -> str:
    """The codec of a text in UTF-16, "" for any other: by its mark, or, saved without one, by the order in which
    nearly all of it is ASCII or Chinese.

    >>> wide("依法行政\\n".encode("utf-16-be")), wide("依法行政\\n".encode())
    ('utf-16-be', '')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = data[:_HEAD]
    if b"\x00" not in head:  # as a line end has in UTF-16, and no text of another encoding
        return ""
    read = {order: head.decode(order, "ignore") for order in ("utf-16-le", "utf-16-be")}
    return next((order for order, text in read.items() if len(_USUAL.findall(text)) > 0.9 * len(text)), "")


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical text with the steps that lead back to the text as given."""

    text: str
    steps: tuple[Step, ...]

    def given(self, offset: int) -> int:
        """The offset in the text as given of an offset in the canonical text."""
        start, raw = self.steps[max(0, bisect_right(self.steps, (offset, 1 << 62)) - 1)]
        return raw + offset - start


def canonical(given: str) -> Canonical:
    """NFC and \\n, and nothing else: no mark is changed, no space squeezed. Offsets are kept while cleaning.

    >>> canonical("一、\\r\\n成效").text
    '一、\\n成效'
    >>> canonical("一、\\r\\n成效").given(3)
    4
    """
    if "\r" not in given and unicodedata.is_normalized("NFC", given):
        return Canonical(given, ((0, 0),))
    parts: list[str] = []
    steps: list[Step] = [(0, 0)]
    length = end = 0
    for found in _BOUNDARY.finditer(given):
        whole = found[0]
        # a combining mark belongs to the letter before it
        start = found.start() - 1 if not whole.startswith("\r") and found.start() > end else found.start()
        new = "\n" if whole.startswith("\r") else unicodedata.normalize("NFC", given[start : found.end()])
        if len(new) == found.end() - start and new == given[start : found.end()]:
            continue
        parts += (given[end:start], new)
        length += start - end + len(new)
        end = found.end()
        steps.append((length, end))
    parts.append(given[end:])
    return Canonical("".join(parts), tuple(steps))
