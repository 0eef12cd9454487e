"""手引き on its pages: reading, writing at once with somebody else, the directory, alerts and own 手口."""

import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.figures import outcomes
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.case import Case
from cases.records.codes import Code, Kind
from cases.records.directory import ReferralBody, shipped_uid
from cases.records.guidance import GuidanceVersion
from cases.services import scam_types
from consult.shell import drafts
from tests import builders
from tests.consult.desk.conftest import client_of, filled, queries_of

pytestmark = pytest.mark.django_db

POLICE = shipped_uid("POLICE_9110")
HOSTILE = "<script>alert(1)</script><b>\"'&"


@pytest.fixture(autouse=True)
def codes_in_memory(monkeypatch):
    """Code sets stay in memory however slow the machine is, so that queries can be counted."""
    monkeypatch.setattr(codes, "_FRESH_SECONDS", 10**9)
    outcomes.forget()


@pytest.fixture
def managers_desk(manager):
    return client_of(manager)


def guide(**more):
    return {
        "uid": str(uuid.uuid4()), "based_on": "0", "script": "まず切ってください。", "ask": "いつ\nいくら", "keep": "",
        "advise": "", "note": "", **more,
    }  # fmt: skip


def body(**more):
    return {
        "uid": str(uuid.uuid4()),
        "revision": "0",
        "kind": "WELFARE",
        "name": "北町地域包括支援センター",
        **more,
    }


def alert(**more):
    return {
        "uid": str(uuid.uuid4()), "source": "POLICE", "title": "屋根の点検に注意", "valid_from": "2026-11-23",
        "scam_type": "INSPECTION", "text": "続いています。", **more,
    }  # fmt: skip


def scam(**more):
    return {
        "uid": str(uuid.uuid4()),
        "label": "分電盤の点検",
        "meaning": "古いと言って交換させる",
        "parent": "INSPECTION",
        **more,
    }


def text_of(response):
    return response.content.decode()


# --- Guidance -------------------------------------------------------------------------------------------------
def test_the_hub_leads_to_every_guidance_and_counts_in_queries(desk):
    desk.get(reverse("guidance"))  # code sets are in memory from here

    assert queries_of(lambda: desk.get(reverse("guidance"))) == 6
    for number in range(3):
        desk.post(reverse("alert-new"), alert(title=f"知らせ{number}"))
        desk.post(
            reverse("guidance-edit", args=["PHISHING"]), guide(based_on=str(number), script=f"{number}")
        )
    assert queries_of(lambda: desk.get(reverse("guidance"))) == 6


def test_a_saved_guidance_is_a_version_and_shows_at_once(desk):
    answer = desk.post(reverse("guidance-edit", args=["INSPECTION"]), guide(note="電話を先に"), follow=True)

    text = text_of(answer)
    assert all(words in text for words in ("まず切ってください。", "いくら", "版1", "電話を先に"))
    assert "屋根の上" in text_of(desk.get(reverse("guidance-versions", args=["INSPECTION"])))


@pytest.mark.parametrize(("based_on", "status"), [("1", 302), ("0", 409)])
def test_two_editors_both_find_their_words(desk, managers_desk, based_on, status):
    managers_desk.post(reverse("guidance-edit", args=["INSPECTION"]), guide(script="先の人の文"))

    answer = desk.post(
        reverse("guidance-edit", args=["INSPECTION"]), guide(script="後の人の文", based_on=based_on)
    )

    assert answer.status_code == status
    if status == 409:
        text = text_of(answer)
        assert "<del>先の人の文</del>" in text
        assert "<ins>後の人の文</ins>" in text
        again = answer.context["form"].initial
        assert (again["script"], again["based_on"]) == ("後の人の文", 1)
        desk.post(
            reverse("guidance-edit", args=["INSPECTION"]),
            guide(script=again["script"], based_on=again["based_on"], uid=again["uid"]),
        )
    assert list(GuidanceVersion.objects.values_list("script", flat=True)) == ["後の人の文", "先の人の文"]


@pytest.mark.parametrize(("script", "status"), [("あ" * 2_000, 302), ("あ" * 2_001, 422)])
def test_a_guidance_too_long_is_refused_and_stays_on_the_page(desk, script, status):
    answer = desk.post(reverse("guidance-edit", args=["INSPECTION"]), guide(script=script))

    assert answer.status_code == status
    assert status == 302 or script in text_of(answer)


