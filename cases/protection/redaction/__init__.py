"""Masks personal data in a text: known parties and listed patterns for sure, other names as far as they can be told.

No promise of anonymity: a person confirms before a text leaves the centre.
"""

from cases.protection.redaction.forms import Party
from cases.protection.redaction.masks import KINDS, Redaction, Span
from cases.protection.redaction.redactor import redact

__all__ = ["KINDS", "Party", "Redaction", "Span", "redact"]
