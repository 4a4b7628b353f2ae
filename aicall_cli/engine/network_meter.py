"""How well audio passes each way, from counts that a connection keeps and that are looked at.

Each side's quality is that of its audio on the way to the other: the caller's is what the
agent's receiver reports of our packets, the agent's what we receive. Each look takes what came
since the last one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aicall_cli.engine.enums import NetworkQuality, Party
from aicall_cli.engine.events import NetworkQualityChanged
from aicall_cli.engine.quality import one_way_delay, r_factor, steady_quality

LOOK_SECONDS: Final = 2.0
"""Between two looks."""


@dataclass(frozen=True, slots=True)
class PathCounts:
    """One side's packets so far, as its receiver counts them, and its times in seconds."""

    expected: int
    lost: int
    jitter: float | None


class NetworkMeter:
    """The quality of one connection, both ways."""

    def __init__(self) -> None:
        self._before: dict[Party, PathCounts] = {}
        self._qualities = dict.fromkeys(Party, NetworkQuality.UNKNOWN)

    def look(
        self, paths: Mapping[Party, PathCounts], round_trip: float | None
    ) -> list[NetworkQualityChanged]:
        """Return what changed since the last look, in the order of ``Party``.

        ``paths`` has what is known by now. A side of which nothing new was reported stays as
        it was. Where nothing at all comes from the agent, nothing is known to pass either way.
        """
        heard = self._arrived(Party.AGENT, paths)
        qualities = {
            party: self._quality(party, paths, round_trip) if heard else NetworkQuality.DISCONNECTED
            for party in Party
        }
        changed = [
            NetworkQualityChanged(party, quality)
            for party, quality in qualities.items()
            if quality is not self._qualities[party]
        ]
        self._before.update(paths)
        self._qualities = qualities
        return changed

    def _arrived(self, party: Party, paths: Mapping[Party, PathCounts]) -> bool:
        since = self._since(party, paths)
        return since is not None and since.expected > since.lost

    def _quality(
        self, party: Party, paths: Mapping[Party, PathCounts], round_trip: float | None
    ) -> NetworkQuality:
        present, since = self._qualities[party], self._since(party, paths)
        if since is None or since.expected <= 0:
            return present
        loss = since.lost / since.expected
        return steady_quality(present, r_factor(one_way_delay(round_trip, since.jitter), loss))

    def _since(self, party: Party, paths: Mapping[Party, PathCounts]) -> PathCounts | None:
        """Return what was counted since the last look; None of a side that nothing is known of."""
        now = paths.get(party)
        if now is None:
            return None
        before = self._before.get(party, _NOTHING)
        return PathCounts(now.expected - before.expected, now.lost - before.lost, now.jitter)


_NOTHING: Final = PathCounts(0, 0, None)
