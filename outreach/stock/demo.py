"""Handouts of a made-up centre: one running low, one with a withdrawn version."""

import uuid
from datetime import date, timedelta

from cases.demo import parts
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.lectures.models import Lecture
from outreach.stock import services
from outreach.stock.models import StockItem, StockMovement
from outreach.stock.services import ItemEntry, MovementEntry

What = StockMovement.What


def load(centre: Centre, _by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find its items and add nothing."""
    if StockItem.objects.filter(centre=centre).exists():
        return
    keeper = next(one for one in Account.objects.filter(centre=centre) if one.may(roles.KEEP_REGISTERS))
    office = services.add_place("事務所", centre=centre, by=keeper)
    branch = services.add_place("北支所", centre=centre, by=keeper)
    lecture = Lecture.objects.filter(centre=centre, state="DONE").order_by("held_on").first()

    def item(name: str, kind: str, unit: str, low_at: int, *versions: str) -> list[uuid.UUID]:
        entry = ItemEntry(name=name, kind=kind, unit=unit, low_at=low_at)
        made = services.save_item(uuid.uuid4(), entry, centre=centre, by=keeper)
        return [services.add_version(made.uid, name=one, issued_on=None, by=keeper).uid for one in versions]

    def moved(version: uuid.UUID, what: str, number: int, days: int, **more: object) -> None:
        entry = MovementEntry(
            version=version, place=office.uid, what=what, number=number, on=today - timedelta(days=days), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        services.move(entry, by=keeper)

    [sticker] = item("訪問販売お断りシール", "STICKER", "枚", 150, "令和7年版")
    moved(sticker, What.RECEIVED, 300, 100)
    moved(sticker, What.HANDED_OUT, 100, 60, recipient="市役所の窓口")
    moved(sticker, What.MOVED, 80, 50, place_to=branch.uid)
    old, new = item("点検商法のちらし", "HANDOUT", "枚", 50, "令和6年版", "令和8年版")
    moved(old, What.RECEIVED, 40, 90)
    moved(new, What.RECEIVED, 500, 80)
    services.withdraw_version(old, reason="相談電話の番号が変わった", by=keeper)
    if lecture is not None:
        days = (today - lecture.held_on).days
        moved(new, What.HANDED_OUT, 31, days, lecture=lecture.uid)
        [slides] = item("断る練習の台本", "MATERIAL", "部", 0, "第2版")
        moved(slides, What.USED, 0, days, lecture=lecture.uid)


def register() -> None:
    parts.register("stock", load)
