"""How fast reports are read, and how much memory that takes, on one core.

    python tests/bench/read_speed.py

Prints a row for each format: what is reached, and what issue it must reach. The reports are composed by the tests' own
mark-ups; PDF needs LibreOffice and is left out, with a word, where there is none.
"""

import io
import resource
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import docx  # noqa: E402
import markup  # noqa: E402

from kg.corpus.document import Document, read_document  # noqa: E402
from kg.corpus.outline import parse_outline  # noqa: E402
from kg.corpus.sentence import split_sentences  # noqa: E402
from kg.corpus.source import source_of  # noqa: E402
from kg.extract.extractors import extract_facts  # noqa: E402

TEXT = (ROOT / "kg" / "demo" / "ninghai-2021.txt").read_bytes()
PAGE = 60_000
"""Bytes of a page of a government site, most of them navigation."""


def read(data: bytes) -> Document:
    return read_document(source_of(data), force=True)


def whole(data: bytes) -> None:
    document = read(data)
    split_sentences(document, parse_outline(document))


def facts_of(document: Document) -> None:
    outline = parse_outline(document)
    extract_facts(document, outline, split_sentences(document, outline))


def page() -> bytes:
    link = '<li><a href="/art/1.html" title="政务公开">政务公开</a></li>'
    sound = markup.trs()
    filler = link * ((PAGE - len(sound)) // len(link.encode()))
    return sound.replace(b"</body>", f"<ul>{filler}</ul></body>".encode())


def word() -> bytes:
    document = docx.Document()
    for text in (markup.TITLE, *markup.BODY * 2):
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf() -> bytes | None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.docx").write_bytes(word())
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", folder, f"{folder}/a.docx"], check=True, capture_output=True)
        return Path(folder, "a.pdf").read_bytes()


def rate(action: Callable[[], object], *, times: int) -> float:
    """Runs in a second of the processor, with what child processes take: other work on the machine does not count."""
    action()
    start = spent()
    for _ in range(times):
        action()
    return times / (spent() - start)


def spent() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def memory(data: bytes) -> float:
    """Peak of what Python holds while it reads, as a multiple of the file."""
    tracemalloc.start()
    whole(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / len(data)


def loading() -> float:
    """Milliseconds until the first name of a township is found, in a process that has read no table."""
    code = (
        "import time; from kg.lexicon import divisions; start = time.process_time();"
        "divisions.find('浙江省宁波市宁海县力洋镇'); print(time.process_time() - start)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True) for _ in range(3)]
    return 1000 * min(float(run.stdout) for run in runs)


def main() -> None:
    html, office, printed = page(), word(), pdf()
    megabytes = len(TEXT) / 1e6
    print("what\treached\twanted")
    print(f"text, read\t{rate(lambda: read(TEXT), times=40) * megabytes:.1f} MB/s\t5")
    print(f"text, read and cut into sentences\t{rate(lambda: whole(TEXT), times=40) * megabytes:.1f} MB/s\t")
    document = read(TEXT)
    facts = rate(lambda: facts_of(document), times=20) * len(document.text)
    print(f"all facts of a text\t{facts:,.0f} characters/s\t60,000")
    print(f"web pages of {len(html) // 1000} kB\t{rate(lambda: read(html), times=20):.0f} a second\t50")
    print(f"Word files\t{rate(lambda: read(office), times=10):.0f} a second\t20")
    if printed is None:
        print("PDF pages\tnot measured: LibreOffice is not installed\t5")
    else:
        pages = read(printed).blocks[-1].page or 1
        print(f"PDF pages\t{rate(lambda: read(printed), times=2) * pages:.1f} a second\t5")
    print(f"division table, first name looked up\t{loading():.0f} ms\t50 at most")
    print(f"memory for text\t{memory(TEXT * 20):.1f} × the file\t10")


if __name__ == "__main__":
    main()
