"""Headings as reports print them, and the part of the national outline that each is about."""

import pytest

from kg.graph.theme import theme_of

CASES = {
    "加强党对法治政府建设的领导": "leadership",
    "深入学习宣传贯彻习近平法治思想": "leadership",
    "强化法治思维，提升依法行政能力": "leadership",
    "依法全面履行政府职能": "functions",
    "深化“放管服”改革，优化营商环境": "functions",
    "优化法治化营商环境，服务高质量发展": "functions",
    "健全依法行政制度体系，提升制度建设质量": "rules",
    "加强行政规范性文件管理": "rules",
    "推进行政决策科学化、民主化、法治化": "decisions",
    "全面提升依法行政决策能力": "decisions",
    "坚持严格规范公正文明执法": "enforcement",
    "深入推进综合行政执法改革": "enforcement",
    "完善突发事件应对体系": "emergency",
    "依法有效化解社会矛盾纠纷": "disputes",
    "加强行政复议应诉工作": "disputes",
    "强化对行政权力的制约和监督": "oversight",
    "推进政务公开": "oversight",
    "健全法治政府建设科技保障体系": "technology",
    "扎实开展普法宣传教育": "publicity",
    "推进公共法律服务体系建设": "publicity",
    "行政机关负责人出庭应诉率有待提高": "disputes",
    "基层法治力量薄弱，法治人才不足": "leadership",
    "专职法制审核人员配备不齐": "enforcement",
    "主要举措和成效": "",
    "存在的主要问题": "",
    "2023年工作安排": "",
}


def test_every_theme_has_a_case() -> None:
    assert len(set(CASES.values()) - {""}) == 10


@pytest.mark.parametrize(("heading", "theme"), CASES.items())
def test_a_heading_has_its_theme(heading: str, theme: str) -> None:
    assert theme_of(heading).rpartition("theme-")[2].rstrip(">") == theme
