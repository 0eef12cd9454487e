"""An empty installation in a temporary folder, in this process: imported first, before anything of the product."""

import atexit
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.protection.results import RESULTS

_OWN: Final = "MADOGUCHI_MEASURE_FOLDER"
# Kept in the environment: at first set-up, once its signing key is made, the command starts itself again.
_FOLDER: Final = Path(os.environ.get(_OWN) or tempfile.mkdtemp(prefix="madoguchi-measure-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ.pop("DATABASE_URL", None)
if DATABASE := os.environ.get("MADOGUCHI_MEASURE_DATABASE", ""):
    os.environ["DATABASE_URL"] = DATABASE
os.environ |= {
    _OWN: str(_FOLDER),
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DATA_DIR": str(_FOLDER / "data"),
    "KEY_DIR": str(_FOLDER / "data.keys"),
}

import django

django.setup()

from django.core.management import call_command


def prepare() -> None:
    """Migrated, with keys and code sets."""
    call_command("prepare", stdout=sys.stderr)


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def write(name: str, found: dict[str, Any]) -> None:
    """Keep the figures under `benchmarks/results` and print them."""
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False))
