"""控え: how old and how sound the backups are, where they lie, and what only a person can say of their copies."""

import uuid
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.backup import card, keeping, key_copies, ledger, places, schedule, work
from cases.backup.key_copies import Standing, State
from cases.backup.ledger import LedgerRefused
from cases.backup.models import Backup, BackupCopy
from cases.jobs.models import Job
from cases.protection.keys.status import has_no_copy
from cases.records.centre import Actor
from cases.today import Card, Level
from consult.shell import roles
from consult.shell.fields import day_field
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView

SHOWN: Final = 60


class CopyForm(forms.Form):
    """A copy that somebody carried elsewhere."""

    place = forms.CharField(
        label=gettext_lazy("写しの場所"),
        help_text=gettext_lazy("例: 金庫の外付けディスク。人の名前は書きません"),
        max_length=100,
    )
    made_on = day_field(gettext_lazy("写しを作った日"), required=True)


class DestroyedForm(forms.Form):
    destroyed_on = day_field(gettext_lazy("廃棄した日"), required=True)


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("残しておく理由"),
        help_text=gettext_lazy("例: 訴訟のため。空けて保存すると、期限どおりに消えます"),
        max_length=100,
        required=False,
    )


@dataclass(frozen=True)
class Place:
    """Where backups go, as the page shows it."""

    folder: str
    is_there: bool
    is_same_disk: bool
    free: int | None

    @classmethod
    def now(cls) -> "Place":
        folder = places.backup_folder()
        room = places.room_in(folder)
        return cls(
            str(folder), places.is_there(folder), places.is_same_disk(folder), room.free if room else None
        )


