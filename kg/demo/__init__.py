"""The bundled report and its register. Input, kept apart from code: it is read like any other report."""

from pathlib import Path

REGISTER = Path(__file__).parent / "sources.tsv"
