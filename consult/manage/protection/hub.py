"""保護: one page that leads to everything about keys, looks, retention, backups and leaks that the reader may do.

What 今日 says about a page stands on its door.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases import today
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView


@dataclass(frozen=True)
class Door:
    """A page of this room: who may enter, its url name, its title and what it is for."""

    permission: str
    url_name: str
    title: Any
    purpose: Any


@dataclass(frozen=True)
class Group:
    """Doors that one comes for with the same thing in mind, the most used first."""

    title: Any
    doors: tuple[Door, ...]


GROUPS: Final = (
    Group(
        _("見る"),
        (
            Door(
                roles.REVIEW_LATER,
                "looks",
                _("緊急の閲覧と目立つ閲覧"),
                _("確かめて印を付けるもの。理由を残して開かれた相談と、いつもより多い閲覧。"),
            ),
            Door(
                roles.REVIEW_LATER,
                "later-reviews",
                _("後で確認するもの"),
                _("確かめて印を付けるもの。一人で行われた緊急の閲覧・承認・廃棄。"),
            ),
            Door(
                roles.VIEW_AUDIT,
                "week-looks",
                _("今週開かれたもの"),
                _("利用者ごとに、開いた・探した・書き出した数。週ごとに見比べる。"),
            ),
            Door(
                roles.VIEW_AUDIT,
                "audit",
                _("操作記録"),
                _("だれが、いつ、何を見て、何をしたか。期間や人で絞って調べる。"),
            ),
            Door(
                roles.VIEW_AUDIT,
                "log-state",
                _("記録の検証"),
                _("操作記録と相談が、操作を経ずに変えられていないか。毎晩の結果と、検査点の送り先。"),
            ),
        ),
    ),
    Group(
        _("守る"),
        (
            Door(
                roles.VIEW_HEALTH,
                "health",
                _("動作の状態"),
                _("処理係、順番待ち、入力と取込、毎日の確認、ディスクの空き。"),
            ),
            Door(
                roles.KEEP_BACKUPS,
                "backups",
                _("データの控え"),
                _("毎日の控えの状態、写しの記録、鍵の控え。"),
            ),
            Door(
                roles.KEEP_BACKUPS,
                "keys",
                _("鍵"),
                _("記録を守る鍵と控えの状態、鍵を失ったときの備え。"),
            ),
            Door(
                roles.KEEP_SEARCH,
                "search-index",
                _("検索の索引"),
                _("検索と相談の記録が合っているか。遅れ、照合、作り直し、検索に入らない相談。"),
            ),
            Door(
                roles.KEEP_RETENTION,
                "retention",
                _("保存期限と廃棄"),
                _("期限が来る相談、保存停止、二人で行う廃棄、廃棄簿と消去の証明。"),
            ),
            Door(
                roles.EDIT_MASKING,
                "masking",
                _("伏せ字のリスト"),
                _("このセンターでいつも伏せる言葉、伏せない言葉と、その提案。"),
            ),
        ),
    ),
    Group(
        _("求めに応える"),
        (
            Door(
                roles.KEEP_DISCLOSURES,
                "requests",
                _("開示請求"),
                _("本人からの開示請求の期限、黒塗りとその根拠、決定通知書。"),
            ),
            Door(
                roles.KEEP_DISCLOSURES,
                "disclosures",
                _("外部提供の台帳"),
                _("警察・弁護士会・裁判所などからの照会、その決定、提供したもの。"),
            ),
        ),
    ),
    Group(
        _("事故が起きたとき"),
        (
            Door(
                roles.RESPOND_TO_LEAKS,
                "leaks",
                _("漏えい対応"),
                _("紛失や誤送付があったときの、範囲、報告の義務と期限、本人への通知。"),
            ),
        ),
    ),
)
DOORS: Final = tuple(door for group in GROUPS for door in group.doors)


class Hub(StaffView):
    permission = roles.VIEW_PROTECTION

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "manage/protection/hub.html", {"groups": _groups_for(self.actor)})


def _groups_for(actor: Account) -> list[tuple[Any, list[tuple[Door, list[today.Card]]]]]:
    """(title, (door, what 今日 says about it)) of the doors that this reader may pass, without empty groups."""
    told: dict[str, list[today.Card]] = {}
    for card in today.cards(actor, actor.may):
        told.setdefault(card.url_name, []).append(card)
    shown = [
        (
            group.title,
            [(door, told.get(door.url_name, [])) for door in group.doors if actor.may(door.permission)],
        )
        for group in GROUPS
    ]
    return [(title, doors) for title, doors in shown if doors]
