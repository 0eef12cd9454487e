"""保護: one page that leads to everything about keys, looks, retention, backups and leaks that the reader may do."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases import today
from consult.shell import roles
from consult.shell.web import StaffView


@dataclass(frozen=True)
class Door:
    """A page of this room: who may enter, its url name, its title and what it is for."""

    permission: str
    url_name: str
    title: Any
    purpose: Any


DOORS: Final = (
    Door(roles.VIEW_AUDIT, "audit", _("操作記録"), _("だれが、いつ、何を見て、何をしたか。")),
    Door(roles.KEEP_BACKUPS, "keys", _("鍵"), _("記録を守る鍵と控えの状態、鍵を失ったときの備え。")),
    Door(
        roles.VIEW_AUDIT,
        "week-looks",
        _("今週開かれたもの"),
        _("だれが、個人情報をどれだけ開き、探し、書き出したか。いつもと違うことに印が付く。"),
    ),
    Door(
        roles.VIEW_AUDIT,
        "log-state",
        _("記録の検証"),
        _("操作記録と相談が、操作を経ずに変えられていないか。毎晩の結果と、検査点の送り先。"),
    ),
    Door(
        roles.EDIT_MASKING,
        "masking",
        _("伏せ字のリスト"),
        _("このセンターでいつも伏せる言葉、伏せない言葉と、その提案。"),
    ),
    Door(
        roles.KEEP_RETENTION,
        "retention",
        _("保存期限と廃棄"),
        _("期限が来る相談、保存停止、二人で行う廃棄、廃棄簿と消去の証明。"),
    ),
    Door(
        roles.REVIEW_LATER,
        "looks",
        _("目立つ閲覧と緊急の閲覧"),
        _("いつもより多い閲覧と、理由を残して開かれた相談を確かめる。"),
    ),
    Door(
        roles.REVIEW_LATER,
        "later-reviews",
        _("後で確認するもの"),
        _("一人体制で行われた緊急の閲覧・承認・廃棄を、ほかの人が確かめる。"),
    ),
    Door(
        roles.KEEP_DISCLOSURES,
        "disclosures",
        _("外部提供の台帳"),
        _("警察・弁護士会・裁判所などからの照会、その決定、提供したもの。"),
    ),
    Door(
        roles.KEEP_DISCLOSURES,
        "requests",
        _("開示請求"),
        _("本人からの開示請求の期限、黒塗りとその根拠、決定通知書。"),
    ),
    Door(
        roles.RESPOND_TO_LEAKS,
        "leaks",
        _("漏えい対応"),
        _("紛失や誤送付があったときの、範囲、報告の義務と期限、本人への通知。"),
    ),
    Door(roles.KEEP_BACKUPS, "backups", _("控え"), _("毎日の控えの状態、写しの記録、鍵の控え。")),
)


class Hub(StaffView):
    permission = roles.VIEW_PROTECTION

    def get(self, request: HttpRequest) -> HttpResponse:
        doors = [door for door in DOORS if self.actor.may(door.permission)]
        cards = today.cards(self.actor, self.actor.may)
        return render(request, "manage/protection/hub.html", {"doors": doors, "cards": cards})
