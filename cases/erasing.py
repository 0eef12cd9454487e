"""What goes with a case when it is erased: each room that keeps something of a case says here how it forgets it.

Rows with a foreign key to the case and `CASCADE` need no hook. Values sealed under the case's own key are beyond
reach once that key is gone; hooks are for other keys, other owners, and files.
"""

from collections.abc import Callable
from uuid import UUID

Hook = Callable[[UUID], None]

_hooks: dict[str, Hook] = {}


def register(name: str, hook: Hook) -> None:
    """`hook(case_uid)` runs inside the transaction that erases the case, before its row goes; idempotent."""
    if name in _hooks:
        raise ValueError(f"the erasure hook {name} is registered twice")
    _hooks[name] = hook


def run(case_uid: UUID) -> None:
    """Call every hook, in the order of their names."""
    for _name, hook in sorted(_hooks.items()):
        hook(case_uid)
