"""The exit statuses that need no misfortune: what was asked for did or did not happen."""

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.conftest import Server


def test_a_call_that_went_well_is_0(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone:300:0.6", *server.options, "--expect-reply", "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["finished"]
    assert done.summary["replied"]
    assert done.summary["reason"] == "hung_up"
    assert len(done.summary["turns"]) == 1


def test_a_call_past_its_timeout_is_1(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone:300:60", *server.options, "--timeout", "1.5", "--json")
    assert done.complaint(ExitStatus.CHECK_FAILED) == "aicall: the call ran past 1.5 s"
    assert done.summary["reason"] == "timeout"
    assert done.summary["finished"] is False


def test_an_unknown_agent_is_2_and_the_known_ones_are_told(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone", *server.address, "--agent-id", "nobody")
    complaint = done.complaint(ExitStatus.USAGE)
    assert "no agent 'nobody'" in complaint
    assert "it has: echo" in complaint
    assert done.out == ""
    assert aicall.recorded_nothing


def test_an_unknown_agent_of_our_own_is_2_as_well(aicall: Command) -> None:
    done = aicall.run("push-file", "tone", "--agent-id", "nobody")
    complaint = done.complaint(ExitStatus.USAGE)
    assert "no agent 'nobody'" in complaint
    assert "echo" in complaint
    assert aicall.recorded_nothing


def test_a_wrong_token_is_4_and_is_not_repeated(aicall: Command, server: Server) -> None:
    options = ("--server", server.url, "--token", "hunter2", "--agent-id", "echo")
    done = aicall.run("push-file", "tone", *options)
    assert "refused the token" in done.complaint(ExitStatus.CREDENTIALS_REFUSED)
    assert "hunter2" not in done.err
    assert aicall.recorded_nothing


def test_no_token_is_4_as_well(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone", "--server", server.url, "--agent-id", "echo")
    assert "--token" in done.complaint(ExitStatus.CREDENTIALS_REFUSED)


def test_silence_that_gets_no_reply_is_6_where_one_is_expected(
    aicall: Command, server: Server
) -> None:
    options = (*server.options, "--expect-reply", "--wait-reply", "0.5", "--json")
    done = aicall.run("push-file", "silence:0.3", *options)
    assert "echo did not speak" in done.complaint(ExitStatus.NO_REPLY)
    assert done.summary["replied"] is False
    assert done.summary["turns"] == []
