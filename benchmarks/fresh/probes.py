"""One call after the other is saved and looked for where it must appear; the clock runs from the save's answer."""

import json
import re
import secrets
import string
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from benchmarks.bench.asked import Request
from benchmarks.bench.browser import Browser

PATIENCE: Final = 180.0
"""Seconds after which something is said never to have come."""
_BETWEEN: Final = 0.05
WATCHED: Final = ("breakdown", "share", "similar", "today")


class Probes:
    """`desk` saves and has nothing else at hand, so that its page counts what it saved; `reader` asks for numbers."""

    def __init__(self, desk: Browser, reader: Browser, given: Mapping[str, Any]) -> None:
        self._desk, self._reader, self._given = desk, reader, given
        self._saved = 0
        self.lags: dict[str, list[float]] = {name: [] for name in WATCHED}
        self.never: list[str] = []

    def one(self) -> None:
        """Save one call of somebody of 80 in the district of these calls, and wait until it is everywhere."""
        # Drawn anew in every run: in a kept folder the same words would be nearly the same case, and one hit with it.
        uid, word = uuid.uuid4(), "".join(secrets.choice(string.ascii_lowercase) for _letter in range(12))
        form = {
            "received_at": f"{self._given['today']} 00:01", "channel": "PHONE", "kind": "COMPLAINT",
            "narrative": f"無料点検だと言われ契約した。型番は{word}だという。", "scam_main": "INSPECTION",
            "relation": "SELF", "age": "80", "area": self._given["area"],
        }  # fmt: skip
        self._desk.connect()
        self._desk.ask(Request(f"/intake/{uid}", {**form, "action": "save"}, 302))
        acknowledged = time.monotonic()
        self._saved += 1
        looks: dict[str, Callable[[], bool]] = {
            "breakdown": lambda: self._counted()["total"] == self._saved,
            "share": lambda: self._counted()["share_65"]["seniors"] == self._saved,
            "similar": lambda: self._is_similar(uid, f"型番は{word}だという。契約した。"),
            "today": lambda: self._at_hand() == self._saved,
        }
        while looks and time.monotonic() - acknowledged < PATIENCE:
            for name in list(looks):
                if looks[name]():
                    self.lags[name].append(time.monotonic() - acknowledged)
                    del looks[name]
            time.sleep(_BETWEEN)
        self.never += looks

    def _counted(self) -> dict[str, Any]:
        self._reader.connect()
        area = self._given["area"]
        asked = f"from=2000-01-01&to=2100-01-01&rows=age_band&filter=area:{area}"
        page = self._reader.ask(Request(f"/api/v1/numbers/breakdown?{asked}")).page
        found: dict[str, Any] = json.loads(page)
        return found

    def _is_similar(self, uid: uuid.UUID, text: str) -> bool:
        """Whether the hint beside another call shows it."""
        self._desk.connect()
        request = Request(f"/intake/{uuid.uuid4()}/hints/similar", {"narrative": text})
        return str(uid).encode() in self._desk.ask(request).page

    def _at_hand(self) -> int:
        """今日: 自分の対応中の相談."""
        self._desk.connect()
        page = self._desk.ask(Request("/")).page.decode()
        found = re.search(r'id="open-title">.*?(\d[\d,]*)', page, re.DOTALL)
        return int(found[1].replace(",", "")) if found else 0
