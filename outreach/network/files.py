"""The list of members as a file: taken away, and taken in after a look at every line."""

import base64
import binascii
from contextlib import suppress
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.files import Cell, Column, FileNotUnderstood, Sheet, write_csv, write_xlsx
from consult.shell import roles
from consult.shell.attached import CSV_TYPE, XLSX_TYPE, attachment
from consult.shell.web import StaffView
from outreach.network import lists
from outreach.network.forms import TakeForm, UploadForm
from outreach.network.lists import Line, ListNotUnderstood

SHOWN: Final = 200


def _book(rows: list[list[Cell]]) -> bytes:
    header, *members = rows
    return write_xlsx([Sheet(_("構成員"), [Column(str(title)) for title in header], members)])


def _sent(form: TakeForm) -> tuple[str, bytes]:
    """The file that the page carried. Raises ListNotUnderstood for what is none."""
    if form.is_valid():
        with suppress(binascii.Error, ValueError):
            data = base64.b64decode(form.cleaned_data["content"], validate=True)
            return form.cleaned_data["name"], data[: lists.MOST_BYTES + 1]
    raise ListNotUnderstood(_("ファイルを選び直してください。"))


class ExportMembers(StaffView):
    """The members in force, without whom to call there."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("network-import")

    def post(self, request: HttpRequest) -> HttpResponse:
        rows = lists.rows_out(self.actor.centre, by=self.actor)
        if request.POST.get("form") == "xlsx":
            return attachment(_book(rows), "members.xlsx", XLSX_TYPE)
        return attachment(write_csv(rows).data, "members.csv", CSV_TYPE)


class ImportMembers(StaffView):
    """Choose a file, look at its lines, take it. The file travels with the page; nothing is kept in between."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("content"):
            return self._take(request)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            data = file.read(lists.MOST_BYTES + 1)
            try:
                lines = self._read(file.name, data)
            except (FileNotUnderstood, ListNotUnderstood) as refusal:
                form.add_error("file", str(refusal))
            else:
                content = base64.b64encode(data).decode()
                take = TakeForm(initial={"name": file.name, "content": content})
                return self._page(request, UploadForm(), lines=lines, take=take)
        return self._page(request, form, status=422)

    def _read(self, name: str, data: bytes) -> list[Line]:
        if len(data) > lists.MOST_BYTES:
            raise ListNotUnderstood(_("名簿は1MBまでです。"))
        return lists.read(name, data, centre=self.actor.centre)

    def _take(self, request: HttpRequest) -> HttpResponse:
        form = TakeForm(request.POST)
        try:
            name, data = _sent(form)
            taken = lists.take(name, data, centre=self.actor.centre, by=self.actor)
        except (FileNotUnderstood, ListNotUnderstood) as refusal:
            return self._page(request, UploadForm(), status=422, refusal=str(refusal))
        told = _(
            "%(read)s行を読みました。登録%(added)s、変更%(changed)s、変わらない行%(same)s、"
            "取り込めない行%(refused)sです。"
        )
        messages.success(request, told % vars(taken))
        return redirect("network")

    def _page(
        self,
        request: HttpRequest,
        form: UploadForm,
        *,
        status: int = 200,
        lines: list[Line] | None = None,
        take: forms.Form | None = None,
        refusal: str = "",
    ) -> HttpResponse:
        found = lines or []
        wrong = [line for line in found if line.faults]
        right = [line for line in found if not line.faults]
        context = {
            "form": form,
            "take": take,
            "is_read": lines is not None,
            "refusal": refusal,
            "wrong": wrong[:SHOWN],
            "right": right[:SHOWN],
            "counts": {
                "wrong": len(wrong),
                **{
                    state.lower(): sum(line.state == state for line in right)
                    for state in ("NEW", "CHANGED", "SAME")
                },
            },
            "headings": [*lists.HEADINGS.values(), *lists.CONTACT_HEADINGS.values()],
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/network/import.html", context, status=status)
