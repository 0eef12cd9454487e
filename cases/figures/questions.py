"""What can be asked: a question names its measure, its dimensions, whose age and district count, and a period."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.counting import ISSUES, MENTIONS_OF, SCAMS
from cases.figures.dimensions import DIMENSIONS, PARTY, SUBJECTS, Dimension
from cases.figures.facts import CASE, CONTACT
from cases.figures.limits import AgeLimits
from cases.figures.reclassified import CodeMap

CASES: Final = "cases"
CONTACTS: Final = "contacts"
SCAM_MENTIONS: Final = "scam_mentions"
ISSUE_MENTIONS: Final = "issue_mentions"
CONTRACT_YEN: Final = "contract_yen"
PAID_YEN: Final = "paid_yen"
RECOVERED_YEN: Final = "recovered_yen"
DAYS_TO_CLOSE: Final = "days_to_close"
CONTACT_MINUTES: Final = "contact_minutes"
RATE_PER_1000: Final = "rate_per_1000"
MEDIATION_RATE: Final = "mediation_rate"
RESOLUTION_RATE: Final = "resolution_rate"

_Labels = Mapping[str, str | Promise]
# Answered by `breakdown` and `compare`.
COUNTS: Final[_Labels] = {
    CASES: gettext_lazy("件数(新規の相談、主な手口で1件)"),
    CONTACTS: gettext_lazy("経過の件数(連絡とメモの延べ)"),
    SCAM_MENTIONS: gettext_lazy("手口の延べ件数"),
    ISSUE_MENTIONS: gettext_lazy("内容別分類の延べ件数"),
}
# Answered by `amounts`.
AMOUNTS: Final[_Labels] = {
    CONTRACT_YEN: gettext_lazy("契約購入金額(円)"),
    PAID_YEN: gettext_lazy("既支払額(円)"),
    RECOVERED_YEN: gettext_lazy("被害回復額(円)"),
    DAYS_TO_CLOSE: gettext_lazy("受付から終了までの日数"),
    CONTACT_MINUTES: gettext_lazy("経過の対応時間(分)"),
}
# Answered by `rates` and by `shares`.
RATES: Final[_Labels] = {RATE_PER_1000: gettext_lazy("人口1,000人当たりの件数")}
SHARES: Final[_Labels] = {
    MEDIATION_RATE: gettext_lazy("あっせん率"),
    RESOLUTION_RATE: gettext_lazy("あっせん解決率"),
}
MEASURES: Final[_Labels] = {**COUNTS, **AMOUNTS, **RATES, **SHARES}

BY_MENTION: Final = "scam_any"
BY_ISSUE_MENTION: Final = "issue_any"
# 延べ: the measure that counts each code of a case, the dimension that only it has, and the column.
MENTIONED: Final = {SCAM_MENTIONS: (BY_MENTION, SCAMS), ISSUE_MENTIONS: (BY_ISSUE_MENTION, ISSUES)}
_OF_CONTACTS: Final = frozenset({CONTACTS, CONTACT_MINUTES})
BY_CONTACT_KIND: Final = "contact_kind"


class QuestionNotUnderstood(CasesError):
    """A dimension, measure, code or period that no breakdown knows."""

    code: ClassVar[str] = "question_not_understood"


@dataclass(frozen=True)
class Question:
    """The day in [start, end), the centres, one to three dimensions, filters (every one must hold), as of a `seq`.

    The day is the 受付日; of 経過 it is the day they happened. `subject`: whose age, sex, district and occupation
    count, "party" or "caller". `limits`: 高齢者 and 若者, and `code_map`: what codes of before count under; where left
    out, those of the centres. `known_at`: the residents of a rate as they were known at that moment; where left out
    and `as_of` is an earlier cut, as they were when the next fact was recorded.
    """

    centre_ids: frozenset[int]
    start: date
    end: date
    rows: str
    columns: str | None = None
    measure: str = CASES
    filters: Mapping[str, Collection[str]] = field(default_factory=dict)
    as_of: int | None = None
    subject: str = PARTY
    layers: str | None = None
    limits: AgeLimits | None = None
    code_map: CodeMap | None = None
    known_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raises QuestionNotUnderstood."""
        if self.end <= self.start:
            raise QuestionNotUnderstood(_("期間の終わりは始まりより後にしてください。"))
        if self.measure not in MEASURES:
            raise QuestionNotUnderstood(_("その数え方はありません: %(name)s") % {"name": self.measure})
        if self.subject not in SUBJECTS:
            raise QuestionNotUnderstood(_("その対象はありません: %(name)s") % {"name": self.subject})
        for name in (*self.by, *self.filters):
            if name not in DIMENSIONS:
                raise QuestionNotUnderstood(_("その集計項目はありません: %(name)s") % {"name": name})
        if self.layers and self.measure not in COUNTS:
            raise QuestionNotUnderstood(_("3つの項目で集計できるのは件数だけです。"))
        self._require_fitting_dimensions()
        for name, accepted in self.filters.items():
            _require_known(DIMENSIONS[name], accepted)

    def _require_fitting_dimensions(self) -> None:
        for measure, (name, _column) in MENTIONED.items():
            if name in self.by and self.measure != measure:
                raise QuestionNotUnderstood(
                    _("%(dimension)sは、%(measure)sでだけ集計できます。")
                    % {"dimension": DIMENSIONS[name].label, "measure": MEASURES[measure]}
                )
        if BY_CONTACT_KIND in (*self.by, *self.filters) and self.what != CONTACT:
            raise QuestionNotUnderstood(_("経過の種類は、経過の件数と対応時間でだけ集計できます。"))

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions of the table: rows, columns, layers, as far as there are."""
        return tuple(name for name in (self.rows, self.columns, self.layers) if name is not None)

    @property
    def what(self) -> str:
        """Which facts count: cases or 経過."""
        return CONTACT if self.measure in _OF_CONTACTS else CASE

    @property
    def mentions(self) -> str:
        """The column whose codes count one by one (延べ), empty where a case counts once."""
        return MENTIONED[self.measure][1] if self.measure in MENTIONED else ""

    def carries_any(self, name: str) -> str | None:
        """For a condition by 延べ on whole cases (one of the codes is among the case's): the column, else None."""
        column = MENTIONS_OF.get(DIMENSIONS[name].column)
        return column if column and column != self.mentions else None


def _require_known(dimension: Dimension, accepted: Collection[str]) -> None:
    unknown = dimension.not_codes(accepted)
    if unknown and dimension.example:
        raise QuestionNotUnderstood(
            _("%(dimension)sの区分は「%(example)s」のように書いてください: %(codes)s")
            % {"dimension": dimension.label, "example": dimension.example, "codes": ", ".join(unknown)}
        )
    if unknown:
        raise QuestionNotUnderstood(
            _("%(dimension)sにない区分です: %(codes)s")
            % {"dimension": dimension.label, "codes": ", ".join(unknown)}
        )


def require_measure(question: Question, among: Mapping[str, object]) -> None:
    """Raises QuestionNotUnderstood where the measure is of another kind: a mean where a count was asked for."""
    if question.measure not in among:
        raise QuestionNotUnderstood(
            _("%(measure)sには、別の形で答えます。") % {"measure": MEASURES[question.measure]}
        )
