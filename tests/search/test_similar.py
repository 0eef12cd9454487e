"""Similar cases: who sees which, in what order, and why they are shown."""

import uuid
from datetime import date

import pytest

from cases.feed.models import FeedRow
from cases.protection.models import AuditEntry
from cases.records.case import Case
from search import similar as room
from search.similar import CodesOfQuery, similar
from tests import builders

pytestmark = pytest.mark.django_db

# Told otherwise: a case of its own beside ROOF, no near-duplicate of it.
ROOF_AGAIN = "屋根の点検で契約した。瓦の補修の代金は三回に分けて払う約束で、近所の人の紹介だと聞いている。"
ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。解約したい。"


def uids(answer):
    return [hit.uid for hit in answer.hits]


@pytest.fixture
def cases(record, worked):
    made = {
        "roof": record(
            "屋根の瓦がずれていると言われ、補修工事の契約をした。八日以内なので解約を希望。",
            advice="クーリング・オフのはがきの書き方を伝えた。瓦の写真を残すよう助言した。",
            outcome="ADVICE",
            closed_on=date(2026, 4, 20),
            recovered_yen=98_000,
            product="ROOFING",
        ),
        "board": record("分電盤の点検と言われ、交換を契約した。"),
        "shop": record("通販サイトで靴を注文したが届かない。", scam_main="FAKE_SHOP"),
    }
    for number in range(6):
        record(f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    worked()
    return made


def test_the_likest_case_comes_first_with_what_became_of_it(cases, staff):
    hit = similar(ROOF, by=staff).hits[0]

    case = cases["roof"]
    assert (hit.uid, hit.number, hit.received_on) == (case.uid, case.number, case.received_on)
    assert (hit.scam_main, hit.product, hit.outcome, hit.is_open) == (
        "INSPECTION",
        "ROOFING",
        "ADVICE",
        False,
    )
    assert hit.recovered_yen == 98_000
    assert {"屋根", "瓦", "補修"} <= set(hit.shared)
    assert hit.narrative.startswith("屋根の瓦がずれている")
    assert hit.advice.startswith("瓦の写真を残す") or hit.advice.startswith("クーリング・オフ")


@pytest.mark.parametrize(
    ("centres", "sees_own", "sees_other"),
    [("own", True, False), ("both", True, True), ("none", False, False)],
)
def test_cases_of_other_centres_do_not_exist(
    record, worked, staff, centre, other_centre, centres, sees_own, sees_other
):
    own, other = record(ROOF), record(ROOF_AGAIN, at=other_centre)
    worked()
    ids = {"own": {centre.pk}, "both": {centre.pk, other_centre.pk}, "none": set()}[centres]
    by = type(staff)(frozenset(ids))

    found = uids(similar(ROOF, by=by))

    assert (own.uid in found, other.uid in found) == (sees_own, sees_other)


def test_an_engine_that_is_behind_shows_nobody_what_is_out_of_scope_now(record, worked, staff, other_centre):
    moved, erased, stays = record(ROOF), record(ROOF), record(ROOF)
    worked()
    Case.objects.filter(pk=moved.pk).update(centre=other_centre)
    Case.objects.filter(pk=erased.pk).delete()

    assert uids(similar(ROOF, by=staff)) == [stays.uid]


def test_the_case_at_hand_is_left_out(cases, staff):
    case = cases["roof"]

    assert case.uid in uids(similar(ROOF, by=staff))
    assert case.uid not in uids(similar(ROOF, by=staff, leave_out=case.uid))


@pytest.mark.parametrize(
    ("codes", "gained"),
    [
        (CodesOfQuery(scam_types=["FAKE_SHOP"]), "scam_type"),
        (CodesOfQuery(product="SHOES"), "product"),
        (CodesOfQuery(sales_method="INTERNET"), "sales_method"),
        (CodesOfQuery(age_band="70_74"), "age_band"),
    ],
)
def test_a_code_in_common_lifts_a_case_above_its_equal_and_is_named(record, worked, staff, codes, gained):
    text = "注文した品が届かない。返金されない。"
    plain = record(text)
    coded = record(text, scam_main="FAKE_SHOP", product="SHOES", sales_method="INTERNET", age=72)
    worked()

    (with_code,) = similar(text, by=staff, codes=codes).hits
    (without,) = similar(text, by=staff).hits

    assert (with_code.uid, with_code.alike, without.uid) == (coded.uid, 1, min(plain.uid, coded.uid))
    assert (gained in with_code.same, gained in without.same) == (True, False)
    assert with_code.score > without.score


def test_a_recent_case_is_above_its_equal_of_years_ago(record, worked, staff, time_machine):
    time_machine.move_to(date(2026, 5, 1), tick=False)
    old, new = record(ROOF, received_on=date(2020, 4, 9)), record(ROOF, received_on=date(2026, 4, 9))
    worked()

    (hit,) = similar(ROOF, by=staff).hits
    assert (hit.uid, "recent" in hit.same) == (new.uid, True)

    (hit,) = similar(ROOF, by=staff, leave_out=new.uid).hits
    assert (hit.uid, "recent" in hit.same) == (old.uid, False)


def test_near_duplicates_are_one_hit_that_says_how_many_there_are(record, worked, staff):
    same = sorted(record(ROOF).uid for _number in range(5))
    other = record(ROOF_AGAIN)
    worked()

    first, second = similar(ROOF, by=staff).hits

    assert (first.uid, first.alike) == (same[0], 4)
    assert (second.uid, second.alike) == (other.uid, 0)
    assert uids(similar(ROOF, by=staff, limit=1)) == [same[0]]


def test_where_the_best_of_near_duplicates_is_gone_the_next_stands_for_the_others(
    record, worked, staff, other_centre
):
    gone, moved, first, _second = sorted((record(ROOF) for _number in range(4)), key=lambda case: case.uid)
    worked()
    Case.objects.filter(pk=gone.pk).delete()
    Case.objects.filter(pk=moved.pk).update(centre=other_centre)

    (hit,) = similar(ROOF, by=staff).hits

    assert (hit.uid, hit.alike) == (first.uid, 1)


def test_the_scam_type_of_the_likest_cases_lifts_its_cases_and_is_named(record, worked, staff, settings):
    text = "見知らぬ番号から電話があり、口座が使われていると言われた。"
    for place in ("駅前", "公園", "職場"):
        record(
            f"{text}{place}で受けた電話で、指示どおりに動いた。{place}の様子を聞かれた。",
            scam_main="FAKE_POLICE",
        )
    alone = record(f"{text}", scam_main="PHISHING")
    worked()

    lifted = {hit.uid: hit for hit in similar(text, by=staff).hits}
    settings.SIMILAR_BOOSTS = "likely_scam=0"
    plain = {hit.uid: hit for hit in similar(text, by=staff).hits}

    gains = {uid: lifted[uid].score / plain[uid].score for uid in plain}
    assert all(gains[uid] > gains[alone.uid] > 1 for uid in gains.keys() - {alone.uid})
    assert {uid for uid, hit in lifted.items() if "likely_scam" in hit.same} == gains.keys() - {alone.uid}


def test_other_words_that_mean_the_same_find_a_case_and_are_shown_as_they_stand_there(record, worked, staff):
    case = record("購入した靴をキャンセルしたい。")
    record("庭の草花の手入れについて。")
    worked()

    (hit,) = similar("解約", by=staff).hits

    assert (hit.uid, hit.shared) == (case.uid, ["キャンセル"])


def test_a_shared_word_is_written_as_it_was_typed(record, worked, staff):
    record("有機フッ素の検査で浄水器を買った。")
    worked()

    (hit,) = similar("フッ素が出たと言われた", by=staff).hits

    assert hit.shared == ["フッ素"]


def test_words_of_an_advice_are_shared_too_whatever_its_length(record, worked, staff):
    told = record("靴を買った。", advice="解約の申し出方を伝えた。")
    long = record("鞄を買った。", advice="品物の写真を残すよう伝えた。" * 12 + "解約の申し出方を伝えた。")
    worked()

    hits = {hit.uid: hit for hit in similar("キャンセルしたい", by=staff).hits}

    assert {uid: hit.shared for uid, hit in hits.items()} == {told.uid: ["解約"], long.uid: ["解約"]}
    assert hits[long.uid].advice == "解約の申し出方を伝えた。"


def test_many_changed_cases_are_counted_no_further_than_is_told(cases, record, staff, monkeypatch):
    monkeypatch.setattr(room, "LAG_COUNTED", 2)
    waits = [similar(ROOF, by=staff).lag]
    for _number in range(3):
        record(ROOF)
        waits.append(similar(ROOF, by=staff).lag)

    assert [(lag.waiting, lag.is_more) for lag in waits] == [(0, False), (1, False), (2, True), (2, True)]


@pytest.mark.parametrize("text", ["", "それはそうすることである。", "〔氏名〕〔電話〕", "zzzzqqqq"])
def test_a_text_that_tells_nothing_finds_nothing_and_leaves_no_entry(cases, staff, text):
    before = AuditEntry.objects.count()

    assert similar(text, by=staff).hits == []
    assert AuditEntry.objects.count() == before


def test_a_text_of_common_words_alone_still_finds(record, worked, staff):
    for number in range(12):
        record(f"契約の相談 {number}")
    worked()

    assert sum(1 + hit.alike for hit in similar("契約", by=staff).hits) >= 10


def test_one_entry_tells_how_many_texts_were_read(cases, staff):
    answer = similar(ROOF, by=staff)

    entry = AuditEntry.objects.get(action="REDACTED_READ")
    assert (entry.count, entry.actor_uid) == (len(answer.hits), staff.uid)


def test_what_search_has_not_seen_yet_is_told(cases, record, staff):
    assert similar(ROOF, by=staff).lag.waiting == 0

    record(ROOF)

    assert similar(ROOF, by=staff).lag.waiting == FeedRow.objects.filter(consumer="search").count() == 1


def test_the_number_of_queries_does_not_grow_with_the_cases(record, worked, staff, django_assert_num_queries):
    places = ["駅", "橋", "坂", "川", "森", "港", "城", "寺", "島", "谷", "丘", "湖"]
    for number, place in enumerate(places):
        record(
            f"{ROOF}{place}の近く、{places[number - 1]}のそば、{places[number - 2]}の前。{place}の{number}番。"
        )
    worked()
    similar(ROOF, by=staff)

    with django_assert_num_queries(11 - builders.ONE_STATEMENT):
        assert len(similar(ROOF, by=staff, limit=10).hits) == 10


def test_names_typed_or_stored_are_neither_shown_nor_counted_as_shared(record, worked, staff):
    record("見本花子が屋根の点検を断った。電話は090-1111-2222。")
    worked()

    hit = similar("見本花子 屋根の点検 090-1111-2222", by=staff).hits[0]

    shown = repr(hit)
    assert "屋根" in hit.shared
    assert not [value for value in ("見本", "花子", "1111") if value in shown]


def test_an_excerpt_is_the_sentences_with_most_in_common_and_never_long(record, worked, staff):
    record("最初の話は天気のことだった。" * 20 + "屋根の瓦を補修した。とても高い。" + "長い話" * 100)
    worked()

    hit = similar(ROOF, by=staff).hits[0]

    assert hit.narrative == "屋根の瓦を補修した。とても高い。"
    record("屋根の瓦" + "と続く言葉" * 60)
    worked()
    assert {len(one.narrative) for one in similar("続く言葉", by=staff).hits} == {room.EXCERPT}


def test_an_unknown_case_to_leave_out_changes_nothing(cases, staff):
    assert uids(similar(ROOF, by=staff, leave_out=uuid.uuid4())) == uids(similar(ROOF, by=staff))


def test_a_case_whose_words_do_not_open_hides_no_other(record, worked, staff):
    whole, broken = record("屋根の点検で高額な契約。"), record("給湯器の点検で高額な契約をし、断れなかった。")
    worked()
    Case.objects.filter(pk=broken.pk).update(narrative_redacted=whole.narrative_redacted)

    assert [hit.uid for hit in similar("屋根の点検で高額な契約", by=staff).hits] == [whole.uid]
