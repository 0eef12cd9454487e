"""重大事故等: whether an accident has to be told to the agency, and how soon. Pure: no database, no clock.

Sources: 消費者安全法2条5項 (消費者事故等), 2条7項 (重大事故等), 12条1項 (at once), 12条2項 (where more of the kind may
follow); 消費者安全法施行令1条–2条 (extent of harm), 4条 (harm that is grave), 5条 (events that may lead to it);
施行規則1条 (carbon monoxide).
Every question takes yes, no or unknown. One yes to a grave point is enough; "not grave" needs a no to each of them.
Left out: 2条8項 (financial harm to many), and the duty of makers to report on their own (消費生活用製品安全法35条).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Answer = Literal["yes", "no", "unknown"]
ANSWERS: Final = ("yes", "no", "unknown")


class Verdict(TextChoices):
    SERIOUS = "SERIOUS", _("重大事故等")
    OTHER = "OTHER", _("重大事故等以外の消費者事故等")
    UNCLEAR = "UNCLEAR", _("判断できない(確認中)")
    NOT_AN_ACCIDENT = "NOT_AN_ACCIDENT", _("消費者事故等に当たらない")


class Duty(TextChoices):
    """How soon somebody outside has to be told."""

    AT_ONCE = "AT_ONCE", _("直ちに通知する")
    PROMPTLY = "PROMPTLY", _("速やかに通知する")
    ASK_FIRST = "ASK_FIRST", _("足りない事実をすぐ確かめる")
    NONE = "NONE", _("通知の定めはない")


@dataclass(frozen=True)
class Question:
    """One thing to ask. `is_grave`: a yes makes the accident a 重大事故等."""

    name: str
    label: "_StrPromise"
    article: "_StrPromise"
    is_grave: bool = False
    help_text: "_StrPromise | str" = ""


_ORDER: Final = _("消費者安全法施行令4条")
_EVENT: Final = _("消費者安全法施行令5条")
QUESTIONS: Final = (
    Question(
        "consumer_use",
        _("消費者が、事業者の商品・サービス・施設を使ったことによる事故ですか"),
        _("消費者安全法2条5項"),
        help_text=_("仕事での使用(労災)、自然災害、個人どうしの事故は「いいえ」"),
    ),
    Question(
        "other_cause",
        _("商品・サービスの安全の問題ではないと明らかですか"),
        _("消費者安全法2条5項"),
        help_text=_("わざと壊した、など。使い方の誤りがあっても「明らか」でなければ「いいえ」"),
    ),
    Question("death", _("亡くなった人がいますか"), _ORDER, is_grave=True),
    Question(
        "treatment_30",
        _("治るまで30日以上かかるけが・病気ですか"),
        _ORDER,
        is_grave=True,
        help_text=_("診断書か医師の見込み。30日ちょうども「はい」"),
    ),
    Question("disability", _("治った後も体の障害が残りますか"), _ORDER, is_grave=True),
    Question("carbon_monoxide", _("一酸化炭素中毒ですか"), _ORDER, is_grave=True),
    Question(
        "grave_defect",
        _("安全の基準に合わず、しかも大事な部分が壊れた・異常があったのですか(食べ物以外)"),
        _EVENT,
        is_grave=True,
        help_text=_("ブレーキ、電源、耐圧部分など。両方がそろうとき「はい」"),
    ),
    Question(
        "poison_in_food",
        _("食べ物・飲み物に、基準に反して毒物・劇物などが入っていた・付いていたのですか"),
        _EVENT,
        is_grave=True,
    ),
    Question(
        "grave_danger",
        _("窒息など、命や体への著しい危険が起きましたか(けがはなくても)"),
        _EVENT,
        is_grave=True,
    ),
    Question("fire", _("火災など、著しく異常な事態になりましたか"), _EVENT, is_grave=True),
    Question(
        "harmed",
        _("医療機関で1日以上の治療が要るけが・病気ですか"),
        _("消費者安全法施行令1条"),
    ),
    Question(
        "danger",
        _("けがはないが、事故になるおそれがあったのですか"),
        _("消費者安全法施行令2条"),
        help_text=_("発煙、破損、異物、誤った表示など"),
    ),
    Question(
        "may_spread",
        _("被害が広がる、同じような事故が起きるおそれがありますか"),
        _("消費者安全法12条2項"),
    ),
)
BY_NAME: Final = {question.name: question for question in QUESTIONS}
GRAVE: Final = tuple(question.name for question in QUESTIONS if question.is_grave)


@dataclass(frozen=True)
class Finding:
    """The answer of the rule. `because`: the questions it rests on; `missing`: those that could turn it."""

    verdict: Verdict
    duty: Duty
    because: tuple[str, ...]
    missing: tuple[str, ...]
    articles: tuple["_StrPromise", ...]


def judge(answers: Mapping[str, str]) -> Finding:
    """What the answers make of it; a question without an answer is unknown.

    A grave point that is known wins over an unknown frame: whether it was a consumer's use is cleared after the
    notice, not before it. Raises ValueError for a question or an answer that is not known here.
    """
    given = {name: answers.get(name, "unknown") for name in BY_NAME}
    if set(answers) - BY_NAME.keys() or not set(given.values()) <= set(ANSWERS):
        raise ValueError("unknown question or answer")
    if given["consumer_use"] == "no":
        return _finding(Verdict.NOT_AN_ACCIDENT, Duty.NONE, ["consumer_use"])
    if given["other_cause"] == "yes":
        return _finding(Verdict.NOT_AN_ACCIDENT, Duty.NONE, ["other_cause"])
    unknown_frame = [name for name in ("consumer_use", "other_cause") if given[name] == "unknown"]
    grave = [name for name in GRAVE if given[name] == "yes"]
    if grave:
        return _finding(Verdict.SERIOUS, Duty.AT_ONCE, grave, unknown_frame)
    if open_points := [name for name in GRAVE if given[name] == "unknown"]:
        return _finding(Verdict.UNCLEAR, Duty.ASK_FIRST, [], [*unknown_frame, *open_points])
    return _not_grave(given, unknown_frame)


def suggested(harm: str, degree: str) -> dict[str, str]:
    """Answers that the card's 危害・危険 and 危害の程度 give already; all others are still to be asked.

    「3週間から1か月未満」 may be 30 days or fewer, so it answers nothing about them.
    """
    answers: dict[str, str] = {}
    if harm == "DANGER":
        answers |= {"danger": "yes"}
    if harm != "HARM":
        return answers
    if degree == "DEATH":
        answers |= {"death": "yes"}
    elif degree in ("MONTH_OVER", "THREE_WEEKS", "ONE_WEEK", "WEEK_UNDER", "NO_DOCTOR"):
        answers |= {"death": "no"}
    if degree == "MONTH_OVER":
        answers |= {"treatment_30": "yes"}
    elif degree in ("ONE_WEEK", "WEEK_UNDER", "NO_DOCTOR"):
        answers |= {"treatment_30": "no"}
    if degree in ("MONTH_OVER", "THREE_WEEKS", "ONE_WEEK"):
        answers |= {"harmed": "yes"}
    return answers


def _not_grave(given: Mapping[str, str], unknown_frame: list[str]) -> Finding:
    hurt = [name for name in ("harmed", "danger") if given[name] == "yes"]
    doubts = [name for name in ("harmed", "danger") if given[name] == "unknown"]
    if not hurt and doubts:
        return _finding(Verdict.UNCLEAR, Duty.ASK_FIRST, [], [*unknown_frame, *doubts])
    if not hurt:
        return _finding(Verdict.NOT_AN_ACCIDENT, Duty.NONE, ["harmed", "danger"])
    if given["may_spread"] == "no":
        return _finding(Verdict.OTHER, Duty.NONE, [*hurt, "may_spread"], unknown_frame)
    # Whether more may follow is seen by the agency, from all centres together: unknown counts as yes.
    missing = [*unknown_frame, *(["may_spread"] if given["may_spread"] == "unknown" else [])]
    return _finding(Verdict.OTHER, Duty.PROMPTLY, hurt, missing)


def _finding(verdict: Verdict, duty: Duty, because: list[str], missing: list[str] | None = None) -> Finding:
    named = [BY_NAME[name].article for name in because]
    own = {Duty.AT_ONCE: _("消費者安全法12条1項"), Duty.PROMPTLY: _("消費者安全法12条2項")}
    articles = [*([own[duty]] if duty in own else []), *named]
    return Finding(verdict, duty, tuple(because), tuple(missing or ()), tuple(dict.fromkeys(articles)))
