"""What a report says of itself: issuer, area, years, dates, each with its evidence."""

from pathlib import Path

import pytest
from reading import document_of

from kg.corpus.document import read_document
from kg.corpus.source import Given, sources
from kg.lexicon import read_table

CASES = read_table(Path(__file__).parent / "cases" / "issuer.tsv", "title", "issuer", "area")
BODY = "\n\n2022年，我们坚持依法行政。现将情况报告如下：\n一、主要成效\n办理案件3件。\n"
TITLED = "青禾县2022年法治政府建设年度报告\n" + BODY


@pytest.mark.parametrize(("title", "issuer", "area"), CASES, ids=[case[0] for case in CASES])
def test_issuer_and_area_of_a_title(title, issuer, area):
    meta = document_of(title + BODY).meta
    assert meta.issuer == (None if issuer == "-" else issuer)
    assert (meta.area.full_name if meta.area else "-") == area
    assert meta.title == title
    if meta.issuer:
        assert meta.evidence["issuer"].quote in (title, *title.split("　")) or meta.evidence["issuer"].quote


def test_enough_cases():
    assert len(CASES) >= 50


def test_an_ambiguous_place_has_no_code_until_the_text_names_its_parent():
    title = "鼓楼区2022年法治政府建设年度报告"
    assert document_of(title + BODY).meta.area.code == ""
    meta = document_of(title + BODY + "按照福州市委、市政府部署，完成各项任务。\n").meta
    assert meta.area.code == "350102"


GUESSES = [
    ("全省办理行政复议案件3件，省政府立法2件。依法推动江西高质量发展。", "江西省人民政府", "江西省"),
    ("提请全国人大常委会审议法律草案4件，制定行政法规2件，政府立法有序推进。", "国务院", "中华人民共和国"),
    ("部党组会议研究法治工作12次，提请国务院审议行政法规2件，规章11部。", None, "中华人民共和国"),
    ("在县委领导下，县政府落实国务院决定，行政复议3件，政府司法协作。", None, None),
    ("全省办理行政复议案件3件，江西、湖南两地政府司法协作。", None, None),
    ("全县办理行政复议案件3件，政府司法协作，依法推动江西发展。", None, None),
    ("省政府立法2件，行政复议3件，推广“赣服办”平台，依法履职。", "江西省人民政府", "江西省"),
    ("全省行政复议3件，服务驻湘单位，政府立法2件，依法履职。", "湖南省人民政府", "湖南省"),
    ("行政复议3件，政府立法2件，推广“赣服办”平台，服务驻湘单位，依法履职，制定省政府规章。", None, None),
    ("我县行政复议3件。落实《宁海县政府立法方案》，宁海县司法局依法办案2件。", "宁海县人民政府", "浙江省宁波市宁海县"),
    ("我县行政复议3件，政府依法履职，赴宁海县学习司法协作。", None, None),
    ("市政府制定《青禾市2022年度法治政府建设工作要点》，行政复议3件，败诉率高于全省。", "青禾市人民政府", "青禾市"),
    ("印发《青禾市2022年普法工作要点》，制定《云桥市2022年普法工作要点》，行政复议3件，政府司法协作。", None, None),
    ("我镇行政执法3件，司法所调解2件。印发《力洋镇政府依法决策规定》，在力洋镇广场普法。", "力洋镇人民政府", "力洋镇"),
    ("我局行政执法3件，司法协作2件。落实《宁海县政府立法方案》，助力宁海县依法行政，全县第一。", None, None),
]


@pytest.mark.parametrize(("text", "issuer", "area"), GUESSES)
def test_an_excerpt_that_names_nobody_is_guessed_only_where_one_is_left(text, issuer, area):
    meta = document_of("一、公正执法\n" + text).meta
    assert (meta.issuer, meta.area.full_name if meta.area else None) == (issuer, area)
    assert {one.basis for name, one in meta.evidence.items() if name in ("issuer", "jurisdiction")} <= {"guess"}


def test_a_place_that_no_table_has_lies_in_the_one_province_that_is_named_in_full():
    def of(name, text):
        return document_of(f"{name}2022年法治政府建设年度报告" + BODY + text).meta.area.full_name

    assert of("青禾市", "落实《湖南省行政程序规定》。\n") == "湖南省青禾市"
    assert of("青禾市", "赴湖南省、江西省学习。\n") == "青禾市"
    assert of("青禾市", "赴湖南学习。\n") == "青禾市"
    assert of("鼓楼区", "赴湖南省学习。\n") == "鼓楼区"


