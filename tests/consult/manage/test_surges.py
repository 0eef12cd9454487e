"""急に増えた相談: cards in words, their line, what people say of them, and the rules; each for its own centre only."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cases import held, today
from cases.figures.surge_log import evaluating
from cases.figures.surge_log.models import SurgeBreak, SurgeSettings, SurgeVerdict
from cases.law import calendar
from cases.protection.models import AuditEntry
from cases.records.alerts import Alert
from consult.manage.surges.telling import rarity
from tests import builders, waves
from tests.consult.manage.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def outreach(centre):
    return builders.account("OUTREACH", at=centre)


def alert(centre, scam="INSPECTION", **more):
    return Alert.objects.create(
        uid=uuid.uuid4(), centre=centre, source="POLICE", title="屋根工事の訪問に注意", scam_type=scam,
        valid_from=calendar.today() - timedelta(days=3), **more,
    )  # fmt: skip


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# --- The list -----------------------------------------------------------------------------------------------------
def test_nothing_looked_at_yet_is_said_so(manager):
    assert "まだ調べていません" in text_of(signed_in(manager).get(reverse("surges")))


def test_a_quiet_week_says_what_was_looked_at_and_why_some_was_not(centre, manager):
    waves.evaluation(centre)

    text = text_of(signed_in(manager).get(reverse("surges")))

    assert "急に増えた相談はありません" in text
    assert "498の区分を、1週間と4週間の件数で調べました" in text
    assert "比べる記録が26週に満たない" in text
    assert "まだ判断がありません" in text


def test_a_card_is_one_sentence_with_whom_it_hits_and_by_what_it_was_judged(centre, manager):
    waves.wave(centre)
    of = waves.evaluation(centre, typed=28)
    waves.wave(centre, "FAKE_SHOP", of=of, basis="NEW_CODE", years=0, parts=[])

    text = text_of(signed_in(manager).get(reverse("surges")))

    assert "点検商法が増えています: 1週間で12件、ふだん3.1件、上限7件。" in text
    assert "過去3年の同じ時期と比べた" in text
    assert "65歳以上 <span" in text
    assert "新しい手口(記録がほとんどない)" in text
    assert "28/40件(70%)" in text
    assert "手口の入力が済んでいない相談があります" in text


def test_four_weeks_are_told_where_they_alarm_and_the_week_does_not(centre, manager):
    waves.wave(centre, week_count=5.0, four_count=30.0)

    assert "4週間で30件、ふだん12件、上限22件" in text_of(signed_in(manager).get(reverse("surges")))


def test_a_wave_of_an_earlier_week_says_that_it_rises_no_more(centre, manager):
    waves.wave(centre, of=waves.evaluation(centre, calendar.today() - timedelta(weeks=2)))
    waves.evaluation(centre)

    text = text_of(signed_in(manager).get(reverse("surges")))

    assert "2026-11-06までの週のことで、いまは上限を超えていません" in text


@pytest.mark.parametrize(("trigger", "level"), [("LIVE", "warning"), ("NIGHT", "info")])
def test_an_alarm_of_the_day_itself_is_louder(trigger, level, centre, manager):
    waves.wave(centre, of=waves.evaluation(centre, trigger=trigger))

    found = [card for card in today.cards(manager, manager.may) if card.url_name == "surges"]

    assert [card.level for card in found] == [level]


def test_a_small_town_sees_counts_and_alerts_instead(centre, manager):
    waves.history(centre, "INSPECTION", [1] * 56)
    evaluating.evaluate(centre, calendar.today())
    alert(centre)

    text = text_of(signed_in(manager).get(reverse("surges")))

    assert "この1年の相談が1,000件より少ないため" in text
    assert "手口ごとの件数(4週間)" in text
    assert "屋根工事の訪問に注意" in text


def test_the_list_asks_no_more_for_more_cards(centre, manager, django_assert_max_num_queries):
    client = signed_in(manager)
    counts = []
    for _round in range(2):
        of = waves.evaluation(centre)
        for scam in ("INSPECTION", "FAKE_SHOP", "SUPPORT_SCAM"):
            waves.wave(centre, scam, of=of)
        held.forget_all()
        with django_assert_max_num_queries(40) as asked:
            client.get(reverse("surges"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


# --- One card -----------------------------------------------------------------------------------------------------
def test_a_card_from_the_real_engine_has_its_line_and_says_what_would_change_it(centre, manager):
    SurgeSettings.objects.create(
        centre=centre, false_share_percent=20, fewest_week=3, fewest_four=4, small_centre=0
    )
    waves.history(centre, "INSPECTION", [2] * 130 + [12])
    alert(centre)
    card = evaluating.evaluate(centre, calendar.today()).cards.get()

    text = text_of(signed_in(manager).get(reverse("surge", args=[card.wave.uid])))
    assert "点検商法が増えています: 1週間で12件、ふだん2.1件、上限6件。" in text
    assert "chart__band-0" in text
    assert (
        '<th scope="row">65歳以上</th><td class="table__num">18</td><td class="table__num">8.0</td>' in text
    )
    assert '<th scope="row">北区域</th><td class="table__num">18</td>' in text
    assert "外からの注意情報は、始まった週の上に印で示します" in text
    assert "警察: 屋根工事の訪問に注意" in text
    assert "件少なければ、知らせになりませんでした" in text
    assert "それより小さい増え方は、ふだんの揺れと区別できません" in text


def test_words_are_told_only_where_three_cases_hold_them_and_every_look_is_logged(centre, manager, outreach):
    counsellor = builders.account("COUNSELLOR", at=centre)
    for n in range(4):
        builders.case(
            by=counsellor, narrative=f"水道局を名乗る人が来て、浄水の交換を契約した。{'猫' * (n == 0)}"
        )
    for n in range(12):
        builders.case(
            by=counsellor,
            narrative="屋根の点検に来た。",
            received_at=builders.RECEIVED_AT - timedelta(days=60 + n),
        )
    found = waves.wave(centre)
    page = reverse("surge", args=[found.uid])

    assert "浄水</span>" not in text_of(signed_in(outreach).get(page))
    text = text_of(signed_in(outreach).get(page, {"words": "1"}))

    assert '<span lang="ja">浄水</span> <span class="num">4件</span>' in text
    assert "猫" not in text
    assert "屋根</span>" not in text
    assert "同じ手口のその前の1年の12件と比べました" in text
    assert AuditEntry.objects.filter(action="ANALYSED", actor_uid=outreach.uid).count() == 2


@pytest.mark.parametrize(
    ("untyped", "told"), [(4, "最も多くて16件です"), (0, "")], ids=["not all typed", "all typed"]
)
def test_what_is_not_typed_yet_could_be_of_the_same_kind(untyped, told, centre, manager):
    found = waves.wave(centre, of=waves.evaluation(centre, typed=40 - untyped))

    text = text_of(signed_in(manager).get(reverse("surge", args=[found.uid])))

    assert told in text
    assert ("まだ入力されていません" in text) == bool(untyped)


@pytest.mark.parametrize(
    ("probability", "told"),
    [
        (0.0, "1万回に1回より少ない"),
        (2.5e-5, "1万回に1回より少ない"),
        (0.00213, "470回に1回"),
        (0.02, "50回に1回"),
    ],
)
def test_how_seldom_so_many_come_by_chance(probability, told):
    assert told in rarity(probability)


# --- What people say ----------------------------------------------------------------------------------------------
def test_a_verdict_is_kept_beside_the_one_before_and_counted(centre, manager):
    found, client = waves.wave(centre), signed_in(manager)
    address = reverse("surge-verdict", args=[found.uid])
    uid = uuid.uuid4()

    assert client.post(address, {"uid": uid, "verdict": "PERHAPS"}).status_code == 422
    for _again in range(2):
        client.post(address, {"uid": uid, "verdict": "UNKNOWN", "note": "同じ業者か確かめる"})
    text = text_of(client.post(address, {"uid": uuid.uuid4(), "verdict": "FALSE"}, follow=True))

    assert SurgeVerdict.objects.count() == 2
    assert "同じ業者か確かめる" in text
    assert "1件のうち1件(100%" in text_of(client.get(reverse("surges")))


def test_a_wave_that_nobody_called_chance_stands_on_today(centre, manager, outreach):
    found = waves.wave(centre)
    for reader in (manager, outreach):
        titles = [card.title for card in today.cards(reader, reader.may)]
        assert "急に増えた相談が1件あります" in titles

    signed_in(manager).post(
        reverse("surge-verdict", args=[found.uid]), {"uid": uuid.uuid4(), "verdict": "FALSE"}
    )

    assert not [card for card in today.cards(manager, manager.may) if card.url_name == "surges"]


@pytest.mark.parametrize(
    ("who", "sees_cases", "may_judge"),
    [("manager", True, True), ("outreach", False, False), ("counsellor", None, None)],
)
def test_who_sees_a_card_and_who_judges_it(who, sees_cases, may_judge, centre, request):
    found, client = waves.wave(centre), signed_in(request.getfixturevalue(who))

    answer = client.get(reverse("surge", args=[found.uid]))

    if sees_cases is None:
        assert answer.status_code == 403
        return
    text = text_of(answer)
    assert ("この4週間の相談を見る" in text) is sees_cases
    assert ("判断を記録" in text) is may_judge
    posted = client.post(reverse("surge-verdict", args=[found.uid]), {"uid": uuid.uuid4(), "verdict": "TRUE"})
    assert posted.status_code == (302 if may_judge else 403)


def test_a_wave_of_another_centre_does_not_exist(centre):
    found = waves.wave(centre)
    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))

    assert stranger.get(reverse("surge", args=[found.uid])).status_code == 404
    assert stranger.post(reverse("surge-verdict", args=[found.uid]), {"verdict": "?"}).status_code == 404


# --- Rules --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("share", "status"), [("10", 302), ("0", 422), ("51", 422)])
def test_the_rules_of_a_centre(share, status, centre, manager):
    given = {"false_share_percent": share, "fewest_week": "4", "fewest_four": "6", "small_centre": "800"}

    answer = signed_in(manager).post(reverse("surge-rules"), given)

    assert answer.status_code == status
    assert SurgeSettings.objects.filter(centre=centre, false_share_percent=10).exists() == (status == 302)


def test_a_day_from_which_a_scam_type_means_something_else_is_added_once_and_taken_back(centre, manager):
    client, uid = signed_in(manager), uuid.uuid4()
    given = {"uid": uid, "scam": "INSPECTION", "on": "2026-04-01", "note": "屋根と給湯器を分けた"}

    assert client.post(reverse("surge-break-add"), {**given, "note": ""}).status_code == 422
    for _again in range(2):
        assert client.post(reverse("surge-break-add"), given).status_code == 302
    assert SurgeBreak.objects.get().scam == "INSPECTION"
    assert "屋根と給湯器を分けた" in text_of(client.get(reverse("surge-rules")))

    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))
    assert stranger.post(reverse("surge-break-remove", args=[uid])).status_code == 404
    client.post(reverse("surge-break-remove", args=[uid]))
    assert not SurgeBreak.objects.exists()
