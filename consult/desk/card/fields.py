"""Kinds of fields of the card: several codes typed as numbers or names, answers that may be unknown, days, months."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.services.card_entry import MOST_MONTHS
from cases.services.entry import SHORT_LENGTH
from cases.services.reading import Age, read_age, read_moment
from consult.desk.choices import numbers, read_codes, write_codes
from consult.shell.fields import NOT_CHOSEN, Label, ReadField

_TYPED: Final = gettext_lazy("番号か名前。例: 2、3")


class CodesField(ReadField):
    """Several codes of one set: typed as their numbers or names, a tuple of codes when read.

    `on` is the day whose codes are offered, `at` the centre that is offered them; the form sets both.
    """

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        self.on: date | None = None
        self.at: Centre | None = None
        super().__init__(self.to_codes, **{"max_length": SHORT_LENGTH, "help_text": _TYPED, **options})

    def to_codes(self, text: str) -> tuple[str, ...]:
        """Raises CodeNotKnown."""
        return read_codes(self.kind, text, on=self.on, at=self.at)

    def prepare_value(self, value: Any) -> Any:
        """Stored codes as they are typed; what was typed stays as it is."""
        return value if value is None or isinstance(value, str) else write_codes(self.kind, value, on=self.on)

    def names(self) -> dict[str, str]:
        """Code → its name, for every code that may be typed."""
        by_code = codes.codes(self.kind).by_code
        return {code: by_code[code].text for code in self._numbers()}

    def legend(self) -> list[tuple[str, str]]:
        """(number, name) of every code that may be typed."""
        names = self.names()
        return [(number, names[code]) for code, number in self._numbers().items()]

    def spellings(self) -> dict[str, str]:
        """Number and name of each code → the code."""
        by_number = {number: code for code, number in self._numbers().items()}
        return by_number | {name: code for code, name in self.names().items()}

    def _numbers(self) -> Mapping[str, str]:
        return numbers(self.kind, self.on or calendar.today(), at=self.at)


def codes_field(kind: str, label: Label, **options: Any) -> CodesField:
    return CodesField(kind, label=label, **options)


def choice(label: Label, **options: Any) -> forms.ChoiceField:
    """A list whose choices the form offers by the day; nothing need be chosen."""
    return forms.ChoiceField(**{"required": False, "label": label, **options})


def answer(label: Label, *, yes: str = "yes", no: str = "no", **options: Any) -> forms.ChoiceField:
    """Yes, no, or nobody knows: an empty answer is never a no."""
    answers: list[tuple[str, str | Promise]] = [
        *NOT_CHOSEN,
        (yes, pgettext_lazy("answer", "1 はい")),
        (no, pgettext_lazy("answer", "2 いいえ")),
    ]
    return forms.ChoiceField(**{"required": False, "label": label, "choices": answers, **options})


def tick(label: Label, **options: Any) -> forms.BooleanField:
    return forms.BooleanField(**{"required": False, "label": label, **options})


def moment_field(label: Label, **options: Any) -> ReadField:
    """A day with or without a time; None where nothing is typed and nothing need be."""

    def read(text: str) -> datetime | None:
        return read_moment(text, now=timezone.now()) if text.strip() else None

    return ReadField(read, label=label, **options)


def age_field(label: Label, **options: Any) -> ReadField:
    def read(text: str) -> Age:
        return read_age(text, today=calendar.today())

    return ReadField(read, label=label, **options)


class MonthsNotUnderstood(CasesError, ValueError):
    code: ClassVar[str] = "months_not_understood"


_MONTHS: Final = re.compile(
    r"(?:(?P<years>\d{1,3})年)?(?:(?P<months>\d{1,4}(?:\.\d{1,2})?)(?:か月|ヶ月|ヵ月|カ月|ケ月|箇月|月)?)?(?:間)?"
)


def read_months(text: str) -> str:
    """「12」「12か月」「1年」「1年6か月」「1.5」 as a decimal number of months; empty for nothing.

    Raises MonthsNotUnderstood.
    """
    plain = "".join(spelling.width(text).split())
    if not plain:
        return ""
    found = _MONTHS.fullmatch(plain)
    years, months = (found["years"], found["months"]) if found else (None, None)
    if years is None and months is None:
        raise MonthsNotUnderstood(_("期間は「12か月」「1年」のように入力してください。"))
    total = Decimal(years or 0) * 12 + Decimal(months or 0)
    if not 0 < total <= MOST_MONTHS:
        raise MonthsNotUnderstood(_("期間は「12か月」「1年」のように入力してください。"))
    return format(total.normalize(), "f")
