"""What is drawn of an answer: a series has one colour everywhere, counts add up, units stay apart, many series stay readable."""

import re
from decimal import Decimal

import pytest

from kg.store.answer import Cell
from queries import load_queries
from queries.answer import Answered
from queries.coverage import Coverage
from queries.labels import Label
from server import create_app
from server.charts import links, svg
from server.charts.points import Edge, Panel, Point, edges, grids, moments, panels
from server.config import Config

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(autouse=True)
def request_in_chinese(tmp_path):
    with create_app(Config(store_url="http://127.0.0.1:1/sparql")).test_request_context("/"):
        yield


def answered(question, *rows):
    """An answer made of rows: names are things, numbers numbers."""

    def cell(value):
        return (
            Cell(str(value), "literal", f"{XSD}decimal")
            if isinstance(value, int | Decimal)
            else Cell(f"urn:{value}", "uri")
        )

    made = tuple(
        {name: Cell(value, "literal") if name == "unit" else cell(value) for name, value in row.items()} for row in rows
    )
    things = {c.value: Label(c.value[4:], c.value[4:]) for row in made for c in row.values() if c.kind == "uri"}
    return Answered(
        query=load_queries()[question], values={}, rows=made, total=len(made), offset=0, distinct={}, labels=things,
        evidence={}, coverage=Coverage(reports=1, places=1, first=2021, last=2021), loosened=(), sparql="", release="x",
        base="urn:",
    )  # fmt: skip


def axes(question, view):
    return load_queries()[question].view.axes(view)


def drawn(question, view, *rows):
    found = axes(question, view)
    label, value = (found.y, found.x) if view == "dot" else (found.x, found.y)
    return panels(answered(question, *rows), found, label, value, "zh")


def measured(area, year, indicator, value, unit="件"):
    return {"area": area, "year": year, "indicator": indicator, "value": value, "unit": unit}


def test_a_year_has_one_colour_in_all_panels_and_years_stand_in_order():
    found = drawn(
        "compare-indicator", "dot", measured("甲县", 2021, "案件数", 3), measured("甲县", 2024, "案件数", 5),
        measured("甲县", 2022, "培训场次", 7), measured("乙县", 2024, "培训场次", 9),
    )  # fmt: skip
    assert [panel.series for panel in found] == [("2021", "2024"), ("2022", "2024")]
    colours = [
        re.search(rf'<circle[^>]*class="(f\d)" data-value="{value}"', svg.dots(panel, 760, "x"))[1]
        for panel, value in zip(found, (5, 9), strict=True)
    ]
    assert colours == ["f3", "f3"]


def test_bars_of_one_place_stand_together_under_one_name():
    (panel,) = drawn(
        "compare-indicator", "bar", measured("甲县", 2022, "案件数", 5), measured("乙县", 2021, "案件数", 4),
        measured("甲县", 2021, "案件数", 3),
    )  # fmt: skip
    picture = svg.bars(panel, 760, "x")
    assert re.findall(r'class="name">(.+?)</text>', picture) == ["甲县", "乙县"]
    assert re.findall(r'data-value="(\d)"', picture) == ["3", "5", "4"]


def test_an_indicator_of_several_places_has_a_panel_of_its_own_named_by_place_and_year():
    found = drawn(
        "indicator-value", "bar", measured("甲县", 2021, "案件数", 3), measured("乙县", 2022, "案件数", 5),
        measured("甲县", 2021, "答复数", 7),
    )  # fmt: skip
    assert [(panel.name, [point.label for point in panel.points]) for panel in found] == [
        ("案件数", ["甲县 2021", "乙县 2022"]), ("答复数", ["甲县 2021"])
    ]  # fmt: skip


def test_hovering_shows_all_digits_where_the_label_is_short():
    panel = Panel(unit="人", points=(Point(label="甲县", value=Decimal(2017456)),))
    for draw in (svg.bars, svg.dots):
        picture = draw(panel, 760, "x")
        assert ">201.75万人</text>" in picture
        assert "<title>甲县 2,017,456人</title>" in picture


def test_of_many_lines_the_fullest_are_coloured_and_the_others_named_on_hover():
    points = tuple(
        Point(label=str(year), value=Decimal(place * 10 + year % 7), series=f"{place}县")
        for place in range(20)
        for year in (2021, 2022, 2023)[: 3 if place % 3 == 0 else 2]
    )
    panel = Panel(unit="件", points=points, order=tuple(dict.fromkeys(point.series for point in points)))
    picture = svg.lines(panel, 760, "x")
    assert set(re.findall(r'class="f(\d)" data-value', picture)) == set("0123456")
    assert "其余 14 条线" in picture
    assert "<title>2021 19县 " in picture
    legend = re.findall(r'<rect x="([\d.]+)"', picture)
    assert len(legend) == 7
    assert all(float(x) < 760 for x in legend)


