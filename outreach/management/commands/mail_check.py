"""`manage.py mail_check`: whether the relay and the mailbox of the settings answer and let us in. Sends nothing."""

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cases.errors import CasesError
from outreach.delivery import mailbox, relay


def _relay() -> None:
    line = relay.Relay()
    line.connect()
    line.quit()


def _mailbox() -> None:
    with mailbox.opened():
        pass


class Command(BaseCommand):
    help = _("メールの送信と受信のサーバーに、設定どおりつながるかを試します。何も送りません。")
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = {
            "smtp": self.tried(_relay) if relay.is_set() else None,
            "imap": self.tried(_mailbox) if mailbox.is_set() else None,
        }
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        if any(found.values()):
            raise SystemExit(1)

    def tried(self, act: Callable[[], None]) -> str:
        """Why it could not be done; empty where it could."""
        try:
            act()
        except CasesError as refusal:
            return str(refusal)
        return ""
