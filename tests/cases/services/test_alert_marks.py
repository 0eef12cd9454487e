"""An alert is met by what a call says: numbers, sites, names and words in whatever spelling."""

import pytest

from cases.services import alert_marks
from cases.services.alert_marks import By

ALERT = alert_marks.of_alert(
    "青空リフォーム株式会社\n0120-111-222\n分電盤の点検",
    "屋根の点検に注意\nfake-roof.example.com に誘導。問合せ 03-1111-2222",
)


def call(words="", **more):
    return alert_marks.of_call(words=words, **{"named": (), "phones": (), "sites": (), **more})


@pytest.mark.parametrize(
    ("said", "met"),
    [
        (call("0120−111−222からかかってきた"), [By.PHONE]),
        (call(phones=["０３(1111)2222"]), [By.PHONE]),
        (call(sites=["https://www.fake-roof.example.com/x"]), [By.SITE]),
        (call("「ぶんでんばんの点検」と言われた"), []),
        (call("分電盤の 点検と言われた"), [By.WORD]),
        (call(named=["(株)青空リフォーム"]), [By.WORD]),
        (call(named=["青空ﾘﾌｫｰﾑ"], phones=["0120111222"]), [By.PHONE, By.WORD]),
        (call("屋根の点検に来た"), []),
        (call(phones=["0120-111-223"], named=["青空"]), []),
        (call(), []),
    ],
)
def test_a_call_meets_an_alert_by_what_they_have_in_common(said, met):
    assert alert_marks.common(ALERT, said) == met


@pytest.mark.parametrize(
    ("line", "is_told"), [("点検", False), ("点検商", True), ("03-1111-2222", True), ("a.example.jp", True)]
)
def test_a_mark_is_a_number_a_site_or_three_letters(line, is_told):
    assert alert_marks.is_told_apart(line) is is_told


def test_nothing_of_a_call_stands_in_its_representation():
    assert "山田" not in repr(call("山田さん", named=["山田商店"]))
