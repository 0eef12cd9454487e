"""`/api/v1/` of outreach: rising topics, lectures, applications, bulletins. The same services as the pages."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.law import calendar
from consult.shell import roles
from consult.shell.api import Cursor, StaffAPIView
from outreach import audiences
from outreach.applications.models import Application, ApplicationCandidate
from outreach.applications.turns import Who, turn_of
from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin
from outreach.lectures import services
from outreach.lectures.kinds import Kind, Mode
from outreach.lectures.models import Lecture
from outreach.lectures.plans import MOST_TRAVEL, LecturePlan
from outreach.lectures.roster.models import Lecturer
from outreach.lectures.warnings import warnings_for
from outreach.planning.topics import board


class ReasonOutput(serializers.Serializer[Any]):
    group = serializers.CharField()
    sentence = serializers.CharField()


class TopicOutput(serializers.Serializer[Any]):
    """A 手口 that comes in more often than before. Counts only."""

    scam = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()
    reasons = ReasonOutput(many=True)
    share = serializers.CharField()
    series = serializers.ListField(child=serializers.IntegerField(), help_text="24 periods of four weeks")


class LectureInput(serializers.Serializer[LecturePlan]):
    """A plan. `lecturer` and `meeting` are sealed and never part of an answer."""

    title = serializers.CharField(max_length=80)
    held_on = serializers.DateField()
    starts_at = serializers.TimeField()
    ends_at = serializers.TimeField()
    venue = serializers.CharField(max_length=80, default="", allow_blank=True)
    audience = serializers.ChoiceField(audiences.EVER)
    kind = serializers.ChoiceField(Kind.choices, default="LECTURE")
    mode = serializers.ChoiceField(Mode.choices, default="IN_PERSON")
    last_on = serializers.DateField(required=False, allow_null=True, help_text="the last of several days")
    age_group = serializers.CharField(max_length=10, default="ALL")
    theme = serializers.CharField(max_length=32, default="", allow_blank=True)
    area = serializers.CharField(max_length=32, default="", allow_blank=True)
    room = serializers.UUIDField(required=False, allow_null=True)
    lecturers = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=20, help_text="lecturers of the roster"
    )
    lecturer = serializers.CharField(max_length=80, default="", allow_blank=True)
    meeting = serializers.CharField(max_length=300, default="", allow_blank=True)
    travel_before = serializers.IntegerField(min_value=0, max_value=MOST_TRAVEL, default=0)
    travel_after = serializers.IntegerField(min_value=0, max_value=MOST_TRAVEL, default=0)
    go_on = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text="why, where something stands against it"
    )
    expected_people = serializers.IntegerField(
        min_value=0, max_value=100_000, required=False, allow_null=True
    )
    note = serializers.CharField(max_length=400, default="", allow_blank=True)


class LectureOutput(serializers.ModelSerializer[Lecture]):
    class Meta:
        model = Lecture
        fields = (
            "uid", "title", "kind", "mode", "theme", "audience", "age_group", "held_on", "last_on", "starts_at",
            "ends_at", "venue", "area", "expected_people", "state", "sessions", "people", "quantity", "views",
            "result_kind", "note", "go_on", "lecturers", "has_lecturer", "has_meeting",
        )  # fmt: skip

    lecturers = serializers.SlugRelatedField[Lecturer](
        slug_field="uid", many=True, read_only=True, help_text="of the roster"
    )

    has_lecturer = serializers.BooleanField(read_only=True)
    has_meeting = serializers.BooleanField(read_only=True)


class PlannedOutput(LectureOutput):
    """A lecture with what to look at twice."""

    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(LectureOutput.Meta):
        fields = (*LectureOutput.Meta.fields, "warnings")  # type: ignore[assignment]


class CandidateOutput(serializers.ModelSerializer[ApplicationCandidate]):
    """A time that the group wishes for; the first is the dearest."""

    class Meta:
        model = ApplicationCandidate
        fields = ("position", "day", "starts_at", "ends_at")


class BulletinOutput(serializers.ModelSerializer[Bulletin]):
    class Meta:
        model = Bulletin
        fields = (
            "uid", "fiscal_year", "number", "theme", "title", "state", "created_at", "issued_at",
        )  # fmt: skip


class BulletinTextOutput(BulletinOutput):
    """A bulletin with its words. `released` is the printed count, empty where none was released."""

    more_examples = serializers.ListField(child=serializers.CharField())
    advice = serializers.ListField(child=serializers.CharField())
    signs = serializers.ListField(child=serializers.CharField())
    released = serializers.SerializerMethodField()

    class Meta(BulletinOutput.Meta):
        fields = (  # type: ignore[assignment]
            *BulletinOutput.Meta.fields, "example", "more_examples", "advice", "signs", "released",
        )  # fmt: skip

    def get_released(self, bulletin: Bulletin) -> str:
        return counts.released(bulletin)


class Topics(StaffAPIView):
    permission = roles.VIEW_TRENDS

    @extend_schema(operation_id="topics_list", responses=TopicOutput(many=True))
    def get(self, request: Request) -> Response:
        return Response(TopicOutput(board(self.actor.centre_ids).topics, many=True).data)


_PAGES = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


def _page_of(
    found: QuerySet[Any], view: StaffAPIView, output: type[serializers.Serializer[Any]], *, newest: str
) -> Response:
    """A page of the rows, the one with the newest such day or moment first."""
    pages = Cursor()
    pages.ordering = (f"-{newest}", "-pk")
    page = pages.paginate_queryset(found, view.request, view=view) or []
    return pages.get_paginated_response(output(page, many=True).data)


class Lectures(StaffAPIView):
    permission = roles.PLAN_LECTURES

    @extend_schema(operation_id="lectures_list", parameters=_PAGES, responses=LectureOutput(many=True))
    def get(self, request: Request) -> Response:
        found = Lecture.objects.visible_to(self.actor).select_related("centre").with_lecturers()
        return _page_of(found, self, LectureOutput, newest="held_on")

    @extend_schema(operation_id="lectures_plan", request=LectureInput, responses={201: PlannedOutput})
    def post(self, request: Request) -> Response:
        given = LectureInput(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        plan = LecturePlan(**{**data, "lecturers": tuple(data.get("lecturers", ()))})
        saved = services.plan_lecture(plan, centre=self.actor.centre, by=self.actor)
        return Response(_with_warnings(saved.lecture), status=201)


class LectureDetail(StaffAPIView):
    permission = roles.PLAN_LECTURES

    @extend_schema(operation_id="lectures_read", responses=PlannedOutput)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        return Response(_with_warnings(get_object_or_404(Lecture.objects.visible_to(self.actor), uid=uid)))


def _with_warnings(lecture: Lecture) -> dict[str, Any]:
    return {**LectureOutput(lecture).data, "warnings": warnings_for(lecture)}


class ApplicationOutput(serializers.ModelSerializer[Application]):
    """An application without its persons. `waits_for`: whose turn it is, OFFICE, APPLICANT or NOBODY."""

    class Meta:
        model = Application
        fields = (
            "uid", "fiscal_year", "number", "channel", "received_on", "kind", "group_name", "purpose_kind", "theme",
            "audience", "expected_people", "venue", "area", "state", "state_at", "candidates", "lecture", "waits_for",
            "next_step",
        )  # fmt: skip

    candidates = CandidateOutput(many=True)
    lecture = serializers.SlugRelatedField[Lecture](slug_field="uid", read_only=True)
    waits_for = serializers.SerializerMethodField()
    next_step = serializers.SerializerMethodField(help_text="in words")

    @extend_schema_field(serializers.ChoiceField([who.value for who in Who]))
    def get_waits_for(self, application: Application) -> str:
        return turn_of(application, calendar.today()).who.value

    def get_next_step(self, application: Application) -> str:
        return turn_of(application, calendar.today()).what


class Applications(StaffAPIView):
    """Who applied is never part of an answer; applications are received and decided on their pages."""

    permission = roles.PLAN_LECTURES

    @extend_schema(
        operation_id="applications_list",
        parameters=[*_PAGES, OpenApiParameter("state", str, enum=Application.State.values)],
        responses=ApplicationOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        found = Application.objects.visible_to(self.actor).for_list()
        if state := request.query_params.get("state"):
            found = found.filter(state=state)
        return _page_of(found, self, ApplicationOutput, newest="received_on")


class ApplicationDetail(StaffAPIView):
    permission = roles.PLAN_LECTURES

    @extend_schema(operation_id="applications_read", responses=ApplicationOutput)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        found = Application.objects.visible_to(self.actor).for_list()
        return Response(ApplicationOutput(get_object_or_404(found, uid=uid)).data)


class Bulletins(StaffAPIView):
    permission = roles.VIEW_BULLETINS

    @extend_schema(
        operation_id="bulletins_list",
        parameters=[*_PAGES, OpenApiParameter("state", str, enum=Bulletin.State.values)],
        responses=BulletinOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        found = Bulletin.objects.visible_to(self.actor)
        if state := request.query_params.get("state"):
            found = found.filter(state=state)
        return _page_of(found, self, BulletinOutput, newest="created_at")


class BulletinDetail(StaffAPIView):
    permission = roles.VIEW_BULLETINS

    @extend_schema(operation_id="bulletins_read", responses=BulletinTextOutput)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        found = Bulletin.objects.visible_to(self.actor).select_related("release")
        return Response(BulletinTextOutput(get_object_or_404(found, uid=uid)).data)
