"""Forms of the stock's pages."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.fields import NOT_CHOSEN, day_field, offer
from outreach.network.models import Member
from outreach.stock.models import StockItem, StockMovement, StockPlace, StockVersion
from outreach.stock.services import ItemEntry, MovementEntry


def _this_day() -> str:
    return calendar.today().isoformat()


class ItemForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("品名"), max_length=80, help_text=_("例: 訪問販売お断りシール"))
    kind = forms.ChoiceField(label=_("種類"), choices=StockItem.Kind.choices)
    unit = forms.CharField(label=_("単位"), max_length=10, initial="枚")
    low_at = forms.IntegerField(
        label=_("残りが少ないと知らせる数"), min_value=0, max_value=1_000_000, initial=0, widget=forms.TextInput,
        help_text=_("0のときは知らせません。"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("いまも使う"), required=False, initial=True)

    def entry(self) -> ItemEntry:
        return ItemEntry(**{name: value for name, value in self.cleaned_data.items() if name != "uid"})


class VersionForm(forms.Form):
    name = forms.CharField(label=_("版"), max_length=40, help_text=_("例: 令和8年度版"))
    issued_on = day_field(_("発行日"))


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("使用をやめた理由"), max_length=200)


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("置き場所"), max_length=60)


class MovementForm(forms.Form):
    """`lecture` is given where the page is that of a lecture: then there is nobody else to hand to."""

    version = forms.ChoiceField(label=_("版"))
    place = forms.ChoiceField(label=_("置き場所"))
    what = forms.ChoiceField(label=_("動き"), choices=StockMovement.What.choices)
    number = forms.IntegerField(
        label=_("数"), min_value=-1_000_000, max_value=1_000_000, widget=forms.TextInput,
        help_text=_("棚卸しの訂正は、台帳との差を入れます。足りないときは -2 のように書きます。"),
    )  # fmt: skip
    on = day_field(_("日"), required=True, initial=_this_day)
    place_to = forms.ChoiceField(label=_("移す先"), required=False)
    member = forms.ChoiceField(label=_("見守りの構成員に配った"), required=False)
    recipient = forms.CharField(
        label=_("ほかの配布先"),
        max_length=100,
        required=False,
        help_text=_("例: 北支所の窓口。氏名は書かないでください。"),
    )
    note = forms.CharField(label=_("理由・メモ"), max_length=200, required=False)

    def __init__(self, *args: Any, centre: Centre, item: StockItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(place.uid), place.name) for place in StockPlace.objects.filter(centre=centre)]
        versions = StockVersion.objects.filter(item__centre=centre, item__is_active=True).select_related(
            "item"
        )
        if item is not None:
            versions = StockVersion.objects.filter(item=item).select_related("item")
        offer(self, "place", places)
        offer(
            self,
            "version",
            [(str(one.uid), _label(one, item)) for one in versions.order_by("item__name", "-pk")],
        )
        if item is None:
            for name in ("place_to", "member", "recipient"):
                del self.fields[name]
            self.fields["what"].choices = [  # type: ignore[attr-defined]
                (what.value, what.label)
                for what in (
                    StockMovement.What.HANDED_OUT,
                    StockMovement.What.USED,
                    StockMovement.What.RETURNED,
                )
            ]
            self.fields["number"].help_text = _("見せただけの教材は0にします。")
        else:
            members = Member.objects.filter(centre=centre).in_force().order_by("name")
            offer(self, "place_to", [*NOT_CHOSEN, *places])
            offer(
                self,
                "member",
                [*NOT_CHOSEN, *((str(uid), name) for uid, name in members.values_list("uid", "name"))],
            )

    def entry(self, lecture: uuid.UUID | None = None) -> MovementEntry:
        given = dict(self.cleaned_data)
        for name in ("version", "place", "place_to", "member"):
            given[name] = uuid.UUID(given[name]) if given.get(name) else None
        return MovementEntry(**given, lecture=lecture)


def _label(version: StockVersion, item: StockItem | None) -> str:
    name = version.name if item else f"{version.item.name} {version.name}"
    return f"{name} ({_('使用をやめた版')})" if version.withdrawn_on else name
