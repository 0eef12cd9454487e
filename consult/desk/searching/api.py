"""`/api/v1/cases/search/`: the search page for programs. Posted, as words are; nothing asked is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consult.desk.searching import results
from consult.desk.searching.facets import Group
from consult.desk.searching.forms import LONGEST, MOST_PAGES, SearchForm
from consult.desk.searching.results import Hit, Results
from consult.shell import roles
from consult.shell.api import StaffAPIView
from search.marking import Passage

MOST: Final = 50


class SearchInput(serializers.Serializer[Any]):
    """Words, or conditions alone. Codes as `GET codes/` gives them; both days and both amounts belong to the range."""

    text = serializers.CharField(max_length=LONGEST, default="", allow_blank=True)
    scam_type = serializers.CharField(max_length=32, default="", allow_blank=True)
    scam_main = serializers.CharField(max_length=32, default="", allow_blank=True)
    product = serializers.CharField(max_length=32, default="", allow_blank=True)
    sales_method = serializers.CharField(max_length=32, default="", allow_blank=True)
    age_band = serializers.CharField(max_length=16, default="", allow_blank=True)
    outcome = serializers.CharField(max_length=32, default="", allow_blank=True)
    state = serializers.ChoiceField(choices=["", "open", "closed"], default="", allow_blank=True)
    received_from = serializers.DateField(required=False, allow_null=True)
    received_to = serializers.DateField(required=False, allow_null=True)
    contract_yen_from = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    contract_yen_to = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    order = serializers.ChoiceField(choices=["newest", "best"], default="newest")
    page = serializers.IntegerField(min_value=1, max_value=MOST_PAGES, default=1)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=10)


class PieceOutput(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_marked = serializers.BooleanField()


class PassageOutput(serializers.Serializer[Passage]):
    source = serializers.CharField()  # type: ignore[assignment]
    pieces = PieceOutput(many=True)


class HitOutput(serializers.Serializer[Hit]):
    """One case found: what is kept in the open, and the redacted passages that hold the words."""

    uid = serializers.UUIDField(source="case.uid")
    number = serializers.CharField(source="case.number")
    received_on = serializers.DateField(source="case.received_on")
    scam_main = serializers.CharField(source="case.main_scam")
    product = serializers.CharField(source="case.product")
    outcome = serializers.CharField(source="case.outcome")
    contract_yen = serializers.IntegerField(source="case.contract_yen", allow_null=True)
    subject = serializers.CharField()
    passages = PassageOutput(many=True)


class CountOutput(serializers.Serializer[Any]):
    """One condition more, and how many cases it leaves."""

    condition = serializers.CharField()
    code = serializers.CharField(source="value")
    count = serializers.IntegerField()


class SearchOutput(serializers.Serializer[Any]):
    """`total` counts to 10,000; `is_more` says that there are more. `waiting`: changed cases not searched yet."""

    total = serializers.IntegerField()
    is_more = serializers.BooleanField()
    ignored = serializers.ListField(child=serializers.CharField())
    did_you_mean = serializers.CharField()
    waiting = serializers.IntegerField()
    counts = CountOutput(many=True)
    hits = HitOutput(many=True)


_AS_TYPED: Final[Mapping[str, str]] = {
    "text": "text", "scam_type": "scam", "scam_main": "main", "product": "product", "sales_method": "method",
    "age_band": "age", "outcome": "outcome", "state": "state", "received_from": "since", "received_to": "until",
    "contract_yen_from": "yen_from", "contract_yen_to": "yen_to", "order": "order", "page": "page",
}  # fmt: skip


class Search(StaffAPIView):
    permission = roles.VIEW_CASES

    @extend_schema(operation_id="cases_search", request=SearchInput, responses=SearchOutput)
    def post(self, request: Request) -> Response:
        given = SearchInput(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        form = SearchForm(_typed(data), by=self.actor)
        if not form.is_valid():
            raise serializers.ValidationError(_faults(form))
        found = results.search(form, by=self.actor, size=data["limit"])
        return Response(SearchOutput(_told(found)).data)


@dataclass(frozen=True)
class _Told:
    total: int
    is_more: bool
    ignored: list[str]
    did_you_mean: str
    waiting: int
    counts: list[Any]
    hits: list[Hit]


def _told(found: Results) -> _Told:
    groups: list[Group] = found.groups
    return _Told(
        found.total, found.is_more, found.ignored, found.meant, found.lag.waiting,
        [line for group in groups for line in group.lines], found.hits,
    )  # fmt: skip


def _typed(data: Mapping[str, Any]) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, field in _AS_TYPED.items():
        if data.get(name) not in (None, ""):
            typed[field] = str(data[name])
    return typed


def _faults(form: SearchForm) -> dict[str, list[str]]:
    names = {field: name for name, field in _AS_TYPED.items()}
    return {
        names.get(field, field): [str(error) for error in errors] for field, errors in form.errors.items()
    }
