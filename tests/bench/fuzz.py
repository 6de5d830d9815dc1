"""Readers fed with what coverage leads to: whatever the bytes, a reader gives a document or a refusal with its reason.

    python tests/bench/fuzz.py [--seconds 60] [--seed 1] [FORMAT …]      needs the extra `fuzz` (atheris: Linux, macOS)

The first byte of an input chooses the format. Word and OFD files, which are archives, are fuzzed by the XML inside, since
an archive whose sums do not fit is refused at once. An input that crashes a reader is written to crash-… in this folder.
"""

import argparse
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent.parent)]

with atheris.instrument_imports(include=["kg.corpus", "kg.lexicon"], enable_loader_override=False):
    import kg.corpus.document as documents
    from kg.corpus.outline import parse_outline
    from kg.corpus.read_docx import read_docx as _docx  # noqa: F401 (imported late by the reader, instrumented here)
    from kg.corpus.read_html import read_html as _html  # noqa: F401
    from kg.corpus.read_mhtml import read_mhtml as _mhtml  # noqa: F401
    from kg.corpus.read_ofd import read_ofd as _ofd  # noqa: F401
    from kg.corpus.read_pdf import read_pdf as _pdf  # noqa: F401
    from kg.corpus.sentence import split_sentences
    from kg.corpus.source import source_of
    from kg.errors import KgError

import markup  # noqa: E402 (beside the tests, found by the path set above)
import test_hostile  # noqa: E402
import test_read_ofd  # noqa: E402
import test_read_office  # noqa: E402


def swapped(archive: bytes, part: str, xml: bytes) -> bytes:
    """An archive with other bytes in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == part else old.read(name))
    return out.getvalue()


def part(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


WORD, OFD = test_read_office.numbered_word(), test_read_ofd.ofd()
DOCUMENT, NUMBERING, PAGE = "word/document.xml", "word/numbering.xml", "Doc_0/Pages/Page_9/Content.xml"
FORMATS: Mapping[str, tuple[Callable[[bytes], bytes], list[bytes]]] = {
    "text": (bytes, ["\n".join(markup.PARAGRAPHS).encode(), *test_hostile.SEEDS[:1]]),
    "html": (bytes, [make() for make in markup.PAGES.values()]),
    "mhtml": (bytes, [markup.saved_as_one_file()]),
    "pdf": (bytes, [test_hostile.SEEDS[2], test_hostile.PDF % (b"3 0 R", 20, b"", b"BT (ab) Tj ET")]),
    "docx": (partial(swapped, WORD, DOCUMENT), [part(WORD, DOCUMENT)]),
    "numbering": (partial(swapped, WORD, NUMBERING), [part(WORD, NUMBERING)]),
    "ofd": (partial(swapped, OFD, PAGE), [part(OFD, PAGE)]),
}


def read(data: bytes) -> None:
    """Read in this process, where coverage is seen; what is read must be sound."""
    try:
        document = documents.read_document(source_of(data), force=True)
    except KgError:
        return
    assert len(document.shadow) == len(document.text)
    for sentence in split_sentences(document, parse_outline(document)):
        assert document.quote(sentence.span) == sentence.text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("formats", nargs="*", choices=[[], *FORMATS], metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    names = chosen.formats or list(FORMATS)
    os.environ["PATH"] = ""  # no outside program: an input that looks like an old office file would start LibreOffice
    documents.guarded = lambda reader, data, where, **_: reader(data, where)

    def one(data: bytes) -> None:
        if data:
            make, _ = FORMATS[names[data[0] % len(names)]]
            read(make(data[1:]))

    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names):
            for index, seed in enumerate(FORMATS[name][1]):
                Path(folder, f"{name}-{index}").write_bytes(bytes([number]) + seed)
        bounds = [f"-max_total_time={chosen.seconds}", f"-seed={chosen.seed}", "-timeout=10", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], folder, *bounds, "-max_len=60000", "-verbosity=1", "-print_final_stats=1"], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
