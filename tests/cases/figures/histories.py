"""Random histories of facts: cases and 経過 stated, corrected, taken back, erased, copied into columns."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from cases.figures import columns, erasure, facts
from cases.figures.facts import Contact
from cases.models import Case

SCAMS = ("INSPECTION", "IMPERSONATION", "SUPPORT_SCAM")
CODES: dict[str, tuple[Any, ...]] = {
    "party_age": (None, 17, 34, 66, 79, 83),
    "party_sex": ("FEMALE", "MALE", ""),
    "party_area": ("NORTH", "SOUTH", "UNKNOWN"),
    "outcome": ("", "ADVICE", "MEDIATED"),
    "sales_method": ("", "STORE", "MAIL_ORDER"),
}
FIRST = date(2025, 1, 10)


@dataclass
class History:
    """`now` holds each living case with its 手口 and its 経過."""

    dice: random.Random
    make_case: Any
    now: dict[Any, tuple[Case, tuple[str, ...], list[Contact]]] = field(default_factory=dict)
    erased: int = 0

    def step(self) -> None:
        what = self.dice.choices(["state", "correct", "contact", "erase", "copy"], [5, 4, 3, 1, 2])[0]
        if what == "copy":
            columns.extend(self.dice.choice([1, 5, 1000]))
        elif what == "state" or not self.now:
            self._state()
        elif what == "contact":
            self._contact(self.dice.choice(list(self.now)))
        elif what == "correct":
            self._correct(self.dice.choice(list(self.now)))
        else:
            self._erase(self.dice.choice(list(self.now)))

    def run(self, steps: int) -> "History":
        for _step in range(steps):
            self.step()
        return self

    def _codes(self) -> dict[str, Any]:
        given = {name: self.dice.choice(values) for name, values in CODES.items()}
        return {**given, "received_on": self._day()}

    def _day(self) -> date:
        return FIRST + timedelta(days=self.dice.randint(0, 700))

    def _scams(self) -> tuple[str, ...]:
        return tuple(self.dice.sample(SCAMS, self.dice.randint(1, 2)))

    def _state(self) -> None:
        case, scams = self.make_case(**self._codes()), self._scams()
        facts.record([(case, scams[0], scams[1:])])
        self.now[case.uid] = case, scams, []

    def _correct(self, uid: Any) -> None:
        case, _scams, contacts = self.now[uid]
        changed = self._codes()
        for name in self.dice.sample(list(changed), self.dice.randint(1, 3)):
            setattr(case, name, changed[name])
        self._restate(case, self._scams(), contacts)

    def _contact(self, uid: Any) -> None:
        """One more 経過, or one that is taken back."""
        case, scams, contacts = self.now[uid]
        if contacts and self.dice.random() < 0.4:
            contacts.pop(self.dice.randrange(len(contacts)))
        else:
            contacts.append(Contact(uuid.UUID(int=self.dice.getrandbits(128)), self._day(), "TO_CALLER"))
        self._restate(case, scams, contacts)

    def _restate(self, case: Case, scams: tuple[str, ...], contacts: list[Contact]) -> None:
        facts.restate(facts.Coded(case, scams[0], scams[1:]), contacts)
        self.now[case.uid] = case, scams, contacts

    def _erase(self, uid: Any) -> None:
        with transaction.atomic():
            erasure.forget(uid)
        del self.now[uid]
        self.erased += 1
