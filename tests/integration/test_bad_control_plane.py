"""Who starts agents and is no such server, or does not want to: one sentence and what to do."""

import asyncio
import sys
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from aicall_cli import clock
from aicall_cli.agent.options import KeyPair
from aicall_cli.client import cloud_starter
from aicall_cli.clock import wall_time
from aicall_cli.control import app_server
from aicall_cli.control.cloud_api import CloudApi
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret
from tests.cli.run_command import Runner
from tests.integration.agent_caller import serving
from tests.integration.api_server import KEY_SECRET, KEYS, ApiServer
from tests.integration.command import Command
from tests.integration.namespaces import needs_namespaces, only_loopback
from tests.integration.relay import relay
from tests.support.cloud_stub import (
    Answer,
    cloud_stub,
    endless,
    fields,
    nothing,
    redirect,
    silent,
    text,
    trickling,
)

assert sys.platform != "win32"

CALL = ("push-file", "tone:300:0.3", "--agent-id", "echo", "--no-record", "--wait-reply", "0")
PAGE = text("<html>Welcome \x1b[2J</html>", kind="text/html")
FAILURE = text("<html>oops</html>", status=500, kind="text/html")

STRANGERS: dict[str, list[tuple[Answer, str]]] = {
    "--endpoint": [
        (PAGE, "got no answer of the API but HTTP 200 with text/html: <html>Welcome"),
        (FAILURE, "got no answer of the API but HTTP 500 with text/html"),
        (fields(500), "was refused: no code (HTTP 500, request id REQ-1)"),
        (redirect("http://127.0.0.1:1/"), "HTTP 302"),
        (nothing, "closed the connection without an answer"),
        (endless, "sends more than"),
    ],
    "--app-server": [
        (PAGE, "answered 200, and not as an application server does"),
        (FAILURE, "answered 500, and not as an application server does"),
        (fields(500), "answered 500"),
        (redirect("http://127.0.0.1:1/"), "answered 302"),
        (nothing, "failed (RemoteProtocolError)"),
        (endless, "sends more than"),
        (fields(code=200), "agent info: the agent's instance is missing"),
    ],
}


@pytest.mark.parametrize("option", STRANGERS)
def test_a_page_a_failure_nothing_or_too_much_is_3(aicall: Command, option: str) -> None:
    with ExitStack() as stack:
        stubs = [stack.enter_context(cloud_stub(answer)) for answer, _ in STRANGERS[option]]
        calls = [aicall.start(*CALL, option, stub.url, variables=KEYS) for stub in stubs]
        ended = [call.finish() for call in calls]
    for done, stub, (_, said) in zip(ended, stubs, STRANGERS[option], strict=True):
        sentence, next_step = done.complaint(ExitStatus.CANNOT_CONNECT).splitlines()
        assert said in sentence
        assert next_step
        assert "\x1b" not in done.err
        assert done.out == ""
        assert len(stub.calls) == 1, "nothing is asked twice of who answers what is no answer"
    assert aicall.recorded_nothing


