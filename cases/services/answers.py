"""Questions of the council: a question kept, an answer published for good, a correction with number and notice.

An answer is counted here and now, never taken over from a page. It counts where a genuine entry of the log holds
the digest of everything it says; so do its corrections. What is shown as "published before" went through `vouched`.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import code_maps, comparing, differences, kept, limits, reclassified
from cases.figures.comparing import Table
from cases.figures.differences import Difference, Told
from cases.figures.dimensions import DIMENSIONS
from cases.figures.finality import finality_of
from cases.figures.freshness import freshness
from cases.figures.measures import Question
from cases.held import Proven
from cases.law import calendar
from cases.protection import audit
from cases.records.answers import AnswerCorrection, NumbersQuestion, PublishedAnswer
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused

MOST_QUESTIONS: Final = 50  # of one account
NAME_LENGTH: Final = 60
TITLE_LENGTH: Final = 100
NOTICE_LENGTH: Final = 200
ADDRESS_LENGTH: Final = 4000
_NEAR: Final = timedelta(minutes=2)
Said = PublishedAnswer | AnswerCorrection


class TooManyQuestions(CasesError):
    code: ClassVar[str] = "too_many_questions"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("保存できる集計は%(most)s個までです。使わないものを消してください。") % {"most": MOST_QUESTIONS}
        )


class NotAsPublished(CasesError):
    """The row is not what the log says was published: nothing is built on it."""

    code: ClassVar[str] = "answer_not_as_published"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この回答は、操作記録に残っている内容と合いません。システム担当に知らせてください。")
        )


class NothingToCorrect(CasesError):
    code: ClassVar[str] = "nothing_to_correct"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("今の数字は公表した数字と同じです。訂正するところはありません。"))


# --- Questions that are kept ----------------------------------------------------------------------------------------
@transaction.atomic
def save_question(
    uid: uuid.UUID, *, name: str, address: str, is_shared: bool, centre: Centre, by: Actor
) -> NumbersQuestion:
    """Keep a question under a name; the same uid again is the same question.

    Raises EntryRefused, TooManyQuestions; NumbersQuestion.DoesNotExist for another's uid.
    """
    name = " ".join(name.split())
    if not name:
        raise EntryRefused({"name": _("名前を入力してください。")})
    if len(name) > NAME_LENGTH or len(address) > ADDRESS_LENGTH:
        raise EntryRefused({"name": _("%(most)s文字以内で入力してください。") % {"most": NAME_LENGTH}})
    if (known := NumbersQuestion.objects.filter(uid=uid).first()) is not None:
        if known.owner_id != by.pk:
            raise NumbersQuestion.DoesNotExist
        return known
    if NumbersQuestion.objects.filter(owner=by.pk).count() >= MOST_QUESTIONS:
        raise TooManyQuestions
    if by.pk is None:  # the machine keeps none
        raise NumbersQuestion.DoesNotExist
    row = NumbersQuestion(
        uid=uid, centre=centre, owner_id=by.pk, name=audit.typed(name)[:NAME_LENGTH], address=address,
        is_shared=is_shared,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("QUESTION_SAVED", by=by, centre=centre, reason=str(uid))
    return row


@transaction.atomic
def remove_question(uid: uuid.UUID, *, by: Actor) -> None:
    """Raises NumbersQuestion.DoesNotExist, also for another's."""
    row = NumbersQuestion.objects.select_for_update().get(uid=uid, owner=by.pk)
    audit.record("QUESTION_REMOVED", by=by, centre=row.centre, reason=str(uid))
    row.delete()


def questions_of(by: Actor) -> list[NumbersQuestion]:
    """One's own and what colleagues of the centre share."""
    mine = Q(owner=by.pk) | Q(centre__in=by.centre_ids, is_shared=True)
    return list(NumbersQuestion.objects.filter(mine).select_related("owner"))


# --- What is published ----------------------------------------------------------------------------------------------
def question_key(question: Question, centre: Centre) -> str:
    """The same for the same question of a centre, whatever it is compared with and as of whenever it is asked."""
    asked = {
        "centre": centre.uid.hex,
        "from": question.start.isoformat(),
        "to": question.end.isoformat(),
        "by": [question.rows, question.columns, question.layers],
        "measure": question.measure,
        "subject": question.subject,
        "filters": {name: sorted(accepted) for name, accepted in sorted(question.filters.items())},
    }
    if "age_group" in (*question.by, *question.filters):  # 高齢者 by another limit is another question
        asked["limits"] = asdict(question.limits or limits.of_centres(question.centre_ids))
    if recoded := _recoded(question):  # and so are codes that count under others
        asked["recoded"] = recoded
    return _digest(asked)


