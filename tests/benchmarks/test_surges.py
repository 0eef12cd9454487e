"""The made-up cells that alarms are measured on."""

import numpy as np
import pytest

from benchmarks.surges import simulator
from benchmarks.surges.simulator import MEANS, WAVE_WEEKS


def world(seed=1, **settings):
    return simulator.world(np.random.default_rng(seed), **settings)


def test_cells_come_as_often_and_vary_as_much_as_said():
    given = world(weeks=1)
    means = given.panel.counts[:, -104:].mean(axis=1)

    for place, mean in enumerate(MEANS):
        assert means[place :: len(MEANS)].mean() == pytest.approx(mean, rel=0.15)


def test_a_wave_is_in_the_last_weeks_of_fifty_cells_alone():
    calm, raised = world(), world(wave=8)
    more = raised.panel.counts - calm.panel.counts

    assert raised.has_wave.sum() == 50
    assert not calm.has_wave.any()
    assert (more[raised.has_wave, -WAVE_WEEKS:].mean()) == pytest.approx(8, abs=0.6)
    assert not more[~raised.has_wave].any()
    assert not more[:, :-WAVE_WEEKS].any()


def test_a_week_typed_in_part_holds_fewer_cases_in_its_last_week_alone():
    given = world(wave=8).panel
    seen = simulator.typed(np.random.default_rng(2), given, 0.7)

    assert np.array_equal(seen.counts[:, :-1], given.counts[:, :-1])
    assert seen.counts[:, -1].sum() == pytest.approx(given.counts[:, -1].sum() * 0.7, rel=0.1)
