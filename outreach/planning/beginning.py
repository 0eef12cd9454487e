"""The ways from a proposal to what is made of it: pages that take what it is about in their address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.figures.trends import YOUNG
from consult.shell import roles
from consult.shell.accounts import Account
from outreach import audiences
from outreach.planning.models import Proposal


@dataclass(frozen=True)
class Way:
    """A page that begins something: for whoever holds `permission`, and for proposals that fit.

    `takes`: what of a proposal the page begins with, beside the proposal itself.
    """

    label: str | Promise
    url_name: str
    permission: str
    takes: tuple[str, ...]
    audience: str = ""
    fits: Callable[[Proposal], bool] = lambda _proposal: True


_ALL: Final = ("theme", "audience", "area")
WAYS: Final[list[Way]] = [
    Way(_("講座にする"), "lecture-new", roles.PLAN_LECTURES, _ALL),
    Way(_("申込を受ける"), "application-new", roles.PLAN_LECTURES, _ALL),
    Way(_("見守り通信にする"), "bulletin-new", roles.WRITE_BULLETINS, ("theme", "audience")),
    Way(_("メールで送る"), "mail", roles.KEEP_MAIL, ("theme",)),
    Way(
        _("学校の授業にする"),
        "lecture-new",
        roles.PLAN_LECTURES,
        _ALL,
        audience="KOSAN",
        fits=lambda proposal: proposal.age_group == YOUNG,
    ),
]
"""Rooms add theirs in `ready()`."""


def begins(proposal: Proposal, actor: Account) -> list[tuple[str, str]]:
    """(label, address) of each way that the actor may take."""
    return [
        (str(way.label), f"{reverse(way.url_name)}?{urlencode(_about(proposal, way))}")
        for way in WAYS
        if actor.may(way.permission) and way.fits(proposal)
    ]


def _about(proposal: Proposal, way: Way) -> dict[str, str]:
    known = {
        "theme": proposal.theme,
        "audience": way.audience or audiences.of_group(proposal.age_group),
        "area": proposal.factors.get("goes_to", proposal.area),
    }
    return {**{name: known[name] for name in way.takes}, "proposal": str(proposal.uid)}
