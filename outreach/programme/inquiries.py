"""照会: sections are asked for their lines of a 年度; what they send back is compared and taken over line by line."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files.xlsx_form import Field, Form, write_form
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.programme import answers, sections
from outreach.programme.answers import CODE_LABEL, FIGURES, KIND, MEASURE, NOTE, NUMBER, STATE, UNIT
from outreach.programme.differences import Difference, differences
from outreach.programme.models import Inquiry, InquiryAnswer, InquirySection, ProgrammeLine
from outreach.years import fiscal_year_name

MAX_BYTES = 5 * 1024 * 1024
FURTHER = 10
NEW_MARK = "新規"
KEY = ("measure", "kind", "unit", "occurrence")
"""What tells a line from the others of its year and section."""


class InquiryRefused(CasesError):
    """What was asked cannot be done; `field` is where the reader put it."""

    code: ClassVar[str] = "inquiry_refused"
    status: ClassVar[int] = 422

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class LineChanged(CasesError):
    """The line was changed after the differences were shown."""

    code: ClassVar[str] = "line_changed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("見ている間に、この施策の数値が変わりました。違いを見直してください。"))


@transaction.atomic
def ask(
    uid: UUID, fiscal_year: int, *, title: str, words: str, due_on: date, centre: Centre, by: Actor
) -> Inquiry:
    """Begin a 照会 of every section that has a line in the 年度 or in the one before; the same uid again is it.

    Raises InquiryRefused.
    """
    known = Inquiry.objects.filter(uid=uid, centre=centre).first()
    if known is not None:
        return known
    if due_on < calendar.today():
        raise InquiryRefused(_("期限は今日か、今日より後にしてください。"), "due_on")
    found = lines_asked(centre, fiscal_year)
    if not found:
        raise InquiryRefused(_("その年度にも前の年度にも施策がなく、たずねる行がありません。"), "fiscal_year")
    inquiry = Inquiry.objects.create(
        uid=uid, centre=centre, fiscal_year=fiscal_year, title=audit.typed(title)[:120],
        words=audit.typed(words)[:600], due_on=due_on, asked_by_id=by.pk,
    )  # fmt: skip
    InquirySection.objects.bulk_create(
        InquirySection(
            inquiry=inquiry, section=name[:60], code=_new_code(), lines=[_key_of(line) for line in lines]
        )
        for name, lines in found.items()
    )
    audit.record("PROGRAMME_ASKED", by=by, centre=centre, count=len(found), reason=str(uid))
    return inquiry


def _new_code() -> str:
    """Twelve letters and figures that nobody mistakes for each other; written into the file that a section gets."""
    return "".join(secrets.choice(answers.SIGNS) for _n in range(answers.CODE_LENGTH))


def lines_asked(centre: Centre, fiscal_year: int) -> dict[str, list[ProgrammeLine]]:
    """By section as it is called that year: the lines of the year, and those of the year before that it lacks."""
    names = sections.names_of(centre)
    rows = ProgrammeLine.objects.filter(
        centre=centre, fiscal_year__in=(fiscal_year, fiscal_year - 1), is_repeated=False
    )
    newest: dict[tuple[Any, ...], ProgrammeLine] = {}
    for line in sorted(rows, key=lambda line: (line.position, line.pk)):
        key = (*_key_of(line).values(), names.keys(line.section))
        if key not in newest or line.fiscal_year == fiscal_year:
            newest[key] = line
    return dict(sections.asked_of(newest.values(), names, fiscal_year))


def _key_of(line: ProgrammeLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in KEY}


@transaction.atomic
def sheet(uid: UUID, *, by: Actor) -> tuple[InquirySection, bytes]:
    """The file for one section. Raises InquirySection.DoesNotExist."""
    asked = _section(uid, by)
    inquiry = asked.inquiry
    with translation.override(settings.LANGUAGE_CODE):
        content = write_form(_form(asked))
    InquirySection.objects.filter(pk=asked.pk, given_at=None).update(given_at=timezone.now())
    audit.record("PROGRAMME_SHEET_GIVEN", by=by, centre=inquiry.centre, reason=str(asked.uid))
    return asked, content


def _form(asked: InquirySection) -> Form:
    inquiry = asked.inquiry
    stored = _stored(inquiry, asked)
    before, now = fiscal_year_name(inquiry.fiscal_year - 1), fiscal_year_name(inquiry.fiscal_year)
    due = calendar.wareki(inquiry.due_on)
    return Form(
        name=asked.section or "担当課なし",
        above=(
            f"{now} {inquiry.title}",
            f"担当課: {asked.section or '(記載なし)'}   回答の期限: {due}   {inquiry.centre}",
            f"{CODE_LABEL}: {asked.code}(このファイルを見分ける番号です。消さないでください)",
            *([inquiry.words] if inquiry.words else []),
            "色の付いた欄に入れてください。なかったものは「該当なし」、取りやめたものは「中止」を選び、理由を書いてください。",
        ),
        fields=(
            Field(NUMBER, 6), Field(MEASURE, 34), Field(KIND, 10), Field(UNIT, 6),
            *(Field(f"{before} {label}", 10) for label in FIGURES.values()),
            Field(STATE, 10, is_open=True, choices=("実施", "予定", "中止", "該当なし")),
            *(Field(label, 9, is_open=True) for label in FIGURES.values()),
            Field(NOTE, 30, is_open=True),
        ),
        rows=[_row(n, given, stored, inquiry.fiscal_year) for n, given in enumerate(asked.lines, start=1)],
        further=FURTHER,
        mark=NEW_MARK,
    )  # fmt: skip


Stored = dict[tuple[Any, ...], ProgrammeLine]


def _row(n: int, given: dict[str, Any], stored: Stored, year: int) -> list[Any]:
    key = tuple(given[name] for name in KEY)  # PostgreSQL keeps no order of what is in JSON
    before, now = stored.get((year - 1, *key)), stored.get((year, *key))
    return [
        n, given["measure"], given["kind"], given["unit"],
        *(_shown(before, name) for name in FIGURES),
        str(now.get_state_display()) if now is not None else None,
        *(_shown(now, name) for name in FIGURES),
        (now.reason or now.note) if now is not None else None,
    ]  # fmt: skip


def _shown(line: ProgrammeLine | None, name: str) -> Any:
    value = getattr(line, name) if line is not None else None
    return float(value) if isinstance(value, Decimal) else value


def _stored(inquiry: Inquiry, asked: InquirySection) -> Stored:
    """(年度, 施策, 種類, 単位, occurrence) of this year and the one before, of this section by any of its names."""
    names = sections.names_of(inquiry.centre)
    years = (inquiry.fiscal_year, inquiry.fiscal_year - 1)
    return {
        (line.fiscal_year, *_key_of(line).values()): line
        for line in ProgrammeLine.objects.filter(
            centre=inquiry.centre, fiscal_year__in=years, is_repeated=False
        )
        if names.same(line.section, asked.section)
    }


@transaction.atomic
def receive(name: str, data: bytes, *, into: Inquiry, by: Actor) -> InquiryAnswer:
    """Keep a filled file with the section whose number it carries; the same file again is the answer that is there.

    Nothing of the programme changes. Raises FileNotUnderstood, AnswerNotUnderstood, InquiryRefused for a file of
    another 照会, of another centre, or one that is closed.
    """
    if len(data) > MAX_BYTES:
        raise InquiryRefused(
            _("ファイルが大きすぎます(%(n)dMBまで)。") % {"n": MAX_BYTES // 1024 // 1024}, "file"
        )
    code = answers.code_of(name, data)
    asked = InquirySection.objects.select_related("inquiry").filter(code=code).first()
    if asked is None or asked.inquiry.centre_id not in by.centre_ids:
        raise InquiryRefused(_("このセンターの照会の番号ではありません。"), "file")
    if asked.inquiry_id != into.pk:
        words = {"title": asked.inquiry.title, "year": fiscal_year_name(asked.inquiry.fiscal_year)}
        raise InquiryRefused(_("別の照会「%(year)s %(title)s」のファイルです。") % words, "file")
    if asked.inquiry.closed_at is not None:
        raise InquiryRefused(_("この照会は終わっています。"), "file")
    rows = [one.as_json() for one in answers.read(name, data)]
    answer, is_new = InquiryAnswer.objects.get_or_create(
        of=asked,
        digest=hashlib.sha256(data).hexdigest(),
        defaults={"name": name[:200], "content": data, "rows": rows, "received_by_id": by.pk},
    )
    if is_new:
        InquirySection.objects.filter(pk=asked.pk).update(settled_at=None)
        audit.record(
            "PROGRAMME_ANSWER_RECEIVED", by=by, centre=into.centre, count=len(rows), reason=str(answer.uid)
        )
    return answer


def compared(answer: InquiryAnswer) -> list[Difference]:
    """Each line of the answer beside what is stored now; lines that the file lacks at the end. Two queries."""
    asked = answer.of
    return differences(answer.rows, asked.lines, _stored(asked.inquiry, asked), asked.inquiry.fiscal_year)


@transaction.atomic
def accept(uid: UUID, chosen: Sequence[str], *, by: Actor) -> int:
    """Take over the chosen lines (`Difference.token` as they were shown); returns how many.

    All or none. Raises InquiryAnswer.DoesNotExist, LineChanged, InquiryRefused.
    """
    answer = InquiryAnswer.objects.select_related("of__inquiry__centre").get(
        uid=uid, of__inquiry__centre_id__in=by.centre_ids
    )
    inquiry = answer.of.inquiry
    Centre.objects.select_for_update(no_key=True).get(pk=inquiry.centre_id)
    if inquiry.closed_at is not None:
        raise InquiryRefused(_("この照会は終わっています。"))
    by_token = {one.token: one for one in compared(answer) if one.can_be_taken}
    if not chosen:
        raise InquiryRefused(_("取り入れる行を選んでください。"))
    if not set(chosen) <= set(by_token):
        raise LineChanged
    for token in chosen:
        _take(by_token[token], answer.of)
    audit.record(
        "PROGRAMME_ANSWER_TAKEN", by=by, centre=inquiry.centre, count=len(chosen), reason=str(answer.uid)
    )
    return len(chosen)


def _take(one: Difference, asked: InquirySection) -> None:
    inquiry, line = asked.inquiry, one.stored
    if line is None:
        last = ProgrammeLine.objects.filter(centre=inquiry.centre).order_by("-position").first()
        before = one.before
        line = ProgrammeLine(
            centre=inquiry.centre, fiscal_year=inquiry.fiscal_year, section=asked.section,
            position=before.position if before is not None else (last.position + 1 if last is not None else 1),
            in_total=before.in_total if before is not None else False, is_new=one.is_new,
            cumulative_since=before.cumulative_since if before is not None else None, **one.key,
        )  # fmt: skip
    for name, value in one.values.items():
        setattr(line, name, value)
    line.save()


@transaction.atomic
def settle(uid: UUID, *, by: Actor) -> InquirySection:
    """Nothing more is awaited of this section. Raises InquirySection.DoesNotExist."""
    asked = _section(uid, by)
    if asked.settled_at is None:
        asked.settled_at = timezone.now()
        asked.save(update_fields=["settled_at"])
        audit.record("PROGRAMME_SECTION_SETTLED", by=by, centre=asked.inquiry.centre, reason=str(asked.uid))
    return asked


@transaction.atomic
def close(uid: UUID, *, by: Actor) -> Inquiry:
    """No answer is taken any more; files and answers stay. Raises Inquiry.DoesNotExist."""
    inquiry = Inquiry.objects.select_for_update().get(uid=uid, centre_id__in=by.centre_ids)
    if inquiry.closed_at is None:
        inquiry.closed_at = timezone.now()
        inquiry.save(update_fields=["closed_at"])
        audit.record("PROGRAMME_INQUIRY_CLOSED", by=by, centre=inquiry.centre, reason=str(inquiry.uid))
    return inquiry


def _section(uid: UUID, by: Actor) -> InquirySection:
    return InquirySection.objects.select_related("inquiry__centre").get(
        uid=uid, inquiry__centre_id__in=by.centre_ids
    )
