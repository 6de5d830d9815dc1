"""What the tests need is found, installed or named; a LibreOffice without Calc is no spreadsheet."""

import pytest
import tools


@pytest.mark.parametrize(
    ("beside", "found"), [(("soffice.bin",), False), (("soffice.bin", "libsclo.so"), True), ((), True)]
)
def test_a_spreadsheet_is_an_office_that_holds_calc(monkeypatch, tmp_path, beside, found):
    for name in ("soffice", *beside):
        (tmp_path / name).touch()
    monkeypatch.setenv("FAZHI_TEST_CALC", str(tmp_path / "soffice"))
    assert bool(tools.path_of("calc")) == found


def test_where_packages_can_be_installed_they_are_and_what_stays_missing_is_named(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(tools, "path_of", lambda name: None if name == "calc" else f"/{name}")
    monkeypatch.setattr(tools, "has_cjk_font", lambda: True)
    monkeypatch.setattr(tools, "_apt_install", asked.extend)
    assert tools.main() == 0
    assert asked == ["libreoffice-calc-nogui"]
    assert (
        "no calc — XLSX in a real spreadsheet cannot be tested; install libreoffice-calc-nogui"
        in capsys.readouterr().out
    )
