"""Rows of surges: evaluations that are only added to, the waves that people see, what they said of them, and rules.

An evaluation is never changed: judged again, a week gets another one. What was put in is kept beside it, so that the
same code gives the same cards from it, to the last bit.
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre
from cases.surges.panel import Cell, Level
from cases.surges.rules import Rules

OPEN_FOR: Final = timedelta(weeks=4)
"""So long after its last alarm a wave is the same wave; what rises later is a new one."""


def _by() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class SurgeInputs(models.Model):
    """What was put in: every watched cell by week, packed (`packing`). Evaluations of one night share it.

    It is thrown away when it is `evaluating.INPUTS_KEPT` old; evaluations keep its digest.
    """

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]


class SurgeEvaluation(models.Model):
    """One week of one centre, judged once. `week_ends`: the last of its seven days. `as_of`: the last fact counted.

    `weeks_before_end`: how many weeks the inputs reach beyond the judged week. `cases` of the week, of which `typed`
    had their 手口. `cells` were watched, `evaluated` of them judged; `not_evaluated` counts the others by reason.
    """

    class Trigger(models.TextChoices):
        NIGHT = "NIGHT", _("毎日の調べ")
        LIVE = "LIVE", _("その日の知らせ")
        PAST = "PAST", _("さかのぼった調べ")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    week_ends = models.DateField()
    as_of = models.BigIntegerField()
    evaluated_at = models.DateTimeField(auto_now_add=True)
    trigger = models.CharField(max_length=8, choices=Trigger.choices)
    rules = models.JSONField()
    engine = models.CharField(max_length=80)
    inputs = models.ForeignKey(SurgeInputs, models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    weeks_before_end = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    cases = models.PositiveIntegerField()
    typed = models.PositiveIntegerField()
    is_small_centre = models.BooleanField()
    cells = models.PositiveIntegerField()
    evaluated = models.PositiveIntegerField()
    not_evaluated = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="surge_typed_are_of_the_cases", condition=Q(typed__lte=F("cases"))),
            models.CheckConstraint(
                name="surge_evaluated_are_of_the_cells", condition=Q(evaluated__lte=F("cells"))
            ),
        ]
        indexes = [models.Index(fields=["centre", "-week_ends", "-id"], name="surge_evaluation_newest")]

    def __str__(self) -> str:
        return f"{self.centre} {self.week_ends}"

    @property
    def typed_share(self) -> Fraction | None:
        """Of the cases of the week those whose 手口 was entered; None without a case."""
        return Fraction(self.typed, self.cases) if self.cases else None

    @property
    def week_begins(self) -> date:
        return self.week_ends - timedelta(days=6)


class _OfCell(models.Model):
    """A cell as it is stored: codes, empty where it is not cut so finely."""

    scam = models.CharField(max_length=32, blank=True)
    age = models.CharField(max_length=16, blank=True)
    area = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True

    @property
    def cell(self) -> Cell:
        return Cell(self.scam, self.age, self.area)

    @property
    def level(self) -> Level:
        return self.cell.level

    def put(self, cell: Cell) -> None:
        self.scam, self.age, self.area = cell.scam, cell.age, cell.area


class SurgeWaveQuerySet(models.QuerySet["SurgeWave"]):
    def visible_to(self, actor: Actor) -> "SurgeWaveQuerySet":
        return self.filter(centre_id__in=actor.centre_ids)

    def open_on(self, day: date) -> "SurgeWaveQuerySet":
        """Alarmed in the four weeks that end with the day."""
        return self.filter(merged_into=None, last_alarmed_on__gt=day - OPEN_FOR, first_alarmed_on__lte=day)


class SurgeWave(_OfCell):
    """One wave through all the nights in which it alarms; `cell` is the highest that did.

    `first_alarmed_on`, `last_alarmed_on`: last days of the first and the last week that alarmed; `noticed_at`: when it
    was first found. `merged_into`: the wave it turned out to be a part of.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    first_alarmed_on = models.DateField()
    last_alarmed_on = models.DateField()
    noticed_at = models.DateTimeField(auto_now_add=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects = SurgeWaveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="surge_wave_ends_not_before_it_begins",
                condition=Q(last_alarmed_on__gte=F("first_alarmed_on")),
            )
        ]
        indexes = [models.Index(fields=["centre", "-last_alarmed_on"], name="surge_wave_open")]

    def __str__(self) -> str:
        return f"{self.scam or '*'} {self.first_alarmed_on}"

    def is_open(self, today: date) -> bool:
        return self.merged_into_id is None and self.last_alarmed_on > today - OPEN_FOR


