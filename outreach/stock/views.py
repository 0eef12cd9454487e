"""在庫: items with their versions, what lies where, what went where, and the materials of a lecture."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE, attachment
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.lectures.models import Lecture
from outreach.network.models import Member
from outreach.notices import tell_masked
from outreach.stock import counts, exporting, services
from outreach.stock.forms import ItemForm, MovementForm, PlaceForm, VersionForm, WithdrawForm
from outreach.stock.models import StockItem, StockMovement, StockPlace, StockVersion

_PER_PAGE = 30


class Stock(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return stock_page(request, self.actor, PlaceForm())


def stock_page(request: HttpRequest, actor: Any, form: PlaceForm, status: int = 200) -> HttpResponse:
    this_year = calendar.fiscal_year(calendar.today())
    places = list(StockPlace.objects.filter(centre=actor.centre))
    rows = [
        {"row": row, "at": [row.at.get(place.name, 0) for place in places]}
        for row in counts.of_centre(actor.centre, this_year)
    ]
    context = {
        "rows": rows, "places": places, "fiscal_year": this_year, "place_form": form, "has_errors": status == 422,
    }  # fmt: skip
    return render(request, "outreach/stock/stock.html", context, status=status)


class AddPlace(StaffView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlaceForm(request.POST)

        def act() -> object:
            return services.add_place(form.cleaned_data["name"], centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("置き場所を登録しました。")):
            return redirect("stock")
        return stock_page(request, self.actor, form, status=422)


class StockFile(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        today = calendar.today()
        made = exporting.stock_file(self.actor.centre, calendar.fiscal_year(today), by=self.actor)
        return attachment(made, f"{_('在庫の台帳')}-{today:%Y%m%d}.xlsx", XLSX_TYPE)


def _item_form(
    request: HttpRequest, form: ItemForm, item: StockItem | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "item": item, "has_errors": status == 422}
    return render(request, "outreach/stock/item_form.html", context, status=status)


def _save_item(request: HttpRequest, actor: Any, item: StockItem | None) -> HttpResponse:
    form = ItemForm(request.POST)
    if form.is_valid():
        uid = item.uid if item else form.cleaned_data["uid"]
        try:
            saved = services.save_item(uid, form.entry(), centre=actor.centre, by=actor)
        except StockItem.DoesNotExist:
            raise Http404 from None
        except CasesError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("物を保存しました。"))
            return redirect("stock-item", uid=saved.uid)
    return _item_form(request, form, item, status=422)


class NewItem(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return _item_form(request, ItemForm(initial={"uid": uuid.uuid4()}), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        return _save_item(request, self.actor, None)


class ItemView(StaffView):
    """A page of one item of the actor's centre; others are not found."""

    permission = roles.KEEP_REGISTERS

    def found(self, uid: uuid.UUID) -> StockItem:
        try:
            return StockItem.objects.select_related("centre").get(
                uid=uid, centre_id__in=self.actor.centre_ids
            )
        except StockItem.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, item: StockItem, *, status: int = 200, **more: Any) -> HttpResponse:
        rows = StockMovement.objects.filter(version__item=item).select_related(
            "version", "place", "place_to", "moved_by"
        )
        page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
        has_ground = item.versions.exists() and StockPlace.objects.filter(centre=item.centre).exists()
        context = {
            "item": item,
            "versions": item.versions.prefetch_related("balances__place"),
            "page": page,
            "moves": _with_ends(list(page.object_list)),
            "this_year": counts.handed_out(item, calendar.fiscal_year(calendar.today())),
            "version_form": VersionForm(auto_id="id_version_%s"),
            "withdraw_form": WithdrawForm(auto_id="id_withdraw_%s"),
            "move_form": MovementForm(centre=item.centre, item=item) if has_ground else None,
            "has_errors": status == 422,
            **more,
        }
        return render(request, "outreach/stock/item.html", context, status=status)


def _with_ends(rows: list[StockMovement]) -> list[tuple[StockMovement, str, str]]:
    """Movements, each with the title of the lecture and the name of the member that it names. Two queries."""
    titles: dict[uuid.UUID | None, str] = dict(
        Lecture.objects.filter(uid__in={row.lecture for row in rows if row.lecture}).values_list(
            "uid", "title"
        )
    )
    names: dict[uuid.UUID | None, str] = dict(
        Member.objects.filter(uid__in={row.member for row in rows if row.member}).values_list("uid", "name")
    )
    return [(row, titles.get(row.lecture, ""), names.get(row.member, "")) for row in rows]


class ItemPage(ItemView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class ChangeItem(ItemView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        item = self.found(uid)
        given = {name: getattr(item, name) for name in ItemForm.base_fields}
        return _item_form(request, ItemForm(initial=given), item)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return _save_item(request, self.actor, self.found(uid))


class AddVersion(ItemView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        item = self.found(uid)
        form = VersionForm(request.POST, auto_id="id_version_%s")
        said = _("版を登録しました。")
        if done(request, form, lambda: services.add_version(uid, by=self.actor, **form.cleaned_data), said):
            return redirect("stock-item", uid=uid)
        return self.page(request, item, status=422, version_form=form)


class WithdrawVersion(ItemView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            version = StockVersion.objects.select_related("item__centre").get(
                uid=uid, item__centre_id__in=self.actor.centre_ids
            )
        except StockVersion.DoesNotExist:
            raise Http404 from None
        form = WithdrawForm(request.POST, auto_id="id_withdraw_%s")
        said = _("この版を使用しないものとして記録しました。")
        if done(
            request, form, lambda: services.withdraw_version(uid, by=self.actor, **form.cleaned_data), said
        ):
            return redirect("stock-item", uid=version.item.uid)
        return self.page(request, version.item, status=422, withdraw_form=form)


def _moved(request: HttpRequest, form: MovementForm, actor: Any, lecture: uuid.UUID | None = None) -> bool:
    """Whether the movement was written; a refusal is told in the form, a withdrawn version above the page."""

    def act() -> None:
        moved = services.move(form.entry(lecture), by=actor)
        if moved.warning:
            messages.warning(request, moved.warning)
        tell_masked(request, moved.masked)

    return done(request, form, act, _("動きを記録しました。"))


class MoveStock(ItemView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        item = self.found(uid)
        form = MovementForm(request.POST, centre=item.centre, item=item)
        if _moved(request, form, self.actor):
            return redirect("stock-item", uid=uid)
        return self.page(request, item, status=422, move_form=form)


class LectureStock(StaffView):
    """What a lecture used and handed out."""

    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self._found(uid)
        return self._page(request, lecture, MovementForm(centre=lecture.centre))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self._found(uid)
        form = MovementForm(request.POST, centre=lecture.centre)
        if _moved(request, form, self.actor, lecture.uid):
            return redirect("lecture-stock", uid=uid)
        return self._page(request, lecture, form, status=422)

    def _found(self, uid: uuid.UUID) -> Lecture:
        try:
            return Lecture.objects.visible_to(self.actor).select_related("centre").get(uid=uid)
        except Lecture.DoesNotExist:
            raise Http404 from None

    def _page(
        self, request: HttpRequest, lecture: Lecture, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        rows = StockMovement.objects.visible_to(self.actor).of_lecture(lecture.uid)
        context = {"lecture": lecture, "rows": rows, "form": form, "has_errors": status == 422}
        return render(request, "outreach/stock/lecture.html", context, status=status)