def test_doubts_are_on_record():
    issues = document_of(
        "鼓楼区2022年法治政府建设年度报告" + BODY, Given(url="https://copies.example.com/1.html")
    ).issues
    assert [issue.partition(":")[0] for issue in issues] == ["ambiguous_place", "foreign_host"]
    assert (
        document_of("宁海县2022年法治政府建设年度报告" + BODY, Given(url="https://www.example.gov.cn/1.html")).issues
        == ()
    )


def test_a_register_code_wins():
    area = document_of("鼓楼区2022年法治政府建设年度报告" + BODY, Given(code="320106")).meta.area
    assert area.full_name == "江苏省南京市鼓楼区"


YEARS = [
    ("title", "某县2021年法治政府建设报告\n2022年，办案3件。\n", 2021),
    ("title in Chinese numerals", "二〇二一年度某县法治政府建设情况报告\n办案3件。\n", 2021),
    ("preamble", "法治政府建设情况报告\n2020年，某县坚持依法行政。办案3件。\n", 2020),
    ("a programme's years are not it", "法治政府建设情况报告\n落实《纲要（2021—2025年）》。2023年，我县办案3件。\n", 2023),
    ("headings", "法治政府建设报告\n我县坚持依法行政。\n一、2019年主要工作\n办案3件。\n二、2020年打算\n普法4场。\n", 2019),
    ("a work report's year is the year before", "2026年政府工作报告\n各位代表：\n现在报告工作。\n一、2025年工作回顾\n办案3件。\n", 2025),
    ("a guess from most years of the text", "法治政府建设报告\n我镇坚持依法行政，办案3件。\n一、情况\n普法。\n二、做法\n审查。\n培训。\n累计至2020年调解3件，2020年执法2件。\n", 2020),
    ("a guess from a campaign that was held", "法治政府建设报告\n我县扎实开展党纪学习教育，办案3件。\n", 2024),
    ("a guess from a five-year plan yet to be drawn up", "法治政府建设报告\n我县编制实施“八五”普法规划，办案3件。\n", 2020),
    ("a guess from the end of one", "法治政府建设报告\n“十三五”规划圆满收官，我县办案3件。\n", 2020),
    ("a guess from the beginning of one", "法治政府建设报告\n今年是“十四五”开局之年，我县办案3件。\n", 2021),
    ("a guess from the date", "法治政府建设报告\n发布时间：2024-02-01\n我县坚持依法行政，办案3件。\n", 2023),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "year"), YEARS, ids=[case[0] for case in YEARS])
def test_reported_year(name, text, year):
    meta = document_of(text).meta
    assert meta.period_year == year
    assert meta.evidence["period_year"].basis == ("guess" if "guess" in name else "text")


def test_the_results_of_a_campaign_tell_no_year():
    assert document_of("法治政府建设报告\n我县巩固党史学习教育成果，办案3件。\n").meta.period_year is None


def test_a_plan_year_is_guessed_where_a_plan_prints_none():
    text = "某县2022年法治政府建设报告\n一、主要工作\n办案3件。\n"
    for plan in (
        "二、下步打算\n普法4场。\n",
        "二、工作安排\n普法4场。\n",
        "下一步，我县将普法4场。\n",
        "要继续加强普法。\n",
    ):
        meta = document_of(text + plan).meta
        assert (meta.plan_year, meta.evidence["plan_year"].basis) == (2023, "guess")


def test_a_plan_year_is_the_one_after_and_only_where_it_is_planned_for():
    text = "某县2022年法治政府建设报告\n一、主要工作\n办案3件。\n"
    assert document_of(text).meta.plan_year is None
    assert document_of(text + "二、2023年工作安排\n普法4场。\n").meta.plan_year == 2023
    assert document_of(text + "二、下步打算\n2023年，我县将普法4场。\n").meta.plan_year == 2023
    assert document_of(text + "落实《方案（2022—2023年）》。\n").meta.plan_year is None
    assert document_of(text + "二、条例于2023年1月1日施行\n办案4件。\n").meta.plan_year is None
    assert document_of(text.replace("报告", "总结及2023年工作打算") + "二、打算\n普法。\n").meta.plan_year == 2023