def test_words_that_look_like_a_person_are_told_and_not_refused(desk):
    answer = desk.post(
        reverse("guidance-edit", args=["INSPECTION"]),
        guide(script="山田太郎さん 090-1234-5678 へ"),
        follow=True,
    )

    assert "個人のものなら、消してください" in text_of(answer)
    assert GuidanceVersion.objects.count() == 1


def test_markup_is_shown_as_it_was_written(desk, counsellor, uid):
    desk.post(
        reverse("guidance-edit", args=["INSPECTION"]), guide(script=HOSTILE, ask=HOSTILE, note=HOSTILE[:200])
    )
    desk.post(reverse("alert-new"), alert(title=HOSTILE, text=HOSTILE))
    desk.post(reverse("body-new"), body(name=HOSTILE, note=HOSTILE))
    desk.post(reverse("scam-type-new"), scam(label=HOSTILE[:40], meaning=HOSTILE[:60]))

    addresses = [reverse(name) for name in ("guidance", "bodies", "alerts", "scam-types", "today")]
    addresses += [
        reverse(name, args=["INSPECTION"]) for name in ("guidance-of", "guidance-versions", "guidance-edit")
    ]
    addresses += [
        reverse("alert", args=[Alert.objects.get().uid]),
        reverse("body", args=[ReferralBody.objects.get().uid]),
    ]
    pages = {address: text_of(desk.get(address)) for address in addresses}
    pages["hint"] = text_of(desk.post(reverse("hint", args=[uid, "guidance"]), {"scam_main": "INSPECTION"}))

    assert [address for address, text in pages.items() if "<script>alert" in text or "<b>" in text] == []


def test_a_version_is_restored_and_what_somebody_saved_meanwhile_is_kept(desk, managers_desk):
    for number, script in enumerate(("一", "二")):
        desk.post(reverse("guidance-edit", args=["INSPECTION"]), guide(script=script, based_on=str(number)))
    restore = reverse("guidance-restore", args=["INSPECTION"])

    managers_desk.post(restore, {"uid": str(uuid.uuid4()), "number": "1", "based_on": "1"})
    assert GuidanceVersion.objects.count() == 2
    managers_desk.post(restore, {"uid": str(uuid.uuid4()), "number": "1", "based_on": "2"})

    assert "一" in text_of(desk.get(reverse("guidance-of", args=["INSPECTION"])))
    assert GuidanceVersion.objects.count() == 3


@pytest.mark.parametrize("query", ["", "?older=0&newer=1", "?older=9&newer=x", "?older=1&newer=0"])
def test_any_two_versions_can_be_asked_for(desk, query):
    desk.post(reverse("guidance-edit", args=["INSPECTION"]), guide())

    assert desk.get(reverse("guidance-versions", args=["INSPECTION"]) + query).status_code == 200


@pytest.mark.parametrize(
    ("code", "status"), [("GENERAL", 200), ("RENTAL_RESTORATION", 200), ("UNCLASSIFIED", 404), ("NO", 404)]
)
def test_only_scam_types_have_a_page(desk, code, status):
    assert desk.get(reverse("guidance-of", args=[code])).status_code == status


def test_an_approver_reads_and_does_not_write(counsellor):
    client = client_of(builders.account("APPROVER", at=counsellor.centre))

    assert "書き直す" not in text_of(client.get(reverse("guidance-of", args=["INSPECTION"])))
    assert client.get(reverse("guidance-edit", args=["INSPECTION"])).status_code == 403


# --- Beside the call ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("INSPECTION", ["工事はもう始まっていますか", "火災保険", "住まいるダイヤル"]),
        ("SNS_ROMANCE", ["出金するには"]),
        ("RENTAL_RESTORATION", ["だけの手引きはまだありません", "今日中に決める必要はありません"]),
        ("", ["今日中に決める必要はありません"]),
        ("NO_SUCH", ["今日中に決める必要はありません"]),
    ],
)
def test_beside_the_form_stands_the_guidance_of_the_chosen_scam_type(desk, uid, code, words):
    text = text_of(desk.post(reverse("hint", args=[uid, "guidance"]), {"scam_main": code}))

    assert [word for word in words if word not in text] == []


