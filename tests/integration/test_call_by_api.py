"""The whole chain on one machine: credentials, a signed request, an instance, a spoken answer."""

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.api_server import KEYS, USER_TOKEN, ApiServer
from tests.integration.command import GO_FORWARD, Command


def test_from_credentials_to_a_talking_agent(aicall: Command, api: ApiServer) -> None:
    log = aicall.home / "log"
    done = aicall.run(
        *("call", "--agent-id", "assistant", "--region", "cn-shanghai"),
        *("--endpoint", api.endpoint, "--input", GO_FORWARD, "--output", "null", "--json"),
        *("--timeout", "6", "--log-file", log, "--log-level", "debug"),
        variables=KEYS,
    )
    assert done.status == ExitStatus.CHECK_FAILED, "it is ended by --timeout"
    heard = [event["text"] for event in done.events("user_subtitle_received") if event["end"]]
    assert heard == ["go forward ten meters"]
    assert done.events("agent_subtitle_received")
    listed = aicall.run(
        *("cloud", "instances", "list", "assistant", "--endpoint", api.endpoint, "--json"),
        variables=KEYS,
    )
    assert [it["Status"] for it in listed.records[0]["Instances"]] == ["Finished"]
    secrets = (KEYS["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], "Signature=", "rtc_auth_token")
    for text in (log.read_text(), done.out, done.err):
        assert not any(secret in text for secret in secrets)


def test_an_application_server_starts_the_agent(aicall: Command, api: ApiServer) -> None:
    options = ("push-file", GO_FORWARD, "--agent-id", "echo", "--app-server", api.endpoint)
    good = aicall.start(
        *options, "--json", "--expect-reply", variables={"AICALL_APP_SERVER_TOKEN": USER_TOKEN}
    )
    bad = aicall.start(*options, variables={"AICALL_APP_SERVER_TOKEN": "wrong"})
    assert "refuses the token" in bad.finish().complaint(ExitStatus.CREDENTIALS_REFUSED)
    assert good.finish().status == ExitStatus.OK


def test_refused_keys_and_unknown_agents_start_nothing(aicall: Command, api: ApiServer) -> None:
    options = ("push-file", "tone:300:0.3", "--endpoint", api.endpoint)
    refused = aicall.start(
        *options, variables={**KEYS, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "another"}
    )
    unknown = aicall.start(*options, "--agent-id", "nobody", variables=KEYS)
    nobody = aicall.start(*options[:-1], "http://127.0.0.1:9", variables=KEYS)
    assert "SignatureDoesNotMatch" in refused.finish().complaint(ExitStatus.CREDENTIALS_REFUSED)
    assert "AgentNotFound" in unknown.finish().complaint(ExitStatus.USAGE)
    assert nobody.finish().complaint(ExitStatus.CANNOT_CONNECT)
    assert aicall.recorded_nothing


@pytest.mark.parametrize("by", ["--endpoint", "--app-server"])
def test_why_no_agent_was_started_is_an_event_too(aicall: Command, api: ApiServer, by: str) -> None:
    done = aicall.run(
        *("push-file", "tone:300:0.3", "--agent-id", "nobody", by, api.endpoint, "--json"),
        variables={**KEYS, "AICALL_APP_SERVER_TOKEN": USER_TOKEN},
    )
    assert done.complaint(ExitStatus.USAGE)
    ended = done.records[-1]
    assert (ended["event"], ended["error"]) == ("call_ended", "agent_not_found")
    assert "AgentNotFound" in ended["message"]


@pytest.mark.parametrize("by", ["--endpoint", "--app-server"])
def test_an_agent_with_a_picture_needs_a_subscription(
    aicall: Command, api: ApiServer, by: str
) -> None:
    done = aicall.run(
        *("push-file", "tone:300:0.3", "--agent-id", "echo", by, api.endpoint),
        *("--set", "AvatarConfig.AvatarId=a"),
        variables={**KEYS, "AICALL_APP_SERVER_TOKEN": USER_TOKEN},
    )
    complaint = done.complaint(ExitStatus.AGENT_FAILED)
    assert "Forbidden.SubscriptionRequired" in complaint
    assert "AvatarConfig.AvatarId asks for an agent with a picture" in complaint


def test_the_vendors_network_is_refused_before_anything_is_started(aicall: Command) -> None:
    done = aicall.run("push-file", "tone:300:0.3", "--region", "cn-shanghai", variables=KEYS)
    complaint = done.complaint(ExitStatus.CANNOT_CONNECT)
    assert "none was started" in complaint


def test_what_a_killed_call_left_is_stopped_by_the_next(aicall: Command, api: ApiServer) -> None:
    options = ("--agent-id", "echo", "--endpoint", api.endpoint, "--json")
    killed = aicall.start("push-file", "silence:30", *options, variables=KEYS)
    killed.call()
    killed.kill()
    done = aicall.run("push-file", "tone:300:0.3", *options, "--wait-reply=0", variables=KEYS)
    assert done.status == ExitStatus.OK
    assert "which an earlier command left, is stopped" in done.err
    again = aicall.run("push-file", "tone:300:0.3", *options, "--wait-reply=0", variables=KEYS)
    assert (again.status, again.err) == (ExitStatus.OK, "")
