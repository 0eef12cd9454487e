"""`manage.py demo_data`: a made-up centre with its people, cases, 経過 and what the other apps show."""

import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.demo import loading, parts
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Centre
from consult.shell import accounts
from consult.shell.accounts import Account
from outreach.programme.examples import load_examples

MOST: Final = 5_000_000
SAY_EVERY_SECONDS: Final = 5.0
FURTHER_COUNSELLORS: Final = (("soudan2", _("窓口 次郎")), ("soudan3", _("窓口 三枝")))


class Command(BaseCommand):
    help = _("架空のセンターにデモの相談を入れます。同じ --seed なら、もう一度実行しても増えません。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=_count, default=5000, help=_("相談の件数"))
        parser.add_argument("--seed", type=_count, default=1, help=_("同じ数なら同じデータ"))

    def handle(self, *args: Any, **options: Any) -> None:
        if Case.objects.filter(is_made_up=False).exists():
            raise CommandError(_("実際の相談があるデータベースには、デモデータを入れられません。"))
        started, today = time.monotonic(), calendar.today()
        self._say(_("架空のセンターを用意しています…"))
        centre = loading.make_centre()
        counsellors = _counsellors(centre)
        with loading.hurried(), _progress(options["cases"]) as told:
            made = loading.load(
                centre, counsellors, count=options["cases"], seed=options["seed"], today=today, told=told
            )
            loading.add_follow_ups(centre, counsellors, seed=options["seed"], today=today)
            parts.load(centre, by=counsellors[0], today=today)
            load_examples()
        seconds = time.monotonic() - started
        self._say(
            _("%(made)s件の相談を入れました(%(seconds).1f秒、1秒に%(rate).0f件)。")
            % {"made": f"{made:,}", "seconds": seconds, "rate": made / seconds}
        )

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST:
        raise ArgumentTypeError(_("0から%(most)sまでの整数で指定してください。") % {"most": f"{MOST:,}"})
    return int(text)


def _counsellors(centre: Centre) -> list[Account]:
    """The demo accounts of all roles, and two more counsellors so that lists differ."""
    accounts.make_demo_accounts(centre)
    for username, name in FURTHER_COUNSELLORS:
        if not Account.objects.filter(username=username).exists():
            Account.objects.create_account(
                username, accounts.DEMO_PASSWORD, centre=centre, role_codes=["COUNSELLOR"], display_name=name
            )
    found = Account.objects.filter(centre=centre).order_by("pk")
    return [account for account in found if "COUNSELLOR" in account.role_codes]


@contextmanager
def _progress(cases: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, a line every five seconds elsewhere; both on the error stream."""
    if sys.stderr.isatty():
        with tqdm(total=cases, unit=_("件"), file=sys.stderr) as bar:
            yield lambda done: bar.update(done - bar.n)
        return
    said = 0.0

    def say(done: int) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_EVERY_SECONDS:
            said = time.monotonic()
            print(f"{done:,} / {cases:,}", file=sys.stderr, flush=True)  # noqa: T201 - for whoever watches

    yield say
