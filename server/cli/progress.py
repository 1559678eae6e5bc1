"""Progress of long work: a bar on standard error, only where somebody watches a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


@contextmanager
def progress(label: str, total: int) -> Iterator[Advance]:
    """Show how far work of `total` parts has come; call what is given with the parts just done."""
    if not sys.stderr.isatty():
        yield _nobody_watches
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=max(total, 1))
        yield lambda parts: bar.advance(task, parts)


def _nobody_watches(parts: int) -> None:
    del parts
