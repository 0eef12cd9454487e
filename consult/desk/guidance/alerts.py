"""注意情報: the register of what came from outside, entered from a pasted mail, ended when it is over."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today as cards
from cases.files import FileNotUnderstood
from cases.law import calendar
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.case import new_uid
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services import alert_files, alert_mail, alerts, guidance
from cases.services.alert_files import AlertsNotUnderstood, Taken
from cases.services.alerts import AlertEntry, AlertTaken
from cases.services.entry import EntryRefused
from consult.desk.choices import numbered
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.desk.guidance.editing import personal_warning
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, day_field, offer, tell
from consult.shell.web import StaffView

PAGE: Final = 50
TITLES_ON_CARD: Final = 3


class MailForm(forms.Form):
    mail = WordsField(
        label=gettext_lazy("届いたメールを貼り付ける"),
        rows=6,
        help_text=gettext_lazy("件名や差出人の行も一緒に貼れます。下の欄に分けて入れます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class AlertForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    title = ShortField(label=gettext_lazy("件名"), required=True)
    source = forms.ChoiceField(label=gettext_lazy("発信元"), choices=Alert.Source.choices)
    scam_type = forms.ChoiceField(label=gettext_lazy("手口"), required=False)
    valid_from = day_field(gettext_lazy("いつから"), required=True)
    valid_until = day_field(
        gettext_lazy("いつまで"), help_text=gettext_lazy("その日を含みます。決めないときは空欄")
    )
    text = WordsField(label=gettext_lazy("内容"), rows=8, required=False)
    marks = WordsField(
        label=gettext_lazy("目印(事業者名・電話番号・サイト・言葉)"),
        rows=3,
        required=False,
        help_text=gettext_lazy(
            "1行に1つ。受付に同じものが入ると、この注意情報が出ます。本文の電話番号とサイトは書かなくても見ます。"
        ),
    )
    link = ShortField(label=gettext_lazy("リンク"), max_length=500)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scam_type", [*NOT_CHOSEN, *numbered(Kind.SCAM_TYPE, calendar.today(), at=centre)])
        plain_words(self)

    def entry(self) -> AlertEntry:
        """What was typed. The form is valid."""
        return AlertEntry(**self.cleaned_data)


class Alerts(StaffView):
    """Those in force, or all there ever were."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        today, show_all = calendar.today(), bool(request.GET.get("all"))
        rows = Alert.objects.filter(centre=self.actor.centre).defer("text")
        page = Paginator(rows if show_all else rows.in_force(today), PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "rows": [(row, row.is_in_force(today)) for row in page],
            "show_all": show_all,
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/guidance/alerts.html", context)


class NewAlert(StaffView):
    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self._form(initial=self._start()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save; or take a pasted mail apart into the fields, which nothing keeps before it is saved."""
        if request.POST.get("action") == "part":
            return self._parted(request)
        form = self._form(request.POST)
        if form.is_valid():
            try:
                alert = alerts.enter(form.entry(), centre=self.actor.centre, by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            except AlertTaken as refusal:
                form.add_error(None, str(refusal))
        if form.errors:
            return self._page(request, form, status=422)
        messages.success(request, _("登録しました。受付の画面と「今日」に出ます。"))
        if places := guidance.looks_personal(alert.title, alert.text, alert.marks):
            messages.warning(request, personal_warning(places))
        return redirect("alert", uid=alert.uid)

    def _parted(self, request: HttpRequest) -> HttpResponse:
        mail = MailForm(request.POST)
        if not mail.is_valid():
            return self._page(request, self._form(initial=self._start()), mail=mail, status=422)
        parted = alert_mail.part(mail.cleaned_data["mail"])
        known = codes.codes(Kind.SCAM_TYPE).valid_on(calendar.today())
        scam_type = alert_mail.scam_of(f"{parted.title}\n{parted.text}", known)
        initial = {
            **self._start(),
            "title": parted.title,
            "text": parted.text,
            "source": parted.source,
            "link": parted.link,
            "scam_type": scam_type,
        }
        return self._page(request, self._form(initial=initial), was_parted=True)

    def _start(self) -> dict[str, Any]:
        return {"uid": new_uid(), "valid_from": calendar.today().isoformat(), "source": Alert.Source.POLICE}

    def _form(self, *args: Any, **kwargs: Any) -> AlertForm:
        return AlertForm(*args, centre=self.actor.centre, **kwargs)

    def _page(
        self,
        request: HttpRequest,
        form: AlertForm,
        *,
        status: int = 200,
        mail: MailForm | None = None,
        **more: Any,
    ) -> HttpResponse:
        mail = mail or MailForm()
        context = {"form": form, "mail": mail, "has_errors": bool(form.errors or mail.errors), **more}
        return render(request, "desk/guidance/alert_new.html", context, status=status)


class FileForm(forms.Form):
    """`uid`: of the batch, so that a file that is sent twice is taken once."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("注意情報のファイル"),
        help_text=gettext_lazy("CSV(UTF-8・Shift_JIS)かExcel(.xlsx)、500行まで。ファイル名は保存しません。"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


class ImportAlerts(StaffView):
    """A whole file from another body: every line of it, or none."""

    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, FileForm(initial={"uid": new_uid()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                taken = self._take(form)
            except FileNotUnderstood as refusal:
                form.add_error("file", str(refusal))
            except AlertsNotUnderstood as refusal:
                form.add_error("file", str(refusal))
                return self._page(request, form, status=422, faults=refusal.faults)
            except AlertTaken as refusal:
                form.add_error("file", str(refusal))
            else:
                _tell(request, taken)
                return redirect("alerts")
        return self._page(request, form, status=422)

    def _take(self, form: FileForm) -> Taken:
        file = form.cleaned_data["file"]
        if file.size > alert_files.MOST_BYTES:
            most = {"n": alert_files.MOST_BYTES // 1024 // 1024}
            raise FileNotUnderstood("too_large", _("ファイルが大きすぎます(%(n)dMBまで)。") % most)
        centre = self.actor.centre
        entries = alert_files.read(file.name, file.read(), batch=form.cleaned_data["uid"], centre=centre)
        return alert_files.take(entries, centre=centre, by=self.actor)

    def _page(
        self,
        request: HttpRequest,
        form: FileForm,
        *,
        status: int = 200,
        faults: Sequence[tuple[int, str]] = (),
    ) -> HttpResponse:
        context = {
            "form": form,
            "faults": faults,
            "headings": [one[0] for one in alert_files.HEADINGS.values()],
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/guidance/alert_import.html", context, status=status)


def _tell(request: HttpRequest, taken: Taken) -> None:
    text = ngettext("%(n)d件を登録しました。", "%(n)d件を登録しました。", taken.entered) % {
        "n": taken.entered
    }
    if taken.known:
        text += _("登録済みの%(n)d件は飛ばしました。") % {"n": taken.known}
    messages.success(request, text)
    if taken.personal:
        words = _("氏名や電話番号のように見える所が、%(n)d件にあります。確かめてください。")
        messages.warning(request, words % {"n": taken.personal})


class AlertPage(StaffView):
    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = Alert.objects.visible_to(self.actor).select_related("entered_by", "ended_by")
        alert = found.filter(uid=uid).first()
        if alert is None:
            raise Http404
        context = {
            "alert": alert,
            "is_in_force": alert.is_in_force(calendar.today()),
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/guidance/alert.html", context)


class EndAlert(StaffView):
    permission = roles.EDIT_GUIDANCE

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            alerts.end(uid, by=self.actor)
        except Alert.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("注意情報を終わりにしました。"))
        return redirect("alerts")


def card(actor: Actor) -> cards.Card | None:
    """本日の注意情報: what came or began within a week."""
    found = alerts.fresh(actor, calendar.today())
    if not found:
        return None
    title = ngettext("本日の注意情報 %(n)s件", "本日の注意情報 %(n)s件", len(found)) % {"n": len(found)}
    shown = _("、").join(row.title for row in found[:TITLES_ON_CARD])
    return cards.Card(title, shown, url_name="alerts", link=_("注意情報を開く"))
