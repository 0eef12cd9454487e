"""`manage.py search_check`: does the search index hold what the database holds? With --repair it will."""

import json
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import feed
from search import index
from search.backends.base import Backend
from search.check import Checked, check
from search.engine import REBUILD, engine, heal
from search.errors import EngineBroken, SearchUnavailable
from search.management.working import run_here, say

NOT_IN_STEP: Final = 3


class Command(BaseCommand):
    """A thin door to `search.check.check`. Exit 0: in step; 3: not; 1: the engine cannot be asked."""

    help = "Compares the search index with the cases, both ways; prints one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="put right what differs, then compare again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            into = self._engine(repair=options["repair"])
            found = self._check(into)
            repaired: dict[str, int] = {}
            if options["repair"] and not (found.is_in_step and not found.waiting):
                repaired = self._repair(into)
                found = self._check(into)
        except (EngineBroken, SearchUnavailable) as trouble:
            raise CommandError(f"the engine cannot be asked: {trouble}") from trouble
        self.stdout.write(json.dumps({**found.as_json(), **repaired}, ensure_ascii=False))
        if not found.is_in_step:
            raise CommandError("index and database differ", returncode=NOT_IN_STEP)

    def _engine(self, *, repair: bool) -> Backend:
        """The engine; with `repair`, made anew where it is broken or was never filled."""
        into = engine()
        if repair:
            heal()
            if not into.is_complete():
                run_here(REBUILD, {"anew": False}, self.stderr)
        return into

    def _check(self, into: Backend) -> Checked:
        return check(into, lambda done, total: say(self.stderr, done, total))

    def _repair(self, into: Backend) -> dict[str, int]:
        taken = feed.drain(index.CONSUMER, 1_000_000)
        done = index.reconcile(into)
        return {"from_feed": taken, "removed": done.removed, "renewed": done.renewed}
