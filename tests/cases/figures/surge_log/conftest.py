"""A centre with years of weeks behind it, stated as facts alone."""

from datetime import date, timedelta

import numpy as np
import pytest

from cases.figures import facts
from cases.models import SurgeSettings

TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def history(make_case):
    """Cases of one 手口: so many in each week, the last one ending on the day."""

    def make(scam, weekly, *, ends=TODAY, **given):
        facts.record(
            (make_case(received_on=ends - timedelta(weeks=ago, days=n % 4), **given), scam, [])
            for ago, count in enumerate(reversed(weekly))
            for n in range(int(count))
        )

    return make


@pytest.fixture
def busy(history, centre):
    """Three years of support scams, three a week, until eight weeks after the day: nothing of them ever alarms.

    The centre says that it is not small, so that few cases do for the tests.
    """
    SurgeSettings.objects.create(
        centre=centre, false_share_percent=20, fewest_week=3, fewest_four=4, small_centre=0
    )
    rng = np.random.default_rng(3)
    history(
        "SUPPORT_SCAM",
        rng.poisson(3, 3 * 52 + 8),
        ends=TODAY + timedelta(weeks=8),
        party_age=50,
        party_area="A02",
    )
    history(
        "INSPECTION",
        rng.poisson(1, 3 * 52 - 1),
        ends=TODAY - timedelta(weeks=1),
        party_age=78,
        party_area="A01",
    )
    return centre
