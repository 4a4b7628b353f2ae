import asyncio

import pytest

from aicall_cli.session.guard import Guard


def divide(dividend: int, divisor: int) -> None:
    dividend // divisor


async def test_a_callback_gets_its_arguments() -> None:
    got: list[int] = []
    Guard().run(lambda one, two: got.extend((one, two)), 1, two=2)
    assert got == [1, 2]


async def test_the_first_fault_is_kept_and_nothing_runs_after_it() -> None:
    guard = Guard()
    calls: list[str] = []
    guard.run(divide, 1, 0)
    guard.run(calls.append, "after it")
    guard.run(int, "no number")  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        await guard.failed()
    assert not calls


async def test_a_fault_wakes_who_waits_for_it() -> None:
    guard = Guard()
    asyncio.get_running_loop().call_later(3, guard.run, divide, 1, 0)
    with pytest.raises(ZeroDivisionError):
        await guard.failed()


def test_what_ends_the_process_passes() -> None:
    guard = Guard()

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guard.run(interrupt)
