"""What things of a catalogue have in common: names, licence, keeper, contact, theme, language, place, each said once."""

import pyoxigraph as ox

from kg.graph.namespaces import PREFIXES
from server.config import publisher_types
from server.protocol.describe import LICENCE, A
from server.service import service

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
SKOS = PREFIXES["skos"]
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ADMS = "http://purl.org/adms/"
Node = ox.NamedNode
ATTRIBUTION = Node(ADMS + "licencetype/Attribution")
WKT = Node("http://www.opengis.net/ont/geosparql#wktLiteral")
CHINA = "https://sws.geonames.org/1814991/"
CENTRE, WEST, SOUTH, EAST, NORTH = "POINT(105 35)", 73.557693, 15.775416, 134.773911, 53.56086
"""As GeoNames has them (https://download.geonames.org/export/dump/, CC BY 4.0)."""
Value = ox.NamedNode | ox.Literal


class Catalogued:
    """The triples said so far, and how each thing says what all of them say."""

    def __init__(self, root: str) -> None:
        self._root, here = root, f"{root}/.well-known/void#"
        self.triples: list[ox.Triple] = []
        self._dataset, self._catalogue = Node(f"{here}dataset"), Node(f"{here}catalog")
        self._keeper, self._service = Node(f"{here}keeper"), Node(f"{here}service")
        self._contact, self._period = Node(f"{here}contact"), Node(f"{here}period")
        self._here = here
        self._said: set[Node] = set()

    def say(self, subject: Node, predicate: str, *values: Value) -> None:
        self.triples.extend(ox.Triple(subject, Node(predicate), value) for value in values)

    def _typed(self, iri: str, kind: str, *, scheme: str = "", zh: str = "", en: str = "") -> Node:
        """A thing of another vocabulary, with the class that an application profile looks for."""
        node = Node(iri)
        if node not in self._said:
            self._said.add(node)
            self.say(node, A.value, Node(kind))
            if scheme:
                self.say(node, SKOS + "inScheme", Node(scheme if ":" in scheme else AUTHORITY + scheme))
            if zh:
                self.say(node, SKOS + "prefLabel", *both(zh, en))
        return node

    def _about(self, node: Node, *kinds: str, title: tuple[str, str], about: tuple[str, str]) -> None:
        """What every catalogued thing has: class, title, description, licence."""
        self.say(node, A.value, *(Node(kind) for kind in kinds))
        self.say(node, DCT + "title", *both(*title))
        self.say(node, DCT + "description", *both(*about))
        licence = self._typed(LICENCE, DCT + "LicenseDocument")
        self.say(node, DCT + "license", licence)
        if ATTRIBUTION not in self._said:
            attribution = self._typed(
                ATTRIBUTION.value, SKOS + "Concept", scheme=ADMS + "licencetype/1.0", zh="署名", en="attribution"
            )
            self.say(licence, DCT + "type", attribution)

    def _kept(self, node: Node) -> None:
        """Who keeps it, and whom to ask."""
        self.say(node, DCT + "publisher", self._keeper)
        if contact := service().config.contact:
            self.say(node, DCAT + "contactPoint", self._contact)
            if self._contact not in self._said:
                self._said.add(self._contact)
                kind = "hasEmail" if contact.startswith("mailto:") else "hasURL"
                self.say(self._contact, A.value, Node(VCARD + "Kind"))
                self.say(self._contact, VCARD + kind, Node(contact))

    def keeper(self) -> None:
        """Who runs the site, as far as the settings tell."""
        node, config = self._keeper, service().config
        names = (ox.Literal(config.publisher),) if config.publisher else both("本站运行者", "operator of this site")
        self.say(node, A.value, Node(FOAF + "Agent"))
        self.say(node, FOAF + "name", *names)
        self.say(node, FOAF + "homepage", self._document("/"))
        if kind := config.publisher_type:
            scheme, said = ADMS + "publishertype/1.0", publisher_types()[kind]
            self.say(Node(scheme), A.value, Node(SKOS + "ConceptScheme"))
            self.say(Node(scheme), DCT + "title", ox.Literal("Publisher type", language="en"))
            iri = ADMS + "publishertype/" + kind
            self.say(node, DCT + "type", self._typed(iri, SKOS + "Concept", scheme=scheme, **said))

    def _subject(self, node: Node) -> None:
        """Words and theme under which it is found."""
        self.say(node, DCAT + "keyword", *both("法治政府", "rule of law"), ox.Literal("knowledge graph", language="en"))
        theme, zh, en = AUTHORITY + "data-theme/GOVE", "政府和公共部门", "Government and public sector"
        self.say(node, DCAT + "theme", self._typed(theme, SKOS + "Concept", scheme="data-theme", zh=zh, en=en))

    def _document(self, path: str) -> Node:
        return self._typed(f"{self._root}{path}", FOAF + "Document")

    def _language(self) -> Node:
        return self._typed(AUTHORITY + "language/ZHO", DCT + "LinguisticSystem", scheme="language")

    def _spatial(self) -> Node:
        node = Node(CHINA)
        if node not in self._said:
            corners = ((WEST, NORTH), (EAST, NORTH), (EAST, SOUTH), (WEST, SOUTH), (WEST, NORTH))
            box = ",".join(f"{x} {y}" for x, y in corners)
            self.say(node, DCAT + "bbox", ox.Literal(f"POLYGON(({box}))", datatype=WKT))
            self.say(node, DCAT + "centroid", ox.Literal(CENTRE, datatype=WKT))
        return self._typed(CHINA, DCT + "Location", zh="中国", en="China")


def both(zh: str, en: str) -> tuple[ox.Literal, ox.Literal]:
    """Words in both languages."""
    return ox.Literal(zh, language="zh"), ox.Literal(en, language="en")
