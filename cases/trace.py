"""The id of the request at hand, so that its audit entries and log lines can be found together."""

from contextvars import ContextVar
from typing import Final

# Set by the web shell for the span of a request; empty in commands and the worker.
request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