class SurgeCard(_OfCell):
    """What one evaluation told of a wave. Means and bounds are NULL on a scale that could not be judged.

    `probability` is the shortest text that reads back as the same number. `smallest_wave`: so many more cases a week
    would have become an alarm in this cell. `fewer_would_end`: with so many cases fewer in the week it would have been
    none; NULL where no number would have ended it. `years` of the past it was compared with: below 2 the records are
    short. `parts`: the alarming cells within, with the same numbers. `total_rises`: the whole rose too.
    """

    evaluation = models.ForeignKey(SurgeEvaluation, models.PROTECT, related_name="cards")
    wave = models.ForeignKey(SurgeWave, models.PROTECT, related_name="cards")
    position = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=16)
    years = models.PositiveSmallIntegerField()
    week_count = models.FloatField()
    week_mean = models.FloatField(null=True)
    week_upper = models.FloatField(null=True)
    four_count = models.FloatField(null=True)
    four_mean = models.FloatField(null=True)
    four_upper = models.FloatField(null=True)
    probability = models.CharField(max_length=32)
    smallest_wave = models.PositiveIntegerField(null=True)
    fewer_would_end = models.PositiveIntegerField(null=True)
    parts = models.JSONField(default=list)
    total_rises = models.BooleanField()

    TOLD: ClassVar = (
        "week_count", "week_mean", "week_upper", "four_count", "four_mean", "four_upper", "probability", "basis",
        "years", "smallest_wave", "fewer_would_end", "parts", "total_rises",
    )  # fmt: skip
    """What comes from the engine."""

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "position"], name="surge_card_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.scam or '*'} {self.age} {self.area}".strip()


class SurgeVerdict(models.Model):
    """What a person said of a wave; said anew, it is another row. Counts where the log vouches for it."""

    class Verdict(models.TextChoices):
        TRUE = "TRUE", _("本当に増えている")
        FALSE = "FALSE", _("たまたま(増えていない)")
        UNKNOWN = "UNKNOWN", _("まだ分からない")

    uid = models.UUIDField(unique=True, editable=False)
    wave = models.ForeignKey(SurgeWave, models.PROTECT, related_name="verdicts")
    # What stood on the page when it was said.
    card = models.ForeignKey(SurgeCard, models.PROTECT, related_name="+")
    verdict = models.CharField(_("判断"), max_length=8, choices=Verdict.choices)
    note = models.CharField(_("理由・メモ"), max_length=200, blank=True)
    by = _by()
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.wave} {self.verdict}"


class SurgeSettings(models.Model):
    """By which rules a centre is judged; without a row, by those of `cases.surges.rules`."""

    centre = models.OneToOneField(Centre, models.PROTECT, related_name="+")
    false_share_percent = models.PositiveSmallIntegerField(_("たまたまの割合のめやす(%)"))
    fewest_week = models.PositiveSmallIntegerField(_("1週間の最少件数"))
    fewest_four = models.PositiveSmallIntegerField(_("4週間の最少件数"))
    small_centre = models.PositiveIntegerField(_("小さいセンターの年間件数(未満)"))

    def __str__(self) -> str:
        return str(self.centre)

    @property
    def as_rules(self) -> Rules:
        return Rules(
            false_share=self.false_share_percent / 100,
            fewest_week=self.fewest_week,
            fewest_four=self.fewest_four,
            small_centre=self.small_centre,
        )


class SurgeBreak(models.Model):
    """From this day on the centre counts something else under a 手口: what lies before is not compared."""

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    scam = models.CharField(_("手口"), max_length=32)
    on = models.DateField(_("いつから"))
    note = models.CharField(_("何が変わったか"), max_length=100)
    by = _by()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "scam"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "scam", "on"], name="surge_break_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.scam} {self.on}"


def rules_of(stored: Mapping[str, Any]) -> Rules:
    """The rules of an evaluation as they are stored with it."""
    return Rules(**stored)