def test_beside_the_form_stand_outcomes_and_alerts(desk, counsellor, uid):
    for yen in (100_000, 300_000):
        builders.case(by=counsellor, outcome="MEDIATED", closed_on=date(2026, 11, 21), recovered_yen=yen)
    desk.post(reverse("alert-new"), alert())

    ask = lambda: desk.post(reverse("hint", args=[uid, "guidance"]), {"scam_main": "INSPECTION"})  # noqa: E731 - twice
    text = text_of(ask())

    assert all(words in text for words in ("屋根の点検に注意", "あっせん解決", "100%(2/2件)", "200,000円"))
    assert queries_of(ask) == 7  # the outcomes are in memory now


def test_the_page_without_scripts_shows_it_too(desk, uid):
    answer = desk.post(reverse("intake", args=[uid]), filled(action="hints"))

    assert "工事はもう始まっていますか" in text_of(answer)


@pytest.mark.parametrize("is_open", [True, False])
def test_an_open_case_shows_its_guidance(desk, counsellor, is_open):
    ended = {} if is_open else {"outcome": "ADVICE", "closed_on": date(2026, 11, 21)}
    case = builders.case(by=counsellor, **ended)

    assert ("壊された所や持ち去られた物" in text_of(desk.get(reverse("case", args=[case.uid])))) is is_open


# --- Directory ------------------------------------------------------------------------------------------------
def test_checked_today_is_one_button(desk):
    answer = desk.post(reverse("body-checked", args=[POLICE]), {"from": "body"}, follow=True)

    assert answer.redirect_chain == [(reverse("body", args=[POLICE]), 302)]
    assert "2026-11-23" in text_of(answer)


def test_a_body_is_added_changed_and_no_longer_offered(desk):
    desk.post(reverse("body-new"), body())
    uid = ReferralBody.objects.get().uid
    desk.post(reverse("body", args=[uid]), body(uid=str(uid), revision="1", phone="000-000-0000"))
    assert "000-000-0000" in text_of(desk.get(reverse("bodies")))

    desk.post(reverse("body-close", args=[uid]))

    assert "北町" not in text_of(desk.get(reverse("bodies")))
    assert "北町" in text_of(desk.get(reverse("bodies") + "?closed=1"))


@pytest.mark.parametrize(("revision", "status"), [("1", 302), ("0", 409)])
def test_the_second_editor_of_a_body_sees_both(desk, managers_desk, revision, status):
    managers_desk.post(reverse("body-new"), given := body(phone="111"))

    answer = desk.post(reverse("body", args=[given["uid"]]), {**given, "phone": "222", "revision": revision})

    assert answer.status_code == status
    if status == 409:
        assert "<dd>111</dd>" in text_of(answer)
        assert 'value="222"' in text_of(answer)


@pytest.mark.parametrize(("url", "status"), [("https://example.jp/", 302), ("javascript:alert(1)", 422)])
def test_only_web_addresses_become_links(desk, url, status):
    assert desk.post(reverse("body-new"), body(url=url)).status_code == status


def test_the_directory_is_narrowed(desk):
    text = text_of(desk.post(reverse("bodies"), {"q": "けいさつ"}))

    assert "警察相談専用電話" in text
    assert "法テラス" not in text
    assert "見つかりません" in text_of(desk.post(reverse("bodies"), {"q": "動物園"}))


def test_a_card_tells_of_bodies_checked_over_a_year_ago(desk, counsellor):
    desk.post(reverse("body-checked", args=[POLICE]))
    assert "1年以上" not in text_of(desk.get(reverse("today")))

    ReferralBody.objects.update(last_checked_on=date(2025, 11, 23))

    assert "1年以上確かめていない機関が1か所" in text_of(desk.get(reverse("today")))


# --- Alerts ---------------------------------------------------------------------------------------------------
def test_a_pasted_mail_fills_the_form_and_keeps_nothing(desk):
    mail = "件名: 【注意】還付金詐欺の電話\n差出人: 県警察\n\n市内で続いています。\nhttps://example.jp/a"

    answer = desk.post(reverse("alert-new"), {"action": "part", "mail": mail})

    initial = answer.context["form"].initial
    assert (initial["title"], initial["source"], initial["scam_type"], initial["link"]) == (
        "【注意】還付金詐欺の電話", "POLICE", "REFUND_FRAUD", "https://example.jp/a",
    )  # fmt: skip
    assert not Alert.objects.exists()


