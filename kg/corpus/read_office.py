"""Old office files (.doc, .wps, .rtf, .odt) to a draft, through LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from kg.corpus.draft import Draft
from kg.corpus.guard import MEMORY, guarded
from kg.corpus.read_docx import read_docx
from kg.errors import DocumentError

SECONDS = 60
"""A file that takes longer to convert is refused."""

_BOUNDED = ("sh", "-c", 'ulimit -d "$0" 2>/dev/null; exec "$@"', str(MEMORY // 1024))
"""Runs a program with a bound of memory, in kilobytes; a hostile file makes LibreOffice take gigabytes."""


def read_office(data: bytes, where: str = "") -> Draft:
    """A draft of a file in an old office format: LibreOffice turns it into .docx, which is then read.

    Raises DocumentError where LibreOffice is not installed, cannot read the file, or takes longer than a minute.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        what = "is an old office file (.doc, .wps, .rtf, .odt)"
        raise DocumentError(what, where=where, hint="install LibreOffice, or save the file as .docx")
    with tempfile.TemporaryDirectory(prefix="fazhi-") as folder:
        source = Path(folder, "report" + _suffix(data))
        source.write_bytes(data)
        # a profile of its own, so that an open LibreOffice does not take the job and two readings do not meet
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source),
        ]  # fmt: skip
        _run([*_BOUNDED, *command] if os.name == "posix" else command, where)
        made = Path(folder, "report.docx")
        if not made.is_file():
            raise DocumentError("LibreOffice cannot read it", where=where, hint="save the file as .docx")
        return guarded(read_docx, made.read_bytes(), where)


def _run(command: list[str], where: str) -> None:
    process = subprocess.Popen(  # its own session: soffice starts children that must end with it
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(f"not converted in {SECONDS} s", where=where, hint="save the file as .docx") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _suffix(data: bytes) -> str:
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    return ".odt" if data.startswith(b"PK") else ".doc"
