"""The table of divisions: small, fast, and never a guess."""

import subprocess
import sys

import pytest

from kg.lexicon import FOLDER, divisions

CHAINS = [
    ("宁海县", "330226"), ("浙江省宁海县", "330226"), ("宁波市宁海县", "330226"), ("浙江省宁波市宁海县", "330226"),
    ("北京市朝阳区", "110105"), ("长春市朝阳区", "220104"), ("宁海县力洋镇", "330226102"), ("甘孜州", "513300"),
    ("东莞市", "441900"), ("东莞市长安镇", "441900119"), ("三沙市", "460300"), ("新疆维吾尔自治区石河子市", "659001"),
    ("济源市", "419001"), ("锡林郭勒盟", "152500"), ("双流县", "510122"), ("台湾省", "710000"),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "code"), CHAINS)
def test_find(printed, code):
    found = divisions.find(printed)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "printed", ["鼓楼区", "朝阳区", "桃源街道", "城关镇", "青禾县", "浙江省朝阳区", "", "省", "宁海县青禾镇"]
)
def test_what_is_ambiguous_or_unknown_is_not_guessed(printed):
    assert divisions.find(printed) is None


def test_former_names_lead_on():
    old = divisions.find("双流县")
    assert (old.until, divisions.by_code(old.successor).name) == (2015, "双流区")
    assert divisions.find("双流县", year=2014) == old
    assert divisions.find("双流县", year=2020) is None


def test_every_division_has_its_parents_and_every_township_its_county():
    for division in divisions._divisions():
        if division.level != "province" and division.until is None:
            assert divisions.parents(division), division
    counties = {code for code in divisions._townships() if divisions.by_code(code) is None}
    assert len(counties) <= 60, sorted(counties)[:9]  # functional zones that only the statistics bureau numbers


def test_counts():
    provinces = [one for one in divisions._divisions() if one.level == "province" and one.until is None]
    counties = [one for one in divisions._divisions() if one.level == "county" and one.until is None]
    assert len(provinces) == 34
    assert 2950 < len(counties) < 3150
    assert sum(len(row.split(" ")) for row in divisions._townships().values()) > 41000
    assert len(divisions.townships("330226")) == 18


def test_small_and_quick():
    files = [FOLDER / "divisions.tsv", FOLDER / "townships.tsv"]
    assert sum(path.stat().st_size for path in files) < 3_000_000
    assert max(path.stat().st_size for path in files) < 1_400_000
    code = (
        "import time; from kg.lexicon import divisions, shadow; start = time.process_time();"
        "divisions._by_code(); divisions._by_name(); print(time.process_time() - start)"
    )
    best = min(
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    )
    assert best < 0.05
