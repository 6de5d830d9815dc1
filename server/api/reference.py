"""接口文档: the API's own description as a page on which every GET can be tried; no script is needed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from queries import load_queries
from server.api.openapi import document
from server.i18n import language

blueprint = Blueprint("docs", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    about: str
    inside: bool
    """Part of the path."""
    choices: Sequence[str]
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    about: str
    page: str
    parameters: Sequence[Parameter]
    sends: str
    """What curl sends with it: the example of the description, or a file."""

    @property
    def tried(self) -> bool:
        """Whether a plain form can ask it."""
        return self.method == "GET" and not any(one.inside for one in self.parameters)


@blueprint.get("/docs")
def docs() -> str:
    """Every operation with its parameters, and a form to try it."""
    described = document("")
    operations = [
        _operation(path, method, found)
        for path, methods in described["paths"].items()
        for method, found in methods.items()
    ]
    return render_template(
        "docs.html",
        version=described["info"]["version"],
        data=[one for one in operations if not one.page],
        questions=[one for one in operations if one.page],
    )


def _operation(path: str, method: str, found: Mapping[str, Any]) -> Operation:
    query = load_queries().get(path.removeprefix("/api/v1/questions/"))
    about = query.title[language()] if query else _said(found["summary"])
    return Operation(
        id=f"{method}-{path.removeprefix('/api/v1/').replace('/', '-').strip('{}')}".replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        about=about,
        page=f"/ask/{query.id}" if query else "",
        sends=_sends(found.get("requestBody", {}).get("content", {})),
        parameters=[
            Parameter(
                name=one["name"],
                about=_said(one.get("description", "")),
                inside=one["in"] == "path",
                choices=one["schema"].get("enum", ()),
                default=language() if one["name"] == "lang" else str(one["schema"].get("default", "")),
            )
            for one in found.get("parameters", ())
        ],
    )


def _sends(content: Mapping[str, Any]) -> str:
    if "application/json" in content:
        example, *_more = content["application/json"]["examples"].values()
        return f"-H 'Content-Type: application/json' -d '{json.dumps(example['value'], ensure_ascii=False)}'"
    return '-H "Authorization: Bearer $(cat token)" -F file=@report.docx' if "multipart/form-data" in content else ""


def _said(text: str) -> str:
    """The half of 中文 / English that the reader reads; for plain English its translation where there is one."""
    chinese, slash, english = text.partition(" / ")
    if slash and any(ord(character) > 0x2E80 for character in chinese):
        return chinese if language() == "zh" else english
    return _chinese().get(text, text) if language() == "zh" else text


def _chinese() -> Mapping[str, str]:
    return {
        "All questions with the JSON Schema of their slots": _("全部问题，以及各空的 JSON Schema"),
        "What a sentence was understood as; with run=1 its answer": _("一句话被理解成什么；加 run=1 并给出答案"),
        "A sentence, understood and answered": _("理解并回答一句话"),
        "Names that begin with what was typed, in characters, pinyin or initials": _(
            "以所输入文字、拼音或首字母开头的名称"
        ),
        "Things of a kind": _("某一类事物的名录"),
        "One thing: its statements and those that point to it": _("一个事物：它的陈述和指向它的陈述"),
        "All reports, newest first": _("全部报告，新的在前"),
        "One report": _("一份报告"),
        "The sentences of a report in order, with offsets in code points": _(
            "一份报告的句子，依次列出，附起止位置（按码点计）"
        ),
        "What the checks found, most severe first": _("核验发现，严重的在前"),
        "Classes and properties that occur, with counts": _("出现过的类和属性及其次数"),
        "Send one report; it is read by a process of its own and becomes part of a new release": _(
            "送来一份报告：由单独的进程读入，成为新版本的一部分"
        ),
        "What became of an uploaded report": _("送来的报告处理得怎样了"),
        "All jobs": _("全部处理任务"),
        "language of texts; else by Accept-Language": _("文字的语言；不写则依 Accept-Language"),
        "the sentence": _("这句话"),
        "1 to answer where it is sure": _("写 1：有把握时直接回答"),
        "rows of a page": _("一页的行数"),
        "rows to leave out": _("跳过的行数"),
        "what was typed": _("已输入的文字"),
        "kind of thing": _("事物的类别"),
        "words of the name": _("名称中的字"),
        "local id, for example area/330226": _("本地编号，例如 area/330226"),
        "year reported on": _("报告所述年度"),
        "division code or id of the area": _("行政区划代码，或地区的编号"),
        "for example 330226/2021": _("例如 330226/2021"),
        "goal, measure, plan, result, problem or background": _("goal、measure、plan、result、problem 或 background"),
        "severity": _("严重程度"),
        "id of the report": _("报告的编号"),
    }
