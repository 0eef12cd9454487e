"""A mail server on the loopback, in a thread, that settings name as the relay."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.mail.server import Server

SENDER = "mimamori@city.example.jp"


@contextmanager
def relay_in(folder: Path, settings: Any) -> Iterator[Server]:
    """Without TLS and without a limit of speed; `settings` is the fixture that puts things back."""
    with Server(0, folder) as made:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS = (
            "127.0.0.1",
            made.server_address[1],
            "none",
        )
        settings.SMTP_USER, settings.SMTP_SECONDS = "", 5
        settings.MAIL_FROM = settings.MAIL_RETURN_TO = SENDER
        settings.MAIL_PER_MINUTE = 1_000_000
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        made.kept.close()
