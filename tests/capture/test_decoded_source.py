import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.capture.decoded_source import DecodedSource
from aicall_cli.capture.decoder import Decoder
from aicall_cli.errors import SourceError


class Scripted:
    """A decoder that notices something on the way."""

    format = AudioFormat(16_000, 1)
    duration = 0.06

    def __init__(self, *, blocks: int, fails: bool = False) -> None:
        self.warnings = ["it is old"]
        self._blocks = blocks
        self._fails = fails

    def blocks(self) -> Generator[Pcm, None, None]:
        for _ in range(self._blocks):
            yield np.ones((320, 1), dtype=np.int16)
        if self._fails:
            raise SourceError("it broke")
        self.warnings.append("it ended too soon")

    def close(self) -> None:
        """Nothing is held."""


class Opener:
    """Opens one decoder, and writes down who does what."""

    def __init__(self, decoder: Scripted) -> None:
        self.events: list[str] = []
        self._decoder = decoder

    @contextmanager
    def open(self) -> Iterator[Decoder]:
        self._note("opened")
        yield self._decoder
        self._note("closed")

    def interrupt(self) -> None:
        self._note("interrupted")

    def release(self) -> None:
        self._note("released")

    async def start(self) -> DecodedSource:
        return await DecodedSource.start("it", self.open, self.interrupt, self.release)

    def _note(self, event: str) -> None:
        in_loop = threading.current_thread() is threading.main_thread()
        self.events.append(f"{event} {'in the loop' if in_loop else 'in the thread'}")


async def test_what_the_thread_finds_out_is_seen_when_it_has_come_over() -> None:
    opener = Opener(Scripted(blocks=3))
    source = await opener.start()
    assert (source.name, source.format, source.duration) == ("it", AudioFormat(16_000, 1), 0.06)
    assert list(source.warnings) == ["it is old"]
    lengths = [len(frame) async for frame in source.frames(40)]
    assert lengths == [640, 320]
    assert list(source.warnings) == ["it is old", "it ended too soon"]
    await source.close()
    await source.close()
    assert opener.events == [
        "opened in the thread",
        "closed in the thread",
        "interrupted in the loop",
        "released in the loop",
    ]


@pytest.mark.parametrize(("blocks", "stage"), [(0, "opening"), (2, "reading")])
async def test_a_failure_comes_out_where_it_is_met(blocks: int, stage: str) -> None:
    opener = Opener(Scripted(blocks=blocks, fails=True))
    if stage == "opening":
        with pytest.raises(SourceError, match="it broke"):
            await opener.start()
    else:
        source = await opener.start()
        with pytest.raises(SourceError, match="it broke"):
            async for _ in source.frames(20):
                pass
        await source.close()
    assert opener.events[-1] == "released in the loop"
