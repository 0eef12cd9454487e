"""What a page tells after saving."""

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _


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
