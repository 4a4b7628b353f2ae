"""What the options of ``aicall push-file`` do, seen from outside."""

from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.exit_status import ExitStatus
from tests.integration.command import GO_FORWARD, ROOT, Command, Finished
from tests.integration.conftest import Server
from tests.recording.stereo_wav import read_stereo
from tests.support.media_files import encode, sine, wav_bytes

AT_ONCE = ("--wait-reply", "0", "--json")


def _went_well(done: Finished) -> Finished:
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["finished"]
    return done


def test_the_default_agent_hears_the_words_and_answers(aicall: Command) -> None:
    done = _went_well(aicall.run("push-file", GO_FORWARD, "--expect-reply", "--json"))
    assert done.summary["agent_id"] == "assistant"
    heard = [event for event in done.events("user_subtitle_received") if event["end"]]
    assert [event["text"] for event in heard] == ["go forward ten meters"]
    said = "".join(event["text"] for event in done.events("agent_subtitle_received"))
    assert "ten meters" in said
    (turn,) = done.summary["turns"]
    assert turn["latency"] > 0
    samples = read_stereo(aicall.recording / "call.wav")
    answer = samples[round(turn["agent_start"] * SAMPLE_RATE) :, 1]
    assert np.abs(answer).max() > 1000


@pytest.mark.parametrize("option", ["--ptt", "--set=EnablePushToTalk=true"])
def test_push_to_talk_stands_around_the_audio(aicall: Command, server: Server, option: str) -> None:
    done = _went_well(aicall.run("push-file", "tone:300:1", *server.options, option, "--json"))
    sent = [(event["command"], event["t"]) for event in done.events("command_sent")]
    *enabled, (started, start), (finished, end) = sent
    assert (started, finished) == ("start_push_to_talk", "finish_push_to_talk")
    assert [name for name, _ in enabled] in ([], ["enable_push_to_talk"])  # it may be on already
    assert end - start >= 0.9
    assert {event["enabled"] for event in done.events("push_to_talk_changed")} == {True}
    thinking = [
        event["t"]
        for event in done.events("agent_state_changed")
        if event["state"] in ("thinking", "speaking")
    ]
    assert min(thinking) >= end
    assert done.summary["replied"]


def test_the_sound_is_what_the_options_make_of_it(aicall: Command, server: Server) -> None:
    (aicall.home / "tone.wav").write_bytes(wav_bytes(sine(440, 16_000, 0.5).tobytes()))
    options = ("--gain", "-20", "--repeat", "2", "--lead-silence", "0.4", "--tail-silence", "0.3")
    done = _went_well(aicall.run("push-file", "tone.wav", *server.recorded, *options, *AT_ONCE))
    assert done.summary["pushes"]["pushed"] == 85
    caller = np.abs(read_stereo(aicall.recording / "call.wav")[:, 0])
    (loud,) = np.nonzero(caller > 600)
    assert caller.max() == pytest.approx(1200, rel=0.05)
    assert loud[0] / SAMPLE_RATE >= 0.4
    assert (loud[-1] - loud[0]) / SAMPLE_RATE == pytest.approx(1.0, abs=0.02)
    assert (len(caller) - loud[-1]) / SAMPLE_RATE >= 0.27


def test_a_push_is_as_long_as_asked_for(aicall: Command, server: Server) -> None:
    options = ("--push-size", "1", *AT_ONCE)
    done = _went_well(aicall.run("push-file", "tone:300:0.4", *server.options, *options))
    assert done.summary["pushes"]["pushed"] == 400


def test_each_frame_is_pushed_or_counted_as_dropped(aicall: Command, server: Server) -> None:
    command = ("push-file", "tone:300:1", *server.options, *AT_ONCE)
    for call in [aicall.start(*command, "--retry-policy", it) for it in ("android", "ios")]:
        pushes = call.finish().summary["pushes"]
        assert pushes["pushed"] + pushes["dropped"] == 50
        assert pushes["high_water_ms"] <= 200
        assert pushes["retried"] > 0


def test_audio_of_every_kind_is_pushed(aicall: Command, server: Server) -> None:
    kinds = [("mp3", "libmp3lame", 44_100), ("flac", "flac", 96_000), ("wav", "pcm_s24le", 192_000)]
    for container, codec, rate in kinds:
        samples = np.repeat(sine(440, rate, 0.5).reshape(-1, 1), 2, axis=1)
        encode(aicall.home / container, container, codec, samples, rate, "stereo")
    options = (*server.options, *AT_ONCE)
    for call in [aicall.start("push-file", container, *options) for container, _, _ in kinds]:
        done = _went_well(call.finish())
        assert done.summary["pushes"]["pushed"] == pytest.approx(25, abs=4)


