"""The release described for catalogues: VoID with its counts, DCAT 3 with all that DCAT-AP asks for or recommends."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.graph.namespaces import ONTOLOGY, PREFIXES, VOCABULARY
from kg.store.release import Release
from server.export.formats import made_here
from server.export.rdf import DUMPS, PACKINGS, Dump, dump_size
from server.export.tables import tables
from server.protocol.catalogued import AUTHORITY, DCAT, DCT, FOAF, SKOS, Catalogued, Node
from server.protocol.describe import A, public_url
from server.service import service

VOID = "http://rdfs.org/ns/void#"
DCATAP = "http://data.europa.eu/r5r/"
SPDX = "http://spdx.org/rdf/terms#"
XSD = PREFIXES["xsd"]
OWL = PREFIXES["owl"]
MEDIA = "https://www.iana.org/assignments/media-types/"
PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
TABLE_TYPES = {
    "csv": ("text/csv", "CSV"),
    "parquet": ("application/vnd.apache.parquet", "PARQUET"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}
SHA256 = "//spdx.org/rdf/terms#checksumAlgorithm_sha256"
"""SPDX names it by http:, the shapes of DCAT-AP want https:."""


def dataset_description() -> list[ox.Triple]:
    """What the release holds, counted; where it is; under which licence."""
    said = _Description(public_url())
    said.catalogue()
    said.keeper()
    said.dataset()
    said.endpoint()
    if release := service().release:
        said.version(release)
        said.statistics(release.counts)
        for suffix, dump in DUMPS.items():
            said.dump(release, suffix, dump)
        said.tables()
    return said.triples


class _Description(Catalogued):
    """The description, part by part."""

    def catalogue(self) -> None:
        node = self._catalogue
        about = ("本站发布的数据集与服务", "The data sets and services of this site")
        self._about(node, DCAT + "Catalog", title=("数据目录", "Catalogue"), about=about)
        self._kept(node)
        self.say(node, DCT + "language", self._language())
        self.say(node, DCT + "spatial", self._spatial())
        self.say(node, FOAF + "homepage", self._document("/"))
        themes = Node(AUTHORITY + "data-theme")
        self.say(node, DCAT + "themeTaxonomy", themes)
        self.say(themes, A.value, Node(SKOS + "ConceptScheme"))
        self.say(themes, DCT + "title", ox.Literal("Data theme", language="en"))
        self.say(node, DCAT + "dataset", self._dataset)
        self.say(node, DCAT + "service", self._service)

    def dataset(self) -> None:
        node = self._dataset
        title = ("法治政府建设年度报告知识图谱", "Knowledge graph of annual rule-of-law government reports")
        about = (
            "把法治政府建设年度报告读成知识图谱，每一事实附报告原文。",
            "Annual rule-of-law government reports as a knowledge graph; every fact carries the exact words it was read from.",
        )
        self._about(node, VOID + "Dataset", DCAT + "Dataset", title=title, about=about)
        self._kept(node)
        self._subject(node)
        self.say(node, DCT + "language", self._language())
        self.say(node, DCT + "spatial", self._spatial())
        self.say(node, DCT + "identifier", ox.Literal(node.value))
        self.say(
            node, DCT + "conformsTo", self._typed(ONTOLOGY, DCT + "Standard", zh="法治报告词表", en="fazhi vocabulary")
        )
        self.say(node, FOAF + "homepage", self._document("/"))
        self.say(node, DCAT + "landingPage", self._document("/data"))
        self.say(node, VOID + "sparqlEndpoint", Node(f"{self._root}/sparql"))
        self.say(node, VOID + "uriSpace", ox.Literal(service().config.base))
        self.say(node, VOID + "uriLookupEndpoint", Node(f"{self._root}/api/v1/suggest?q="))
        names = (VOCABULARY, *(PREFIXES[name] for name in ("dcterms", "prov", "skos", "rdfs")))
        self.say(node, VOID + "vocabulary", *map(Node, names))
        self.say(node, VOID + "exampleResource", *map(Node, _examples()))
        if period := years():
            self.say(node, DCT + "temporal", self._typed(self._period.value, DCT + "PeriodOfTime"))
            self.say(self._period, DCAT + "startDate", _date(f"{period[0]}-01-01"))
            self.say(self._period, DCAT + "endDate", _date(f"{period[1]}-12-31"))

    def endpoint(self) -> None:
        node, address = self._service, Node(f"{self._root}/sparql")
        about = ("以 SPARQL 1.1 查询全部数据", "All data by SPARQL 1.1")
        self._about(node, DCAT + "DataService", title=("SPARQL 查询服务", "SPARQL endpoint"), about=about)
        self._kept(node)
        self._subject(node)
        self.say(address, A.value, Node(PREFIXES["rdfs"] + "Resource"))
        self.say(node, DCAT + "endpointURL", address)
        self.say(node, DCAT + "endpointDescription", address)
        self.say(node, DCAT + "servesDataset", self._dataset)
        self.say(
            node,
            DCT + "conformsTo",
            self._typed(PROTOCOL, DCT + "Standard", zh="SPARQL 1.1 协议", en="SPARQL 1.1 Protocol"),
        )

    def version(self, release: Release) -> None:
        made = ox.Literal(str(release.manifest["made"]), datatype=Node(XSD + "dateTime"))
        self.say(self._dataset, DCT + "modified", made)
        self.say(self._dataset, DCT + "issued", made)
        self.say(self._catalogue, DCT + "modified", made)
        self.say(self._catalogue, DCT + "issued", made)
        self.say(self._dataset, DCAT + "version", ox.Literal(release.id))
        self.say(self._dataset, OWL + "versionInfo", ox.Literal(release.id))
        if before := release.manifest["previous"]:
            self.say(self._dataset, DCAT + "previousVersion", Node(f"{self._root}/data/releases/{before}"))

    def statistics(self, counts: Mapping[str, Any]) -> None:
        """Triples, classes and properties, as they were counted when the release was made."""
        self.say(self._dataset, VOID + "triples", ox.Literal(counts["quads"]))
        for kind, partition, name in (
            ("classes", "classPartition", "class"),
            ("properties", "propertyPartition", "property"),
        ):
            self.say(self._dataset, VOID + kind, ox.Literal(len(counts[kind])))
            for iri, count in counts[kind].items():
                node = Node(f"{self._here}{name}-{hashlib.sha256(iri.encode()).hexdigest()[:12]}")
                self.say(self._dataset, VOID + partition, node)
                self.say(node, A.value, Node(VOID + "Dataset"))
                self.say(node, VOID + name, Node(iri))
                self.say(node, VOID + ("entities" if kind == "classes" else "triples"), ox.Literal(count))

    def dump(self, release: Release, suffix: str, dump: Dump) -> None:
        about = (f"全部数据，{dump.name}", f"All data, {dump.name}")
        node = self._distribution(f"/data/dump.{suffix}", about, dump.media_type, dump.form.file_type)
        self.say(self._dataset, VOID + "dataDump", node)
        packing = MEDIA + PACKINGS[dump.packing]
        self.say(node, DCAT + "compressFormat", self._typed(packing, DCT + "MediaType"))
        if size := dump_size(release, suffix):
            self.say(node, DCAT + "byteSize", ox.Literal(str(size[0]), datatype=Node(XSD + "nonNegativeInteger")))
            checksum = Node(f"{node.value}#checksum")
            self.say(node, SPDX + "checksum", checksum)
            self.say(checksum, A.value, Node(SPDX + "Checksum"))
            algorithm = self._typed(f"https:{SHA256}", SPDX + "ChecksumAlgorithm")
            self.say(algorithm, OWL + "sameAs", Node(f"http:{SHA256}"))
            self.say(checksum, SPDX + "algorithm", algorithm)
            self.say(checksum, SPDX + "checksumValue", ox.Literal(size[1], datatype=Node(XSD + "hexBinary")))

    def tables(self) -> None:
        """The tables by class, in each of the forms that this installation can make."""
        for table in tables().values():
            for form, (media, kind) in ((form, said) for form, said in TABLE_TYPES.items() if made_here(form)):
                about = (f"{table.zh}表，{form.upper()}", f"Table of {table.en}, {form.upper()}")
                self._distribution(f"/data/tables/{table.name}.{form}", about, media, kind)

    def _distribution(self, path: str, about: tuple[str, str], media: str, file_type: str) -> Node:
        node = Node(self._root + path)
        self.say(self._dataset, DCAT + "distribution", node)
        self._about(node, DCAT + "Distribution", title=about, about=about)
        self.say(node, DCAT + "downloadURL", node)
        self.say(node, DCAT + "accessURL", Node(f"{self._root}/data"))
        self.say(node, DCAT + "mediaType", self._typed(MEDIA + media, DCT + "MediaType"))
        file_type_node = self._typed(f"{AUTHORITY}file-type/{file_type}", DCT + "MediaTypeOrExtent", scheme="file-type")
        self.say(node, DCT + "format", file_type_node)
        available = self._typed(
            AUTHORITY + "planned-availability/AVAILABLE",
            SKOS + "Concept",
            scheme="planned-availability",
            zh="可用",
            en="available",
        )
        self.say(node, DCATAP + "availability", available)
        return node


_YEARS = f"SELECT DISTINCT ?y {{ ?r a <{VOCABULARY}Report> ; <{VOCABULARY}periodYear> ?y }}"


def years() -> tuple[int, int] | None:
    """The first and the last year that is reported on."""
    found = [int(row["y"].value) for row in service().store.rows(_YEARS) if "y" in row and row["y"].value.isdigit()]
    return (min(found), max(found)) if found else None


def _examples() -> list[str]:
    """A few IRIs of the release to begin with: a report, a body, an indicator."""
    found = []
    for name in ("Report", "Organization", "Indicator"):
        query = f"SELECT (MIN(?thing) AS ?first) {{ ?thing a <{VOCABULARY}{name}> }}"
        found += [row["first"].value for row in service().store.rows(query) if "first" in row]
    return found


def _date(day: str) -> ox.Literal:
    return ox.Literal(day, datatype=Node(XSD + "date"))
