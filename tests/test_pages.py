"""Every page over a real server, without script: complete, in both languages, inert whatever the data hold."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import openpyxl
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from example_release import example_quads
from serving import running

from kg.graph.iri import report as report_iri
from kg.store.release import publish
from queries import load_queries
from server.pages.report import KEY
from server.pages.takeaway import harmless

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "server" / "templates"
ID = "https://w3id.org/fazhi/id/"
FZ = "https://w3id.org/fazhi/ns#"
EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PAGES = (
    "/", "/ask/who-did-what", "/ask/who-did-what?what=督察", "/ask/indicator-value?view=bar", "/ask/indicator-series",
    "/ask/plan-followup", "/ask/who-did-what?view=network", "/ask/bodies-by-role?view=heatmap", "/ask?q=天气怎么样",
    "/browse", "/browse?kind=Result&q=督察", "/bodies", "/indicators", "/documents", "/programmes", "/areas", "/compare",
    "/plans", "/reports", "/reports/330226/2021", "/reports/330226/2021?s=90504ff9&mark=1216-1223", "/data", "/help",
    "/ns", "/sparql", "/sparql?query=SELECT * {?s ?p ?o} LIMIT 3", "/sparql?query=SELECT ?c (COUNT(*) AS ?n) {?s a ?c} GROUP BY ?c LIMIT 9", "/page/body/330226-e0a6bfa112",
    "/page/report/330226/2021/s/90504ff9/f61",
)  # fmt: skip


def hostile() -> bytes:
    """A body and a report of another year whose every literal and address is an attack."""
    graph = f"<{ID.replace('/id/', '/graph/')}registry/bodies>"
    text = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    report, stated, evil = f"{ID}report/330226/2019", f"{ID}report/330226/2019/s/0000000a", f'"{text}"'
    label, kind = "<http://www.w3.org/2000/01/rdf-schema#label>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    facts = {
        f"<{report}>": [f"{kind} <{FZ}Report>", f'<{FZ}periodYear> "2019"{integer}', f"<{FZ}jurisdiction> <{ID}area/330226>",
                        f"<http://purl.org/dc/terms/title> {evil}", f"{label} {evil}@zh", f"<{FZ}publisher> {evil}"],
        f"<{stated}>": [f"{kind} <{FZ}Sentence>", f"<{FZ}inReport> <{report}>", f"<{FZ}quote> {evil}", f'<{FZ}order> "1"{integer}',
                        f'<{FZ}beginOffset> "0"{integer}', f"<{FZ}mentions> <{ID}programme/330226-0000000bad>"],
        f"<{stated}/f0>": [f"{kind} <{FZ}{one}>" for one in ("Statement", "Observation", "Figure")]
        + [f"<{FZ}statedIn> <{stated}>", f"<{FZ}inReport> <{report}>", f"<{FZ}indicator> <{ID}indicator/00000000bad0>",
           f'<{FZ}value> "7"^^<http://www.w3.org/2001/XMLSchema#decimal>', f"<{FZ}unit> <{FZ}unit-thing>", f"<{FZ}flag> {evil}"],
        f"<{stated}/m0>": [f"{kind} <{FZ}ReportedMeasure>", f"{kind} <{FZ}Statement>", f"<{FZ}statedIn> <{stated}>", f"<{FZ}inReport> <{report}>",
                           f"<{FZ}leadBody> <{ID}body/330226-0000000bad>", f"<{FZ}targetBody> <{ID}body/330226-0000000bad>",
                           f"<{FZ}partnerBody> <{ID}body/330226-0000000bad>", f"<{FZ}hasAction> <{stated}/a0>"],
        f"<{stated}/a0>": [f"{kind} <{FZ}Action>", f"<{FZ}verb> {evil}", f"<{FZ}object> {evil}"],
        f"<{ID}indicator/00000000bad0>": [f"{kind} <{FZ}Indicator>", f"{label} {evil}@zh", f"{label} {evil}@en"],
        f"<{ID}programme/330226-0000000bad>": [f"{kind} <{FZ}Programme>", f"{label} {evil}@zh", f"<{FZ}programmeKind> <{FZ}prog-brand>"],
        f"<{ID}document/0000000bad00>": [f"{kind} <{FZ}Document>", f"{label} {evil}@zh", f"<{FZ}documentKind> <javascript:alert(9)>"],
    }  # fmt: skip
    lines = [f"{subject} {said}" for subject, several in facts.items() for said in several] + [
        f"<{ID}body/330226-0000000bad> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{FZ}Body>",
        f'<{ID}body/330226-0000000bad> <http://www.w3.org/2000/01/rdf-schema#label> "{text}"@zh',
        f"<{ID}body/330226-0000000bad> <http://www.w3.org/2004/02/skos/core#altLabel> \"=cmd|' /C calc'!A0\"@zh",
        f"<{ID}body/330226-0000000bad> <{FZ}bodyKind> <javascript:alert(1)>",
        f"<{ID}body/330226-0000000bad> <http://purl.org/dc/terms/source> <javascript:alert(2)>",
        f'<{ID}body/330226-0000000bad> <http://purl.org/dc/terms/description> "{text}"',
        f"<{ID}report/330226/2021/s/90504ff9> <{FZ}mentions> <{ID}body/330226-0000000bad>",
        f"<{ID}report/330226/2021/s/90504ff9/measure> <{FZ}leadBody> <{ID}body/330226-0000000bad>",
        f"<{ID}report/330226/2021> <http://purl.org/dc/terms/source> <javascript:alert(3)>",
    ]
    return "".join(f"{line} {graph} .\n" for line in lines).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    publish(folder / "data", [example_quads(), hostile()], manifest={"reports": ["330226/2021", "330226/2022"]})
    with running(folder, data=folder / "data", workers=1, evaluators=1, budget=False) as found:
        yield found


@pytest.fixture
def client(server):
    found = server.client()
    yield found
    found.close()


def html(client, path, language="zh"):
    reply = client.get(path, Accept="text/html", Accept_Language=language)
    assert reply.status == 200, (path, reply.status, reply.text[:300])
    return reply.text


class Outline(HTMLParser):
    """What a page is made of: languages, titles, headings, labels, links, scripts, inline handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


