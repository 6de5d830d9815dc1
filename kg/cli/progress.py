"""Progress of a build: a bar on a terminal, a line now and then in a log; how many, how fast, how long still."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from kg.cli.terminal import err, say, tell

EVERY = 30.0
"""Seconds between two lines of a log."""


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """What is to be called with (made, all) after each report."""
    if not err.is_terminal:
        yield Log()
        return
    columns = BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda made, of: bar.update(
            task, completed=made, total=of, description=say("writing") if made == of else ""
        )


class _Rate(ProgressColumn):
    """Reports a second, which rich tells only of what has no known end."""

    def render(self, task: Task) -> Text:
        return Text(say("rate", rate=f"{task.speed:.1f}") if task.speed else "", style="progress.percentage")


@dataclass(slots=True)
class Log:
    """A line every half minute, for what is no terminal: a file, a job of a cluster. Nothing of what is quick."""

    clock: Callable[[], float] = time.monotonic
    _told: tuple[float, int] = field(init=False)

    def __post_init__(self) -> None:
        self._told = self.clock(), 0

    def __call__(self, made: int, of: int) -> None:
        at, before = self._told
        if (seconds := self.clock() - at) >= EVERY:
            rate = (made - before) / seconds  # of late: reports that are kept from before are quicker than the rest
            left = timedelta(seconds=round((of - made) / rate))
            tell("going", made=made, of=of, rate=f"{rate:.1f}", left=left)
            self._told = self.clock(), made
