"""What a page tells after saving."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from consult.shell.fields import done


class Masked(Protocol):
    @property
    def masked(self) -> Sequence[str]: ...


Saved = TypeVar("Saved", bound=Masked)


def done_masked(request: HttpRequest, form: forms.Form, act: Callable[[], Saved], said: str) -> Saved | None:
    """`fields.done`, and what was masked is told; what was saved, None where it was not."""
    found: list[Saved] = []
    if not done(request, form, lambda: found.append(act()), said):
        return None
    tell_masked(request, found[0].masked)
    return found[0]


def tell_masked(request: HttpRequest, kinds: Sequence[str]) -> None:
    """Say which kinds of personal data were masked; never what they were."""
    if kinds:
        counted = _("、").join(
            _("%(kind)s %(count)d か所") % {"kind": _(kind), "count": count}
            for kind, count in Counter(kinds).items()
        )
        messages.warning(
            request, _("個人情報とみられる部分を伏せて保存しました: %(what)s。") % {"what": counted}
        )