def outline(text):
    parser = Outline()
    parser.feed(text)
    return parser


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_without_script(client, path, language):
    found = outline(html(client, path, language))
    assert found.all("html")[0]["lang"] == ("zh-CN" if language == "zh" else "en")
    assert len(found.all("h1")) == 1
    assert len(found.all("title")) >= 1
    fields = {
        f["id"]
        for tag in ("input", "select", "textarea")
        for f in found.all(tag)
        if f.get("type") not in ("hidden", "checkbox") and "id" in f
    }
    assert fields <= {label.get("for") for label in found.all("label")}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_leads_out_of_the_house_or_runs_inline_script(client, path):
    found = outline(html(client, path))
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("form", "action"), ("source", "src")):
        for attrs in found.all(tag):
            if attribute in attrs and attrs.get("rel") not in ("canonical", "alternate", "license"):
                assert attrs[attribute].startswith("/"), (tag, attrs)
    for attrs in found.all("script"):
        assert "src" in attrs or attrs.get("type") in ("application/json", "application/ld+json"), attrs
    for tag, attrs in found.found:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        assert not [value for value in attrs.values() if value.lower().lstrip().startswith("javascript:")], (tag, attrs)
        assert (tag, attrs.get("src")) != ("img", "x")


def test_every_link_of_the_front_page_answers(client):
    links = {attrs["href"] for attrs in outline(html(client, "/")).all("a") if attrs.get("href", "").startswith("/")}
    assert len(links) >= 40
    for link in sorted(links):
        reply = client.ask("GET", link, Accept="text/html")
        assert reply.status in (200, 303), (link, reply.status)


