"""``aicall serve`` as its owner and its callers see it."""

import signal
import socket
import sys

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command, Running
from tests.integration.conftest import Server
from tests.integration.scripts import LEAVES_IN_THE_END, script
from tests.support.certificates import self_signed

assert sys.platform != "win32"

CALL = ("push-file", "tone:300:0.3", "--agent-id", "echo", "--no-record", "--wait-reply", "0")


def _serve(aicall: Command, *options: str) -> tuple[Running, str]:
    running = aicall.start("serve", "--port", "0", *options)
    line = running.line()
    assert line.startswith("serving at ")
    return running, line.removeprefix("serving at ").strip()


def test_two_servers_and_their_callers_do_not_know_of_each_other(aicall: Command) -> None:
    first, url_1 = _serve(aicall, "--agent", "echo", "--token", "one")
    second, url_2 = _serve(aicall, "--agent", "echo", "--token", "two")
    calls = [
        aicall.start(*CALL, "--server", url, "--token", token)
        for url, token in ((url_1, "one"), (url_2, "two"), (url_1, "two"))
    ]
    statuses = [call.finish().status for call in calls]
    assert statuses == [ExitStatus.OK, ExitStatus.OK, ExitStatus.CREDENTIALS_REFUSED]
    for server in (first, second):
        server.signal(signal.SIGTERM)
        assert server.finish().status == ExitStatus.TERMINATED


def test_one_server_takes_several_calls_at_once(aicall: Command, server: Server) -> None:
    calls = [
        aicall.start("push-file", "tone:300:1", *server.options, "--json", "--expect-reply")
        for _ in range(3)
    ]
    for call in calls:
        done = call.finish()
        assert (done.status, done.err) == (ExitStatus.OK, "")
        assert done.summary["replied"]


