"""What pages say: every string in English too, no Chinese beside the catalogue, no bundle of others in the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from ontology import VOCABULARY
from queries.units import unit_after, unit_name

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "server" / "templates"


def test_every_string_is_in_the_english_catalogue():
    with (ROOT / "server/translations/babel.cfg").open() as told:  # which also says that no template may be passed over
        found = extract_from_dir(ROOT / "server", *parse_mapping_cfg(told))
    used = {message for _file, _line, message, _comments, _context in found}
    with (ROOT / "server/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = {message.id: message for message in read_po(file) if message.id}
    assert len(used) >= 250
    assert sorted(used - set(catalogue)) == []
    assert sorted(set(catalogue) - used) == []
    for message in catalogue.values():
        assert message.string, message.id
        assert not message.fuzzy
        assert set(re.findall(r"%\(\w+\)s", message.id)) == set(re.findall(r"%\(\w+\)s", message.string))


def test_every_unit_of_the_vocabulary_is_said_in_english():
    text = Path(VOCABULARY).read_text("utf-8")
    units = re.findall(r'skos:inScheme fz:Units ; skos:notation "([^"]+)"', text)
    assert len(units) > 100
    for unit in units:
        for said in (unit_name(unit, "en"), unit_after(unit, "1", "en"), unit_after(unit, "2", "en")):
            assert not re.search(r"[\u4e00-\u9fff]", said), unit
        assert unit_after(unit, "2", "zh") == unit


def test_no_chinese_stands_in_templates_outside_gettext():
    seen = 0
    for path in TEMPLATES.rglob("*.html"):
        bare = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        bare = re.sub(r"""_\(("[^"]*"|'[^']*')""", "", bare)
        bare = (
            bare.replace('lang="zh-CN">法</span>', "").replace('hreflang="zh-CN">中文</a>', "").replace("what=督察", "")
        )
        assert not re.findall(r"[\u4e00-\u9fff，。：；（）、]+", bare), path.name
        seen += 1
    assert seen >= 20


def test_the_repository_holds_no_bundle():
    git = shutil.which("git")
    assert git
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run([git, "ls-files", "server"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "server/web/package-lock.json" in listed
    assert not re.findall(r"node_modules|static/dist|\.min\.js", listed)
