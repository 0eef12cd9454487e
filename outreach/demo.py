"""Lectures and bulletins of a made-up centre, so that the pages of 啓発 are not empty on the first day."""

import uuid
from datetime import date, time, timedelta
from typing import Final

from cases.demo import parts
from cases.figures.dimensions import SENIOR
from cases.figures.trends import YOUNG
from cases.law import calendar
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.advice import advice_for
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import BulletinText
from outreach.lectures import services as lectures
from outreach.lectures.kinds import Kind
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.services import LecturerEntry, RoomEntry
from outreach.lectures.services import LecturePlan

# (days from today, title, theme, audience, age group, venue, people expected, people who came)
_LECTURES: Final = (
    (-75, "夏休みのゲーム課金を話し合う会", "GAME_CHARGE", "HOGOSHA", "ALL", "中央図書館 集会室", 20, 17),
    (-40, "点検商法を断る練習", "INSPECTION", "KOREISHA", SENIOR, "北公民館 和室", 25, 31),
    (-12, "警察を名のる電話への備え", "FAKE_POLICE", "IPPAN", "ALL", "市民会館 小ホール", 60, 52),
    (9, "屋根の点検と言われたら", "INSPECTION", "KOREISHA", SENIOR, "南コミュニティセンター", 30, None),
    (23, "初めての一人暮らしと契約", "SUBSCRIPTION_TRAP", "DAIGAKU", YOUNG, "若者交流センター", 40, None),
)  # fmt: skip


def load(centre: Centre, _by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find the lectures and add nothing."""
    if Lecture.objects.filter(centre=centre).exists():
        return
    author = _who(centre, roles.WRITE_BULLETINS)
    approver = _who(centre, roles.APPROVE_BULLETINS)
    lecturer, room = _roster(centre, author)
    _exhibition(centre, author, today, room)
    for days, title, theme, audience, age_group, venue, expected, came in _LECTURES:
        held_on = calendar.last_working_day(today + timedelta(days=days))
        plan = LecturePlan(
            title=title,
            held_on=held_on,
            starts_at=time(10),
            ends_at=time(11, 30),
            venue=venue,
            audience=audience,
            age_group=age_group,
            theme=theme,
            expected_people=expected,
            lecturers=(lecturer,) if theme == "INSPECTION" else (),
            travel_before=30,
            travel_after=30,
        )
        lecture = lectures.plan_lecture(plan, centre=centre, by=author).lecture
        if came is not None:
            lectures.record_result(lecture.uid, sessions=1, people=came, kind=Kind.LECTURE, by=author)
    issued = bulletins.start(_text("INSPECTION", Bulletin.Period.NONE), centre=centre, by=author).bulletin
    bulletins.submit(issued.uid, by=author, suggestions_seen=True)
    bulletins.approve(issued.uid, by=approver)
    bulletins.issue(issued.uid, by=author)
    waiting = bulletins.start(
        _text("FAKE_POLICE", Bulletin.Period.FISCAL_YEAR), centre=centre, by=author
    ).bulletin
    bulletins.submit(waiting.uid, by=author, suggestions_seen=True)


def _roster(centre: Centre, by: Account) -> tuple[uuid.UUID, uuid.UUID]:
    """Two who speak, and a room; made-up names."""
    entries = (
        LecturerEntry(label="相談員A", kind="COUNSELLOR", name="見本 一子", weekdays=(), yearly_cap=20),
        LecturerEntry(
            label="弁護士会の講師", kind="OUTSIDE", name="見本 二郎", themes=("INSPECTION",), yearly_cap=4
        ),
    )
    first, _other = [roster.add_lecturer(entry, centre=centre, by=by) for entry in entries]
    room = roster.save_room(
        RoomEntry(name="研修室", capacity=30, equipment="プロジェクター、マイク"), centre=centre, by=by
    )
    return first.uid, room.uid


def _exhibition(centre: Centre, by: Account, today: date, room: uuid.UUID) -> None:
    first = calendar.last_working_day(today + timedelta(days=16))
    plan = LecturePlan(
        title="くらしの安全パネル展", kind=Kind.PANEL, held_on=first, last_on=first + timedelta(days=4),
        starts_at=time(9), ends_at=time(17), venue="", audience="IPPAN", room=room,
    )  # fmt: skip
    lectures.plan_lecture(plan, centre=centre, by=by)


def _who(centre: Centre, permission: str) -> Account:
    return next(account for account in Account.objects.filter(centre=centre) if account.may(permission))


EXAMPLES: Final = {
    "INSPECTION": (
        "「無料で屋根を点検します」と訪ねて来た業者",
        "「近くで工事をしている。屋根の瓦がずれているのが見えた」と業者が訪ねて来た。無料だというので見てもらうと、"
        "「このままでは雨漏りする」と写真を見せられ、その日のうちに高額な工事を契約してしまった。(80歳代)",
    ),
    "FAKE_POLICE": (
        "警察を名のる電話「あなたに容疑がかかっている」",
        "知らない番号から電話があり、警察を名のる男性に「あなたの口座が犯罪に使われた。潔白を証明するために"
        "お金を移して」と言われた。だれにも話さないよう口止めもされた。(30歳代)",
    ),
}


def _text(theme: str, period: Bulletin.Period) -> BulletinText:
    title, example = EXAMPLES[theme]
    prepared = advice_for(theme)
    return BulletinText(
        title=title,
        example=example,
        advice=prepared.advice,
        signs=prepared.signs,
        theme=theme,
        period=period,
    )


def register() -> None:
    parts.register("outreach", load)
