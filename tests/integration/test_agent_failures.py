"""What the agent does to a call, and what the command makes of it."""

import asyncio

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import GO_FORWARD, Command
from tests.integration.scripts import LEAVES_IN_THE_END, script
from tests.recording.stereo_wav import read_stereo
from tests.support.http_stub import http_stub, reply

BEGIN = 'after = "call_begin"\n'
BRIEF = ("push-file", "tone:300:0.4", "--ptt")


FAILURES = {
    4001: ("no avatar is free", "avatar_routes_exhausted"),
    4004: ("it cannot receive the caller's audio", "agent_pull_failed"),
    4005: ("its speech recognition failed", "agent_asr_failed"),
    4006: ("its avatar failed", "avatar_service_failed"),
}
"""What AICallKit's numbers mean, and what its engine calls them."""


def test_an_agent_that_reports_a_failure_is_5(aicall: Command) -> None:
    calls = []
    for code in FAILURES:
        deed = f"{BEGIN}delay_ms = 300\nerror = {code}"
        agent = script(aicall.home, deed, "delay_ms = 60000\nleave = 0")
        calls.append(aicall.start("push-file", "tone:300:60", "--agent-id", agent, "--json"))
    for call, (code, (what, error)) in zip(calls, FAILURES.items(), strict=True):
        done = call.finish()
        assert f"{what} (code {code})" in done.complaint(ExitStatus.AGENT_FAILED)
        assert [event["error"] for event in done.events("call_ended")] == [error]
        assert done.summary["reason"] == "agent_failed"
        assert done.summary["finished"] is False
        assert len(read_stereo(done.recording / "call.wav")) > 0


def test_an_agent_that_is_asked_for_a_picture_fails_for_it(aicall: Command) -> None:
    done = aicall.run(*BRIEF, "--agent-id", "echo", "--set", "AvatarConfig.AvatarId=a", "--json")
    assert "its avatar failed (code 4006)" in done.complaint(ExitStatus.AGENT_FAILED)
    assert [event["code"] for event in done.events("agent_error_occurred")] == [4006]
    (ended,) = done.events("call_ended")
    assert ended["error"] == "avatar_service_failed"


def test_an_error_of_unknown_code_is_a_warning(aicall: Command) -> None:
    agent = script(aicall.home, f"{BEGIN}error = 77", LEAVES_IN_THE_END)
    done = aicall.run(*BRIEF, "--agent-id", agent, "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    (warning,) = done.events("warning_raised")
    assert "77" in warning["message"]


GOODBYES = ("leave = 2001", 'bye = "done"')


def test_an_agent_that_leaves_before_the_input_is_pushed_is_5(aicall: Command) -> None:
    agents = [script(aicall.home, f"{BEGIN}{deed}") for deed in GOODBYES]
    long = ("push-file", "tone:300:60", "--json")
    for call in [aicall.start(*long, "--agent-id", agent) for agent in agents]:
        done = call.finish()
        assert "left the call before all of the input" in done.complaint(ExitStatus.AGENT_FAILED)
        assert done.summary["reason"] == "agent_left"
        assert done.summary["finished"] is False


def test_an_agent_that_leaves_after_it_ends_the_call_with_0(aicall: Command) -> None:
    agents = [script(aicall.home, f'after = "utterance"\n{deed}') for deed in GOODBYES]
    for call in [aicall.start(*BRIEF, "--agent-id", agent, "--json") for agent in agents]:
        done = call.finish()
        assert (done.status, done.err) == (ExitStatus.OK, "")
        assert done.summary["reason"] == "agent_left"
        assert done.summary["finished"]


def test_an_agent_that_leaves_without_having_spoken_is_6_where_a_reply_is_expected(
    aicall: Command,
) -> None:
    agent = script(aicall.home, LEAVES_IN_THE_END)
    done = aicall.run(*BRIEF, "--agent-id", agent, "--expect-reply", "--no-record")
    assert "did not speak" in done.complaint(ExitStatus.NO_REPLY)


def test_garbage_of_the_agent_is_counted_and_harmless(aicall: Command) -> None:
    agent = script(
        aicall.home,
        f'{BEGIN}send_raw = "garbage"',
        'send_raw_hex = "00ff1b5b324a"',
        "send_raw = '{\"type\": 999999}'",
        'send_raw = "[[[[[[[[[[[[[[[[[["',
        'channel = "signaling"\nsend_raw = "garbage"',
        'channel = "signaling"\nsend_raw_hex = "00ff"',
        """channel = "signaling"\nsend_raw = '{"type": "joined"}'""",
        'subtitle = ["\\u001b[2J\\u001b]0;owned\\u0007evil"]',
        LEAVES_IN_THE_END,
    )
    done = aicall.run(*BRIEF, "--agent-id", agent, "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["reason"] == "agent_left"
    assert done.summary["messages_ignored"] == 7
    assert "\x1b" not in done.out
    (subtitle,) = done.events("agent_subtitle_received")
    assert subtitle["text"].endswith("evil")


def test_a_terminal_gets_no_escape_sequence_of_the_agent(aicall: Command) -> None:
    agent = script(
        aicall.home,
        f'{BEGIN}subtitle = ["\\u001b[2J\\u001b]0;owned\\u0007evil\\u202e"]',
        f'{LEAVES_IN_THE_END}\nmessage = "\\u001b[31mbye"',
    )
    done = aicall.run(*BRIEF, "--agent-id", agent, "--no-record")
    assert done.status == ExitStatus.OK
    assert "evil" in done.out
    for character in ("\x1b", "\x07", "\u202e"):
        assert character not in done.out + done.err


def test_a_server_that_does_not_answer_is_told_once_the_call_is_over_or_in_the_log(
    aicall: Command,
) -> None:
    options = ("--chat-url", "http://127.0.0.1:1/v1", "--no-record", "--quiet")
    logging = aicall.start("push-file", GO_FORWARD, *options, "--log-file", "call.log")
    done = aicall.run("push-file", GO_FORWARD, *options)
    assert done.status == ExitStatus.OK
    (warning,) = done.err.splitlines()
    assert warning.startswith("aicall: warning: a question is answered with an apology: ")
    assert "127.0.0.1:1 cannot be reached" in warning
    done = logging.finish()
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert "127.0.0.1:1 cannot be reached" in (aicall.home / "call.log").read_text()


async def test_a_refused_key_is_5_and_looked_for_where_it_is_kept(aicall: Command) -> None:
    async with http_stub(reply(b"no such key", status=401)) as stub:
        done = await asyncio.to_thread(
            lambda: aicall.run("push-file", GO_FORWARD, "--chat-url", stub.url, "--no-record")
        )
    complaint = done.complaint(ExitStatus.AGENT_FAILED)
    assert "answered 401: no such key" in complaint
    assert "AICALL_CHAT_KEY" in complaint
