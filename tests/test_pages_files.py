"""Files of an answer: spreadsheets and tables agree with the page, keep their Chinese and run nothing."""

import csv
import io
import subprocess
import zipfile

import openpyxl
import pytest
from page_samples import ID, html
from serving import PATIENCE

from server.pages.takeaway import harmless


@pytest.fixture
def client(pages_server):
    found = pages_server.client()
    yield found
    found.close()


def test_the_spreadsheet_opens_with_chinese_intact_and_no_formula(client, tmp_path, need):
    reply = client.get("/ask/who-did-what.xlsx?what=督察")
    assert reply.status == 200
    path = tmp_path / "answer.xlsx"
    path.write_bytes(reply.body)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["结果", "说明"]
    assert book["结果"].auto_filter.ref == book["结果"].dimensions, "every column can be filtered"
    assert (book.properties.created.hour, book.properties.created.microsecond) == (
        0,
        0,
    )  # the day of the release, no clock
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
        timeout=PATIENCE,
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
