"""廃棄簿 and 消去の証明: what was disposed of, what an erased case waits for, and the paper once it may be given."""

import uuid
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records.tombstone import Tombstone
from cases.services.retention import receipts, register
from cases.services.retention.models import Disposal
from cases.services.retention.receipts import NoReceiptYet, Wait
from cases.services.retention.rules import RecordClass
from consult.shell import roles
from consult.shell.paper import BulletList, Document, Heading, Paragraph, to_html, to_text
from consult.shell.web import StaffView

PER_PAGE: Final = 50
REGISTER_SHOWN: Final = 100

WAITS: Final = {
    Wait.FILES: (
        gettext_lazy("データベースのファイルの掃除"),
        gettext_lazy("処理係が数十秒おきに行います。"),
    ),
    Wait.WORDS: (
        gettext_lazy("検索の索引のファイルの作り直し"),
        gettext_lazy("処理係が数分のうちに行います。"),
    ),
    Wait.BACKUPS: (
        gettext_lazy("消去より前に取った控え"),
        gettext_lazy("控えが古くなって消えるか、その年度の鍵がすべて廃棄されるまで待ちます。"),
    ),
}


class Register(StaffView):
    """The register by batch and class, and every erased case."""

    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        erased = register.erased(self.actor.centre)
        context = {
            "entries": register.entries(self.actor.centre, REGISTER_SHOWN),
            "page": (page := Paginator(erased, PER_PAGE).get_page(request.GET.get("page"))),
            "rows": [
                (stone, Disposal.Ground(stone.ground).label, RecordClass(stone.record_class).label)
                for stone in page
            ],
        }
        return render(request, "manage/protection/retention_register.html", context)


class ExportRegister(StaffView):
    permission = roles.KEEP_RETENTION

    def get(self, request: HttpRequest) -> HttpResponse:
        data = register.export(self.actor.centre, by=self.actor)
        response = HttpResponse(data, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="disposal-register.csv"'
        return response


class ErasedView(StaffView):
    permission = roles.KEEP_RETENTION

    def find(self, uid: uuid.UUID) -> Tombstone:
        """An erased case of the actor's centre; others answer 404."""
        rows = Tombstone.objects.select_related("centre", "disposal__proposed_by", "disposal__decided_by")
        found = rows.filter(uid=uid, centre=self.actor.centre).first()
        if found is None:
            raise Http404
        return found


class ErasedCase(ErasedView):
    """What an erased case still waits for, and until when; or its receipt."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        stone = self.find(uid)
        waits = [(*WAITS[one.wait], one.until) for one in receipts.missing(stone)]
        context = {
            "stone": stone,
            "ground": Disposal.Ground(stone.ground).label,
            "record_class": RecordClass(stone.record_class).label,
            "waits": waits,
            "paper": to_html(document_of(stone)) if stone.beyond_reach_at and not waits else "",
        }
        return render(request, "manage/protection/retention_erased.html", context)


class Receipt(ErasedView):
    """The receipt as text. A POST: that it was given is logged."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        stone = self.find(uid)
        try:
            receipts.give(stone, by=self.actor)
        except NoReceiptYet as refusal:
            messages.error(request, str(refusal))
            return redirect("erased-case", uid=stone.uid)
        response = HttpResponse(to_text(document_of(stone)), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="erasure-{stone.number}.txt"'
        return response


def document_of(stone: Tombstone) -> Document:
    """The receipt. Always Japanese, whatever the reader of the page prefers. Raises NoReceiptYet."""
    since = receipts.require_receipt(stone)
    with translation.override(settings.LANGUAGE_CODE):
        centre = stone.centre
        return Document(
            title=_("消去の証明"),
            dated=calendar.wareki(calendar.local_date(timezone.now())),
            issuer=centre.name,
            contact=f"{centre.name} {centre.phone}".strip(),
            blocks=[
                Paragraph(
                    _(
                        "相談番号%(number)sの記録は、%(erased)sに消去し、%(since)sからは、残っているどの控えからも読み出せません。"
                    )
                    % {
                        "number": stone.number,
                        "erased": calendar.wareki(calendar.local_date(stone.erased_at)),
                        "since": calendar.wareki(calendar.local_date(since)),
                    }
                ),
                Heading(_("確かめたこと")),
                BulletList(
                    [
                        _("この記録の鍵を消し、データベースのファイルと検索の索引のファイルから除いた"),
                        _(
                            "消去より前に取った控えが一つも残っていないか、記録の鍵を包んだ鍵がすべて廃棄されている"
                        ),
                    ]
                ),
                Heading(_("残るもの")),
                BulletList(
                    [
                        _("消去した事実(相談番号、日時、根拠)"),
                        _("個人の情報を含まない操作記録"),
                        _("相談と結び付かない、粗い区分の件数"),
                    ]
                ),
                Paragraph(
                    _(
                        "この証明は、控えの台帳にあるものについてのものです。台帳に書かれていない写しは含みません。"
                    )
                ),
            ],
        )
