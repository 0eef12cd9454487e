"""What surges bring to 今日 and to the menu."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.figures.surge_log import reading
from cases.figures.surge_log.models import SurgeEvaluation, SurgeVerdict
from cases.law import calendar
from cases.records.centre import Actor, Centre, area_choices
from cases.services import surge_verdicts
from consult.manage.surges.telling import name_of
from consult.shell import roles
from consult.shell.web import add_to_nav

_NAMED = 3


def card(actor: Actor) -> today.Card | None:
    """Waves that are open and that nobody called chance; louder where one was found on the day itself."""
    found = []
    for centre in Centre.objects.filter(pk__in=actor.centre_ids).order_by("pk"):
        rising = reading.open_waves(centre, calendar.today())
        verdicts = surge_verdicts.standing([one.wave for one in rising])
        areas = dict(area_choices(centre)) if rising else {}
        found += [
            (one, name_of(one.card.cell, areas))
            for one in rising
            if (said := verdicts.get(one.wave.pk)) is None or said.verdict != SurgeVerdict.Verdict.FALSE
        ]
    if not found:
        return None
    is_of_today = any(one.card.evaluation.trigger == SurgeEvaluation.Trigger.LIVE for one, _name in found)
    title = ngettext("急に増えた相談が%(n)d件あります", "急に増えた相談が%(n)d件あります", len(found))
    names = _("、").join(name for _one, name in found[:_NAMED])
    return today.Card(
        title % {"n": len(found)},
        _("%(names)s。ほか") % {"names": names} if len(found) > _NAMED else names,
        today.Level.WARNING if is_of_today else today.Level.INFO,
        "surges",
        _("知らせを見る"),
    )


def register() -> None:
    """Called once when the app is ready."""
    today.register("surges", roles.VIEW_TRENDS, card)
    add_to_nav(roles.VIEW_TRENDS, "surges", gettext_lazy("急増"))
