import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicall_cli.client import agent_process
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.errors import ConnectError, UsageError
from tests.client.programs import READY, agent_that_runs, use_program


@pytest.fixture
def agent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AgentProcess]:
    """A process that runs the Python lines of the test's ``runs`` mark."""
    with agent_that_runs(tmp_path, request.param) as agent:
        yield agent


def runs(*programs: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("agent", programs, indirect=True)


def test_the_token_goes_in_and_the_arguments_are_those_of_a_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    use_program(
        monkeypatch,
        tmp_path,
        f"open({str(told)!r}, 'w').write(json.dumps([sys.argv[1:], sys.stdin.readline()]))",
    )
    with AgentProcess.spawn(["--agent", "echo"]) as agent:
        pass
    arguments, token = json.loads(told.read_text())
    assert arguments == ["-m", "aicall_cli", "serve", "--child", "--agent", "echo"]
    assert token.strip() == agent.token.reveal()
    assert len(token) > 30
    assert agent.token.reveal() not in repr(vars(agent))


def test_its_variables_are_ours_but_for_those_it_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    names = ("AICALL_CHAT_KEY", "AICALL_ASR_KEY", "AICALL_TTS_KEY")
    use_program(
        monkeypatch,
        tmp_path,
        f"open({str(told)!r}, 'w').write(json.dumps([os.environ.get(n) for n in {names}]))",
    )
    monkeypatch.setenv("AICALL_ASR_KEY", "of another server")
    monkeypatch.setenv("AICALL_TTS_KEY", "ours")
    with AgentProcess.spawn(variables={"AICALL_CHAT_KEY": "given", "AICALL_ASR_KEY": ""}):
        pass
    assert json.loads(told.read_text()) == ["given", "", "ours"]


@pytest.mark.real_time
@runs(f"{READY}; sys.stdin.read()")
async def test_it_is_ready_once_it_tells_its_url(agent: AgentProcess) -> None:
    assert await agent.ready() == await agent.ready() == "ws://there"
    await agent.stop()
    await agent.stop()
    assert agent._process.returncode == 0


@pytest.mark.real_time
@runs(
    "sys.exit(3)",
    "print('Traceback (most recent call last):')",
    "print('[' * 10)",
    "print('x' * 10_000)",
    "print(json.dumps({'url': 7}))",
    "print(json.dumps({'error': 5}))",
    "os.write(1, bytes(range(256)))",
    "os.close(1); time.sleep(0.1)",
)
async def test_one_that_ends_or_talks_nonsense_did_not_start(agent: AgentProcess) -> None:
    with pytest.raises(ConnectError, match="did not start") as caught:
        await agent.ready()
    assert caught.value.hint
    await agent.stop()


@pytest.mark.real_time
@runs("print(json.dumps({'error': 'no agent x', 'hint': 'try echo', 'status': 2}))")
async def test_its_own_words_are_told(agent: AgentProcess) -> None:
    with pytest.raises(UsageError, match="no agent x") as caught:
        await agent.ready()
    assert caught.value.hint == "try echo"


@pytest.mark.real_time
@runs("print(json.dumps({'error': 'no memory', 'hint': None, 'status': 70}))")
async def test_a_failure_that_is_nobodys_argument_is_a_failed_start(agent: AgentProcess) -> None:
    with pytest.raises(ConnectError, match="no memory"):
        await agent.ready()


@runs("time.sleep(1000)")
async def test_one_that_says_nothing_is_given_up_and_killed(agent: AgentProcess) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(ConnectError, match="did not start within 20 s"):
        await agent.ready()
    assert asyncio.get_running_loop().time() - began == pytest.approx(20, abs=0.1)
    await agent.stop()


@pytest.mark.real_time
@runs(f"{READY}; time.sleep(1000)")
async def test_one_that_does_not_leave_is_killed(
    agent: AgentProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_process, "_STOP_SECONDS", 0.2)
    await agent.ready()
    await agent.stop()
    assert agent._process.returncode not in (None, 0)


@pytest.mark.real_time
@runs("time.sleep(1000)")
async def test_a_cancelled_wait_for_it_can_be_stopped(
    agent: AgentProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_process, "_STOP_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await agent.ready()
    await agent.stop()
    assert agent._process.returncode is not None


@pytest.mark.real_time
@runs(
    f"{READY}; sys.stdin.read()\n"
    "for line in ('aicall: the model failed', 'as it is'): print(line, file=sys.stderr)"
)
async def test_its_warnings_are_known_once_it_was_stopped(agent: AgentProcess) -> None:
    await agent.ready()
    await agent.stop()
    assert agent.warnings == ("the model failed", "as it is")


@pytest.mark.real_time
@runs(f"sys.stderr.write('x' * 1_000_000); {READY}; sys.stdin.read()")
async def test_one_that_says_much_is_not_kept_waiting(agent: AgentProcess) -> None:
    assert await agent.ready() == "ws://there"
    await agent.stop()
    assert agent._process.returncode == 0


@pytest.mark.real_time
@runs(f"print('torn', end='', file=sys.stderr, flush=True); {READY}; time.sleep(1000)")
async def test_one_that_is_killed_has_said_what_it_said(agent: AgentProcess) -> None:
    await agent.ready()
    agent._process.kill()
    await agent.stop()
    assert agent.warnings == ("torn",)
