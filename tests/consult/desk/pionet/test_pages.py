"""The pages of PIO-NET: copying, registering, comparing, cards, and a case on paper."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cases import held
from cases.law import calendar
from cases.protection.models import AuditEntry
from cases.records.case import Case, new_uid
from cases.records.registration import Registration
from cases.services import custody, followup
from cases.services.card_entry import CareEntry, ConsentEntry, TraderEntry, TransferEntry
from cases.services.followup import FollowUpEntry
from cases.services.pionet import plan, registering
from consult.desk.pionet import demo, parts
from tests import builders
from tests.cases.services.pionet.test_registering import closed, registered
from tests.consult.desk.conftest import queries_of
from tests.papers import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client):
    account = builders.account()
    client.force_login(account)
    return account


@pytest.fixture
def case(by):
    return closed(
        by,
        trader_name="カモメ商会",
        caller=builders.person(),
        narrative="山田花子から、カモメ商会に払ったと聞いた。",
        contract_yen=1_480_000,
    )


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def send(case, **more):
    return {
        "uid": new_uid(),
        "revision": case.revision,
        "number": "R8-000123",
        "registered_on": "今日",
        **more,
    }


def test_the_fields_stand_in_the_order_of_the_plan_with_masked_words(client, by, case):
    plan.change(
        by.centre,
        fields="item,label,limit,form\nnarrative,概要,5,\nreceived_on,日,,slash\n",
        since=None,
        by=by,
    )

    shown = page(client, "pionet-copy", case.uid)

    assert re.findall(r'copying__label"[^>]*>([^<]+)', shown) == ["概要", "日"]
    assert "2026/11/20" in shown
    assert "山田" not in shown
    assert re.search(r"\d+字超えています", shown)


def test_the_traders_name_is_opened_by_a_post_that_the_log_has(client, by, case):
    assert "カモメ商会</div>" not in page(client, "pionet-copy", case.uid)

    shown = client.post(reverse("pionet-trader", args=[case.uid])).content.decode()

    assert "カモメ商会</div>" in shown
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.fields, entry.purpose) == (["trader_name"], "CONSULTATION")


def test_the_words_as_spoken_are_a_switch_with_a_purpose_of_its_own(client, by, case):
    masked = page(client, "pionet-copy", case.uid)

    shown = client.post(reverse("pionet-words", args=[case.uid])).content.decode()

    assert "山田花子から" not in masked
    assert "話されたままの文に切り替える" in masked
    assert "山田花子から、カモメ商会に払った" in shown
    assert f'data-revealed="{reverse("pionet-copy", args=[case.uid])}"' in shown
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.fields, entry.purpose) == (
        ["advice", "narrative", "subject", "trader_name"],
        "REGISTRATION",
    )


@pytest.mark.parametrize(
    ("who", "is_open", "status"),
    [("OUTREACH", False, 403), ("COUNSELLOR", True, 409), ("guarded", False, 403)],
)
def test_who_may_not_see_the_words_as_spoken_goes_on_with_the_masked_ones(
    client, by, case, who, is_open, status
):
    if who == "guarded":
        custody.guard(case.uid, is_guarded=True, by=by)
    if is_open:
        followup.reopen_case(case.uid, by=by)
    client.force_login(builders.account("COUNSELLOR" if who == "guarded" else who, at=case.centre))

    answer = client.post(reverse("pionet-words", args=[case.uid]))

    assert answer.status_code == status
    assert "山田花子から" not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="REVEALED").exists()


def test_the_purpose_of_registration_is_not_for_the_desk(client, by, case):
    answer = client.post(reverse("case-reveal", args=[case.uid]), {"purpose": "REGISTRATION"})

    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["MANAGER", "COUNSELLOR"])
def test_who_may_not_see_the_traders_name_is_told(client, case, role):
    other = builders.account(role, at=case.centre)
    custody.guard(case.uid, is_guarded=True, by=other)
    client.force_login(other)

    answer = client.post(reverse("pionet-trader", args=[case.uid]))

    assert answer.status_code == 403
    assert "カモメ商会</div>" not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="REVEALED").exists()


def test_the_number_is_noted_and_stands_on_the_page_of_the_case(client, by, case):
    answer = client.post(reverse("pionet-register", args=[case.uid]), send(case), follow=True)

    assert answer.redirect_chain == [(reverse("case", args=[case.uid]), 302)]
    shown = answer.content.decode()
    assert "R8-000123" in shown
    assert "登録済み" in shown


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"number": ""}, 422, "PIO-NETの番号を入力してください。"),
        ({"registered_on": "あした"}, 422, "日付"),
        ({"revision": 1}, 412, "開いた後にほかの人が変更しました"),
    ],
)
def test_a_refused_registration_keeps_what_was_typed(client, by, case, given, status, told):
    answer = client.post(reverse("pionet-register", args=[case.uid]), send(case, **given))

    shown = answer.content.decode()
    assert answer.status_code == status
    assert told in shown
    assert ('value="R8-000123"' in shown) is (given.get("number") != "")
    assert not Registration.objects.exists()


def test_a_case_that_changed_meanwhile_is_registered_from_the_page_that_says_so(client, by, case):
    refused = client.post(
        reverse("pionet-register", args=[case.uid]), send(case, revision=1)
    ).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(uid|revision)" value="([^"]+)"', refused))

    client.post(reverse("pionet-register", args=[case.uid]), send(case, **hidden))

    assert registering.standing_of(Case.objects.get(pk=case.pk)).state == "registered"


def test_the_list_shows_what_waits_and_what_changed(client, by, case):
    changed = closed(by)
    registered(changed, by)
    followup.reopen_case(changed.uid, by=by)

    shown = page(client, "pionet")

    assert case.number in shown
    assert "内容が変わった" in shown
    assert "R8-000123" in shown


def test_the_list_asks_as_often_for_many_as_for_one(client, by, case):
    def ask():
        held.forget_all()  # however slow the machine: what is held for a time is asked for anew
        page(client, "pionet")

    ask()
    counts = []
    for _round in range(2):
        counts.append(queries_of(ask))
        for _n in range(3):
            closed(by)

    assert counts[0] == counts[1]


def test_today_tells_what_waits_and_for_how_long(by):
    assert parts.waiting_card(by) is None
    old = closed(by)
    held.forget_all()  # a minute later
    assert parts.waiting_card(by).level == "info"
    registered(old, by)
    assert (parts.waiting_card(by), parts.changed_card(by)) == (None, None)

    followup.reopen_case(old.uid, by=by)
    assert "1件" in parts.changed_card(by).title


def test_counts_are_compared_on_the_page_and_kept_nowhere(client, by, case):
    before = AuditEntry.objects.count()

    shown = client.post(reverse("pionet-compare"), {"counts": "月,苦情\n2026-11,0"}).content.decode()

    assert "1か所が違います" in shown
    assert case.number in shown
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("name", "given"), [("pionet-compare", {"counts": "でたらめ"}), ("pionet-plan", {"fields_csv": "a"})]
)
def test_what_cannot_be_read_stays_in_its_field(client, by, name, given):
    answer = client.post(reverse(name), given)

    assert answer.status_code == 422
    assert next(iter(given.values())) in answer.content.decode()


def test_the_plan_is_changed_on_its_page(client, by):
    text = "item,label,limit,form\r\nkind,区分,,\r\n"

    client.post(reverse("pionet-plan"), {"fields_csv": text, "since": "2026-04-01"})

    held = plan.of(by.centre)
    assert [field.label for field in held.fields] == ["区分"]
    assert held.since.isoformat() == "2026-04-01"
    assert "2026-04-01" in page(client, "pionet-plan")


@pytest.mark.parametrize(
    ("form", "kind"), [("csv", "text/csv"), ("csv-cp932", "text/csv"), ("json", "application/json")]
)
def test_cards_come_as_a_file(client, by, case, form, kind):
    data = {"since": "2026-11-01", "until": "2026-11-30", "form": form}

    answer = client.post(reverse("pionet-cards"), data)
    one = client.post(reverse("pionet-card", args=[case.uid]), {"form": form})

    assert answer["Content-Type"] == one["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith('attachment; filename="cards-20261101-20261130.')
    assert AuditEntry.objects.filter(action="CARDS_EXPORTED").count() == 2


@pytest.mark.parametrize("data", [{"since": "2026-11-02", "until": "2026-11-01", "form": "csv"},
                                  {"since": "2020-01-01", "until": "2020-01-31", "form": "csv"},
                                  {"since": "2026-11-01", "until": "9999-12-31", "form": "csv"}])  # fmt: skip
def test_a_period_without_cards_is_told(client, by, case, data):
    assert client.post(reverse("pionet-cards"), data).status_code == 422
    assert not AuditEntry.objects.filter(action="CARDS_EXPORTED").exists()


def test_a_guarded_case_gives_no_card(client, by, case):
    custody.guard(case.uid, is_guarded=True, by=by)

    answer = client.post(reverse("pionet-card", args=[case.uid]), {"form": "json"}, follow=True)

    assert "支援措置のある相談は書き出しません" in answer.content.decode()


def test_made_up_registrations_are_added_once(by):
    today = calendar.today()
    long_ago = {
        "closed_on": today - timedelta(days=9),
        "received_at": builders.RECEIVED_AT - timedelta(days=20),
    }
    cases = [closed(by, **long_ago) for _n in range(3)]
    demo.load(by.centre, by, today)
    demo.load(by.centre, by, today)

    assert Registration.objects.count() == len(cases) - 1
    assert registering.count_waiting(by)[0] == 1


# --- On paper -------------------------------------------------------------------------------------------------------


def test_a_printed_case_has_its_names_masked_and_says_which_copy_it_is(client, by, case):
    entry = FollowUpEntry(
        uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="NOTE", text="山田さんに電話した"
    )
    followup.add_follow_up(case.uid, entry, by=by)

    shown = page(client, "case-print", case.uid)
    text = text_of(client.post(reverse("case-print-masked", args=[case.uid])).content)

    for words in ("点検商法", "1,480,000円", "に電話した", "助言"):
        assert words in shown
        assert words in text
    assert "山田" not in shown + text
    assert "写し第1号" in text
    assert "写し第2号" in text_of(client.post(reverse("case-print-masked", args=[case.uid])).content)
    printed = AuditEntry.objects.filter(action="CASE_PRINTED").values_list("fields", flat=True)
    assert list(printed) == [["redacted"], ["redacted"]]


def test_a_copy_with_names_wants_a_purpose_and_the_log_knows_of_it_before(client, by, case):
    url = reverse("case-print-names", args=[case.uid])
    assert client.post(url).status_code == 422
    assert client.post(url, {"purpose": "INSPECTION"}).status_code == 422
    assert not AuditEntry.objects.filter(action="CASE_PRINTED").exists()

    answer = client.post(url, {"purpose": "INSPECTION", "reason": "決算の監査"})

    text = text_of(answer.content)
    for words in ("山田花子", "090-1234-5678", "カモメ商会", "個人情報を含む"):
        assert words in text
    assert AuditEntry.objects.filter(action__in=("REVEALED", "CASE_PRINTED")).count() == 2


def test_everything_that_a_card_can_hold_is_printed(client, by, ua_faults):
    case = builders.case(
        by=by, subject="屋根の点検", caller=builders.person(email="a@example.jp", postcode="153-0051"), caller_age=50,
        traders=(TraderEntry(name="カモメ商会", address="港町1", url="https://a.example", sns_id="@a", agent="鈴木"),),
        transfers=(TransferEntry(institution="みどり銀行", account="0017654", holder="鈴木一郎"),),
        consents=(ConsentEntry(kind="CONTACT", answer="YES", note="夜は不可"),),
        care=CareEntry(codes=("DEMENTIA",), languages=("EN",), note="ゆっくり"), harm="DANGER", payments=("TRANSFER",),
    )  # fmt: skip

    printed = client.post(reverse("case-print-names", args=[case.uid])).content

    assert ua_faults(printed) == []
    text = text_of(printed)
    for words in (
        "屋根の点検",
        "153-0051",
        "@a",
        "みどり銀行",
        "0017654",
        "鈴木一郎",
        "夜は不可",
        "認知症",
        "英語",
        "ゆっくり",
    ):
        assert words in text


def test_whoever_sees_no_names_prints_none(client, case):
    client.force_login(builders.account("MANAGER", at=case.centre))

    assert client.post(reverse("case-print-names", args=[case.uid])).status_code == 403
    assert "氏名も入れて" not in page(client, "case-print", case.uid)


def test_a_guarded_case_is_printed_with_names_by_its_own_people_alone(client, by, case):
    custody.guard(case.uid, is_guarded=True, by=by)
    client.force_login(builders.account(at=case.centre))

    answer = client.post(reverse("case-print-names", args=[case.uid]), {"purpose": "CONSULTATION"})

    assert answer.status_code == 403
    assert "山田" not in answer.content.decode()
