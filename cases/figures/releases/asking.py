"""What is to be published: questions as `/numbers/` asks them, as far as their answers may leave the staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import code_maps, counting, kept, limits
from cases.figures.dimensions import DIMENSIONS, Dimension
from cases.figures.measures import CASES, Question
from cases.figures.releases.traits import YEN, trait_of
from cases.law import calendar

MOST_TRAITS: Final = 3
LEAVING: Final = frozenset({CASES, *YEN})
"""Measures of which numbers may leave the staff: whole cases, and yen by whole cases."""
MOST_DAYS: Final = 10 * 366
_ONE_DAY: Final = timedelta(days=1)


class NotReleasable(CasesError):
    """The question is of a kind whose answer stays with the staff."""

    code: ClassVar[str] = "not_releasable"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Merged:
    """Codes of a dimension that are printed as one."""

    dimension: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One table that is to be published."""

    question: Question
    title: str = ""
    merged: tuple[Merged, ...] = ()

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """Of the table and its filters, of the right person, by the limits of age and the table of codes that hold."""
        question = self.question
        age_limits = question.limits or limits.of_centres(question.centre_ids)
        code_map = question.code_map or code_maps.of_centres(question.centre_ids)
        names = (*question.by, *question.filters)
        return {name: DIMENSIONS[name].of(question.subject, age_limits, code_map) for name in names}

    @property
    def is_of_money(self) -> bool:
        """Whether amounts of yen are published beside the number of cases whose amount is known."""
        return self.question.measure in YEN

    @property
    def traits(self) -> tuple[str, ...]:
        """By what its cases are told apart, time aside."""
        found = {trait_of(dimension) for dimension in self.dimensions.values()}
        if self.is_of_money:  # cases whose amount is known are counted apart
            found.add(self.question.measure)
        return tuple(sorted(trait for trait in found if trait is not None))


def fit(asked: Asked, centre_id: int) -> Asked:
    """The same by the limits of age and the codes that hold today, up to and including today. Raises NotReleasable."""
    question = asked.question
    if question.measure not in LEAVING:
        raise NotReleasable(
            _(
                "公表できるのは、新規の相談の件数と金額だけです。延べ件数、率、日数は、公表した数から計算できるものに限ります。"
            )
        )
    if question.centre_ids != {centre_id}:
        raise NotReleasable(_("公表できるのは、1つのセンターの件数です。"))
    for name, dimension in asked.dimensions.items():
        if dimension.is_by_true_day:
            raise NotReleasable(_("日や週ごとの件数は公表できません。月より長い区分にしてください。"))
        if dimension.column in counting.MENTIONS_OF:
            raise NotReleasable(
                _("%(dimension)sは延べで数えるため、公表できません。") % {"dimension": DIMENSIONS[name].label}
            )
    if len(asked.traits) > MOST_TRAITS:
        most = MOST_TRAITS - 1 if asked.is_of_money else MOST_TRAITS
        raise NotReleasable(_("公表できる表の項目は、条件も合わせて%(most)dつまでです。") % {"most": most})
    end = min(question.end, calendar.today() + _ONE_DAY)
    if end <= question.start:
        raise NotReleasable(_("まだ始まっていない期間は公表できません。"))
    if (end - question.start).days > MOST_DAYS:
        raise NotReleasable(_("期間は10年までにしてください。"))
    age_limits = question.limits or limits.of_centres(question.centre_ids)
    code_map = question.code_map or code_maps.of_centres(question.centre_ids)
    return replace(
        asked, question=replace(question, end=end, limits=age_limits, code_map=code_map, as_of=None)
    )


def plain(asked: Asked) -> dict[str, Any]:
    """As JSON, to be kept with the release."""
    question = asked.question
    return {
        "title": asked.title,
        "merged": [[of.dimension, list(of.codes)] for of in asked.merged],
        "from": question.start.isoformat(),
        "to": question.end.isoformat(),
        "rows": question.rows,
        "columns": question.columns,
        "layers": question.layers,
        "measure": question.measure,
        "subject": question.subject,
        "filters": {name: sorted(accepted) for name, accepted in sorted(question.filters.items())},
        "age_limits": asdict(question.limits or limits.of_centres(question.centre_ids)),
        "code_map": (question.code_map or code_maps.of_centres(question.centre_ids)).number,
    }


def of_plain(kept_as: Mapping[str, Any], centre_id: int) -> Asked:
    """The question as it was kept. Raises QuestionNotUnderstood."""
    merged = tuple(Merged(name, tuple(codes)) for name, codes in kept_as.get("merged", ()))
    question = kept.question_of(kept_as, frozenset({centre_id}))
    return Asked(question, kept_as.get("title", ""), merged)
