"""Signing in: what is refused is in the log, with the account that was tried where there is one."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry
from tests import builders


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_a_refused_sign_in_names_the_account_that_was_tried_and_keeps_what_was_typed_out(
    client: Client, is_known: bool
) -> None:
    account = builders.account(username="soudan")

    answer = client.post(
        reverse("sign-in"), {"username": "soudan" if is_known else "nobody here", "password": "wrong secret"}
    )

    assert answer.status_code == 422
    entry = AuditEntry.objects.get(action="SIGN_IN_REFUSED")
    assert (entry.actor_uid == account.uid) is is_known
    assert not any(word in str(vars(entry)) for word in ("nobody here", "wrong secret"))
