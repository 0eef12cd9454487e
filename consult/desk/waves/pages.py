"""増えている言葉 with their weeks and redacted examples; each becomes a 手口 or is passed over."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.law import calendar
from cases.protection.redacted import redacted_text
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind, codes
from cases.services import scam_types
from cases.services.entry import EntryRefused
from consult.desk.choices import numbered, scam_number
from consult.desk.forms import ShortField, plain_words
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, offer, tell
from consult.shell.web import StaffView
from search import waves
from search.wave_rows import Wave
from search.waves import WaveDecided

SHOWN: Final = 6
EXAMPLES: Final = 3
EXCERPT: Final = 200
WORDS: Final = 8


class NameForm(forms.Form):
    label = ShortField(
        label=gettext_lazy("手口の名前"), required=True, help_text=gettext_lazy("短く。例: 分電盤の点検")
    )
    meaning = ShortField(
        label=gettext_lazy("どんな手口か(一行)"), required=True,
        help_text=gettext_lazy("60文字まで。人や事業者の名前は書かない"),
    )  # fmt: skip
    parent = forms.ChoiceField(label=gettext_lazy("近い手口"), required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = numbered(Kind.SCAM_TYPE, calendar.today(), at=centre)
        shipped = [one for one in known if not one[0].startswith(scam_types.PREFIX)]
        offer(self, "parent", [*NOT_CHOSEN, *shipped])
        plain_words(self)


@dataclass(frozen=True)
class Example:
    """A case as it is shown: its excerpt is redacted."""

    case: Case
    excerpt: str


@dataclass(frozen=True)
class Week:
    """A bar of the weeks; `height` in hundredths of the highest, `top` what is free above it."""

    count: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True)
class Shown:
    """A candidate with all that helps to decide."""

    wave: Wave
    words: list[str]
    weeks: list[Week]
    scams: list[tuple[str, int]]
    examples: list[Example]
    form: forms.Form
    is_open: bool


class Waves(StaffView):
    """The candidates, the largest first."""

    permission = roles.KEEP_CODES

    def get(self, request: HttpRequest) -> HttpResponse:
        return waves_page(request, self)


def waves_page(
    request: HttpRequest,
    view: StaffView,
    *,
    status: int = 200,
    refused: tuple[uuid.UUID, forms.Form] | None = None,
) -> HttpResponse:
    """`refused`: the form of a candidate that was not taken."""
    found = waves.open_waves(view.actor)
    context = {
        "rows": _shown(found[:SHOWN], view.actor, view.actor.centre, refused),
        "more": max(len(found) - SHOWN, 0),
        "dismissed": waves.dismissed_waves(view.actor),
        "refused": refused[1] if refused else None,
        "has_errors": refused is not None,
    }
    return render(request, "desk/waves/waves.html", context, status=status)


def _shown(
    found: list[Wave], by: Actor, centre: Centre, refused: tuple[uuid.UUID, forms.Form] | None
) -> list[Shown]:
    """One reading of all examples; cases that are out of scope now, or whose words do not open, are not shown."""
    examples = waves.examples_of(found, each=EXAMPLES)
    uids = [uid for of_wave in examples.values() for uid in of_wave]
    texts = redacted_text(uids, by=by) if uids else {}
    listed = Case.objects.visible_to(by).of_uids(uids).for_list()
    cases = {case.uid: case for case in listed}
    scams = _scams(found)
    rows = []
    for wave in found:
        held = [uid for uid in examples.get(wave.pk, ()) if uid in texts and uid in cases]
        is_refused = refused is not None and refused[0] == wave.uid
        form = (
            refused[1] if refused and is_refused else NameForm(centre=centre, auto_id=f"id_{wave.uid.hex}_%s")
        )
        words = waves.words_of(wave, [texts[uid].narrative for uid in held])
        shown = [Example(cases[uid], _cut(texts[uid].narrative)) for uid in held]
        rows.append(Shown(wave, words[:WORDS], _weeks(wave), scams.get(wave.pk, []), shown, form, is_refused))
    return rows


def _cut(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


def _weeks(wave: Wave) -> list[Week]:
    most = max([*wave.weeks, 1])
    return [Week(n, round(100 * n / most)) for n in wave.weeks]


def _scams(found: list[Wave]) -> dict[int, list[tuple[str, int]]]:
    """Row → the 主 手口 of its cases with their numbers, the most frequent first."""
    pairs = Wave.objects.filter(pk__in=[wave.pk for wave in found], cases__case__scam_types__is_main=True)
    counts: dict[int, Counter[str]] = {}
    known = codes(Kind.SCAM_TYPE)
    for pk, code in pairs.values_list("pk", "cases__case__scam_types__code"):
        counts.setdefault(pk, Counter())[known.text(code)] += 1
    return {pk: of.most_common(3) for pk, of in counts.items()}


class NameWave(StaffView):
    """The candidate becomes a provisional 手口 of the centre."""

    permission = roles.KEEP_CODES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if not waves.is_known(uid, by=self.actor):
            raise Http404
        form = NameForm(request.POST, centre=self.actor.centre, auto_id=f"id_{uid.hex}_%s")
        if form.is_valid():
            try:
                row = waves.name(uid, **form.cleaned_data, by=self.actor)
            except Wave.DoesNotExist:
                raise Http404 from None
            except WaveDecided as refusal:
                messages.warning(request, str(refusal))
                return redirect("waves")
            except EntryRefused as refusal:
                tell(form, refusal)
        if form.errors:
            return waves_page(request, self, status=422, refused=(uid, form))
        messages.success(
            request,
            _("手口「%(number)s %(name)s」を仮に足しました。例の相談を開いて、手口を付け直してください。")
            % {"number": scam_number(row), "name": row.text},
        )
        return redirect("scam-types")


class DismissWave(StaffView):
    permission = roles.KEEP_CODES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            waves.dismiss(uid, by=self.actor)
        except Wave.DoesNotExist:
            raise Http404 from None
        except WaveDecided as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("見送りました。件数が2倍になったら、また出ます。"))
        return redirect("waves")


def card(actor: Actor) -> today.Card | None:
    """For managers: how many candidates wait."""
    count = len(waves.open_waves(actor))
    if not count:
        return None
    return today.Card(
        title=ngettext(
            "新しい手口かもしれない言葉が%(n)s組あります",
            "新しい手口かもしれない言葉が%(n)s組あります",
            count,
        )
        % {"n": count},
        body=_("これまでより急に増えています。例を読んで、手口にするか見送るかを決めてください。"),
        level=today.Level.INFO,
        url_name="waves",
        link=_("増えている言葉を見る"),
    )


def register() -> None:
    """Called once when the app is ready."""
    today.register("waves", roles.KEEP_CODES, card)
