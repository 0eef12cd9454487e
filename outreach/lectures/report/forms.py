"""The form of the 実施報告: one number a band, one a choice, and as many next themes as three."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.codes import Kind
from consult.shell.fields import NOT_CHOSEN, code_choices, offer
from outreach.lectures.kinds import MOST
from outreach.lectures.models import Lecture
from outreach.lectures.report.bands import BANDS, QUESTIONS, UNKNOWN
from outreach.lectures.report.models import LectureReport
from outreach.lectures.report.services import ASKED_LENGTH, ReportEntry

THEMES: Final = 5


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST, widget=forms.TextInput, help_text=help_text
    )


class ReportForm(forms.Form):
    people = _count(_("参加人数(延べ)"))
    answered = _count(_("回答数(枚)"))
    cases = _count(_("この講座から来た相談(件)"), _("会場で受けたものと、後で来たものを数えます。"))
    asked = forms.CharField(
        label=_("会場で出た質問"), max_length=ASKED_LENGTH, required=False, widget=forms.Textarea({"rows": 5}),
        help_text=_("名前や電話番号は伏せて保存します。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for band, label in BANDS.items():
            self.fields[f"band-{band}"] = _count(label)
        for question, (_label, choices) in QUESTIONS.items():
            for choice, label in choices.items():
                self.fields[f"{question}-{choice}"] = _count(label)
        themes = [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())]
        for number in range(THEMES):
            label = gettext("テーマ%(n)s") % {"n": number + 1}
            self.fields[f"theme-{number}"] = forms.ChoiceField(label=label, required=False)
            offer(self, f"theme-{number}", themes)
            self.fields[f"wished-{number}"] = _count(_("枚数"))
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    @property
    def bands(self) -> list[forms.BoundField]:
        return [self[f"band-{band}"] for band in BANDS]

    @property
    def questions(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (label, [self[f"{question}-{choice}"] for choice in choices])
            for question, (label, choices) in QUESTIONS.items()
        ]

    @property
    def themes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"theme-{number}"], self[f"wished-{number}"]) for number in range(THEMES)]

    @staticmethod
    def place_of(name: str) -> str:
        """The field at which a fault of the service is told: the last band, the first choice, the first theme."""
        if name in QUESTIONS:
            return f"{name}-{next(iter(QUESTIONS[name][1]))}"
        return {"bands": f"band-{UNKNOWN}", "next_themes": "theme-0"}.get(name, name)

    def entry(self) -> ReportEntry:
        """What was typed; the form is valid. The same theme twice is counted together."""
        given = self.cleaned_data
        wished: dict[str, int] = {}
        for number in range(THEMES):
            theme, count = given[f"theme-{number}"], given[f"wished-{number}"]
            if theme and count:
                wished[theme] = wished.get(theme, 0) + count
        return ReportEntry(
            people=given["people"],
            bands=self._counted({band: f"band-{band}" for band in BANDS}),
            answered=given["answered"],
            answers={
                question: self._counted({choice: f"{question}-{choice}" for choice in choices})
                for question, (_label, choices) in QUESTIONS.items()
            },
            next_themes=wished,
            asked=given["asked"],
            cases=given["cases"],
        )

    def _counted(self, fields: dict[str, str]) -> dict[str, int]:
        """Only what was filled in: an empty field is not 0."""
        return {key: n for key, name in fields.items() if (n := self.cleaned_data[name]) is not None}


def initial_of(lecture: Lecture, report: LectureReport | None) -> dict[str, Any]:
    found: dict[str, Any] = {"people": lecture.people}
    if report is None:
        return found
    found |= {"answered": report.answered, "cases": report.cases, "asked": report.asked}
    found |= {f"band-{band}": count for band, count in report.bands.items()}
    for question, counts in report.answers.items():
        found |= {f"{question}-{choice}": count for choice, count in counts.items()}
    for number, (theme, count) in enumerate(list(report.next_themes.items())[:THEMES]):
        found |= {f"theme-{number}": theme, f"wished-{number}": count}
    return found
