"""Yen beside counts: printed where nobody stands out, judged with everything printed of them before, kept by nobody."""

from datetime import date

import numpy as np
import pytest

from cases.figures import erasure
from cases.figures.releases import reading, yen
from cases.figures.releases.asking import NotReleasable
from cases.figures.releases.models import ReleasedTable
from cases.figures.releases.reading import Of
from cases.services import releases
from tests.cases.services.releases.conftest import work

HIDDEN = reading.HIDDEN_MARK
HUGE = 90_000_000


def by_kind(tables):
    """What stands in the one column of each part of a table of yen."""
    return {table.of: [row[-1].text for row in table.flat] for table in tables}


@pytest.fixture
def paid(state):
    """Twelve amounts each of three kinds of cases, one of which is huge, and more that nobody knows."""
    made = []
    for scam in ("INSPECTION", "PHISHING", "ROMANCE"):
        for at in range(12):
            made += state(
                scam=scam, contract_yen=100_400 + 10_000 * at, party_sex="MALE" if at % 2 else "FEMALE"
            )
    state(scam="ROMANCE", contract_yen=HUGE, party_sex="FEMALE")
    state(5, scam="PHISHING", contract_yen=None)
    return made


@pytest.fixture
def of_yen(asked):
    """A question about contracted yen."""
    return lambda *by, **more: asked(*by, measure="contract_yen", **more)


def test_sums_means_and_medians_are_printed_but_for_one_huge_amount_and_what_would_give_it_away(
    paid, of_yen, judged
):
    release = judged(of_yen("scam_main"))

    printed, seen, told = (
        by_kind(tables)
        for tables in (reading.preview(release), reading.staff(release), reading.attacker(release, "public"))
    )

    assert printed[Of.COUNT] == ["12", "12", "13", "37"]
    assert (
        sorted(printed[Of.SUM]) == sorted(["1,860", "1,860", HIDDEN, HIDDEN]) or printed[Of.SUM][2] == HIDDEN
    )
    assert seen[Of.SUM] == ["1,860", "1,860", "91,860", "95,580"]
    assert seen[Of.MEDIAN][:2] == ["160", "160"]
    for at, text in enumerate(printed[Of.SUM]):
        assert printed[Of.MEAN][at] == (HIDDEN if text == HIDDEN else seen[Of.MEAN][at])
        assert (text == HIDDEN) == (told[Of.SUM][at] != text)
    (table,) = [table for table in reading.preview(release) if table.of == Of.SUM]
    assert table.flat[2][0].why == "1人か2人の金額が分かるため"
    assert "1人か2人" in " ".join(cell.why for row in table.flat for cell in row if cell.is_hidden)


def test_no_hidden_amount_is_kept_anywhere(paid, of_yen, published):
    published(of_yen("scam_main"))

    kept = ReleasedTable.objects.get().content

    assert str(HUGE) not in kept
    assert "91860" not in kept
    assert "95580" not in kept


def test_a_later_table_does_not_give_away_what_an_earlier_one_hides(state, of_yen, published, judged):
    """All but one kind: taken from the total that is out, it is the one large amount of that kind, nearly."""
    for sex in ("FEMALE", "MALE"):
        for at in range(12):
            state(contract_yen=100_400 + 10_000 * at, party_sex=sex)
            state(scam="ROMANCE", contract_yen=9_000, party_sex=sex)
    state(scam="ROMANCE", contract_yen=2_900_000)
    without = of_yen("sex", filters={"scam_main": ["INSPECTION"]})
    alone = by_kind(reading.preview(judged(without)))

    first = by_kind(reading.tables(published(of_yen("sex"))))
    beside = by_kind(reading.preview(judged(without)))

    assert first[Of.SUM] == ["4,868", "1,968", "6,836"]
    assert alone[Of.SUM] == ["1,860", "1,860", "3,720"]
    assert (beside[Of.SUM], beside[Of.COUNT]) == ([HIDDEN, "1,860", HIDDEN], alone[Of.COUNT])


