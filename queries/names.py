"""The names of a release: what areas, bodies, indicators, documents, programmes and codes are called, and what a name means."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from kg.lexicon import table
from kg.store.answer import Row, Store
from queries.divisions import short_names_of
from queries.labels import Label, local_name
from queries.support import support
from queries.wording import words

KINDS: Mapping[str, str] = {
    "Jurisdiction": "area",
    "Body": "body",
    "Indicator": "indicator",
    "Document": "document",
    "Programme": "programme",
    "Report": "report",
}
_BRACKETS = str.maketrans("（）〔〕［］，：；“”‘’", "()[][],:;\"\"''")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing of the release that a slot can hold."""

    iri: str
    kind: str
    """area, body, indicator, document, programme, report or code."""
    label: Label
    area: str | None = None
    names: tuple[str, ...] = ()
    scheme: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Every thing by every name, in the plain form of `plain`. Equal only to itself: a key of caches."""

    release: str
    things: Mapping[str, Named]
    by_name: Mapping[str, tuple[Named, ...]] = field(repr=False)
    by_kind: Mapping[str, tuple[Named, ...]] = field(repr=False)
    years: tuple[int, ...] = ()
    """Years that reports speak of, oldest first."""
    longest: int = 0
    """Characters of the longest name."""

    def called(self, name: str, kind: str | None = None) -> tuple[Named, ...]:
        """The things of a kind that bear exactly this name."""
        return tuple(thing for thing in self.by_name.get(plain(name), ()) if kind in (None, thing.kind))

    def holding(self, name: str, kind: str) -> tuple[Named, ...]:
        """The one thing of a kind whose name holds this one (调处成功率 in 矛盾纠纷调处成功率); nothing where there are several."""
        part = plain(name)
        if len(part) < 3:
            return ()
        found = {t.iri: t for text, things in self.by_name.items() if part in text for t in things if t.kind == kind}
        return tuple(found.values()) if len(found) == 1 else ()

    def ending(self, name: str, kind: str) -> tuple[Named, ...]:
        """The things of a kind with a name that ends so: 调处成功率 for 矛盾纠纷调处成功率."""
        end = plain(name)
        found = {
            thing.iri: thing
            for text, things in self.by_name.items()
            if len(end) >= 3 and text.endswith(end)
            for thing in things
            if thing.kind == kind
        }
        return tuple(found.values())

    def near(self, name: str, kind: str, limit: int = 3) -> tuple[Named, ...]:
        """Things of a kind with a name like this one. They are proposed, never taken silently."""
        from rapidfuzz import fuzz, process

        names = [text for text, things in self.by_name.items() if any(thing.kind == kind for thing in things)]
        found: dict[str, Named] = {}
        for text, *_ in process.extract(plain(name), names, scorer=fuzz.WRatio, limit=limit * 2, score_cutoff=50):
            for thing in self.by_name[text]:
                if thing.kind == kind:
                    found.setdefault(thing.iri, thing)
        return tuple(found.values())[:limit]

    def of_kind(self, kind: str) -> tuple[Named, ...]:
        """All things of a kind."""
        return self.by_kind.get(kind, ())


def plain(name: str) -> str:
    """A name for comparison: NFKC, one form of brackets and quotes, no spaces and title marks, small letters.

    >>> plain("《法治政府建设实施纲要（2021—2025年）》"), plain(" 县 司法局")
    ('法治政府建设实施纲要(2021-2025年)', '县司法局')
    """
    text = simplified(unicodedata.normalize("NFKC", name).translate(_BRACKETS))
    return re.sub(r"[\s《》〈〉]+", "", text).replace("—", "-").replace("–", "-").casefold()


def simplified(text: str) -> str:
    """A text with traditional characters as the simplified ones that are read for them.

    >>> simplified("寧海縣行政複議")
    '宁海县行政复议'
    """
    return text if text.isascii() else text.translate(_traditional())


@cache
def _traditional() -> Mapping[int, str]:
    return {ord(old): new for old, new in table("traditional", "traditional", "simplified")}


def names(store: Store) -> Names:
    """All names of the store's release, read once for each release."""
    return _read(_Keyed(store))


