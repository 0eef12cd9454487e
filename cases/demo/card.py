"""The further items of a made-up card: drawn from what the story already says, never from a person.

The shares are assumptions, chosen so that every part of the page has something to show.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final

from cases.demo import traders
from cases.demo.profile import Mix
from cases.services.card_entry import CareEntry, ConsentEntry, ReferralEntry, TraderEntry, TransferEntry
from cases.services.entry import CaseEntry

_PAYMENTS: Final = {
    "STORE": ("CASH", "CARD_NEXT_MONTH", "CARD_INSTALMENT", "INDIVIDUAL_CREDIT"),
    "DOOR_TO_DOOR": ("CASH", "TRANSFER", "INDIVIDUAL_CREDIT"),
    "TELEMARKETING": ("TRANSFER", "CASH_ON_DELIVERY", "ACCOUNT_DEBIT"),
    "MAIL_ORDER": ("CARD_NEXT_MONTH", "DEFERRED", "CASH_ON_DELIVERY"),
    "INTERNET": ("CARD_NEXT_MONTH", "DEFERRED", "CONVENIENCE_STORE", "E_MONEY", "CARRIER_BILLING"),
    "MULTILEVEL": ("LOAN", "CARD_REVOLVING", "TRANSFER"),
}
_TRIGGERS: Final = {
    "DOOR_TO_DOOR": ("VISIT", "PHONE_CALL", "FLYER"),
    "TELEMARKETING": ("PHONE_CALL", "FOREIGN_CALL", "AUTOMATIC_VOICE"),
    "INTERNET": ("WEB_AD", "SNS_AD", "SEARCH", "VIDEO"),
    "MULTILEVEL": ("REFERRAL", "MATCHING_APP", "SNS_DM"),
    "STORE": ("STORE", "FLYER"),
    "MAIL_ORDER": ("TV_RADIO", "PAPER", "FLYER"),
    "HOME_BUYING": ("PHONE_CALL", "VISIT", "FLYER"),
}
# Of those of 80 and older, by whether they call themselves: of 判断不十分者 one in five does (国民生活センター).
_IMPAIRED: Final = {False: 0.2, True: 0.026}
# Who sends people to a centre: no published split was found. Not everybody is asked.
_ROUTES: Final = Mix(
    {
        "KNEW": 30.0,
        "": 16,
        "HOTLINE": 12,
        "WEB_SEARCH": 10,
        "FAMILY": 9,
        "PUBLICITY": 7,
        "POLICE": 6,
        "OTHER_OFFICE": 4,
        "WATCHER": 2,
        "OTHER_CENTRE": 1.5,
        "OTHER_BODY": 1.5,
        "MEDIA": 1,
        "LECTURE": 0.5,
        "FINANCE_SHOP": 0.5,
        "UNKNOWN": 1,
    }
)
_WATCHERS: Final = frozenset({"WELFARE", "CARE_MANAGER"})
_MEANS: Final = {"TELEMARKETING": "PHONE", "DOOR_TO_DOOR": "FACE", "INTERNET": "EMAIL", "HOME_BUYING": "FACE"}
_TO_ACCOUNTS: Final = frozenset(
    {"SNS_INVESTMENT", "SNS_ROMANCE", "FAKE_SHOP", "FAKE_POLICE", "SIDE_JOB", "REFUND_FRAUD", "SUPPORT_SCAM"}
)
# Names that no bank has.
_BANKS: Final = ("かささぎ銀行 本店", "つばめ信用金庫 駅前支店", "あおさぎネット銀行 第三支店")
_HOLDERS: Final = ("カ)ヤマセ", "ナカミゾ レン", "ド)シオサイ", "オキツ ハルカ")
_LANGUAGES: Final = ("EN", "ZH", "VI", "NE", "EASY", "SIGN")


def filled(rng: Random, entry: CaseEntry) -> CaseEntry:
    """The entry with the items of the card that its story allows. Draws the same number of dice for each case."""
    dice = [rng.random() for _number in range(11)]
    pick = Random(rng.getrandbits(64))  # noqa: S311 - made-up data
    is_contract = entry.contract_yen is not None
    return replace(
        entry,
        route=_route(entry),
        continuity="CONTINUED" if dice[0] < 0.06 else "FIRST",
        contract_state=("CONTRACTED" if dice[1] < 0.85 else "CANCELLED") if is_contract else "NOT_YET",
        triggers=_one(pick, _TRIGGERS.get(entry.sales_method), dice[2] < 0.7),
        contact_means=(_MEANS[entry.sales_method],) if entry.sales_method in _MEANS and dice[3] < 0.6 else (),
        payments=_one(pick, _PAYMENTS.get(entry.sales_method), is_contract and dice[4] < 0.8),
        document_form="PAPER" if entry.document_received_on else "",
        solicited_on=entry.contracted_on if entry.sales_method == "DOOR_TO_DOOR" else None,
        is_baseless=entry.scam_main in {"FICTITIOUS_BILL", "ONE_CLICK"},
        is_forewarning=entry.scam_main in {"FAKE_POLICE", "IT_IS_ME_FRAUD", "REFUND_FRAUD"}
        and not entry.paid_yen,
        is_impaired=bool(entry.age and entry.age >= 80) and dice[5] < _IMPAIRED[entry.relation == "SELF"],
        is_difficult=dice[6] < 0.01,
        transfers=_transfers(pick, entry) if dice[7] < 0.5 else (),
        traders=_traders(entry),
        care=_care(pick, entry, dice[8]),
        consents=_consents(pick, entry) if dice[9] < 0.15 else (),
        referrals=_referrals(entry) if dice[10] < 0.3 else (),
    )


def _route(entry: CaseEntry) -> str:
    """Dice of its own: what else is drawn for a case stays as it was."""
    if entry.relation in _WATCHERS:
        return "WATCHER"
    return _ROUTES.draw(Random(f"{entry.uid}/route"))  # noqa: S311 - made-up data


def _one(pick: Random, choices: tuple[str, ...] | None, wanted: bool) -> tuple[str, ...]:
    return (pick.choice(choices),) if choices and wanted else ()


def _traders(entry: CaseEntry) -> tuple[TraderEntry, ...]:
    """The trader of the story as one of the register, where it stands there."""
    uid = traders.uid_of(entry.trader_name)
    return (TraderEntry(name=entry.trader_name, trader_uid=uid),) if uid else ()


def _transfers(pick: Random, entry: CaseEntry) -> tuple[TransferEntry, ...]:
    if entry.scam_main not in _TO_ACCOUNTS or not entry.paid_yen:
        return ()
    # Few accounts for many cases: the same one turns up again.
    number = pick.randrange(30)
    return (
        TransferEntry(
            kind="BANK",
            happened_at=entry.received_at - timedelta(hours=pick.randrange(1, 72)),
            yen=entry.paid_yen,
            institution=_BANKS[number % len(_BANKS)],
            account=f"普通 {9_000_000 + number * 7919}",
            holder=_HOLDERS[number % len(_HOLDERS)],
        ),
    )


def _care(pick: Random, entry: CaseEntry, dice: float) -> CareEntry:
    if entry.age is not None and entry.age >= 80 and dice < 0.2:
        return CareEntry(codes=(pick.choice(("HEARING", "DEMENTIA", "ALONE")),))
    if dice < 0.02:
        return CareEntry(codes=("INTERPRETER",), languages=(pick.choice(_LANGUAGES),))
    return CareEntry(codes=("DEBTS",)) if dice > 0.99 else CareEntry()


def _consents(pick: Random, entry: CaseEntry) -> tuple[ConsentEntry, ...]:
    day = entry.received_on
    note = pick.choice(("平日の午前中", "夕方5時以降", "留守番電話には残さない", ""))
    contact = ConsentEntry(kind="CONTACT", answer="YES", given_on=day, how="PHONE", note=note)
    if entry.relation in {"SELF", ""}:
        return (contact, ConsentEntry(kind="TRADER", answer="YES", given_on=day, how="PHONE"))
    return (contact,)


def _referrals(entry: CaseEntry) -> tuple[ReferralEntry, ...]:
    if entry.scam_main not in _TO_ACCOUNTS:
        return ()
    return (ReferralEntry(kind="POLICE", body="警察相談専用電話 #9110", referred_on=entry.received_on),)
