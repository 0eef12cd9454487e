"""`/api/v1/cases/`: record, list, read, follow up, close, find similar. The same services as the pages."""

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.protection import audit
from cases.protection.redacted import RedactedText, redacted_text
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Kind
from cases.records.follow_up import MOST_MINUTES
from cases.services import followup
from cases.services.entry import CaseEntry, PersonEntry
from cases.services.followup import FollowUpEntry
from cases.services.intake import AlreadyRecorded, record_case
from consult.desk.card_api import CardInput, CardOutput, as_entry
from consult.shell import roles
from consult.shell.api import Cursor, StaffAPIView
from search import judgements, similar
from search.judgements import Verdict


class PersonInput(serializers.Serializer[PersonEntry]):
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    kana = serializers.CharField(max_length=200, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.CharField(max_length=200, required=False, allow_blank=True)
    postcode = serializers.CharField(max_length=200, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False, allow_null=True)


class CaseInput(CardInput):
    """A consultation as it is recorded. The client chooses `uid`: the same uid and content again is no new case."""

    uid = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    channel = serializers.CharField(max_length=32)
    kind = serializers.CharField(max_length=32, default="COMPLAINT")
    narrative = serializers.CharField(trim_whitespace=False)
    scam_main = serializers.CharField(max_length=32)
    scam_others = serializers.ListField(
        child=serializers.CharField(max_length=32), default=list, max_length=10
    )
    is_provisional = serializers.BooleanField(default=False)
    product = serializers.CharField(max_length=32, default="", allow_blank=True)
    sales_method = serializers.CharField(max_length=32, default="", allow_blank=True)
    age = serializers.IntegerField(min_value=0, max_value=130, required=False, allow_null=True)
    sex = serializers.CharField(max_length=32, default="", allow_blank=True)
    area = serializers.CharField(max_length=32, default="UNKNOWN")
    occupation = serializers.CharField(max_length=32, default="", allow_blank=True)
    relation = serializers.CharField(max_length=32, default="", allow_blank=True)
    contracted_on = serializers.DateField(required=False, allow_null=True)
    document_received_on = serializers.DateField(required=False, allow_null=True)
    contract_yen = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    paid_yen = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    trader_name = serializers.CharField(max_length=200, default="", allow_blank=True)
    advice = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    caller = PersonInput(required=False)
    party = PersonInput(required=False)

    def entry(self) -> CaseEntry:
        data = as_entry(dict(self.validated_data))
        people: dict[str, Any] = {role: PersonEntry(**data.pop(role, {})) for role in ("caller", "party")}
        scams = tuple(data.pop("scam_others"))
        return CaseEntry(**data, **people, scam_others=scams, source=Case.Source.API)


class CaseOutput(serializers.ModelSerializer[Case]):
    """What is kept in the open. Names, numbers and words are answers of `reveal/` alone."""

    counsellor = serializers.UUIDField(source="counsellor.uid", allow_null=True, default=None)
    in_charge = serializers.UUIDField(source="in_charge.uid", allow_null=True, default=None)
    scam_main = serializers.CharField(source="main_scam")
    scam_others = serializers.ListField(child=serializers.CharField(), source="other_scams")

    class Meta:
        model = Case
        fields = (
            "uid", "number", "revision", "received_at", "received_on", "channel", "kind", "scam_main", "scam_others",
            "is_provisional", "product", "sales_method", "party_age", "party_age_band", "party_sex", "party_area",
            "party_occupation", "relation", "contracted_on", "document_received_on", "contract_yen", "paid_yen",
            "recovered_yen", "outcome", "closed_on", "counsellor", "in_charge", "is_guarded", "is_made_up",
            "entered_at", "continuity", "earlier_number", "consulted_elsewhere", "is_baseless", "is_forewarning",
            "is_difficult", "has_recording", "is_impaired", "party_city", "caller_age", "caller_age_band",
            "caller_sex", "caller_area", "caller_city", "caller_occupation", "contract_state", "solicited_on",
            "goods_received_on", "document_form", "document_defect", "claimed_yen", "harm", "harm_kind",
            "harm_part", "harm_degree", "route", "lecture",
        )  # fmt: skip


class RedactedOutput(CaseOutput):
    """One case with its redacted words and the rows of its card in the open."""

    subject_redacted = serializers.CharField()
    narrative_redacted = serializers.CharField()
    advice_redacted = serializers.CharField()
    card = CardOutput()

    class Meta(CaseOutput.Meta):
        fields = (  # type: ignore[assignment]
            *CaseOutput.Meta.fields,
            "subject_redacted",
            "narrative_redacted",
            "advice_redacted",
            "card",
        )


class FollowUpInput(serializers.Serializer[FollowUpEntry]):
    uid = serializers.UUIDField()
    happened_at = serializers.DateTimeField()
    kind = serializers.CharField(max_length=32)
    text = serializers.CharField(trim_whitespace=False)
    minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, required=False, allow_null=True)


