"""What a worker can do: job kinds and periodic tasks, filled by the apps in their `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.utils.functional import Promise

from cases.jobs.lanes import Lane

if TYPE_CHECKING:
    from cases.jobs.running import Running

Handler: TypeAlias = "Callable[[Running], None]"
Task: TypeAlias = Callable[[], bool | None]
Look: TypeAlias = Callable[[], bool]


@dataclass(frozen=True)
class Kind:
    """A job kind and what a person calls it."""

    name: str
    label: Promise | str
    run: Handler
    lane: Lane


@dataclass(frozen=True)
class PeriodicTask:
    """A small task of the worker loop; `wanted` is a cheap look, without a write, whether there is work."""

    name: str
    seconds: float
    run: Task
    wanted: Look | None
    lane: Lane


kinds: dict[str, Kind] = {}
periodic: dict[str, PeriodicTask] = {}
# Called with the uid of a job and its lane once it is committed; filled where a broker is configured.
nudges: list[Callable[[UUID, Lane], None]] = []


def handler(name: str, *, label: Promise | str, lane: Lane = Lane.JOBS) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind.

    It must be idempotent: after a killed worker it starts again from its last checkpoint. `lane`: `FEED` for what is
    done in seconds while somebody waits; one that takes longer is broken off there and goes on in the other lane.
    """

    def register(run: Handler) -> Handler:
        if name in kinds:
            raise ValueError(f"the job kind {name} is registered twice")
        kinds[name] = Kind(name, label, run, lane)
        return run

    return register


def every(
    seconds: float, name: str, *, wanted: Look | None = None, lane: Lane = Lane.JOBS
) -> Callable[[Task], Task]:
    """Register a small periodic task: one worker at a time, `seconds` after its last end.

    A task that returns True has more to do and is due again at once. Unit of `seconds`: seconds; a task that
    runs for more than `tasks.LEASE` may be started by a second worker. `lane`: `FEED` for what takes a second or two
    and must not wait until a long job is done.
    """

    def register(run: Task) -> Task:
        if name in periodic:
            raise ValueError(f"the periodic task {name} is registered twice")
        periodic[name] = PeriodicTask(name, seconds, run, wanted, lane)
        return run

    return register


def label_of(kind: str) -> str:
    """What a person calls the kind; the bare name where no app registers it any more."""
    return str(kinds[kind].label) if kind in kinds else kind
