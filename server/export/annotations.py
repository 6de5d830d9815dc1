"""A release as W3C Web Annotations: which words of a report name which thing, and which state which fact.

The same as ontology/views/oa.rq gives, in the form that annotation tools read.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

import pyoxigraph as ox

from kg.graph.namespaces import VOCABULARY
from kg.store.release import Release

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
WANTED = ("mentionOf", "statedIn", "inReport", "hasText", "beginOffset", "endOffset", "quote")
Said = Mapping[str, Mapping[str, str]]
"""Property → thing → value."""


def write_annotations(
    release: Release, reports: Iterable[str], quads: Callable[[Release, str], Iterable[ox.Quad]], out: IO[bytes]
) -> None:
    """An annotation collection of one page."""
    out.write(b'{"@context": ' + _json(CONTEXT) + b', "type": "AnnotationCollection", ')
    out.write(b'"label": ' + _json(f"fazhi {release.id}") + b', "rights": ' + _json(LICENCE))
    out.write(b', "first": {"type": "AnnotationPage", "startIndex": 0, "items": [')
    total = 0
    for report in reports:
        for item in annotations(_said(quads(release, report))):
            out.write((b",\n" if total else b"\n") + _json(item))
            total += 1
    out.write(b'\n]}, "total": ' + _json(total) + b"}\n")


def annotations(said: Said) -> Iterator[Mapping[str, Any]]:
    """One annotation for each mention of a thing and for each statement, with position and words."""
    whole = {*said["quote"]} & {*said["beginOffset"]} & {*said["endOffset"]} & {*said["inReport"]}
    for span, thing in sorted(said["mentionOf"].items()):
        if span in whole:
            yield _annotation(span, "identifying", thing, span, said)
    for statement, span in sorted(said["statedIn"].items()):
        if span in whole:
            yield _annotation(statement, "describing", statement, span, said)


def _annotation(name: str, why: str, body: str, span: str, said: Said) -> Mapping[str, Any]:
    return {
        "id": f"{name}#annotation",
        "type": "Annotation",
        "motivation": why,
        "body": body,
        "target": {
            "id": f"{span}#target",
            "type": "SpecificResource",
            "source": said["hasText"][said["inReport"][span]],
            "selector": [
                {
                    "id": f"{span}#position",
                    "type": "TextPositionSelector",
                    "start": int(said["beginOffset"][span]),
                    "end": int(said["endOffset"][span]),
                },
                {"id": f"{span}#quote", "type": "TextQuoteSelector", "exact": said["quote"][span]},
            ],
        },
    }


def _said(quads: Iterable[ox.Quad]) -> Said:
    names = {VOCABULARY + name: name for name in WANTED}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in quads:
        if name := names.get(quad.predicate.value):
            found[name][quad.subject.value] = quad.object.value  # type: ignore[union-attr]
    return {name: found[name] for name in WANTED}


def _json(given: object) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()
