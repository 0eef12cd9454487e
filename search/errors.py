"""What can keep a search from looking. "Nothing found" is an answer; these are not."""

from typing import ClassVar

from django.utils.translation import gettext as _

from cases.errors import CasesError


class SearchUnavailable(CasesError):
    """The engine could not be asked."""

    code: ClassVar[str] = "search_unavailable"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(
            _("検索を利用できません。しばらくしてから、もう一度お試しください。相談の入力と保存はできます。")
        )


class SearchRebuilding(SearchUnavailable):
    """The index is being made anew from the cases; it will answer by itself."""

    code: ClassVar[str] = "search_rebuilding"

    def __init__(self) -> None:
        message = _("検索の索引を作り直しています。しばらくお待ちください。相談の入力と保存はできます。")
        CasesError.__init__(self, message)


class EngineBroken(Exception):
    """The engine's store is damaged, of another version or gone: it must be made anew. Never reaches a person."""
