"""From the end of the caller's speech at the microphone to the agent at the loudspeaker."""

import asyncio
from statistics import median

from tests.bench.outcome import Outcome
from tests.bench.room import audible, call_from_room
from tests.bench.scale import Scale
from tests.support.speech_like import speech_like

ENDPOINTING_MS = 400.0
TARGET_MS = ENDPOINTING_MS + 120.0
_SPEECH = speech_like(75)
_PAUSE_SECONDS = 2.5
"""The answer is as long as what was said and 300 ms; then the next turn may begin."""


async def measure(scale: Scale) -> list[Outcome]:
    """Say something, and again, to the ``echo`` agent with its 400 ms of endpointing."""
    found: list[float] = []
    played: list[float] = []
    async with call_from_room("echo") as (_, room, _):
        for _ in range(scale.calls):
            await asyncio.sleep(_PAUSE_SECONDS)
            room.say(_SPEECH)
            said = await room.said_all()
            played.append(1000 * (await room.heard_since(said) - said))
            found.append(1000 * (audible(room.written, said)[0] - said))
    return [
        Outcome(
            measure="end of caller's speech to agent's first audio at the speaker's buffer, echo",
            target=f"≤ {TARGET_MS:g} ms",
            unit="ms",
            ours=median(found),
            met=median(found) <= TARGET_MS,
            details={"all": list(found), "at the device": list(played)},
        )
    ]
