"""`/api/v1/rights/`: facts of one contract in, its rights out. The same shape as `manage.py cooling_off`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.law import calendar, rights
from cases.law.rights import CHOICES, INPUTS, TRANSACTIONS, wire
from cases.law.rights.facts import ANSWERS, DATES
from consult.shell import roles
from consult.shell.api import StaffAPIView


def _inputs() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """A field per input of the engine; each may be left out or null, which is "not known"."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "transaction": serializers.ChoiceField(list(TRANSACTIONS), required=False, allow_null=True),
        "total_yen": serializers.IntegerField(min_value=0, required=False, allow_null=True),
        "duration_months": serializers.FloatField(min_value=0, required=False, allow_null=True),
    }
    for name in (*DATES, "as_of"):
        fields[name] = serializers.DateField(required=False, allow_null=True)
    for name in ANSWERS:
        fields[name] = serializers.ChoiceField(["yes", "no", "unknown"], required=False, allow_null=True)
    for name, values in CHOICES.items():
        fields[name] = serializers.ChoiceField(list(values), required=False, allow_null=True)
    return {name: fields[name] for name in INPUTS}


class FactsInput(serializers.Serializer[Any]):
    """What is known of one contract. Read by the engine's own reader; this describes it."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return _inputs()


class BasisOutput(serializers.Serializer[Any]):
    law = serializers.CharField()
    article = serializers.CharField()


class OtherRightOutput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["excess_quantity", "rescission", "mid_term_cancellation", "return"])
    last_day = serializers.DateField(allow_null=True)
    basis = BasisOutput(many=True)


class RightsOutput(serializers.Serializer[Any]):
    """The right to withdraw and the rights beside it. `days_left` is 0 on the last day."""

    right = serializers.ChoiceField(["yes", "no", "unclear"])
    last_day = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    notice_form = serializers.ListField(child=serializers.ChoiceField(["paper", "electronic"]))
    basis = BasisOutput(many=True)
    missing = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(child=serializers.CharField())
    other_rights = OtherRightOutput(many=True)


class Rights(StaffAPIView):
    """Nothing is stored, and nothing of a person is asked."""

    permission = roles.VIEW_CASES

    @extend_schema(operation_id="rights_assess", request=FactsInput, responses=RightsOutput)
    def post(self, request: Request) -> Response:
        given = request.data
        if not isinstance(given, dict):
            raise serializers.ValidationError("expected an object")
        facts = wire.read(_only_known(given), as_of=calendar.today())
        return Response(wire.write(rights.assess(facts)))


def _only_known(given: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(str(name)[:60] for name in given if name not in INPUTS):
        raise wire.FactsNotUnderstood(unknown[0], "expected no such input")
    return given
