"""Somebody signed in, over HTTP: cookies, the form token and one kept connection. Nothing else of a browser."""

import http.client
import http.cookies
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from benchmarks.bench.asked import Request

PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    seconds: float
    size: int
    page: bytes = b""


class Browser:
    """One connection to the server on loopback."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> Self:
        self.ask(Request("/sign-in"))
        self.ask(Request("/sign-in", {"username": username, "password": password}, 302))
        return self

    def connect(self) -> None:
        """A new connection: the server closes one that was silent for two seconds."""
        self._connection.close()
        self._connection.connect()

    def ask(self, request: Request) -> Answer:
        """The time from the first byte sent to the last received. Raises RuntimeError for another status."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if request.form is not None:
            token = {"csrfmiddlewaretoken": self._cookies.get("csrftoken", "")}
            body = urlencode({**request.form, **token}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", request.path, body, headers)
        response = self._connection.getresponse()
        page = response.read()
        seconds = time.perf_counter() - started
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies.update(
                {name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()}
            )
        if response.status != request.status:
            raise RuntimeError(f"{request.path} answered {response.status} instead of {request.status}")
        return Answer(seconds, len(page), page)
