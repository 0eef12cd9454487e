"""Every number of the columns against its fact: a byte that a disk changed is found here."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

import numpy as np

from cases.figures import column_files as files
from cases.figures import settled as settling
from cases.figures.column_files import Opened
from cases.figures.layout import KINDS, ROW, Encoder
from cases.figures.models import CaseFact
from cases.figures.recount.differences import Difference

_AT_ONCE: Final = 20_000


def differences(advance: Callable[[int], None]) -> Iterator[Difference]:
    """Of the log's copy; where that is sound, of the facts settled from it. Nothing where there are no columns."""
    opened = files.opened()
    if opened is None:
        return
    of_log = list(_of_log(opened, advance))
    yield from of_log or _of_settled(opened)


def _of_log(opened: Opened, advance: Callable[[int], None]) -> Iterator[Difference]:
    encoder = Encoder(opened.manifest.words)
    at, differing = dict.fromkeys(KINDS, 0), Counter[str]()
    facts = CaseFact.objects.filter(seq__lte=opened.manifest.last_seq).order_by("seq")
    rows = facts.values_list(*ROW).iterator(chunk_size=_AT_ONCE)
    while chunk := list(islice(rows, _AT_ONCE)):
        for kind, columns in encoder.by_kind(chunk).items():
            end = at[kind] + len(columns["seq"])
            for name, wanted in columns.items():
                held = opened.log[kind][name][at[kind] : end]
                differing[name] += len(wanted) if len(held) < len(wanted) else int((held != wanted).sum())
            at[kind] = end
        advance(len(chunk))
    for kind in KINDS:
        differing["seq"] += max(0, opened.manifest.rows[kind] - at[kind])
    for name, rows_off in differing.items():
        if rows_off:
            yield Difference("columns", "", name, "", 0, rows_off)


def _of_settled(opened: Opened) -> Iterator[Difference]:
    settled = opened.manifest.settled
    if settled is None or opened.settled is None:
        return
    for kind in KINDS:
        log = {name: array[: settled.log_rows[kind]] for name, array in opened.log[kind].items()}
        wanted = settling.settle(log)
        for name, held in opened.settled[kind].items():
            same = wanted is not None and np.array_equal(wanted[name], held)
            if not same:
                off = (
                    -1
                    if wanted is None or len(held) != len(wanted[name])
                    else int((held != wanted[name]).sum())
                )
                yield Difference("columns", "", f"settled.{name}", kind, 0, off)
