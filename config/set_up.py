"""What must stand before any process serves: folders, keys, tables."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from cases.protection import keys
from cases.protection.audit import beginning
from config import checks


def make_data_folder() -> Path:
    """DATA_DIR, made for this account alone."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def make_keys() -> None:
    """Make the keys that are missing, unless this machine could not work with them. Safe to call again.

    The very first call starts this process anew, because the settings read the signing key when they load.
    Raises CommandError where a check fails, such as data without their keys: new keys would not open them.
    """
    errors = [found for found in checks.of_this_machine() if found.is_serious()]
    if errors:
        raise CommandError("\n".join(f"{error.msg}\n{error.hint}" for error in errors))
    is_first = not (Path(settings.KEY_DIR) / "signing.key").exists()
    keys.prepare()
    if is_first and not _can_sign():
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very command again


def bring_tables_up_to_date() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    beginning.begin()


def _can_sign() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return False
