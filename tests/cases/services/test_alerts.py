"""注意情報: a pasted mail taken apart, entered, in force between its days, shown beside calls of its 手口."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases.protection.models import AuditEntry
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.codes import Kind
from cases.services import alert_mail, alerts
from cases.services.alerts import AlertEntry, AlertTaken
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
MAIL = """差出人: ○○県警察 安全安心メール
日時: 2026年11月20日 15:10
件名: 【還付金詐欺】市役所を名のる電話に注意

市内で、還付金詐欺の電話が続いています。
詳しくは https://police.example.jp/kanpu(外部サイト)

--
このメールは送信専用です。配信停止は http://example.jp/stop から
"""


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def enter(counsellor):
    def make(by=counsellor, **more):
        entry = AlertEntry(
            **{
                "uid": uuid.uuid4(), "source": "POLICE", "title": "屋根の点検に注意", "text": "続いています。",
                "scam_type": "INSPECTION", "link": "", "valid_from": TODAY, "valid_until": None, **more,
            }
        )  # fmt: skip
        return alerts.enter(entry, centre=by.centre, by=by)

    return make


# --- A pasted mail --------------------------------------------------------------------------------------------
def test_a_mail_with_its_head_is_taken_apart():
    found = alert_mail.part(MAIL)

    assert (found.title, found.source, found.link) == (
        "【還付金詐欺】市役所を名のる電話に注意",
        "POLICE",
        "https://police.example.jp/kanpu",
    )
    assert found.text.startswith("市内で、")
    assert "送信専用" not in found.text


@pytest.mark.parametrize(
    ("mail", "title", "text", "source"),
    [
        ("■SNS投資に注意\n\n県内で急増。\n=======\n", "SNS投資に注意", "県内で急増。", "OTHER"),
        (
            "国民生活センターから\n定期購入の相談が増加",
            "国民生活センターから",
            "定期購入の相談が増加",
            "NCAC",
        ),
        ("件名: 題だけ", "題だけ", "", "OTHER"),
        ("東京くらしWEBより\n新しい手口", "東京くらしWEBより", "新しい手口", "PREFECTURE"),
        ("\n  \n", "", "", "OTHER"),
    ],
)
def test_words_without_a_head_have_their_first_line_as_title(mail, title, text, source):
    found = alert_mail.part(mail)

    assert (found.title, found.text, found.source) == (title, text, source)


def test_a_very_long_mail_is_cut_to_what_an_alert_holds():
    found = alert_mail.part("件名: " + "長" * 500 + "\n\n" + "文" * 20_000)

    assert (len(found.title), len(found.text)) == (120, 5_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("還付金詐欺の電話", "REFUND_FRAUD"),
        ("ＳＮＳ型投資詐欺が増えています", "SNS_INVESTMENT"),
        ("交通安全のお知らせ", ""),
        ("原野商法の二次被害", "LAND_SWINDLE_SECOND"),
    ],
)
def test_the_scam_type_is_proposed_by_its_name_in_the_text(text, code):
    assert alert_mail.scam_of(text, codes.codes(Kind.SCAM_TYPE).valid_on(TODAY)) == code


# --- The register ---------------------------------------------------------------------------------------------
def test_an_alert_is_entered_once_however_often_it_is_sent(enter):
    uid = uuid.uuid4()

    assert enter(uid=uid) == enter(uid=uid)
    assert AuditEntry.objects.filter(action="ALERT_ENTERED").count() == 1
    with pytest.raises(AlertTaken):
        enter(uid=uid, title="別の件名")


def test_the_uid_of_another_centre_tells_nothing(enter):
    uid = enter(by=builders.account(at=builders.centre("kita"))).uid

    with pytest.raises(AlertTaken):
        enter(uid=uid)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "長" * 121}, "title"),
        ({"text": "長" * 5_001}, "text"),
        ({"source": "NOBODY"}, "source"),
        ({"scam_type": "NOTHING"}, "scam_type"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"valid_until": date(2026, 11, 22)}, "valid_until"),
        ({"valid_until": TODAY}, None),
        ({"text": ""}, None),
    ],
)
def test_an_entry_is_refused_by_field(enter, changed, field):
    if field is None:
        assert enter(**changed).pk
    else:
        with pytest.raises(EntryRefused) as refused:
            enter(**changed)
        assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_in_force"),
    [
        (date(2026, 11, 23), None, True),
        (date(2026, 11, 24), None, False),
        (date(2026, 11, 1), date(2026, 11, 23), True),
        (date(2026, 11, 1), date(2026, 11, 22), False),
    ],
)
def test_an_alert_is_in_force_from_its_first_to_its_last_day(enter, valid_from, valid_until, is_in_force):
    alert = enter(valid_from=valid_from, valid_until=valid_until)

    assert Alert.objects.in_force(TODAY).exists() is is_in_force
    assert alert.is_in_force(TODAY) is is_in_force


def test_an_ended_alert_is_out_of_force_and_stays_on_the_register(enter, counsellor):
    alert = enter()

    for _click in range(2):
        ended = alerts.end(alert.uid, by=counsellor)

    assert ended.ended_by == counsellor
    assert not Alert.objects.in_force(TODAY).exists()
    assert AuditEntry.objects.filter(action="ALERT_ENDED").count() == 1


def test_nobody_ends_an_alert_of_another_centre(enter):
    alert = enter()

    with pytest.raises(Alert.DoesNotExist):
        alerts.end(alert.uid, by=builders.account(at=builders.centre("kita")))


def test_the_database_refuses_an_alert_that_ends_before_it_begins(counsellor):
    row = Alert(
        uid=uuid.uuid4(), centre=counsellor.centre, title="逆", valid_from=TODAY, valid_until=date(2026, 1, 1)
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- Beside a call --------------------------------------------------------------------------------------------
def test_beside_a_call_stand_those_of_its_scam_type_and_the_newest_others(
    enter, counsellor, django_assert_num_queries
):
    roof = enter()
    police = enter(scam_type="FAKE_POLICE", title="ニセ警察")
    others = [
        enter(scam_type="", title=f"{day}日の知らせ", valid_from=date(2026, 11, day)) for day in range(10, 15)
    ]
    codes.codes(Kind.SCAM_TYPE)

    with django_assert_num_queries(1):
        found = alerts.beside("INSPECTION", centre=counsellor.centre)

    assert found.of_scam == [roof]
    assert found.others == [police, others[4], others[3]]
    assert alerts.beside("IT_IS_ME_FRAUD", centre=counsellor.centre).of_scam == [police]
    assert alerts.beside("", centre=counsellor.centre).of_scam == []


def test_fresh_are_those_of_the_last_seven_days(enter, counsellor):
    enter(title="今日"), enter(title="古いが今日届いた", valid_from=date(2026, 1, 1))
    old = enter(title="先月", valid_from=date(2026, 10, 1))
    Alert.objects.filter(pk=old.pk).update(entered_at="2026-10-01T00:00:00+09:00")

    assert [row.title for row in alerts.fresh(counsellor, TODAY)] == ["今日", "古いが今日届いた"]


def test_the_entry_can_be_made_from_a_mail(enter):
    found = alert_mail.part(MAIL)

    row = enter(
        title=found.title, text=found.text, source=found.source, link=found.link, scam_type="REFUND_FRAUD"
    )
    assert replace(found, text=row.text, title=row.title) == found