def test_a_count_that_is_not_printed_hides_its_sum(paid, state, of_yen, judged):
    state(4, scam="FAKE_SHOP", contract_yen=50_000)

    release = judged(of_yen("scam_main"))

    counts, sums = (table for table in reading.preview(release) if table.of in (Of.COUNT, Of.SUM))
    at = [row.code for row in counts.rows].index("FAKE_SHOP")
    assert counts.flat[at][0].text == sums.flat[at][0].text == HIDDEN
    assert sums.flat[at][0].why == "件数を公表しないため"


def test_once_a_case_is_erased_nothing_more_is_said_of_its_days_and_what_is_out_stays(
    paid, of_yen, published, judged
):
    first = published(of_yen("scam_main"))
    before = by_kind(reading.tables(first))
    erasure.forget(paid[0].uid)

    later = judged(of_yen("scam_main"))

    assert by_kind(reading.tables(first)) == before
    assert "消去した相談の金額は残っていない" in "".join(table.withheld for table in reading.preview(later))


def test_late_typing_moves_nothing_and_a_correction_does_not_tell_by_how_much(
    paid, state, of_yen, published, judged, manager
):
    first = published(of_yen("scam_main"))
    state(scam="INSPECTION", contract_yen=777_000)

    later = judged(of_yen("scam_main"))
    corrected = work(releases.correct(first.uid, notice="入力の遅れ", by=manager))

    assert by_kind(reading.preview(later)) == by_kind(reading.tables(first))
    counts, sums = reading.preview(corrected)
    assert counts.flat[-1][-1].text == "38"
    assert "金額が、数え直しで変わります" in sums.withheld


def test_counts_beside_yen_are_not_rounded(paid, of_yen, judged, manager):
    with pytest.raises(NotReleasable, match="丸められません"):
        judged(of_yen("scam_main"), form="ROUND_10")
    release = judged(of_yen("scam_main"), kind="BULLETIN")  # its usual form is rounded
    assert release.form == "EXACT"
    with pytest.raises(NotReleasable, match="丸められません"):
        releases.revise(release.uid, form="ROUND_5", by=manager)


@pytest.mark.parametrize(
    ("amounts", "told"),
    [([1] * 9, None), ([5] * 10, 5), ([*[100] * 5, *[149] * 5], 120), ([*[1] * 5, *[98_765] * 6], 99_000)],
)
def test_a_median_is_of_ten_at_least_and_has_two_digits(amounts, told):
    assert yen.median(sorted(amounts)) == told


def test_a_year_of_money_tables_tells_nobody_what_somebody_paid(state, of_yen, published, monkeypatch):
    """Months, sums of them and other cuts; asked of every ledger that the gate decided over."""
    from benchmarks.gate.paid import exposed
    from cases.gate import money
    from cases.gate.ledger import Audience

    dice = np.random.default_rng(5)
    for month in (4, 5, 6):
        for _case in range(40):
            state(
                day=date(2026, month, int(dice.integers(1, 28))),
                scam=("INSPECTION", "PHISHING", "ROMANCE")[dice.choice(3, p=(0.6, 0.3, 0.1))],
                party_sex=("FEMALE", "MALE")[dice.choice(2)],
                contract_yen=int(np.exp(dice.normal(12, 1.7))),
            )
    judged_over = []
    decide = money.released_sums

    def kept(sums, *given, **more):
        released = decide(sums, *given, **more)
        judged_over.append(money.Sums(released.ledger, sums.amounts))
        return released

    monkeypatch.setattr(money, "released_sums", kept)
    for asked in (
        of_yen("scam_main", "sex", first=4, end=5),
        of_yen("scam_main", "sex", first=5, end=6),
        of_yen("scam_main", first=4, end=7),
        of_yen("age_band", "sex", first=4, end=7),
    ):
        published(asked)

    assert len(judged_over) == 4
    for sums in judged_over:
        assert [of for reader in Audience for of in exposed(sums, reader)] == []
