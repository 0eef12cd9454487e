"""漏えい等の報告: which duty a leak brings, for whom it must be told, and by when.

Pure. For public bodies. Sources: 個人情報の保護に関する法律 第68条 (報告と本人への通知), 同施行規則 第43条
(報告を要する事態), 第44条 (速報と確報), 第45条 (通知). A fact that nobody knows yet is `UNKNOWN`: it never leads to
"no duty".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MANY: Final = 100
"""規則43条4号: more than this many persons. Exactly 100 are not more than 100."""
PRELIMINARY_DAYS: Final = (3, 5)
FINAL_DAYS: Final = 30
FINAL_DAYS_WRONGFUL: Final = 60


class Answer(TextChoices):
    """What is known about a fact."""

    YES = "YES", _("はい")
    NO = "NO", _("いいえ")
    UNKNOWN = "UNKNOWN", _("まだ分からない")


class Duty(TextChoices):
    REPORT = "REPORT", _("報告と本人への通知が必要")
    UNCLEAR = "UNCLEAR", _("要確認")
    NONE = "NONE", _("報告の義務なし(記録は残す)")


class Ground(TextChoices):
    """The four numbers of 施行規則 第43条 that apply to a centre; 5号 depends on the municipality's ordinance."""

    SENSITIVE = "SENSITIVE", _("要配慮個人情報を含む(規則43条1号)")
    PROPERTY = "PROPERTY", _("財産的被害のおそれ(規則43条2号)")
    WRONGFUL = "WRONGFUL", _("不正の目的によるおそれ(規則43条3号)")
    MANY = "MANY", _("本人が100人を超える(規則43条4号)")


class Exemption(TextChoices):
    NOBODY = "NOBODY", _("対象となる本人がいない")
    RECOVERED = "RECOVERED", _("だれにも見られないうちにすべて回収した(漏えいに当たらない)")
    ENCRYPTED = "ENCRYPTED", _("高度な暗号化が施され、鍵は安全(規則43条1号括弧書)")


MISSING: "Final[dict[str, _StrPromise]]" = {
    "persons": _("本人の数"),
    "sensitive": _("要配慮個人情報(犯罪の被害、健康など)を含むか"),
    "property_damage": _("口座・カードなど、財産的被害のおそれがあるか"),
    "wrongful_intent": _("不正の目的によるおそれがあるか"),
    "encrypted": _("暗号化されていて、鍵が安全か"),
}


@dataclass(frozen=True)
class Situation:
    """The facts that the duty depends on.

    `persons` None: nobody knows. `persons_at_least`: the number is a lower bound. `encrypted`: whether everything
    that left was sealed *and* the key is safe *and* what lies in the open names nobody.
    """

    persons: int | None
    sensitive: Answer
    property_damage: Answer
    wrongful_intent: Answer
    encrypted: Answer
    persons_at_least: bool = False
    recovered_unseen: Answer = Answer.NO


@dataclass(frozen=True)
class Assessment:
    """`grounds` that hold for sure, facts that are `missing`, and what takes the duty away."""

    duty: Duty
    grounds: tuple[Ground, ...] = ()
    missing: tuple[str, ...] = ()
    exemption: Exemption | None = None

    @property
    def final_days(self) -> int:
        """Days for the final report. Sixty only where the wrongful intent is sure: until then the shorter time."""
        return FINAL_DAYS_WRONGFUL if Ground.WRONGFUL in self.grounds else FINAL_DAYS


def assess(situation: Situation) -> Assessment:
    """The duty in this situation. A danger of a leak (おそれ) counts as a leak.

    REPORT where one ground is sure; UNCLEAR as long as a fact that could bring the duty is unknown; else NONE.
    """
    if situation.recovered_unseen == Answer.YES:
        return Assessment(Duty.NONE, exemption=Exemption.RECOVERED)
    if situation.persons == 0 and not situation.persons_at_least:
        return Assessment(Duty.NONE, exemption=Exemption.NOBODY)
    if situation.encrypted == Answer.YES:
        return Assessment(Duty.NONE, exemption=Exemption.ENCRYPTED)
    answers = {
        Ground.SENSITIVE: ("sensitive", situation.sensitive),
        Ground.PROPERTY: ("property_damage", situation.property_damage),
        Ground.WRONGFUL: ("wrongful_intent", situation.wrongful_intent),
        Ground.MANY: ("persons", _is_many(situation)),
    }
    grounds = tuple(ground for ground, (_name, answer) in answers.items() if answer == Answer.YES)
    missing = tuple(name for name, answer in answers.values() if answer == Answer.UNKNOWN)
    if situation.encrypted == Answer.UNKNOWN and (grounds or missing):
        return Assessment(Duty.UNCLEAR, grounds, (*missing, "encrypted"))
    if grounds:
        return Assessment(Duty.REPORT, grounds, missing)
    return Assessment(Duty.UNCLEAR if missing else Duty.NONE, (), missing)


def _is_many(situation: Situation) -> Answer:
    if situation.persons is None:
        return Answer.UNKNOWN
    if situation.persons > MANY:
        return Answer.YES
    return Answer.UNKNOWN if situation.persons_at_least else Answer.NO


@dataclass(frozen=True)
class Clocks:
    """The days by which the reports are due; each is the last day that is still in time."""

    preliminary_wanted: date
    preliminary: date
    final: date
    final_days: int


def clocks(found_on: date, assessment: Assessment) -> Clocks:
    """Due days from the day that anybody of the office knew.

    Unit: calendar days in Japan; the day of knowing is day 1 (the strict reading). Weekends and holidays count and
    move nothing. 速報: 「速やかに」, by the commission's guideline within about 3 to 5 days.
    """
    first, last = (found_on + timedelta(days=days - 1) for days in PRELIMINARY_DAYS)
    days = assessment.final_days
    return Clocks(first, last, found_on + timedelta(days=days - 1), days)


def days_left(due: date, today: date) -> int:
    """Whole days after today that are still in time; 0 on the last day, negative when it is over."""
    return (due - today).days


@dataclass(frozen=True)
class Item:
    """One of the nine items that both reports hold."""

    name: str
    label: "_StrPromise"


ITEMS: Final[Sequence[Item]] = (
    Item("outline", _("概要")),
    Item("fields", _("保有個人情報の項目")),
    Item("persons", _("本人の数")),
    Item("cause", _("原因")),
    Item("secondary", _("二次被害又はそのおそれの有無とその内容")),
    Item("response", _("本人への対応の実施状況")),
    Item("publication", _("公表の実施状況")),
    Item("prevention", _("再発防止のための措置")),
    Item("other", _("その他参考となる事項")),
)
"""施行規則 第44条1項1号から9号."""
