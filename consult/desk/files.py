"""Files of a case: handed in on its page, looked at as pictures drawn anew, taken away as they came."""

import base64
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.documents import kinds, pictures, texts
from cases.documents.errors import FileRefused
from cases.documents.kinds import Kind, Shown
from cases.documents.pictures import Picture
from cases.protection import attached
from cases.protection.purpose import PurposeNeeded, ReasonNeeded
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.services import attachments
from cases.services.attachments import TooManyFiles
from consult.desk import file_list
from consult.desk.case import CaseView, may
from consult.desk.file_list import RemoveForm
from consult.desk.looks import RevealForm, look_at
from consult.shell import roles
from consult.shell.web import StaffView

TEXT_SHOWN: Final = 200_000
"""Characters of a text on its page; the rest can be taken away."""

# Whatever a browser makes of the file: no program, no frame, no other address.
_NOTHING_RUNS: Final = "sandbox; default-src 'none'"


@dataclass(frozen=True)
class Refused:
    """What was not taken: its place among the files sent, since its name is not repeated."""

    place: int
    reason: str


class AttachFiles(CaseView):
    """Takes one file or several. A script that shows the progress asks for JSON; the page itself works without."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        given = request.FILES.getlist("files")
        refused = self._attach(case, given)
        if request.headers.get("X-Progress"):
            answer = {
                "section": self._section(case),
                "refused": [{"place": one.place, "reason": one.reason} for one in refused],
            }
            return JsonResponse(answer, status=200 if given else 422)
        if refused or not given:
            return self.page(
                request, case, status=422, refused_files=refused, no_file=not given, has_errors=True
            )
        self._say(len(given))
        return redirect(reverse("case", args=[case.uid]) + "#files")

    def _attach(self, case: Case, given: list["UploadedFile[Any]"]) -> list[Refused]:
        refused = []
        for place, file in enumerate(given, start=1):
            try:
                attachments.attach(case.uid, file.name or "", file, size=file.size or 0, by=self.actor)  # type: ignore[arg-type]
            except (FileRefused, TooManyFiles) as refusal:
                refused.append(Refused(place, str(refusal)))
            finally:
                file.close()
        return refused

    def _section(self, case: Case) -> str:
        """The list as it is now, to be put in the place of the old one."""
        context = {"case": case, **may(self.actor), **file_list.section(case, look_at(case, self.actor))}
        return render_to_string("desk/files.html", context, self.request)

    def _say(self, count: int) -> None:
        words = ngettext("%(n)d個のファイルを添付しました。", "%(n)d個のファイルを添付しました。", count)
        messages.success(self.request, words % {"n": count})


class RemoveFile(CaseView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = RemoveForm(request.POST, case=case, auto_id="id_remove_%s")
        if not form.is_valid():
            return self.page(request, case, status=422, remove_form=form, has_errors=True)
        attachments.remove(form.cleaned_data["file"].uid, reason=form.cleaned_data["reason"], by=self.actor)
        messages.success(request, _("ファイルを削除しました。"))
        return redirect(reverse("case", args=[case.uid]) + "#files")


class FileView(StaffView):
    """Finds the file of a case in the actor's scope, or answers 404 as if it did not exist."""

    permission = roles.REVEAL_CASES
    url_name: ClassVar[str]

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        try:
            row = attachments.find(uid, by=self.actor)
        except Attachment.DoesNotExist:
            raise Http404 from None
        form = RevealForm(request.POST)
        if form.is_valid():
            try:
                return self.answer(row, **form.cleaned_data)
            except PurposeNeeded as refusal:
                form.add_error("purpose", str(refusal))
            except ReasonNeeded as refusal:
                form.add_error("reason", str(refusal))
        context = {**_heading(row), "ask_form": form, "url_name": self.url_name, "has_errors": True}
        return render(request, "desk/file.html", context, status=422)

    def answer(self, row: Attachment, *, purpose: str, reason: str) -> HttpResponseBase:
        raise NotImplementedError


class ShowFile(FileView):
    """A page with what the file looks like. The picture stands in this answer alone: it has no address."""

    url_name = "file-view"

    def answer(self, row: Attachment, *, purpose: str, reason: str) -> HttpResponseBase:
        name, data = attached.open_file(row, "FILE_VIEWED", by=self.actor, purpose=purpose, reason=reason)
        page = _page_of(self.request.POST.get("page", ""))
        context = {
            **_heading(row),
            **_shown(kinds.KINDS[row.kind], data, page),
            "name": name,
            "purpose": purpose,
            "reason": reason,
        }
        return render(self.request, "desk/file.html", context)


class TakeFile(FileView):
    """The file as it came, to be saved and never to be opened by the browser itself."""

    url_name = "file-take"

    def answer(self, row: Attachment, *, purpose: str, reason: str) -> HttpResponseBase:
        name, data = attached.open_file(row, "FILE_TAKEN", by=self.actor, purpose=purpose, reason=reason)
        kind = kinds.KINDS[row.kind]
        return StreamingHttpResponse(
            data,
            content_type=kind.media_type,
            headers={
                "Content-Length": str(row.size),
                "Content-Disposition": _disposition(row, kind, name),
                "Content-Security-Policy": _NOTHING_RUNS,
                "X-Content-Type-Options": "nosniff",
            },
        )


def _heading(row: Attachment) -> dict[str, Any]:
    return {"file": row, "case": row.case, "kind": kinds.KINDS[row.kind]}


def _disposition(row: Attachment, kind: Kind, name: str) -> str:
    """RFC 6266: a plain name of ours for old programs, the file's own for all others, each octet escaped."""
    plain = f"{row.case.number}-{row.number}{kind.endings[0]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shown(kind: Kind, data: Iterable[bytes], page: int) -> dict[str, Any]:
    if kind.shown is Shown.TEXT:
        text = texts.decoded(b"".join(data))
        return {"text": text[:TEXT_SHOWN], "is_cut": len(text) > TEXT_SHOWN}
    if kind.shown is Shown.NOT:
        return {"is_not_shown": True}
    answer = pictures.drawn(kind, data, page)
    if not isinstance(answer, Picture):
        return {"is_not_possible": True}
    page = min(page, answer.pages)
    return {
        "picture": "data:image/png;base64," + base64.b64encode(answer.png).decode("ascii"),
        "page": page,
        "pages": answer.pages,
        "before": page - 1,
        "after": page + 1 if page < answer.pages else 0,
    }


def _page_of(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
