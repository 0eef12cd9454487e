"""People of one centre, and what they plan and write."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from cases.figures import facts
from cases.jobs.work import claim_and_run
from cases.models import Case, Centre
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.lectures.models import Lecture
from outreach.lectures.services import LecturePlan, plan_lecture
from outreach.planning.models import Place, Plan, Proposal
from tests import builders

TODAY = date(2026, 11, 20)
TOPIC = Place("INSPECTION", "65_OVER", "")


@pytest.fixture(autouse=True)
def columns_folder(tmp_path: Path, settings: Any) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"


@pytest.fixture
def today() -> Iterator[date]:
    with time_machine.travel("2026-11-20 10:00:00+09:00", tick=False):
        yield TODAY


@pytest.fixture
def centre(db: None) -> Centre:
    return builders.centre()


@pytest.fixture
def writer(centre: Centre) -> Account:
    return builders.account("OUTREACH", at=centre)


@pytest.fixture
def manager(centre: Centre) -> Account:
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def stranger(db: None) -> Account:
    """Outreach and management of another centre."""
    account = builders.account("OUTREACH", at=builders.centre("kita"))
    account.role_codes = ["OUTREACH", "MANAGER"]
    account.save()
    return account


@pytest.fixture
def signed_in() -> Callable[[Account], Client]:
    def sign_in(account: Account) -> Client:
        client = Client()
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def a_plan() -> Callable[..., LecturePlan]:
    def make(**more: Any) -> LecturePlan:
        given: dict[str, Any] = {
            "title": "点検商法から身を守る",
            "held_on": date(2026, 12, 10),
            "starts_at": time(14),
            "ends_at": time(15),
            "venue": "北公民館",
            "audience": "KOREISHA",
            "theme": "INSPECTION",
            "lecturer": "秘密 講師",
            **more,
        }
        return LecturePlan(**given)

    return make


@pytest.fixture
def a_lecture(a_plan: Callable[..., LecturePlan], writer: Account) -> Callable[..., Lecture]:
    def make(*, by: Account | None = None, **more: Any) -> Lecture:
        who = by or writer
        return plan_lecture(a_plan(**more), centre=who.centre, by=who).lecture

    return make


@pytest.fixture
def a_text() -> Callable[..., BulletinText]:
    def make(**more: Any) -> BulletinText:
        given: dict[str, Any] = {
            "title": "屋根の点検にご注意",
            "theme": "INSPECTION",
            "example": "無料で点検すると言われ、高い工事を契約した。(70歳代 女性)",
            "advice": ["その場で決めない。", "家族に話す。", "見積もりを比べる。"],
            "signs": ["足場がある"],
            **more,
        }
        return BulletinText(**given)

    return make


@pytest.fixture
def a_bulletin(a_text: Callable[..., BulletinText], writer: Account) -> Callable[..., Bulletin]:
    """A bulletin of the writer brought to a state; `manager` approves."""

    def make(
        state: str = "DRAFT", *, by: Account | None = None, approver: Account | None = None, **more: Any
    ) -> Bulletin:
        who = by or writer
        uid = bulletins.start(a_text(**more), centre=who.centre, by=who).bulletin.uid
        other = approver or builders.account("MANAGER", at=who.centre)
        steps: list[tuple[str, Callable[[], object]]] = [
            ("DRAFT", lambda: None),
            ("IN_REVIEW", lambda: submitted(uid, who)),
            ("APPROVED", lambda: bulletins.approve(uid, by=other)),
            ("ISSUED", lambda: bulletins.issue(uid, by=who)),
        ]
        for name, step in steps:
            step()
            if name == state:
                break
        return Bulletin.objects.get(uid=uid)

    return make


def submitted(uid: uuid.UUID, by: Account) -> None:
    """Sent for approval, and what it is to print judged by the worker."""
    bulletins.submit(uid, by=by, suggestions_seen=True)
    release = Bulletin.objects.get(uid=uid).release
    if release is not None and release.job is not None:
        claim_and_run(worker="test")


@pytest.fixture
def stated(centre: Centre) -> Callable[..., None]:
    """Facts of so many consultations of a 手口 on a day; figures need no more."""

    def state(
        count: int, scam: str = "INSPECTION", *, on: date = TODAY, at: Centre | None = None, **more: Any
    ) -> None:
        where = at or centre
        rows: list[Any] = [
            (
                Case(
                    uid=uuid.uuid4(), centre=where, received_on=on, fiscal_year=on.year - (on.month < 4),
                    channel="PHONE", kind="COMPLAINT", party_age_band=more.get("band", "70_74"),
                ),
                scam,
                (),
            )
            for _n in range(count)
        ]  # fmt: skip
        facts.record(rows)

    return state


@pytest.fixture
def a_proposal(centre: Centre) -> Callable[..., Proposal]:
    def make(place: Place = TOPIC, *, at: Centre | None = None) -> Proposal:
        plan = Plan.objects.create(
            centre=at or centre,
            last_day=date(2026, 11, 20),
            as_of=1,
            engine="1",
            digest="d",
            inputs={},
            weights={},
        )
        return Proposal.objects.create(
            plan=plan, position=1, theme=place.theme, age_group=place.age_group, area=place.area, factors={}
        )

    return make