def test_nothing_pasted_is_told(desk):
    assert desk.post(reverse("alert-new"), {"action": "part", "mail": ""}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"narrative": "屋根の無料点検だと言って来た。"}, "言葉が同じ"),
        ({"trader_name": "青空工業"}, "言葉が同じ"),
        ({"trader_phone": "0120111222"}, "電話番号が同じ"),
        ({"traders-0-url": "http://www.aozora.example.jp/lp"}, "サイトが同じ"),
        ({"narrative": "屋根の工事をした。"}, None),
        ({}, None),
    ],
)
def test_an_alert_stands_beside_a_call_that_speaks_of_it_whatever_its_scam_type(desk, uid, typed, why):
    marks = "無料点検\n青空工業\n0120-111-222\naozora.example.jp"
    desk.post(reverse("alert-new"), alert(scam_type="", marks=marks))

    text = text_of(desk.post(reverse("hint", args=[uid, "alerts"]), typed))

    assert ("屋根の点検に注意" in text) is (why is not None)
    assert (why or "当てはまる注意情報はありません") in text


def test_alerts_of_another_centre_or_over_stand_beside_no_call(desk, uid, counsellor):
    elsewhere = client_of(builders.account("MANAGER", at=builders.centre("kita")))
    elsewhere.post(reverse("alert-new"), alert(marks="無料点検"))
    desk.post(reverse("alert-new"), alert(marks="無料点検"))
    desk.post(reverse("alert-end", args=[Alert.objects.get(centre=counsellor.centre).uid]))

    text = text_of(desk.post(reverse("hint", args=[uid, "alerts"]), {"narrative": "無料点検"}))

    assert "屋根の点検に注意" not in text


def sent_file(client, content, **more):
    page = client.get(reverse("alerts-import"))
    file = SimpleUploadedFile("秘密の名前.csv", content.encode())
    return client.post(
        reverse("alerts-import"), {"uid": page.context["form"]["uid"].value(), "file": file, **more}
    )


def test_alerts_come_from_a_file_and_the_address_tells_nothing_of_it(desk):
    answer = sent_file(desk, "件名,目印\n屋根の点検に注意,無料点検\n別の題,\n")

    assert (answer.status_code, answer.url) == (302, reverse("alerts"))
    text = text_of(desk.get(reverse("alerts")))
    assert "2件を登録しました。" in text
    assert "屋根の点検に注意" in text
    assert "秘密の名前" not in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("件名,手口\nよい題,\n題,ない手口\n", "3行目"),
        ("内容\nx\n", "「件名」の列がありません。"),
        ("\x00\x01", "文字でないデータ"),
        ("", "ファイルに行がありません。"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_leaves_nothing(desk, content, told):
    answer = sent_file(desk, content)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not Alert.objects.exists()


def test_whoever_does_not_edit_the_guidance_brings_no_file(counsellor):
    approver = client_of(builders.account("APPROVER", at=counsellor.centre))

    assert approver.get(reverse("alerts-import")).status_code == 403


def test_an_entered_alert_is_on_the_list_on_today_and_ends(desk):
    desk.post(reverse("alert-new"), alert())
    row = Alert.objects.get()
    assert all(
        "屋根の点検に注意" in text_of(desk.get(reverse(name))) for name in ("alerts", "today", "guidance")
    )

    desk.post(reverse("alert-end", args=[row.uid]))

    assert "屋根の点検に注意" not in text_of(desk.get(reverse("alerts")))
    assert "屋根の点検に注意" in text_of(desk.get(reverse("alerts") + "?all=1"))


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 302),
        ({"title": ""}, 422),
        ({"valid_until": "11/1"}, 422),
        ({"link": "ftp://x"}, 422),
        ({"valid_from": "いつか"}, 422),
    ],
)
def test_an_alert_is_refused_with_its_words_kept(desk, changed, status):
    answer = desk.post(reverse("alert-new"), alert(**changed))

    assert answer.status_code == status
    assert status == 302 or "続いています。" in text_of(answer)


