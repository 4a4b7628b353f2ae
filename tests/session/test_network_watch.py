import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aicall_cli.engine.enums import NetworkQuality, Party
from aicall_cli.engine.events import CallEvent, NetworkQualityChanged
from aicall_cli.engine.network_meter import LOOK_SECONDS
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.session.network_watch import watch_network
from tests.session.running_session import events_of, running
from tests.support.fake_backend import NETWORK, FakeBackend, virtual_clock


class Network(FakeBackend):
    """A backend whose figures are given: of all that was sent and received so far."""

    async def statistics(self) -> NetworkStatistics | None:
        return self.network

    def pass_packets(self, count: int, lost: int = 0, remote_lost: int | None = 0) -> None:
        before = self.network
        assert before is not None
        reported = remote_lost is not None
        expected = (before.remote_packets_expected or 0) + count
        missed = (before.remote_packets_lost or 0) + (remote_lost or 0)
        self.network = replace(
            before,
            packets_received=before.packets_received + count - lost,
            packets_lost=before.packets_lost + lost,
            remote_packets_expected=expected if reported else None,
            remote_packets_lost=missed if reported else None,
        )


class Watched:
    def __init__(self) -> None:
        self.backend = Network()
        self.published: list[CallEvent] = []

    async def look(self) -> dict[Party, NetworkQuality]:
        """Let the next look be taken; return what changed."""
        await asyncio.sleep(LOOK_SECONDS)
        new, self.published[:] = list(self.published), []
        assert all(isinstance(event, NetworkQualityChanged) for event in new)
        return {e.party: e.quality for e in new if isinstance(e, NetworkQualityChanged)}


@asynccontextmanager
async def watching() -> AsyncIterator[Watched]:
    watched = Watched()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(
            watch_network(watched.backend, virtual_clock, watched.published.append)
        )
        await asyncio.sleep(LOOK_SECONDS / 2)  # in the middle between two looks
        yield watched
        task.cancel()


async def test_each_way_is_told_of_when_it_changes() -> None:
    async with watching() as watched:
        watched.backend.pass_packets(100)
        assert await watched.look() == {
            Party.CALLER: NetworkQuality.EXCELLENT,
            Party.AGENT: NetworkQuality.EXCELLENT,
        }
        watched.backend.pass_packets(100, lost=20)
        assert await watched.look() == {Party.AGENT: NetworkQuality.VERY_BAD}
        watched.backend.pass_packets(100, remote_lost=5)
        assert await watched.look() == {
            Party.CALLER: NetworkQuality.POOR,
            Party.AGENT: NetworkQuality.EXCELLENT,
        }
        assert set((await watched.look()).values()) == {NetworkQuality.DISCONNECTED}


async def test_what_the_agent_did_not_report_is_not_told() -> None:
    async with watching() as watched:
        watched.backend.pass_packets(100, remote_lost=None)
        assert await watched.look() == {Party.AGENT: NetworkQuality.EXCELLENT}


async def test_without_figures_nothing_is_told() -> None:
    async with watching() as watched:
        watched.backend.network = None
        assert await watched.look() == {}


async def test_a_pause_of_our_own_process_is_no_fault_of_the_network() -> None:
    async with watching() as watched:
        watched.backend.pass_packets(100)
        await watched.look()
        loop = asyncio.get_running_loop()
        loop._virtual_now += 5.0  # type: ignore[attr-defined]
        assert await watched.look() == {}
        watched.backend.pass_packets(100)
        assert await watched.look() == {}


async def test_a_session_publishes_it() -> None:
    backend = FakeBackend(network=replace(NETWORK, round_trip=0.9))
    async with running(backend) as session:
        listener = session.feed.listen()
        await asyncio.sleep(LOOK_SECONDS * 2)
    told = [e for e in await events_of(listener) if isinstance(e, NetworkQualityChanged)]
    assert [event.party for event in told] == [Party.CALLER, Party.AGENT]
    assert {event.quality for event in told} == {NetworkQuality.BAD}
