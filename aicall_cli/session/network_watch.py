"""How well the network carries a call, told when it changes."""

import asyncio
from collections.abc import Callable
from typing import Final

from aicall_cli.backends.base import Backend
from aicall_cli.clock import Clock
from aicall_cli.engine.enums import Party
from aicall_cli.engine.events import CallEvent
from aicall_cli.engine.network_meter import LOOK_SECONDS, NetworkMeter, PathCounts
from aicall_cli.rtc.network_statistics import NetworkStatistics

LATE_SECONDS: Final = 0.5
"""A look that is later than this is left out: our own process was not running, and what came
meanwhile is not counted yet."""


async def watch_network(
    backend: Backend, clock: Clock, publish: Callable[[CallEvent], None]
) -> None:
    """Look every ``LOOK_SECONDS`` and publish what is another quality than before, for ever."""
    meter = NetworkMeter()
    while True:
        due = clock() + LOOK_SECONDS
        await asyncio.sleep(LOOK_SECONDS)
        network = await backend.statistics()
        if network is not None and clock() - due <= LATE_SECONDS:
            for event in meter.look(_paths(network), network.round_trip):
                publish(event)


def _paths(network: NetworkStatistics) -> dict[Party, PathCounts]:
    expected = network.packets_received + network.packets_lost
    paths = {Party.AGENT: PathCounts(expected, network.packets_lost, network.jitter)}
    if network.remote_packets_expected is not None and network.remote_packets_lost is not None:
        paths[Party.CALLER] = PathCounts(
            network.remote_packets_expected, network.remote_packets_lost, network.remote_jitter
        )
    return paths
