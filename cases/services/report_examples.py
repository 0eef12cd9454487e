"""事例 of a report: chosen by a person from texts that somebody confirmed, told in the person's own words, and checked.

What could tell who it was is refused: persons of the case and listed patterns for good, what only looks like it until
the person says that it is not.
"""

import uuid
from collections.abc import Sequence
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.reports.models import Report, ReportExample
from cases.protection import audit, match
from cases.protection.redacted import RedactedText, confirmed_text
from cases.protection.redaction import Span, redact
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services.entry import EntryRefused
from cases.services.reports import ReportNotDraft

MOST: Final = 12
OFFERED: Final = 100


class LooksPersonal(CasesError):
    """Something in the words might be personal, and the person has not said that it is not."""

    code: ClassVar[str] = "looks_personal"
    status: ClassVar[int] = 422

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        kinds = _("、").join(dict.fromkeys(_(span.kind) for span in spans))
        super().__init__(
            _("個人が分かるかもしれない部分があります(%(kinds)s)。直すか、確認のチェックを入れてください。")
            % {"kinds": kinds}
        )


def offered(report: Report, *, by: Actor) -> list[Case]:
    """Cases of the period with a confirmed text, newest first; without their words."""
    cases = Case.objects.visible_to(by).filter(
        centre=report.centre,
        received_on__gte=report.start,
        received_on__lt=report.end,
        confirmed_texts__isnull=False,
    )
    return list(cases.distinct().for_list().newest_first()[:OFFERED])


def told(report: Report, number: str, *, by: Actor) -> tuple[Case, RedactedText] | None:
    """The case of that number and its confirmed text, logged as read; None where it has none that still holds."""
    found = _case(report, number, by)
    if found is None:
        return None
    text = confirmed_text([found.uid], by=by).get(found.uid)
    return None if text is None else (found, text)


def _case(report: Report, number: str, by: Actor) -> Case | None:
    cases = Case.objects.visible_to(by).filter(centre=report.centre, number=number)
    case = cases.select_related("centre").first()
    return case if case is not None and report.start <= case.received_on < report.end else None


def add(
    report_uid: uuid.UUID, number: str, *, title: str, text: str, seen: bool = False, by: Actor
) -> ReportExample:
    """Tell a case of the period in a draft; `seen` says that what only looks personal is not.

    Raises Report.DoesNotExist, ReportNotDraft, EntryRefused, LooksPersonal.
    """
    title, text = title.strip(), text.strip()
    report = Report.objects.select_related("centre").get(uid=report_uid, centre_id__in=by.centre_ids)
    _check(report, title, text)
    chosen = told(report, number, by=by)
    if chosen is None:
        raise EntryRefused({"number": _("この期間の相談で、伏せ字を確定したものの番号を選んでください。")})
    case = chosen[0]
    sure, looks = _found(case, f"{title}\n{text}")
    if sure:
        kinds = _("、").join(dict.fromkeys(_(span.kind) for span in sure))
        raise EntryRefused(
            {"text": _("個人が分かる部分があります(%(kinds)s)。書き直してください。") % {"kinds": kinds}}
        )
    if looks and not seen:
        raise LooksPersonal(looks)
    with transaction.atomic():
        locked = Report.objects.select_for_update().get(pk=report.pk)
        if locked.is_issued:
            raise ReportNotDraft
        row = ReportExample.objects.create(
            report=locked, case_uid=case.uid, title=title, text=text, chosen_by_id=by.pk
        )
        audit.record("REPORT_EXAMPLE_ADDED", by=by, case=case, reason=str(report.uid))
    return row


def _check(report: Report, title: str, text: str) -> None:
    if report.is_issued:
        raise ReportNotDraft
    faults = {}
    if not 1 <= len(title) <= ReportExample.TITLE_LENGTH:
        faults["title"] = _("題名を%(n)d文字までで入力してください。") % {"n": ReportExample.TITLE_LENGTH}
    if not 1 <= len(text) <= ReportExample.TEXT_LENGTH:
        faults["text"] = _("内容を%(n)d文字までで入力してください。") % {"n": ReportExample.TEXT_LENGTH}
    if not faults and report.examples.count() >= MOST:
        faults["title"] = _("事例は%(n)d件までです。") % {"n": MOST}
    if faults:
        raise EntryRefused(faults)


def _found(case: Case, words: str) -> tuple[list[Span], list[Span]]:
    """What is personal for sure, and what may be: against the persons of the case and of linked ones."""
    centre = case.centre
    allow = [name for name in (centre.name, centre.phone) if name]
    spans = redact(words, match.everybody(case), allow=allow).spans
    return [s for s in spans if s.tier == "auto"], [s for s in spans if s.tier != "auto"]


@transaction.atomic
def remove(uid: uuid.UUID, *, by: Actor) -> Report:
    """Take a case out of a draft. Raises ReportExample.DoesNotExist, ReportNotDraft."""
    rows = ReportExample.objects.select_related("report__centre")
    row = rows.get(uid=uid, report__centre_id__in=by.centre_ids)
    if row.report.is_issued:
        raise ReportNotDraft
    row.delete()
    audit.record("REPORT_EXAMPLE_REMOVED", by=by, centre=row.report.centre, reason=str(row.report.uid))
    return row.report


def erase_with_case(case_uid: uuid.UUID) -> None:
    """A draft no longer tells an erased case; an issued report has named none since it was issued."""
    ReportExample.objects.filter(case_uid=case_uid).delete()