def test_every_question_and_view_is_a_page_in_both_languages(client):
    seen = 0
    for query in load_queries().values():
        for view in dict.fromkeys(("", *query.view.offered(), "quote")):
            for language in ("zh", "en"):
                html(client, f"/ask/{query.id}" + (f"?view={view}" if view else ""), language)
                seen += 1
    assert seen >= 200


def test_an_answer_shows_the_words_it_was_read_from(client):
    text = html(client, "/ask/who-did-what?" + urlencode({"lead": "body/330226-e0a6bfa112", "what": "督察"}))
    assert '<mark class="body"' in text
    assert "县市场监管局" in text
    assert re.search(r'<mark class="figure"[^>]*>22项</mark>', text)
    assert "/reports/330226/2021?mark=1216-1270#s-90504ff9" in text


def test_a_fact_leads_to_its_words_and_words_lead_to_their_fact(client):
    text = html(client, "/reports/330226/2021?s=90504ff9")
    assert 'href="/id/report/330226/2021/s/90504ff9/f61"><mark class="figure">22项</mark>' in text
    (link,) = re.findall(r'/f61">[^<]+</a> <a class="light" href="([^"#]+)#s-90504ff9"', text)
    lit = html(client, "/reports/330226/2021" + link.replace("&amp;", "&"))
    assert re.findall(r'<mark class="[\w ]*spot">([^<]+)</mark>', lit) == ["22项"]


def test_reports_are_found_by_place_and_year(client):
    found = html(client, "/reports?" + urlencode({"q": "宁海 2021"}))
    assert re.findall(r'href="/reports/(\d+/\d+)"', found) == ["330226/2021"]
    assert "共 0 份" in html(client, "/reports?" + urlencode({"q": "宁海 1999"}))


def test_a_year_without_a_report_stands_in_the_sentence_as_itself(client):
    found = client.get("/ask/indicator-series?year=2020&year=2021").text
    chosen = re.findall(r'<option value="(\d+)" selected[^>]*>(\d+)(?: \(\d+\))?</option>', found)
    assert chosen == [("2021", "2021"), ("2020", "2020")]
    assert "没有2020年的报告。" in found


def test_a_place_leads_to_its_reports_and_not_to_the_catalogue(client):
    found = client.get("/page/area/330226").text
    assert 'href="/reports/330226/2021"' in found
    assert "catalog/reports" not in found


def test_a_moment_of_a_timeline_leads_to_its_words(client):
    found = client.get("/ask/honours?view=timeline").text
    lines = found[found.index('class="timeline"') :]
    for number in re.findall(r'href="#(q\d+)"', lines[: lines.index("</ol>")]):
        assert f'id="{number}"' in found
    assert not re.search(r">\s*h\d+\b", lines[: lines.index("</ol>")]), "an honour stands there by its name"


def test_an_empty_answer_says_what_to_loosen(client):
    text = html(client, "/ask/who-did-what?" + urlencode({"what": "督察", "year": "2022"}))
    assert "报告未写不等于未做" in text
    assert re.search(r'<ul class="loosen"><li><a href="/ask/who-did-what\?what=', text)


def test_a_wrong_slot_value_is_refused_with_names_to_choose_from(client):
    reply = client.get("/ask/who-did-what?lead=县委依法治县委", Accept="text/html")
    assert reply.status == 400
    assert 'role="alert"' in reply.text
    assert "县委依法治县办" in reply.text


def test_a_free_question_is_led_to_its_sentence_and_shown_as_understood(client):
    reply = client.get("/ask?q=谁督察了谁", Accept="text/html")
    assert reply.status == 303
    assert reply.headers["location"].startswith("/ask/who-did-what?")
    text = html(client, reply.headers["location"])
    assert "理解为" in text
    assert "督察" in text


