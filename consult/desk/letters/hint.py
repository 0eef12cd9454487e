"""Beside the intake form: whom to call at once, where the 手口 is one by which money has just gone."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from cases.law import transfers
from cases.law.transfers import BANK, CARD, CRYPTO, EMONEY
from cases.records import codes
from cases.records.codes import Kind
from consult.desk.panels import Hint, add_hint

POLICE: Final = "police"
"""Axis of the 手口 by which the police count 特殊詐欺 and the like."""
# How money leaves by these, beside the bank; others of the police's are the bank's alone.
_WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "SUPPORT_SCAM": (EMONEY, CARD, BANK),
    "PHISHING": (CARD, BANK),
    "FAKE_SHOP": (BANK, CARD),
    "RECOVERY_SCAM": (BANK,),
    "FICTITIOUS_BILL": (EMONEY, BANK),
    "FICTITIOUS_FEE_FRAUD": (EMONEY, BANK),
    "CARD_SWAP_THEFT": (CARD, BANK),
    "DEPOSIT_FRAUD": (CARD, BANK),
    "SNS_INVESTMENT": (BANK, CRYPTO),
    "SNS_ROMANCE": (BANK, CRYPTO),
}


def build(fields: Mapping[str, str], **_of: Any) -> dict[str, Any]:
    """The calls for the chosen 手口; nothing for those that take no money at once."""
    chosen = fields.get("scam_main", "")
    code = codes.codes(Kind.SCAM_TYPE).by_code.get(chosen)
    is_fraud = code is not None and code.attributes.get("axis") == POLICE
    if chosen not in _WAYS and not is_fraud:
        return {}
    return {"transfer_calls": transfers.calls(_WAYS.get(chosen, (BANK,)))}


def register() -> None:
    fields = ("scam_main",)
    add_hint(
        Hint("transfer", gettext_lazy("お金を送ったばかりなら"), fields, "desk/hints/transfer.html", build)
    )
