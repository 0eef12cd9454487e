"""The planner's statistics."""

import pytest
from django.db import connection

from cases.upkeep import refresh_statistics
from tests import builders


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_after_the_upkeep_the_planner_knows_how_cases_are_spread() -> None:
    builders.case()
    refresh_statistics()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'cases_case'")
        assert cursor.fetchone()[0] > 0
