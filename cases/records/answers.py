"""Questions that are kept, answers that were published, and corrections of these with their number and notice."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre


class NumbersQuestion(models.Model):
    """A question of the numbers page under a name. `address` is its query string: codes and days, nothing personal."""

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("名前"), max_length=60)
    address = models.TextField()
    is_shared = models.BooleanField(_("センターで共有する"), default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["centre", "owner"], name="numbers_question_of")]

    def __str__(self) -> str:
        return self.name


class AnswerQuerySet(models.QuerySet["PublishedAnswer"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class PublishedAnswer(models.Model):
    """What a council was told: the question, its definition and the numbers as they were, for good.

    It counts where the log vouches for every word of it (`cases.services.answers`): a changed row is no answer.
    `question_key` is the same for the same question, whenever and by whom it is asked. `numbers` holds the codes
    with their labels of that day and the counts. `erased`: cases counted here whose card was erased by then.
    """

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("番号"))
    title = models.CharField(_("何への回答か"), max_length=100)
    answered_on = models.DateField(_("答えた日"))
    address = models.TextField()
    question_key = models.CharField(max_length=64)
    definition = models.JSONField()
    numbers = models.JSONField()
    as_of = models.BigIntegerField()
    erased = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["centre", "number"], name="answer_number_once")]
        indexes = [models.Index(fields=["question_key", "centre"], name="answer_by_question")]

    def __str__(self) -> str:
        return str(self.number)


class AnswerCorrection(models.Model):
    """A correction of a published answer: its own running number, the notice, and the numbers that hold instead."""

    uid = models.UUIDField(unique=True, editable=False)
    answer = models.ForeignKey(PublishedAnswer, models.PROTECT, related_name="corrections")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("訂正の番号"))
    notice = models.CharField(_("訂正のお知らせ"), max_length=200)
    definition = models.JSONField()
    numbers = models.JSONField()
    as_of = models.BigIntegerField()
    erased = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="answer_correction_number_once")
        ]

    def __str__(self) -> str:
        return str(self.number)
