"""What a query may ask for, decided on its tokens before the engine sees it. A courtesy: the evaluator is the guard."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg.store.answer import AnswerKind, QueryRefusedError
from kg.store.pattern import Pattern

DEPTH, PATTERNS, EACH, BYTES = 50, 150, 200, 65_536
KEPT = 4096  # bytes of a query whose shape is kept
TOKEN = re.compile(
    r"""(?:\s+|\#[^\r\n]*
        |'''(?:'{0,2}(?:[^'\\]|\\.))*'''|\"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\"
        |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*"
        |<[^<>"{}|^`\x00-\x20]*>|[?$@]\w[\w-]*|_:[\w.-]+)*+
    (?:(?P<name>[\w-]*(?:\.[\w-]+)*:(?:[\w:.%\u00b7-]|\\.)*(?<!\.)|\d[\d.eE]*|\w+)
    |(?P<open>[({\[]|<<\(?)|(?P<close>\)?>>|[)}\]])
    |(?P<op>\|\||&&|\^\^|[!<>]?=|[-+*/|^!<>?])|(?P<end>[.;,])|(?P<escape>\\[uU])|(?P<other>.)|\Z)""",
    re.X | re.S,
)
"""What counts: names, brackets and signs. What stands before it is space, comments, strings, IRIs, variables, blank nodes."""
_TERM = r"[?$]\w+|<[^<>\"{}|^`\\\x00-\x20]*>|[A-Za-z][\w-]*:[A-Za-z_][\w-]*"
ONE_PATTERN = re.compile(
    rf"""\s*(?:PREFIX\s+[A-Za-z][\w-]*:\s*<[^<>\s\\]*>\s*)*SELECT\s+(\*|(?:[?$]\w+\s+)*[?$]\w+)\s+(?:WHERE\s*)?
    \{{\s*({_TERM})\s+(a|{_TERM})\s+({_TERM})\s*\.?\s*\}}\s*(?:LIMIT\s+([0-9]{{1,9}})\s*)?(?:\#[^\r\n]*\s*)?""",
    re.X | re.I,
)
NUMBER = re.compile("[0-9]+")
WORDS = {"union", "filter", "bind", "as", "optional", "minus", "exists", "graph", "values", "prefix", "select"}
FORMS: dict[str, AnswerKind] = {"select": "solutions", "ask": "boolean", "construct": "graph", "describe": "graph"}
VOLATILE = {"rand", "uuid", "struuid", "now", "bnode"}


class Checked(NamedTuple):
    """A query that may run: its text (a SELECT with a LIMIT), what it gives, and whether the same text gives the same."""

    text: str
    kind: AnswerKind | None
    capped: bool
    """Whether the LIMIT is ours: an answer that reaches it is partial."""
    volatile: bool
    given: str
    """The query as it was asked."""
    short: bool = False
    """Whether it is one triple pattern: each row is one step in an index, so that its cost is that of its answer."""
    pattern: Pattern | None = None
    """That pattern, where its variables are named."""


def one_pattern(text: str, rows: int) -> Checked | None:
    """The query as it may run, where it is a SELECT of one triple pattern, its variables all different; None for others.

    >>> one_pattern("SELECT ?c { <http://e/s> a ?c }", 10).text
    'SELECT ?c { <http://e/s> a ?c }\\nLIMIT 11\\n'
    >>> [one_pattern(f"SELECT * {{ {p} }}", 10) for p in ("?s <http://e/p> ?s", "?s ?p ?o . ?o ?q ?r", "SERVICE:x ?p ?o")]
    [None, None, None]
    """
    found = ONE_PATTERN.fullmatch(text)
    if found is None:
        return None
    chosen, one, two, three, limit = found.groups()
    terms, lower = (one, two, three), text.lower()
    names = [term[1:] for term in terms if term[0] in "?$"]
    if len(names) != len(set(names)) or "service" in lower or "load" in lower:
        return None
    pattern = None
    if chosen != "*" and (text.isascii() or all(part[0] == "<" or part.isascii() for part in (chosen, *terms))):
        variables = [name[1:] for name in chosen.split()]
        most = rows + 1 if limit is None else min(int(limit), rows + 1)
        if len(set(variables)) == len(variables):
            pattern = Pattern(variables, terms, text[: found.start(2)], most)
    if limit is None:
        return Checked(f"{text}\nLIMIT {rows + 1}\n", "solutions", True, False, text, True, pattern)
    if int(limit) <= rows:
        return Checked(text, "solutions", False, False, text, True, pattern)
    capped = f"{text[: found.start(5)]}{rows + 1}{text[found.end(5) :]}"
    return Checked(capped, "solutions", True, False, text, True, pattern)


def check(text: str, rows: int, *, most_bytes: int = BYTES, static: bool = True) -> Checked:
    """The query as it may run; a SELECT gets at most `rows` + 1 solutions, so that a cut is seen.

    >>> check("SELECT * { ?s ?p ?o }", 10).text
    'SELECT * { ?s ?p ?o }\\nLIMIT 11\\n'
    >>> check("SELECT * { ?s ?p ?o } LIMIT 5", 10).capped
    False
    >>> check("SELECT * { SERVICE<http://e/>{?s ?p ?o} }", 10)
    Traceback (most recent call last):
    ...
    kg.store.answer.QueryRefusedError: SERVICE and LOAD are not offered, nor prefixes with such names

    Raises QueryRefusedError, which says the limit and the measure. With `static` off only the row cap is applied and
    calls to other services are refused; the evaluator alone guards then.
    """
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > most_bytes:
        raise QueryRefusedError("the query is too long, in bytes", limit=most_bytes, measured=len(data))
    if short := one_pattern(text, rows):
        return short
    shape = (_shape if len(data) <= KEPT else _shape.__wrapped__)(data.translate(_ALIKE), static)
    if shape.form != "select":
        return Checked(text, FORMS.get(shape.form), False, shape.volatile, text)
    start, end = shape.limit
    if end:
        asked = text[start:end]
        if not NUMBER.fullmatch(asked) or int(asked.lstrip("0")[:10] or 0) <= rows:
            return Checked(text, "solutions", False, shape.volatile, text)
        capped = f"{text[:start]}{rows + 1}{text[end:]}"
    else:
        capped = f"{text[: shape.tail]}\nLIMIT {rows + 1}\n{text[shape.tail :]}"
    return Checked(capped, "solutions", True, shape.volatile, text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tokens of a query say, whatever its numbers are."""

    form: str
    volatile: bool
    limit: tuple[int, int]
    """Where the operand of the last LIMIT stands that is outside of all brackets; (0, 0) where there is none."""
    tail: int
    """Where a LIMIT may be put in."""


def read_shape(text: str, static: bool) -> Shape:
    """The shape of a query within the static limits. Raises QueryRefusedError."""
    stack: list[str] = []
    counts: Counter[str] = Counter()
    form, volatile, limit = "", False, (0, 0)
    tail, deepest = len(text), 0
    after_limit = False
    for found in TOKEN.finditer(text):
        kind = found.lastgroup
        if kind is None:  # the end
            break
        token = found[kind]
        if after_limit:
            limit, after_limit = found.span(kind), False
        if kind == "open":
            stack.append(token)
            deepest = max(deepest, len(stack))
        elif kind == "close" and stack:
            stack.pop()
        elif kind == "end" and (not stack or stack[-1] != "("):
            counts["triple pattern"] += 1
        elif kind == "op":
            counts[token] += 1
        elif kind == "escape":
            raise QueryRefusedError("\\u outside a string or an IRI is not read")
        elif kind == "name":
            word = token.partition(":")[0].lower()
            # The engine also reads SERVICE:x and LOADx:y as a call.
            if "service" in word or word.startswith("load"):
                raise QueryRefusedError("SERVICE and LOAD are not offered, nor prefixes with such names")
            volatile = volatile or word in VOLATILE
            if word in WORDS:
                counts[word] += 1
            if not stack:
                form = form or (word if word in FORMS else "")
                if word == "values":
                    tail = found.start(kind)
                after_limit = word == "limit"
    if static:
        if deepest > DEPTH:
            raise QueryRefusedError("the query is nested too deeply", limit=DEPTH, measured=deepest)
        for what, count in counts.items():
            most = PATTERNS if what == "triple pattern" else EACH
            if count > most:
                raise QueryRefusedError(f"the query has too many: {what}", limit=most, measured=count)
    return Shape(form, volatile, limit, tail)


_ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""Queries that differ in their numbers alone have one shape: programs ask the same with other ids and years."""


@lru_cache(maxsize=256)
def _shape(data: bytes, static: bool) -> Shape:
    return read_shape(data.decode("utf-8", "surrogatepass"), static)
