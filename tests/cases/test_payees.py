"""Two callers tell one account in different ways."""

import pytest

from cases import payees
from cases.payees import read


@pytest.mark.parametrize(
    ("institution", "account"),
    [
        ("みどり銀行 北町支店", "普通 1234567"),
        ("みどり銀行北町支店", "1234567"),
        ("みどり 北町", "１２３４５６７"),
        ("ミドリ銀行　北町支店", "普通預金(1234567)"),
    ],
)
def test_one_account_is_one_however_it_is_told(institution, account):
    told = read("BANK", institution, account)

    assert told is not None
    assert told.is_surely(read("BANK", "みどり銀行 北町支店", "1234567"))


@pytest.mark.parametrize(
    ("institution", "account"),
    [
        ("ゆうちょ銀行", "記号12340 番号12345671"),
        ("ゆうちょ", "12340-12345671"),
        ("郵便局", "１２３４０ー１２３４５６７１"),
        ("ゆうちょ銀行 二三八店", "普通 1234567"),
        ("ゆうちょ銀行 238", "1234567"),
        ("", "記号12340 番号12345671"),
    ],
)
def test_a_post_bank_account_by_symbol_is_the_one_by_branch(institution, account):
    """The branch is digits 2 and 3 of the 記号 and an 8; the last digit of the 番号 falls away (ゆうちょ銀行)."""
    told = read("BANK", institution, account)

    assert (told.bank, told.branch, told.number) == (payees.YUCHO, "238", "1234567")


def test_a_transfer_account_of_the_post_bank_keeps_its_last_digit():
    told = read("BANK", "ゆうちょ", "00160-7-123456")

    assert (told.branch, told.number) == ("019", "0123456")


def test_a_part_that_was_not_told_leaves_it_open_and_another_bank_decides():
    whole = read("BANK", "みどり銀行 北町支店", "1234567")

    assert read("BANK", "", "1234567").may_be(whole)
    assert not read("BANK", "", "1234567").is_surely(whole)
    assert read("BANK", "みどり銀行 012", "1234567").may_be(
        whole
    )  # a code against a name: nothing speaks against it
    assert not read("BANK", "あおい銀行 北町支店", "1234567").may_be(whole)
    assert not read("BANK", "みどり銀行 南町支店", "1234567").may_be(whole)
    assert not read("BANK", "みどり銀行 北町支店", "1234568").may_be(whole)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0xAbCdEf0123456789aBcDeF0123456789abcdef01", "0xabcdef0123456789abcdef0123456789abcdef01", True),
        ("bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", True),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1boatslrhtknngkdxeeobr76b53lettpyt", False),
        ("BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", True),
    ],
)
def test_crypto_addresses_heed_capitals_only_where_they_count(one, other, same):
    assert (read("CRYPTO", "", one) == read("CRYPTO", "", other)) is same


def test_numbers_of_e_money_are_read_without_dashes():
    assert read("EMONEY", "", "ABCD-1234 efgh") == read("EMONEY", "", "abcd1234EFGH")


@pytest.mark.parametrize(
    ("kind", "institution", "account"),
    [
        ("BANK", "みどり銀行", ""),
        ("BANK", "みどり銀行", "12"),
        ("BANK", "みどり銀行", "123456789012"),
        ("CRYPTO", "", "みどり"),
        ("EMONEY", "", "12-3"),
        ("BANK", "み" * 500, "1234567"),
    ],
)
def test_without_a_number_there_is_nothing_to_look_for(kind, institution, account):
    assert read(kind, institution, account) is None


def test_a_payee_prints_nothing():
    assert "1234567" not in repr(read("BANK", "みどり銀行", "1234567"))
