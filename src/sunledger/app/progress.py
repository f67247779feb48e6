"""How far something long has come: a bar on a terminal, a line now and then anywhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bars


class Progress(Protocol):
    """Is told how far the work has come."""

    def stage(self, doing: str) -> None:
        """Another part of the work begins, of unknown length."""

    def at(self, fraction: float, doing: str) -> None:
        """So much of this part is done, from 0 to 1."""


@contextmanager
def shown(stream: TextIO) -> Iterator[Progress]:
    """Progress shown on a stream while the work goes on."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    from rich import progress as rich  # only for terminals
    from rich.console import Console

    # what is told may come from a device or an error, so its brackets are no markup
    doing = rich.TextColumn("{task.description}", markup=False)
    columns = (doing, rich.BarColumn(), rich.TaskProgressColumn(), rich.TimeRemainingColumn())
    with rich.Progress(*columns, console=Console(file=stream), transient=True) as bars:
        yield _Bar(bars)


class _Lines:
    """A line for each part of the work, and for each tenth of one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tenths = 0

    def stage(self, doing: str) -> None:
        self._tenths = 0
        self._say(f"{doing} …")

    def at(self, fraction: float, doing: str) -> None:
        tenths = int(fraction * 10)
        if tenths > self._tenths:
            self._tenths = tenths
            self._say(f"{tenths * 10:3} %  {doing}")

    def _say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class _Bar:
    """One bar, which only moves to and fro while nobody knows how long it takes."""

    def __init__(self, bars: "Bars") -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)

    def stage(self, doing: str) -> None:
        self._bars.reset(self._task, total=None, description=doing)

    def at(self, fraction: float, doing: str) -> None:
        self._bars.update(self._task, total=1.0, completed=fraction, description=doing)
