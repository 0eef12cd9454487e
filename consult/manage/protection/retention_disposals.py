"""A batch of disposal: looked through, held back, approved by another person; its progress and what is left of it."""

import uuid
from typing import ClassVar, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.records import codes
from cases.records.case import SEALED
from cases.records.codes import Kind
from cases.services import oversight
from cases.services.retention import disposal
from cases.services.retention.models import Disposal, DisposalItem
from consult.shell import roles
from consult.shell.jobs import progress_of
from consult.shell.second_person import able
from consult.shell.web import StaffView

PER_PAGE: Final = 100


class DisposalView(StaffView):
    permission: ClassVar[str] = roles.KEEP_RETENTION

    def find(self, uid: uuid.UUID) -> Disposal:
        """A batch of the actor's centre; others answer 404."""
        rows = Disposal.objects.select_related("proposed_by", "decided_by", "job")
        found = rows.filter(uid=uid, centre=self.actor.centre).first()
        if found is None:
            raise Http404
        return found


class DisposalPage(DisposalView):
    """Numbers, dates and codes: enough to know a case, no word of it."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = self.find(uid)
        items = (
            DisposalItem.objects.filter(disposal=found)
            .select_related("case")
            .defer(*(f"case__{name}" for name in SEALED))
            .order_by("case__closed_on", "case__number")
        )
        page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
        kept = DisposalItem.objects.filter(disposal=found, is_kept=True).count()
        context = {
            "disposal": found,
            "page": page,
            "rows": [(item, codes.codes(Kind.OUTCOME).text(item.case.outcome)) for item in page],
            "kept": kept,
            "to_go": page.paginator.count - kept,
            "erased": found.tombstones.count(),
            "is_proposed": found.state == Disposal.State.PROPOSED,
            "is_own": found.proposed_by_id == self.actor.pk,
            "is_alone": oversight.is_alone(
                self.actor.centre, self.actor, able=able(self.actor, self.permission)
            ),
            "progress": progress_of(found.job) if found.job else None,
        }
        return render(request, "manage/protection/retention_disposal.html", context)


class KeepBack(DisposalView):
    """The boxes of one page of the list: those ticked stay."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = self.find(uid)
        try:
            shown, kept = (_uids(request.POST.getlist(name)) for name in ("shown", "kept"))
            count = disposal.keep_back(found.uid, kept, shown, by=self.actor)
        except disposal.DisposalDecided as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                ngettext("%(n)d件を変えました。", "%(n)d件を変えました。", count) % {"n": count},
            )
        return redirect("disposal", uid=found.uid)


def _uids(texts: list[str]) -> frozenset[uuid.UUID]:
    try:
        return frozenset(uuid.UUID(text) for text in texts)
    except ValueError:
        raise Http404 from None


class ApproveDisposal(DisposalView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = self.find(uid)
        try:
            disposal.approve(found.uid, by=self.actor, able=able(self.actor, self.permission))
        except (disposal.DisposalDecided, oversight.SecondPersonNeeded) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("承認しました。消去を始めます。"))
        return redirect("disposal", uid=found.uid)


class WithdrawDisposal(DisposalView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = self.find(uid)
        try:
            disposal.withdraw(found.uid, by=self.actor)
        except disposal.DisposalDecided as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("廃棄の案を取り下げました。"))
        return redirect("disposal", uid=found.uid)
