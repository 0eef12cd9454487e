"""法人番号: thirteen digits of which the first watches over the others."""

import pytest

from cases.law import corporate_number


def test_the_first_digit_is_counted_from_the_others():
    """The tax agency's own number, as it is published."""
    assert corporate_number.check_digit("000012050002") == 7


@pytest.mark.parametrize(
    "text", ["7000012050002", "T7000012050002", "7-0000-1205-0002", "７０００ ０１２０ ５０００２"]
)
def test_a_number_is_read_as_people_write_it(text):
    assert corporate_number.read(text) == "7000012050002"


def test_nothing_is_no_number():
    assert corporate_number.read(" ") == ""


@pytest.mark.parametrize(
    "text", ["7000012050003", "1000012050002", "700001205000", "70000120500022", "７番地"]
)
def test_a_number_that_was_heard_wrong_is_refused(text):
    with pytest.raises(corporate_number.NotACorporateNumber) as refusal:
        corporate_number.read(text)

    assert text not in str(refusal.value)


def test_every_single_wrong_digit_is_noticed_but_zero_for_nine():
    """Modulo 9, a 0 heard as 9 (or the other way round) is the one mistake that fits."""
    number = "7000012050002"
    missed = []
    for place in range(1, 13):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number and corporate_number.check_digit(wrong[1:]) == 7:
                missed.append({number[place], digit})

    assert all(pair == {"0", "9"} for pair in missed)
