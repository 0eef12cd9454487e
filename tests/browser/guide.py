"""A page that shows every shared part, rendered from the product's templates with made-up content."""

import calendar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override

PAGE = Path(__file__).parent / "pages" / "guide.html"


class GuideForm(forms.Form):
    channel = forms.ChoiceField(
        label="受付方法",
        choices=[("TEL", "電話"), ("VISIT", "来所"), ("MAIL", "電子メール"), ("LETTER", "文書")],
        widget=forms.RadioSelect,
    )
    received_on = forms.CharField(label="受付日", help_text="例: 11/20、R8.11.20", initial="11/20")
    scam_type = forms.ChoiceField(
        label="手口", choices=[("", "選んでください"), ("21", "21 点検商法"), ("22", "22 偽通販サイト")]
    )
    narrative = forms.CharField(
        label="相談概要",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="氏名や電話番号は「相談者」の欄に書きます。",
    )
    age = forms.CharField(label="年齢または生年月日", required=False, help_text="例: 72、S28.5.3")
    contract_yen = forms.IntegerField(label="契約購入金額(円)", required=False, widget=forms.TextInput)
    attachment = forms.FileField(label="契約書の写し", required=False)
    same_person = forms.BooleanField(label="契約当事者は相談者本人", required=False)
    caller_name = forms.CharField(label="相談者の氏名", required=False)
    party_name = forms.CharField(label="契約当事者の氏名", required=False)


class SignInForm(forms.Form):
    username = forms.CharField(label="利用者ID")
    password = forms.CharField(label="パスワード", widget=forms.PasswordInput)


ROWS = [
    SimpleNamespace(label="点検商法", count=412, share="61.2%", yen=1_482_000, kind="warning"),
    SimpleNamespace(label="偽通販サイト", count=287, share="22.0%", yen=38_000, kind=""),
    SimpleNamespace(label="定期購入", count=131, share="18.3%", yen=12_400, kind=""),
    SimpleNamespace(label="名義貸し", count=None, share="—", yen=None, kind=""),
]


@dataclass(frozen=True)
class Person:
    name: str
    role_labels: list[str]

    def __str__(self) -> str:
        return self.name


def _frame() -> dict[str, Any]:
    labels = ["今日", "相談を受ける", "相談一覧", "検索", "傾向", "出前講座", "見守り情報", "処理"]
    return {
        "request": RequestFactory().get("/guide", {"page": "3", "q": "x"}),
        "nav": [{"label": label, "url": f"#{n}", "current": n == 1} for n, label in enumerate(labels)],
        "centre": "みなと市消費生活センター",
        "actor": Person("見本 花子", ["相談員"]),
        "is_made_up": True,
    }


def render(*, wrong: bool = False, language: str = "ja", poll_url: str = "") -> str:
    """The guide as HTML; with `wrong`, after a form was sent empty; its job asks `poll_url` how far it is."""
    context = _frame() | {
        "form": GuideForm({"age": "x"}) if wrong else GuideForm(),
        "day": date(2026, 11, 20),
        "rows": ROWS,
        "poll_url": poll_url,
        "page": Paginator(range(240), 20).get_page(3),
        "weekdays": "月火水木金土日",
        "weeks": calendar.monthcalendar(2026, 11),
    }
    with override(language):
        return engines["django"].from_string(PAGE.read_text(encoding="utf-8")).render(context)


def render_template(name: str, **context: Any) -> str:
    """One of the product's own page templates in the same frame."""
    with override("ja"):
        return engines["django"].get_template(name).render(_frame() | {"actor": None, "nav": []} | context)
