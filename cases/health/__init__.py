"""How the machine and the centres' input are: readings that every room may give, filled in each app's `ready()`."""

from cases.health.registry import (
    WORDS,
    Group,
    Level,
    Nightly,
    Reading,
    about_figures,
    nightly,
    readings,
    register,
    wrong,
)

__all__ = [
    "WORDS",
    "Group",
    "Level",
    "Nightly",
    "Reading",
    "about_figures",
    "nightly",
    "readings",
    "register",
    "wrong",
]