class Backups(StaffView):
    """The list; POST takes a backup now."""

    permission = roles.KEEP_BACKUPS

    def get(self, request: HttpRequest) -> HttpResponse:
        keys = key_copies.standing()
        kept = Backup.objects.kept().newest_first().prefetch_related("copies")[:SHOWN]
        context = {
            "state": card.state(),
            "place": Place.now(),
            "rule": keeping.rule(),
            "rows": list(kept),
            "job": _job_at_hand(self.actor),
            "copies": BackupCopy.objects.select_related("backup", "noted_by")[:SHOWN],
            "keys": keys,
            "key_notice": key_notice(keys),
            "key_folder": key_copies.medium(),
        }
        return render(request, "manage/protection/backups.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        work.start_take(by=self.actor, centre=self.actor.centre)
        messages.success(request, _("控えを取り始めました。終わるまで、ふだんどおり使えます。"))
        return redirect("backups")


def _job_at_hand(actor: Actor) -> dict[str, Any] | None:
    """The work under way; that of the machine itself has no page of its own to ask again."""
    jobs = Job.objects.filter(kind__in=[schedule.TAKE, schedule.CHECK])
    job = (
        jobs.unfinished().newest_first().first() or jobs.filter(state=Job.State.FAILED).newest_first().first()
    )
    if job is None or (job.state == Job.State.FAILED and _is_past(job)):
        return None
    shown = progress_of(job)
    if not Job.objects.visible_to(actor).filter(pk=job.pk).exists():
        shown |= {"poll_url": "", "cancel_url": "", "resume_url": ""}
    return shown


def _is_past(failed: Job) -> bool:
    """Whether a later job of the kind went well."""
    return Job.objects.filter(
        kind=failed.kind, state=Job.State.DONE, created_at__gt=failed.created_at
    ).exists()


class BackupView(StaffView):
    """One backup. Backups are the machine's, not a centre's."""

    permission = roles.KEEP_BACKUPS

    def page(
        self, request: HttpRequest, row: Backup, status: int = 200, **forms_: forms.Form
    ) -> HttpResponse:
        context = {
            "row": row,
            "copies": row.copies.select_related("noted_by"),
            "hold_form": HoldForm(initial={"reason": row.held_reason}),
            "copy_form": CopyForm(),
            **forms_,
        }
        return render(request, "manage/protection/backup.html", context, status=status)


class BackupPage(BackupView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, get_object_or_404(Backup, uid=uid))


class CheckBackup(BackupView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = get_object_or_404(Backup, uid=uid)
        work.start_check(row, by=self.actor, centre=self.actor.centre)
        messages.success(request, _("戻せるかを確かめ始めました。今のデータには触れません。"))
        return redirect("backups")


class HoldBackup(BackupView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row, form = get_object_or_404(Backup, uid=uid), HoldForm(request.POST)
        if form.is_valid():
            try:
                row = ledger.hold(uid, reason=form.cleaned_data["reason"], by=self.actor)
            except LedgerRefused as refusal:
                form.add_error("reason", str(refusal))
            else:
                messages.success(
                    request, _("残しておきます。") if row.held_reason else _("期限どおりに消えます。")
                )
                return redirect("backup", uid=uid)
        return self.page(request, row, 422, hold_form=form)


class NoteCopy(BackupView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row, form = get_object_or_404(Backup, uid=uid), CopyForm(request.POST)
        if form.is_valid():
            try:
                ledger.note_copy(uid, **form.cleaned_data, by=self.actor)
            except LedgerRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("写しを記録しました。廃棄したら、廃棄した日を記録してください。"))
                return redirect("backup", uid=uid)
        return self.page(request, row, 422, copy_form=form)


class CopyDestroyed(StaffView):
    permission = roles.KEEP_BACKUPS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = DestroyedForm(request.POST)
        copy = BackupCopy.objects.select_related("backup").filter(uid=uid).first()
        if copy is None:
            raise Http404
        if not form.is_valid():
            messages.error(request, _("廃棄した日を読み取れません。11/20 のように書いてください。"))
            return redirect("backup", uid=copy.backup.uid)
        try:
            ledger.copy_destroyed(uid, on=form.cleaned_data["destroyed_on"], by=self.actor)
        except LedgerRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("廃棄した日を記録しました。"))
        return redirect("backup", uid=copy.backup.uid)


# --- What stands on 今日 for those who keep backups ----------------------------------------------------------------
# Title, what to do, how loud; nothing where all is well.
_KEY_WORDS: Final[dict[State, tuple[Any, Any, Level]]] = {
    State.NOWHERE: (
        gettext_lazy("鍵の控えの置き場所が決まっていません"),
        gettext_lazy(
            "鍵がないと、控えがあっても相談は開けません。KEY_BACKUP_DIR に、データの控えとは別の媒体を指定します。"
        ),
        Level.WARNING,
    ),
    State.NOTHING_SEALED: (
        gettext_lazy("封をした鍵の控えがまだありません"),
        gettext_lazy("manage.py keys_recovery --split で復旧の鍵を作ると、鍵の控えが作られます。"),
        Level.WARNING,
    ),
    State.NEVER_SEEN: (
        gettext_lazy("鍵の控えの媒体にまだ書いていません"),
        gettext_lazy("媒体がつながっていれば、1分ほどで自動で書きます。"),
        Level.WARNING,
    ),
    State.AWAY: (
        gettext_lazy("鍵の控えの媒体がつながっていません"),
        gettext_lazy("鍵が変わっていなければ、外しておいて構いません。"),
        Level.INFO,
    ),
    State.BEHIND: (
        gettext_lazy("鍵の控えが最新ではありません"),
        gettext_lazy("1分ほどで自動で写します。続くときは、媒体の空きと書き込み禁止を確かめてください。"),
        Level.WARNING,
    ),
}


def key_notice(standing: Standing) -> Card | None:
    """What is wrong with the copies of keys; None where all is well."""
    if standing.state not in _KEY_WORDS:
        return None
    title, body, level = _KEY_WORDS[standing.state]
    if standing.state == State.AWAY and standing.left_over:
        body, level = _left_over(len(standing.left_over)), Level.WARNING
    return Card(str(title), str(body), level)


def _left_over(count: int) -> str:
    return ngettext(
        "廃棄した鍵の控えが%(n)d本、この媒体に残っています。つなぐと自動で消えます。",
        "廃棄した鍵の控えが%(n)d本、この媒体に残っています。つなぐと自動で消えます。",
        count,
    ) % {"n": count}


def key_card(_actor: Actor) -> today.Card | None:
    """今日: the keys would be lost with this machine; else what is to be done about their copies."""
    if has_no_copy():
        return today.Card(
            _("鍵の控えがありません"),
            _("この機械が壊れると、すべての記録が二度と開けなくなります。"),
            today.Level.ERROR,
            url_name="keys",
            link=_("控えの取り方を見る"),
        )
    found = key_notice(key_copies.standing())
    if found is None or found.level == Level.INFO:
        return None
    return today.Card(found.title, found.body, found.level, url_name="backups", link=_("控えを見る"))


def backup_card(_actor: Actor) -> today.Card | None:
    """今日: the newest backup, for those who keep them."""
    state = card.state()
    if state is None:
        return None
    if state.level == Level.INFO and places.is_same_disk(places.backup_folder()):
        body = _("控えがデータと同じディスクにあります。ディスクが壊れると両方が失われます。")
        state = replace(state, body=body, level=Level.WARNING)
    return replace(state, url_name="backups", link=_("控えを見る"))