class FollowUpOutput(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    happened_at = serializers.DateTimeField()
    kind = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)


class CloseInput(serializers.Serializer[Any]):
    outcome = serializers.CharField(max_length=32)
    closed_on = serializers.DateField()
    recovered_yen = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    advice = serializers.CharField(required=False, allow_null=True, trim_whitespace=False)


class SimilarInput(serializers.Serializer[Any]):
    """Words typed, the codes chosen so far, and the case (or draft) at hand, which is left out."""

    text = serializers.CharField(max_length=20_000)
    limit = serializers.IntegerField(min_value=1, max_value=20, default=5)
    about = serializers.UUIDField(required=False, allow_null=True, default=None)
    scam_types = serializers.ListField(
        child=serializers.CharField(max_length=32), default=list, max_length=10
    )
    product = serializers.CharField(max_length=32, default="", allow_blank=True)
    sales_method = serializers.CharField(max_length=32, default="", allow_blank=True)
    age_band = serializers.CharField(max_length=32, default="", allow_blank=True)


class SimilarOutput(serializers.Serializer[Any]):
    """An earlier case that resembles the words sent, redacted."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    received_on = serializers.DateField()
    scam_main = serializers.CharField()
    product = serializers.CharField()
    outcome = serializers.CharField()
    is_open = serializers.BooleanField()
    recovered_yen = serializers.IntegerField(allow_null=True)
    score = serializers.FloatField()
    shared = serializers.ListField(child=serializers.CharField())
    same = serializers.ListField(child=serializers.CharField())
    narrative = serializers.CharField()
    advice = serializers.CharField()
    alike = serializers.IntegerField(help_text="ほかにある、ほぼ同じ文の相談の数")
    helped = serializers.IntegerField(help_text="この相談が役に立った相談の数")
    verdict = serializers.ChoiceField(choices=["", *Verdict.values])


class JudgementInput(serializers.Serializer[Any]):
    """What a hit was for the case (or draft) at hand; an empty verdict takes it back."""

    about = serializers.UUIDField()
    hit = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=["", *Verdict.values])


class CodeOutput(serializers.ModelSerializer[codes.Code]):
    class Meta:
        model = codes.Code
        fields = ("kind", "code", "label", "label_en", "meaning", "parent", "valid_from", "valid_to")


def _by_method(view: StaffAPIView, reading: str, writing: str) -> str:
    return reading if view.request.method in ("GET", "HEAD", "OPTIONS") else writing


class CaseList(StaffAPIView):
    @property
    def permission(self) -> str:  # type: ignore[override]
        return _by_method(self, roles.VIEW_CASES, roles.RECORD_CASES)

    @extend_schema(
        operation_id="cases_list",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
            OpenApiParameter("scam_type", str, description="手口のコード"),
        ],
        responses=CaseOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        cases = Case.objects.visible_to(self.actor).for_list()
        if scam := request.query_params.get("scam_type"):
            cases = cases.of_scam(scam)
        pages = Cursor()
        pages.ordering = ("-received_at", "-pk")
        page = pages.paginate_queryset(cases, request, view=self) or []
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(page))
        return pages.get_paginated_response(CaseOutput(page, many=True).data)

    @extend_schema(
        operation_id="cases_record", request=CaseInput, responses={201: CaseOutput, 200: CaseOutput}
    )
    def post(self, request: Request) -> Response:
        given = CaseInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            recorded = record_case(given.entry(), centre=self.actor.centre, by=self.actor)
        except AlreadyRecorded as refusal:
            if refusal.case.centre_id != self.actor.centre_id:
                raise Http404 from None  # its number is no business of this centre's
            raise
        return Response(CaseOutput(recorded.case).data, status=201 if recorded.is_new else 200)


class CaseDetail(StaffAPIView):
    permission = roles.VIEW_CASES

    @extend_schema(operation_id="cases_read", responses=RedactedOutput)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        case = _found(uid, self)
        words = redacted_text([uid], by=self.actor).get(uid, RedactedText("", ""))
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        body = CaseOutput(case).data | {
            "card": CardOutput(case).data,
            "subject_redacted": words.subject,
            "narrative_redacted": words.narrative,
            "advice_redacted": words.advice,
        }
        return Response(body, headers={"ETag": f'"{case.revision}"'})


class FollowUps(StaffAPIView):
    permission = roles.RECORD_CASES

    @extend_schema(operation_id="follow_ups_add", request=FollowUpInput, responses={201: FollowUpOutput})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        given = FollowUpInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = followup.add_follow_up(uid, FollowUpEntry(**given.validated_data), by=self.actor)
        return Response(FollowUpOutput(row).data, status=201)


class Closing(StaffAPIView):
    permission = roles.RECORD_CASES

    @extend_schema(operation_id="cases_close", request=CloseInput, responses=CaseOutput)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        given = CloseInput(data=request.data)
        given.is_valid(raise_exception=True)
        case = followup.close_case(uid, by=self.actor, **given.validated_data)
        return Response(CaseOutput(case).data)


class Similar(StaffAPIView):
    permission = roles.VIEW_CASES

    @extend_schema(operation_id="similar_find", request=SimilarInput, responses=SimilarOutput(many=True))
    def post(self, request: Request) -> Response:
        given = SimilarInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        text, limit, about = asked.pop("text"), asked.pop("limit"), asked.pop("about")
        codes_given = similar.CodesOfQuery(**asked)
        answer = similar.similar(text, by=self.actor, codes=codes_given, leave_out=about, limit=limit)
        return Response(SimilarOutput(answer.hits, many=True).data)


class Judgements(StaffAPIView):
    permission = roles.RECORD_CASES

    @extend_schema(operation_id="similar_judge", request=JudgementInput, responses={204: None})
    def post(self, request: Request) -> Response:
        given = JudgementInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        try:
            judgements.judge(asked["about"], asked["hit"], verdict=asked["verdict"], by=self.actor)
        except Case.DoesNotExist:
            raise Http404 from None
        return Response(status=204)


class CodeList(StaffAPIView):
    permission = roles.SIGNED_IN

    @extend_schema(
        operation_id="codes_list",
        parameters=[OpenApiParameter("kind", str, enum=Kind.values)],
        responses=CodeOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        kind = request.query_params.get("kind", Kind.SCAM_TYPE)
        rows = list(codes.codes(kind).by_code.values()) if kind in Kind.values else []
        return Response(CodeOutput(rows, many=True).data)


def _found(uid: uuid.UUID, view: StaffAPIView) -> Case:
    """The case in the actor's scope. Raises Http404, as if others did not exist."""
    return get_object_or_404(Case.objects.visible_to(view.actor).for_list(), uid=uid)
