import json
import re

import pytest
import typer

from aicall_cli.cli.cloud_commands import cloud_commands
from aicall_cli.control import cloud_api
from aicall_cli.control.cloud_credentials import KEY_ID, KEY_SECRET, SECURITY_TOKEN
from aicall_cli.control.cloud_operations import OPERATIONS
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Done, Runner
from tests.support.cloud_stub import (
    Answer,
    CloudStub,
    cloud_stub,
    fields,
    nothing,
    refused,
    silent,
    text,
)

KEYS = {KEY_ID: "LTAItestkeyid", KEY_SECRET: "very+secret/key", SECURITY_TOKEN: "sts-token=="}


def cloud(run: Runner, stub: CloudStub, *arguments: str, **variables: str) -> Done:
    return run("cloud", *arguments, "--endpoint", stub.url, variables={**KEYS, **variables})


def test_a_call_is_generated_and_its_token_hidden(run: Runner) -> None:
    answer = fields(InstanceId="i-1", Token="t0ken", ChannelId="c\x1b[31m", UserId="alice")
    with cloud_stub(answer) as stub:
        done = cloud(run, stub, "generate", "a1", "--user-id", "alice", "--expire", "60")
    assert (done.status, done.lines) == (
        ExitStatus.OK,
        [
            "InstanceId  i-1",
            "Token       *** (shown with --json)",
            "ChannelId   c\\x1b[31m",
            "UserId      alice",
        ],
    )
    assert done.err == ("aicall: it runs, and is billed, until: aicall cloud instances stop i-1\n")
    assert stub.calls[0].query == {"AIAgentId": "a1", "UserId": "alice", "Expire": "60"}


def test_json_has_everything_the_token_too(run: Runner) -> None:
    with cloud_stub(fields(InstanceId="i-1", Token="t0ken")) as stub:
        done = cloud(run, stub, "generate", "a1", "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert json.loads(done.out) == {
        "schema": 1,
        "Action": "GenerateAIAgentCall",
        "RequestId": "REQ-1",
        "InstanceId": "i-1",
        "Token": "t0ken",
    }


def test_an_instance_is_shown_in_rows(run: Runner) -> None:
    instance = {
        "Status": "Executing",
        "CallInfo": {"CallDuration": 12, "HangupRole": None},
        "RuntimeConfig": {"VoiceChat": {"AuthToken": "t0ken", "ChannelId": "c"}},
        "UserData": "",
        "Greeted": True,
        "Parts": [{"Token": "t0ken"}, 5],
    }
    with cloud_stub(fields(Instance=instance)) as stub:
        done = cloud(run, stub, "instances", "show", "i-1")
    assert done.lines == [
        "Status                 Executing",
        "CallInfo.CallDuration  12",
        "CallInfo.HangupRole    –",
        'RuntimeConfig          {"VoiceChat": {"AuthToken": "***", "ChannelId": "c"}}',
        "UserData               –",
        "Greeted                true",
        'Parts                  [{"Token": "***"}, 5]',
    ]


def test_a_list_is_a_table_of_what_is_there(run: Runner) -> None:
    dialogues = [
        {"Time": 1, "Producer": "agent", "Text": "Hello\nthere", "DialogueId": "d1"},
        {"Time": 23, "Producer": "user", "Text": "Hi", "DialogueId": "d2"},
        "what is this",
    ]
    arguments = ["dialogues", "list", "s-1", "--start", "5", "--end", "2026-11-21T08:00:00+08:00"]
    with cloud_stub(fields(Dialogues=dialogues)) as stub:
        done = cloud(run, stub, *arguments, "--order", "asc")
    assert done.lines == [
        "Time  Producer  Text         DialogueId",
        "1     agent     Hello there  d1",
        "23    user      Hi           d2",
        "–     –         –            –",
    ]
    assert stub.calls[0].query == {
        "SessionId": "s-1",
        "StartTime": "5",
        "EndTime": "1795219200000",
        "Order": "ASC",
    }


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (fields(Data=[], TotalNumber=0), ["none", "TotalNumber  0"]),
        (fields(Data=[{}, {}]), ["2 without details"]),
        (fields(Data="odd"), ["none"]),
    ],
)
def test_an_empty_list_says_so(run: Runner, answer: Answer, lines: list[str]) -> None:
    with cloud_stub(answer) as stub:
        assert cloud(run, stub, "phone-numbers").lines == lines


def test_a_channel_is_one_column_wherever_it_stands(run: Runner) -> None:
    instances = [
        {"Status": "Finished", "RuntimeConfig": {"ChannelId": "c1"}},
        {"Status": "Executing", "RuntimeConfig": {"VoiceChat": {"ChannelId": "c2"}}},
    ]
    with cloud_stub(fields(Instances=instances)) as stub:
        done = cloud(run, stub, "instances", "list", "a1")
    assert done.lines == [
        "Status     ChannelId",
        "Finished   c1",
        "Executing  c2",
    ]


