"""Rows of the planner: what was proposed and from what, what staff chose over it, and what was made of it.

A plan is kept as it was made: its inputs and weights beside every proposal with its factors, so that the same engine
gives the same proposals again. Choices belong to a theme, an age group and a district, never to a plan: a new plan
changes none of them.
"""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.figures.need import weights
from cases.figures.need.weights import Weights
from cases.figures.trends import GROUPS
from cases.records.centre import Actor, Centre

AGE_GROUPS = list(GROUPS.items())


@dataclass(frozen=True, order=True)
class Place:
    """What a proposal is about: a 手口, an age group, a district. Empty where it is not cut so finely."""

    theme: str
    age_group: str
    area: str


class PlanWeights(models.Model):
    """One version of a centre's weights; the one with the highest number holds. `values` has every weight by name."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    note = models.CharField(_("理由"), max_length=800)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "number"], name="plan_weights_number_once")]

    def __str__(self) -> str:
        return f"{self.centre} {self.number}"


class Plan(models.Model):
    """One computation for one centre. `last_day`: the last day of the year looked at; `as_of`: the last fact counted.

    `inputs` and `weights` are what was put into the engine, `digest` is that of both; `told` is what the engine said
    of the whole: silent districts, districts with their lectures, the share of calls with a known district.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    last_day = models.DateField()
    as_of = models.BigIntegerField()
    engine = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    inputs = models.JSONField()
    weights = models.JSONField()
    told = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["centre", "-id"], name="plan_newest")]

    def __str__(self) -> str:
        return f"{self.centre} {self.last_day}"

    @property
    def rules(self) -> Weights:
        """The weights and rules that it was made under."""
        return weights.of_plain(self.weights["weights"])


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Actor) -> Self:
        """Proposals of the actor's centres; others do not exist for them."""
        return self.filter(plan__centre_id__in=actor.centre_ids)

    def at(self, place: Place) -> Self:
        """Those of every plan that are about the same."""
        return self.filter(theme=place.theme, age_group=place.age_group, area=place.area)


class Proposal(models.Model):
    """One line of a plan: its place, the factors whose product is the score, and the reasons, all as plain data."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="proposals")
    position = models.PositiveIntegerField()
    theme = models.CharField(_("手口"), max_length=32)
    age_group = models.CharField(_("年代"), max_length=10, choices=AGE_GROUPS)
    area = models.CharField(_("地区"), max_length=32, blank=True)
    factors = models.JSONField()
    reasons = models.JSONField(default=list)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="proposal_position_once"),
            models.UniqueConstraint(
                fields=["plan", "theme", "age_group", "area"], name="proposal_place_once"
            ),
        ]
        indexes = [models.Index(fields=["theme", "age_group", "area"], name="proposal_place")]

    def __str__(self) -> str:
        return f"{self.theme} {self.age_group} {self.area}".strip()

    @property
    def place(self) -> Place:
        return Place(self.theme, self.age_group, self.area)


class PlanChoiceQuerySet(models.QuerySet["PlanChoice"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)


class PlanChoice(models.Model):
    """What a person chose over the planner, with a note. It stands until a person takes it back.

    `factor`: the own weight that the score is multiplied by; `to_area`: the district to go to instead.
    """

    class Kind(models.TextChoices):
        PIN = "PIN", _("上に固定")
        EXCLUDE = "EXCLUDE", _("候補から外す")
        CHANGE = "CHANGE", _("重み・地区を変える")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    theme = models.CharField(max_length=32)
    age_group = models.CharField(max_length=10, choices=AGE_GROUPS)
    area = models.CharField(max_length=32, blank=True)
    factor = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    to_area = models.CharField(max_length=32, blank=True)
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    note = models.CharField(_("理由"), max_length=800)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = PlanChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "theme", "age_group", "area"],
                condition=Q(undone_at__isnull=True),
                name="plan_choice_stands_once",
            ),
            models.CheckConstraint(
                name="plan_choice_changes_something",
                condition=(Q(kind="CHANGE") & (Q(factor__isnull=False) | ~Q(to_area="")))
                | (~Q(kind="CHANGE") & Q(factor__isnull=True, to_area="")),
            ),
            models.CheckConstraint(
                name="plan_choice_factor_is_a_weight",
                condition=Q(factor__isnull=True) | Q(factor__gte=Decimal("0.1"), factor__lte=10),
            ),
            models.CheckConstraint(name="plan_choice_has_a_note", condition=~Q(note="")),
            models.CheckConstraint(
                name="plan_choice_undone_whole",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-id"], name="plan_choice_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.theme} {self.age_group} {self.area}".strip()

    @property
    def place(self) -> Place:
        return Place(self.theme, self.age_group, self.area)


class ProposalAction(models.Model):
    """What was begun from a proposal. No foreign key to it: each kind lives in a room of its own."""

    class Kind(models.TextChoices):
        LECTURE = "LECTURE", _("講座")
        BULLETIN = "BULLETIN", _("見守り通信")
        MAIL = "MAIL", _("メール配信")
        CLASS = "CLASS", _("学校の授業")

    NAMES: ClassVar = frozenset(Kind.values)

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    target_uid = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "kind", "target_uid"], name="proposal_action_once")
        ]
        indexes = [models.Index(fields=["target_uid"], name="proposal_action_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_uid}"
