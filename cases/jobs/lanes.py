"""Two lanes of work, so that what takes seconds never waits behind what takes minutes.

`feed`: what people see at once or are to be told at once: changed cases into search and figures, alerts, notices, the
papers somebody waits for. `jobs`: everything else. A process works in one lane, or in both by turns.
"""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Lane(StrEnum):
    """Also what is stored in a job's row, and the names of Celery's queues."""

    FEED = "feed"
    JOBS = "jobs"

    @property
    def label(self) -> Promise:
        return _LABELS[self]


_LABELS: Final = {
    Lane.FEED: gettext_lazy("反映と急ぎの仕事"),
    Lane.JOBS: gettext_lazy("時間のかかる仕事"),
}
EVERY: Final = frozenset(Lane)
