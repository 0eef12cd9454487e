"""How a date, an amount or an age was understood, said beneath its field while the call goes on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import ages, codes, districts, postal
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.reading import read_age, read_moment, read_yen
from consult.desk.card.fields import read_months
from consult.desk.choices import read_codes
from consult.shell import roles
from consult.shell.web import StaffView

PLACES_SHOWN: Final = 3
LONGEST: Final = 300  # characters; longer is no date or amount
MOST_FIELDS: Final = 200


class CannotTell(CasesError):
    """Nothing is wrong with the text, but the desk cannot use it for this."""


def _day(text: str) -> str:
    return calendar.both(calendar.parse_date(text, today=calendar.today()))


def _moment(text: str) -> str:
    moment: datetime = read_moment(text, now=timezone.now()).astimezone(calendar.TOKYO)
    return f"{calendar.both(moment.date())} {moment:%H:%M}"


def _received(text: str) -> str:
    """The moment, and that an earlier day is entered afterwards."""
    words = _moment(text)
    day = calendar.local_date(read_moment(text, now=timezone.now()))
    days = (calendar.today() - day).days
    if days <= 0:
        return words
    late = ngettext(
        "後追い入力: %(n)d日前の受付として記録します", "後追い入力: %(n)d日前の受付として記録します", days
    ) % {"n": days}
    return f"{words} {late}"


def _yen(text: str) -> str:
    amount = read_yen(text)
    return _("不明") if amount is None else _("%(amount)s円") % {"amount": f"{amount:,}"}


def _age(text: str) -> str:
    age = read_age(text, today=calendar.today())
    years = age.years
    if age.birth_date is not None:
        years = calendar.age_on(age.birth_date, calendar.today())
    if years is None:
        return str(ages.BY_CODE[age.band].label)
    words = _("%(years)s歳(%(band)s)") % {"years": years, "band": ages.BY_CODE[ages.band_of(years)].label}
    if age.birth_date is None:
        return words
    return _("%(birth)s生まれ %(age)s") % {"birth": calendar.wareki(age.birth_date), "age": words}


def _several(kind: str) -> Callable[[str], str]:
    def words(text: str) -> str:
        return _("、").join(codes.codes(kind).text(code) for code in read_codes(kind, text))

    return words


def _months(text: str) -> str:
    return _("%(months)sか月") % {"months": read_months(text)}


def _meaning(text: str) -> str:
    row = codes.codes(Kind.SCAM_TYPE).by_code.get(text)
    return row.meaning_text if row else ""


def _phone(text: str) -> str:
    if spelling.phone_digits(text) is None:
        raise CannotTell(_("電話番号として読めないため、前の相談は探せません(保存はできます)。"))
    return ""


_DAYS: Final = (
    "contracted_on", "document_received_on", "closed_on", "solicited_on", "goods_received_on", "applied_on",
    "application_document_on", "fresh_document_on", "service_started_on", "informed_in_writing_on", "moved_in_on",
    "given_on", "referred_on",
)  # fmt: skip
ECHOES: Final[Mapping[str, Callable[[str], str]]] = {
    "received_at": _received,
    "happened_at": _moment,
    **dict.fromkeys(_DAYS, _day),
    **dict.fromkeys(("contract_yen", "paid_yen", "claimed_yen", "recovered_yen", "yen"), _yen),
    **dict.fromkeys(("age", "caller_age"), _age),
    "scam_main": _meaning,
    "scam_others": _several(Kind.SCAM_TYPE),
    "issue_others": _several(Kind.ISSUE_KIND),
    "triggers": _several(Kind.TRIGGER),
    "contact_means": _several(Kind.CONTACT_MEANS),
    "payments": _several(Kind.PAYMENT),
    "care_codes": _several(Kind.CARE),
    "care_languages": _several(Kind.LANGUAGE),
    "duration_months": _months,
    **dict.fromkeys(("caller_phone", "party_phone"), _phone),
}
"""By the name of a field, or of a part of a row (`transfers-0-yen`)."""


PLACED: Final = ("caller_postcode", "party_postcode")
"""Fields whose echo depends on the centre."""


def _reader(name: str) -> Callable[[str], str] | None:
    return ECHOES.get(name.rpartition("-")[2])


def has_echo(name: str) -> bool:
    return name in PLACED or _reader(name) is not None


def _place(text: str, centre: Centre) -> str:
    """Where a postal code is, and the district that the case will get unless another one is chosen."""
    places = postal.find(text)
    if not places:
        raise CannotTell(_("この郵便番号は見つかりません(保存はできます)。"))
    words = _("、").join(place.text for place in places[:PLACES_SHOWN])
    if len(places) > PLACES_SHOWN:
        words = _("%(places)sなど") % {"places": words}
    area = dict(area_choices(centre)).get(districts.derive_area(centre, text) or "")
    return _("%(place)s(居住地区: %(area)s)") % {"place": words, "area": area} if area else words


def echo(name: str, text: str, *, centre: Centre) -> tuple[str, bool]:
    """(words, whether the text was understood); empty words for an empty field or one without an echo."""
    read = partial(_place, centre=centre) if name in PLACED else _reader(name)
    if read is None or not text.strip():
        return "", True
    try:
        return read(text[:LONGEST]), True
    except CasesError as refusal:
        return str(refusal), False


class Echo(StaffView):
    """Posted, so that what is typed stands in no address or log. Answers `{field: {text, understood}}`."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest) -> HttpResponse:
        answers = {}
        for name in list(request.POST)[:MOST_FIELDS]:
            if has_echo(name):
                text, understood = echo(name, request.POST[name], centre=self.actor.centre)
                answers[name] = {"text": text, "understood": understood}
        return JsonResponse(answers)
