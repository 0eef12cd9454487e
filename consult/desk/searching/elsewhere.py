"""What else the one box finds: the number of a case, a day, a telephone number, a name."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import spelling
from cases.law import calendar
from cases.protection import match
from cases.records.case import Case
from consult.desk.finding import numbered_like
from consult.shell import roles
from consult.shell.accounts import Account

PAGE: Final = 50
# Shown to all but the counsellor of such a case: that there is one, and nothing of it.
GUARDED: Final = gettext_lazy(
    "ほかに、支援措置のある相談があります。内容は、担当者か責任者に確かめてください。"
)


@dataclass(frozen=True)
class ByPerson:
    """A page of the cases found by number or name, and what to tell about how they were found."""

    how: str
    cases: list[Case]
    total: int
    note: str = ""


def leads_to(text: str, *, by: Account) -> HttpResponse | None:
    """A number of one case leads to it; a number of several and a day lead to the list. Nothing personal in it."""
    if re.fullmatch(r"(?:\d{4}-)?\d{1,6}", spelling.width(text)):
        found = list(numbered_like(Case.objects.visible_to(by), text)[:2])
        if len(found) == 1:
            return redirect("case", uid=found[0].uid)
        if found:
            return HttpResponseRedirect(f"{reverse('cases')}?{urlencode({'number': text})}")
    try:
        day = calendar.parse_date(text, today=calendar.today()).isoformat()
    except calendar.DateNotUnderstood:
        return None
    return HttpResponseRedirect(f"{reverse('cases')}?{urlencode({'since': day, 'until': day})}")


def kind_of(text: str, *, by: Account) -> str:
    """How a text is looked for that nobody said anything about."""
    is_phone = spelling.phone_digits(text) is not None and by.may(roles.REVEAL_CASES)
    return "phone" if is_phone else "words"


def by_phone(text: str, page: int, *, by: Account) -> ByPerson:
    matches = match.same_phone(text, by=by)
    note = str(GUARDED) if matches.guarded else ""
    return ByPerson(_("電話番号"), _page(matches.case_pks, page, by), len(matches.case_pks), note)


def by_name(text: str, page: int, *, by: Account) -> ByPerson:
    """A part of a name among the recent cases, and a whole reading among all."""
    names = match.surname(text, by=by)
    whole = match.same_kana(text, by=by, loosely=True)
    pks = list(dict.fromkeys([*names.case_pks, *whole]))
    note = _("対応中か90日以内に動きのあった%(n)s件から探しました。") % {"n": names.compared}
    if names.is_cut:
        note = _("新しい方から%(n)s件だけを調べました。") % {"n": names.compared}
    note += _("カナで氏名をすべて入れると、古い相談も探します。支援措置のある相談は出ません。")
    return ByPerson(_("名前"), _page(pks, page, by), len(pks), note)


def _page(pks: list[int], page: int, by: Account) -> list[Case]:
    start = (page - 1) * PAGE
    cases = Case.objects.visible_to(by).for_list().filter(pk__in=pks).newest_first()
    return list(cases[start : start + PAGE])
