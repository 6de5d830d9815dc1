"""数据 and 帮助: what may be taken away and under which terms; how to read the answers and how far to trust them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _

from kg.graph.namespaces import VOCABULARY
from kg.store.release import releases
from server.export.formats import made_here
from server.export.rdf import DUMPS, FORMATS, PACKINGS
from server.export.tables import tables
from server.i18n import language
from server.pages.cite import citation
from server.pages.quality import quality
from server.protocol.dataset import years
from server.protocol.describe import LICENCE, public_url
from server.service import service

blueprint = Blueprint("pages", __name__)


def class_counts() -> Mapping[str, int]:
    """How many things of each of our classes the release holds, by local name; empty for a foreign store.

    Reports are documents, too; among the documents that reports speak of they are not counted.
    """
    release = getattr(service(), "release", None)
    held: Mapping[str, int] = release.counts.get("classes", {}) if release else {}
    counts = {iri.removeprefix(VOCABULARY): n for iri, n in held.items() if iri.startswith(VOCABULARY)}
    return {**counts, "Document": counts.get("Document", 0) - counts.get("Report", 0)}


@blueprint.get("/data")
def data() -> str:
    """The dumps, the tables, the releases, what was counted, how to cite."""
    release = service().release
    manifest: Mapping[str, Any] = release.manifest if release else {}
    made = manifest.get("made")
    address = f"{public_url()}/data"
    site = _("法治政府报告图谱")
    return render_template(
        "data.html",
        manifest=manifest,
        made=format_datetime(datetime.fromisoformat(made), "yyyy-MM-dd HH:mm") + " UTC" if made else "",
        counts=_named_counts(),
        dumps=_dumps() if release else [],
        parquet=made_here("parquet"),
        tables=[(one.name, one.zh if language() == "zh" else one.en) for one in tables().values()] if release else [],
        files=_files() if release else [],
        one_report=_one_report(),
        releases=_releases(),
        licence=LICENCE,
        citation=citation(site, address, service().release_id, made=service().made),
        described=_described(address, manifest),
    )


def _files() -> list[tuple[str, str]]:
    found = [
        ("fazhi.xlsx", _("Excel 工作簿：各表一页，附说明")),
        ("fazhi.graphml", _("机构关系网络，供 Gephi、igraph、Cytoscape")),
        ("fazhi.gexf", _("同上，供 Gephi")),
        ("fazhi.zip", _("归档包（RO-Crate）：全部表格、整库文件与说明")),
    ]
    return [(name, about) for name, about in found if made_here(name.rpartition(".")[2])]


def _releases() -> list[tuple[str, str]]:
    """The releases that are kept, newest first, with their time."""
    folder = service().config.data
    if folder is None:
        return []
    found = [(release.id, str(release.manifest.get("made", ""))[:16].replace("T", " ")) for release in releases(folder)]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def _described(address: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The data set in the words of schema.org, for catalogues that read pages."""
    period = years()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("法治政府报告图谱"),
        "description": _("把法治政府建设年度报告读成知识图谱，用中文提问，每个答案都附报告原文。"),
        "url": address,
        "version": service().release_id,
        "dateModified": str(manifest.get("made", ""))[:10],
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "zh",
        "keywords": ["法治政府", "法治政府建设年度报告", "rule of law", "knowledge graph"],
        "spatialCoverage": {"@type": "Place", "name": "中国 China", "sameAs": "https://sws.geonames.org/1814991/"},
        **({"temporalCoverage": "/".join(map(str, period))} if period else {}),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": dump.media_type, "contentUrl": f"{address}/dump.{suffix}"}
            for suffix, dump in DUMPS.items()
        ]
        + [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{address}/tables/{name}.csv"}
            for name in tables()
        ],
    }


def _dumps() -> list[dict[str, Any]]:
    uses = {
        "nq": _("带命名图的全部数据，装入任何三元组库"),
        "trig": _("同上，便于人读"),
        "ttl": _("不分图的全部数据，便于人读"),
        "nt": _("逐行处理"),
        "jsonld": _("网页与脚本"),
        "rdfxml": _("只读 RDF/XML 的旧工具"),
        "annotations": _("原文标注（W3C Web Annotation）：哪些字写的是哪个事物、哪个事实"),
    }
    return [
        {
            "files": [f"dump.{form.suffix}.{packing}" for packing in PACKINGS],
            "format": form.name,
            "use": uses[key],
        }
        for key, form in FORMATS.items()
    ]


def _named_counts() -> list[tuple[str, int]]:
    counts = class_counts()
    names = (
        ("Report", _("报告")),
        ("Sentence", _("句子")),
        ("Statement", _("陈述（目标、举措、成效、问题、数值、荣誉、计划）")),
        ("Action", _("动作")),
        ("Involvement", _("机构参与")),
        ("Figure", _("数值")),
        ("PlannedMeasure", _("计划事项")),
        ("FulfilmentLink", _("计划与落实的对照")),
        ("Honour", _("荣誉")),
        ("Body", _("机构")),
        ("Indicator", _("指标")),
        ("Document", _("文件")),
        ("Programme", _("项目品牌")),
        ("Jurisdiction", _("地区")),
    )
    return [(name, counts[key]) for key, name in names if counts.get(key)]


@cache
def clients() -> Sequence[Mapping[str, Any]]:
    """How other programs fetch data (clients.yaml)."""
    found: Sequence[Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("clients.yaml").read_text("utf-8"))
    return found


def client_text(text: str, root: str, report: str) -> str:
    """The lines with the addresses of this service.

    >>> client_text("curl {root}/data/dump/{report}.ttl", "http://e", "report/330226/2021")
    'curl http://e/data/dump/report/330226/2021.ttl'
    """
    return text.replace("{root}", root).replace("{report}", report).rstrip()


def _one_report() -> str:
    """A report of the release for examples."""
    release = getattr(service(), "release", None)
    reports = sorted(release.manifest.get("reports", ())) if release else []
    return reports[0].removeprefix(service().config.base) if reports else "report/330226/2021"


@blueprint.get("/help")
def help() -> str:
    """How to ask, how answers are made, what the numbers are worth."""
    return render_template(
        "help.html",
        contact=service().config.contact,
        clients=[{**one, "text": client_text(one["text"], public_url(), _one_report())} for one in clients()],
        quality=quality(),
    )