def test_what_answers_nothing_is_done(run: Runner) -> None:
    with cloud_stub(fields()) as stub:
        assert cloud(run, stub, "instances", "stop", "i-1").out == "stopped\n"
        spoken = cloud(run, stub, "speech", "i-1", "Hello", "--no-enable-interrupt")
    assert spoken.out == "sent\n"
    assert stub.calls[1].query["EnableInterrupt"] == "false"


def test_objects_come_from_the_command_line_or_a_file(run: Runner) -> None:
    (run.folder / "runtime.json").write_text('{"ChannelId": "c", "AuthToken": "t0ken"}')
    config = '{"Greeting": "Hello"}'
    with cloud_stub(fields(InstanceId="i-1")) as stub:
        done = cloud(
            run,
            stub,
            *("instances", "start", "a1", "--agent-config", config),
            *("--runtime-config", "runtime.json"),
        )
    assert done.status == ExitStatus.OK
    assert stub.calls[0].query == {
        "AIAgentId": "a1",
        "RuntimeConfig": '{"ChannelId":"c","AuthToken":"t0ken"}',
        "AgentConfig": '{"Greeting":"Hello"}',
    }


def test_settings_may_be_toml(run: Runner) -> None:
    file = run.folder / "agent.toml"
    file.write_text('Greeting = "Hello"\n[TtsConfig]\nSpeechRate = 1.2\n')
    with cloud_stub(fields()) as stub:
        arguments = ["instances", "update", "i-1", "--agent-config", str(file)]
        assert cloud(run, stub, *arguments).out == "updated\n"
    config = json.loads(stub.calls[0].query["AgentConfig"])
    assert config == {"Greeting": "Hello", "TtsConfig": {"SpeechRate": 1.2}}


def test_a_secret_text_comes_from_a_file(run: Runner) -> None:
    (run.folder / "code.txt").write_text("c0de\n")
    with cloud_stub(fields(Success=True, License="l1cense")) as stub:
        arguments = ["license", "device-1", "--batch", "b1", "--auth-code", "code.txt"]
        done = cloud(run, stub, *arguments)
    assert stub.calls[0].query["AuthCode"] == "c0de"
    assert "l1cense" not in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generate"], "AGENT_ID"),
        (["generate", ""], "AIAgentId (AGENT_ID) must be a text of 1 to 128 characters, not "),
        (["generate", "a", "--expire", "-1"], "Expire (--expire) must be a whole number from 0 to"),
        (["generate", "a", "--expire", "soon"], "--expire"),
        (["generate", "a", "--user-id", "x" * 65], "UserId (--user-id) must be a text of 1 to 64"),
        (["generate", "a", "--agent-config", "{"], "the agent config"),
        (["generate", "a", "--agent-config", "no.json"], "there is no file no.json"),
        (["generate", "a", "--agent-config", '{"Volume": 401}'], "Volume must be a whole number"),
        (["generate", "a", "--agent-config", '{"Volum": 1}'], "did you mean Volume"),
        (["generate", "a", "--template-config", "{"], "(--template-config) must be a JSON object"),
        (["generate", "a", "--template-config", "[1]"], "must be a JSON object of at most 65536"),
        (["generate", "a", "--template-config", "x.json"], "--template-config: there is no file"),
        (["generate", "a", "--region", "evil.example/"], "'evil.example/' is no region"),
        (["generate", "a", "--timeout", "0"], "--timeout"),
        (["speech", "i", "x" * 1025], "Text (TEXT) must be a text of 1 to 1024 characters, not x"),
        (["speech", "i", "x", "--type", "Song"], "must be Text or AudioUrl, not Song"),
        (["data-message", "i", '{"a": "%s"}' % ("x" * 8192)], "of at most 8192 characters"),
        (["instances", "update", "i"], "UpdateAIAgentInstance has nothing to do"),
        (["instances", "list", "a", "--page", "101"], "PageNumber (--page) must be a whole number"),
        (["instances", "list", "a", "--start", "today"], "must be a time with its zone"),
        (["instances", "start", "a"], "--runtime-config"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_cannot_be_sent_is_a_usage_error(run: Runner, arguments: list[str], said: str) -> None:
    with cloud_stub(fields()) as stub:
        done = cloud(run, stub, *arguments)
    assert done.status == ExitStatus.USAGE
    assert said in done.err
    assert stub.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h",
        "127.0.0.1:80",
        "http://",
        "http://h/v1",
        "http://h:x",
        "https://h?a=b",
        "http://a b",
    ],
)
def test_an_endpoint_is_a_host(run: Runner, url: str) -> None:
    done = run("cloud", "concurrency", "a", "--endpoint", url, variables=KEYS)
    assert done.status == ExitStatus.USAGE
    assert "such as https://ice.cn-shanghai.aliyuncs.com" in done.err