def test_no_line_leads_to_one_of_two_values_of_a_year():
    values = ((2021, 3), (2022, 2), (2022, 4), (2023, 5), (2024, 6))
    points = tuple(Point(label=str(year), value=Decimal(value), series="甲县") for year, value in values)
    picture = svg.lines(Panel(unit="次", points=points, order=("甲县",)), 760, "x")
    assert picture.count("curve") == 1
    assert picture.count("<circle") == 5


@pytest.mark.parametrize("value", [3, 1_234_567])
def test_the_numbers_along_a_line_stand_clear_of_those_of_the_axis(value):
    points = tuple(Point(label=str(year), value=Decimal(value + year), series="甲县") for year in (2021, 2024))
    picture = svg.lines(Panel(unit="次", points=points, order=("甲县",)), 760, "x")
    axis = min(float(x) for x in re.findall(r'<line x1="([\d.]+)"[^>]*class="(?:grid|zero)"', picture))
    said = re.findall(r'<text x="([\d.]+)"[^>]*class="value">([^<]+)<', picture)
    assert len(said) == 2
    for x, text in said:
        assert axis < float(x) - svg.width_of(text, 12) / 2
        assert float(x) + svg.width_of(text, 12) / 2 < 760


def test_counts_in_a_grid_add_up_and_measures_of_different_kinds_stand_apart():
    counted = answered("brand-by-year", *({"programme": "一件事", "year": 2021, "times": n} for n in (2, 3)))
    (grid,) = grids(counted, axes("brand-by-year", "heatmap"), "zh")
    assert grid.cells == {("一件事", "2021"): (Decimal(5),)}
    rows = [
        measured("甲县", 2021, "案件数", 3),
        measured("甲县", 2021, "成功率", 99, "%"),
        measured("甲县", 2021, "案件数", 4),
    ]
    found = grids(answered("compare-indicator", *rows), axes("compare-indicator", "heatmap"), "zh")
    assert {(one.name, one.unit): list(one.cells.values()) for one in found} == {
        ("案件数", "件"): [(Decimal(3), Decimal(4))], ("成功率", "%"): [(Decimal(99),)]
    }  # fmt: skip


def test_a_grid_too_wide_keeps_the_heaviest_and_counts_what_it_leaves_out():
    rows = [{"programme": f"品牌{n}", "year": 2000 + n, "times": n + 1} for n in range(30)]
    (grid,) = grids(answered("brand-by-year", *rows), axes("brand-by-year", "heatmap"), "zh")
    assert len(grid.columns) == 24
    assert grid.columns[-1] == "2029"
    assert grid.left_out == 6


def test_a_timeline_says_how_often_and_gathers_what_belongs_together():
    brands = answered("brand-by-year", *({"programme": "一件事", "year": 2021, "times": 1} for _ in range(3)))
    (moment,) = moments(brands, axes("brand-by-year", "timeline"), "zh")
    assert [item[:3] for item in moment.items] == [("一件事", (), 3)]
    spread = answered(
        "programme-spread", *({"programme": name, "area": "甲县", "year": 2021} for name in ("一件事", "首违不罚"))
    )
    (moment,) = moments(spread, axes("programme-spread", "timeline"), "zh")
    assert [item[:3] for item in moment.items] == [("甲县", ("一件事", "首违不罚"), 2)]


def test_names_that_are_linked_stand_opposite_each_other():
    made = [Edge(source=f"甲{n}", target=f"乙{n}", label="", weight=1) for n in range(4)]
    crossed = [*made, Edge(source="甲3", target="乙0", label="", weight=1)]
    heights = {
        name: float(y)
        for y, name in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*>(乙\d)</text>', links.network(crossed, 760, "x"))
    }
    assert sorted(heights, key=heights.get) == ["乙1", "乙0", "乙2", "乙3"]
    assert edges(answered("who-did-what"), axes("who-did-what", "network"), "zh") == ()


def test_a_long_name_is_whole_on_a_phone_where_the_arcs_leave_it_room():
    one, other = "天祝藏族自治县人民政府办公室", "天祝藏族自治县司法局"
    drawn = links.mutual([Edge(source=one, target=other, label="", weight=4)], 354, "x")
    assert f">{one}</text>" in drawn


def test_where_links_have_no_direction_each_name_stands_once_and_partners_near_each_other():
    pairs = [("甲", "乙"), ("丙", "丁"), ("乙", "戊")]
    drawn = links.mutual([Edge(source=a, target=b, label="", weight=1) for a, b in pairs], 760, "x")
    names = re.findall(r"<text [^>]*>([甲乙丙丁戊])</text>", drawn)
    assert names == ["甲", "乙", "戊", "丙", "丁"]
    assert drawn.count('class="tie"') == 3
    assert axes("who-works-with-whom", "network").mutual
    assert not axes("who-did-what", "network").mutual
