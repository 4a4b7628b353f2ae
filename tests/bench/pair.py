"""Two ends of some calls, each in a process of its own, connected over loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import EndReport
from tests.bench.side import ANSWER_SECONDS, Side, side


@dataclass(frozen=True, slots=True)
class Pair:
    """A caller and a listener that are connected; both send and both hear."""

    caller: Side
    listener: Side

    async def measure(
        self, seconds: float, drop_after: float | None = None
    ) -> tuple[EndReport, EndReport]:
        """Return what both ends saw in a window; with ``drop_after`` the caller loses a packet."""
        within = seconds + ANSWER_SECONDS
        caller, listener = await asyncio.gather(
            self.caller.ask("measure", within=within, seconds=seconds, drop_after=drop_after),
            self.listener.ask("measure", within=within, seconds=seconds, drop_after=None),
        )
        return EndReport.parse(caller), EndReport.parse(listener)


@asynccontextmanager
async def connected_pair(
    kind: str, calls: int = 1, play: Path | None = None, save: Path | None = None
) -> AsyncIterator[Pair]:
    """Connect a pair of ``ours`` or ``plain`` ends; ``play`` and ``save`` are for plain ones."""
    common = (kind, "--calls", str(calls))
    playing = ("--play", str(play)) if play else ()
    saving = ("--save", str(save)) if save else ()
    async with side("end", *common, *playing) as caller, side("end", *common, *saving) as listener:
        offers = await caller.ask("offer")
        answers = await listener.ask("answer", sdp=offers["sdp"])
        await caller.ask("accept", sdp=answers["sdp"])
        await asyncio.gather(caller.ask("connected"), listener.ask("connected"))
        yield Pair(caller, listener)
