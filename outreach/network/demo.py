"""A watch network of the made-up centre: members, what they noticed, what is told in town. No person in it is real."""

import uuid
from datetime import date, timedelta
from typing import Final

from cases.demo import parts
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.services import rumours, worries
from cases.services.rumours import RumourEntry
from cases.services.worries import WorryEntry, WorryWords
from cases.watchers import WATCHER_ROUTE
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.network import services
from outreach.network.models import Member
from outreach.network.services import ContactEntry, MemberEntry

_NAMESPACE: Final = uuid.UUID("5a0c4a0e-2b52-4c0b-9d0f-8a7e0f5d2c31")
# kind, name, channel, copies, council, days until the agreement ends (None: no agreement)
_MEMBERS: Final = (
    ("WELFARE_CENTRE", "北地域包括支援センター", "FAX", 8, True, None),
    ("WELFARE_CENTRE", "南地域包括支援センター", "MAIL", 6, True, None),
    ("COMMISSIONER", "民生委員・児童委員協議会 北部地区", "HAND", 24, True, None),
    ("WELFARE_COUNCIL", "社会福祉協議会", "MAIL", 3, True, None),
    ("POLICE", "架空警察署 生活安全課", "FAX", 1, True, None),
    ("FINANCE", "みどり信用金庫 本店", "MAIL", 2, False, 400),
    ("AGREEMENT", "あさひ新聞販売所", "POST", 12, False, 40),
    ("AGREEMENT", "まごころ配食サービス", "MAIL", 4, False, -10),
    ("SENIORS_CLUB", "老人クラブ連合会", "CIRCULAR", 60, False, None),
    ("NEIGHBOURHOOD", "中央町会", "CIRCULAR", 30, False, None),
)
# days ago, member, channel, 手口, urgent, consent, what was noticed
_WORRIES: Final = (
    (0, 5, "PHONE", "FAKE_POLICE", True, "GIVEN", "窓口で高額の払い戻しを急ぐ。「警察に口座を調べられる」と話した。"),
    (1, 0, "PAPER", "INSPECTION", False, "NOT_ASKED", "訪問すると、屋根工事の見積書が何枚も机にあった。契約は不明。"),
    (6, 2, "COUNTER", "", False, "NOT_ASKED", "玄関に健康食品の段ボール箱が積んであった。支払いに困っている様子。"),
    (12, 6, "PHONE", "", False, "GIVEN", "新聞がたまっていたので声をかけた。暮らしの相談がしたいという。"),
    (20, 1, "MAIL", "INSPECTION", False, "GIVEN", "床下の点検のあと、工事の契約を断れなかったと話していた。"),
    (35, 3, "PHONE", "", False, "REFUSED", "通販の荷物が多いが、本人は困っていないという。"),
)  # fmt: skip
# days ago, 手口, place, times, what is told
_RUMOURS: Final = (
    (3, "INSPECTION", "本町2丁目", 3, "「近くで工事をしている」と言って、屋根を見たがる二人組が回っている。"),
    (9, "FAKE_POLICE", "駅前", 2, "警察を名のる自動音声の電話が、続けてかかってきた。"),
    (30, "", "市役所の前", 1, "アンケートだと言って、名前を書かせようとする人がいた。"),
)
_WORDS: Final = WorryWords(person="甲野 花子", kana="コウノ ハナコ", phone="090-0000-0000", age="81")


def load(centre: Centre, by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find the members and add nothing."""
    keepers = Account.objects.holding(centre, roles.KEEP_NETWORK)
    desk = Account.objects.holding(centre, roles.DECIDE_WORRIES)
    if not keepers or not desk or Member.objects.filter(centre=centre).exists():
        return
    day = min(today, calendar.today())
    areas = list(centre.areas.values_list("code", flat=True))
    members = [_member(centre, place, day, keepers[0]) for place in range(len(_MEMBERS))]
    told = [_worry(centre, place, members, areas, day, desk[0]) for place in range(len(_WORRIES))]
    _decide(told, centre, day, desk[0])
    for place in range(len(_RUMOURS)):
        _rumour(centre, place, members, areas, day, keepers[0])


def _uid(centre: Centre, what: str, place: int) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{centre.code}/{what}/{place}")


def _of_the_north_or_south(centre: Centre, name: str) -> tuple[str, ...]:
    """The first district whose name begins with the side of the town that the member's name tells, if it tells one."""
    return tuple(
        area.code for area in centre.areas.all() for side in "北南" if side in name and side in area.label
    )[:1]


def _member(centre: Centre, place: int, day: date, by: Account) -> Member:
    kind, name, channel, copies, is_council, ends = _MEMBERS[place]
    told = day - timedelta(days=200) if is_council else None
    entry = MemberEntry(
        kind=kind, name=name, channel=channel, copies=copies, is_council=is_council, duty_told_on=told,
        receives_shares=is_council, receives_alerts=is_council, areas=_of_the_north_or_south(centre, name),
        agreed_on=day - timedelta(days=700) if ends is not None else None,
        agreement_until=None if ends is None else day + timedelta(days=ends),
    )  # fmt: skip
    member = services.add(_uid(centre, "member", place), entry, centre=centre, by=by)
    contact = ContactEntry(post="担当", name="乙川 一郎", phone=f"03-0000-{1000 + place}")
    services.keep_contact(member.uid, contact, by=by)
    return member


def _worry(
    centre: Centre, place: int, members: list[Member], areas: list[str], day: date, by: Account
) -> uuid.UUID:
    ago, member, channel, theme, is_urgent, consent, words = _WORRIES[place]
    entry = WorryEntry(
        uid=_uid(centre, "worry", place), received_on=day - timedelta(days=ago), channel=channel,
        consent=consent, theme=theme, is_urgent=is_urgent, member_uid=members[member].uid,
        area=areas[place % len(areas)] if areas else "",
        sealed=WorryWords(**{**vars(_WORDS), "words": words}),
    )  # fmt: skip
    return worries.record(entry, centre=centre, by=by).uid


def _decide(told: list[uuid.UUID], centre: Centre, day: date, by: Account) -> None:
    """The first two wait at the desk; the others went each its own way."""
    _urgent, _new, waits, passed, joined, closed = told
    worries.wait(waits, until=calendar.today() + timedelta(days=2), by=by)
    worries.pass_on(passed, to="社会福祉協議会", by=by)
    brought = Case.objects.filter(centre=centre, route=WATCHER_ROUTE).newest_first().first()
    if brought is not None:
        worries.join(joined, brought.uid, by=by)
        worries.rate(joined, member="GOOD", centre="GOOD", by=by)
    worries.close(closed, reason="REFUSED", by=by)
    worries.rate(closed, member="INCOMPLETE", centre="GOOD", by=by)


def _rumour(
    centre: Centre, place: int, members: list[Member], areas: list[str], day: date, by: Account
) -> None:
    ago, theme, where, times, words = _RUMOURS[place]
    first = day - timedelta(days=ago)
    entry = RumourEntry(
        uid=_uid(centre, "rumour", place), heard_on=first, words=words, place=where, theme=theme,
        area=areas[place % len(areas)] if areas else "", member_uid=members[9].uid if place == 0 else None,
    )  # fmt: skip
    rumours.record(entry, centre=centre, by=by)
    for _again in range(times - 1):
        rumours.hear_again(entry.uid, on=first, by=by)


def register() -> None:
    parts.register("watch network", load)
