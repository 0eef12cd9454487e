"""Rows of the 実施報告: who came by age, what the questionnaire says in totals, and what was asked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from outreach.lectures.models import Lecture
from outreach.lectures.report.bands import BANDS, QUESTIONS


class LectureReport(models.Model):
    """The report on one lecture. Totals only: no sheet of a questionnaire and no person is kept.

    `bands`: age band → people (`bands.BANDS`), empty where nobody counted; they add up to the people of the lecture.
    `answered`: sheets that came back. `answers`: question → choice → sheets; `next_themes`: 手口 → sheets.
    `asked`: what people asked, redacted when it is saved. `cases`: consultations that came of it, counted by staff.
    """

    lecture = models.OneToOneField(Lecture, models.CASCADE, related_name="report")
    bands = models.JSONField(_("年代別の人数"), default=dict)
    answered = models.PositiveIntegerField(_("回答数"), null=True)
    answers = models.JSONField(_("アンケート"), default=dict)
    next_themes = models.JSONField(_("今後聞きたいテーマ"), default=dict)
    asked = models.TextField(_("質問"), blank=True)
    cases = models.PositiveIntegerField(_("この講座から来た相談"), null=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.lecture)

    @property
    def told_bands(self) -> list[tuple[str, int]]:
        """The bands that were counted, in order of age."""
        return [(str(label), self.bands[band]) for band, label in BANDS.items() if band in self.bands]

    @property
    def told_answers(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """The questions that were counted, each with its choices."""
        return [
            (
                str(label),
                [(str(name), counts[choice]) for choice, name in choices.items() if choice in counts],
            )
            for question, (label, choices) in QUESTIONS.items()
            if (counts := self.answers.get(question))
        ]
