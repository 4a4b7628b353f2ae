"""The measures by name, in the order of the table."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from tests.bench.measures import (
    answer,
    cpu,
    file_path,
    first_packet,
    interface,
    keys,
    long_call,
    lost_packet,
    memory,
    start_up,
    tick_to_pcm,
    ticks,
)
from tests.bench.outcome import Outcome
from tests.bench.scale import Scale

Measure: TypeAlias = Callable[[Scale], Awaitable[list[Outcome]]]

MEASURES: Mapping[str, Measure] = {
    "tick-to-pcm": tick_to_pcm.measure,
    "lost-packet": lost_packet.measure,
    "ticks": ticks.measure,
    "cpu": cpu.measure,
    "file": file_path.measure,
    "start-up": start_up.measure,
    "first-packet-echo": first_packet.measure_echo,
    "first-packet-assistant": first_packet.measure_assistant,
    "memory": memory.measure,
    "talk-key": keys.measure_talk,
    "interrupt-key": keys.measure_interrupt,
    "answer": answer.measure,
    "interface": interface.measure,
    "long-call": long_call.measure,
}
