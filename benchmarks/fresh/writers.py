"""Counsellors who save calls at a steady rate, whatever the answers take: an open loop, as calls come in."""

import threading
import time
import uuid
from collections.abc import Mapping, Sequence

from benchmarks.bench.asked import Request
from benchmarks.bench.browser import Browser


class Writers:
    """`rate` saves a second in all, shared by the browsers; a save that comes late is sent at once."""

    def __init__(self, browsers: Sequence[Browser], forms: Sequence[Mapping[str, str]], rate: float) -> None:
        self._browsers, self._forms, self._rate = browsers, forms, rate
        self._lock = threading.Lock()
        self._next = 0
        self._ends = threading.Event()
        self.saved = 0
        self.errors: list[str] = []
        self._threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in browsers]

    def start(self) -> None:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> float:
        """Saves a second that were acknowledged."""
        self._ends.set()
        seconds = time.monotonic() - self._begun
        for thread in self._threads:
            thread.join()
        return self.saved / seconds

    def _work(self, browser: Browser) -> None:
        while not self._ends.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if self._ends.wait(max(0.0, self._begun + number / self._rate - time.monotonic())):
                return
            self._save(browser, self._forms[number % len(self._forms)])

    def _save(self, browser: Browser, form: Mapping[str, str]) -> None:
        try:
            browser.connect()
            browser.ask(Request(f"/intake/{uuid.uuid4()}", {**form, "action": "save"}, 302))
        except Exception as trouble:  # a person would try again; here it is counted
            self.errors.append(f"{type(trouble).__name__}: {trouble}")
        else:
            with self._lock:
                self.saved += 1
