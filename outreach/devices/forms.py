"""Forms of the devices' pages. What identifies a person is never sent back to a page by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre, area_choices
from consult.shell.fields import NOT_CHOSEN, day_field, minted, offer
from outreach.devices.models import DeviceKind, DeviceMove, Loan
from outreach.devices.services import Borrower, KindEntry, LoanEntry
from outreach.devices.stock import BY_HAND


def _this_day() -> str:
    return calendar.today().isoformat()


def _number(
    label: Any, most: int, *, least: int = 0, required: bool = False, **options: Any
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, widget=forms.TextInput, **options
    )


class KindForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("種類"), max_length=60, help_text=_("例: 自動通話録音機"))
    unit = forms.CharField(label=_("単位"), max_length=10, initial="台")
    min_age = _number(_("対象の年齢(以上)"), 120, help_text=_("年齢の条件がないときは空けておきます。"))
    condition = forms.CharField(label=_("そのほかの貸出の条件"), max_length=200, required=False)
    is_one_per_household = forms.BooleanField(label=_("1世帯に1台まで"), required=False, initial=True)
    loan_days = _number(_("貸出の日数"), 3650, least=1, help_text=_("期限がないときは空けておきます。"))
    keep_years = _number(
        _("返却の後に借りた人を残す年数"), 10, required=True, initial=1,
        help_text=_("過ぎると、氏名・電話・住所を夜のうちに消します。貸出の数は残ります。"),
    )  # fmt: skip
    lent_before = _number(
        _("台帳を始める前の貸出の累計"), 10_000_000, required=True, initial=0,
        help_text=_("前の年度までに貸した数です。累計に足します。"),
    )  # fmt: skip
    low_at = _number(_("残りが少ないと知らせる数"), 100_000, required=True, initial=0)
    is_active = forms.BooleanField(label=_("貸出を受け付ける"), required=False, initial=True)

    def entry(self) -> KindEntry:
        return KindEntry(**{name: value for name, value in self.cleaned_data.items() if name != "uid"})


def initial_of(kind: DeviceKind) -> dict[str, Any]:
    return {name: getattr(kind, name) for name in KindForm.base_fields}


class MoveForm(forms.Form):
    what = forms.ChoiceField(
        label=_("動き"), choices=[(what.value, what.label) for what in map(DeviceMove.What, BY_HAND)]
    )
    number = forms.IntegerField(
        label=_("数"), min_value=-100_000, max_value=100_000, widget=forms.TextInput,
        help_text=_("棚卸しの訂正は、台帳との差を入れます。足りないときは -2 のように書きます。"),
    )  # fmt: skip
    on = day_field(_("日"), required=True, initial=_this_day)
    reason = forms.CharField(label=_("理由・メモ"), max_length=200, required=False)


class BorrowerForm(forms.Form):
    name = forms.CharField(label=_("氏名"), max_length=80)
    kana = forms.CharField(label=_("ふりがな"), max_length=80, required=False)
    phone = forms.CharField(label=_("電話番号"), max_length=40, widget=forms.TextInput({"inputmode": "tel"}))
    address = forms.CharField(label=_("住所"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def borrower(self) -> Borrower:
        return Borrower(**{name: self.cleaned_data[name] for name in BorrowerForm.base_fields})


class ApplyForm(BorrowerForm):
    uid = minted()
    age = _number(_("年齢"), 120, help_text=_("条件を満たすかを確かめるためだけに使い、保存しません。"))
    area = forms.ChoiceField(label=_("地区"), required=False)
    applied_on = day_field(_("申込日"), required=True, initial=_this_day)
    exception = forms.CharField(
        label=_("例外として受け付ける理由"), max_length=200, required=False,
        help_text=_("条件を満たさない申込みを受け付けるときだけ書きます。氏名は書かないでください。"),
    )  # fmt: skip
    note = forms.CharField(label=_("メモ"), max_length=200, required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])

    def entry(self) -> LoanEntry:
        given = {
            name: self.cleaned_data[name]
            for name in ("uid", "age", "area", "applied_on", "exception", "note")
        }
        return LoanEntry(borrower=self.borrower(), **given)


class HouseholdForm(forms.Form):
    household = forms.ChoiceField(
        label=_("世帯の確認"), choices=Loan.Household.choices, widget=forms.RadioSelect
    )


class LendForm(forms.Form):
    on = day_field(_("貸出日"), required=True, initial=_this_day)
    device_no = forms.CharField(label=_("機器番号"), max_length=30, required=False)
    reason = forms.CharField(
        label=_("先に貸す理由"),
        max_length=200,
        required=False,
        help_text=_("順番を待つ人より先に貸すときだけ書きます。"),
    )


class EndForm(forms.Form):
    on = day_field(_("返却日"), required=True, initial=_this_day)
    how = forms.ChoiceField(
        label=_("返却の状態"), widget=forms.RadioSelect, initial="GOOD",
        choices=[("GOOD", _("使える")), ("BROKEN", _("故障している")), ("LOST", _("紛失(返却なし)"))],
    )  # fmt: skip


class ExtendForm(forms.Form):
    due_on = day_field(_("新しい返却期限"), required=True)
