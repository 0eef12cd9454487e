"""Where each role's day starts."""

import pytest
from django.test import Client
from django.urls import reverse

from consult.shell import roles
from tests import builders


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_starts_at_a_page_that_it_may_see(client: Client, role: str) -> None:
    client.force_login(builders.account(role))

    response = client.get(reverse("today"), follow=True)

    assert response.status_code == 200
    assert response.request["PATH_INFO"] == reverse(roles.ROLES[role].home)


def test_without_a_known_role_one_sees_the_jobs() -> None:
    assert roles.home_of(["GONE"]) == "jobs"
