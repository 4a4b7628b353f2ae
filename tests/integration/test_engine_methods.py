"""How a call begins and ends in Python, and what its agent refuses: in real calls."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiortc import RTCPeerConnection

from aicall_cli import (
    AgentCallRequest,
    AgentConfig,
    AgentInfo,
    AgentSubtitleReceived,
    AppServer,
    AppServerStarter,
    Call,
    CallConfig,
    CallOptions,
    CloudStarter,
    CommandRefused,
    ConnectError,
    EndReason,
    ErrorCode,
    ExternalAudioStream,
    ExternalAudioStreamConfig,
    GivenAgent,
    RtcEngineCreated,
    RtcTokenReceived,
    ShareToken,
    StartVisionCustomCapture,
    VcrConfig,
    VisionCustomCaptureChanged,
    VoiceprintUsingChanged,
    parse_share_token,
)
from aicall_cli.client.control_lines import answer
from aicall_cli.clock import unix_time
from aicall_cli.engine.commands import (
    ClearVoiceprint,
    StopVisionCustomCapture,
    UpdateBailianAppParams,
    UseVoiceprint,
)
from aicall_cli.engine.events import CommandSent
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.expiry import Expiry
from aicall_cli.secret import Secret
from tests.integration.agent_caller import TOKEN, calling, serving
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.planned import KEY_PAIR
from tests.integration.scripts import script

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_PAIR.key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY_PAIR.secret.reveal(),
}


def app_server(url: str, token: Secret = TOKEN) -> AppServer:
    """Return the application server that an ``aicall serve`` is, too."""
    return AppServer(url.replace("ws:", "http:").removesuffix("/v1/call"), token)


@asynccontextmanager
async def echo_call() -> AsyncIterator[Call]:
    """Be in a call with an echo that nobody started."""
    async with (
        serving(agents=("echo",)) as url,
        Call(CallOptions(agent_id="echo", server=url, token=TOKEN)) as call,
    ):
        yield call


async def said_back(call: Call, text: str) -> None:
    """Have an echo send a text back."""
    told: asyncio.Queue[AgentSubtitleReceived] = asyncio.Queue()
    end = call.on(AgentSubtitleReceived, told.put_nowait)
    call.controls.send_text(text)
    async with asyncio.timeout(10):
        assert (await told.get()).text == text
    end()


async def test_the_created_engine_is_told_and_takes_streams_before_the_call_begins() -> None:
    added: list[ExternalAudioStream] = []
    engines: list[object] = []
    async with serving(agents=("echo",)) as url:
        call = Call(CallOptions(agent_id="echo", server=url, token=TOKEN))

        async def created(_: RtcEngineCreated) -> None:
            assert not call.is_on_call
            engines.append(call.rtc_engine)
            added.append(call.add_external_audio_stream(ExternalAudioStreamConfig(16_000, 1)))

        call.on(RtcEngineCreated, created)
        async with call:
            assert isinstance(call.rtc_engine, RTCPeerConnection)
            assert engines == [call.rtc_engine]
            assert [stream.id > 0 for stream in added] == [True]
            assert call.rtc_engine.connectionState == "connected"
        assert added[0].closed
    assert [call.rtc_engine] == [None], "the call was left, and everything given back"


async def test_agent_info_that_was_got_elsewhere_is_enough_to_join() -> None:
    async with serving(agents=("echo",)) as url:
        started = await app_server(url).start_call(AgentCallRequest(agent_id="echo", user_id="ann"))
        handed_on = {
            "ai_agent_instance_id": started.instance_id,
            "channel_id": started.channel_id,
            "ai_agent_user_id": started.agent_user_id,
            "rtc_auth_token": started.token.reveal(),
        }
        info = AgentInfo.from_plain(handed_on)
        async with Call(CallOptions(agent_id="", starter=GivenAgent(info))) as call:
            assert (call.agent_info, call.user_id) == (info, "ann")
            assert call.agent_user_id == info.agent_user_id
            await said_back(call, "hello")


async def test_a_configured_call_has_the_agent_that_is_configured() -> None:
    config = CallConfig(agent_id="echo", user_id="ann", agent_config=AgentConfig(volume=50))
    async with serving(agents=("echo",)) as url:
        starter = AppServerStarter(app_server(url), AgentCallRequest.of(config))
        options = CallOptions.of_config(config)
        for way in (
            replace(options, starter=starter),
            replace(options, server=url, token=TOKEN),
        ):
            async with Call(way) as call:
                assert call.user_id == "ann"
                await said_back(call, "hello")


async def test_a_configured_call_is_started_by_the_clouds_api(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    config = CallConfig(agent_id="echo", user_id="ann", region="cn-shanghai")
    async with serving(agents=("echo",), key_pair=KEY_PAIR) as url:
        starter = CloudStarter.of_user(config, app_server(url).url, KEYS)
        async with Call(replace(CallOptions.of_config(config), starter=starter)) as call:
            assert call.agent_info is not None
            assert call.user_id == "ann"
            await said_back(call, "hello")


async def test_a_shared_agent_is_called_by_what_its_token_says() -> None:
    shared = ShareToken(
        agent_id=Secret("echo"),
        workflow="VoiceChat",
        expiry=Expiry(round(unix_time() + 3600)),
    ).encode()
    async with serving(agents=("echo",)) as url:
        share = parse_share_token(shared.reveal())
        share.verify(unix_time())
        request = AgentCallRequest.of_share(share, "ann", AgentConfig(volume=50))
        starter = AppServerStarter(app_server(url), request)
        async with Call(CallOptions(agent_id="shared", starter=starter)) as call:
            await said_back(call, "hello")


async def test_an_agent_that_is_left_running_waits_for_its_caller_and_one_that_is_stopped_not() -> (
    None
):
    async with serving(agents=("echo",)) as url:
        request = AgentCallRequest(agent_id="echo", user_id="ann")
        starter = AppServerStarter(app_server(url), request)
        async with Call(CallOptions(agent_id="echo", starter=starter)) as call:
            call.controls.hang_up(stop_agent=False)
            ended = await call.ended()
        assert ended.reason is EndReason.HUNG_UP
        assert call.agent_info is not None
        again = CallOptions(agent_id="echo", starter=GivenAgent(call.agent_info))
        async with Call(again) as back:
            assert back.call_id == call.call_id
            await said_back(back, "here again")
            back.controls.hang_up()
        with pytest.raises(ConnectError, match="the instance is over"):
            async with Call(again):
                pytest.fail("there is no agent any more")


async def test_a_new_token_is_asked_for_by_hand() -> None:
    async with serving(agents=("echo",)) as url:
        request = AgentCallRequest(agent_id="echo", user_id="ann")
        starter = AppServerStarter(app_server(url), request)
        async with Call(CallOptions(agent_id="echo", starter=starter)) as call:
            received: asyncio.Queue[RtcTokenReceived] = asyncio.Queue()
            call.on(RtcTokenReceived, received.put_nowait)
            call.controls.request_token()
            async with asyncio.timeout(10):
                assert (await received.get()).token
    async with echo_call() as call:
        with pytest.raises(CommandRefused, match="request_rtc_token"):
            call.controls.request_token()


async def test_what_an_echo_does_not_know_is_refused_by_name_and_nothing_is_sent() -> None:
    async with echo_call() as call:
        sent: list[CommandSent] = []
        call.on(CommandSent, sent.append)
        controls = call.controls
        commands: Mapping[str, Callable[[], None]] = {
            "use_voiceprint": lambda: controls.use_voiceprint(True),
            "clear_voiceprint": controls.clear_voiceprint,
            "start_vision_custom_capture": lambda: controls.start_vision_custom_capture(
                StartVisionCustomCapture()
            ),
            "stop_vision_custom_capture": controls.stop_vision_custom_capture,
            "update_vcr_config": lambda: controls.update_vcr_config(VcrConfig()),
            "update_bailian_app_params": lambda: controls.update_model_studio_params({}),
            "update_llm_system_prompt": lambda: controls.update_system_prompt("Be brief."),
            "update_tts_speech_rate": lambda: controls.set_speech_rate(1.5),
            "switch_voice_id": lambda: controls.switch_voice("v2"),
        }
        for name, command in commands.items():
            with pytest.raises(CommandRefused, match=f"does not know how to do {name}"):
                command()
        told = answer(controls, '{"id": 1, "command": "clear_voiceprint"}')
        assert told.error is ErrorCode.INVALID_ACTION
        await said_back(call, "hello")
        assert sent == [CommandSent("send_text")]


async def test_a_foreign_client_that_asks_all_the_same_is_told_no() -> None:
    async with serving(agents=("echo",)) as url, calling(url) as caller:
        for command in (
            UseVoiceprint(True),
            ClearVoiceprint(),
            UpdateBailianAppParams({}),
            StopVisionCustomCapture(),
        ):
            assert caller.backend.send_command(command)
        await caller.until(VisionCustomCaptureChanged(False))
        assert VoiceprintUsingChanged(False) in caller.events


def test_a_script_of_commands_reaches_what_the_keys_do_not(aicall: Command, tmp_path: Path) -> None:
    agent = script(
        tmp_path,
        'after = "use_voiceprint"\nsend = {type = 1008, data = {enable = true}}',
        'after = "clear_voiceprint"\nsend = {type = 1009}',
        'after = "start_vision_custom_capture"\nsend = {type = 1015, data = {enable = true}}',
        'after = "update_bailian_app_params"\nleave = 2001',
    )
    running = aicall.start(
        *("call", "--agent-id", agent, "--input", "silence", "--output", "null"),
        *("--control", "--json", "--no-record", "--timeout", "20"),
        stdin=subprocess.PIPE,
    )
    running.call()
    commands: Sequence[tuple[Mapping[str, object], str]] = (
        ({"command": "query_state"}, "none"),
        ({"command": "request_token"}, "invalid_action"),
        ({"command": "use_voiceprint", "enabled": True}, "none"),
        ({"command": "clear_voiceprint"}, "none"),
        ({"command": "start_vision_custom_capture", "num": 0}, "invalid_parameters"),
        ({"command": "start_vision_custom_capture", "text": "What is it?"}, "none"),
        ({"command": "stop_vision_custom_capture"}, "none"),
        ({"command": "update_vcr_config", "config": {"LookAway": {"Enabled": True}}}, "none"),
        ({"command": "set_speaker", "enabled": False}, "none"),
        ({"command": "update_model_studio_params", "params": {"biz_params": {}}}, "none"),
    )
    for command, _ in commands:
        running.stdin.write(json.dumps(command).encode() + b"\n")
    running.stdin.flush()
    done = running.finish()
    assert done.status == ExitStatus.OK
    told = [(it["command"], it["error"]) for it in done.events("command_answered")]
    assert told == [(command["command"], error) for command, error in commands]
    (enabled,) = done.events("voiceprint_using_changed")
    assert enabled["enabled"]
    assert done.events("voiceprint_cleared")
    assert done.events("vision_custom_capture_changed")


def test_agent_info_in_a_file_is_joined_from_the_command_line(
    aicall: Command, server: Server, tmp_path: Path
) -> None:
    request = AgentCallRequest(agent_id="echo", user_id="ann")
    started = asyncio.run(app_server(server.url, Secret(server.token)).start_call(request))
    path = tmp_path / "info.json"
    handed_on = {
        "InstanceId": started.instance_id,
        "ChannelId": started.channel_id,
        "AIAgentUserId": started.agent_user_id,
        "Token": started.token.reveal(),
    }
    path.write_text(json.dumps(handed_on))
    done = aicall.run(
        *("push-file", "tone:300:0.3", "--agent-info", path),
        *("--json", "--expect-reply", "--no-record"),
    )
    assert done.status == ExitStatus.OK
    assert done.records[-1]["call_id"] == started.instance_id
