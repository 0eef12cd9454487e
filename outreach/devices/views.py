"""機器の貸出: the register, its kinds, applications and loans. Persons come up by POST alone, on the answer to it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.records.centre import area_choices
from consult.shell import roles
from consult.shell.attached import PDF_TYPE, XLSX_TYPE, ZIP_TYPE, attachment
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.devices import counts, exporting, letters, services, stock
from outreach.devices.forms import (
    ApplyForm,
    BorrowerForm,
    EndForm,
    ExtendForm,
    HouseholdForm,
    KindForm,
    LendForm,
    MoveForm,
    initial_of,
)
from outreach.devices.models import DeviceKind, Loan, LoanReminder
from outreach.notices import tell_masked
from outreach.persons import FindForm, RevealForm

_PER_PAGE = 50


class Devices(StaffView):
    """Every kind with what is where, and what was lent this 年度."""

    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return _register_page(request, self.actor, FindForm())


def _register_page(
    request: HttpRequest, actor: Any, form: FindForm, status: int = 200, **more: Any
) -> HttpResponse:
    by_year = counts.by_year_of(actor.centre)
    waiting: dict[int, int] = {}
    for kind in Loan.objects.filter(centre=actor.centre).waiting().values_list("kind", flat=True):
        waiting[kind] = waiting.get(kind, 0) + 1
    kinds = [
        {"kind": kind, "year": by_year[kind.pk][0], "waiting": waiting.get(kind.pk, 0)}
        for kind in DeviceKind.objects.filter(centre=actor.centre)
    ]
    overdue = Loan.objects.filter(centre=actor.centre).overdue().count()
    context = {"kinds": kinds, "overdue": overdue, "find_form": form, "has_errors": status == 422, **more}
    return render(request, "outreach/devices/devices.html", context, status=status)


class FindLoans(StaffView):
    """Loans with a telephone number; it stands in no address and no history."""

    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            return _register_page(request, self.actor, form, status=422)
        found = services.find(self.actor.centre, form.cleaned_data["phone"], by=self.actor)
        return _register_page(request, self.actor, FindForm(), found=found, was_looked_for=True)


class DevicesFile(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        made = exporting.register_file(self.actor.centre, by=self.actor)
        return attachment(made, f"{_('機器の台帳')}-{calendar.today():%Y%m%d}.xlsx", XLSX_TYPE)


class OverdueLoans(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def _page(self, request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
        rows = Loan.objects.filter(centre=self.actor.centre).overdue().for_list()
        # Who was not asked yet, or longest ago, is asked first.
        asked = rows.annotate(asked_on=Max("reminders__made_on")).order_by(
            F("asked_on").asc(nulls_first=True), "due_on", "pk"
        )
        context = {
            "loans": asked.prefetch_related("reminders")[: letters.MOST],
            "count": rows.count(),
            "most": letters.MOST,
            "error": error,
            "has_errors": bool(error),
            "today": calendar.today(),
        }
        return render(request, "outreach/devices/overdue.html", context, status=status)


class LoanLetters(OverdueLoans):
    """The letter is the answer to the POST; several come as a zip of what is kept, with a list for the file."""

    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("devices-overdue")

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            made = letters.remind(_uids(request), centre=self.actor.centre, by=self.actor)
        except letters.NothingOverdue as refusal:
            return self._page(request, error=str(refusal), status=422)
        if len(made) == 1:
            return attachment(made[0].data, made[0].file_name, PDF_TYPE)
        name = f"{_('返却のお願い')}-{calendar.today():%Y%m%d}.zip"
        return attachment(letters.bundle(made, self.actor.centre), name, ZIP_TYPE)


class LoanLetter(StaffView):
    """A kept letter, byte for byte; the log knows who had it."""

    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            row, data = letters.file_of(uid, by=self.actor)
        except LoanReminder.DoesNotExist:
            raise Http404 from None
        return attachment(data, letters.file_name(row), PDF_TYPE)


def _uids(request: HttpRequest) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist("loan"):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


# --- A kind ---------------------------------------------------------------------------------------------------------
class NewKind(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return _kind_form(request, KindForm(initial={"uid": uuid.uuid4()}), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        return _save_kind(request, self.actor, None)


def _kind_form(
    request: HttpRequest, form: KindForm, kind: DeviceKind | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "kind": kind, "has_errors": status == 422}
    return render(request, "outreach/devices/kind_form.html", context, status=status)


def _save_kind(request: HttpRequest, actor: Any, kind: DeviceKind | None) -> HttpResponse:
    form = KindForm(request.POST)
    if form.is_valid():
        uid = kind.uid if kind else form.cleaned_data["uid"]
        try:
            saved = services.save_kind(uid, form.entry(), centre=actor.centre, by=actor)
        except DeviceKind.DoesNotExist:
            raise Http404 from None
        except CasesError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("機器の種類を保存しました。"))
            return redirect("device-kind", uid=saved.uid)
    return _kind_form(request, form, kind, status=422)


class KindView(StaffView):
    """A page of one kind of the actor's centre; others are not found."""

    permission = roles.KEEP_REGISTERS

    def found(self, uid: uuid.UUID) -> DeviceKind:
        try:
            return DeviceKind.objects.select_related("centre").get(
                uid=uid, centre_id__in=self.actor.centre_ids
            )
        except DeviceKind.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, kind: DeviceKind, form: MoveForm, status: int = 200) -> HttpResponse:
        loans = Loan.objects.filter(kind=kind).for_list()
        lent = Paginator(loans.filter(state=Loan.State.LENT).order_by("due_on", "pk"), _PER_PAGE)
        context = {
            "kind": kind,
            "waiting": loans.waiting()[:_PER_PAGE],
            "page": lent.get_page(request.GET.get("page")),
            "over": loans.filter(ended_on__isnull=False).order_by("-ended_on", "-pk")[:10],
            "years": counts.by_year(kind),
            "moves": kind.moves.select_related("moved_by")[:15],
            "move_form": form,
            "has_errors": status == 422,
        }
        return render(request, "outreach/devices/kind.html", context, status=status)


