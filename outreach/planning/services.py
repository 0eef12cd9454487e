"""What staff choose over the planner, and the weights of a centre. Each verb is one transaction with its entry."""

import uuid
from decimal import Decimal
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.need.weights import Weights
from cases.figures.trends import GROUPS
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.planning import keeping
from outreach.planning.models import Place, PlanChoice, PlanWeights
from outreach.words import Masking

LONGEST_NOTE: Final = 200
LEAST_FACTOR: Final = Decimal("0.1")
MOST_FACTOR: Final = Decimal(10)


class ChoiceTakenBack(CasesError):
    """The choice was taken back before, perhaps by somebody else."""

    code: ClassVar[str] = "plan_choice_taken_back"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この指定は、すでに取り消されています。"))


@transaction.atomic
def choose(
    place: Place,
    kind: str,
    *,
    note: str,
    centre: Centre,
    by: Account,
    factor: Decimal | None = None,
    to_area: str = "",
) -> PlanChoice:
    """Pin, leave out or change a line; what stood for it before is taken back and stays in the history.

    It stands whether or not a plan has such a line. Raises EntryRefused by field: note, factor, to_area, place.
    """
    _check(place, kind, note, factor, to_area, centre)
    # The centre's row is the lock: of two choices for one line the later one stands.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    same = PlanChoice.objects.filter(centre=centre).standing()
    same.filter(theme=place.theme, age_group=place.age_group, area=place.area).update(
        undone_at=timezone.now(), undone_by_id=by.pk
    )
    choice = PlanChoice.objects.create(
        centre=centre,
        kind=kind,
        theme=place.theme,
        age_group=place.age_group,
        area=place.area,
        factor=factor if kind == PlanChoice.Kind.CHANGE else None,
        to_area=to_area if kind == PlanChoice.Kind.CHANGE else "",
        note=Masking(centre).text(note.strip()),
        made_by=by,
    )
    audit.record("PLAN_CHOSEN", by=by, centre=centre, reason=kind)
    keeping.plan_again(centre, by=by)
    return choice


@transaction.atomic
def take_back(uid: uuid.UUID, *, by: Actor) -> PlanChoice:
    """Raises PlanChoice.DoesNotExist outside the actor's scope, ChoiceTakenBack."""
    rows = PlanChoice.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    choice = rows.get(uid=uid)
    if choice.undone_at is not None:
        raise ChoiceTakenBack
    choice.undone_at, choice.undone_by_id = timezone.now(), by.pk
    choice.save(update_fields=["undone_at", "undone_by"])
    audit.record("PLAN_CHOICE_UNDONE", by=by, centre=choice.centre, reason=choice.kind)
    keeping.plan_again(choice.centre, by=by)
    return choice


@transaction.atomic
def set_weights(values: Weights, *, note: str, centre: Centre, by: Account) -> PlanWeights:
    """A new version of the centre's weights; earlier ones stay. Raises EntryRefused by weight, and for the note."""
    faults = dict.fromkeys(values.faults(), _("範囲の中の数を入力してください。"))
    if reason := _note_fault(note):
        faults["note"] = reason
    if faults:
        raise EntryRefused(faults)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    last = PlanWeights.objects.filter(centre=centre).order_by("-number").first()
    row = PlanWeights.objects.create(
        centre=centre,
        number=last.number + 1 if last else 1,
        values=values.plain(),
        note=Masking(centre).text(note.strip()),
        set_by=by,
    )
    audit.record("PLAN_WEIGHTS_SET", by=by, centre=centre)
    keeping.plan_again(centre, by=by)
    return row


def _check(place: Place, kind: str, note: str, factor: Decimal | None, to_area: str, centre: Centre) -> None:
    faults: dict[str, str] = {}
    areas = set(centre.areas.values_list("code", flat=True))
    if place.theme not in codes.codes(Kind.SCAM_TYPE).by_code or place.age_group not in GROUPS:
        faults["place"] = _("選び直してください。")
    if kind not in PlanChoice.Kind.values or place.area not in {"", *areas}:
        faults["kind"] = _("選び直してください。")
    if kind == PlanChoice.Kind.CHANGE:
        if factor is None and not to_area:
            faults["factor"] = _("重みか、行き先の地区を入力してください。")
        elif factor is not None and not LEAST_FACTOR <= factor <= MOST_FACTOR:
            faults["factor"] = _("重みは0.1から10までで入力してください。")
        if to_area not in {"", *areas}:
            faults["to_area"] = _("選び直してください。")
    if reason := _note_fault(note):
        faults["note"] = reason
    if faults:
        raise EntryRefused(faults)


def _note_fault(note: str) -> str:
    if not note.strip():
        return _("理由を入力してください。")
    if len(note.strip()) > LONGEST_NOTE:
        return _("%(most)s文字以内で入力してください。") % {"most": LONGEST_NOTE}
    return ""
