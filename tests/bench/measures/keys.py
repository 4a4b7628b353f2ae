"""From a key to what it does: typed into a terminal, in a call from a room with devices."""

import asyncio
import random

import numpy as np

from tests.bench.keyboard import keyboard
from tests.bench.outcome import BenchError, Outcome
from tests.bench.room import Sent, audible, call_from_room
from tests.bench.scale import Scale
from tests.support.speech_like import speech_like

TALK_TARGET_MS = 30.0
INTERRUPT_TARGET_MS = 150.0
_SPEECH = speech_like(200)
_WATCHED_SECONDS = 1.0


async def measure_talk(scale: Scale) -> list[Outcome]:
    """The talk key to the first packet with audio in it, which is what was said before the key."""
    found: list[float] = []
    moments = random.Random(1)
    async with call_from_room("echo") as (call, _, sent), keyboard(call.controls) as press:
        call.controls.set_push_to_talk(True)
        for _ in range(scale.keys):
            await asyncio.sleep(0.5 + moments.uniform(0, 0.02))
            pressed = press(" ")
            await asyncio.sleep(0.2)
            found.append(1000 * (_first(sent, pressed) - pressed))
            press(" ")
    p95 = float(np.percentile(found, 95))
    return [
        Outcome(
            measure="talk key to first packet that carries audio, p95",
            target=f"≤ {TALK_TARGET_MS:g} ms",
            unit="ms",
            ours=p95,
            met=p95 <= TALK_TARGET_MS,
            details={"p50": float(np.median(found)), "max": max(found), "keys": len(found)},
        )
    ]


async def measure_interrupt(scale: Scale) -> list[Outcome]:
    """The interrupt key, while the agent speaks, to the last audible block the speaker takes."""
    found: list[float] = []
    async with call_from_room("echo") as (call, room, _), keyboard(call.controls) as press:
        for _ in range(scale.calls):
            room.say(_SPEECH)
            await room.heard_since(await room.said_all())
            await asyncio.sleep(_WATCHED_SECONDS)
            pressed = press("i")
            await asyncio.sleep(_WATCHED_SECONDS)
            last = max(audible([*room.written, *room.heard], pressed), default=pressed)
            found.append(1000 * (last - pressed))
    slowest = max(found)
    return [
        Outcome(
            measure="interrupt key to silence at the speaker's buffer, slowest",
            target=f"≤ {INTERRUPT_TARGET_MS:g} ms",
            unit="ms",
            ours=slowest,
            met=slowest <= INTERRUPT_TARGET_MS,
            details={"all": list(found)},
        )
    ]


def _first(sent: Sent, since: float) -> float:
    passed = audible(sent.ticks, since)
    if not passed:
        raise BenchError("the talk key let nothing through")
    return passed[0]