class KindPage(KindView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid), MoveForm())


class ChangeKind(KindView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        kind = self.found(uid)
        return _kind_form(request, KindForm(initial=initial_of(kind)), kind)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return _save_kind(request, self.actor, self.found(uid))


class MoveDevices(KindView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        kind = self.found(uid)
        form = MoveForm(request.POST)

        def act() -> None:
            tell_masked(request, stock.move(uid, by=self.actor, **form.cleaned_data))

        if done(request, form, act, _("機器の動きを記録しました。")):
            return redirect("device-kind", uid=uid)
        return self.page(request, kind, form, status=422)


class Apply(KindView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        kind = self.found(uid)
        return self._form(request, kind, ApplyForm(centre=kind.centre))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        kind = self.found(uid)
        form = ApplyForm(request.POST, centre=kind.centre)
        if form.is_valid():
            try:
                loan, masked = services.apply(uid, form.entry(), by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("申込みを受け付けました。"))
                tell_masked(request, masked)
                return redirect("loan", uid=loan.uid)
        return self._form(request, kind, form, status=422)

    def _form(
        self, request: HttpRequest, kind: DeviceKind, form: ApplyForm, status: int = 200
    ) -> HttpResponse:
        context = {"kind": kind, "form": form, "has_errors": status == 422}
        return render(request, "outreach/devices/apply.html", context, status=status)


# --- A loan ---------------------------------------------------------------------------------------------------------
class LoanView(StaffView):
    """A page of one loan of the actor's centre; others are not found."""

    permission = roles.KEEP_REGISTERS

    def found(self, uid: uuid.UUID) -> Loan:
        try:
            return (
                Loan.objects.visible_to(self.actor)
                .select_related("kind", "centre", "entered_by")
                .get(uid=uid)
            )
        except Loan.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, loan: Loan, *, status: int = 200, **more: Any) -> HttpResponse:
        earlier = Loan.objects.filter(kind=loan.kind).waiting().filter(applied_on__lte=loan.applied_on)
        context = {
            "loan": loan,
            "area": dict(area_choices(loan.centre)).get(loan.area, ""),
            "turn": [row.pk for row in earlier].index(loan.pk) + 1 if loan.state == Loan.State.WAITING else 0,
            "reminders": loan.reminders.all(),
            "perhaps": Loan.objects.visible_to(self.actor).for_list().filter(uid__in=loan.perhaps_same),
            "household_form": HouseholdForm(),
            "lend_form": LendForm(auto_id="id_lend_%s"),
            "end_form": EndForm(auto_id="id_end_%s"),
            "extend_form": ExtendForm(auto_id="id_extend_%s"),
            "reveal_form": RevealForm(auto_id="id_reveal_%s"),
            "has_errors": status == 422,
            **more,
        }
        return render(request, "outreach/devices/loan.html", context, status=status)

    def acted(
        self,
        request: HttpRequest,
        uid: uuid.UUID,
        form: forms.Form,
        name: str,
        act: Callable[..., object],
        told: str,
    ) -> HttpResponse:
        """Do it with what the form holds, and say so; a refusal comes back on the page at the form called `name`."""
        loan = self.found(uid)
        if done(request, form, lambda: act(uid, by=self.actor, **form.cleaned_data), told):
            return redirect("loan", uid=uid)
        return self.page(request, loan, status=422, **{name: form})


class LoanPage(LoanView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class AnswerHousehold(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = HouseholdForm(request.POST)
        return self.acted(request, uid, form, "household_form", _answered, _("世帯の確認を記録しました。"))


def _answered(uid: uuid.UUID, *, household: str, by: Any) -> Loan:
    return services.answer_household(uid, household, by=by)


class Lend(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = LendForm(request.POST, auto_id="id_lend_%s")
        return self.acted(request, uid, form, "lend_form", services.lend, _("貸し出しました。"))


class End(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = EndForm(request.POST, auto_id="id_end_%s")
        return self.acted(request, uid, form, "end_form", _ended, _("返却を記録しました。"))


def _ended(uid: uuid.UUID, *, on: Any, how: str, by: Any) -> Loan:
    if how == "LOST":
        return services.note_lost(uid, on=on, by=by)
    return services.take_back(uid, on=on, is_broken=how == "BROKEN", by=by)


class Extend(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = ExtendForm(request.POST, auto_id="id_extend_%s")
        return self.acted(request, uid, form, "extend_form", services.extend, _("返却期限を変えました。"))


class Withdraw(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.withdraw(uid, by=self.actor)
        messages.success(request, _("申込みを取り下げました。"))
        return redirect("loan", uid=uid)


class RevealBorrower(LoanView):
    """Shows who borrows on the answer to a POST: it stands in no address and no history."""

    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        loan = self.found(uid)
        form = RevealForm(request.POST, auto_id="id_reveal_%s")
        if not form.is_valid():
            return self.page(request, loan, status=422, reveal_form=form)
        shown = services.reveal(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, loan, borrower=shown)


class CorrectBorrower(LoanView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._form(request, self.found(uid), BorrowerForm())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        loan = self.found(uid)
        form = BorrowerForm(request.POST)
        said = _("借りた人の情報を直しました。")
        if done(request, form, lambda: services.correct_borrower(uid, form.borrower(), by=self.actor), said):
            return redirect("loan", uid=uid)
        return self._form(request, loan, form, status=422)

    def _form(self, request: HttpRequest, loan: Loan, form: BorrowerForm, status: int = 200) -> HttpResponse:
        context = {"loan": loan, "form": form, "has_errors": status == 422}
        return render(request, "outreach/devices/borrower_form.html", context, status=status)


class ForgetBorrower(LoanView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.forget(uid, by=self.actor)
        messages.success(request, _("借りた人の情報を消しました。貸出の記録は残ります。"))
        return redirect("loan", uid=uid)