class _Keyed:
    """A store as a key of the cache: equal when the release is."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.key = (store.release, id(type(store)))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.key == self.key


@lru_cache(maxsize=2)
def _read(keyed: _Keyed) -> Names:
    store = keyed.store
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows(support("names")):
        rows[row["iri"].value].append(row)
    things = {iri: _named(iri, found) for iri, found in sorted(rows.items())}
    areas = {iri: thing.names for iri, thing in things.items() if thing.kind == "area"}
    things = {iri: _with_short_names(thing, areas.get(thing.area or "", ())) for iri, thing in things.items()}
    things |= {thing.iri: thing for thing in _codes(store.rows(support("codes")))}
    by_name: dict[str, dict[str, Named]] = defaultdict(dict)
    for thing in things.values():
        for name in thing.names:
            by_name[plain(name)][thing.iri] = thing
    by_kind: dict[str, list[Named]] = defaultdict(list)
    for thing in things.values():
        by_kind[thing.kind].append(thing)
    years = {int(row["year"].value) for row in store.rows(support("years"))}
    return Names(
        release=store.release,
        things=things,
        by_name={name: tuple(found.values()) for name, found in by_name.items() if name},
        by_kind={kind: tuple(found) for kind, found in by_kind.items()},
        years=tuple(sorted(years)),
        longest=min(max(map(len, by_name), default=0), 60),
    )


def _named(iri: str, rows: list[Row]) -> Named:
    kinds = {KINDS[local_name(row["class"].value)] for row in rows}
    # A report is a document too; it is asked for as a report.
    kind = "report" if "report" in kinds else min(kinds)
    label = _label((row["label"].value, row["label"].language or "") for row in rows)
    found = {row[key].value for row in rows for key in ("label", "name") if key in row}
    if kind == "area":
        found |= {short for name in found for short in short_names_of(name)}
    if kind == "programme":
        found |= {name.strip("“”\"'") for name in found}
    area = next((row["area"].value for row in rows if "area" in row), None)
    return Named(iri=iri, kind=kind, label=label, area=area, names=tuple(sorted(found)))


def _with_short_names(thing: Named, area_names: tuple[str, ...]) -> Named:
    """A body also by its name without its area, and as people call it: 司法局 and 县司法局, 市监局 for 市场监督管理局."""
    if thing.kind != "body":
        return thing
    spoken = {
        name.removesuffix(end) + short for name in thing.names for end, short in short_names() if name.endswith(end)
    }
    thing = replace(thing, names=(*thing.names, *spoken))
    prefixes = (*sorted(area_names, key=len, reverse=True), *words("level_prefixes"))
    short = {name.removeprefix(prefix) for name in thing.names for prefix in prefixes if name.startswith(prefix)}
    return replace(thing, names=tuple(sorted({*thing.names, *(name for name in short if len(name) >= 3)})))


@cache
def short_names() -> tuple[tuple[str, str], ...]:
    """(end of a body's name, what people say for it) pairs: 人力资源和社会保障局 is 人社局."""
    lines = Path(__file__).with_name("short_names.tsv").read_text("utf-8").splitlines()[1:]
    return tuple((name, short) for name, _, short in (line.partition("\t") for line in lines))


def _codes(rows: Iterable[Row]) -> list[Named]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["iri"].value].append(row)
    return [
        Named(
            iri=iri,
            kind="code",
            label=_label((row["label"].value, row["label"].language or "") for row in several),
            names=tuple(
                sorted(
                    {
                        local_name(iri),
                        *(row[key].value for row in several for key in ("label", "notation") if key in row),
                    }
                )
            ),
            scheme=local_name(several[0]["scheme"].value),
        )
        for iri, several in sorted(found.items())
    ]


def _label(texts: Iterable[tuple[str, str]]) -> Label:
    kept: dict[str, str] = {}
    for text, language in texts:
        key = language[:2]
        kept[key] = min(kept.get(key, text), text)
    chinese = kept.get("zh") or kept.get("en") or kept.get("", "")
    return Label(zh=chinese, en=kept.get("en") or kept.get("zh") or kept.get("", ""))
