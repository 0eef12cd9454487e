"""A half-typed form, sent by its page a second after the last key: kept as a draft, answered with what became of it."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.case import Case
from consult.desk.typed import sequence_of
from consult.shell import drafts
from consult.shell.accounts import Account
from consult.shell.drafts import Draft, Kept


def kept(
    request: HttpRequest,
    uid: uuid.UUID,
    fields: dict[str, list[str]],
    *,
    by: Account,
    case: Case | None = None,
    **more: Any,
) -> JsonResponse:
    """`case`: the one that is corrected; `more`: what else the page is told. Http404 for a draft of somebody else."""
    if request.POST.get("account", str(by.uid)) != str(by.uid):
        # The page belongs to who signed in before: their words are not this person's draft.
        return JsonResponse({"state": "other-account"}, status=409)
    try:
        became = drafts.save(uid, fields, sequence=sequence_of(request.POST), by=by, case=case)
    except Draft.DoesNotExist:
        raise Http404 from None
    except drafts.DraftTooLong:
        return JsonResponse({"state": "too-long"}, status=413)
    answer: dict[str, Any] = {"state": became.value, **more}
    if became is Kept.SUPERSEDED:
        answer["sequence"] = str(drafts.held_sequence(uid, by=by))
    at = timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%H:%M:%S")
    return JsonResponse({**answer, "message": _("下書きを保存しました %(at)s") % {"at": at}})
