import asyncio
import itertools

from aicall_cli.rtc.ticker import Tick, Ticker


def _virtual_clock() -> float:
    return asyncio.get_running_loop().time()


async def test_ticks_come_every_20_ms_for_as_long_as_wanted() -> None:
    ticks: list[Tick] = []
    subscription = Ticker.of_loop(_virtual_clock).add(ticks.append)
    await asyncio.sleep(10.01)
    subscription.cancel()
    await asyncio.sleep(1)
    assert len(ticks) in (500, 501)
    assert all(tick.send == 1 and tick.skip == 0 for tick in ticks)
    steps = {round(b.now - a.now, 6) for a, b in itertools.pairwise(ticks)}
    assert steps == {0.02}


async def test_calls_are_spread_over_the_phases() -> None:
    ticker = Ticker.of_loop(_virtual_clock)
    times: list[float] = []
    subscriptions = [ticker.add(lambda tick: times.append(tick.now)) for _ in range(20)]
    await asyncio.sleep(0.021)
    for subscription in subscriptions:
        subscription.cancel()
    assert len({round(time % 0.02, 4) for time in times}) == 20


async def test_one_loop_has_one_ticker_and_a_new_one_after_the_last_call() -> None:
    first = Ticker.of_loop(_virtual_clock)
    subscription = first.add(lambda tick: None)
    assert Ticker.of_loop(_virtual_clock) is first
    subscription.cancel()
    subscription.cancel()
    second = Ticker.of_loop(_virtual_clock)
    assert second is not first
    second.add(lambda tick: None).cancel()


async def test_a_stall_is_sent_in_part_and_skipped_in_part() -> None:
    now = [100.0]
    ticker = Ticker(lambda: now[0])
    ticks: list[Tick] = []
    subscription = ticker.add(ticks.append)
    now[0] += 0.210
    await asyncio.sleep(0.05)  # the loop comes back 210 ms late
    subscription.cancel()
    assert [(tick.send, tick.skip) for tick in ticks[:1]] in ([(3, 7)], [(3, 8)])
    assert subscription.schedule.sent == 3
    assert subscription.lateness.max is not None
    assert subscription.lateness.max > 0.18


async def test_a_callback_may_cancel_itself_and_others() -> None:
    ticker = Ticker.of_loop(_virtual_clock)
    calls: list[str] = []

    def end_all(tick: Tick) -> None:
        calls.append("ended")
        for subscription in (first, second):
            subscription.cancel()

    first = ticker.add(end_all)
    second = ticker.add(lambda tick: calls.append("never") if len(calls) > 1 else None)
    await asyncio.sleep(1)
    assert calls.count("ended") == 1
    assert "never" not in calls
