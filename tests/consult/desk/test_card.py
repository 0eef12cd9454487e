"""The whole card at the desk: every item goes in, comes back for a correction, and is folded until it is needed."""

import uuid
from datetime import date

import pytest
from django.forms.renderers import DjangoTemplates
from django.urls import reverse

from cases.protection.purpose import Purpose
from cases.protection.reveal import REVEALABLE, reveal
from cases.records.card import CaseCode, CaseConsent, CaseReferral, CaseTrader, CaseTransfer
from cases.records.case import Case
from cases.services.card_entry import law_facts
from consult.desk.card.fields import MonthsNotUnderstood, read_months
from consult.desk.card.form import IntakeForm
from consult.desk.card.groups import GROUPS
from consult.shell import drafts
from tests import builders
from tests.consult.desk.conftest import client_of, filled

pytestmark = pytest.mark.django_db

WHOLE = {
    "route": "POLICE", "continuity": "CONTINUED", "earlier_number": "2025-000123", "consulted_elsewhere": "YES",
    "has_recording": "on", "is_difficult": "on", "subject": "屋根工事の解約", "sales_method": "DOOR_TO_DOOR",
    "product": "ROOFING",
    "scam_others": "12", "issue_main": "CONTRACT", "issue_others": "4、7", "triggers": "12 電話",
    "contact_means": "1,9",
    "is_baseless": "on", "is_forewarning": "on", "harm": "HARM", "harm_kind": "FRACTURE", "harm_part": "LEG",
    "harm_degree": "ONE_WEEK", "age": "78", "sex": "FEMALE", "area": "NORTH", "occupation": "NOT_WORKING",
    "is_impaired": "on", "care_codes": "1、4、7", "care_languages": "ベトナム語", "care_note": "左の耳に話す",
    "contracted_on": "11/18", "document_received_on": "11/18", "contract_yen": "148万円", "paid_yen": "30万円",
    "claimed_yen": "118万円", "trader_name": "青空リフォーム", "trader_role": "SELLER", "trader_phone": "03-1111-2222",
    "trader_url": "https://example.jp/", "trader_sns_id": "@aozora", "trader_agent": "試験 一郎",
    "trader_address": "架空市1-1", "traders-0-name": "架空クレジット", "traders-0-role": "CREDIT",
    "contract_state": "CONTRACTED", "solicited_on": "11/17", "goods_received_on": "11/19", "document_form": "PAPER",
    "document_defect": "YES", "payments": "2、7", "transaction": "door_to_door", "applied_on": "11/17",
    "obstruction": "yes", "fresh_document_on": "11/20", "invited_by_consumer": "no", "duration_months": "1年",
    "noticed_on": "11/19", "spiritual_claim": "no", "credit_document_on": "11/20", "credit_document_defect": "no",
    "transfers-0-kind": "BANK", "transfers-0-institution": "架空銀行 本店", "transfers-0-account": "1234567",
    "transfers-0-holder": "カ)アオゾラ", "transfers-0-happened_at": "11/18 15:20", "transfers-0-yen": "30万",
    "transfers-1-kind": "CRYPTO", "transfers-1-account": "bc1qmadeup", "advice": "書面の書き方を伝えた。",
    "referrals-0-kind": "POLICE", "referrals-0-body": "架空署", "referrals-0-referred_on": "11/20",
    "referrals-0-note": "生活安全課へ", "relation": "CHILD", "caller_name": "試験 花子",
    "caller_phone": "090-1234-5678",
    "caller_email": "hanako@example.jp", "caller_postcode": "100-0001", "party_name": "試験 太郎",
    "party_postcode": "100-0002", "caller_age": "S50.5.3", "caller_sex": "FEMALE", "caller_area": "OUTSIDE",
    "caller_occupation": "EMPLOYEE", "consents-CONTACT-answer": "YES", "consents-CONTACT-how": "PHONE",
    "consents-CONTACT-note": "17時以降、留守電に残さない", "consents-TRADER-answer": "NO",
}  # fmt: skip


def whole(desk, uid, **more):
    answer = desk.post(reverse("intake", args=[uid]), filled(**(WHOLE | more)))
    assert answer.status_code == 302, answer.context["form"].errors
    return Case.objects.get()


def values(case, by):
    """What is sealed, without the uids of rows: a correction makes new ones."""
    shown = reveal(case.uid, sorted(REVEALABLE), by=by, purpose=Purpose.CONSULTATION)
    return sorted((name.split(".")[0] + "." + name.split(".")[-1], value) for name, value in shown.items())


