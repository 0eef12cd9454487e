"""What the worker does for search: the feed, a look whether the engine is well; each night a comparison, a lesson."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy

from cases import erasing
from cases.feed import register_consumer
from cases.jobs import Job, Lane, every, start
from cases.records.centre import SYSTEM
from search import engine, index, lexicon, suggest_learning, waves
from search.errors import SearchUnavailable

_LOOK_SECONDS: Final = 15.0
_FORGET_SECONDS: Final = 60.0
_LEARN_SECONDS: Final = 600.0
_DAY: Final = timedelta(days=1).total_seconds()


def register() -> None:
    """Called once, when the apps are ready."""
    register_consumer(
        index.CONSUMER,
        index.apply,
        batch=index.BATCH,
        away=(SearchUnavailable,),
        label=gettext_lazy("検索"),
    )
    every(_LOOK_SECONDS, "search.heal", wanted=engine.is_ill, lane=Lane.FEED)(engine.heal)
    every(_FORGET_SECONDS, "search.forget", wanted=index.has_words_to_forget)(index.forget_words)
    every(_FORGET_SECONDS, "search.tidy")(index.tidy)
    every(_DAY, "search.reconcile")(compare)
    every(_FORGET_SECONDS, "search.lexicon", wanted=is_lexicon_wanted)(fill_lexicon)
    every(_LEARN_SECONDS, "search.learn", wanted=suggest_learning.is_wanted)(suggest_learning.ask)
    every(_LEARN_SECONDS, "search.waves", wanted=waves.is_wanted)(waves.ask)
    erasing.register("suggestions", suggest_learning.after_erasure)


def compare() -> None:
    """Queue the comparison, unless one is still at work."""
    if not Job.objects.unfinished().filter(kind=index.RECONCILE).exists():
        start(index.RECONCILE, by=SYSTEM)


def is_lexicon_wanted() -> bool:
    """The words are gone though there is an index: after a restore, or another version of the analysis."""
    if not lexicon.lexicon().is_missing() or engine.is_ill():
        return False
    return not Job.objects.unfinished().filter(kind__in=[index.FILL, engine.REBUILD]).exists()


def fill_lexicon() -> None:
    """Queue it: the words of every case are learned again."""
    start(index.FILL, by=SYSTEM)
