"""受付 over HTTP: saved once, refused with everything kept, drafts of one's own, attached with everything."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records.case import Case
from cases.records.follow_up import FollowUp
from consult.shell import drafts
from consult.shell.drafts import Draft, Kept
from tests import builders
from tests.consult.desk.conftest import client_of, filled, queries_of

pytestmark = pytest.mark.django_db


def page(uid):
    return reverse("intake", args=[uid])


def shown(case, by):
    fields = ["narrative", "caller.name", "party.name", "party.phone"]
    return reveal(case.uid, fields, by=by, purpose=Purpose.CONSULTATION)


def test_saving_leads_to_the_case_and_the_draft_goes(desk, counsellor, uid):
    drafts.save(uid, {"narrative": ["屋根"]}, sequence=1, by=counsellor)

    answer = desk.post(page(uid), filled(caller_name="山田 花子"))

    case = Case.objects.get()
    assert (case.uid, answer.status_code) == (uid, 302)
    assert answer["Location"].startswith(reverse("case", args=[uid]))
    assert not Draft.objects.exists()


def test_a_double_click_is_one_case_and_other_words_are_refused(desk, uid):
    answers = [desk.post(page(uid), filled()) for _press in range(2)]
    changed = desk.post(page(uid), filled(narrative="別の話"))

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Case.objects.count() == 1
    assert changed.status_code == 409
    assert "別の話" in changed.content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"narrative": "  "}, "narrative"),
        ({"narrative": "あ" * 20_001}, "narrative"),
        ({"narrative": "切れ\0目"}, "narrative"),
        ({"scam_main": ""}, "scam_main"),
        ({"scam_main": "NO_SUCH"}, "scam_main"),
        ({"scam_others": "12, 99"}, "scam_others"),
        ({"age": "百歳くらい"}, "age"),
        ({"contracted_on": "13/45"}, "contracted_on"),
        ({"contract_yen": "たくさん"}, "contract_yen"),
        ({"received_at": "2099-01-01 10:00"}, "received_at"),
        ({"caller_name": "あ" * 201}, "caller_name"),
        ({"relation": "SELF", "caller_name": "甲", "party_name": "乙"}, "party_name"),
    ],
)
def test_a_refusal_keeps_every_character_and_says_where(desk, counsellor, uid, more, field):
    answer = desk.post(page(uid), filled(**more, caller_address="札幌市のどこか"))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "<title>エラー:" in text
    assert all(
        str(part) in text for part in more.values() if part.strip() and "\0" not in part and part != "NO_SUCH"
    )
    fields, _sequence = drafts.restore(uid, by=counsellor)
    assert fields["caller_address"] == ["札幌市のどこか"]
    assert all(fields[name] == [value] for name, value in more.items())
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "絵文字😀👨‍👩‍👧と𠮷野家",
        "\u202e右から左\u202c العربية",
        "<script>alert(1)</script>\"'&",
        "{{ settings.SECRET_KEY }}{% debug %}",
        "改行\nあり\n",
        "あ" * 20_000,
        "あ\r\n" * 9_999,
    ],
)
def test_words_come_back_as_they_were_spoken(desk, counsellor, uid, words):
    desk.post(page(uid), filled(narrative=words))

    case = Case.objects.get()
    assert shown(case, counsellor)["narrative"] == words.replace("\r\n", "\n")
    answer = desk.get(reverse("case", args=[uid])).content.decode()
    assert "<script>alert" not in answer


def test_one_self_is_asked_once_and_kept_with_whose_age_counts(desk, counsellor, uid):
    desk.post(page(uid), filled(relation="SELF", caller_name="山田 花子", caller_phone="03-1234-5678"))

    values = shown(Case.objects.get(), counsellor)
    assert (values["party.name"], values["party.phone"]) == ("山田 花子", "03-1234-5678")
    assert values.get("caller.name", "") == ""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("12, 14", ["IMPERSONATION", "SERIAL_SALES"]),
        ("12、14", ["IMPERSONATION", "SERIAL_SALES"]),
        ("12 14", ["IMPERSONATION", "SERIAL_SALES"]),
        ("かたり、次々販売", ["IMPERSONATION", "SERIAL_SALES"]),
        ("11 12", ["IMPERSONATION"]),  # 11 is the main one
        ("", []),
    ],
)
def test_other_scams_are_typed_as_numbers_or_names(desk, uid, text, codes):
    desk.post(page(uid), filled(scam_others=text))

    assert Case.objects.get().other_scams == codes


def test_somebody_elses_draft_does_not_exist(desk, counsellor, uid):
    colleague = builders.account(at=counsellor.centre)
    drafts.save(uid, {"narrative": ["わたしの下書き"]}, sequence=1, by=colleague)

    answers = [
        desk.get(page(uid)),
        desk.post(page(uid), filled()),
        desk.post(reverse("intake-draft", args=[uid]), filled(sequence="9")),
        desk.post(reverse("intake-attach", args=[uid]), filled()),
    ]
    desk.post(reverse("intake-discard", args=[uid]))

    assert [answer.status_code for answer in answers] == [404] * 4
    assert drafts.restore(uid, by=colleague)[0] == {"narrative": ["わたしの下書き"]}
    assert not Case.objects.exists()


@pytest.mark.parametrize(("sequence", "kept"), [(4, Kept.SUPERSEDED), (5, Kept.SUPERSEDED), (6, Kept.STORED)])
def test_only_a_later_state_replaces_a_draft(counsellor, uid, sequence, kept):
    drafts.save(uid, {"narrative": ["五"]}, sequence=5, by=counsellor)

    assert drafts.save(uid, {"narrative": ["別"]}, sequence=sequence, by=counsellor) is kept
    assert drafts.restore(uid, by=counsellor)[0]["narrative"] == ["別" if kept is Kept.STORED else "五"]


def test_a_draft_that_comes_after_the_case_is_saved_is_dropped(desk, uid):
    desk.post(page(uid), filled())

    answer = desk.post(reverse("intake-draft", args=[uid]), filled(sequence="99"))

    assert answer.json()["state"] == "recorded"
    assert not Draft.objects.exists()
    assert desk.get(page(uid))["Location"] == reverse("case", args=[uid])


def test_a_draft_far_too_long_is_refused_in_words(desk, uid):
    answer = desk.post(reverse("intake-draft", args=[uid]), filled(narrative="あ" * 400_000))

    assert (answer.status_code, answer.json()) == (413, {"state": "too-long"})


def test_the_page_of_who_signed_in_before_keeps_no_draft_for_another(desk, uid):
    answer = desk.post(reverse("intake-draft", args=[uid]), filled(account=str(uuid.uuid4())))

    assert (answer.status_code, answer.json()["state"]) == (409, "other-account")
    assert not Draft.objects.exists()


def test_going_on_with_a_case_takes_everything_along(desk, counsellor, uid):
    case = builders.case(by=counsellor)

    answer = desk.post(
        reverse("intake-attach", args=[uid]),
        filled(
            case=str(case.uid), narrative="また電話があった。娘の沓掛が代理。", party_name="沓掛 菫子",
            caller_name="鬼塚 紗都香", caller_phone="090-7777-1234",
            contract_yen="148万円", sales_method="DOOR_TO_DOOR", is_provisional="on", scam_others="12",
            age="たぶん70代",
        ),
    )  # fmt: skip

    row = FollowUp.objects.get()
    text = reveal(case.uid, ["follow_ups"], by=counsellor, purpose=Purpose.CONSULTATION)[
        f"follow_up.{row.uid}"
    ]
    assert (answer.status_code, row.uid, row.case) == (302, uid, case)
    assert text.startswith(
        "また電話があった。娘の沓掛が代理。\n\n〔この電話で聞いた内容〕\n手口(主): 点検商法\n販売購入形態: 訪問販売\n"
    )
    for line in (
        "相談者の氏名: 鬼塚 紗都香",
        "相談者の電話: 090-7777-1234",
        "契約購入金額: 148万円",
        "ほかの手口: かたり商法(身分詐称)",
        "年齢: たぶん70代",
    ):
        assert line in text
    redacted = desk.get(reverse("case", args=[case.uid])).content.decode()
    assert "また電話があった。" in redacted
    assert "紗都香" not in redacted
    assert "沓掛" not in redacted
    assert "7777" not in redacted
    assert Case.objects.count() == 1


@pytest.mark.parametrize("target", ["", "nonsense", "elsewhere"])
def test_going_on_with_a_case_that_is_not_there_keeps_everything(desk, counsellor, elsewhere, uid, target):
    if target == "elsewhere":
        target = str(builders.case(by=elsewhere).uid)

    answer = desk.post(reverse("intake-attach", args=[uid]), filled(case=target, caller_name="鬼塚"))

    assert answer.status_code == 422
    assert "続きにする相談が見つかりません" in answer.content.decode()
    assert drafts.restore(uid, by=counsellor)[0]["caller_name"] == ["鬼塚"]
    assert not FollowUp.objects.exists()


def test_a_case_of_another_centre_gives_nothing_away_by_its_uid(desk, elsewhere):
    case = builders.case(by=elsewhere)

    answer = desk.post(page(case.uid), filled())

    assert answer.status_code == 404
    assert case.number not in answer.content.decode()


def strict(account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    return client


def test_an_old_token_from_our_own_page_brings_the_words_back(counsellor, uid):
    answer = strict(counsellor).post(
        page(uid), filled(narrative="失いたくない言葉\n二行目"), HTTP_ORIGIN="http://testserver"
    )

    text = answer.content.decode()
    assert answer.status_code == 403
    assert "失いたくない言葉\n二行目" in text
    assert 'name="csrfmiddlewaretoken"' in text
    assert not Case.objects.exists()


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", None])
def test_what_another_site_sends_is_not_offered_again(counsellor, uid, origin):
    more = {"HTTP_ORIGIN": origin} if origin else {}

    answer = strict(counsellor).post(page(uid), filled(narrative="よその言葉"), **more)

    assert answer.status_code == 403
    assert "よその言葉" not in answer.content.decode()


def test_saving_after_the_session_ended_brings_the_words_back(uid, db):
    answer = Client().post(page(uid), filled(narrative="失いたくない言葉"), HTTP_ORIGIN="http://testserver")

    assert answer.status_code == 401
    assert "失いたくない言葉" in answer.content.decode()


@pytest.mark.parametrize(
    ("url", "method"),
    [
        ("intake", "get"),
        ("intake", "post"),
        ("intake-draft", "post"),
        ("intake-attach", "post"),
    ],
)
def test_only_counsellors_take_calls(manager, uid, url, method):
    answer = getattr(client_of(manager), method)(reverse(url, args=[uid]))

    assert answer.status_code == 403


def test_only_counsellors_are_told_beside_the_form(manager, counsellor, uid):
    url, unknown = reverse("hint", args=[uid, "similar"]), reverse("hint", args=[uid, "nothing"])

    assert client_of(manager).post(url).status_code == 403
    assert client_of(counsellor).post(url).status_code == 200
    assert client_of(counsellor).post(unknown).status_code == 404


@pytest.mark.parametrize(
    ("fields", "echo"),
    [
        ({"contracted_on": "11/20"}, "2026年11月20日(令和8年) 金曜"),
        ({"received_at": "2026-11-23 9:30"}, "2026年11月23日(令和8年) 月曜 09:30"),
        (
            {"received_at": "2026-11-20 10:30"},
            "2026年11月20日(令和8年) 金曜 10:30 後追い入力: 3日前の受付として記録します",
        ),
        ({"payments": "2、13"}, "銀行振込、暗号資産"),
        ({"transfers-0-yen": "30万"}, "300,000円"),
        ({"duration_months": "1年6か月"}, "18か月"),
        ({"contract_yen": "150万円"}, "1,500,000円"),
        ({"paid_yen": "不明"}, "不明"),
        ({"age": "78"}, "78歳(75〜79歳)"),
        ({"age": "70代"}, "70歳代(詳細不明)"),
        ({"age": "S28.5.3"}, "昭和28年5月3日生まれ 73歳(70〜74歳)"),
        ({"scam_others": "12 14"}, "かたり商法(身分詐称)、次々販売"),
        ({"age": " "}, ""),
        ({"caller_phone": "03-1234-5678"}, ""),
    ],
)
def test_what_is_typed_is_echoed_as_it_is_understood(desk, fields, echo):
    answer = desk.post(reverse("echo"), fields).json()

    [name] = fields
    assert answer[name] == {"text": echo, "understood": True}


@pytest.mark.parametrize(
    "fields", [{"contracted_on": "13/45"}, {"contract_yen": "たくさん"}, {"caller_phone": "123"}]
)
def test_what_is_not_understood_says_so_without_repeating_it(desk, fields):
    [(name, text)] = fields.items()

    answer = desk.post(reverse("echo"), fields).json()

    assert answer[name]["understood"] is False
    assert text not in answer[name]["text"]


def test_an_intake_page_and_its_drafts_are_counted_in_queries(desk, counsellor, uid):
    """Pinned: a page that asks more of the database than before should know why."""
    builders.case(by=counsellor)
    desk.get(page(uid))  # code sets are in memory from here
    asked = {
        "intake": lambda: desk.get(page(uid)),
        "draft": lambda: desk.post(reverse("intake-draft", args=[uid]), filled(sequence="1")),
        "draft again": lambda: desk.post(reverse("intake-draft", args=[uid]), filled(sequence="2")),
    }
    counts = {}
    for name, ask in asked.items():
        counts[name] = queries_of(ask)

    assert counts == {"intake": 11, "draft": 10, "draft again": 7}