def test_raw_samples_are_what_their_format_says(aicall: Command, server: Server) -> None:
    stereo = np.stack([sine(440, 24_000, 0.5), sine(440, 24_000, 0.5)], axis=1)
    (aicall.home / "raw").write_bytes((stereo / 32_768).astype("<f4").tobytes())
    options = ("--rate", "24000", "--channels", "2", "--format", "f32le", *AT_ONCE)
    done = _went_well(aicall.run("push-file", "raw", *server.recorded, *options))
    assert done.summary["pushes"]["pushed"] == 25
    caller = read_stereo(aicall.recording / "call.wav")[:, 0]
    assert np.abs(caller).max() == pytest.approx(12_000, rel=0.05)


def test_a_text_is_spoken(aicall: Command, server: Server) -> None:
    options = ("--say", "Is anybody there?", "--expect-reply", "--json")
    done = _went_well(aicall.run("push-file", *options, *server.options))
    assert len(done.summary["turns"]) == 1


def test_the_log_is_a_file_and_has_the_agents_side_too(aicall: Command) -> None:
    options = ("--log-file", "call.log", "--log-level", "info", *AT_ONCE)
    _went_well(aicall.run("push-file", "tone:300:0.2", "--agent-id", "echo", *options))
    log = (aicall.home / "call.log").read_text()
    assert "serving at ws://127.0.0.1:" in log
    assert "caller joins echo" in log
    assert "is over" in log


def test_the_log_holds_no_secret(aicall: Command, server: Server) -> None:
    options = ("--log-file", "call.log", "--log-level", "debug", *AT_ONCE)
    _went_well(aicall.run("push-file", "tone:300:0.2", *server.options, *options))
    assert server.token not in (aicall.home / "call.log").read_text()


def test_only_debug_shows_a_traceback(aicall: Command) -> None:
    command = ("push-file", "missing.wav", "--agent-id", "echo")
    debugging = aicall.start(*command, "--debug")
    assert "Traceback" not in aicall.run(*command).err
    done = debugging.finish()
    assert done.status == ExitStatus.UNREADABLE_INPUT
    assert "Traceback" in done.err
    assert "aicall: there is no file missing.wav" in done.err


def test_server_and_token_can_be_variables(aicall: Command, server: Server) -> None:
    variables = {
        "AICALL_SERVER": server.url,
        "AICALL_TOKEN": server.token,
        "AICALL_AGENT_ID": "echo",
    }
    done = _went_well(aicall.run("push-file", "tone:300:0.2", *AT_ONCE, variables=variables))
    assert done.summary["agent_id"] == "echo"


# --- what cannot be meant ------------------------------------------------------------------


def test_what_cannot_be_meant_is_2(aicall: Command) -> None:
    said = {"--rate=7999": "7999 Hz", "--frobnicate": "--frobnicate"}
    command = ("push-file", "a.wav", "--agent-id", "echo")
    runs = [aicall.start(*command, option) for option in said]
    for run, complaint in zip(runs, said.values(), strict=True):
        done = run.finish()
        assert complaint in done.complaint(ExitStatus.USAGE)
        assert done.out == ""
    assert aicall.recorded_nothing


def test_a_setting_that_the_agent_does_not_have_is_2(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone", *server.options, "--agent-option", "loudness=11")
    assert "there is no option loudness" in done.complaint(ExitStatus.USAGE)


def test_an_agent_config_reaches_the_agent(aicall: Command, server: Server) -> None:
    (aicall.home / "agent.toml").write_text('Greeting = "Hello"\nMaxIdleTime = 60\n')
    config = ("--agent-config", "agent.toml", "--set", "MaxIdleTime=1")
    done = aicall.run("push-file", "silence:20", *server.options, "--json", *config)
    assert "the agent left the call" in done.complaint(ExitStatus.AGENT_FAILED)
    assert "nothing was said for 1 s" in done.out
    assert done.out.count("the built-in agent does not use Greeting yet") == 1


# --- without the extra ---------------------------------------------------------------------


@pytest.fixture
def without_extra(tmp_path: Path) -> dict[str, str]:
    """Return variables with which the packages of the extra are not installed."""
    folder = tmp_path / "without-extra"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        'import sys\n\nsys.modules["pocketsphinx"] = sys.modules["espeakng_loader"] = None\n'
    )
    return {"PYTHONPATH": f"{folder}:{ROOT}"}


def test_without_the_extra_the_echo_is_called_and_that_is_said(
    aicall: Command, without_extra: dict[str, str]
) -> None:
    done = aicall.run("push-file", "tone:300:0.2", *AT_ONCE, variables=without_extra)
    assert "pip install 'aicall-cli[agent]'" in done.complaint(ExitStatus.OK)
    assert done.summary["agent_id"] == "echo"


def test_without_the_extra_what_needs_it_is_2(
    aicall: Command, without_extra: dict[str, str]
) -> None:
    needing = [("tone", "--agent-id", "assistant"), ("--say", "hello", "--agent-id", "echo")]
    for run in [aicall.start("push-file", *it, variables=without_extra) for it in needing]:
        complaint = run.finish().complaint(ExitStatus.USAGE)
        assert "pip install 'aicall-cli[agent]'" in complaint
    assert aicall.recorded_nothing