HEAD = "某县2022年法治政府建设年度报告\n"
DATES = [
    ("label", HEAD + "发布时间：2023-02-27 16:05 浏览次数：3\n" + BODY, "2023-02-27", None),
    ("label and date of the day on the page", "今天是2026年11月22日 星期日\n" + HEAD + "发布日期：2023年2月27日\n" + BODY, "2023-02-27", None),
    ("时间 alone", HEAD + "时间：2023-02-27  浏览次数：\n" + BODY, "2023-02-27", None),
    ("line above the text", HEAD + "某县人民政府 2023年02月27日\n" + BODY, "2023-02-27", None),
    ("成文 and 发布 are two dates", "成文日期：2023-02-20\n发布日期：2023-02-27\n" + HEAD + BODY, "2023-02-27", "2023-02-20"),
    ("sign-off", HEAD + BODY + "某县人民政府\n2023年2月20日\n", "2023-02-20", "2023-02-20"),
    ("sign-off in Chinese numerals", HEAD + BODY + "某县人民政府\n二〇二三年二月二十日\n", "2023-02-20", "2023-02-20"),
    ("a date in the text is none", HEAD + BODY + "2022年11月3日，县政府召开会议。\n", None, None),
    ("related links have dates too", HEAD + BODY + "相关链接\n某县召开会议 2026-01-30\n", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "published", "written"), DATES, ids=[case[0] for case in DATES])
def test_dates(name, text, published, written):
    meta = document_of(text).meta
    assert (meta.published, meta.written) == (published, written)
    for field in ("published", "written"):
        assert getattr(meta, field) is None or meta.evidence[field].quote in text


def test_who_gives_the_report_tells_the_place_in_a_page_as_in_a_text():
    lines = [
        "省人民政府关于2022年度法治政府建设情况的报告",
        "稿件来源： 发布时间：2023-04-02",
        "——2023年3月29日在省人大常委会会议上",
        "甘肃省人民政府副秘书长李小明",
    ]
    text = "\n".join(
        [*lines, "主任、各位副主任：", "我受省人民政府委托，报告2022年情况。", "一、成效", "全省办案3件。"]
    )
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</body></html>"
    metas = [document_of(given).meta for given in (text, page)]
    assert [(meta.issuer, meta.publisher) for meta in metas] == [("甘肃省人民政府", None)] * 2


def test_who_gives_a_report_of_another_kind_stays_in_the_text_of_a_page():
    lines = ["国务院关于2022年度环境状况的报告", "——2023年4月27日在全国人大常委会会议上", "生态环境部部长 张小明"]
    text = "".join(f"<p>{line}</p>" for line in [*lines, "我受国务院委托，报告2022年情况。", "全国办理案件3件。"])
    assert "生态环境部部长" in document_of(f"<html><body>{text}</body></html>").text


def test_a_title_in_quotation_marks_is_what_stands_in_them():
    text = (
        "青政发〔2019〕35号\n《青禾市人民政府关于2018年度法治政府建设工作的报告》\n青政发〔2019〕35号\n某省人民政府：\n"
        + BODY
    )
    assert document_of(text).meta.title == "青禾市人民政府关于2018年度法治政府建设工作的报告"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("2022年青禾县食品安全监管情况报告", "2022年青禾县食品安全监管情况报告"),
        ("2022年度行政复议案件数据统计", "2022年度行政复议案件数据统计"),
        ("2022年，我县坚持依法行政，扎实做好各项工作", None),
    ],
)
def test_a_title_may_begin_with_its_year_as_a_text_does(head, title):
    assert document_of(head + "\n" + BODY).meta.title == title


@pytest.mark.parametrize(
    ("name", "text", "title", "issuer"),
    [
        ("青禾县司法局2022年法治政府建设年度报告.txt", BODY, "青禾县司法局2022年法治政府建设年度报告", "青禾县司法局"),
        ("云桥县2022年法治政府建设年度报告.txt", TITLED, "青禾县2022年法治政府建设年度报告", "青禾县人民政府"),
        ("report-2022.txt", BODY, None, None),
    ],
)
def test_the_name_of_a_file_is_its_title_only_where_nothing_else_has_one(tmp_path, name, text, title, issuer):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    meta = read_document(sources([file])[0], force=True).meta
    assert (meta.title, meta.issuer) == (title, issuer)
    assert name == "report-2022.txt" or meta.evidence["title"].basis == ("text" if text is TITLED else "guess")


def test_the_address_dates_a_page_that_does_not():
    meta = document_of(HEAD + BODY, Given(url="https://www.example.gov.cn/xxgk/202302/t20230227_123.html")).meta
    assert meta.published == "2023-02-27"
    assert meta.evidence["published"].basis == "address"


