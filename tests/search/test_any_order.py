"""Saved, erased, killed and wiped in any order: at last the engine holds what the database holds."""

import random
import uuid
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction

from cases import feed
from cases.errors import CasesError
from cases.jobs import claim_and_run
from cases.protection import keys
from cases.protection.models import DataKey
from cases.records.case import Case
from cases.services import followup
from cases.services.followup import FollowUpEntry
from cases.services.intake import record_cases
from consult.shell.accounts import Account
from search import index
from search.engine import engine, heal
from search.words import find
from tests import builders

pytestmark = pytest.mark.django_db
WORDS = ["屋根", "給湯器", "布団", "浄水器", "投資", "返金", "当選", "サプリ"]
STEPS = 50


class Killed(BaseException):
    """Ends a process in the middle of its work."""


class Events:
    def __init__(self, dice: random.Random, by: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dice, self.by, self.monkeypatch = dice, by, monkeypatch

    def text(self) -> str:
        return "、".join(self.dice.sample(WORDS, 2)) + "の件。"

    def case(self) -> Case:
        keyed = DataKey.objects.filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
        cases = list(Case.objects.filter(uid__in=keyed))
        return self.dice.choice(cases) if cases else builders.case(by=self.by, narrative=self.text())

    def record(self) -> None:
        made = [builders.entry(narrative=self.text()) for _number in range(self.dice.randint(1, 3))]
        record_cases(made, centre=self.by.centre, by=self.by)

    def correct(self) -> None:
        case = self.case()
        entry = builders.entry(uid=case.uid, narrative=self.text())
        followup.correct_case(entry, revision=case.revision, by=self.by)

    def note(self) -> None:
        entry = FollowUpEntry(
            uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text=self.text()
        )
        followup.add_follow_up(self.case().uid, entry, by=self.by)

    def close(self) -> None:
        case = self.case()
        followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=self.by)

    @transaction.atomic
    def erase(self) -> None:
        case = self.case()
        keys.destroy(case.sealed_owner)
        feed.changed([(case.uid, case.revision + 1)])
        if self.dice.random() < 0.5:
            case.delete()

    def drain(self) -> None:
        feed.drain("search", self.dice.randint(1, 20))

    def kill(self) -> None:
        name = self.dice.choice(["_put", "_store", "_forget_erased"])
        does = getattr(index, name)

        def die(*given: object) -> None:
            if self.dice.random() < 0.5:
                does(*given)
            raise Killed

        with self.monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(index, name, die)
            feed.drain("search", 20)

    def wipe(self) -> None:
        engine().wipe()

    def work(self) -> None:
        heal()
        feed.drain("search", 10_000)
        while claim_and_run(worker="test"):
            pass


KINDS: list[tuple[Callable[[Events], None], int]] = [
    (Events.record, 6), (Events.correct, 4), (Events.note, 4), (Events.close, 2), (Events.erase, 2),
    (Events.drain, 3), (Events.kill, 4), (Events.wipe, 1), (Events.work, 2),
]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_ends_with_what_the_database_holds(
    seed: int, empty_engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    events = Events(dice, builders.account(), monkeypatch)
    happenings, weights = zip(*KINDS, strict=True)

    for happening in dice.choices(happenings, weights, k=STEPS):
        with suppress(CasesError):  # closed twice
            happening(events)
    events.work()

    keyed = DataKey.objects.filter(owner_kind=Case.OWNER_KIND).values("owner_uid")
    held = Case.objects.filter(uid__in=keyed)
    assert {one.uid: one.revision for one in engine().stored(limit=1000)} == dict(
        held.values_list("uid", "revision")
    )
    for word in WORDS:
        assert set(find(word, by=events.by, limit=1000).uids) == {
            case.uid for case in held if word in words_of(case)
        }


def words_of(case: Case) -> str:
    sealer = keys.sealer(case.sealed_owner)
    return sealer.open(case, "narrative") + "".join(sealer.open(row, "text") for row in case.follow_ups.all())
