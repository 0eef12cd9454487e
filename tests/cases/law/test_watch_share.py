"""見守り: without a ground that holds, nothing goes."""

from datetime import date

import pytest

from cases.law.watch_share import Basis, faults

ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("basis", "wrong"),
    [
        (Basis(ground="CONSENT", consent_how="ORAL", consent_on=ON), set()),
        (Basis(ground="COUNCIL", is_council=True), set()),
        (Basis(ground="EXCEPTION", reason="本人の利益になることが明らか"), set()),
        (Basis(ground=""), {"ground"}),
        (Basis(ground="BECAUSE"), {"ground"}),
        (Basis(ground="CONSENT"), {"consent_how", "consent_on"}),
        (Basis(ground="CONSENT", consent_how="ORAL", consent_on=date(2026, 11, 21)), {"consent_on"}),
        (Basis(ground="COUNCIL"), {"is_council"}),
        (Basis(ground="EXCEPTION", reason="  "), {"reason"}),
        (Basis(ground="LAW"), {"reason"}),
    ],
)
def test_a_ground_holds_or_says_what_is_wrong(basis, wrong):
    assert {field for field, _reason in faults(basis, on=ON)} == wrong


@pytest.mark.parametrize(
    ("basis", "on", "holds"),
    [
        (Basis(ground="COUNCIL", is_council=True), date(2016, 3, 31), False),
        (Basis(ground="COUNCIL", is_council=True), date(2016, 4, 1), True),
        (Basis(ground="LAW", reason="法令"), date(2023, 3, 31), False),
        (Basis(ground="LAW", reason="法令"), date(2023, 4, 1), True),
    ],
)
def test_a_ground_holds_from_the_day_of_its_law(basis, on, holds):
    assert (not list(faults(basis, on=on))) is holds
