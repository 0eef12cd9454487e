"""伏せ字の確認: a case's words with what is to be masked; one key confirms all, Tab and Space change one.

The words come in the answer to a POST and are never sent back: the form carries places and a digest.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.shortcuts import render as render_page
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.protection import confirming
from cases.protection.confirming import Choice, Proposal, WordsChanged
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redaction import KINDS, Span, merged
from cases.records.case import Case
from consult.desk.case import CaseView
from consult.shell import roles

_TITLES: Final = {"narrative": gettext_lazy("相談概要"), "advice": gettext_lazy("助言・処理概要")}
_MOST_WORDS: Final = 20


@dataclass(frozen=True)
class Piece:
    """A run of letters: plain, masked for good (`is_fixed`), or with a box that says whether it is masked."""

    text: str
    kind: str = ""
    value: str = ""
    is_fixed: bool = False
    is_masked: bool = False
    is_sure: bool = False


@dataclass(frozen=True)
class Section:
    """One text of the case on the page."""

    key: str
    title: str
    digest: str
    is_confirmed: bool
    pieces: list[Piece]
    open_boxes: int


class Masks(CaseView):
    """Opens the page, shows it anew with further words masked, or confirms."""

    permission = roles.REVEAL_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if request.POST.get("do") == "confirm":
            return self._confirm(request, case)
        return self._page(request, case)

    def _page(
        self, request: HttpRequest, case: Case, *, status: int = 200, refusal: str = ""
    ) -> HttpResponse:
        try:
            found = confirming.proposals(case.uid, by=self.actor)
        except BreakGlassNeeded as refused:
            messages.error(request, str(refused))
            return redirect("case", uid=case.uid)
        words = [] if refusal else _words(request.POST)
        sections = [section(proposal, request.POST, words) for proposal in found]
        context = {
            "case": case,
            "sections": sections,
            "refusal": refusal,
            "words": "、".join(words),
            "not_found": [
                word for word in words if not any(confirming.with_word(one, word) for one in found)
            ],
            "all_confirmed": bool(sections) and all(one.is_confirmed for one in sections),
        }
        return render_page(request, "desk/masks.html", context, status=status)

    def _confirm(self, request: HttpRequest, case: Case) -> HttpResponse:
        try:
            count = confirming.confirm(
                case.uid,
                choices(request.POST),
                by=self.actor,
                suggest_denied=request.POST.get("suggest") == "1",
            )
        except WordsChanged as refused:
            return self._page(request, case, status=refused.status, refusal=str(refused))
        except BreakGlassNeeded as refused:
            messages.error(request, str(refused))
            return redirect("case", uid=case.uid)
        except Case.DoesNotExist:
            raise Http404 from None
        told = ngettext("伏せ字を確定しました(%(n)d件の文)。", "伏せ字を確定しました(%(n)d件の文)。", count)
        messages.success(request, told % {"n": count})
        return redirect("case", uid=case.uid)


def _words(data: QueryDict) -> list[str]:
    """Further words to mask, as typed between 、 or blanks."""
    typed = data.get("words", "").replace("、", " ").replace(",", " ").split()
    return list(dict.fromkeys(typed))[:_MOST_WORDS]


def section(proposal: Proposal, data: Mapping[str, str], words: Sequence[str]) -> Section:
    """The text in pieces. A box that was open when the page was sent stays open, whatever else was asked."""
    title = str(_TITLES.get(proposal.key, _("経過")))
    offered = _offered(proposal, words)
    was_here = data.get(f"digest.{proposal.key}") == proposal.digest if hasattr(data, "getlist") else False
    kept = set(data.getlist("mask")) if was_here else None  # type: ignore[attr-defined]
    before = set(data.getlist("box")) if was_here else set()  # type: ignore[attr-defined]
    pieces = list(_pieces(proposal, offered, kept, before))
    return Section(
        key=proposal.key,
        title=title,
        digest=proposal.digest,
        is_confirmed=proposal.is_confirmed,
        pieces=pieces,
        open_boxes=sum(bool(piece.value) for piece in pieces),
    )


def _offered(proposal: Proposal, words: Sequence[str]) -> tuple[Span, ...]:
    more = [span for word in words for span in confirming.with_word(proposal, word)]
    return merged([*proposal.fixed, *proposal.spans, *more])


def _pieces(
    proposal: Proposal, offered: Sequence[Span], kept: set[str] | None, before: set[str]
) -> Iterator[Piece]:
    fixed = {at for span in proposal.fixed for at in range(span.start, span.end)}
    done = 0
    for span in offered:
        if done < span.start:
            yield Piece(proposal.text[done : span.start])
        text = proposal.text[span.start : span.end]
        if fixed.issuperset(range(span.start, span.end)):
            yield Piece(text, span.kind, is_fixed=True, is_masked=True)
        else:
            value = f"{proposal.key}:{span.start}:{span.end}:{span.kind}"
            is_masked = kept is None or value in kept or value not in before
            yield Piece(text, span.kind, value, is_masked=is_masked, is_sure=span.tier == "auto")
        done = span.end
    if done < len(proposal.text):
        yield Piece(proposal.text[done:])


def choices(data: QueryDict) -> dict[str, Choice]:
    """What the form says of each text: its digest and the places ticked. What cannot be read is no place."""
    spans: dict[str, list[Span]] = {}
    for value in data.getlist("mask")[: confirming.MOST_SPANS]:
        key, *rest = value.split(":")
        if len(rest) == 3 and rest[0].isdecimal() and rest[1].isdecimal() and rest[2] in KINDS:
            spans.setdefault(key, []).append(Span(int(rest[0]), int(rest[1]), rest[2], "auto"))
    return {
        name.removeprefix("digest."): Choice(digest, tuple(spans.get(name.removeprefix("digest."), ())))
        for name, digest in data.items()
        if name.startswith("digest.") and isinstance(digest, str)
    }
