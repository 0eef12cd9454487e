"""Finding by plain words."""

from datetime import date

import pytest

from search.backends.base import Facet, Filters, Order
from search.errors import SearchRebuilding
from search.words import count_by, find

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(record, worked):
    made = {
        "roof": record("屋根の無料点検で契約した。解約を希望。", received_on=date(2026, 4, 1)),
        "water": record("浄水器の訪問販売で契約した。返金を希望。", received_on=date(2026, 4, 2)),
        "gym": record("スポーツジムの解約を断られた。自動更新の説明がない。", received_on=date(2026, 4, 3)),
    }
    worked()
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("契約", ["water", "roof"]),
        ("解約", ["gym", "roof"]),
        ("契約 解約", ["roof"]),
        ("契約　解約", ["roof"]),
        ("契約 -解約", ["water"]),
        ("契約 －解約", ["water"]),
        ('"解約を希望"', ["roof"]),
        ("“解約 希望”", ["roof"]),
        ('契約 -"返金を希望"', ["roof"]),
        ("更新", ["gym"]),
        ("点検商法", ["roof"]),
        ("訪販", ["water"]),
        ("ｽﾎﾟｰﾂｼﾞﾑ", ["gym"]),
        ("契約した", ["water", "roof"]),
        ("の 契約", ["water", "roof"]),
        ("無料", ["roof"]),
        ("存在しない言葉", []),
        ("屋根 浄水器", []),
        ("-契約", []),
        ("", []),
        ('"', []),
        ('"" OR * NEAR(契約', []),
    ],
)
def test_words_find_cases_newest_first(cases, staff, query, expected):
    found = find(query, by=staff)

    assert found.uids == [cases[name].uid for name in expected]
    assert (found.total, found.is_more) == (len(expected), False)


def test_parts_that_tell_nothing_are_named(cases, staff):
    assert find("の 契約", by=staff).ignored == ["の"]
    assert find("する", by=staff).ignored == ["する"]


def test_another_centre_is_neither_found_nor_counted(cases, record, worked, staff, centre, other_centre):
    record("浄水器の契約", at=other_centre)
    worked()
    theirs = type(staff)(frozenset({other_centre.pk}))

    assert (find("契約", by=staff).total, find("契約", by=theirs).total) == (2, 1)
    assert count_by(Facet.SCAM, "契約", by=theirs) == {"INSPECTION": 1}
    widened = Filters(centres=[centre.pk, other_centre.pk])
    assert find("契約", by=theirs, filters=widened).total == 1
    assert find("契約", by=theirs, filters=Filters(centres=[centre.pk])).total == 0


def test_filters_limits_and_pages(cases, staff):
    since = Filters(received_from=date(2026, 4, 2))

    assert find("契約", by=staff, filters=since).uids == [cases["water"].uid]
    assert find("契約", by=staff, limit=1, offset=1).uids == [cases["roof"].uid]
    assert find("契約", by=staff, limit=1).total == 2


def test_best_order_puts_the_case_that_says_it_more_first(record, worked, staff):
    once = record("契約の相談。" + "給湯器の点検に来た。" * 5, received_on=date(2026, 4, 3))
    often = record("契約、契約、契約。", received_on=date(2026, 4, 1))
    worked()

    assert find("契約", by=staff, order=Order.BEST).uids == [often.uid, once.uid]
    assert find("契約", by=staff, order=Order.NEWEST).uids == [once.uid, often.uid]


def test_counts_without_words_count_all(cases, staff):
    assert count_by(Facet.SCAM, by=staff) == {"INSPECTION": 3}
    assert count_by(Facet.SCAM, "する", by=staff) == {}


def test_finding_nothing_differs_from_not_being_able_to_look(cases, staff, search_file):
    assert find("存在しない言葉", by=staff).total == 0
    search_file.unlink()

    with pytest.raises(SearchRebuilding) as refused:
        find("存在しない言葉", by=staff)

    assert (refused.value.code, refused.value.status) == ("search_rebuilding", 503)
