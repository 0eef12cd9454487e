"""注意指示: the list, placing one, reading one, ending one."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.case import new_uid
from cases.records.track import Track
from cases.records.trader import Trader
from cases.services.entry import EntryRefused
from cases.services.traders import tracks
from cases.services.traders.tracks import TrackEntry
from consult.desk.traders.forms import TrackForm
from consult.desk.traders.pages import TraderView
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.web import StaffView


class _Tracks(StaffView):
    """Tracks that run, without the numbers and words that they hold: these are opened one by one."""

    permission = roles.VIEW_CASES

    def page(self, request: HttpRequest, *, opened: tracks.Instruction | None = None) -> HttpResponse:
        mine = Track.objects.visible_to(self.actor).select_related("centre", "trader", "placed_by")
        context = {
            "running": tracks.in_force(mine.running(calendar.today()).order_by("ends_on", "pk")),
            "opened": opened,
            "may_keep": self.actor.may(roles.KEEP_TRADERS),
        }
        return render(request, "desk/traders/tracks.html", context)


class TrackList(_Tracks):
    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)


class ReadTrack(_Tracks):
    """Opens one, after an entry in the log."""

    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if not Track.objects.visible_to(self.actor).filter(uid=uid).exists():
            raise Http404
        return redirect("tracks")

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        mine = Track.objects.visible_to(self.actor).select_related("centre", "trader")
        track = mine.filter(uid=uid).first()
        if track is None:
            raise Http404
        [opened] = tracks.read([track], by=self.actor)
        return self.page(request, opened=opened)


class NewTrack(StaffView):
    """On a number, a site or an account; on a trader from its own page."""

    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, TrackForm(initial={"uid": new_uid(), "kind": Track.Kind.PHONE}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TrackForm(request.POST)
        if form.is_valid() and place(form, self.actor):
            messages.success(request, _("注意指示を登録しました。"))
            return redirect("tracks")
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: TrackForm) -> HttpResponse:
        context = {"form": form, "trader": None, "has_errors": bool(form.errors)}
        return render(request, "desk/traders/track_new.html", context, status=422 if form.errors else 200)


class TrackTrader(TraderView):
    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        initial = {"uid": new_uid(), "kind": Track.Kind.TRADER, "trader_uid": trader.uid}
        return self._page(request, trader, TrackForm(initial=initial, on_trader=True))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        form = TrackForm(
            {**request.POST.dict(), "trader_uid": str(trader.uid), "kind": "TRADER"}, on_trader=True
        )
        if form.is_valid() and place(form, self.actor):
            messages.success(request, _("注意指示を登録しました。"))
            return redirect("trader", uid=uid)
        return self._page(request, trader, form)

    def _page(self, request: HttpRequest, trader: Trader, form: TrackForm) -> HttpResponse:
        context = {"form": form, "trader": trader, "has_errors": bool(form.errors)}
        return render(request, "desk/traders/track_new.html", context, status=422 if form.errors else 200)


def place(form: TrackForm, actor: Account) -> bool:
    """Place what the valid form says; False where it is refused, the reasons at the fields."""
    data = form.cleaned_data
    entry = TrackEntry(
        payee=form.payee(),
        **{
            name: data[name]
            for name in ("uid", "kind", "source", "text", "ends_on", "from_whom", "trader_uid", "about")
        },
    )
    try:
        tracks.place(entry, centre=actor.centre, by=actor)
    except EntryRefused as refusal:
        tell(form, refusal)
    return not form.errors


class EndTrack(StaffView):
    permission = roles.KEEP_TRADERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            tracks.end(uid, by=self.actor)
        except Track.DoesNotExist:
            raise Http404 from None
        except tracks.TrackEnded as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("注意指示を終わらせました。"))
        return redirect("tracks")
