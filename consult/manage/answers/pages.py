"""公表した回答: the list, one answer with what was told since and why it differs now, publishing, correcting."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import comparing
from cases.figures.comparing import Compared
from cases.protection import audit
from cases.records.answers import PublishedAnswer
from cases.records.case import new_uid
from cases.records.centre import Centre
from cases.services import answers, editions
from cases.services.answers import Said, Standing
from consult.manage import exports
from consult.manage.answers import words
from consult.manage.answers.forms import CorrectForm, PublishForm
from consult.manage.asking import NumbersForm
from consult.manage.definitions import Line, definition_lines
from consult.manage.numbers import Answer, refused, sent
from consult.manage.shown import AnyShown, shown
from consult.manage.tables import Labels, labels_of
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView


class Answers(StaffView):
    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "answers": answers.answers_of(self.actor),
            "lost": answers.lost_numbers(self.actor),
            "may_publish": self.actor.may(roles.PUBLISH_ANSWERS),
        }
        return render(request, "manage/answers/answers.html", context)


class NewAnswer(StaffView):
    """The question stands in the address, as on the numbers page; what is typed is posted."""

    permission = roles.PUBLISH_ANSWERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, PublishForm(initial={"uid": new_uid()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form, asking = PublishForm(request.POST), NumbersForm(request.GET, centre=self.actor.centre)
        if asking.is_valid() and form.is_valid():
            asked = asking.asked()
            try:
                row = answers.publish(
                    form.cleaned_data["uid"],
                    title=form.cleaned_data["title"],
                    answered_on=form.cleaned_data["answered_on"],
                    address=asked.query(),
                    question=asked.question(frozenset({self.actor.centre_id})),
                    centre=self.actor.centre,
                    by=self.actor,
                )
            except CasesError as refusal:
                tell(form, refusal)
            except PublishedAnswer.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(
                    request, _("第%(n)s号として残しました。数字はもう変わりません。") % {"n": row.number}
                )
                return redirect("answer", row.uid)
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: PublishForm, *, status: int = 200) -> HttpResponse:
        asking = NumbersForm(request.GET, centre=self.actor.centre)
        if not asking.is_valid():
            return refused(request, asking)
        answer = Answer(asking.asked(), self.actor)
        context = {
            "form": form,
            "table": answer.table,
            "lines": answer.lines,
            "fresh": answer.fresh,
            "finality": answer.finality,
            "told_before": told_before(answer),
            "action": f"{reverse('answer-new')}?{answer.fixed_query}",
            "back": f"{reverse('numbers')}?{answer.fixed_query}",
            "has_errors": bool(form.errors),
        }
        return render(request, "manage/answers/new.html", context, status=status)


def told_before(answer: Answer) -> list[tuple[Standing, str]]:
    """What was published to the same question, each with why it differs now."""
    return [(one, words.sentence(one.difference())) for one in answer.told_before]


class AnswerView(StaffView):
    """Finds the answer in the actor's centres, or answers 404."""

    permission = roles.VIEW_NUMBERS

    def find(self, uid: uuid.UUID) -> Standing:
        rows = PublishedAnswer.objects.visible_to(self.actor).select_related("centre", "by")
        row = rows.filter(uid=uid).first()
        if row is None:
            raise Http404
        return answers.standing_of(row)


class AnswerPage(AnswerView):
    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid), CorrectForm(initial={"uid": new_uid()}))

    def page(
        self, request: HttpRequest, standing: Standing, form: CorrectForm, *, status: int = 200
    ) -> HttpResponse:
        row = standing.answer
        context: dict[str, Any] = {
            "standing": standing,
            "answer": row,
            "form": form,
            "has_errors": bool(form.errors),
            "may_export": self.actor.may(roles.EXPORT_NUMBERS),
            "may_correct": self.actor.may(roles.PUBLISH_ANSWERS),
            "url": f"{reverse('numbers')}?{row.address}",
        }
        if standing.is_vouched:
            context |= {
                "public": editions.newest(editions.subject_of_answer(row), row.centre),
                "table": table_as_told(row),
                "lines": lines_as_told(row, self.actor.centre),
                "unwritable": exports.unwritable_in(
                    table_as_told(row), file_lines(standing, self.actor.centre), []
                ),
                "corrections": [(one, table_as_told(one)) for one in standing.corrections],
                **self._difference(standing),
            }
        return render(request, "manage/answers/answer.html", context, status=status)

    def _difference(self, standing: Standing) -> dict[str, Any]:
        found = standing.difference()
        labels = as_told(standing.last_said)
        now = labels_of(
            comparing.ask(answers.question_of(standing.answer)), frozenset({standing.answer.centre_id})
        )
        return {
            "difference": found,
            "sentence": words.sentence(found),
            "causes": list(words.causes_of(found)),
            "changed": words.changed_cells(
                found, {**now.rows, **labels.rows}, {**now.columns, **labels.columns}
            ),
        }


class CorrectAnswer(AnswerPage):
    permission = roles.PUBLISH_ANSWERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        standing, form = self.find(uid), CorrectForm(request.POST)
        if form.is_valid():
            try:
                row = answers.correct(
                    form.cleaned_data["uid"],
                    answer_uid=uid,
                    notice=form.cleaned_data["notice"],
                    by=self.actor,
                )
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("訂正第%(n)s号として残しました。") % {"n": row.number})
                return redirect("answer", uid)
        return self.page(request, standing, form, status=422)


class AnswerFile(AnswerView):
    """The answer as it was published, as a file."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, uid: uuid.UUID, form: str) -> HttpResponseBase:
        standing = self.find(uid)
        if form not in exports.FORMATS or not standing.is_vouched:
            raise Http404
        row = standing.answer
        name = _("回答_第%(n)s号") % {"n": row.number}
        file = exports.export_as(form, name, table_as_told(row), file_lines(standing, self.actor.centre), [])
        audit.record(
            "NUMBERS_EXPORTED", by=self.actor, centre=row.centre, reason=f"{form} answer {row.uid}",
            count=len(row.numbers["row_codes"]),
        )  # fmt: skip
        return sent(file)


def file_lines(standing: Standing, centre: Centre) -> list[Line]:
    """What its file says beside its numbers."""
    row = standing.answer
    return [
        Line(_("公表"), _("第%(n)s号 %(title)s") % {"n": row.number, "title": row.title}),
        *lines_as_told(row, centre),
        *(Line(_("訂正第%(n)s号") % {"n": one.number}, one.notice) for one in standing.corrections),
    ]


def as_told(row: Said) -> Labels:
    kept = row.numbers
    return Labels(
        *(
            dict(zip(kept.get(f"{side}_codes", ()), kept.get(f"{side}_labels", ()), strict=False))
            for side in ("row", "column", "layer")
        )
    )


def table_as_told(row: Said) -> AnyShown:
    """The table with the words and numbers of the day, whatever the codes are called now."""
    return shown(Compared(answers.table_of(row), None), as_told(row))


def lines_as_told(row: Said, centre: Any) -> list[Line]:
    """Also whether the numbers were 速報 or 確定 on the day they were told."""
    said = _("公表したときは確定") if row.definition["is_final"] else _("公表したときは速報")
    found = Compared(answers.table_of(row), None)
    return [Line(_("速報・確定"), said), *definition_lines(found, centre)]
