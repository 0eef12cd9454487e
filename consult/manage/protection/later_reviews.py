"""後で確認するもの: what one person did alone, and the mark that somebody else saw it."""

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.records.centre import Actor
from cases.records.later_review import LaterReview
from cases.services import oversight
from consult.shell import roles
from consult.shell.web import StaffView

SHOWN: Final = 200


class LaterReviews(StaffView):
    permission = roles.REVIEW_LATER

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = LaterReview.objects.filter(centre=self.actor.centre).select_related("acted_by", "reviewed_by")
        waiting = rows.filter(reviewed_at__isnull=True)[:SHOWN]
        seen = rows.filter(reviewed_at__isnull=False)[:SHOWN]
        return render(request, "manage/protection/later_reviews.html", {"waiting": waiting, "seen": seen})


class ReviewLater(StaffView):
    permission = roles.REVIEW_LATER

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            oversight.review(uid, by=self.actor)
        except LaterReview.DoesNotExist:
            raise Http404 from None
        except oversight.NotForOneself as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("確認済みにしました。"))
        return redirect("later-reviews")


def card(actor: Actor) -> today.Card | None:
    """今日: how many acts of one person wait to be seen by another."""
    waiting = LaterReview.objects.filter(centre_id__in=actor.centre_ids, reviewed_at__isnull=True)
    count = waiting.exclude(acted_by_id=actor.pk).count()
    if not count:
        return None
    title = ngettext(
        "一人で行われた操作が%(n)d件、確認を待っています",
        "一人で行われた操作が%(n)d件、確認を待っています",
        count,
    ) % {"n": count}
    return today.Card(title, level=today.Level.WARNING, url_name="later-reviews", link=_("確かめる"))
