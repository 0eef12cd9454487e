"""Choices that a page offers again and again: put into words once, and written as HTML once.

Django makes an object of every option whenever a form is shown, which is most of what a form of sixteen lists costs.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.choices import BaseChoiceIterator
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from consult.shell.controls import options_of, select_of


class Offered(BaseChoiceIterator):
    """Choices, some of them in groups, in the language in which they were made."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        self._choices = tuple(
            (value, tuple(label)) if isinstance(label, (list, tuple)) else (value, label)
            for value, label in choices
        )

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self._choices)

    @cached_property
    def html(self) -> str:
        """Every option, none of them chosen."""
        return options_of(self._choices)

    def with_chosen(self, value: str) -> str:
        """The options, the first with this value chosen."""
        written = conditional_escape(value)
        return self.html.replace(f'<option value="{written}">', f'<option value="{written}" selected>', 1)


class OfferedSelect(forms.Select):
    """A list whose options were written before; any others are written as always."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        offered = self.choices
        if not isinstance(offered, Offered) or isinstance(value, (list, tuple)):
            return super().render(name, value, attrs, renderer)
        chosen = offered.with_chosen("" if value is None else str(value))
        return select_of(name, self.build_attrs(self.attrs, attrs), chosen)


class OfferedField(forms.ChoiceField):
    widget = OfferedSelect