WHOLE = "青禾县人民政府关于2022年度法治政府建设情况的报告"
TITLES = [
    ("three lines", "青禾县人民政府\n关于2022年度法治政府建设\n情况的报告\n", WHOLE),
    ("two lines, broken where the line was full", "青禾县人民政府关于2022年度法治政府\n建设情况的报告\n", WHOLE),
    ("broken behind the year", "青禾县2022年度\n法治政府建设年度报告\n", "青禾县2022年度法治政府建设年度报告"),
    ("party and government", "中共青禾县委\n" + WHOLE.replace("关于", "\n关于") + "\n", "中共青禾县委 " + WHOLE),
    ("the issuer above a title that begins with its year", "青禾县人民政府\n2022年法治政府建设年度报告\n", "2022年法治政府建设年度报告"),
    ("another issuer above", "青禾县司法局\n青禾县2022年法治政府建设年度报告\n", "青禾县2022年法治政府建设年度报告"),
    ("below a motto", "忠诚履职 依法行政 谱写新篇\n——青禾县2022年法治政府建设年度报告\n", "青禾县2022年法治政府建设年度报告"),
    ("behind its label", "名　称： 青禾县2022年法治政府建设年度报告\n", "青禾县2022年法治政府建设年度报告"),
    ("passed on by a notice", "青禾县人民政府办公室关于印发《青禾县2022年法治政府建设年度报告》的通知\n各乡镇人民政府：\n现将报告印发给你们，请认真贯彻执行。\n青禾县人民政府办公室\n2023年2月5日\n青禾县2022年法治政府建设年度报告\n", "青禾县2022年法治政府建设年度报告"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "title"), TITLES, ids=[case[0] for case in TITLES])
def test_title_over_several_lines(name, head, title):
    document = document_of(head + "2022年，我县坚持依法行政。现将情况报告如下：\n一、主要成效\n办案3件。\n")
    assert document.meta.title == title
    assert document.meta.issuer
    first = next(block for block in document.blocks if block.kind == "paragraph")
    assert document.quote(first.span).startswith("2022年，我县")


def test_evidence_in_the_text_is_where_it_says():
    document = document_of(
        "首页\n云桥市人民政府\n关于2023年度法治政府建设情况的报告\n发布时间：2024-01-30 来源：市司法局\n" + BODY
    )
    meta = document.meta
    assert meta.title == "云桥市人民政府关于2023年度法治政府建设情况的报告"
    assert (meta.issuer, meta.publisher) == ("云桥市人民政府", "市司法局")
    spans = [(one.span, one.quote) for one in meta.evidence.values() if one.span]
    assert len(spans) >= 2
    assert all(document.quote(span) == quote for span, quote in spans)


