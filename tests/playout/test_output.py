"""What every output has in common."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS
from aicall_cli.playout.file_output import FileOutput
from aicall_cli.playout.null_output import NullOutput
from aicall_cli.playout.output import Output

TICK = np.full(TICK_SAMPLES, 1_000, np.int16)

outputs = pytest.mark.parametrize(
    "create",
    [lambda folder: NullOutput(), lambda folder: FileOutput(folder / "out.wav")],
    ids=["null", "file"],
)


@outputs
async def test_an_output_takes_ticks_from_open_to_close(
    create: Callable[[Path], Output], tmp_path: Path
) -> None:
    output = create(tmp_path)
    await output.open()
    for _ in range(10):
        output.write(TICK)
    output.skip(2)
    output.flush()
    output.write(TICK)
    await output.close()
    await output.close()
    assert output.statistics.written == pytest.approx(11 * TICK_SECONDS)
    assert output.statistics.dropped == 0.0
    assert output.failure is None
    assert output.latency >= 0.0
    assert output.name


@outputs
async def test_what_comes_after_the_end_is_ignored(
    create: Callable[[Path], Output], tmp_path: Path
) -> None:
    output = create(tmp_path)
    await output.open()
    await output.close()
    output.flush()
    output.write(TICK)
    output.skip(1)


@outputs
async def test_an_output_that_was_never_opened_can_be_closed(
    create: Callable[[Path], Output], tmp_path: Path
) -> None:
    await create(tmp_path).close()
