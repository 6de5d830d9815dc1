"""数据 and 帮助: what may be taken away and under which terms; how to read the answers and how far to trust them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _

from kg.graph.namespaces import VOCABULARY
from server.export import DUMPS
from server.service import service

blueprint = Blueprint("pages", __name__)


def class_counts() -> Mapping[str, int]:
    """How many things of each of our classes the release holds, by local name; empty for a foreign store."""
    release = getattr(service(), "release", None)
    counts: Mapping[str, int] = release.counts.get("classes", {}) if release else {}
    return {iri.removeprefix(VOCABULARY): n for iri, n in counts.items() if iri.startswith(VOCABULARY)}


@blueprint.get("/data")
def data() -> str:
    """The dumps, the tables and what was counted."""
    release = getattr(service(), "release", None)
    manifest: Mapping[str, Any] = release.manifest if release else {}
    made = manifest.get("made")
    return render_template(
        "data.html",
        manifest=manifest,
        made=format_datetime(datetime.fromisoformat(made), "yyyy-MM-dd HH:mm") + " UTC" if made else "",
        counts=_named_counts(),
        dumps=_dumps() if release else [],
    )


def _dumps() -> list[dict[str, str]]:
    uses = {
        "nq.gz": _("带命名图的全部数据，装入任何三元组库"),
        "trig.gz": _("同上，便于人读"),
        "ttl.gz": _("不分图的全部数据，便于人读"),
        "nt.gz": _("逐行处理"),
        "jsonld.gz": _("网页与脚本"),
        "rdf.gz": _("只读 RDF/XML 的旧工具"),
    }
    return [
        {"name": f"dump.{suffix}", "href": f"/data/dump.{suffix}", "format": dump.name, "use": uses.get(suffix, "")}
        for suffix, dump in DUMPS.items()
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


@blueprint.get("/help")
def help() -> str:
    """How to ask, how answers are made, what the numbers are worth."""
    contact = getattr(service().config, "contact", "")
    return render_template(
        "help.html", contact=contact if contact.startswith(("http://", "https://", "mailto:")) else ""
    )
