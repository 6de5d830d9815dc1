"""Audit over years and places: a former value against last year's report, and text that was copied."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kg.graph.audit_figures import half_unit, plain
from kg.graph.digest import Counted, Digest, Stated
from kg.graph.finding import Finding, Quote
from kg.graph.shingles import plain as without_figures
from kg.graph.shingles import shingles

LIKE = 0.85
"""Share of common shingles from which two sentences count as one text with changes."""
MOST = 40
"""Copied sentences told of one pair of reports; the number of all stands in each finding."""
_COMMON = 8
"""A sampled shingle of more sentences than this is a turn of phrase that all reports use, and ties nobody together."""


def audit_years(digests: Iterable[Digest]) -> tuple[Finding, ...]:
    """Findings over several reports, in order of the reports."""
    ordered = sorted(digests, key=lambda digest: digest.report)
    return (*_former_values(ordered), *_copies(ordered))


def _by_year(digests: Sequence[Digest]) -> Iterator[tuple[Digest, Digest]]:
    """(earlier, later) for each two reports of one issuer in following years."""
    years: dict[str, dict[int, Digest]] = defaultdict(dict)
    for digest in digests:
        if digest.year:
            years[digest.series].setdefault(digest.year, digest)
    for found in years.values():
        for year in sorted(found):
            if year + 1 in found:
                yield found[year], found[year + 1]


def _former_values(digests: Sequence[Digest]) -> Iterator[Finding]:
    """What a report calls the former value is what the report of the year before printed."""
    for earlier, later in _by_year(digests):
        known: dict[tuple[str, str], list[Counted]] = defaultdict(list)
        for figure in earlier.figures:
            if figure.year == earlier.year and figure.qualifier == "exact" and not figure.target:
                known[figure.indicator, figure.unit].append(figure)
        for figure in later.figures:
            before = known.get((figure.indicator, figure.unit), [])
            if figure.former_value is None or len(before) != 1:
                continue
            gap = abs(figure.former_value - before[0].value)
            if gap > half_unit(figure.quote) + half_unit(before[0].quote):
                yield _changed(earlier, later, figure, before[0], figure.former_value)


def _changed(earlier: Digest, later: Digest, figure: Counted, before: Counted, former: Decimal) -> Finding:
    return Finding(
        severity="warning",
        rule="audit.former-value",
        report=later.report,
        focus=figure.iri,
        message_zh=f"“{figure.indicator}”的上年值写作 {plain(former)}，上年报告为 {before.quote}",
        message_en=f"“{figure.indicator}”: {plain(former)} is given for last year, whose report prints {before.quote}",
        evidence=(
            Quote(quote=figure.quote, span=figure.span, report=later.report, node=figure.sentence),
            Quote(quote=before.quote, span=before.span, report=earlier.report, node=before.sentence),
        ),
        value=before.quote,
    )


def _copies(digests: Sequence[Digest]) -> Iterator[Finding]:
    """Sentences that two reports have in common but for figures and places: one finding for each sentence.

    It is about the later report; of two of one year, the later by address.
    """
    rows = [
        (digest.report, stated, codes)
        for digest in sorted(digests, key=lambda digest: (digest.year or 0, digest.report))
        for known in [dict(digest.samples)]
        for stated in _sentences(digest)
        if (codes := known.get(stated.sentence, ()))
    ]
    # two passes: a shingle that many reports have is a formula, and must not tie the first of them together
    seen: Counter[int] = Counter()
    for _, _, codes in rows:
        seen.update(codes)
    index: dict[int, list[int]] = defaultdict(list)
    pairs: dict[tuple[str, str], list[tuple[Stated, Stated]]] = defaultdict(list)
    for number, (report, stated, codes) in enumerate(rows):
        rare = [code for code in codes if 1 < seen[code] <= _COMMON]
        for place in sorted({place for code in rare for place in index[code]}):
            other, before, _ = rows[place]
            if other != report and _shared(stated.quote, before.quote) >= LIKE:
                pairs[other, report].append((before, stated))
        for code in rare:
            index[code].append(number)
    for (first, second), found in sorted(pairs.items()):
        yield from _copied(first, second, found)


def _shared(one: str, other: str) -> float:
    """Share of common shingles of two sentences."""
    first, second = (shingles(without_figures(quote)) for quote in (one, other))
    return len(first & second) / len(first | second)


def _sentences(digest: Digest) -> list[Stated]:
    """Each sentence once, whatever number of statements it makes."""
    return list({stated.sentence: stated for stated in digest.statements}.values())


def _copied(first: str, second: str, found: list[tuple[Stated, Stated]]) -> Iterator[Finding]:
    """One finding for each sentence, so that the two stand side by side."""
    for before, after in found[:MOST]:
        yield Finding(
            severity="info",
            rule="audit.copied",
            report=second,
            focus=after.sentence,
            message_zh=f"除数字和地名外，与另一份报告的句子几乎相同（两份报告共有 {len(found)} 句如此）",
            message_en=f"but for figures and places almost a sentence of another report ({len(found)} such in the two)",
            evidence=(
                Quote(quote=after.quote, span=after.span, report=second, node=after.sentence),
                Quote(quote=before.quote, span=before.span, report=first, node=before.sentence),
            ),
            value=str(len(found)),
        )