def coded(case):
    left_out = ("id", "uid", "case", "revision", "changed_at", "entry_digest")
    rows = []
    for model in (Case, CaseCode, CaseTrader, CaseTransfer, CaseConsent, CaseReferral):
        found = model.objects.filter(uid=case.uid) if model is Case else model.objects.filter(case=case)
        for row in found:
            fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
            rows.append(
                [
                    (field.name, getattr(row, field.attname))
                    for field in fields
                    if "Sealed" not in type(field).__name__
                ]
            )
    return rows


def test_every_item_of_the_card_goes_in(desk, counsellor, uid):
    case = whole(desk, uid)

    shown = dict(values(case, counsellor))
    assert case.received_on == date(2026, 11, 20)
    assert (case.harm, case.harm_degree, case.claimed_yen) == ("HARM", "ONE_WEEK", 1_180_000)
    assert case.route == "POLICE"
    assert (case.caller_age, case.caller_age_band, case.caller_area) == (51, "50S", "OUTSIDE")
    assert law_facts(case.law_facts) == {
        "transaction": "door_to_door", "applied_on": "2026-11-17", "obstruction": "yes",
        "fresh_document_on": "2026-11-20", "invited_by_consumer": "no", "duration_months": "12",
        "noticed_on": "2026-11-19", "spiritual_claim": "no", "credit_document_on": "2026-11-20",
        "credit_document_defect": "no",
    }  # fmt: skip
    assert [(row.kind, row.code, row.is_main) for row in CaseCode.objects.order_by("kind", "position")] == [
        ("contact_means", "PHONE", False), ("contact_means", "FACE", False), ("issue_kind", "CONTRACT", True),
        ("issue_kind", "PRICE", False), ("issue_kind", "SALES_PRACTICE", False), ("payment", "TRANSFER", False),
        ("payment", "INDIVIDUAL_CREDIT", False), ("trigger", "VISIT", False), ("trigger", "PHONE_CALL", False),
    ]  # fmt: skip
    assert [row.role for row in CaseTrader.objects.all()] == ["SELLER", "CREDIT"]
    assert [(row.kind, row.yen) for row in CaseTransfer.objects.all()] == [
        ("BANK", 300_000),
        ("CRYPTO", None),
    ]
    assert [(row.kind, row.answer) for row in CaseConsent.objects.all()] == [
        ("TRADER", "NO"),
        ("CONTACT", "YES"),
    ]
    assert [(row.kind, row.body) for row in CaseReferral.objects.all()] == [("POLICE", "架空署")]
    assert "ベトナム語" not in shown["care.care"]
    assert all(
        text in str(shown) for text in ("bc1qmadeup", "カ)アオゾラ", "17時以降", "hanako@example.jp", '"VI"')
    )


def test_a_correction_of_the_whole_card_without_a_change_changes_nothing(desk, counsellor, uid):
    case = whole(desk, uid)
    before = values(case, counsellor), coded(case)

    form = desk.get(reverse("case-correct", args=[uid])).context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() not in (None, False)}
    answer = desk.post(reverse("case-correct", args=[uid]), {**sent, "revision": "1"})

    case = Case.objects.get()
    assert (answer.status_code, case.revision) == (302, 2)
    assert (values(case, counsellor), coded(case)) == before


def test_a_draft_keeps_rows_and_the_page_shows_one_more(desk, counsellor, uid):
    drafts.save(
        uid, {"transfers-1-account": ["1234567"], "traders-99-name": ["外"]}, sequence=1, by=counsellor
    )

    form = desk.get(reverse("intake", args=[uid])).context["form"]

    assert form.row_counts == {"traders": 1, "transfers": 3, "referrals": 1}
    assert form["transfers-1-account"].value() == "1234567"


@pytest.mark.parametrize("url", ["intake", "case-correct"])
def test_without_scripts_a_button_brings_one_more_row_and_saves_nothing(desk, uid, url):
    if url == "case-correct":
        whole(desk, uid)
    sent = filled(**{"transfers-0-account": "1234567"}, action="more:transfers", revision="1")

    answer = desk.post(reverse(url, args=[uid]), sent)

    assert (answer.status_code, answer.context["form"].row_counts["transfers"]) == (200, 3)
    assert "1234567" in answer.content.decode()
    assert list(Case.objects.values_list("revision", flat=True)) == ([1] if url == "case-correct" else [])


