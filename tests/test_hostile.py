"""Files that mean harm: each is refused with its reason, in time and in bounds of memory; noise never crashes the reader."""

import io
import os
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import document_of

from kg.corpus.draft import compose
from kg.corpus.guard import allow, guarded
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.errors import DocumentError, KgError

SECONDS, MEGABYTES = 5.0, 512

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "法治政府法治政府">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def word(body: str, before: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{NAMESPACE}"><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, part in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", xml)):
            archive.writestr(name, part)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def lying_bomb() -> bytes:
    """A part that says it is small and is not."""
    data = bytearray(word(paragraph("0" * 80_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("word/document.xml").file_size
    return bytes(data).replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little"))


PDF = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[%s]/Count 2>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj
4 0 obj<</Length %d%s>>stream
%s
endstream endobj
trailer<</Root 1 0 R/Size 6/Prev 9>>
startxref
9
%%%%EOF"""


def pdf_bomb() -> bytes:
    packed = zlib.compress(b"0 " * 100_000_000, 9)
    return PDF % (b"3 0 R", len(packed), b"/Filter/FlateDecode", packed)


FORMS = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 12>>stream
/F Do /F Do

endstream endobj
5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 12>>stream
/F Do /F Do

endstream endobj
trailer<</Root 1 0 R/Size 6>>
startxref
0
%%EOF"""


def crowded_pdf() -> bytes:
    packed = zlib.compress(b"BT (a) Tj ET " * 5_000_000, 9)
    return PDF % (b"3 0 R", len(packed), b"/Filter/FlateDecode", packed)


def ofd(page: str, before: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("OFD.xml", "<O><DocRoot>D.xml</DocRoot></O>")
        archive.writestr("D.xml", '<D><Page BaseLoc="P.xml"/></D>')
        archive.writestr("P.xml", f"{before}<P>{page}</P>")
    return out.getvalue()


def placed(text: str, steps: str = "") -> str:
    return (
        f'<TextObject Size="4" Boundary="9 9 9 9"><TextCode X="0" Y="4" DeltaX="{steps}">{text}</TextCode></TextObject>'
    )


HOSTILE = {
    "a Word file that unfolds to gigabytes": lambda: word(paragraph("0" * 100_000_000)),
    "one that hides its size": lying_bomb,
    "megabytes of text in one table cell": lambda: word(
        f"<w:tbl><w:tr><w:tc>{paragraph(os.urandom(12_000_000).hex())}</w:tc></w:tr></w:tbl>"
    ),
    "entities that multiply": lambda: word(paragraph("&j;"), LAUGHS),
    "an entity from outside": lambda: word(paragraph("&a;"), OUTSIDE),
    "tables in tables in tables": lambda: word("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000),
    "a Word file cut in half": lambda: word(paragraph("法治。"))[:300],
    "an archive that is no Word file": lambda: b"PK\x03\x04" + bytes(500),
    "pages that hold themselves": lambda: PDF % (b"2 0 R 3 0 R", 0, b"", b""),
    "a PDF stream that unfolds": pdf_bomb,
    "a PDF head alone": lambda: b"%PDF-1.4\n",
    "a PDF head and noise": lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400,
    "a PDF page of millions of words": crowded_pdf,
    "a PDF form that draws itself": lambda: FORMS,
    "a PDF page whose box is no box": lambda: FORMS.replace(b"0 0 99 99", b"0 0 99 $9"),
    "an OFD file that unfolds": lambda: ofd(placed("0" * 100_000_000)),
    "an OFD file with entities that multiply": lambda: ofd(placed("&j;"), LAUGHS),
    "an OFD file with widths without end": lambda: ofd(placed("法" * 40, "g 999999999 5 " * 2000)),
    "a page nested two hundred thousand deep": lambda: ("<div>" * 200_000 + "法治。").encode(),
    "a page of half a million rows": lambda: ("<table>" + "<tr><td>法</td></tr>" * 500_000 + "</table>。").encode(),
    "a page with entities that multiply": lambda: (
        f"<?xml version='1.0'?>{LAUGHS}<html><body>&j;法治。</body></html>".encode()
    ),
    "seventeen megabytes of page": lambda: ("<p>法治政府。</p>" * 800_000).encode(),
    "nine megabytes of text": lambda: "法治。".encode() * 1_000_000,
    "two million characters in one line": lambda: "法".encode() * 2_000_000,
    "NUL bytes": lambda: "法治".encode() + bytes(100),
    "nothing but space": lambda: b" \n\t\r\n",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
    "brackets without end": lambda: ("一、" + "（" * 300_000 + "。").encode(),
    "a sentence of three hundred thousand commas": lambda: ("一、坚持" + "，法" * 300_000 + "。").encode(),
    "a hundred thousand headings": lambda: ("一是法治。" * 100_000).encode(),
    "years without end": lambda: b"2022" * 100_000,
    "addresses without end": lambda: ("www." * 100_000 + "。").encode(),
    "titles without end": lambda: ("法治政府" * 50_000 + "报告").encode(),
}


def spent() -> float:
    """Processor time of this process and its children: the machine that runs the tests may be busy."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_in_time(name):
    data = HOSTILE[name]()
    start, clock = spent(), time.monotonic()
    with pytest.raises(KgError) as refused:
        document_of(data, force=False)
    assert spent() - start < SECONDS
    assert time.monotonic() - clock < 6 * SECONDS
    assert refused.value.what
    assert refused.value.hint


def test_enough_of_them():
    assert len(HOSTILE) >= 33


def test_no_reader_takes_more_memory_than_allowed(tmp_path):
    """In a process of its own, whose children are only the readers of the two worst files."""
    code = (
        "import resource, sys; sys.path[:0] = [sys.argv[1]]; import test_hostile as t; from kg.errors import KgError\n"
        "for name in ('a PDF stream that unfolds', 'one that hides its size'):\n"
        "    data = t.HOSTILE[name]()\n"
        "    try: t.document_of(data)\n"
        "    except KgError: pass\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    here = str(Path(__file__).parent)
    run = subprocess.run(
        [sys.executable, "-c", code, here], check=True, capture_output=True, text=True, cwd=Path(here).parent
    )
    assert int(run.stdout) < MEGABYTES


def test_the_guard_passes_errors_on_and_ends_what_overruns():
    def fails(data, where):
        raise DocumentError("is no report", where=where, hint="give one")

    def overruns(data, where):
        time.sleep(30)
        raise AssertionError

    def devours(data, where):
        return bytearray(2_000_000_000)

    def dies(data, where):
        os._exit(3)

    def spins(data, where):
        while True:
            pass

    def stumbles(data, where):
        return data[1]

    for reader, what, seconds in (
        (fails, "is no report", 4),
        (stumbles, r"cannot be read \(IndexError\)", 4),
        (overruns, "not read in 0 s", 0.1),
        (spins, "not read in 1 s", 0.5),
        (devours, "more than", 4),
        (dies, "more than", 4),
    ):
        with pytest.raises(DocumentError, match=what if reader is not spins else r"not read in \d s"):
            guarded(reader, b"", "a", seconds=seconds)


def test_a_reader_may_ask_for_more_time_up_to_a_bound():
    def works(data, where):
        allow(1)
        while time.process_time() < 1.4:
            pass
        return compose([])

    assert guarded(works, b"", "a", seconds=1, most=3).text == ""
    with pytest.raises(DocumentError, match=r"not read in 1 s"):
        guarded(works, b"", "a", seconds=1)
    allow(1)  # of a process that nobody guards, nothing


def whole(data: bytes) -> None:
    try:
        document = document_of(data)
    except KgError:
        return
    split_sentences(document, parse_outline(document))


SEEDS = [
    "某县2023年法治政府建设报告\n一、成效\n（一）加强领导。办案3件。\n".encode(),
    "<html><body><table><tr><td>一、成效</td><td>办案3件。</td></tr></table></body></html>".encode(),
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>",
    b"{\\rtf1 x", b"PK\x03\x04word/document.xml",
]  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(SEEDS[:2]), st.integers(0, 200), st.binary(max_size=8), st.integers(0, 12))
def test_damaged_bytes_never_crash_the_reader(seed, place, noise, gone):
    whole(seed[:place] + noise + seed[place + gone :])


@settings(max_examples=40)
@given(st.sampled_from((SEEDS[2], word(paragraph("一、成效。办案3件。")))), st.integers(0, 900), st.binary(max_size=6))
def test_damaged_files_never_crash_the_reader(seed, place, noise):
    whole(seed[:place] + noise + seed[place + len(noise) :])