@pytest.mark.parametrize(
    "text", ["法治督察发现了多少问题", "宁海县网办率近三年", "县司法局牵头做了什么", "宁海的天气怎么样"]
)
def test_the_page_understands_a_sentence_as_the_api_does(client, text):
    told = client.get(f"/api/v1/ask?{urlencode({'q': text})}").json
    reply = client.get(f"/ask?{urlencode({'q': text})}")
    assert (reply.status == 303) == (told["question_id"] is not None)
    if reply.status == 303:
        led = urlsplit(reply.headers["location"])
        slots: dict = {}
        for name, value in parse_qsl(led.query):
            slots.setdefault(name, []).append(value)
        assert slots.pop("q") == [text]
        assert led.path == f"/ask/{told['question_id']}"
        assert slots == {name: [one] if isinstance(one, str) else one for name, one in told["slots"].items()}


def test_a_free_question_that_is_unclear_gets_three_ways_and_no_answer(client):
    text = html(client, "/ask?q=天气怎么样")
    assert text.count('<ol class="cands">') == 1
    assert len(re.findall(r"<li><a href=\"/ask/", text)) >= 3
    assert 'class="answer"' not in text


@pytest.mark.parametrize("path", ["/page/body/330226-0000000bad", "/bodies", "/ask/who-did-what", "/reports/330226/2021", "/reports", "/browse",
                                  "/sparql?query=SELECT * { <https://w3id.org/fazhi/id/body/330226-0000000bad> ?p ?o }"])  # fmt: skip
def test_hostile_data_are_inert(client, path):
    text = html(client, path)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text.lower()


def test_hostile_data_stand_on_most_pages_as_plain_text(client):
    pages = (
        *PAGES,
        "/page/indicator/00000000bad0",
        "/page/report/330226/2019",
        "/ask/who-works-with-whom",
        "/ask/indicator-value",
    )
    shown = [path for path in pages if "&lt;script&gt;alert(1)" in html(client, path)]
    assert len(shown) >= 14, sorted(shown)


@pytest.mark.parametrize(
    "value", [EVIL, '" } UNION { ?s ?p ?o } #', "javascript:alert(1)", "' OR 1=1", "\\", "{{7919*7907}}"]
)
def test_hostile_values_are_inert(client, value):
    for path in (f"/ask/who-did-what?what={quote(value)}", f"/ask/who-did-what?lead={quote(value)}", f"/ask?q={quote(value)}",
                 f"/browse?q={quote(value)}", f"/bodies?q={quote(value)}", f"/browse?kind={quote(value)}", f"/reports/{quote(value)}",
                 f"/compare?indicator={quote(value)}", f"/plans?place={quote(value)}", f"/page/{quote(value)}"):  # fmt: skip
        reply = client.ask("GET", path, Accept="text/html")
        if reply.status in (303, 308):
            reply = client.ask("GET", reply.headers["location"], Accept="text/html")
        assert reply.status in (200, 400, 404), (path, reply.status)
        assert "<script>alert" not in reply.text
        assert "<img src=x" not in reply.text
        assert str(7919 * 7907) not in reply.text


