"""Pages of what cannot wait: a warning issued before its approval, and what its approver does afterwards."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.services.entry import EntryRefused
from consult.shell import roles
from outreach.bulletins import services
from outreach.bulletins.hurry import ObjectForm, UrgentForm
from outreach.bulletins.views import BulletinPage, BulletinView, to_be_put_right


class IssueAtOnce(BulletinPage):
    permission = roles.WRITE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = UrgentForm(request.POST, auto_id="id_urgent_%s")
        if form.is_valid():
            try:
                issued = services.issue_at_once(uid, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                if "reason" not in refusal.errors:
                    return to_be_put_right(request, bulletin, refusal, self.actor)
                form.add_error("reason", refusal.errors["reason"])
            except services.SuggestionsNotSeen as unseen:
                form.add_error("suggestions_seen", str(unseen))
            else:
                told = _("%(name)sとして発行しました。承認を待っています。") % {"name": issued.issue_name}
                messages.success(request, told)
                return redirect("bulletin", uid=uid)
        return self.page(request, bulletin, status=422, urgent_form=form, has_errors=True)


class ApproveAfterwards(BulletinView):
    permission = roles.APPROVE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.approve_afterwards(uid, by=self.actor)
        messages.success(request, _("発行済みの通信を承認しました。"))
        return redirect("bulletin", uid=uid)


class ObjectAfterwards(BulletinPage):
    permission = roles.APPROVE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = ObjectForm(request.POST, auto_id="id_object_%s")
        if not form.is_valid():
            return self.page(request, bulletin, status=422, object_form=form, has_errors=True)
        services.object_afterwards(uid, comment=form.cleaned_data["comment"], by=self.actor)
        messages.success(request, _("承認しないことを記録しました。訂正は、新しい通信として出します。"))
        return redirect("bulletin", uid=uid)
