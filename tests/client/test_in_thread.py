import asyncio
import threading

import pytest

from aicall_cli.client.in_thread import made_in_thread
from aicall_cli.errors import RecordingError


class Workshop:
    """Makes something once it is let, and keeps what is given back."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.given_back: list[int] = []
        self.thread = ""
        self.begun = threading.Event()

    def make(self) -> int:
        self.thread = threading.current_thread().name
        self.begun.set()
        assert self.may_go_on.wait(5)
        return 7

    def fail(self) -> int:
        self.make()
        raise RecordingError("no room")

    async def give_back(self, made: int) -> None:
        self.given_back.append(made)


async def test_what_was_made_is_returned() -> None:
    workshop = Workshop()
    workshop.may_go_on.set()
    assert await made_in_thread(workshop.make, workshop.give_back) == 7
    assert not workshop.given_back
    assert workshop.thread != threading.current_thread().name


async def test_what_was_raised_is_raised() -> None:
    workshop = Workshop()
    workshop.may_go_on.set()
    with pytest.raises(RecordingError):
        await made_in_thread(workshop.fail, workshop.give_back)


@pytest.mark.real_time
@pytest.mark.parametrize("fails", [False, True])
async def test_what_nobody_waits_for_any_more_is_given_back(fails: bool) -> None:
    workshop = Workshop()
    make = workshop.fail if fails else workshop.make
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(made_in_thread(make, workshop.give_back))
        await asyncio.to_thread(workshop.begun.wait, 5)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done(), "the thread is waited for"
        workshop.may_go_on.set()
    assert task.cancelled()
    assert workshop.given_back == ([] if fails else [7])
