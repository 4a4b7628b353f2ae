"""Calls in a network that has ``lo`` and nothing else, not even a route."""

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.integration.namespaces import needs_namespaces, no_network, only_loopback

CALL = ("push-file", "tone:300:0.5", "--agent-id", "echo", "--expect-reply", "--json")


@needs_namespaces
def test_a_call_to_the_built_in_agent_needs_no_network(aicall: Command) -> None:
    done = aicall.run(*CALL, wrapper=only_loopback())
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.summary["replied"]
    assert done.summary["network"]["packets_lost"] == 0


@needs_namespaces
def test_a_server_elsewhere_is_out_of_reach(aicall: Command) -> None:
    for server in ("ws://192.0.2.1:8765", "ws://agent.example:8765"):
        done = aicall.run(*CALL, "--server", server, wrapper=only_loopback())
        assert f"cannot reach {server}" in done.complaint(ExitStatus.CANNOT_CONNECT)
        assert aicall.recorded_nothing


@needs_namespaces
def test_without_even_lo_it_is_3(aicall: Command) -> None:
    done = aicall.run(*CALL, wrapper=no_network())
    assert "cannot reach ws://127.0.0.1:" in done.complaint(ExitStatus.CANNOT_CONNECT)
    assert aicall.recorded_nothing
