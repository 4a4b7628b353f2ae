"""The process of one end of a pair: ``python -m tests.bench.end ours|plain …``.

Several calls at a time, all of one kind. It is told what to do by the parent (``pair``).
"""

import asyncio
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaPlayer
from av import AudioFrame

from aicall_cli.audio.format import Pcm
from aicall_cli.clock import perf_clock
from tests.bench.heard_pcm import HeardPcm
from tests.bench.ours_end import OursEnd
from tests.bench.outcome import JSON
from tests.bench.plain_end import PlainEnd
from tests.bench.report import CallReport, EndReport
from tests.bench.requests import answer, requests
from tests.bench.rtp_gate import RtpGate
from tests.bench.speech import speech_ticks
from tests.bench.speech_track import SpeechTrack


class End(Protocol):
    """One call at this end; see ``OursEnd`` and ``PlainEnd``."""

    @property
    def gate(self) -> RtpGate:
        """The gate before the transport."""
        ...

    async def offer(self) -> str:
        """Return the offer."""
        ...

    async def answer(self, sdp: str) -> str:
        """Return the answer to an offer."""
        ...

    async def accept(self, sdp: str) -> None:
        """Take the answer."""
        ...

    async def connected(self) -> None:
        """Wait until media flows."""
        ...

    def clear(self) -> None:
        """Begin a new window."""
        ...

    def report(self) -> CallReport:
        """Return what the window held."""
        ...

    async def close(self) -> None:
        """End the call."""
        ...


async def main(options: Namespace) -> None:
    """Do what the parent asks until it goes."""
    async with asyncio.TaskGroup() as tasks, AsyncExitStack() as stack:
        ends = _make_ends(options, tasks, stack)
        for end in ends:
            stack.push_async_callback(end.close)
        async for request in requests():
            answer(await _carry_out(request, ends))


def _make_ends(options: Namespace, tasks: asyncio.TaskGroup, stack: AsyncExitStack) -> list[End]:
    speech = speech_ticks()
    if options.kind == "ours":
        return [OursEnd(speech) for _ in range(options.calls)]
    on_frame = _saving(options.save, stack) if options.save else _ignore
    return [PlainEnd(_track(options.play, speech), tasks, on_frame) for _ in range(options.calls)]


def _track(play: Path | None, speech: list[Pcm]) -> MediaStreamTrack:
    if play is None:
        return SpeechTrack(speech)
    track = MediaPlayer(str(play)).audio
    assert track is not None
    return track


def _saving(path: Path, stack: AsyncExitStack) -> Callable[[AudioFrame], None]:
    heard = HeardPcm()
    stack.callback(heard.save, path)

    def keep(frame: AudioFrame) -> None:
        assert frame.pts is not None
        # aiortc's frames are interleaved stereo; both channels are the same.
        heard.add(frame.pts, frame.to_ndarray().reshape(-1, 2)[:, 0].astype(np.int16))

    return keep


def _ignore(frame: AudioFrame) -> None:
    pass


async def _carry_out(request: dict[str, Any], ends: Sequence[End]) -> dict[str, JSON]:
    match request:
        case {"do": "offer"}:
            return {"sdp": [await end.offer() for end in ends]}
        case {"do": "answer", "sdp": offers}:
            pairs = zip(ends, offers, strict=True)
            return {"sdp": [await end.answer(sdp) for end, sdp in pairs]}
        case {"do": "accept", "sdp": answers}:
            for end, sdp in zip(ends, answers, strict=True):
                await end.accept(sdp)
            return {}
        case {"do": "connected"}:
            for end in ends:
                await end.connected()
            return {}
        case {"do": "measure", "seconds": seconds, "drop_after": drop_after}:
            return asdict(await _measure(ends, seconds, drop_after))
        case _:
            raise ValueError(f"unknown request {request}")


async def _measure(ends: Sequence[End], seconds: float, drop_after: float | None) -> EndReport:
    for end in ends:
        end.clear()
    began, cpu = perf_clock(), time.process_time()
    if drop_after is not None:
        await asyncio.sleep(drop_after)
        for end in ends:
            end.gate.drop_next()
    await asyncio.sleep(seconds - (drop_after or 0.0))
    return EndReport(
        cpu_seconds=time.process_time() - cpu,
        seconds=perf_clock() - began,
        calls=[end.report() for end in ends],
    )


def _options() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("kind", choices=("ours", "plain"))
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--play", type=Path, help="a file to send instead of speech (plain)")
    parser.add_argument("--save", type=Path, help="where what is heard is saved (plain)")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_options()))