# --- Own 手口 -------------------------------------------------------------------------------------------------
def test_from_a_call_and_back_with_the_new_scam_type_chosen(desk, counsellor, uid):
    typed = filled(narrative="分電盤を点検すると言われた。", scam_main="")
    led = desk.post(reverse("intake-scam-type", args=[uid]), typed)
    assert led.url == f"{reverse('scam-type-new')}?call={uid}"

    back = desk.post(led.url.partition("?")[0], scam(call=str(uid)))

    assert back.url == reverse("intake", args=[uid])
    code = Code.objects.get(label="分電盤の点検").code
    fields, _sequence = drafts.restore(uid, by=counsellor)
    assert (fields["narrative"], fields["scam_main"]) == (["分電盤を点検すると言われた。"], [code])
    page = text_of(desk.get(back.url))
    assert f'<option value="{code}" selected>94 分電盤の点検</option>' in page
    saved = desk.post(reverse("intake", args=[uid]), filled(scam_main=code))
    assert saved.status_code == 302
    assert Case.objects.get(uid=uid).main_scam == code


def test_a_call_that_is_none_leads_nowhere(desk):
    answer = desk.post(reverse("scam-type-new"), scam(label="", call="<b>"))

    assert answer.status_code == 422
    assert "足さずに受付へ戻る" not in text_of(answer)


def test_the_draft_of_somebody_else_is_not_touched(desk, elsewhere, uid):
    drafts.save(uid, {"narrative": ["別の人の文"]}, sequence=1, by=elsewhere)

    assert desk.post(reverse("intake-scam-type", args=[uid]), filled()).status_code == 404
    assert desk.post(reverse("scam-type-new"), scam(call=str(uid))).url == reverse("scam-types")
    assert drafts.restore(uid, by=elsewhere)[0] == {"narrative": ["別の人の文"]}


def test_another_centre_is_not_offered_it(desk, elsewhere, uid):
    desk.post(reverse("scam-type-new"), scam())
    code = Code.objects.get(label="分電盤の点検").code
    theirs = client_of(elsewhere)

    assert code not in text_of(theirs.get(reverse("intake", args=[uid])))
    assert theirs.get(reverse("guidance-of", args=[code])).status_code == 404


@pytest.mark.parametrize(
    ("verb", "given", "reads"),
    [
        ("confirm", {}, "分電盤の点検"),
        ("rename", {"label": "分電盤点検商法", "meaning": "意味"}, "分電盤点検商法"),
        ("merge", {"into": "INSPECTION"}, "点検商法"),
    ],
)
def test_a_manager_puts_it_in_order_and_a_counsellor_does_not(desk, managers_desk, verb, given, reads):
    desk.post(reverse("scam-type-new"), scam())
    code = Code.objects.get(label="分電盤の点検").code
    address = reverse(f"scam-type-{verb}", args=[code])

    assert desk.post(address, given).status_code == 403
    assert managers_desk.post(address, given).status_code == 302
    assert codes.codes(Kind.SCAM_TYPE).text(code) == reads
    assert managers_desk.get(reverse("scam-types")).status_code == 200


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("rename", {"label": "", "meaning": "意味"}),
        ("rename", {"label": "点検商法", "meaning": "意味"}),
        ("merge", {}),
    ],
)
def test_a_refusal_comes_back_open_with_its_reason(managers_desk, verb, given):
    managers_desk.post(reverse("scam-type-new"), scam())
    code = Code.objects.get(label="分電盤の点検").code

    answer = managers_desk.post(reverse(f"scam-type-{verb}", args=[code]), given)

    assert answer.status_code == 422
    assert "field__error" in text_of(answer)


def test_the_list_of_cases_finds_a_merged_one_under_the_other(desk, managers_desk, counsellor, manager):
    row = scam_types.add(
        "分電盤の点検", meaning="意味", parent="", uid=uuid.uuid4(), centre=counsellor.centre, by=counsellor
    )
    case = builders.case(by=counsellor, scam_main=row.code)
    managers_desk.post(reverse("scam-type-merge", args=[row.code]), {"into": "INSPECTION"})

    text = text_of(desk.get(reverse("cases"), {"scam": "INSPECTION"}))

    assert case.number in text
    assert "分電盤の点検" not in text
