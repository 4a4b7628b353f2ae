"""What a caller is told of a call besides what the agent says: over real sockets and media."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from aicall_cli import (
    AgentAudioChanged,
    AgentCallRequest,
    AgentJoined,
    AppServer,
    AppServerStarter,
    ByeReason,
    ByeReceived,
    Call,
    CallEnded,
    CallerVoiceChanged,
    CallOptions,
    ConnectionLostError,
    ConnectionReason,
    ConnectionStatus,
    ConnectionStatusChanged,
    EndReason,
    ErrorCode,
    Event,
    ExternalAudioStreamConfig,
    GivenAgent,
    Party,
    RtcTokenExpired,
    RtcTokenExpiring,
    RtcTokenReceived,
    VoiceVolumeChanged,
)
from aicall_cli.agent import channel_tokens
from aicall_cli.agent.control_plane import EXPIRED, ControlPlane
from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.errors import UnknownAgentError
from aicall_cli.secret import Secret
from aicall_cli.session.feed import Listener
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.command import GO_FORWARD, Command
from tests.support.speech_like import speech_like, ticks_of

Status = ConnectionStatus
Reason = ConnectionReason


async def seen(listener: Listener, *, until: Event) -> list[Event]:
    """Return what is told up to ``until``, and it."""
    told: list[Event] = []
    async with asyncio.timeout(15):
        async for stamped in listener:
            told.append(stamped.event)
            if stamped.event == until:
                break
    return told


def statuses(told: Sequence[Event]) -> list[tuple[Status, Reason]]:
    """Return the states that the connection came into, and why."""
    changes = [event for event in told if isinstance(event, ConnectionStatusChanged)]
    return [(change.status, change.reason) for change in changes]


async def say(call: Call, ticks: int) -> None:
    """Push something like speech."""
    stream = call.add_external_audio_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))
    for tick in ticks_of(speech_like(ticks)):
        frame = AudioFrame(tick.reshape(-1, 1), AudioFormat(SAMPLE_RATE, 1))
        await push_with_retry(stream, frame)


async def test_who_is_in_the_call_who_speaks_and_how_loud() -> None:
    async with serving() as url:
        call = Call(CallOptions(agent_id="echo", server=url, token=TOKEN))
        listener = call.events()
        async with call:
            begun = await seen(listener, until=AgentAudioChanged(available=True))
            assert AgentJoined(f"agent-{call.call_id}") in begun
            await say(call, 40)
            spoken = await seen(listener, until=VoiceVolumeChanged(Party.AGENT, 0))
        told = begun + spoken + [stamped.event async for stamped in listener]
    voice = [event.speaking for event in told if isinstance(event, CallerVoiceChanged)]
    assert voice == [True, False]
    for party in Party:
        volumes = [
            event.volume
            for event in spoken
            if isinstance(event, VoiceVolumeChanged) and event.party is party
        ]
        assert max(volumes) > 100
        assert volumes[-1] == 0
        assert len(volumes) < 15, "it is told a few times a second, and only while there is some"
    assert statuses(told) == [
        (Status.CONNECTING, Reason.CONNECTING),
        (Status.CONNECTED, Reason.JOIN_OK),
        (Status.DISCONNECTED, Reason.LEFT),
    ]


async def test_a_call_that_cannot_be_joined_is_a_failed_connection() -> None:
    async with serving() as url:
        call = Call(CallOptions(agent_id="nobody", server=url, token=TOKEN))
        listener = call.events()
        with pytest.raises(UnknownAgentError):
            async with call:
                pass
    told = [stamped.event async for stamped in listener]
    assert statuses(told) == [
        (Status.CONNECTING, Reason.CONNECTING),
        (Status.FAILED, Reason.JOIN_FAILED),
    ]


async def test_a_token_is_about_to_expire_is_renewed_and_at_last_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renewed: list[Secret] = []
    renew = ControlPlane.renew

    def renew_once(*asked: Any) -> Secret:
        renewed.append(renew(*asked))
        return renewed[0]

    monkeypatch.setattr(channel_tokens, "DEFAULT_LIFETIME", 2)
    monkeypatch.setattr(ControlPlane, "renew", renew_once)
    async with serving() as url:
        server = AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), TOKEN)
        starter = AppServerStarter(server, AgentCallRequest(agent_id="echo", user_id="ann"))
        call = Call(CallOptions(agent_id="echo", starter=starter))
        listener = call.events()
        async with call, asyncio.timeout(10):
            ended = await call.ended()
        told = [stamped.event async for stamped in listener]
    of_tokens = (RtcTokenExpiring, RtcTokenReceived, RtcTokenExpired, ByeReceived)
    assert [type(event) for event in told if isinstance(event, of_tokens)] == [
        RtcTokenExpiring,
        RtcTokenReceived,
        RtcTokenExpiring,
        RtcTokenReceived,
        RtcTokenExpired,
        ByeReceived,
    ]
    assert ByeReceived(ByeReason.CHANNEL_TERMINATED, EXPIRED) in told
    assert (ended.reason, ended.error) == (
        EndReason.KICKED,
        ErrorCode.KICKED_BY_CHANNEL_TERMINATED,
    )
    assert isinstance(told[-1], CallEnded)


async def test_who_is_replaced_by_the_same_user_is_put_out_and_told_so() -> None:
    async with serving() as url:
        server = AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), TOKEN)
        info = await server.start_call(AgentCallRequest(agent_id="echo", user_id="ann"))
        options = CallOptions(agent_id="echo", starter=GivenAgent(info))
        async with Call(options) as first, Call(options) as second, asyncio.timeout(10):
            ended = await first.ended()
            assert (ended.reason, ended.error) == (
                EndReason.KICKED,
                ErrorCode.KICKED_BY_USER_REPLACE,
            )
            assert isinstance(first.error, ConnectionLostError)
            assert "the same user joined again (reason 3)" in first.error.message
            assert first.error.hint is not None
            assert "--user-id" in first.error.hint
            assert second.error is None


def test_how_long_each_answer_took_is_told_with_its_sentence_and_no_volume_is_recorded(
    aicall: Command,
) -> None:
    done = aicall.run("push-file", GO_FORWARD, "--agent-id", "assistant", "--json")
    (delay,) = done.events("audio_delay_measured")
    (turn,) = (event["turn"] for event in done.events("turn_measured"))
    (heard,) = (event for event in done.events("user_subtitle_received") if event["end"])
    answered = {event["sentence_id"] for event in done.events("agent_subtitle_received")}
    assert {delay["sentence_id"]} == answered == {heard["sentence_id"]}
    assert delay["delay_ms"] == pytest.approx(1000 * turn["latency"], abs=1), "it plays nothing"
    for name in ("agent_joined", "agent_audio_changed"):
        assert len(done.events(name)) == 1
    assert [event["speaking"] for event in done.events("caller_voice_changed")][:2] == [True, False]
    recorded = (done.recording / "events.jsonl").read_text()
    for lines in (done.out, recorded):
        assert "audio_delay_measured" in lines
        assert "voice_volume_changed" not in lines