def test_a_port_in_use_is_2(aicall: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = aicall.run("serve", "--port", str(port))
    complaint = done.complaint(ExitStatus.USAGE)
    assert f"cannot listen on 127.0.0.1 port {port} (Address already in use)" in complaint
    assert "--port" in complaint
    assert done.out == ""


def test_a_server_that_ends_says_goodbye_to_its_callers(aicall: Command) -> None:
    server, url = _serve(aicall, "--agent", "echo", "--token", "secret")
    options = ("--server", url, "--token", "secret", "--agent-id", "echo", "--json")
    call = aicall.start("push-file", "tone:300:60", *options)
    call.call()
    server.signal(signal.SIGTERM)
    done = call.finish()
    assert "put out of the call: the server ends (reason 1)" in done.complaint(
        ExitStatus.CONNECTION_LOST
    )
    assert done.summary["reason"] == "kicked"
    assert [event["reason"] for event in done.events("bye_received")] == [1]
    assert [event["error"] for event in done.events("call_ended")] == ["kicked_by_system"]
    assert server.finish().status == ExitStatus.TERMINATED


def test_a_server_that_is_killed_loses_its_calls(aicall: Command) -> None:
    server, url = _serve(aicall, "--agent", "echo", "--token", "secret")
    options = ("--server", url, "--token", "secret", "--agent-id", "echo", "--json")
    call = aicall.start("push-file", "tone:300:60", *options)
    call.call()
    server.signal(signal.SIGKILL)
    assert "the call was lost" in call.finish().complaint(ExitStatus.CONNECTION_LOST)
    assert server.finish().status == -signal.SIGKILL


def test_a_server_without_a_token_lets_everybody_in_and_warns_where_many_can_come(
    aicall: Command,
) -> None:
    server, url = _serve(aicall, "--agent", "echo", "--host", "0.0.0.0")
    address = url.replace("0.0.0.0", "127.0.0.1")
    assert aicall.run(*CALL, "--server", address, "--token", "whatever").status == ExitStatus.OK
    server.signal(signal.SIGINT)
    done = server.finish()
    assert done.status == ExitStatus.INTERRUPTED
    assert done.err == f"aicall: there is no token: whoever reaches {url} can call\n"


def test_a_script_is_served_by_its_name(aicall: Command) -> None:
    agent = script(aicall.home, LEAVES_IN_THE_END)
    server, url = _serve(aicall, "--agent", agent, "--agent", "echo", "--token", "secret")
    options = ("--server", url, "--token", "secret", "--no-record")
    done = aicall.run("push-file", "tone:300:0.4", "--ptt", *options, "--agent-id", agent, "--json")
    assert (done.status, done.summary["reason"]) == (ExitStatus.OK, "agent_left")
    done = aicall.run("push-file", "tone", *options, "--agent-id", "nobody")
    complaint = done.complaint(ExitStatus.USAGE)
    assert f"it has: echo, {agent}" in complaint
    server.signal(signal.SIGTERM)
    server.finish()


def test_tls_is_trusted_by_whom_the_certificate_is_given(aicall: Command) -> None:
    certificate, key = self_signed(aicall.home)
    server, url = _serve(
        aicall, "--token", "secret", "--tls-cert", str(certificate), "--tls-key", str(key)
    )
    assert url.startswith("wss://127.0.0.1:")
    options = ("--server", url, "--token", "secret")
    refused = aicall.run(*CALL, *options).complaint(ExitStatus.CANNOT_CONNECT)
    assert f"{url} shows a certificate that is not trusted (self-signed certificate)" in refused
    assert "SSL_CERT_FILE" in refused
    assert aicall.recorded_nothing

    trusting = aicall.run(*CALL, *options, variables={"SSL_CERT_FILE": str(certificate)})
    assert (trusting.status, trusting.err) == (ExitStatus.OK, "")

    plain = aicall.run(*CALL, "--server", url.replace("wss:", "ws:"), "--token", "secret")
    assert "does not speak aicall's signaling" in plain.complaint(ExitStatus.CANNOT_CONNECT)
    server.signal(signal.SIGTERM)
    assert server.finish().status == ExitStatus.TERMINATED


def test_tls_where_none_is_spoken_is_3(aicall: Command, server: Server) -> None:
    done = aicall.run(*CALL, "--server", server.url.replace("ws:", "wss:"), "--token", "x")
    assert "wss://" in done.complaint(ExitStatus.CANNOT_CONNECT)


def test_its_log_of_calls_by_both_interfaces_holds_no_secret(aicall: Command) -> None:
    """Credentials of both interfaces start a call each; the debug log names them nowhere."""
    log = aicall.home / "serve.log"
    server = aicall.start(
        *("serve", "--port", "0", "--agent", "echo", "--token", "hunter2"),
        *("--log-file", str(log), "--log-level", "debug"),
        variables={"AICALL_SERVE_KEY_ID": "mine", "AICALL_SERVE_KEY_SECRET": "hunter3"},
    )
    line = server.line()
    address = line.removeprefix("serving at ws://").partition("/")[0]
    by_key = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "mine", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter3"}
    calls = [
        aicall.start(*CALL, "--endpoint", f"http://{address}", variables=by_key),
        aicall.start(
            *CALL,
            *("--app-server", f"http://{address}"),
            variables={"AICALL_APP_SERVER_TOKEN": "hunter2"},
        ),
        aicall.start(
            *CALL,
            *("--endpoint", f"http://{address}"),
            variables={**by_key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter4"},
        ),
    ]
    statuses = [call.finish().status for call in calls]
    assert statuses == [ExitStatus.OK, ExitStatus.OK, ExitStatus.CREDENTIALS_REFUSED]
    server.signal(signal.SIGTERM)
    told = server.finish().err + log.read_text(encoding="utf-8")
    assert "GenerateAIAgentCall is asked for" in told
    assert "SignatureDoesNotMatch" in told
    for secret in ("hunter", "eyJhcHBpZCI6", "Signature=", "ACS3-HMAC"):
        assert secret not in told
