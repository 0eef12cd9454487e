"""The parts of the 相談カード in the API: what is handed in with a case, and what of it is shown in the open."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers

from cases.records.card import YES_NO, CaseCode
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services import card_entry
from cases.services.card_entry import CareEntry, ConsentEntry, ReferralEntry, TraderEntry, TransferEntry


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_blank=True)


def _code() -> serializers.CharField:
    return _text(32)


def _words() -> serializers.CharField:
    return _text(card_entry.SHORT_LENGTH)


def _note() -> serializers.CharField:
    return _text(card_entry.NOTE_LENGTH)


class TraderInput(serializers.Serializer[TraderEntry]):
    role = serializers.CharField(max_length=32, default="SELLER")
    trader_uid = serializers.UUIDField(required=False, allow_null=True)
    name = _words()
    address = _words()
    phone = _words()
    url = _words()
    sns_id = _words()
    agent = _words()


class TransferInput(serializers.Serializer[TransferEntry]):
    kind = serializers.CharField(max_length=32, default="BANK")
    happened_at = serializers.DateTimeField(required=False, allow_null=True)
    yen = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    institution = _words()
    account = _words()
    holder = _words()


class ConsentInput(serializers.Serializer[ConsentEntry]):
    kind = serializers.CharField(max_length=32)
    answer = serializers.ChoiceField(choices=YES_NO)
    given_on = serializers.DateField(required=False, allow_null=True)
    how = _code()
    note = _note()


class ReferralInput(serializers.Serializer[ReferralEntry]):
    kind = serializers.CharField(max_length=32, default="OTHER_BODY")
    body = _text(100)
    body_uid = serializers.UUIDField(required=False, allow_null=True)
    referred_on = serializers.DateField(required=False, allow_null=True)
    note = _note()


class CareInput(serializers.Serializer[CareEntry]):
    codes = serializers.ListField(child=serializers.CharField(max_length=32), default=list, max_length=20)
    languages = serializers.ListField(child=serializers.CharField(max_length=32), default=list, max_length=20)
    note = _note()


def _several() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=32), default=list, max_length=20)


class CardInput(serializers.Serializer[Any]):
    """Everything of the card beyond the first fields; all of it may be left out."""

    subject = _words()
    route = _code()
    lecture = serializers.UUIDField(
        required=False, allow_null=True, help_text="the lecture that the call came of"
    )
    continuity = _code()
    earlier_number = _code()
    consulted_elsewhere = _code()
    is_baseless = serializers.BooleanField(default=False)
    is_forewarning = serializers.BooleanField(default=False)
    is_difficult = serializers.BooleanField(default=False)
    has_recording = serializers.BooleanField(default=False)
    is_impaired = serializers.BooleanField(default=False)
    party_city = _text(6)
    caller_age = serializers.IntegerField(min_value=0, max_value=130, required=False, allow_null=True)
    caller_age_band = _text(16)
    caller_sex = _code()
    caller_area = _code()
    caller_city = _text(6)
    caller_occupation = _code()
    issue_main = _code()
    issue_others = _several()
    triggers = _several()
    contact_means = _several()
    payments = _several()
    contract_state = _code()
    solicited_on = serializers.DateField(required=False, allow_null=True)
    goods_received_on = serializers.DateField(required=False, allow_null=True)
    document_form = _code()
    document_defect = _code()
    law_facts = serializers.DictField(child=serializers.CharField(max_length=32), default=dict)
    claimed_yen = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    harm = _code()
    harm_kind = _code()
    harm_part = _code()
    harm_degree = _code()
    care = CareInput(required=False)
    traders = TraderInput(many=True, required=False)
    transfers = TransferInput(many=True, required=False)
    consents = ConsentInput(many=True, required=False)
    referrals = ReferralInput(many=True, required=False)

    def validate_law_facts(self, given: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(given.keys() - card_entry.LAW_FACTS.keys()):
            raise serializers.ValidationError(
                _("知らない項目です: %(names)s") % {"names": ", ".join(unknown)}
            )
        return given


_ROWS: Final[Mapping[str, type[Any]]] = {
    "traders": TraderEntry,
    "transfers": TransferEntry,
    "consents": ConsentEntry,
    "referrals": ReferralEntry,
}
_TUPLES: Final = ("issue_others", "triggers", "contact_means", "payments")


def as_entry(data: dict[str, Any]) -> dict[str, Any]:
    """The validated parts as `CaseEntry` takes them."""
    care = data.get("care", {})
    return {
        **data,
        **{name: tuple(data.get(name, ())) for name in _TUPLES},
        **{name: tuple(made(**row) for row in data.get(name, ())) for name, made in _ROWS.items()},
        "care": CareEntry(
            codes=tuple(care.get("codes", ())),
            languages=tuple(care.get("languages", ())),
            note=care.get("note", ""),
        ),
    }


class CardOutput(serializers.Serializer[Case]):
    """What the card holds in the open beyond the case's own columns."""

    issue_main = serializers.CharField()
    issue_others = serializers.ListField(child=serializers.CharField())
    triggers = serializers.ListField(child=serializers.CharField())
    contact_means = serializers.ListField(child=serializers.CharField())
    payments = serializers.ListField(child=serializers.CharField())
    law_facts = serializers.DictField(child=serializers.CharField())

    def to_representation(self, case: Case) -> dict[str, Any]:
        rows = list(CaseCode.objects.filter(case=case))
        issues = [row for row in rows if row.kind == Kind.ISSUE_KIND]
        held = {
            name: [row.code for row in rows if row.kind == kind]
            for kind, name in (
                (Kind.TRIGGER, "triggers"),
                (Kind.CONTACT_MEANS, "contact_means"),
                (Kind.PAYMENT, "payments"),
            )
        }
        return {
            "issue_main": next((row.code for row in issues if row.is_main), ""),
            "issue_others": [row.code for row in issues if not row.is_main],
            **held,
            "law_facts": card_entry.law_facts(case.law_facts),
        }
