"""Two letters in kanji, kana or Latin find a trader, and say how many of our cases there are: counts, no names."""

import pytest
from django.utils import timezone

from cases.law import calendar
from cases.services import followup
from cases.services.card_entry import TraderEntry
from cases.services.traders import finding, merging
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=True)


@pytest.fixture
def some(trader):
    trader("株式会社ミドリ住設", kana="ミドリジュウセツ", aliases=("グリーンホーム",))
    trader("東京ガス点検センター", kana="トウキョウガステンケンセンター")
    trader("ABC Trading Co., Ltd.", kana="エービーシートレーディング")
    trader("髙橋工務店", kana="タカハシコウムテン")


def names_found(text, by):
    return [found.trader.name for found in finding.find(text, by=by)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ミド", "株式会社ミドリ住設"),
        ("みど", "株式会社ミドリ住設"),
        ("ﾐﾄﾞ", "株式会社ミドリ住設"),
        ("mi", "株式会社ミドリ住設"),
        ("住設", "株式会社ミドリ住設"),
        ("リ住", "株式会社ミドリ住設"),
        ("(株)ミドリ住設", "株式会社ミドリ住設"),
        ("グリ", "株式会社ミドリ住設"),
        ("gu", "株式会社ミドリ住設"),
        ("東京", "東京ガス点検センター"),
        ("to", "東京ガス点検センター"),
        ("tokyo", "東京ガス点検センター"),
        ("点検", "東京ガス点検センター"),
        ("とうきょうがすてんけん", "東京ガス点検センター"),
        ("ab", "ABC Trading Co., Ltd."),
        ("ＴＲ", "ABC Trading Co., Ltd."),
        ("高橋", "髙橋工務店"),
        ("ta", "髙橋工務店"),
    ],
)
def test_a_trader_is_found_by_two_letters_of_any_kind(counsellor, some, text, name):
    assert name in names_found(text, counsellor)


@pytest.mark.parametrize("text", ["ミ", "ぬま", "とうきょうがすてんけんじょ", "zz", "9999999999999"])
def test_what_no_name_holds_finds_nothing(counsellor, some, text):
    assert names_found(text, counsellor) == []


def test_the_start_of_a_name_comes_before_a_part_and_a_part_before_the_inside(counsellor, trader):
    trader("新光電機")
    trader("アオイ 光電")
    trader("光電社")

    assert names_found("光電", counsellor) == ["光電社", "アオイ 光電", "新光電機"]


def test_the_name_that_was_met_is_told_where_it_is_another(counsellor, some):
    [found] = finding.find("グリーン", by=counsellor)

    assert (found.trader.name, found.met) == ("株式会社ミドリ住設", "グリーンホーム")


def case_with(by, *traders, **more):
    named = tuple(TraderEntry(name=one.name, trader_uid=one.uid) for one in traders)
    return builders.case(by=by, traders=named, **more)


def test_our_cases_are_counted_in_twelve_months_and_those_still_open_however_old(
    counsellor, elsewhere, trader
):
    one, other = trader("ミドリ住設"), trader("ミドリホーム")
    colleague = builders.account(at=counsellor.centre)
    merging.merge(one.uid, merged_uid=other.uid, by=counsellor)
    case_with(counsellor, one, other)
    case_with(colleague, other)
    closed = case_with(colleague, one)
    followup.close_case(closed.uid, outcome="ADVICE", closed_on=calendar.today(), by=colleague)
    case_with(counsellor, one, received_at=timezone.make_aware(timezone.datetime(2025, 11, 20, 10, 0)))
    case_with(elsewhere, one)
    long_ago = case_with(
        counsellor, one, received_at=timezone.make_aware(timezone.datetime(2025, 11, 21, 10, 0))
    )
    followup.close_case(long_ago.uid, outcome="ADVICE", closed_on=calendar.today(), by=counsellor)

    [found] = finding.find("ミドリ", by=counsellor)

    assert found.standing == finding.Standing(cases=3, open=3, open_elsewhere=1)
    assert finding.cases_of(one, by=counsellor).count() == 5


def test_of_equal_places_the_one_with_more_of_our_cases_comes_first(counsellor, trader):
    trader("ミドリ一号")
    common = trader("ミドリ二号")
    case_with(counsellor, common)

    assert names_found("ミドリ", counsellor)[0] == "ミドリ二号"


@pytest.mark.parametrize("text", ["ミドリ", "mi", "みどりじゅうせつこうぎょう", "03-1234-5678"])
def test_finding_asks_the_database_a_fixed_number_of_times(
    counsellor, trader, text, django_assert_max_num_queries
):
    for number in range(30):
        trader(f"ミドリ住設工業{number}", kana="ミドリジュウセツコウギョウ", phones=("03-1234-5678",))

    with django_assert_max_num_queries(10):
        assert len(finding.find(text, by=counsellor)) == finding.SHOWN
