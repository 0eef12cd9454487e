"""口座凍結・警察: the calls in the order of minutes."""

import pytest

from cases.law.transfers import calls


@pytest.mark.parametrize(
    ("kinds", "going_on", "numbers", "first"),
    [
        ([], False, ["", "#9110"], "銀行"),
        (["BANK"], True, ["110", "", "#9110"], "警察(緊急)"),
        (["CRYPTO"], False, ["", "#9110"], "交換業者"),
        (["EMONEY", "BANK", "BANK"], False, ["", "", "#9110"], "銀行"),
        (["OTHER"], False, ["", "#9110"], "銀行"),
        (["CARD"], False, ["", "#9110"], "カード会社"),
    ],
)
def test_whom_to_call_and_in_which_order(kinds, going_on, numbers, first):
    found = calls(kinds, is_going_on=going_on)

    assert [call.number for call in found] == numbers
    assert first in found[0].whom
    assert all(call.say for call in found)