@pytest.mark.parametrize("answer", [silent, trickling])
def test_one_that_hangs_or_answers_slowly_is_3_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    # By the command in this process: it would take its 20 s in another.
    monkeypatch.setattr(app_server, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(cloud_starter, "CloudApi", partial(CloudApi, timeout=0.3))
    monkeypatch.setenv("HOME", str(tmp_path))
    run = Runner(tmp_path, monkeypatch)
    with cloud_stub(answer) as stub:
        for option in STRANGERS:
            done = run(*CALL, option, stub.url, variables=KEYS)
            assert done.status == ExitStatus.CANNOT_CONNECT
            sentence, next_step = done.err.splitlines()
            assert "did not answer within 0." in sentence
            assert ("may run all the same, and be billed" in next_step) is (option == "--endpoint")


def test_the_api_that_hangs_is_waited_for_as_long_as_is_said(aicall: Command) -> None:
    with cloud_stub(silent) as stub:
        options = ("--endpoint", stub.url, "--timeout", "0.5")
        done = aicall.run("cloud", "concurrency", "echo", *options, variables=KEYS)
    assert "did not answer within 0.5 s" in done.complaint(ExitStatus.CANNOT_CONNECT)


async def test_too_many_requests_are_asked_again_after_a_while(
    aicall: Command, api: ApiServer
) -> None:
    async def throttled(*arguments: str) -> None:
        async with relay(api.endpoint, refusals=2) as way:
            done = await asyncio.to_thread(
                aicall.run, *arguments, "--endpoint", way.url, variables=KEYS
            )
        assert done.status == ExitStatus.OK, done
        told = [line for line in done.err.splitlines() if "too many requests" in line]
        assert len(told) == 2
        assert all(line.startswith("aicall: Throttling.User: ") for line in told)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(throttled(*CALL))
        tasks.create_task(throttled("cloud", "concurrency", "echo"))


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_clock_that_is_not_the_servers_is_refused_and_said_to_be_wrong(
    aicall: Command, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    off = timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "wall_time", lambda: wall_time() + off)
    key_pair = KeyPair(KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"], Secret(KEY_SECRET))
    async with serving(key_pair=key_pair) as url:
        endpoint = url.replace("ws:", "http:").removesuffix("/v1/call")
        done = await asyncio.to_thread(aicall.run, *CALL, "--endpoint", endpoint, variables=KEYS)
    complaint = done.complaint(ExitStatus.CREDENTIALS_REFUSED)
    assert "InvalidTimeStamp.Expired" in complaint
    assert "the clock of this computer may be wrong" in complaint


def test_without_keys_that_is_told_at_once(aicall: Command) -> None:
    done = aicall.run(*CALL, "--endpoint", "http://127.0.0.1:1")
    complaint = done.complaint(ExitStatus.CREDENTIALS_REFUSED)
    assert complaint.startswith("aicall: there are no credentials for Alibaba Cloud\nset ALIBABA_")


@needs_namespaces
def test_an_unknown_region_is_2_where_it_cannot_be_one_and_3_where_it_is_not_found(
    aicall: Command,
) -> None:
    impossible = [
        aicall.start(*command, "--region", "Mars", variables=KEYS)
        for command in (CALL, ("cloud", "concurrency", "echo"))
    ]
    vendors = aicall.start(*CALL, "--region", "cn-shanghia", variables=KEYS)
    unknown = aicall.start(
        *("cloud", "concurrency", "echo", "--region", "cn-shanghia"),
        variables=KEYS,
        wrapper=only_loopback(),
    )
    for run in impossible:
        complaint = run.finish().complaint(ExitStatus.USAGE)
        assert "'Mars' is no region" in complaint
        assert "such as cn-shanghai" in complaint
    assert "none was started" in vendors.finish().complaint(ExitStatus.CANNOT_CONNECT)
    complaint = unknown.finish().complaint(ExitStatus.CANNOT_CONNECT)
    assert "ice.cn-shanghia.aliyuncs.com has no address" in complaint
    assert "did you mean cn-shanghai?" in complaint


GARBAGE = (b"", b"\x00\xff", b"[[[[", b'{"instance_id": "x", "region": "Mars", "endpoint": null}')


def test_a_journal_full_of_garbage_holds_no_call_up(aicall: Command, api: ApiServer) -> None:
    folder = aicall.home / ".local/state/aicall/instances"
    folder.mkdir(parents=True)
    for number, data in enumerate(GARBAGE):
        (folder / f"{number}.json").write_bytes(data)
    done = aicall.run(*CALL, "--endpoint", api.endpoint, variables=KEYS)
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert len(list(folder.iterdir())) == len(GARBAGE)


# --- an instance that vanishes in mid-call -------------------------------------------------


@pytest.mark.parametrize("option", STRANGERS)
def test_an_instance_that_is_stopped_in_mid_call_ends_it_as_the_agent_leaves(
    aicall: Command, api: ApiServer, option: str
) -> None:
    call = aicall.start(
        *("push-file", "silence:30", "--agent-id", "echo", "--json", option, api.endpoint),
        variables=KEYS,
    )
    instance = call.event("agent_joined")["user_id"].removeprefix("agent-")
    stop = ("cloud", "instances", "stop", instance, "--endpoint", api.endpoint)
    assert aicall.run(*stop, variables=KEYS).status == ExitStatus.OK
    done = call.finish()
    assert "the agent left the call" in done.complaint(ExitStatus.AGENT_FAILED)
    assert done.summary["reason"] == "agent_left"
    assert done.summary["message"] == "the agent left: the instance was stopped"


def test_a_server_that_dies_in_mid_call_is_9_and_does_not_trouble_the_next(
    aicall: Command, api: ApiServer
) -> None:
    own = ApiServer(aicall, "--agent", "echo")
    calls = [
        aicall.start(
            *("push-file", "silence:30", "--agent-id", "echo", "--json", option, own.endpoint),
            variables=KEYS,
        )
        for option in STRANGERS
    ]
    for call in calls:
        call.call()
    own.running.kill()
    for call in calls:
        done = call.finish()
        assert done.status == ExitStatus.CONNECTION_LOST, done
        assert "the call was lost: the server closed the connection" in done.err
        assert done.summary["reason"] == "connection_lost"
    following = [aicall.run(*CALL, "--endpoint", api.endpoint, variables=KEYS) for _ in range(2)]
    assert [done.status for done in following] == [ExitStatus.OK] * 2
    assert "billed" not in following[0].err
    assert following[1].err == "", "what could not be stopped is gone with its server"
