"""One counsellor: listens half of the time and types the other half; the page keeps a draft every second.

A call lasts twenty minutes unless asked otherwise. Everybody stands somewhere in the middle of one when the measure
begins, so that calls end, and are saved, evenly spread.
"""

import random
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final

from benchmarks.bench.asked import Request
from benchmarks.bench.browser import Browser

CALL_SECONDS: Final = 1200
STRETCH_SECONDS: Final = 10  # of typing, then of listening
HINTS_EVERY: Final = 4  # seconds of typing between two looks at similar cases
FIRST_FIELDS: Final = ("received_at", "channel", "kind")


@dataclass
class Seen:
    """What one counsellor met: seconds by kind of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    saved: int = 0


class Counsellor:
    """`forms` are the calls that come to this person, one after the other, from half-way into the first."""

    def __init__(
        self,
        browser: Browser,
        forms: Sequence[Mapping[str, str]],
        *,
        phase: float,
        until: float,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self.seen = Seen()
        self._browser, self._forms, self._until, self._long = browser, forms, until, call_seconds
        self._into_call = phase * call_seconds
        self._dice = random.Random(phase)
        self._sequence = 0
        self._call = 0
        self._uid = uuid.uuid4()

    def work(self) -> None:
        """Until the clock says so. An error is noted and the work goes on, as a person would."""
        self._browser.connect()
        self._ask("intake_open", Request(f"/intake/{self._uid}"))
        begun = time.monotonic()
        time.sleep(self._dice.random())
        while (now := time.monotonic()) < self._until:
            into = self._into_call + now - begun
            if into >= self._long * (self._call + 1):
                self._save()
            if int(into / STRETCH_SECONDS) % 2 == 0:
                self._type(into / self._long - self._call)
            time.sleep(max(0.0, 1 - (time.monotonic() - now)))

    def _type(self, share: float) -> None:
        """A second of typing: as much of the form as at this share of the call, then a look at what it resembles."""
        held = self._typed(share)
        self._sequence += 1
        self._ask(
            "draft_save", Request(f"/intake/{self._uid}/draft", {**held, "sequence": str(self._sequence)})
        )
        if self._sequence % HINTS_EVERY == 0:
            self._ask("hint_similar", Request(f"/intake/{self._uid}/hints/similar", held))
        if self._sequence % (5 * HINTS_EVERY) == 1:
            for name in ("phone", "rights"):
                self._ask(f"hint_{name}", Request(f"/intake/{self._uid}/hints/{name}", held))

    def _typed(self, share: float) -> dict[str, str]:
        whole = self._forms[self._call % len(self._forms)]
        words = whole["narrative"]
        names = [name for name in whole if name not in FIRST_FIELDS]
        so_far = names[: round(share * len(names))]
        return {
            **{name: whole[name] for name in (*FIRST_FIELDS, *so_far)},
            "narrative": words[: max(10, round(share * len(words)))],
        }

    def _save(self) -> None:
        whole = dict(self._forms[self._call % len(self._forms)])
        if self._ask("intake_save", Request(f"/intake/{self._uid}", {**whole, "action": "save"}, 302)):
            self.seen.saved += 1
            self._ask("case_page", Request(f"/cases/{self._uid}/"))
        self._ask("today", Request("/"))
        self._call += 1
        self._sequence, self._uid = 0, uuid.uuid4()
        self._ask("intake_open", Request(f"/intake/{self._uid}"))

    def _ask(self, kind: str, request: Request) -> bool:
        try:
            seconds = _twice(self._browser, request)
        except (OSError, HTTPException, RuntimeError) as refusal:
            self.seen.errors.append(f"{kind}: {refusal}")
            return False
        self.seen.seconds.setdefault(kind, []).append(seconds)
        return True


def _twice(browser: Browser, request: Request) -> float:
    """The server closes a connection that was silent for two seconds; a browser then opens another, unseen."""
    try:
        return browser.ask(request).seconds
    except (OSError, HTTPException):
        browser.connect()
        return browser.ask(request).seconds
