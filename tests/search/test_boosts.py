"""The weights of what a similar case has in common beside its words, and the setting for them."""

import uuid
from datetime import date

import pytest
from django.core.checks import run_checks

from search import boosts
from search.backends.base import Document
from search.boosts import BOOSTS, BoostsRefused, CodesOfQuery, Weighing, likely

TODAY = date(2026, 4, 9)


def case(scam="", received_on=date(2020, 1, 1), **codes):
    return Document(uuid.UUID(int=1), 1, 1, received_on, b"", (scam,) if scam else (), **codes)


def test_what_the_setting_names_changes_and_the_rest_stays():
    assert boosts.read("") == BOOSTS
    assert boosts.read(" scam_type = 0.2 , recent=0,") == BOOSTS | {"scam_type": 0.2, "recent": 0}


@pytest.mark.parametrize("text", ["scam=0.1", "scam_type", "scam_type=much", "scam_type=-0.1", "scam_type=0.51",
                                  "recent=0.1,recent=0.2", "recent=nan", "0.3"])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words_by_the_check(settings, text):
    settings.SIMILAR_BOOSTS = text

    with pytest.raises(BoostsRefused):
        boosts.in_use()
    (error,) = run_checks(tags=["search"])
    assert error.id == "madoguchi.E008"
    assert text.split(",")[-1].strip() in error.msg


def test_a_setting_that_can_be_read_passes_the_check(settings):
    settings.SIMILAR_BOOSTS = "product=0.5"

    assert run_checks(tags=["search"]) == []


def test_the_part_of_each_scam_type_among_the_likest_counts_by_score():
    scored = [(case("A"), 3.0), (case("B"), 1.0), (case(""), 9.0), *[(case("A"), 0.0)] * 30, (case("C"), 9.0)]

    assert likely(scored) == {"A": 0.75, "B": 0.25}
    assert likely([]) == likely([(case("A"), 0.0)]) == {}


@pytest.mark.parametrize(
    ("document", "names", "factor"),
    [
        (case("A"), ("scam_type", "likely_scam"), 1 + 0.15 + 0.5 * 0.75),
        (case("B"), (), 1 + 0.5 * 0.25),
        (
            case("C", product="P", sales_method="S", age_band="70_74"),
            ("product", "sales_method", "age_band"),
            1.16,
        ),
        (case("C", received_on=date(2025, 4, 10)), ("recent",), 1.04),
        (case("C", received_on=date(2025, 4, 9)), (), 1.0),
        (case(), (), 1.0),
    ],
)
def test_a_case_gains_by_what_it_has_in_common_and_says_so(document, names, factor):
    codes = CodesOfQuery(scam_types=["A"], product="P", sales_method="S", age_band="70_74")

    gain = Weighing(codes, {"A": 0.75, "B": 0.25}, TODAY, BOOSTS).gain(document)

    assert gain.names == names
    assert gain.factor == pytest.approx(factor)


def test_a_weight_of_nothing_names_nothing():
    weights = boosts.read(",".join(f"{name}=0" for name in BOOSTS))

    weighing = Weighing(CodesOfQuery(scam_types=["A"]), {"A": 1.0}, TODAY, weights)
    gain = weighing.gain(case("A", received_on=TODAY))

    assert (gain.factor, gain.names) == (1.0, ())
