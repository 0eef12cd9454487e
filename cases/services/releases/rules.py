"""The thresholds of a centre: stricter whenever it likes, looser with a reason on record."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.releases import rules
from cases.figures.releases.models import ReleaseRule
from cases.figures.releases.rules import Rule, rule_of
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused

__all__ = ["RuleNeedsReason", "rule_of", "set_rule"]

MOST: int = 1000


class RuleNeedsReason(CasesError):
    """The rule would show more than before, and nobody said why."""

    code: ClassVar[str] = "rule_needs_reason"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("基準をゆるめるときは、理由を入力してください。"))


@transaction.atomic
def set_rule(
    centre: Centre, *, public_below: int, members_below: int, rounding: int, reason: str = "", by: Actor
) -> Rule:
    """What holds from the next judgement on; what is out stays as it is. Raises EntryRefused, RuleNeedsReason."""
    faults = {}
    if not 1 <= members_below <= MOST:
        faults["members_below"] = _("1から%(most)dまでの数を入力してください。") % {"most": MOST}
    if not members_below <= public_below <= MOST:
        faults["public_below"] = _("構成員向けの数以上、%(most)d以下の数を入力してください。") % {
            "most": MOST
        }
    if rounding not in (0, 5, 10):
        faults["rounding"] = _("丸めは、なし、5件、10件から選んでください。")
    if faults:
        raise EntryRefused(faults)
    before = rules.rule_of(centre)
    now = Rule(public_below, members_below, rounding)
    if now == before:
        return now
    why = audit.typed(reason)
    if now.is_looser_than(before) and not why:
        raise RuleNeedsReason
    ReleaseRule.objects.create(
        centre=centre, public_below=public_below, members_below=members_below, rounding=rounding, reason=why[:200],
        set_by_id=by.pk,
    )  # fmt: skip
    told = f"{public_below}/{members_below}/{rounding}"
    audit.record("RELEASE_RULE_SET", by=by, centre=centre, reason=f"{told} {why}".strip())
    return now
