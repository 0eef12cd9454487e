"""A manager of the measured centre in a browser without a network."""

from collections.abc import Callable

from django.test import Client

from cases.records.centre import Centre
from consult.shell.accounts import Account


def manager_of(centre: Centre) -> Client:
    """In a process that began as one of the server does."""
    import config.wsgi  # noqa: F401 - loads every address and freezes what is there

    account, _is_new = Account.objects.get_or_create(
        username="manager", defaults={"display_name": "管理者", "centre": centre, "role_codes": ["MANAGER"]}
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    return client


def looking(client: Client, url: str) -> Callable[[], None]:
    """Raises RuntimeError where the page does not answer."""

    def look() -> None:
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")

    return look
