"""What is asked on the search page: words and how they are meant, and the codes, days and amounts around them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.law import calendar
from cases.records import ages, codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from consult.desk.choices import numbered, numbered_products
from consult.desk.forms import plain_words
from consult.desk.searching.models import LONGEST_NAME
from consult.desk.typed import shown
from consult.shell.fields import NOT_CHOSEN, day_field, offer, yen_field
from search.backends.base import Filters, Order

MOST_PAGES: Final = 1000
LONGEST: Final = 200
SENIOR: Final = "SENIOR"
"""Not a band: every band whose ages are all 65 or older."""

CONDITIONS: Final = (
    "scam", "main", "product", "method", "age", "outcome", "since", "until", "yen_from", "yen_to", "state", "centre",
)  # fmt: skip
"""Fields that narrow: nothing personal, so they may stand in an address."""


class FindForm(forms.Form):
    """One box: a case number, a phone number, a date, a surname or plain words."""

    KINDS: Final = [
        ("", gettext_lazy("自動(番号・電話・日付・言葉)")),
        ("surname", gettext_lazy("名前(名字・カナ)")),
        ("phone", gettext_lazy("電話番号")),
        ("words", gettext_lazy("言葉")),
    ]

    text = forms.CharField(
        label=gettext_lazy("番号・電話・日付・言葉・名字"), max_length=LONGEST, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("探し方"), choices=KINDS, required=False)
    page = forms.IntegerField(min_value=1, max_value=MOST_PAGES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class SearchForm(FindForm):
    """The box with what narrows it. `by` decides whether there is a choice of centres."""

    scam = forms.ChoiceField(label=gettext_lazy("手口"), required=False)
    main = forms.ChoiceField(label=gettext_lazy("主な手口"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("商品・役務"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("販売購入形態"), required=False)
    age = forms.ChoiceField(label=gettext_lazy("年代"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("処理結果"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状態"),
        required=False,
        choices=[
            ("", gettext_lazy("すべて")),
            ("open", gettext_lazy("対応中")),
            ("closed", pgettext_lazy("case", "終了")),
        ],
    )
    since = day_field(gettext_lazy("受付日(から)"))
    until = day_field(gettext_lazy("受付日(まで)"))
    yen_from = yen_field(gettext_lazy("契約金額(から)"))
    yen_to = yen_field(gettext_lazy("契約金額(まで)"))
    centre = forms.ChoiceField(label=gettext_lazy("センター"), required=False)
    order = forms.ChoiceField(
        label=gettext_lazy("並べ方"),
        required=False,
        choices=[("newest", gettext_lazy("新しい順")), ("best", gettext_lazy("言葉に近い順"))],
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        scams = numbered(Kind.SCAM_TYPE, today)
        offer(self, "scam", [*NOT_CHOSEN, *scams])
        offer(self, "main", [*NOT_CHOSEN, *_all_codes(Kind.SCAM_TYPE)])
        offer(self, "product", [*NOT_CHOSEN, *numbered_products(today), *_classes()])
        offer(self, "method", [*NOT_CHOSEN, *numbered(Kind.SALES_METHOD, today), *_older(Kind.SALES_METHOD)])
        bands = [(band.code, str(band.label)) for band in ages.BANDS]
        offer(self, "age", [*NOT_CHOSEN, (SENIOR, _("65歳以上")), *bands])
        offer(self, "outcome", [*NOT_CHOSEN, *numbered(Kind.OUTCOME, today), *_older(Kind.OUTCOME)])
        mine = Centre.objects.filter(pk__in=by.centre_ids) if len(by.centre_ids) > 1 else []
        offer(self, "centre", [*NOT_CHOSEN, *((str(one.pk), str(one)) for one in mine)])
        self.has_centres = bool(mine)
        plain_words(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("text", "").strip() and "text" not in self.errors and not self.narrows:
            self.add_error("text", _("探す言葉か番号を入力するか、条件を選んでください。"))
        if (first := data.get("since")) and (last := data.get("until")) and last < first:
            self.add_error("until", _("受付日(から)より後の日にしてください。"))
        low, high = data.get("yen_from"), data.get("yen_to")
        if low is not None and high is not None and high < low:
            self.add_error("yen_to", _("契約金額(から)より大きい額にしてください。"))
        return data

    @property
    def narrows(self) -> bool:
        """Whether any condition is given, understood or not."""
        return any(str(self[name].value() or "").strip() for name in CONDITIONS)

    @property
    def filters(self) -> Filters:
        """What the conditions of a valid form mean to the search. Both days and both amounts belong to it."""
        return filters_of(self.cleaned_data)

    @property
    def sort(self) -> Order:
        return Order(self.cleaned_data.get("order") or Order.NEWEST)


class KeepForm(forms.Form):
    """The name of a search that is kept, and who is told what."""

    prefix = "keep"

    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("名前"), max_length=LONGEST_NAME)
    is_shared = forms.BooleanField(label=gettext_lazy("センターのみんなで使う"), required=False)
    watches = forms.BooleanField(label=gettext_lazy("新しい相談が入ったら「今日」で知らせる"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


def filters_of(given: Mapping[str, Any]) -> Filters:
    scams = codes.codes(Kind.SCAM_TYPE)

    def holding(name: str) -> tuple[str, ...]:
        return tuple(scams.holding(given[name])) if given.get(name) else ()

    until: date | None = given.get("until")
    return Filters(
        centres=(int(given["centre"]),) if given.get("centre") else (),
        scams=holding("scam"),
        main_scams=holding("main"),
        products=_below(given["product"]) if given.get("product") else (),
        sales_methods=(given["method"],) if given.get("method") else (),
        age_bands=_bands(given["age"]) if given.get("age") else (),
        outcomes=(given["outcome"],) if given.get("outcome") else (),
        is_open={"open": True, "closed": False}.get(given.get("state") or ""),
        received_from=given.get("since"),
        received_before=until + timedelta(days=1) if until is not None else None,
        contract_yen_from=given.get("yen_from"),
        contract_yen_to=given.get("yen_to"),
    )


def asked(post: QueryDict) -> QueryDict:
    """What was sent with the button that was pressed worked in: one more condition, or one less."""
    data = post.copy()
    name, _equals, value = data.get("add", "").partition("=")
    if name in CONDITIONS:
        data[name] = value
    if (dropped := data.get("drop", "")) in CONDITIONS:
        data[dropped] = ""
    return data


def conditions(form: SearchForm) -> list[tuple[str, str]]:
    """(name, words) of each condition of a valid form; a day is written as it was understood."""
    found = []
    for name in CONDITIONS:
        value = form.cleaned_data.get(name)
        if value in (None, ""):
            continue
        if isinstance(value, date):
            text = value.isoformat()
        elif isinstance(value, int):
            text = _("%(amount)s円") % {"amount": f"{value:,}"}
        elif name in ("main", "age"):
            text = label_of(name, value)
        else:
            text = shown(form, name)
        found.append((name, _("%(field)s: %(value)s") % {"field": form.fields[name].label, "value": text}))
    return found


_KINDS: Final = {
    "scam": Kind.SCAM_TYPE, "main": Kind.SCAM_TYPE, "product": Kind.PRODUCT, "method": Kind.SALES_METHOD,
    "outcome": Kind.OUTCOME,
}  # fmt: skip


def label_of(name: str, code: str) -> str:
    """What the value of a condition reads like, without the number that chooses it."""
    if name == "age":
        return _("65歳以上") if code == SENIOR else str(ages.BY_CODE[code].label)
    if name == "centre":
        return str(Centre.objects.get(pk=int(code)))
    return codes.codes(_KINDS[name]).text(code)


def _all_codes(kind: Kind) -> list[tuple[str, str]]:
    return [(code, row.text) for code, row in codes.codes(kind).by_code.items()]


def _older(kind: Kind) -> list[tuple[str, str]]:
    """Codes that are offered no more and that older cases carry."""
    today = calendar.today()
    return [(code, row.text) for code, row in codes.codes(kind).by_code.items() if not row.holds_on(today)]


def _classes() -> list[tuple[str, str]]:
    """大分類 and codes of earlier years, so that whatever a case carries can be asked for."""
    today = calendar.today()
    rows = codes.codes(Kind.PRODUCT).by_code.items()
    return [(code, row.text) for code, row in rows if not row.holds_on(today)]


def _below(product: str) -> tuple[str, ...]:
    """The 商品・役務 with everything that lies below it."""
    known = codes.codes(Kind.PRODUCT).by_code
    return tuple(code for code in known if product in _line_of(code, known))


def _line_of(code: str, known: Mapping[str, codes.Code]) -> list[str]:
    """The code and what it lies in, up to its 大分類."""
    line = [code]
    while (parent := known[line[-1]].parent) and parent in known and parent not in line:
        line.append(parent)
    return line


def _bands(age: str) -> tuple[str, ...]:
    if age != SENIOR:
        return (age,)
    return tuple(band.code for band in ages.BANDS if ages.is_at_least(band.code, ages.SENIOR_FROM))