def test_the_spreadsheet_opens_with_chinese_intact_and_no_formula(client, tmp_path, need):
    reply = client.get("/ask/who-did-what.xlsx?what=督察")
    assert reply.status == 200
    path = tmp_path / "answer.xlsx"
    path.write_bytes(reply.body)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["结果", "说明"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "法治建设全面督察" for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    command = [need("calc"), "--headless", f"-env:UserInstallation=file://{tmp_path}/office"]
    form = "csv:Text - txt - csv (StarCalc):44,34,76"
    done = subprocess.run(
        [*command, "--convert-to", form, "--outdir", str(tmp_path), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    made = tmp_path / "answer.csv"
    assert made.exists(), done.stdout + done.stderr
    assert "法治建设全面督察" in made.read_text("utf-8")


def test_csv_for_spreadsheets_has_a_mark_and_csv_for_programs_has_none(client):
    spreadsheet, program = (client.get(f"/ask/who-did-what.{form}?what=督察").body for form in ("excel.csv", "csv"))
    assert spreadsheet.startswith(b"\xef\xbb\xbf")
    assert not program.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(program.decode())))
    assert rows[0]["lead"].startswith(ID)
    assert any(row["leadLabel"] == "宁海县委依法治县办" for row in rows)
    assert harmless("@SUM(A1)") == "'@SUM(A1)"


def test_the_page_and_its_files_agree(client):
    rows = client.get("/ask/who-did-what.json?what=督察").json
    assert rows["total"] == len(rows["rows"]) == html(client, "/ask/who-did-what?what=督察").count("<tr><td data-label")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_page_shows_every_measured_score_with_words(client, language):
    from server.pages.quality import quality

    page = html(client, f"/help?lang={language}")
    shown = re.findall(
        r'<th scope="row">([^<]+)<br><small>([^<]+)</small></th><td class="fig">(.*?)</td><td class="fig">(.*?)</td>',
        page,
    )
    wanted = [
        (layer.title[language], layer.words[language], layer.whole or "–", layer.short or "–")
        for layer in quality().layers
    ]
    assert shown == wanted
    assert len(shown) >= 10


def test_an_unknown_slot_is_an_error_and_not_ignored(client):
    assert client.get("/ask/who-did-what?waht=督察", Accept="text/html").status == 400
    assert client.get("/ask/no-such-question", Accept="text/html").status == 404
    assert client.get("/ask/who-did-what.pdf", Accept="text/html").status == 404
    assert client.get("/ask/who-did-what", Accept="image/png").status == 406
    assert client.get("/ask/who-did-what", Accept="application/*").headers["content-type"] == "application/json"


def test_the_language_is_kept_and_varies(client):
    reply = client.get("/?lang=en", Accept="text/html")
    assert "lang=en" in reply.headers["set-cookie"]
    assert 'lang="en"' in reply.text
    assert "cookie" in reply.headers["vary"].lower()
    assert 'lang="en"' in client.get("/", Accept="text/html", Cookie="lang=en").text
    assert 'lang="zh-CN"' in client.get("/", Accept="text/html").text


def test_bars_start_at_zero_and_units_never_share_an_axis(client):
    text = html(client, "/ask/indicator-value?view=bar")
    charts = re.findall(r'<svg class="chart".*?</svg>', text, re.S)
    assert len(charts) >= 6
    for chart in charts:
        zero = re.search(r'<line x1="([\d.]+)"[^>]*class="zero"', chart)
        assert zero
        for x, wide, value in re.findall(r'<rect x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*data-value="(-?[\d.]+)"', chart):
            assert float(x) == pytest.approx(float(zero[1]), abs=0.2) or float(value) < 0
            assert float(wide) > 0
    units = re.findall(r"（单位：(.+?)）", text)
    assert len(units) == len(set(units))


def test_different_indicators_never_share_an_axis(client):
    text = html(client, "/ask/compare-indicator?view=dot")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text, re.S)
    assert len(captions) >= 5
    assert len(captions) == len(set(captions))


def test_every_key_that_a_report_can_have_is_an_address():
    keys = [{"code": "330226", "body_key": "", "year": 2021}, {"code": "", "body_key": "", "year": None}]
    keys += [
        {"code": "330226", "body_key": "330226-9dfa0de137", "year": 2021},
        {"code": "", "body_key": "", "year": 2007},
    ]
    for key in keys:
        iri = report_iri(ID, text_sha256="51ade62a994ad0d4", **key)
        assert KEY.fullmatch(iri.removeprefix(f"{ID}report/")), iri
    assert not KEY.fullmatch("330226/2021/s/90504ff9")


def test_facets_lead_to_what_they_count(client):
    shelves = outline(html(client, "/browse")).all("a")
    links = [
        one["href"]
        for one in shelves
        if one.get("href", "").startswith("/browse?") and "lang=" not in one["href"] and "from=" not in one["href"]
    ]
    assert len(links) >= 15
    text = html(client, "/browse")
    for link, n in re.findall(r'<a href="(/browse\?[^"]+)"><span>[^<]*</span><span class="n">(\d+)</span>', text):
        assert f"{n} 条陈述" in client.ask("GET", link.replace("&amp;", "&"), Accept="text/html").text, link


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
    assert '"resolved"' not in (ROOT / "server/web/package-lock.json").read_text("utf-8")
