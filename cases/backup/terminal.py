"""Progress for commands: a bar on a terminal, a line every five seconds elsewhere; both on the error stream."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.backup.telling import MIB, Tell

SAY_EVERY_SECONDS: Final = 5.0


@contextmanager
def bar() -> Iterator[Tell]:
    """Who is told how far the work is."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with tqdm(unit="B", unit_scale=True, unit_divisor=1024, file=sys.stderr) as shown:

        def tell(step: str, done: int, total: int | None) -> None:
            if shown.desc != f"{_(step)}: ":
                shown.reset(total)
                shown.set_description(_(step))
            shown.total = total
            shown.update(done - shown.n)

        yield tell


class _Lines:
    def __init__(self) -> None:
        self._said, self._step = time.monotonic(), ""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        if step == self._step and time.monotonic() - self._said < SAY_EVERY_SECONDS:
            return
        self._said, self._step = time.monotonic(), step
        of = f" / {total // MIB:,}" if total else ""
        print(f"{_(step)} {done // MIB:,}{of} MiB", file=sys.stderr, flush=True)  # noqa: T201 - for whoever watches
