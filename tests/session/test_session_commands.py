import asyncio

import numpy as np
import pytest

from aicall_cli.audio.level import rms
from aicall_cli.engine.commands import (
    EnablePushToTalk,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    StartPushToTalk,
)
from aicall_cli.engine.events import CommandSent, DataChannelOpened, PushToTalkChanged
from aicall_cli.errors import CommandRefused
from aicall_cli.session.session import Session
from tests.session.running_session import events_of, running
from tests.session.session_audio import push, stream_of
from tests.support.fake_backend import FakeBackend, joined, virtual_clock
from tests.support.speech_like import speech_like


async def test_commands_are_refused_until_the_call_is_connected() -> None:
    backend = FakeBackend()
    session = Session(virtual_clock)
    with pytest.raises(CommandRefused, match="none, not connected"):
        session.command(QueryAgentState())
    async with session.setting_up():
        await session.connect(backend)
    with pytest.raises(CommandRefused, match="connecting, not connected"):
        session.command(QueryAgentState())
    backend.tick()
    session.command(QueryAgentState())
    assert backend.commands == [QueryAgentState()]
    session.hang_up()
    with pytest.raises(CommandRefused, match="over, not connected"):
        session.command(QueryAgentState())
    await session.close()


async def test_commands_are_refused_while_the_channel_is_not_open() -> None:
    backend = FakeBackend(opens_channel=False)
    async with running(backend) as session:
        with pytest.raises(CommandRefused, match="not open yet"):
            session.command(InterruptSpeaking())
        backend.tell(DataChannelOpened())
        listener = session.feed.listen()
        session.command(InterruptSpeaking())
    assert CommandSent("interrupt_speaking") in await events_of(listener)


async def test_a_command_that_cannot_be_sent_changes_nothing() -> None:
    backend = FakeBackend(takes_commands=False)
    async with running(backend) as session:
        with pytest.raises(CommandRefused, match="enable_push_to_talk was not sent"):
            session.command(EnablePushToTalk(True))
        assert not session.machine.push_to_talk
        assert session.mixer.gate_open
        backend.takes_commands = True
        session.command(EnablePushToTalk(True))
        assert session.machine.push_to_talk


async def test_push_to_talk_is_a_gate_that_loses_nothing() -> None:
    backend = FakeBackend()
    speech = speech_like(50)
    async with running(backend) as session:
        session.command(EnablePushToTalk(True))
        backend.tell(PushToTalkChanged(True))
        stream = stream_of(session)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(push(stream, speech))
            await asyncio.sleep(1)
            assert rms(joined(backend.sent)) == 0, "the key is up"
            session.command(StartPushToTalk())
            await asyncio.sleep(0.5)
            session.command(FinishPushToTalk())
            until = len(backend.sent)
            await asyncio.sleep(0.5)
            assert rms(joined(backend.sent[until:])) == 0
            session.command(StartPushToTalk())
    sent = joined(backend.sent)
    assert np.array_equal(sent[sent != 0], speech[speech != 0])


async def test_the_agent_may_lift_the_key() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        backend.tell(PushToTalkChanged(True))
        assert not session.mixer.gate_open
        backend.tell(PushToTalkChanged(False))
        assert session.mixer.gate_open
