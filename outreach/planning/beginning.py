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
    """A page that begins something: for whoever holds `permission`, and for proposals that fit."""

    label: str | Promise
    url_name: str
    permission: str
    audience: str = ""
    fits: Callable[[Proposal], bool] = lambda _proposal: True


WAYS: Final[list[Way]] = [
    Way(_("講座にする"), "lecture-new", roles.PLAN_LECTURES),
    Way(_("申込を受ける"), "application-new", roles.PLAN_LECTURES),
    Way(_("見守り通信にする"), "bulletin-new", roles.WRITE_BULLETINS),
    Way(_("メールで送る"), "mail", roles.KEEP_MAIL),
    Way(
        _("学校の授業にする"),
        "lecture-new",
        roles.PLAN_LECTURES,
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
    return {
        "theme": proposal.theme,
        # Forms of before take the 手口 and the age group by these names.
        "scam": proposal.theme,
        "group": proposal.age_group,
        "audience": way.audience or audiences.of_group(proposal.age_group),
        "area": proposal.factors.get("goes_to", proposal.area),
        "proposal": str(proposal.uid),
    }