def test_an_endpoint_has_no_password(run: Runner) -> None:
    done = run("cloud", "concurrency", "a", "--endpoint", "http://me:hunter2@h", variables=KEYS)
    assert done.status == ExitStatus.USAGE
    assert "hunter2" not in done.err


def test_endpoint_and_region_come_from_the_settings_too(run: Runner) -> None:
    with cloud_stub(fields(ActiveCount=2)) as stub:
        run.write(f'endpoint = "{stub.url}"\n')
        assert run("cloud", "concurrency", "a", variables=KEYS).out == "ActiveCount  2\n"
        variables = {**KEYS, "AICALL_REGION": "no region"}
        assert run("cloud", "concurrency", "a", variables=variables).status == ExitStatus.USAGE
        variables = {**KEYS, "AICALL_ENDPOINT": "http://127.0.0.1:1"}
        refused_there = run("cloud", "concurrency", "a", variables=variables)
    assert refused_there.status == ExitStatus.CANNOT_CONNECT
    assert "nothing answers at 127.0.0.1:1" in refused_there.err


def test_throttling_is_told_while_it_is_waited(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_api, "_LONGEST_WAIT", 0.0)
    with cloud_stub(refused("Throttling.User"), fields(ActiveCount=2)) as stub:
        done = cloud(run, stub, "concurrency", "a")
    assert (done.status, done.out) == (ExitStatus.OK, "ActiveCount  2\n")
    assert done.err == "aicall: Throttling.User: too many requests, trying again in 0.0 s\n"


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (refused("InvalidAccessKeyId.NotFound"), 4, "InvalidAccessKeyId.NotFound: no (HTTP 400,"),
        (refused("SignatureDoesNotMatch"), 4, "the secret does not belong to the key id"),
        (refused("AgentNotFound", status=404), 2, "AgentNotFound: no (HTTP 404, request id REQ-1)"),
        (refused("Forbidden.SubscriptionRequired", status=403), 5, "activate"),
        (text("<html>", kind="text/html"), 3, "HTTP 200 with text/html: <html>"),
        (text("{}", status=500), 3, "no code (HTTP 500, request id none)"),
        (nothing, 3, "closed the connection without an answer"),
        (silent, 3, "did not answer within 0.3 s"),
    ],
)
def test_each_failure_has_its_status_and_no_secret(
    run: Runner, answer: Answer, status: int, said: str
) -> None:
    arguments = ["concurrency", "a", "--timeout", "0.3", "--debug", "--log-level", "debug"]
    with cloud_stub(answer) as stub:
        done = cloud(run, stub, *arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    signatures = [sent.headers["authorization"].rpartition("=")[2] for sent in stub.calls]
    for secret in [*KEYS.values(), *signatures]:
        assert secret not in done.err


def test_what_may_be_running_unseen_is_told(run: Runner) -> None:
    for answer, may in ((nothing, True), (silent, True), (refused("AgentNotFound"), False)):
        with cloud_stub(answer) as stub:
            done = cloud(run, stub, "generate", "a", "--timeout", "0.3")
        assert ("may have been started all the same" in done.err) is may


def test_keys_that_are_half_there_or_impossible_are_told(run: Runner) -> None:
    for variables, said in (
        ({KEY_ID: "a"}, f"{KEY_SECRET} is not set"),
        ({KEY_SECRET: "a"}, f"{KEY_ID} is not set"),
        ({KEY_ID: "a", KEY_SECRET: "hunter2\nx"}, "no HTTP header can carry"),
    ):
        done = run("cloud", "concurrency", "a", variables=variables)
        assert done.status == ExitStatus.USAGE
        assert said in done.err
        assert "hunter2" not in done.err


def test_an_open_way_is_warned_of(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    done = run("cloud", "concurrency", "a", "--endpoint", "http://h.example", variables=KEYS)
    assert done.status == ExitStatus.CANNOT_CONNECT
    assert "warning: what is sent to h.example can be read on its way: http" in done.err
    assert "h.example has no address" in done.err


def test_each_operation_has_a_command_with_help_and_examples(
    run: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    for operation in OPERATIONS:
        assert run("cloud", *operation.command, "--help").status == ExitStatus.OK
        told = re.sub(r"\s+", " ", capsys.readouterr().out)
        assert f"aicall cloud {' '.join(operation.command)}" in told
        assert operation.action in told
        for parameter in operation.parameters:
            assert parameter.spelled in told
        for example in operation.examples:
            assert example.startswith(f"aicall cloud {' '.join(operation.command)} ") or (
                example == f"aicall cloud {' '.join(operation.command)}"
            )


def test_the_commands_are_listed(run: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    run("cloud", "--help")
    told = capsys.readouterr().out
    for name in {operation.command[0] for operation in OPERATIONS}:
        assert f"│ {name} " in told
    assert len(typer.main.get_command(cloud_commands()).commands) == 15  # type: ignore[attr-defined]
