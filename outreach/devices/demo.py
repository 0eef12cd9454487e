"""Devices of a made-up centre: some lent, one overdue, somebody waiting. Every person is invented."""

import uuid
from datetime import date, timedelta
from typing import Final

from cases.demo import parts
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.devices import services, stock
from outreach.devices.models import DeviceKind
from outreach.devices.services import Borrower, KindEntry, LoanEntry

# (days since the application, days since it was lent, days since it came back, name, reading, end of the number)
_LOANS: Final = (
    (420, 410, 45, "架空 花子", "カクウ ハナコ", "0101"),
    (400, 396, None, "見本 太郎", "ミホン タロウ", "0102"),
    (120, 110, None, "例示 梅子", "レイジ ウメコ", "0103"),
    (60, 52, None, "試験 一郎", "シケン イチロウ", "0104"),
    (12, None, None, "仮名 静江", "カメイ シズエ", "0105"),
    (5, None, None, "雛形 正夫", "ヒナガタ マサオ", "0106"),
)


def load(centre: Centre, _by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find the kind and add nothing."""
    if DeviceKind.objects.filter(centre=centre).exists():
        return
    keeper = next(one for one in Account.objects.filter(centre=centre) if one.may(roles.KEEP_REGISTERS))
    entry = KindEntry(
        name="自動通話録音機", min_age=65, loan_days=365, lent_before=870, low_at=2, condition="市内に住む人"
    )
    kind = services.save_kind(uuid.uuid4(), entry, centre=centre, by=keeper)
    first = today - timedelta(days=430)
    stock.move(kind.uid, what="RECEIVED", number=6, on=first, by=keeper)
    for number, (applied, lent, back, name, kana, phone) in enumerate(_LOANS, start=1):
        borrower = Borrower(
            name=name, kana=kana, phone=f"03-0000-{phone}", address=f"見本町{number}-2-{number}"
        )
        application = LoanEntry(
            borrower=borrower, applied_on=today - timedelta(days=applied), age=70 + number
        )
        loan = services.apply(kind.uid, application, by=keeper)[0]
        if lent is not None:
            services.lend(loan.uid, on=today - timedelta(days=lent), device_no=f"R-{number:03}", by=keeper)
        if back is not None:
            services.take_back(loan.uid, on=today - timedelta(days=back), by=keeper)


def register() -> None:
    parts.register("devices", load)
