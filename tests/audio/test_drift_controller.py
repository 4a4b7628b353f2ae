import numpy as np
import pytest

from aicall_cli.audio.drift_controller import MAX_CORRECTION, DriftController
from aicall_cli.audio.format import SAMPLE_RATE
from tests.audio.two_clocks import run_queue, ticks

TARGET = 1440
BLOCK = 480
TICK = 960


class Filler:
    """Blocks of 10 ms whose length the controller changes, to the fraction of a sample."""

    def __init__(self) -> None:
        self.controller = DriftController(TARGET)
        self._owed = 0.0

    def __call__(self, fill: int) -> int:
        if fill <= 0:
            self.controller.restart()
            return TARGET + BLOCK
        self._owed += BLOCK / (1 + self.controller.update(fill, BLOCK))
        whole = int(self._owed)
        self._owed -= whole
        return whole


@pytest.mark.parametrize("ppm", [200.0, -200.0, 0.0])
@pytest.mark.parametrize("jitter", [0.0, 0.012])
def test_an_hour_between_two_clocks(ppm: float, jitter: float) -> None:
    filler = Filler()
    fills = []
    for at, queued in run_queue(
        3600, ticks(0.010, ppm, jitter), ticks(0.020, jitter=0.001, seed=2), filler, TICK
    ):
        if at > 60:
            fills.append(queued)
    minutes = np.array(fills[: len(fills) // 59 * 59]).reshape(59, -1)
    depths = minutes.mean(axis=1) / SAMPLE_RATE
    assert minutes.min() > 0  # the queue never runs dry
    assert abs(depths - depths[0]).max() < 0.004
    # The lumps of both clocks beat with each other, which the estimate follows a little.
    assert filler.controller.drift * 1e6 == pytest.approx(ppm, abs=80)


def test_it_learns_the_drift_in_the_first_minute() -> None:
    filler = Filler()
    for at, _ in run_queue(61, ticks(0.010, 200, 0.012), ticks(0.020), filler, TICK):
        if at < 59:
            assert not filler.controller.has_learnt
    assert filler.controller.has_learnt
    assert filler.controller.drift * 1e6 == pytest.approx(200, abs=80)


def settled(fill: int) -> DriftController:
    controller = DriftController(TARGET)
    for _ in range(200):
        assert controller.depth is None
        assert controller.update(fill, BLOCK) == 0
    return controller


@pytest.mark.parametrize(
    ("fill", "depth"), [(0, 960), (1000, 1000), (1440, 1440), (1900, 1900), (4800, 1920)]
)
def test_the_depth_at_which_a_queue_begins_is_held_if_it_is_near_the_target(
    fill: int, depth: int
) -> None:
    assert settled(fill).depth == pytest.approx(depth)


def test_what_is_far_off_is_corrected_at_the_bound_and_not_learnt() -> None:
    controller = settled(TARGET)
    corrections = [controller.update(TARGET + SAMPLE_RATE, BLOCK) for _ in range(1000)]
    assert corrections[-1] == MAX_CORRECTION
    assert abs(controller.drift) < MAX_CORRECTION / 10
    corrections = [controller.update(0, BLOCK) for _ in range(1000)]
    assert -MAX_CORRECTION <= corrections[-1] < 0


def test_a_restart_forgets_the_depth_and_keeps_the_drift() -> None:
    controller = settled(TARGET)
    for _ in range(1000):
        controller.update(TARGET + 200, BLOCK)
    drift = controller.drift
    assert drift > 0
    controller.restart()
    assert controller.depth is None
    assert controller.update(TARGET, BLOCK) == drift
