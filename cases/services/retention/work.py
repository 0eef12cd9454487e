"""What the worker does for retention: batches, clean files after erasures, and the look whether a receipt is due."""

from typing import Final

from cases.backup.erased import register_eraser
from cases.jobs import every
from cases.services.retention import disposal, erasure, receipts, storage

_CLEAN_SECONDS: Final = 30.0
_SETTLE_SECONDS: Final = 3600.0


def register() -> None:
    """Called once, when the apps are ready."""
    disposal.register()
    register_eraser(erasure.erase_again)
    every(_CLEAN_SECONDS, "retention.clean", wanted=storage.is_wanted)(storage.clean_after_erasures)
    every(_SETTLE_SECONDS, "retention.settle", wanted=receipts.is_wanted)(settle)


def settle() -> None:
    receipts.settle()
