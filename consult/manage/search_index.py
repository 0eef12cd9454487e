"""検索の索引: whether search holds what the cases say, and what can be done where it does not."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.jobs import Job
from cases.records.centre import Actor
from consult.shell import roles
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView
from search import boosts, dead_letters, reasons, state
from search.state import Health

SHOWN: Final = 200
ENGINES: Final = {
    "SqliteBackend": gettext_lazy("内蔵(この機械のファイル)"),
    "ElasticBackend": gettext_lazy("Elasticsearch"),
}
_NOTICES: Final = {
    Health.OK: ("success", gettext_lazy("検索は相談の記録に追いついています"), ""),
    Health.BEHIND: (
        "warning",
        gettext_lazy("検索に入っていない相談があります"),
        gettext_lazy(
            "相談の入力と保存には影響しません。処理係が動いているかと、下の一覧を確かめてください。"
        ),
    ),
    Health.REBUILDING: (
        "info",
        gettext_lazy("検索の索引を作っています"),
        gettext_lazy("相談の入力と保存はできます。終わると検索できるようになります。"),
    ),
    Health.UNAVAILABLE: (
        "error",
        gettext_lazy("検索エンジンにつながりません"),
        gettext_lazy("相談の入力と保存はできます。つながると、たまった分から自動で続けます。"),
    ),
}


class SearchIndex(StaffView):
    permission = roles.KEEP_SEARCH

    def get(self, request: HttpRequest) -> HttpResponse:
        found = state.state()
        kind, title, body = _NOTICES[found.health]
        context = {
            "state": found,
            "notice_kind": kind,
            "notice_title": title,
            "notice_body": body,
            "engine": ENGINES.get(found.engine, found.engine),
            "lag_minutes": None if found.lag.oldest is None else int(found.lag.oldest.total_seconds() // 60),
            "progress": self._progress(found.rebuild),
            "letters": state.letters(self.actor, most=SHOWN),
            "boosts": [
                (reasons.WORDS.get(name, name), round(100 * by)) for name, by in boosts.in_use().items()
            ],
        }
        return render(request, "manage/search_index.html", context)

    def _progress(self, job: Job | None) -> dict[str, Any] | None:
        """The last rebuild as a job; of one that started by itself nobody can follow or stop it as a job."""
        if job is None:
            return None
        progress = progress_of(job)
        if not Job.objects.visible_to(self.actor).filter(pk=job.pk).exists():
            progress |= {"poll_url": "", "cancel_url": "", "resume_url": ""}
        return progress


class RebuildIndex(StaffView):
    permission = roles.KEEP_SEARCH

    def post(self, request: HttpRequest) -> HttpResponse:
        state.rebuild(centre=self.actor.centre, by=self.actor)
        return redirect("search-index")


class CompareIndex(StaffView):
    permission = roles.KEEP_SEARCH

    def post(self, request: HttpRequest) -> HttpResponse:
        state.compare(centre=self.actor.centre, by=self.actor)
        messages.success(request, _("照合を始めました。違いは直され、終わるとこの画面に数が出ます。"))
        return redirect("search-index")


class Letters(StaffView):
    """Posts `do` (retry, give-up) and the `uid` of one refused case, or none: all of them."""

    permission = roles.KEEP_SEARCH

    def post(self, request: HttpRequest) -> HttpResponse:
        uids = self._chosen(request.POST.get("uid", ""))
        if request.POST.get("do") == "give-up":
            count = state.give_up(uids, by=self.actor)
            told = ngettext(
                "%(n)d件を知らせないことにしました。", "%(n)d件を知らせないことにしました。", count
            )
        else:
            count = dead_letters.retry(uids, by=self.actor)
            told = ngettext(
                "%(n)d件をもう一度試します。入ると一覧から消えます。",
                "%(n)d件をもう一度試します。入ると一覧から消えます。",
                count,
            )
        messages.success(request, told % {"n": count})
        return redirect("search-index")

    def _chosen(self, text: str) -> list[uuid.UUID]:
        """Only what the reader may see; a uid that is none chooses nothing."""
        if not text:
            return [letter.uid for letter in state.letters(self.actor, most=SHOWN)]
        try:
            return state.mine_of([uuid.UUID(text)], self.actor)
        except ValueError:
            return []


def card(_actor: Actor) -> today.Card | None:
    """今日: search is away, being made anew, or cases wait too long."""
    found = state.health()
    if found is Health.OK:
        return None
    kind, title, body = _NOTICES[found]
    return today.Card(str(title), str(body), today.Level(kind), "search-index", _("索引の状態を見る"))
