"""`/api/v1/health`: the readings of the page, for whatever watches the machine."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases import health
from cases.health import WORDS, Level, Reading
from consult.shell import roles
from consult.shell.api import StaffAPIView


class ReadingOutput(serializers.Serializer[Any]):
    """One thing that was looked at. `numbers` are seconds, bytes or counts, by their names; null: not known."""

    name = serializers.CharField()
    group = serializers.CharField()
    level = serializers.ChoiceField(choices=sorted(WORDS.values()))
    what = serializers.CharField()
    state = serializers.CharField()
    limit = serializers.CharField()
    advice = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    numbers = serializers.DictField(child=serializers.IntegerField(allow_null=True))


class HealthOutput(serializers.Serializer[Any]):
    """The worst level, and every reading by its group."""

    level = serializers.ChoiceField(choices=sorted(WORDS.values()))
    readings = ReadingOutput(many=True)


class Health(StaffAPIView):
    """Whether the worker works, queues move, disks have room, checks were done, and consultations come in."""

    permission = roles.VIEW_HEALTH

    @extend_schema(operation_id="health", responses=HealthOutput)
    def get(self, request: Request) -> Response:
        found = [
            (group, reading)
            for group, readings in health.readings(self.actor.centre_ids).items()
            for reading in readings
        ]
        worst = _worst([reading for _group, reading in found])
        rows = [_plain(group.value, reading) for group, reading in found]
        return Response({"level": WORDS[worst], "readings": rows})


def _worst(readings: list[Reading]) -> Level:
    levels = {reading.level for reading in readings}
    return next((level for level in (Level.ERROR, Level.WARNING) if level in levels), Level.OK)


def _plain(group: str, reading: Reading) -> dict[str, Any]:
    names = ("name", "state", "limit", "advice", "since")
    told = {name: getattr(reading, name) for name in names}
    return {
        **told,
        "what": reading.label,
        "group": group,
        "level": WORDS[reading.level],
        "numbers": dict(reading.numbers),
    }
