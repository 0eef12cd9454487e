"""Keeping a search under a name, asking it again with a key, and letting it go."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.errors import CasesError
from consult.desk.searching import alerts, models
from consult.desk.searching.forms import CONDITIONS, KeepForm, SearchForm
from consult.desk.searching.models import SavedSearch
from consult.desk.searching.pages import Search
from consult.shell import roles
from consult.shell.web import StaffView


class KeepSearch(Search):
    """Keeps what the page was asked. A fault of the name shows the page with everything as it was."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("find")

    def post(self, request: HttpRequest) -> HttpResponse:
        form, keep = SearchForm(request.POST, by=self.actor), KeepForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        if keep.is_valid():
            try:
                models.save(
                    keep.cleaned_data["uid"],
                    name=keep.cleaned_data["name"],
                    text=form.cleaned_data["text"].strip(),
                    given=as_given(form),
                    is_shared=keep.cleaned_data["is_shared"],
                    watches=keep.cleaned_data["watches"],
                    by=self.actor,
                )
            except CasesError as refusal:
                keep.add_error("name", str(refusal))
            except SavedSearch.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(request, _("検索を保存しました。"))
                return redirect("find")
        return self.page(request, form, status=422, keep=keep, has_errors=True)


def as_given(form: SearchForm) -> dict[str, str]:
    """The conditions of a valid form as they are typed again later: 「11/20」 is a day with its year by now."""
    data = form.cleaned_data
    given = {name: str(data[name]) for name in CONDITIONS if data.get(name) not in (None, "")}
    return {**given, "kind": "words", "order": data.get("order") or ""}


class AskAgain(Search):
    """A kept search, one's own or a colleague's, asked again; what was new is looked at with it."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:  # type: ignore[override]
        self._kept(uid)
        return redirect("find")

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:  # type: ignore[override]
        kept = self._kept(uid)
        answer = self.answer(request, alerts.form_of(kept, self.actor))
        if kept.is_own and answer.status_code == 200:
            models.look_at(uid, by=self.actor)
        return answer

    def _kept(self, uid: uuid.UUID) -> models.Kept:
        try:
            return models.one_of(uid, by=self.actor)
        except SavedSearch.DoesNotExist:
            raise Http404 from None


class RemoveSearch(StaffView):
    permission = roles.VIEW_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            models.remove(uid, by=self.actor)
        except SavedSearch.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("保存した検索を消しました。"))
        return redirect("find")
