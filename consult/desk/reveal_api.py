"""`/api/v1/cases/<uid>/…`: what is sealed, under the rules of the page; 緊急の閲覧; 引継ぎ and 支援措置.

These are the only answers of the API that hold personal values.
"""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.protection.purpose import DESK_PURPOSES
from cases.protection.reveal import open_glass, reveal
from cases.records.case import Case
from cases.services import custody, glass
from cases.services.glass import LONGEST_REASON, MINUTES, NoGlassOpen
from consult.desk.looks import FIELDS, Part
from consult.desk.reveal import told_of
from consult.shell import roles
from consult.shell.api import StaffAPIView


class RevealInput(serializers.Serializer[Any]):
    """`purpose` may stay empty on one's own open case; every purpose but CONSULTATION wants a reason."""

    part = serializers.ChoiceField(choices=[part.value for part in Part], default=Part.CONTACT.value)
    purpose = serializers.ChoiceField(choices=DESK_PURPOSES, default="", allow_blank=True)
    reason = serializers.CharField(max_length=LONGEST_REASON, default="", allow_blank=True)


class LookInput(serializers.Serializer[Any]):
    part = serializers.ChoiceField(choices=[part.value for part in Part], default=Part.CONTACT.value)


class RevealOutput(serializers.Serializer[Any]):
    """Values by their names (`caller.phone`, `narrative`, `follow_up.<uid>`); empty text where none is stored."""

    values = serializers.DictField(child=serializers.CharField(allow_blank=True))


class GlassInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, trim_whitespace=False)
    minutes = serializers.ChoiceField(choices=MINUTES, default=MINUTES[1])


class GlassOutput(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    told = serializers.IntegerField()


class HandOverInput(serializers.Serializer[Any]):
    to = serializers.UUIDField()
    note = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)


class HandOverOutput(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    made_at = serializers.DateTimeField()


class GuardInput(serializers.Serializer[Any]):
    is_guarded = serializers.BooleanField()


class GuardOutput(serializers.Serializer[Any]):
    is_guarded = serializers.BooleanField()


def _found(uid: uuid.UUID, view: StaffAPIView) -> Case:
    """The case in the actor's scope. Raises Http404, as if others did not exist."""
    cases = Case.objects.visible_to(view.actor).select_related("centre", "counsellor", "in_charge")
    return get_object_or_404(cases, uid=uid)


class RevealCase(StaffAPIView):
    permission = roles.REVEAL_CASES

    @extend_schema(operation_id="cases_reveal", request=RevealInput, responses=RevealOutput)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        given = RevealInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        fields = FIELDS[Part(asked.pop("part"))]
        return Response({"values": reveal(uid, fields, by=self.actor, **asked)})


class LookThroughGlass(StaffAPIView):
    """For roles that see no values: only while their 緊急の閲覧 of this case is open."""

    permission = roles.BREAK_GLASS

    @extend_schema(operation_id="cases_glass_look", request=LookInput, responses=RevealOutput)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        if open_glass(_found(uid, self), self.actor) is None:
            raise NoGlassOpen
        given = LookInput(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({"values": reveal(uid, FIELDS[Part(given.validated_data["part"])], by=self.actor)})


class Glass(StaffAPIView):
    permission = roles.BREAK_GLASS

    @extend_schema(operation_id="cases_glass_break", request=GlassInput, responses={201: GlassOutput})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        case = _found(uid, self)
        given = GlassInput(data=request.data)
        given.is_valid(raise_exception=True)
        opened = glass.break_glass(uid, by=self.actor, told=told_of(case, self.actor), **given.validated_data)
        return Response(GlassOutput(opened).data, status=201)


class HandOvers(StaffAPIView):
    permission = roles.HAND_OVER

    @extend_schema(operation_id="cases_hand_over", request=HandOverInput, responses={201: HandOverOutput})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        given = HandOverInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = custody.hand_over(
            uid, to_uid=given.validated_data["to"], note=given.validated_data["note"], by=self.actor
        )
        return Response(HandOverOutput(row).data, status=201)


class TakeOver(StaffAPIView):
    permission = roles.RECORD_CASES

    @extend_schema(operation_id="cases_take_over", request=None, responses={204: None})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        custody.take_over(uid, by=self.actor)
        return Response(status=204)


class Guard(StaffAPIView):
    permission = roles.RECORD_CASES

    @extend_schema(operation_id="cases_guard", request=GuardInput, responses=GuardOutput)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        _found(uid, self)
        given = GuardInput(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(GuardOutput(custody.guard(uid, by=self.actor, **given.validated_data)).data)
