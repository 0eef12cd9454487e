"""What rooms of the desk put on the page of a case and beside the intake form: filled in `ready()`.

The two pages know no room by name: a room says where its part stands, who may see it, and what it shows.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from cases.records.case import Case
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

Words = str | Promise
Fields = Mapping[str, str]


class Place(StrEnum):
    """Where a part stands on the page of a case."""

    TOP = "top"  # above everything: what must be seen before the next call
    MAIN = "main"  # below the words and the 経過
    FIRST = "first"  # beside them, before the card: what the next words to the caller depend on
    SIDE = "side"  # beside them, below the card


@dataclass(frozen=True)
class Panel:
    """A part of a case's page. `build` gives the template's context, None where there is nothing to show.

    It runs on each look at the page: a query or two, nothing that opens a sealed value.
    """

    name: str
    place: Place
    permission: str
    template: str
    build: Callable[[Case, Account], dict[str, Any] | None]


@dataclass(frozen=True)
class Step:
    """A next step offered on the page of a case: a page of its own (`url_name` takes the case's uid), and its key.

    `is_wanted` says whether it makes sense for this case now.
    """

    name: str
    permission: str
    url_name: str
    label: Words
    shortcut: str = ""
    is_wanted: Callable[[Case], bool] = field(default=lambda _case: True)


@dataclass(frozen=True)
class Hint:
    """A part beside the intake form, asked again when one of `fields` changes. `build(fields, uid=, by=)`.

    Nothing typed is stored by it, and nothing of it goes into an address.
    """

    name: str
    title: Words
    fields: tuple[str, ...]
    template: str
    build: Callable[..., dict[str, Any]]


_panels: dict[str, Panel] = {}
_steps: dict[str, Step] = {}
_hints: dict[str, Hint] = {}
PLACES: Final = tuple(Place)


def _add(into: dict[str, Any], one: Panel | Step | Hint) -> None:
    if one.name in into:
        raise ValueError(f"{one.name} is registered twice")
    into[one.name] = one


def add_panel(panel: Panel) -> None:
    _add(_panels, panel)


def add_step(step: Step) -> None:
    _add(_steps, step)


def add_hint(hint: Hint) -> None:
    _add(_hints, hint)


def panels_of(case: Case, actor: Account) -> dict[str, list[tuple[Panel, dict[str, Any]]]]:
    """The parts to show, by place, in the order of registration."""
    found: dict[str, list[tuple[Panel, dict[str, Any]]]] = {place.value: [] for place in PLACES}
    for panel in _panels.values():
        if actor.may(panel.permission) and (context := panel.build(case, actor)) is not None:
            found[panel.place].append((panel, context))
    return found


def steps_of(case: Case, actor: Account) -> list[Step]:
    return [step for step in _steps.values() if actor.may(step.permission) and step.is_wanted(case)]


def hints() -> list[Hint]:
    return list(_hints.values())


def everything(fields: Fields, *, uid: uuid.UUID, by: Account) -> dict[str, dict[str, Any]]:
    """What every part beside the form shows, by its name, for the page without scripts."""
    return {hint.name: hint.build(fields, uid=uid, by=by) for hint in _hints.values()}


class ShowHint(StaffView):
    """One part beside the form, for what is typed now."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        hint = _hints.get(name)
        if hint is None:
            raise Http404
        context = hint.build(request.POST, uid=uid, by=self.actor)
        return render(request, hint.template, {"uid": uid, **context})
