"""The reach page: what came of outreach, and what nobody can tell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.figures.need.effect import Effect
from cases.law import calendar
from consult.shell import roles
from consult.shell.web import StaffView
from outreach.planning import keeping
from outreach.planning.wording import Names
from outreach.reach import reading


class ReachPage(StaffView):
    """Counts only: no way leads from here to a case or a person."""

    permission = roles.VIEW_TRENDS

    def get(self, request: HttpRequest) -> HttpResponse:
        centre, today = self.actor.centre, calendar.today()
        names = Names(centre)
        months = keeping.weights_of(centre).reached_months
        reach = reading.reached(centre, today, months)
        answered = reading.answered(centre, today, months)
        reports, cases = reading.watchers(centre, today)
        context = {
            "months": months,
            "reached": [(names.area(one.area), one, _percent(one.share)) for one in reach.districts],
            "nowhere": reach.nowhere,
            "whole": (reach.whole, _percent(reach.whole.share)),
            "answered": [(names.topic(one.topic), one) for one in answered],
            "middle_days": reading.middle_days(answered),
            "reports": reports,
            "cases": cases,
            "effects": [
                (names.topic(one.topic), one.effect, sentence(one.effect))
                for one in reading.effects(centre, today)
            ],
        }  # fmt: skip
        return render(request, "outreach/reach/reach.html", context)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def sentence(of: Effect) -> str:
    """What can be said; 分からない wherever a fall of 3割 could not have been found."""
    if of.ratio is None or of.low is None or of.high is None:
        return _("分かりません。比べられる相談がありません。")
    values = {
        "after": of.after,
        "expected": f"{of.expected:.1f}",
        "low": f"{100 * of.low:.0f}",
        "high": f"{100 * of.high:.0f}",
    }
    told = (
        _(
            "開いた地区の後の半年は%(after)d件。開かなかった地区と同じ動きなら%(expected)s件(比は95%%の範囲で%(low)s%%〜%(high)s%%)。"
        )
        % values
    )
    if not of.can_tell:
        return _("分かりません。件数が少なく、3割減っても見分けられません。") + told
    if of.is_fall:
        return _("減ったと言えます。") + told
    if of.is_rise:
        return _("増えたと言えます。相談先を知った人が増えたためかもしれません。") + told
    return _("3割の変化があれば見分けられる件数ですが、変わったとは言えません。") + told
