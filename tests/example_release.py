"""A small release for tests of the serving side: the vocabulary's example reports, with the rules run, in their named graphs."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pyoxigraph as ox

import ontology
from kg.graph.again import again, said
from kg.graph.namespaces import DEFAULT_BASE, ONTOLOGY, VOCABULARY, graph_base
from kg.graph.prevalence import Heard, prevalence, told
from kg.store.release import Release, publish, read_release

GRAPHS = graph_base(DEFAULT_BASE)
KINDS = {
    "area": "areas",
    "body": "bodies",
    "document": "documents",
    "indicator": "indicators",
    "programme": "programmes",
}


def home(subject: str, report: str) -> str:
    """The graph in which a subject's asserted triples live."""
    local = subject.removeprefix(DEFAULT_BASE)
    kind = local.split("/", 1)[0]
    if subject.startswith((ONTOLOGY, VOCABULARY)):
        return ONTOLOGY
    if local != subject and kind in KINDS:
        return f"{GRAPHS}registry/{KINDS[kind]}"
    if subject.startswith(GRAPHS) or kind == "run":
        return f"{GRAPHS}provenance"
    return f"{GRAPHS}report/{report}"


def counted(asserted: dict[ox.Triple, str]) -> list[ox.Triple]:
    """What a build counts over the two reports, and links between them."""
    reports = {
        year: [(str(t.subject), str(t.predicate), str(t.object)) for t, graph in asserted.items() if graph.endswith(year)]
        for year in ("2021", "2022")
    }  # fmt: skip
    names = {year: f"{DEFAULT_BASE}report/330226/{year}" for year in reports}
    heard = [Heard(names[year], "330226", int(year), told(triples)) for year, triples in reports.items()]
    links = again(said(reports["2021"]), said(reports["2022"]), names["2021"], names["2022"], missing=())
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in (*prevalence(heard, base=DEFAULT_BASE), *links))
    return [quad.triple for quad in ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)]


@cache
def example_quads() -> bytes:
    """N-Quads of both examples, the vocabulary and what the rules add."""
    asserted: dict[ox.Triple, str] = {}
    for path in ontology.files("examples"):
        report = "330226/2022" if "2022" in path.name else "330226/2021"
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            asserted.setdefault(quad.triple, home(quad.subject.value, report))
    for quad in ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE):
        asserted.setdefault(quad.triple, ONTOLOGY)
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in asserted)
    derived: dict[ox.Triple, str] = {}
    for rule in ontology.files("rules"):
        for triple in list(store.query(rule.read_text("utf-8"))):
            if triple not in asserted and triple not in derived:
                graph = home(triple.subject.value, "330226/2022" if "/2022/" in triple.subject.value else "330226/2021")
                derived[triple] = f"{GRAPHS}registry/derived" if "/registry/" in graph else f"{graph}/derived"
                store.add(ox.Quad(*triple))
    for triple in counted(asserted):
        derived[triple] = f"{GRAPHS}links"
    return b"".join(
        ox.serialize([ox.Quad(*triple, ox.NamedNode(graph))], format=ox.RdfFormat.N_QUADS)
        for triple, graph in [*asserted.items(), *derived.items()]
    )


def publish_examples(data: Path) -> Release:
    """Publish the examples in the data folder `data`."""
    return publish(data, [example_quads()], manifest={"reports": ["330226/2021", "330226/2022"]})


@cache
def _published() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="fazhi-examples-")
    publish_examples(Path(folder.name))
    return folder


def example_release(data: Path) -> Release:
    """The examples as the release of the data folder `data`, which has none yet: a copy takes a tenth of the time."""
    assert not (data / "current").is_symlink(), "publish_examples(data) publishes them once more"
    shutil.copytree(_published().name, data, symlinks=True, dirs_exist_ok=True)
    return read_release(data)