def opened(form):
    return {one.group.name for folds in form.folds.values() for one in folds if one.is_open}


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ({}, set()),
        ({"sales_method": "DOOR_TO_DOOR"}, {"contract"}),
        ({"sales_method": "INTERNET"}, set()),
        ({"paid_yen": "0"}, set()),
        ({"paid_yen": "30万"}, {"money"}),
        ({"payments": "2"}, {"money"}),
        ({"payments": "個別クレジット"}, {"money", "traders"}),
        ({"scam_main": "SNS_INVESTMENT"}, {"money"}),
        ({"relation": "CHILD"}, {"caller", "consents"}),
        ({"relation": "SELF"}, set()),
        ({"relation": "CARE_MANAGER"}, {"caller", "consents", "care"}),
        ({"care_codes": "11"}, {"care", "referrals"}),
        ({"issue_main": "SAFETY"}, {"issues", "harm"}),
        ({"kind": "INQUIRY"}, {"closing"}),
        ({"trader_phone": "03-1111-2222"}, {"traders"}),
        ({"transfers-0-account": "1"}, {"money"}),
        ({"document_form": "ELECTRONIC"}, {"contract", "rights"}),
    ],
)
def test_answers_open_what_the_call_needs(counsellor, typed, groups):
    start = {"kind": "COMPLAINT", "channel": "PHONE"}
    form = IntakeForm(initial=start | typed, centre=counsellor.centre, closes=True)

    assert opened(form) == groups


def test_an_error_opens_its_group(counsellor):
    sent = filled(**{"transfers-0-yen": "たくさん", "caller_age": "百歳くらい"})
    form = IntakeForm(sent, centre=counsellor.centre)

    assert not form.is_valid()
    assert opened(form) >= {"money", "caller"}


def test_every_field_stands_on_the_page_once(desk, counsellor, uid):
    text = desk.get(reverse("intake", args=[uid])).content.decode()
    form = IntakeForm(centre=counsellor.centre, closes=True)

    assert {name for name in form.fields if text.count(f' name="{name}"') != 1} == set()


def test_every_control_is_written_as_the_template_engine_writes_it(counsellor):
    hostile = dict.fromkeys(("narrative", "trader_name", "scam_main", "age"), "\"><script>'&amp;\n二行目")
    sent = WHOLE | hostile | {"is_provisional": "on", "trader_uid": str(uuid.uuid4())}
    plain, engine = (IntakeForm(sent, centre=counsellor.centre, closes=True) for _form in range(2))
    engine.renderer = DjangoTemplates()

    def written(form, name):
        return " ".join(str(form[name].as_widget(attrs={"data-shortcut": "Alt+K"})).split())

    assert [name for name in plain.fields if written(plain, name) != written(engine, name)] == []
    assert "<script>" not in "".join(written(plain, name) for name in plain.fields)


