"""How the index is, for the page of the machine's health: the engine itself, refused cases, the nightly comparison."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.health import Group, Level, Nightly, Reading, nightly, register
from cases.health.words import items
from search import index, state
from search.engine import engine
from search.errors import EngineBroken, SearchUnavailable
from search.state import Health, letters_waiting

_LEVELS: Final = {
    Health.OK: Level.OK,
    Health.BEHIND: Level.WARNING,
    Health.REBUILDING: Level.WARNING,
    Health.UNAVAILABLE: Level.ERROR,
}
_STATES: Final = {
    Health.OK: gettext_lazy("使えます"),
    Health.BEHIND: gettext_lazy("使えますが、入っていない相談があります"),
    Health.REBUILDING: gettext_lazy("作り直しています"),
    Health.UNAVAILABLE: gettext_lazy("検索エンジンにつながりません"),
}


def look() -> Iterator[Reading]:
    """The engine, and the cases that it refuses."""
    found, is_broken = state.health(), _is_broken()
    level = Level.ERROR if is_broken else _LEVELS[found]
    yield Reading(
        name="search.index",
        label=_("検索の索引"),
        state=_("壊れています") if is_broken else str(_STATES[found]),
        level=level,
        advice=_advice(found, is_broken=is_broken),
        url_name="search-index",
        link=_("索引の状態を見る"),
        has_card=True,
    )
    refused = letters_waiting()
    yield Reading(
        name="search.refused",
        label=_("検索に入らない相談"),
        state=items(refused) if refused else _("ありません"),
        level=Level.WARNING if refused else Level.OK,
        advice=_("索引の画面で、もう一度試すか、知らせないことにしてください。") if refused else "",
        numbers={"refused": refused},
        url_name="search-index",
        link=_("索引の状態を見る"),
        has_card=True,
    )


def _is_broken() -> bool:
    try:
        engine().is_complete()
    except EngineBroken:
        return True
    except SearchUnavailable:
        return False
    return False


def _advice(found: Health, *, is_broken: bool) -> str:
    if is_broken:
        return _("処理係が自動で作り直します。相談は失われず、入力と保存もできます。")
    if found is Health.UNAVAILABLE:
        return _("エンジンが動いているか、つながるかを確かめてください。相談の入力と保存はできます。")
    if found is Health.OK:
        return ""
    return _("相談の入力と保存には影響しません。終わるまでお待ちください。")


def register_all() -> None:
    register("search.index", Group.SEARCH, gettext_lazy("検索の索引"), look)
    nightly(Nightly(index.RECONCILE, gettext_lazy("検索の索引の照合"), url_name="search-index"))
