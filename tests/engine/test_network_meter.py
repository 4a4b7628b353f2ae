from aicall_cli.engine.enums import NetworkQuality, Party
from aicall_cli.engine.network_meter import NetworkMeter, PathCounts

JITTER = 0.001
ROUND_TRIP = 0.020


class Looked:
    """A meter of a connection on which 100 packets a look are sent each way."""

    def __init__(self) -> None:
        self.meter = NetworkMeter()
        self.counts = {Party.AGENT: PathCounts(0, 0, JITTER)}
        self.round_trip: float | None = ROUND_TRIP

    def look(
        self,
        *,
        agent: int = 0,
        caller: int | None = 0,
        sent: int = 100,
        jitter: float | None = JITTER,
    ) -> list[tuple[Party, NetworkQuality]]:
        """Look after so many packets of each side were lost; of None nothing was reported."""
        self._add(Party.AGENT, agent, sent, jitter)
        if caller is not None:
            self._add(Party.CALLER, caller, sent, jitter)
        return [
            (event.party, event.quality) for event in self.meter.look(self.counts, self.round_trip)
        ]

    def _add(self, party: Party, lost: int, sent: int, jitter: float | None) -> None:
        before = self.counts.get(party, PathCounts(0, 0, None))
        self.counts[party] = PathCounts(before.expected + sent, before.lost + lost, jitter)


def both(quality: NetworkQuality) -> list[tuple[Party, NetworkQuality]]:
    return [(Party.CALLER, quality), (Party.AGENT, quality)]


def test_a_good_network_is_told_once() -> None:
    looked = Looked()
    assert looked.look() == both(NetworkQuality.EXCELLENT)
    assert looked.look() == []
    assert looked.look(agent=1, caller=1) == [], "one of a hundred makes nothing worse"


def test_each_way_has_its_own_quality() -> None:
    looked = Looked()
    looked.look()
    assert looked.look(agent=10) == [(Party.AGENT, NetworkQuality.BAD)]
    assert looked.look(agent=10, caller=4) == [(Party.CALLER, NetworkQuality.GOOD)]
    assert looked.look(caller=30) == [
        (Party.CALLER, NetworkQuality.VERY_BAD),
        (Party.AGENT, NetworkQuality.EXCELLENT),
    ]


def test_delay_and_jitter_count() -> None:
    looked = Looked()
    looked.round_trip = 0.700
    assert looked.look() == both(NetworkQuality.BAD)
    looked.round_trip = ROUND_TRIP
    assert looked.look(jitter=0.150) == both(NetworkQuality.POOR)


def test_what_nobody_reported_stays_as_it_was() -> None:
    looked = Looked()
    assert looked.look(caller=None) == [(Party.AGENT, NetworkQuality.EXCELLENT)]
    assert looked.look() == [(Party.CALLER, NetworkQuality.EXCELLENT)]
    assert looked.look(caller=None, agent=10) == [(Party.AGENT, NetworkQuality.BAD)]
    assert looked.look(caller=None, agent=10) == []


def test_without_a_round_trip_nothing_is_known() -> None:
    looked = Looked()
    looked.round_trip = None
    assert looked.look() == []
    looked.round_trip = ROUND_TRIP
    assert looked.look() == both(NetworkQuality.EXCELLENT)


def test_where_nothing_comes_the_connection_is_gone_until_something_does() -> None:
    looked = Looked()
    looked.look()
    assert looked.look(sent=0) == both(NetworkQuality.DISCONNECTED)
    assert looked.look(sent=0) == []
    assert looked.look() == both(NetworkQuality.EXCELLENT)


def test_before_anything_was_counted_nothing_comes() -> None:
    changed = NetworkMeter().look({}, None)
    assert [event.quality for event in changed] == [NetworkQuality.DISCONNECTED] * 2
