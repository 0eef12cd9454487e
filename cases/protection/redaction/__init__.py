"""Masks personal data in a text: known parties and listed patterns for sure, other names as far as they can be told.

No promise of anonymity: a person confirms before a text leaves the centre.
"""

from cases.protection.redaction.forms import Party
from cases.protection.redaction.masks import KINDS, Redaction, Span, merged, replaced
from cases.protection.redaction.redactor import known_spans, places_of, redact

__all__ = [
    "KINDS",
    "Party",
    "Redaction",
    "Span",
    "known_spans",
    "merged",
    "places_of",
    "redact",
    "replaced",
]
