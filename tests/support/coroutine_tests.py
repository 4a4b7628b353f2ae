"""Runs the coroutine tests: in virtual time, or really where a test says so.

Real are the tests marked ``real_time`` and those under ``tests/integration``. Each test has
a loop of its own in debug mode. A task that outlives its test, an exception that nobody
retrieved and an error in a callback fail the test that caused them. Tests of hypothesis may
be coroutines too: each example gets a loop.

There are no coroutine fixtures: an ``async with`` in the test shows the same and has its
life inside the test's own task.
"""

import asyncio
import functools
import gc
import importlib
import inspect
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.support.virtual_time import VirtualTimeLoop

CoroutineFunction = Callable[..., Awaitable[None]]

# Modules that others import lazily, inside the running loop, where reading files is an error.
_WARM_UP = ("aiortc", "av", "encodings.idna", "httpx", "uvicorn", "websockets.asyncio.client")

_REAL_SETTLE_SECONDS = 1.0
_VIRTUAL_SETTLE_ROUNDS = 10


def pytest_collection_finish() -> None:
    """Keep the collection after each test fast."""
    _freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test, or a test whose examples are coroutines."""
    test = pyfuncitem.obj
    real = runs_in_real_time(pyfuncitem)
    hypothesis = getattr(test, "hypothesis", None)
    if hypothesis is not None and inspect.iscoroutinefunction(hypothesis.inner_test):
        hypothesis.inner_test = _as_plain(hypothesis.inner_test, real=real)
        return None
    if not inspect.iscoroutinefunction(test):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    run_coroutine_test(test, arguments, real=real)
    return True


def runs_in_real_time(item: pytest.Item) -> bool:
    """Whether a coroutine test runs on the real event loop."""
    marked = item.get_closest_marker("real_time") is not None
    return marked or item.nodeid.startswith("tests/integration/")


def run_coroutine_test(
    test: CoroutineFunction, arguments: Mapping[str, Any], *, real: bool
) -> None:
    """Run ``test`` in a fresh loop and fail for what it leaves behind."""
    complaints: list[str] = []
    if real:
        _warm_up()
    factory = asyncio.new_event_loop if real else VirtualTimeLoop
    with asyncio.Runner(debug=True, loop_factory=factory) as runner:
        runner.get_loop().set_exception_handler(functools.partial(_note, complaints))
        runner.run(_guarded(test, arguments, complaints, real=real))
    # What nobody retrieved is told when it is collected.
    gc.collect()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


async def _guarded(
    test: CoroutineFunction, arguments: Mapping[str, Any], complaints: list[str], *, real: bool
) -> None:
    await test(**arguments)
    await _settle(real=real)
    complaints += [f"a task outlives its test: {task!r}" for task in _other_tasks()]


async def _settle(*, real: bool) -> None:
    """Let tasks that were told to end do so."""
    if real:
        if tasks := _other_tasks():
            await asyncio.wait(tasks, timeout=_REAL_SETTLE_SECONDS)
        return
    for _ in range(_VIRTUAL_SETTLE_ROUNDS):
        await asyncio.sleep(0)


def _other_tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


def _note(complaints: list[str], loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    lines = [f"the loop of the test complains: {context['message']}"]
    lines += [
        f"  {key}: {context[key]!r}" for key in ("task", "future", "handle") if key in context
    ]
    if error := context.get("exception"):
        lines += traceback.format_exception(error)
    complaints.append("\n".join(lines))


def _as_plain(inner_test: CoroutineFunction, *, real: bool) -> Callable[..., None]:
    @functools.wraps(inner_test)
    def plain(**arguments: object) -> None:
        run_coroutine_test(inner_test, arguments, real=real)

    return plain


@functools.cache
def _warm_up() -> None:
    for name in _WARM_UP:
        importlib.import_module(name)
    _freeze()


def _freeze() -> None:
    """Leave what the imports made out of the collections after each test."""
    gc.collect()
    gc.freeze()