def test_rules_and_groups_name_fields_that_exist(counsellor):
    form = IntakeForm(centre=counsellor.centre, closes=True)
    conditions = [one for group in GROUPS for one in (*group.opens, *group.rows_only)]
    blocks = [block for group in GROUPS for block in group.blocks]
    named = {one.field for one in [*conditions, *(one for block in blocks for one in block.only)]}

    assert named | {name for block in blocks for name in block.fields} <= {*form.fields, "lecture"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"payments": "99"}, "payments"),
        ({"transfers-0-yen": "たくさん"}, "transfers-0-yen"),
        ({"transfers-0-account": "1" * 201}, "transfers-0-account"),
        ({"transfers-0-account": "1", "transfers-0-happened_at": "2099-01-01"}, "__all__"),
        ({"consents-CONTACT-note": "夜だけ"}, "consents-CONTACT-answer"),
        ({"duration_months": "すこし"}, "duration_months"),
        ({"issue_others": "4"}, "issue_main"),
        ({"relation": "SELF", "sex": "MALE", "caller_sex": "FEMALE"}, "caller_sex"),
        ({"relation": "SELF", "age": "70", "caller_age": "71"}, "caller_age"),
        ({"outcome": "MEDIATED"}, "outcome"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(desk, uid, more, field):
    answer = desk.post(reverse("intake", args=[uid]), filled(**more))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Case.objects.exists()


def test_a_call_that_ends_with_itself_is_closed_when_it_is_saved(desk, uid):
    desk.post(reverse("intake", args=[uid]), filled(kind="INQUIRY", outcome="INFORMATION"))

    case = Case.objects.get()
    assert (case.outcome, case.closed_on) == ("INFORMATION", date(2026, 11, 20))


def test_one_self_is_asked_once_also_for_what_is_folded(desk, uid):
    more = {"relation": "SELF", "caller_age": "66", "caller_sex": "MALE", "caller_postcode": "100-0001"}
    desk.post(reverse("intake", args=[uid]), filled(**more))

    case = Case.objects.get()
    assert (case.party_age, case.party_sex, case.caller_age, case.caller_sex) == (66, "MALE", None, "")


def test_a_case_shows_what_is_known_and_no_empty_line(desk, uid):
    whole(desk, uid)

    text = desk.get(reverse("case", args=[uid])).content.decode()

    shown = (
        "現金" not in text, "ほかの窓口への相談", "銀行振込、個別クレジット", "契約・解約、価格・料金、販売方法",
        "クーリング・オフを妨げられた", "2026-11-18 15:20 300,000円", "同意 電話で口頭", "警察", "1週間から3週間未満",
    )  # fmt: skip
    assert all(one is True or one in text for one in shown)
    assert not any(
        secret in text for secret in ("1234567", "カ)アオゾラ", "bc1qmadeup", "17時以降", "ベトナム語")
    )


def test_a_short_call_has_a_short_list(desk, uid):
    desk.post(reverse("intake", args=[uid]), filled())

    groups = desk.get(reverse("case", args=[uid])).context["facts"]

    assert [group.title for group in groups] == ["受付", "分類", "契約当事者"]


def test_what_to_heed_stands_before_every_number(desk, uid):
    whole(desk, uid)

    answer = desk.post(reverse("case-reveal", args=[uid]), {"part": "words"})

    told = [(str(fact.label), fact.value) for fact in answer.context["personal"]]
    labels = [label for label, _value in told]
    assert told[0] == ("こちらからの連絡", "17時以降、留守電に残さない")
    assert labels.index("配慮すること") < labels.index("相談者の電話")
    assert ("銀行口座", "金融機関など 架空銀行 本店、番号 1234567、名義 カ)アオゾラ") in told
    assert ("信販・カード会社", "架空クレジット") in told
    assert "勧誘した人 試験 一郎" in dict(told)["販売会社"]


@pytest.mark.parametrize(("received", "is_late"), [("2026-11-20 10:30", True), ("2026-11-23 9:30", False)])
def test_a_call_entered_afterwards_says_when(desk, uid, received, is_late):
    desk.post(reverse("intake", args=[uid]), filled(received_at=received))

    text = desk.get(reverse("case", args=[uid])).content.decode()

    assert ("11/23 10:0" in text and "後追い入力" in text) == is_late


def test_one_more_of_a_wave_begins_with_its_codes_and_nobodys_name(desk, uid):
    whole(desk, uid)

    page = desk.get(reverse("case-one-more", args=[uid]), follow=True)

    form = page.context["form"]
    begun = {
        name: form[name].value()
        for name in ("scam_main", "sales_method", "product", "trader_name", "issue_main")
    }
    assert begun == {
        "scam_main": "INSPECTION", "sales_method": "DOOR_TO_DOOR", "product": "ROOFING",
        "trader_name": "青空リフォーム", "issue_main": "CONTRACT",
    }  # fmt: skip
    assert page.context["uid"] != uid
    assert not any(
        words in page.content.decode() for words in ("試験", "090-1234", "1234567", "屋根点検だと言われ")
    )


def test_of_a_guarded_case_only_codes_go_on(desk, counsellor, uid):
    whole(desk, uid)
    colleague = builders.account(at=counsellor.centre)
    Case.objects.update(is_guarded=True)

    page = client_of(colleague).get(reverse("case-one-more", args=[uid]), follow=True)

    form = page.context["form"]
    assert (form["scam_main"].value(), form["trader_name"].value()) == ("INSPECTION", None)


@pytest.mark.parametrize(
    ("query", "begun"),
    [
        ("", (None, "COMPLAINT", None)),
        ("?mode=info", ("UNCLASSIFIED", "INQUIRY", "INFORMATION")),
        ("?scam=FAKE_SHOP", ("FAKE_SHOP", "COMPLAINT", None)),
        ("?scam=NO_SUCH&like=nobody&mode=x", (None, "COMPLAINT", None)),
    ],
)
def test_a_form_begins_as_it_is_asked_for(desk, query, begun):
    form = desk.get(reverse("intake-new") + query, follow=True).context["form"]

    assert tuple(form[name].value() for name in ("scam_main", "kind", "outcome")) == begun


def test_without_scripts_a_call_is_parked_and_waits(desk, counsellor, uid):
    answer = desk.post(reverse("intake", args=[uid]), filled(action="park"))

    assert answer["Location"] == reverse("today")
    assert drafts.restore(uid, by=counsellor)[0]["narrative"] == [filled()["narrative"]]
    other = desk.get(reverse("intake-new"), follow=True).content.decode()
    assert reverse("intake", args=[uid]) in other
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("12", "12"),
        ("12か月", "12"),
        ("1年", "12"),
        ("1年6か月", "18"),
        ("1.5", "1.5"),
        ("２年間", "24"),
        ("", ""),
    ],
)
def test_a_duration_is_read_in_months(text, months):
    assert read_months(text) == months


@pytest.mark.parametrize("text", ["すこし", "0", "年", "1/2"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(MonthsNotUnderstood):
        read_months(text)
