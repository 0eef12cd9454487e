"""Where each role's day starts, and where its work does."""

import pytest
from django.test import Client
from django.urls import reverse

from consult.shell import roles
from tests import builders


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_starts_at_today_and_may_see_the_page_of_its_work(client: Client, role: str) -> None:
    client.force_login(builders.account(role))

    pages = {name: client.get(reverse(name)).status_code for name in ("today", roles.ROLES[role].home)}

    assert set(pages.values()) == {200}


def test_several_roles_have_several_pages_and_without_a_known_role_one_sees_the_jobs() -> None:
    assert roles.homes_of(["COUNSELLOR", "MANAGER"]) == ["today", "numbers"]
    assert roles.homes_of(["GONE"]) == ["jobs"]
