"""What is an annual report, what is not, and by what name."""

import pytest
from reading import document_of

from kg.errors import DocumentError

BODY = "2022年，我县坚持依法行政。现将情况报告如下：\n一、主要成效\n办理案件3件。\n"
CASES = [
    ("annual-report", "某县2022年法治政府建设年度报告\n" + BODY),
    ("annual-report", "某县2013年度依法行政工作总结\n" + BODY),
    ("annual-report", "某某县法制政府建设情况报告\n" + BODY),
    ("annual-report", "某县2022年法治政府建设工作总结及2023年工作计划\n" + BODY),
    ("annual-report", BODY.replace("依法行政", "以习近平法治思想为指导，推进法治政府建设")),
    ("work-report", "2026年政府工作报告\n各位代表：\n现在报告工作。\n一、2025年工作回顾\n办案3件。\n"),
    ("excerpt", "一、公正执法\n行政执法单位办案3件，行政复议2件，法治督察1次，政府立法2件。\n"),
    ("interpretation", "《某县2022年法治政府建设年度报告》解读\n一、起草背景\n根据规定起草。\n"),
    ("interpretation", "一图读懂某县2022年法治政府建设年度报告\n一、主要内容\n报告共三部分。\n"),
    ("news", "某县召开2022年法治政府建设情况报告会\n昨日，会议在县城召开。\n"),
    ("news", "某县推进法治政府建设情况\n本报讯 记者从县司法局获悉，办案3件。\n"),
    ("news", "某县人大常委会听取和审议2022年法治政府建设情况报告\n2022年，我县坚持依法行政。现将情况报告如下：\n一、主要成效\n"),
    ("news", "2月3日下午，某县召开会议，总结2022年法治政府建设情况，现将情况通报如下：\n一、主要成效\n办案3件。\n"),
    ("annual-report", "某市人民政府发展研究中心2022年法治政府建设情况报告\n" + BODY),
    ("annual-report", "关于印发《某县2022年度法治政府建设情况报告》的通知\n" + BODY),
    ("annual-report", "某县2022年法治政府建设白皮书\n" + BODY),
    ("annual-report", "某局2022年度法治政府建设自评报告\n" + BODY),
    ("article", "法治政府建设年度报告制度研究\n2022年，各地坚持依法行政。现将情况总结如下：\n一、主要做法\n公开报告。\n"),
    ("article", "法治政府建设年度报告的实践\n摘要：年度报告制度施行以来，各地陆续公开报告，内容详略不一，本文比较之。\n关键词：报告\n一、情况\n2022年坚持依法行政。\n"),
    ("court-report", "各位代表：\n2022年，我院坚持依法行政理念，认真落实法治政府建设要求，现将行政审判工作情况报告如下：\n一、主要做法\n审结案件3件。\n"),
    ("annual-report", "2022年11月3日在某县第十六届人大常委会第二次会议上\n主任、各位副主任：\n我代表县政府报告2022年依法行政情况，请予审议。一年来，县政府认真落实部署。\n一、工作情况\n办案3件。\n"),
    ("other", "某局2022年工作总结\n2022年，我局坚持法治建设与业务并重。现将工作总结如下：\n一、强化党建\n学习3次。\n"),
    ("template", "2022年法治政府建设工作报告\n下面是小编为大家整理的报告，供大家参考。\n" + BODY),
    ("template", "某区法治政府建设情况报告\n2022年，坚持依法行政，*区召开会议*次，办案*件，培训*人次，审查文件*件。\n一、主要成效\n印发文件*份。\n"),
    ("plan-only", "某县2023年法治政府建设工作安排\n一、总体要求\n坚持依法行政。\n"),
    ("plan-only", "某县2023年度法治政府建设任务分解表\n一、总体要求\n坚持依法行政。\n"),
    ("plan-only", "为推进法治政府建设，坚持依法行政，结合2023年实际，制定本方案。\n一、工作举措\n加强普法。\n"),
    ("yearbook", "某县年鉴（2022）法治政府建设情况\n本年办案3件。\n"),
    ("disclosure-report", "某县2022年政府信息公开工作年度报告\n一、总体情况\n受理申请3件。\n"),
    ("duty-report", "某局局长2022年述职述法报告\n一、履职情况\n学法3次。\n"),
    ("plan-only", "某县2023年法治政府建设工作要点\n一、总体要求\n坚持依法行政。\n"),
    ("template", "xx县20xx年法治政府建设年度报告\n20xx年，xx县办案xx件，审查xx件，培训xx次，普法xx场。\n一、主要成效\n印发文件*份，督察*次。\n"),
    ("other", "红烧肉的做法\n五花肉500克，冷水下锅焯水。\n"),
]  # fmt: skip
REFUSED = [(name, text) for name, text in CASES if name not in ("annual-report", "work-report", "excerpt")]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_genre(name, text):
    genre = document_of(text).genre
    assert genre.name == name
    assert genre.accepted == (name in ("annual-report", "work-report", "excerpt"))
    assert genre.reason


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_what_is_refused_is_named_and_can_be_forced(name, text):
    with pytest.raises(DocumentError, match=name):
        document_of(text, force=False)
    assert document_of(text, force=True).text == text


def test_enough_cases():
    assert len(REFUSED) >= 17
    assert len(CASES) >= 28
