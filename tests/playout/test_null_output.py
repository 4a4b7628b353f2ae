import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.playout.null_output import NullOutput


def test_it_counts_what_nobody_hears() -> None:
    output = NullOutput()
    for _ in range(50):
        output.write(np.zeros(TICK_SAMPLES, np.int16))
    output.skip(10)
    output.flush()
    assert output.statistics.written == pytest.approx(1.0)
    assert output.statistics.flushed == 0.0
    assert output.statistics.underruns is None
