"""The template tags that every page shares."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from consult.templatetags import shell


class Form(forms.Form):
    age = forms.IntegerField(label="年齢", help_text="数字で")
    channel = forms.ChoiceField(label="受付方法", choices=[("TEL", "電話")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("日付が前後しています")


def rendered(source: str, **context: Any) -> str:
    return Template("{% load shell %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(("amount", "text"), [(1_500_000, "1,500,000円"), (0, "0円"), (None, "不明")])
def test_an_unknown_amount_is_not_zero_yen(amount: int | None, text: str) -> None:
    assert shell.yen(amount) == text


def test_dates_are_written_in_the_japanese_calendar() -> None:
    assert shell.wareki_date(date(2026, 11, 20)) == "令和8年11月20日"
    assert shell.both_date(date(2026, 11, 20)) == "2026年11月20日(令和8年) 金曜"
    assert (shell.wareki_date(None), shell.both_date(None)) == ("不明", "不明")


@pytest.mark.parametrize(("percent", "said"), [(0, 0), (24.9, 0), (25, 25), (99, 75), (100, 100)])
def test_progress_is_spoken_in_quarters(percent: float, said: int) -> None:
    assert shell.quarter(percent) == said


@pytest.mark.parametrize(("value", "width"), [(50, "50.0"), (0, "0.0"), (300, "100.0")])
def test_a_bar_is_as_long_as_its_share_of_the_longest(value: float, width: str) -> None:
    drawn = shell.bar(value, 100)

    assert f'class="bar__fill" width="{width}"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize(("value", "most"), [(None, 100), (5, None), (5, 0)])
def test_no_bar_is_drawn_for_an_unknown_value(value: float | None, most: float | None) -> None:
    assert shell.bar(value, most) == ""


def test_a_field_is_tied_to_its_help_its_error_and_its_echo() -> None:
    html = rendered('{% field form.age echo=True inputmode="numeric" %}', form=Form({}))

    assert 'aria-describedby="id_age_helptext id_age_error id_age_echo"' in html
    assert all(f'id="id_age_{part}"' in html for part in ("helptext", "error", "echo"))
    assert 'inputmode="numeric"' in html
    assert "※必須" in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = rendered("{% field form.channel %}", form=Form({}))

    assert html.startswith(
        '<fieldset class="field field--group field--error" aria-describedby="id_channel_error">'
    )
    assert "<legend" in html


def test_the_error_summary_names_each_field_once_and_leads_to_it() -> None:
    html = rendered("{% error_summary form %}", form=Form({}))

    assert "入力に3件の誤りがあります" in html
    assert "日付が前後しています" in html
    assert 'href="#id_age"' in html
    assert 'href="#id_channel_0"' in html


def test_there_is_no_error_summary_where_nothing_is_wrong() -> None:
    assert rendered("{% error_summary form %}", form=Form()) == ""


def test_page_links_keep_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/cases", {"scam": "21", "page": "3"})
    html = rendered("{% pagination page %}", request=request, page=Paginator(range(240), 20).get_page(3))

    assert 'href="?scam=21&amp;page=2"' in html
    assert 'href="?scam=21&amp;page=3" aria-current="page"' in html
    assert "…" in html


def test_a_list_of_one_page_has_no_page_links() -> None:
    request = RequestFactory().get("/cases")

    assert rendered("{% pagination page %}", request=request, page=Paginator([1], 20).get_page(1)) == ""
