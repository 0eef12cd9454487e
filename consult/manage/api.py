"""`/api/v1/numbers/`: the same question and answer as `manage.py breakdown`, within the account's centres."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.figures import code_maps, measures, periods, wire
from cases.figures.comparing import Days
from cases.figures.dimensions import PARTY
from cases.figures.measures import Question
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell import roles
from consult.shell.api import StaffAPIView


class _Codes(serializers.ListField):
    child = serializers.CharField(max_length=64, allow_blank=True)


class BreakdownInput(serializers.Serializer[Any]):
    """受付日 in [from, to), or in the `period` of that name today; `centre` is a code, without it all of the account.

    `compare`: 前年同期 (`year`), 直前の期間 (`previous`) or the name of a period; or `compare_from` and `compare_to`.
    """

    to = serializers.DateField(required=False, allow_null=True)
    period = serializers.CharField(max_length=32, required=False, allow_null=True)
    compare = serializers.CharField(max_length=32, required=False, allow_null=True)
    compare_from = serializers.DateField(required=False, allow_null=True)
    compare_to = serializers.DateField(required=False, allow_null=True)
    rows = serializers.CharField(max_length=32)
    columns = serializers.CharField(max_length=32, required=False, allow_null=True)
    measure = serializers.CharField(max_length=32, default=measures.CASES)
    filters = serializers.DictField(child=_Codes(max_length=200), default=dict)
    as_of = serializers.IntegerField(min_value=0, max_value=2**62, required=False, allow_null=True)
    code_map = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    centre = serializers.CharField(max_length=32, required=False, allow_null=True)
    subject = serializers.CharField(max_length=16, default=PARTY)
    layers = serializers.CharField(max_length=32, required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of the language: it can be a field, not a class attribute.
        return {"from": serializers.DateField(required=False, allow_null=True), **super().get_fields()}

    @property
    def days(self) -> Days:
        """Raises QuestionNotUnderstood."""
        data = self.validated_data
        return periods.asked_days(data.get("period"), data.get("from"), data.get("to"), calendar.today())

    @property
    def other(self) -> Days | None:
        """Raises QuestionNotUnderstood."""
        data = self.validated_data
        start, end = data.get("compare_from"), data.get("compare_to")
        return periods.compared_days(data.get("compare"), start, end, self.days, calendar.today())

    def question(self, centre_ids: frozenset[int]) -> Question:
        """Raises QuestionNotUnderstood; Http404 for a centre that is not the account's."""
        data = self.validated_data
        if code := data.get("centre"):
            centre_ids = frozenset(
                Centre.objects.filter(code=code, pk__in=centre_ids).values_list("pk", flat=True)
            )
            if not centre_ids:
                raise Http404
        return Question(
            centre_ids=centre_ids,
            start=self.days.start,
            end=self.days.end,
            rows=data["rows"],
            columns=data.get("columns"),
            measure=data["measure"],
            filters=data["filters"],
            as_of=data.get("as_of"),
            subject=data["subject"],
            layers=data.get("layers"),
            code_map=None
            if (table := data.get("code_map")) is None
            else code_maps.numbered(centre_ids, table),
        )


class ShareOutput(serializers.Serializer[Any]):
    """65歳以上: numerator and both denominators."""

    seniors = serializers.IntegerField()
    age_known = serializers.IntegerField()
    all = serializers.IntegerField()


_CELL: Any = {"oneOf": [{"type": "integer"}, {"type": "object", "additionalProperties": True}]}


@extend_schema_field(_CELL)
class _Cell(serializers.JSONField):
    """A count; for other measures an object: n, unknown, total, mean, median, largest; or part, all, value.

    A rate has cases, residents, value.
    """


class BreakdownOutput(serializers.Serializer[Any]):
    """A table that adds up, with its definition. Asked again as of `definition.as_of.seq` it is the same.

    `layers` are the tables of `layer_codes`, over the same rows and columns, where a third dimension was asked for.
    """

    definition = serializers.DictField()
    row_codes = _Codes()
    column_codes = _Codes()
    cells = serializers.ListField(child=serializers.ListField(child=_Cell()))
    row_totals = serializers.ListField(child=_Cell())
    column_totals = serializers.ListField(child=_Cell())
    total = _Cell()
    share_65 = ShareOutput()
    before = serializers.DictField(
        required=False, help_text="The same of the period compared with, over the same rows and columns"
    )
    layer_codes = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)
    layers = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())),
        required=False,
    )


class NamesOutput(serializers.Serializer[Any]):
    """What can be asked: names with their labels."""

    dimensions = serializers.DictField(child=serializers.CharField())
    measures = serializers.DictField(child=serializers.CharField())
    subjects = serializers.DictField(child=serializers.CharField())
    periods = serializers.DictField(child=serializers.CharField())
    comparisons = serializers.DictField(child=serializers.CharField())


EXAMPLE = OpenApiExample(
    "手口 × 年代",
    value={
        "from": "2026-04-01",
        "to": "2027-04-01",
        "rows": "scam_main",
        "columns": "age_band",
        "filters": {},
    },
    request_only=True,
)


class NumbersBreakdown(StaffAPIView):
    """Counts consultations by one to three dimensions, as of the last record or of an earlier cut (`as_of`)."""

    permission = roles.VIEW_NUMBERS

    @extend_schema(
        operation_id="numbers_breakdown_read",
        parameters=[
            OpenApiParameter("from", str, description="YYYY-MM-DD"),
            OpenApiParameter("to", str, description="YYYY-MM-DD, not included"),
            OpenApiParameter("period", str, description="instead of from and to: this_fiscal_year, …"),
            OpenApiParameter("compare", str, description="year, previous, or the name of a period"),
            OpenApiParameter("compare_from", str, description="YYYY-MM-DD, instead of compare"),
            OpenApiParameter("compare_to", str, description="YYYY-MM-DD, not included"),
            OpenApiParameter("rows", str, required=True),
            OpenApiParameter("columns", str),
            OpenApiParameter("measure", str),
            OpenApiParameter("subject", str, description="party or caller"),
            OpenApiParameter("layers", str, description="a third dimension, for counts"),
            OpenApiParameter("filter", str, many=True, description="sex:FEMALE; may be repeated"),
            OpenApiParameter("as_of", int),
            OpenApiParameter("code_map", int, description="as the definition of an earlier answer gave it"),
            OpenApiParameter("centre", str),
        ],
        responses=BreakdownOutput,
    )
    def get(self, request: Request) -> Response:
        given: dict[str, Any] = {
            name: request.query_params[name] for name in request.query_params if name != "filter"
        }
        filters: dict[str, list[str]] = {}
        for text in request.query_params.getlist("filter"):
            name, _colon, code = text.partition(":")
            filters.setdefault(name, []).append(code)
        return self._answered({**given, "filters": filters})

    @extend_schema(
        operation_id="numbers_breakdown",
        request=BreakdownInput,
        responses={200: BreakdownOutput},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        return self._answered(request.data)

    def _answered(self, given: Any) -> Response:
        asked = BreakdownInput(data=given)
        asked.is_valid(raise_exception=True)
        return Response(wire.answered(asked.question(self.actor.centre_ids), asked.other))


class NumbersNames(StaffAPIView):
    """The names of dimensions, measures, subjects, moving periods and what they can be compared with."""

    permission = roles.VIEW_NUMBERS

    @extend_schema(operation_id="numbers_names", responses=NamesOutput)
    def get(self, request: Request) -> Response:
        return Response(wire.names())
