"""The registry of readings: grouped, the loudest first, each to whom it concerns; a look that fails is one itself."""

import pytest

from cases import health, held
from cases.health import Group, Level, Reading, registry


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_sources", {})


def told(*rows: Reading, name: str = "look", group: Group = Group.WORK) -> None:
    health.register(name, group, "見るもの", lambda: rows, of_figures=True)


def reading(name: str, level: Level = Level.OK, **more: object) -> Reading:
    return Reading(name=name, label=name, state="", level=level, **more)


def test_readings_stand_in_their_group_the_loudest_first():
    told(reading("well"), reading("tight", Level.WARNING), name="disks", group=Group.DISK)
    told(reading("late", Level.ERROR), reading("calm"), name="nights", group=Group.NIGHT)

    found = health.readings()

    assert {group: [row.name for row in rows] for group, rows in found.items() if rows} == {
        Group.NIGHT: ["late", "calm"],
        Group.DISK: ["tight", "well"],
    }
    assert [row.name for row in health.wrong()] == ["late", "tight"]


def test_what_concerns_a_centre_is_told_to_that_centre_alone():
    told(reading("of all"), reading("of one", centre_id=1), reading("of another", centre_id=2))

    assert [row.name for row in health.readings([1])[Group.WORK]] == ["of all", "of one"]


def test_only_what_touches_figures_is_told_beside_them():
    told(
        reading("recount", Level.ERROR, of_figures=True),
        reading("disk", Level.ERROR),
        reading("comparison", of_figures=True),
    )

    assert [row.name for row in health.about_figures([1])] == ["recount"]


def test_a_look_that_fails_is_no_silence_and_says_nothing_of_its_error(caplog):
    def fails():
        raise ValueError("山田 花子")

    health.register("broken", Group.WORK, "壊れた確認", fails)
    told(reading("well"))

    found = health.wrong()

    assert [(row.name, row.label, row.level) for row in found] == [("broken", "壊れた確認", Level.WARNING)]
    assert "ValueError" in caplog.text
    assert "山田" not in caplog.text + found[0].state


def test_a_look_is_asked_again_after_some_seconds():
    asked = []
    health.register("counted", Group.WORK, "", lambda: [*asked, asked.append(1)][:0])

    health.readings()
    health.readings()
    assert len(asked) == 1

    held.forget_all()
    health.readings()
    assert len(asked) == 2


def test_a_name_is_taken_once():
    told()

    with pytest.raises(ValueError, match="twice"):
        told()