def _recoded(question: Question) -> dict[str, dict[str, str]]:
    """The lines of the centre's table of codes for what the question counts by, as far as they are not the shipped."""
    table, shipped = question.code_map or code_maps.of_centres(question.centre_ids), reclassified.shipped()
    kinds = {DIMENSIONS[name].code_set for name in (*question.by, *question.filters)} - {None}
    return {
        str(kind): dict(sorted(table.of(kind).items()))
        for kind in sorted(filter(None, kinds))
        if table.of(kind) != shipped.of(kind)
    }


@transaction.atomic
def publish(
    uid: uuid.UUID,
    *,
    title: str,
    answered_on: date | None,
    address: str,
    question: Question,
    centre: Centre,
    by: Actor,
) -> PublishedAnswer:
    """Count the question and keep the answer under the centre's next number. Idempotent by `uid`.

    A question without `as_of` is answered as of now. Raises EntryRefused; PublishedAnswer.DoesNotExist for a uid
    of another centre.
    """
    title, day = _checked(title, answered_on)
    list(Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk))
    if (known := PublishedAnswer.objects.filter(uid=uid).first()) is not None:
        if known.centre_id != centre.pk:
            raise PublishedAnswer.DoesNotExist
        return known
    last = PublishedAnswer.objects.filter(centre=centre).aggregate(last=Max("number"))["last"]
    row = PublishedAnswer(
        uid=uid, centre=centre, number=(last or 0) + 1, title=title, answered_on=day, address=address,
        question_key=question_key(question, centre), by_id=by.pk, **_counted(question),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("ANSWER_PUBLISHED", by=by, centre=centre, reason=_said(row))
    return row


@transaction.atomic
def correct(uid: uuid.UUID, *, answer_uid: uuid.UUID, notice: str, by: Actor) -> AnswerCorrection:
    """Tell that a published answer was wrong: count it anew as of now, with a number and a notice. Idempotent by `uid`.

    Raises EntryRefused, NotAsPublished, NothingToCorrect, PublishedAnswer.DoesNotExist.
    """
    notice = audit.typed(notice)
    if not notice:
        raise EntryRefused({"notice": _("何をなぜ訂正するかを入力してください。")})
    answer = PublishedAnswer.objects.visible_to(by).select_related("centre").get(uid=answer_uid)
    list(Centre.objects.select_for_update(no_key=True).filter(pk=answer.centre_id))
    if (known := AnswerCorrection.objects.filter(uid=uid, answer=answer).first()) is not None:
        return known
    standing = standing_of(answer)
    if not standing.is_vouched:
        raise NotAsPublished
    if not standing.difference().changed:
        raise NothingToCorrect
    last = AnswerCorrection.objects.filter(centre=answer.centre).aggregate(last=Max("number"))["last"]
    row = AnswerCorrection(
        uid=uid, answer=answer, centre=answer.centre, number=(last or 0) + 1, notice=notice[:NOTICE_LENGTH],
        by_id=by.pk, **_counted(question_of(answer)),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("ANSWER_CORRECTED", by=by, centre=answer.centre, reason=_said(row))
    return row


def _checked(title: str, answered_on: date | None) -> tuple[str, date]:
    title, today = " ".join(title.split()), calendar.today()
    faults = {}
    if not title:
        faults["title"] = _("何への回答かを入力してください。例: 12月定例会 一般質問")
    elif len(title) > TITLE_LENGTH:
        faults["title"] = _("%(most)s文字以内で入力してください。") % {"most": TITLE_LENGTH}
    if answered_on is None or answered_on > today:
        faults["answered_on"] = _("今日か、それより前の日を入力してください。")
    if faults or answered_on is None:
        raise EntryRefused(faults)
    return audit.typed(title)[:TITLE_LENGTH], answered_on


def _counted(question: Question) -> dict[str, Any]:
    """Definition and numbers as they are kept: labels in the language of the office, whoever publishes."""
    told = differences.told(question)
    question = replace(question, as_of=told.as_of)
    found = comparing.ask(question)
    with translation.override(settings.LANGUAGE_CODE):
        numbers = kept.as_plain(found, told, question)
    return {
        "definition": {**found.definition, "is_final": _is_final(question)},
        "numbers": numbers,
        "as_of": told.as_of,
        "erased": told.erased,
    }


def _is_final(question: Question) -> bool:
    """Whether the numbers were 確定 on the day they were told, or 速報."""
    fresh = freshness(question.centre_ids, start=question.start, end=question.end, as_of=question.as_of)
    found = finality_of(
        question.end, uncoded=fresh.uncoded.provisional, unapproved=fresh.unapproved, today=calendar.today()
    )
    return found.is_final


# --- What counts ----------------------------------------------------------------------------------------------------
_proven: Final = Proven[tuple[str, uuid.UUID, str]]()


@dataclass(frozen=True)
class Standing:
    """A published answer and what became of it. `corrections` are those the log vouches for, in their order."""

    answer: PublishedAnswer
    is_vouched: bool
    corrections: tuple[AnswerCorrection, ...]

    @property
    def last_said(self) -> Said:
        return self.corrections[-1] if self.corrections else self.answer

    def difference(self) -> Difference:
        """Between what was said last and the same question now."""
        return differences.since(question_of(self.answer), told_of(self.last_said))


def standing_of(answer: PublishedAnswer) -> Standing:
    return standings([answer])[0]


def standings(answers: Iterable[PublishedAnswer]) -> list[Standing]:
    rows = list(answers)
    told: dict[int, list[AnswerCorrection]] = {}
    for row in AnswerCorrection.objects.filter(answer__in=rows).select_related("centre", "by"):
        if is_vouched(row):
            told.setdefault(row.answer_id, []).append(row)
    return [Standing(row, is_vouched(row), tuple(told.get(row.pk, ()))) for row in rows]


def answers_of(by: Actor) -> list[Standing]:
    """The centre's answers, the newest first."""
    return standings(PublishedAnswer.objects.visible_to(by).select_related("centre", "by"))


def published_before(question: Question, *, centre: Centre) -> list[Standing]:
    """What was published to the same question, the newest first; only what the log vouches for."""
    rows = PublishedAnswer.objects.filter(question_key=question_key(question, centre), centre=centre)
    return [one for one in standings(rows.select_related("centre", "by")) if one.is_vouched]


def notices(by: Actor, *, since: datetime) -> list[AnswerCorrection]:
    """Corrections told since a moment, the newest first; only what the log vouches for."""
    rows = AnswerCorrection.objects.filter(centre__in=by.centre_ids, made_at__gte=since)
    found = rows.select_related("answer", "centre").order_by("-made_at", "-pk")
    return [row for row in found if is_vouched(row)]


def lost_numbers(by: Actor) -> list[int]:
    """Numbers of answers that the log knows and the table does not: rows that somebody took away by hand."""
    lost: list[int] = []
    for centre in Centre.objects.filter(pk__in=by.centre_ids):
        held = set(PublishedAnswer.objects.filter(centre=centre).values_list("number", flat=True))
        newest = next(audit.vouched("ANSWER_PUBLISHED", centre_uid=centre.uid), None)
        last = int(newest.reason.split(" ")[1]) if newest else 0
        lost += sorted(set(range(1, max(last, *held, 0) + 1)) - held)
    return lost


def is_vouched(row: Said) -> bool:
    """Whether the log holds what the row says, to the last figure."""
    action = "ANSWER_PUBLISHED" if isinstance(row, PublishedAnswer) else "ANSWER_CORRECTED"
    said = _said(row)

    def ask() -> bool:
        found = audit.vouched(
            action,
            centre_uid=row.centre.uid,
            reason=said,
            since=row.made_at - _NEAR,
            until=row.made_at + _NEAR,
        )
        return next(found, None) is not None

    return _proven.holds((action, row.centre.uid, said), ask)


def _said(row: Said) -> str:
    """`<uid> <number> <digest>`: what the log keeps of it."""
    told: dict[str, Any] = {
        "definition": row.definition, "numbers": row.numbers, "as_of": row.as_of, "erased": row.erased,
    }  # fmt: skip
    if isinstance(row, PublishedAnswer):
        told |= {
            "title": row.title, "answered_on": row.answered_on.isoformat(), "address": row.address,
            "question_key": row.question_key,
        }  # fmt: skip
    else:
        told |= {"answer": row.answer.uid.hex, "notice": row.notice}
    return f"{row.uid} {row.number} {_digest(told)}"


def _digest(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- Reading what was kept ------------------------------------------------------------------------------------------
def question_of(answer: PublishedAnswer) -> Question:
    """The question as it was asked, to be asked again as of now."""
    return kept.question_of(answer.definition, frozenset({answer.centre_id}))


def table_of(row: Said) -> Table:
    """The table as it was published."""
    return kept.table_of(row.numbers, row.definition)


def told_of(row: Said) -> Told:
    return kept.told_of(row.numbers, as_of=row.as_of, erased=row.erased)
