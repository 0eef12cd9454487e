"""What the commands about keys share: their arguments and exit codes (0 done, 1 fault, 2 usage, 3 partly done)."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection.keys.kek import WRAPPING
from cases.records.centre import Centre

USAGE: Final = 2
PARTLY: Final = 3


def add_cohort_arguments(parser: CommandParser) -> None:
    parser.add_argument("--centre", default="", help=_("センターコード。なければすべて"))
    parser.add_argument("--cohort", type=int, help=_("年度(例: 2026)。なければすべて"))
    parser.add_argument("--domain", choices=WRAPPING, default="", help=_("鍵の用途。なければすべて"))


def centre_uid(code: str) -> UUID | None:
    """The uid of the centre with this code; None for no code. Raises CommandError."""
    if not code:
        return None
    found = Centre.objects.filter(code=code).values_list("uid", flat=True).first()
    if found is None:
        known = ", ".join(Centre.objects.order_by("code").values_list("code", flat=True)) or "-"
        raise CommandError(
            _("センターコード %(code)s はありません。あるもの: %(known)s") % {"code": code, "known": known},
            returncode=USAGE,
        )
    return found


def positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise ArgumentTypeError(_("1以上の整数で指定してください。"))
    return int(text)


@contextmanager
def faults_in_words() -> Iterator[None]:
    """An error of the product, and one of the disk, as a line on the error stream."""
    try:
        yield
    except CasesError as refusal:
        raise CommandError(str(refusal)) from None
    except OSError as failure:
        raise CommandError(f"{failure.filename}: {failure.strerror}") from None


def by_or_usage(options: dict[str, Any]) -> str:
    """The name of whoever runs the command, which the records keep."""
    name = str(options["by"] or "").strip()
    if not name:
        raise CommandError(_("--by に、行う人の名前を指定してください。"), returncode=USAGE)
    return name


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - for whoever runs the command