ISSUERS = [
    ("above the title", "青禾县人民政府\n2022年法治政府建设年度报告\n" + BODY, "青禾县人民政府", "text"),
    ("sign-off", "2022年法治政府建设年度报告\n" + BODY + "青禾县水利局\n2023年1月5日\n", "青禾县水利局", "text"),
    ("preamble", "法治政府建设年度报告\n2022年，青禾县坚持依法行政，办案3件。\n", "青禾县人民政府", "text"),
    ("under the title", "2022年法治政府建设情况报告\n青禾县水利局\n2022年，我局深入推进依法行政，办案3件。\n", "青禾县水利局", "text"),
    ("under title and date", "2022年法治政府建设情况报告\n（2023年2月20日）\n青禾县教育局\n2022年，我局推进依法行政，办案3件。\n", "青禾县教育局", "text"),
    ("preamble behind thanks", "法治政府建设年度报告\n2022年，在市委、市政府的正确领导下，青禾县深入推进依法行政，办案3件。\n", "青禾县人民政府", "text"),
    ("preamble of a department", "法治政府建设年度报告\n2022年，宁海县水利局以法治建设为抓手，办案3件。\n", "宁海县水利局", "text"),
    ("a town by its county, which only the source line tells", "石桥镇2022年法治政府建设年度报告\n发布时间：2023-01-05 来源：青禾县石桥镇人民政府\n办案3件。\n", "青禾县石桥镇人民政府", "guess"),
    ("preamble that says by what", "法治政府建设年度报告\n2022年，宁海县水利局根据县委部署推进依法行政，办案3件。\n", "宁海县水利局", "text"),
    ("preamble of a ministry", "法治政府建设年度报告\n2022年，在国务院的领导下，司法部坚持依法行政，办案3件。\n", "司法部", "text"),
    ("preamble of a former ministry", "法治政府建设年度报告\n2017年，原环境保护部扎实推进依法行政，办案3件。\n", "环境保护部", "text"),
    ("preamble by the Party group of an office", "法治政府建设年度报告\n2017年，环境保护部党组扎实推进依法行政，办案3件。\n", "环境保护部", "text"),
    ("preamble of a county that begins with 原", "法治政府建设年度报告\n2017年，原阳县扎实推进依法行政，办案3件。\n", "原阳县人民政府", "text"),
    ("preamble of a street's office", "法治政府建设年度报告\n2022年，云桥街道办事处扎实推进依法行政，办案3件。\n", "云桥街道办事处", "text"),
    ("preamble of a street that begins with 以", "法治政府建设年度报告\n2022年，云桥街道以依法行政为抓手，办案3件。\n", "云桥街道办事处", "text"),
    ("preamble that names nobody", "法治政府建设年度报告\n现就我镇2022年工作报告如下。广大干部坚持依法行政，县司法局落实普法。\n云桥镇人民政府\n2023年1月5日\n", "云桥镇人民政府", "text"),
    ("the congress that it was given to", "政府工作报告\n——2023年1月5日在青禾县第十四届\n人民代表大会第五次会议上\n各位代表：\n办案3件。\n", "青禾县人民政府", "text"),
    ("in whose name it was given", "政府工作报告\n各位代表：\n现在，我代表国务院，向大会报告政府工作。\n办案3件。\n", "国务院", "text"),
    ("in whose name, where that is no name", "政府工作报告\n现在，我代表县人民政府，向大会报告工作。办案3件。\n青禾县人民政府\n2023年1月5日\n", "青禾县人民政府", "text"),
    ("whole name below the text", "县林业局2022年法治政府建设总结\n我局办案3件。\n青禾县林业局\n2023年1月5日\n", "青禾县林业局", "text"),
    ("place of the page", "县林业局2022年法治政府建设总结\n发布时间：2023-01-05 来源：青禾县人民政府\n我局办案3件。\n", "青禾县林业局", "guess"),
    ("place of the text", "县林业局2022年法治政府建设总结\n我局落实《宁海县法治方案》，助力宁海县发展，办案3件。\n", "宁海县林业局", "guess"),
    ("place of an organ", "州民宗局2022年法治政府建设总结\n我局在恩施州委领导下办案3件。\n", "恩施土家族苗族自治州民宗局", "guess"),
    ("a long name of a place", "州民宗局2022年法治政府建设总结\n恩施土家族苗族自治州人民政府批准。\n", "恩施土家族苗族自治州民宗局", "guess"),
    ("a name that several places bear", "2025年以来，城中区应急管理局在区委领导下，坚持依法行政，现将法治政府建设情况报告如下：\n办案3件。\n", "城中区应急管理局", "text"),
    ("the government that does the work", "2023年，在市委领导下，区政府坚持依法行政，现将法治政府建设情况报告如下：\n制定《朔城区责任清单》《朔城区法规汇编》。\n", "朔城区人民政府", "guess"),
    ("organs of two places", "县林业局2022年法治政府建设总结\n陪同象山县委赴宁海县政府学习，办案3件。\n", "县林业局", "text"),
    ("a name that begins like a level", "市中区2022年法治政府建设总结\n发布时间：2023-01-05 来源：枣庄市人民政府\n办案3件。\n", "市中区人民政府", "text"),
    ("an organ of a level in the preamble", "2022年，市市场监管局在市委的领导下，坚持依法行政，现将法治政府建设情况报告如下：\n办案3件。\n落实《宁波市法治方案》，助力宁波市发展。\n", "宁波市市场监管局", "guess"),
    ("what the preamble reports on", "根据通知要求，现将青禾县2022年度法治政府建设情况报告如下：\n办案3件。\n", "青禾县人民政府", "text"),
    ("no other name", "市场监管局2022年法治政府建设总结\n我局办案3件。\n", "市场监管局", "text"),
    ("spread letters", "2022年法治政府建设总结\n办案3件。\n青 禾 县 水 利 局\n2023年1月5日\n", "青禾县水利局", "text"),
    ("a town placed by the source", "新华乡2022年法治政府建设总结\n发布机构：屏边县新华乡人民政府\n办案3件。\n", "屏边县新华乡人民政府", "guess"),
    ("a town and the source above it", "新华乡2022年法治政府建设总结\n发布机构：屏边县人民政府\n办案3件。\n", "新华乡人民政府", "text"),
    ("source of the page", "法治政府建设年度报告\n发布时间：2023-01-05 来源：青禾县司法局\n办案3件。\n", "青禾县司法局", "guess"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "issuer", "basis"), ISSUERS, ids=[case[0] for case in ISSUERS])
def test_issuer_where_the_title_has_none(name, text, issuer, basis):
    meta = document_of(text).meta
    assert (meta.issuer, meta.evidence["issuer"].basis) == (issuer, basis)
