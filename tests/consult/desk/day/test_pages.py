"""The pages of the day: 今日, next contacts, あっせん, 応援, hand-over of many, 日報・月報, closed days."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import held
from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from cases.records.approval import ApprovalStep
from cases.records.callbacks import Callback
from cases.records.case import Case
from cases.records.centre import Centre
from cases.records.closed_days import ClosedDay
from cases.records.help_calls import HelpCall
from cases.records.links import CaseLink
from cases.services import approval, callbacks, custody, followup, help_calls, mediation
from cases.services.callbacks import CallbackEntry
from cases.services.card_entry import ConsentEntry
from cases.services.mediation import Step
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_X_DRAFT": "1"}


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def today_for(account):
    return client_of(account).get(reverse("today"))


def block(answer, title):
    return next((one for one in answer.context["blocks"] if one.title == title), None)


def planned(case, by, due_at, **more):
    entry = CallbackEntry(uid=uuid.uuid4(), kind="CALL_BACK", whom="CALLER", due_at=due_at, **more)
    return callbacks.plan(case.uid, entry, by=by)


# --- 今日 -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("document", "words", "level"),
    [
        (date(2026, 11, 16), "11月23日(月)まで 今日まで", "error"),
        (date(2026, 11, 19), "11月26日(木)まで あと3日", "error"),
        (date(2026, 11, 20), "11月27日(金)まで あと4日", "info"),
        (date(2026, 11, 14), "11月21日(土)まで 過ぎました", "warning"),
        (date(2026, 11, 11), None, None),
    ],
)
def test_the_last_day_of_cooling_off_is_red_from_three_days_before(counsellor, document, words, level):
    builders.case(by=counsellor, document_received_on=document)

    found = block(today_for(counsellor), "クーリング・オフなどの期限")

    assert (found and found.rows[0].due, found and found.rows[0].level) == (words, level)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ["クーリング・オフ"]),
        ({"law_facts": {"transaction": "telecom_initial", "telecom_kind": "fixed"}}, ["初期契約解除"]),
        ({"law_facts": {"transaction": "care_home", "moved_in_on": "2026-09-01"}}, ["短期解約(有料老人ホーム)"]),
        # The credit counts from its own document: later here, then the same day, then as early as the contract.
        (
            {"payments": ("INDIVIDUAL_CREDIT",), "law_facts": {"credit_document_on": "2026-11-22"}},
            ["クーリング・オフ", "クーリング・オフ(クレジット)"],
        ),
        (
            {"payments": ("INDIVIDUAL_CREDIT",), "law_facts": {"credit_document_on": "2026-11-20"}},
            ["クーリング・オフ・クーリング・オフ(クレジット)"],
        ),
        ({"payments": ("INDIVIDUAL_CREDIT",)}, ["クーリング・オフ"]),
    ],
)  # fmt: skip
def test_a_right_that_runs_out_is_called_by_its_name(counsellor, more, told):
    builders.case(by=counsellor, document_received_on=date(2026, 11, 20), **more)

    found = block(today_for(counsellor), "クーリング・オフなどの期限")

    assert [row.detail.split()[0] for row in found.rows] == told


OF_LIES = "取消権(気づいた日から1年)"


@pytest.mark.parametrize(
    ("contracted", "facts", "told"),
    [
        (date(2025, 12, 1), {}, ["過量販売の解除(契約から1年)"]),
        (date(2025, 12, 1), {"transaction": "store"}, []),
        (date(2021, 12, 1), {}, ["取消権(契約から5年)"]),
        (date(2025, 6, 1), {}, []),
        (date(2024, 2, 29), {}, []),
        (date(2025, 6, 1), {"noticed_on": "2025-12-10"}, [OF_LIES]),
        (None, {"noticed_on": "2025-12-10"}, [OF_LIES]),
        (date(2023, 6, 1), {"noticed_on": "2023-12-10", "spiritual_claim": "yes"}, ["取消権(気づいた日から3年)"]),
        (date(2023, 6, 1), {"noticed_on": "2025-12-10", "spiritual_claim": "yes"}, []),
        (date(2021, 12, 1), {"spiritual_claim": "yes"}, ["取消権(契約から5年)"]),
    ],
)  # fmt: skip
def test_a_right_beside_withdrawal_is_told_two_months_before_by_its_own_count(
    counsellor, contracted, facts, told
):
    builders.case(by=counsellor, contracted_on=contracted, law_facts=facts)

    found = block(today_for(counsellor), "期限が近い取消権・過量販売")

    assert [row.detail.split()[0] for row in (found.rows if found else ())] == told


WHOLE = {
    "subject": "屋根工事の解約", "issue_main": "CONTRACT", "product": "ROOFING",
    "sales_method": "DOOR_TO_DOOR", "sex": "FEMALE", "occupation": "NOT_WORKING", "relation": "SELF",
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, None),
        ({"product": ""}, "商品・役務"),
        ({"subject": "", "issue_main": ""}, "件名、内容別分類"),
        ({"scam_main": "UNCLASSIFIED", "is_provisional": True}, "手口(未分類)、分類の見直し(暫定)"),
        ({"occupation": "", "sex": "", "relation": "", "age": None, "age_band": "GROUP"}, None),
    ],
)
def test_what_a_card_lacks_is_named_and_a_group_is_not_asked_for_its_sex(counsellor, more, told):
    builders.case(by=counsellor, **{**WHOLE, **more})

    found = block(today_for(counsellor), "必要な項目が空いている相談")

    assert (found and found.rows[0].detail) == told


def test_contacts_of_today_and_of_the_days_off_before_the_centre_works_again(counsellor, time_machine):
    time_machine.move_to("2026-11-20 10:00 +0900")  # a Friday; Monday is a holiday
    case = builders.case(by=counsellor)
    for day, hour in ((20, 9), (20, 15), (23, 10), (24, 10)):
        planned(case, counsellor, datetime(2026, 11, day, hour, tzinfo=TOKYO))

    rows = block(today_for(counsellor), "今日の連絡").rows

    assert [(row.due, row.level) for row in rows] == [
        ("09:00", "error"), ("15:00", "info"), ("11/23(月) 10:00", "info"),
    ]  # fmt: skip


def test_late_contacts_of_the_whole_centre_are_told_to_the_manager(counsellor, manager, time_machine):
    case = builders.case(by=counsellor)
    planned(case, counsellor, datetime(2026, 11, 23, 15, tzinfo=TOKYO))
    title = "予定の日を過ぎた連絡(センター全体)"
    assert block(today_for(manager), title) is None

    time_machine.move_to("2026-11-24 09:00 +0900")

    assert block(today_for(manager), title).total == 1
    assert block(today_for(counsellor), title) is None


@pytest.mark.parametrize(("calls", "told"), [(4, None), (5, "本日5件目")])
def test_the_fifth_call_of_a_kind_today_is_told_to_everybody_at_the_desk(counsellor, manager, calls, told):
    for _n in range(calls):
        builders.case(by=counsellor, received_at=timezone.now())
    for _n in range(6):
        builders.case(by=counsellor, received_at=timezone.now(), scam_main="UNCLASSIFIED")
    builders.case(by=counsellor, received_at=timezone.now() - timedelta(days=1))
    builders.case(by=builders.account(at=builders.centre("hikari")), received_at=timezone.now())

    for who in (counsellor, manager):
        found = block(today_for(who), "今日、同じ手口が続いています")
        assert (found and found.rows[0].due) == told


def test_the_most_urgent_list_stands_first_and_long_ones_are_folded(counsellor):
    for _n in range(7):
        builders.case(by=counsellor)
    for document in (date(2026, 11, 14), date(2026, 11, 17)):
        builders.case(by=counsellor, document_received_on=document)

    answer = today_for(counsellor)

    assert answer.context["blocks"][0].title == "クーリング・オフなどの期限"
    assert [row.level for row in answer.context["blocks"][0].rows] == ["error", "warning"]
    assert "あと4件" in text_of(answer)  # of nine that lack something, five stand open


def test_the_page_asks_the_database_no_more_for_many_cases_than_for_one(counsellor):
    desk = client_of(counsellor)

    def fill(n):
        for _n in range(n):
            case = builders.case(by=counsellor, document_received_on=date(2026, 11, 17))
            planned(case, counsellor, timezone.now())
        held.forget_all()
        return queries_of(lambda: desk.get(reverse("today")))

    assert fill(1) == fill(8)


# --- 次の連絡 ----------------------------------------------------------------------------------------------------
def filled(**more):
    return {"uid": str(uuid.uuid4()), "due_on": "11/24", "band": "14-16", "whom": "CALLER", "kind": "CALL_BACK",
            "for_account": "", "note": "", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        ({}, 302, "11月24日(火)の連絡を予定しました。"),
        ({"due_on": "11/28"}, 302, "この日は休みなので、前の開所日の「今日」に出ます。"),
        ({"due_on": "11/20"}, 422, "今日からあとの日にしてください。"),
        ({"band": "16-14"}, 422, "時間帯は「14-16」「14:30」「午前」のように入力してください。"),
    ],
)
def test_the_next_contact_is_planned_from_the_page_of_the_case(counsellor, desk, more, status, told):
    case = builders.case(by=counsellor)

    answer = desk.post(reverse("case-callback", args=[case.uid]), filled(**more))

    assert answer.status_code == status
    page = answer if status == 422 else desk.get(reverse("case", args=[case.uid]))
    assert told in page.content.decode()
    assert Callback.objects.count() == (status == 302)


def test_who_got_through_goes_on_to_write_and_who_did_not_plans_again(counsellor, desk):
    case = builders.case(by=counsellor)
    ways = {}
    for result in ("REACHED", "NO_ANSWER"):
        row = planned(case, counsellor, timezone.now())
        ways[result] = desk.post(reverse("callback-end", args=[row.uid]), {"result": result}).url

    assert ways["REACHED"].endswith("#follow-ups")
    assert ways["NO_ANSWER"].endswith("#callbacks")


def test_a_look_after_the_closing_is_one_press(counsellor, desk):
    case = builders.case(by=counsellor)
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=counsellor)
    page = text_of(desk.get(reverse("case", args=[case.uid])))
    assert "4週間後" in page

    for weeks in ("4", "5", "x"):
        sent = {"weeks": weeks, "uid": str(uuid.uuid4())}
        desk.post(reverse("case-aftercare", args=[case.uid]), sent)

    assert [row.kind for row in callbacks.waiting_of(case)] == ["AFTERCARE"]


def test_the_list_shows_ones_own_or_all_of_the_centre(counsellor, desk, elsewhere):
    mine = builders.case(by=counsellor)
    others = builders.case(by=builders.account(at=counsellor.centre))
    far = builders.case(by=elsewhere)
    for case in (mine, others, far):
        planned(case, counsellor if case != far else elsewhere, timezone.now())

    own, whole = (text_of(desk.get(reverse("callbacks") + query)) for query in ("", "?whose=all"))

    assert [case.number in own for case in (mine, others)] == [True, False]
    assert [case.number in whole for case in (mine, others)] == [True, True]
    assert whole.count("#callbacks") == 2


# --- before the next call -----------------------------------------------------------------------------------------
def test_what_must_be_known_before_dialling_stands_above_the_numbers(counsellor, desk):
    consent = ConsentEntry(kind="CONTACT", answer="NO", note="夫のいる夜はだめ。")
    case = builders.case(by=counsellor, consents=(consent,), is_difficult=True)
    custody.guard(case.uid, is_guarded=True, by=counsellor)

    page = text_of(desk.get(reverse("case", args=[case.uid])))

    for words in (
        "センターからは連絡しない約束です。",
        "DV等支援措置の対象です。",
        "条件があります。",
        "対応困難",
    ):
        assert words in page
    assert "夫のいる夜" not in page
    assert page.index("連絡しない約束") < page.index('id="people-title"')


# --- あっせん ----------------------------------------------------------------------------------------------------
def stepped(code, **more):
    return {"uid": str(uuid.uuid4()), "code": code, "happened_at": "11/20 10:00", "yen": "", "minutes": "",
            "text": "", **more}  # fmt: skip


def test_a_mediation_is_written_down_and_its_end_closes_the_case(counsellor, desk):
    case = builders.case(by=counsellor)
    page, send = (reverse(name, args=[case.uid]) for name in ("case-mediation", "case-mediation-step"))
    desk.post(send, stepped("OFFER_BY_CONSUMER", text="全額を返してほしい。", yen="148万円"))
    desk.post(send, stepped("OFFER_BY_TRADER", text="半額なら返す。", yen="74万円", minutes="15"))
    assert "両者の差 740,000円" in text_of(desk.get(page))
    assert "あっせん中" in text_of(desk.get(reverse("case", args=[case.uid])))
    desk.post(send, stepped("AGREED", yen="100万円"))
    assert "この結果で終了する" in text_of(desk.get(page))

    desk.post(
        reverse("case-close", args=[case.uid]),
        {"outcome": "MEDIATED", "closed_on": "2026-11-23", "recovered_yen": "1000000", "advice": ""},
    )

    case.refresh_from_db()
    assert (case.outcome, case.recovered_yen) == ("MEDIATED", 1_000_000)


def test_a_refused_step_keeps_the_words(counsellor, desk):
    case = builders.case(by=counsellor)
    send = reverse("case-mediation-step", args=[case.uid])

    page = text_of(desk.post(send, stepped("OFFER_BY_TRADER", text="半額なら返す。", yen="半分")), 422)

    assert "半額なら返す。" in page


def test_a_closed_mediation_without_a_record_says_so(counsellor, desk):
    case = builders.case(by=counsellor)
    followup.close_case(case.uid, outcome="MEDIATED", closed_on=case.received_on, by=counsellor)
    words = "処理結果はあっせんですが、あっせんの記録がありません"
    page = reverse("case", args=[case.uid])
    assert words in text_of(desk.get(page))

    step = Step(uid=uuid.uuid4(), code="MEDIATION_STARTED", happened_at=timezone.now())
    mediation.record(case.uid, step, by=counsellor)

    assert words not in text_of(desk.get(page))


# --- 応援 --------------------------------------------------------------------------------------------------------
def test_one_key_calls_and_the_chief_sees_who_and_where(counsellor, manager, desk):
    case = builders.case(by=counsellor)
    page = text_of(desk.get(reverse("case", args=[case.uid])))
    assert f'name="place" value="{case.uid}"' in page
    assert 'name="place" value="call"' in text_of(desk.get(reverse("intake", args=[uuid.uuid4()])))

    told = desk.post(reverse("help-call"), {"place": str(case.uid)}, **SCRIPT).json()

    assert told == {"state": "waiting", "text": "応援を呼んでいます"}
    chief = client_of(manager)
    strip = text_of(chief.get(reverse("help-waiting")))
    assert f"{counsellor}さんが応援を呼んでいます" in strip
    assert case.number in strip
    assert "1人が応援を呼んでいます" in text_of(chief.get(reverse("today")))
    chief.post(reverse("help-answer", args=[HelpCall.objects.get().uid]), **SCRIPT)
    assert "さんが気づきました" in desk.get(reverse("help-mine")).json()["text"]


def test_on_the_phone_the_strip_says_so_and_colleagues_have_none(counsellor, manager, desk):
    desk.post(reverse("help-call"), {"place": "call"}, **SCRIPT)

    assert "電話中" in text_of(client_of(manager).get(reverse("help-waiting")))
    assert desk.get(reverse("help-waiting")).status_code == 403
    assert "data-help-url" not in text_of(desk.get(reverse("today")))


def test_asking_for_calls_is_a_cheap_look_that_leaves_no_entry(counsellor, manager):
    chief = client_of(manager)
    chief.get(reverse("help-waiting"))
    before = AuditEntry.objects.count()

    assert queries_of(lambda: chief.get(reverse("help-waiting"))) == 3  # session, account, calls
    assert AuditEntry.objects.count() == before
    assert chief.get(reverse("help-waiting")).content == b""


# --- hand-over of many ----------------------------------------------------------------------------------------------
def test_a_manager_hands_over_everything_of_a_stopped_account(counsellor, manager):
    leaver = builders.account(at=counsellor.centre)
    cases = [builders.case(by=leaver) for _n in range(3)]
    leaver.is_active = False
    leaver.save()
    chief = client_of(manager)
    assert "停止した利用者の対応中の相談が3件あります" in text_of(chief.get(reverse("today")))
    assert str(leaver) in text_of(chief.get(reverse("leavers")))

    url = reverse("leaver", args=[leaver.uid])
    chief.post(url, {"to": str(counsellor.uid)})

    assert "3件を引き継ぎました。" in text_of(chief.get(url))
    assert Case.objects.in_hands_of(counsellor.pk).count() == len(cases)
    assert client_of(counsellor).get(url).status_code == 403


def test_offers_are_taken_all_at_once(counsellor, desk):
    giver = builders.account(at=counsellor.centre)
    for _n in range(2):
        custody.hand_over(builders.case(by=giver).uid, to_uid=counsellor.uid, note="", by=giver)
    assert "すべて引き受ける" in text_of(desk.get(reverse("today")))

    assert "2件を引き受けました。" in text_of(desk.post(reverse("take-all"), follow=True))


def test_whoever_keeps_the_accounts_sees_that_cases_are_left(counsellor):
    builders.case(by=counsellor)
    keeper = builders.account("ADMIN", at=counsellor.centre)

    page = text_of(client_of(keeper).get(reverse("account", args=[counsellor.uid])))

    assert "辞める人の相談は" in page


# --- 日報・月報 --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("span", ["day", "month"])
def test_the_log_names_persons_to_who_manages_the_centre_alone(counsellor, manager, desk, span):
    other = builders.account(at=counsellor.centre)
    other.display_name = "別の相談員"
    other.save()
    for by in (counsellor, other):
        builders.case(by=by)
    url = reverse("day-log") + f"?day=2026-11-20&span={span}"
    assert "分類が済んでいない相談" in text_of(desk.get(url))

    own, whole = text_of(desk.get(url)), text_of(client_of(manager).get(url))

    assert ("別の相談員" in own, "別の相談員" in whole) == (False, True)
    assert ("2<small>" in own, "2<small>" in whole) == (True, True)


@pytest.mark.parametrize(("form", "start"), [("xlsx", b"PK"), ("csv", "表".encode("utf-8-sig"))])
def test_the_log_goes_into_a_file_and_that_is_logged(counsellor, manager, form, start):
    builders.case(by=counsellor)
    url = reverse("day-log-file", args=[form]) + "?day=2026-11-20"

    answer = client_of(manager).get(url)

    assert answer.content.startswith(start)
    if form == "csv":
        told = answer.content.decode("utf-8-sig")
        assert "この数字について,2026-11-2" in told
        assert "分類が済んでいない相談: 商品・役務が未入力 1件" in told
    assert AuditEntry.objects.filter(action="DAY_LOG_EXPORTED").count() == 1
    assert client_of(counsellor).get(url).status_code == 403
    assert client_of(manager).get(reverse("day-log-file", args=["pdf"])).status_code == 404


def test_a_day_that_is_none_is_refused_and_today_is_shown(desk):
    page = text_of(desk.get(reverse("day-log") + "?day=13/45"))

    assert "日報 2026年11月23日" in page
    assert "日付として読めません" in page or "暦にない日付です" in page


@pytest.mark.parametrize("span", ["day", "month"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_no_days_of_work(desk, manager, day, span):
    asked = f"?day={day}&span={span}"

    assert "日付を確認してください" in text_of(desk.get(reverse("day-log") + asked))
    assert client_of(manager).get(reverse("day-log-file", args=["csv"]) + asked).status_code == 200


# --- closed days and links ----------------------------------------------------------------------------------------
def test_a_centre_marks_its_own_closed_days(counsellor, desk):
    url = reverse("closed-days")
    desk.post(url, {"day": "12/28", "kind": "closed", "label": "開庁記念日"})
    assert "開庁記念日" in text_of(desk.get(url))
    assert text_of(desk.post(url, {"day": "", "kind": "closed"}), 422)

    desk.post(url, {"remove": "2026-12-28"})

    assert not ClosedDay.objects.exists()


@pytest.mark.parametrize(
    ("closes", "status", "told"),
    [
        ("17:15", 302, None),
        ("8:30", 422, "閉所は、開所より後の時刻にしてください。"),
        ("夕方", 422, "時間を正しく"),
    ],
)
def test_a_centre_sets_the_hours_in_which_it_takes_calls(counsellor, desk, closes, status, told):
    url = reverse("closed-days")
    answer = desk.post(url, {"opens_at": "8:30", "closes_at": closes})

    assert answer.status_code == status
    assert told is None or told in answer.content.decode()
    centre = Centre.objects.get(pk=counsellor.centre_id)
    changed = AuditEntry.objects.filter(action="OPENING_HOURS_CHANGED").count()
    assert (f"{centre.opens_at:%H:%M}-{centre.closes_at:%H:%M}", changed) == (
        ("08:30-17:15", 1) if status == 302 else ("09:00-17:00", 0)
    )


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        ({}, "SAME_PERSON"),
        ({"name": "山田 太郎", "kana": "ヤマダ タロウ"}, "SAME_HOUSEHOLD"),
        ({"phone": "03-9999-9999"}, "SAME_PERSON"),
        ({"name": "別人", "kana": "ベツジン", "phone": "03-9999-9999"}, None),
    ],
)
def test_cases_that_may_belong_together_are_proposed_and_linked_with_one_press(
    counsellor, desk, person, kind
):
    case = builders.case(by=counsellor, caller=builders.person())
    other = builders.case(by=counsellor, caller=builders.person(**person))

    answer = desk.post(reverse("case-related", args=[case.uid]))

    assert [(one.case, one.kind) for one in answer.context["suggestions"]] == (
        [(other, kind)] if kind else []
    )
    assert AuditEntry.objects.filter(action="RELATED_LOOKED_UP").count() == 1
    if kind:
        desk.post(reverse("case-link", args=[case.uid]), {"number": other.number, "kind": kind})
        assert CaseLink.objects.get().kind == kind
        assert not desk.post(reverse("case-related", args=[case.uid])).context["suggestions"]


def test_a_protected_case_of_others_is_neither_proposed_nor_asked_from(counsellor, desk):
    giver = builders.account(at=counsellor.centre)
    guarded = builders.case(by=giver, caller=builders.person())
    custody.guard(guarded.uid, is_guarded=True, by=giver)
    case = builders.case(by=counsellor, caller=builders.person())

    assert not desk.post(reverse("case-related", args=[case.uid])).context["suggestions"]
    assert desk.post(reverse("case-related", args=[guarded.uid])).status_code == 403


def test_no_page_of_the_day_is_for_a_role_that_sees_no_case():
    keeper = client_of(builders.account("ADMIN"))
    names = ("callbacks", "day-log", "leavers", "closed-days", "help-waiting")

    assert {keeper.get(reverse(name)).status_code for name in names} == {403}


def test_a_call_for_help_without_scripts_leads_back_to_today(counsellor, desk):
    answer = desk.post(reverse("help-call"), {"place": ""}, follow=True)

    assert "応援を呼びました。" in text_of(answer)
    assert help_calls.mine(counsellor) is not None


# --- minutes and the course of a case -------------------------------------------------------------------------------
@pytest.mark.parametrize(("minutes", "status", "kept"), [(25, 201, 25), (None, 201, None), (1441, 400, ...)])
def test_the_api_takes_the_minutes_of_a_contact(counsellor, desk, minutes, status, kept):
    case = builders.case(by=counsellor)
    body = {
        "uid": str(uuid.uuid4()),
        "happened_at": "2026-11-20T10:00:00+09:00",
        "kind": "NOTE",
        "text": "調べた。",
    }

    answer = desk.post(
        reverse("api-follow-ups", args=[case.uid]), {**body, "minutes": minutes}, "application/json"
    )

    assert answer.status_code == status
    assert kept is ... or answer.json()["minutes"] == kept


def test_the_minutes_of_a_case_are_added_up_and_its_course_is_shown(counsellor, desk):
    case = builders.case(by=counsellor)
    for minutes in ("15", "20", ""):
        sent = {"uid": str(uuid.uuid4()), "happened_at": "11/20 10:00", "kind": "NOTE", "minutes": minutes,
                "text": "話した。"}  # fmt: skip
        desk.post(reverse("case-follow-up", args=[case.uid]), sent)
    assert "対応時間 合計35分" in text_of(desk.get(reverse("case", args=[case.uid])))

    answer = desk.get(reverse("case-course", args=[case.uid]))

    assert "対応時間 合計35分" in text_of(answer)
    assert [one.label for one in answer.context["way"] if one.is_here] == ["対応中"]


@pytest.mark.parametrize(
    ("step", "here"),
    [("asked", "決裁待ち"), ("sent back", "差戻し"), ("approved", "決裁済み"), ("forged", "終了")],
)
def test_the_course_follows_the_approval_that_the_log_vouches_for(counsellor, desk, step, here):
    case = builders.case(by=counsellor)
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=counsellor)
    case.refresh_from_db()
    approver = builders.account("APPROVER", at=counsellor.centre)
    if step == "forged":
        ApprovalStep.objects.create(
            uid=uuid.uuid4(), case=case, kind="APPROVED", revision=case.revision, account=approver
        )
    else:
        approval.ask(case.uid, uid=uuid.uuid4(), by=counsellor)
    if step == "sent back":
        approval.send_back(
            case.uid, uid=uuid.uuid4(), revision=case.revision, comment="受領日を確かめる。", by=approver
        )
    if step == "approved":
        approval.approve(
            case.uid, uid=uuid.uuid4(), revision=case.revision, by=approver, able=[approver.pk, counsellor.pk]
        )

    way = desk.get(reverse("case-course", args=[case.uid])).context["way"]

    assert [one.label for one in way if one.is_here] == [here]
