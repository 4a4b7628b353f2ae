"""The recogniser's process against the deaths of others."""

import asyncio
import signal
import sys

import psutil

from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser

_OWNER = """
import asyncio, psutil
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser

async def main():
    await PocketsphinxRecogniser().open()
    print(psutil.Process().children()[0].pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_it_ends_when_its_owner_is_killed() -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OWNER, stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    worker = psutil.Process(int(await owner.stdout.readline()))
    owner.kill()
    await owner.wait()
    gone, _ = await asyncio.to_thread(psutil.wait_procs, [worker], timeout=10)
    assert gone == [worker]


async def test_ctrl_c_for_the_whole_group_does_not_reach_it_and_a_kill_is_made_good() -> None:
    before = set(psutil.Process().children())
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    (worker,) = set(psutil.Process().children()) - before
    partials: list[str] = []
    try:
        recogniser.start_utterance(partials.append)
        assert await recogniser.finish() == ""
        worker.send_signal(signal.SIGINT)
        recogniser.start_utterance(partials.append)
        assert await recogniser.finish() == ""
        assert worker.is_running()
        recogniser.start_utterance(partials.append)
        worker.kill()
        assert await recogniser.finish() == ""
    finally:
        await recogniser.close()
