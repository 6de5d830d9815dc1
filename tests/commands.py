"""A command of `fazhi` run in this process, and what it printed."""

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from kg import cli


@dataclass(frozen=True)
class Output:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def one_line(self) -> str:
        """The one line of an error."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


def run(
    capture: pytest.CaptureFixture[bytes], patch: pytest.MonkeyPatch, *arguments: object, given: str = ""
) -> Output:
    """`fazhi` with these arguments, and with `given` on its standard input."""
    patch.setattr(sys, "argv", ["fazhi", *map(str, arguments)])
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
    capture.readouterr()
    with pytest.raises(SystemExit) as end:
        cli.main()
    out, err = capture.readouterr()
    return Output(int(end.value.code or 0), out.decode(), err.decode())
