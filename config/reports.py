"""Error reports: what failed where, and nothing of whom it was about. Loaded with the log, before any app."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter

from config import logs


class PlacesAlone(ExceptionReporter):
    """A report names the kinds of errors and the places in the code: an error's own words may quote a value.

    No variable, no request, no setting, no line of a template; on the page for developers as in a mail.
    """

    def get_traceback_text(self) -> SafeString:
        lines = []
        fault, told = self.exc_value, set[int]()
        while fault is not None and id(fault) not in told:
            told.add(id(fault))
            lines += [type(fault).__name__, *(f"  {place}" for place in logs.places_of(fault.__traceback__))]
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return mark_safe("\n".join(lines))  # noqa: S308 - plain text for a mail; the page below escapes it

    def get_traceback_html(self) -> SafeString:
        return format_html(
            "<!DOCTYPE html><title>500</title><pre>{}</pre>", str.__str__(self.get_traceback_text())
        )
