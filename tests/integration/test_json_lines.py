"""``--json`` as a program reads it: documented fields, in order, from the first line on."""

import re

import pytest

from aicall_cli.exit_status import ExitStatus
from aicall_cli.tui import json_events
from tests.integration.command import Command
from tests.integration.conftest import Server
from tests.integration.scripts import LEAVES_IN_THE_END, script


def _documented() -> set[str]:
    """Return the names of the summary's fields that the view's docstring tells."""
    assert json_events.__doc__ is not None
    rows = re.findall(r"^    (\w+(?:, \w+)*) {2,}\S", json_events.__doc__, re.MULTILINE)
    return {name for row in rows for name in row.split(", ")}


def test_a_calls_lines_are_its_events_and_then_its_summary(aicall: Command, server: Server) -> None:
    done = aicall.run("push-file", "tone:300:1", *server.options, "--json")
    assert (done.status, done.err) == (ExitStatus.OK, "")
    *events, summary = done.records
    assert {record["schema"] for record in done.records} == {1}
    times = [event["t"] for event in events]
    assert times == sorted(times)
    states = [event["state"] for event in done.events("call_state_changed")]
    assert states == ["connecting", "connected", "over"]
    assert [event["state"] for event in done.events("agent_state_changed")] == [
        "listening",
        "thinking",
        "speaking",
        "listening",
    ]
    assert events[-1]["event"] == "call_ended"
    assert summary["event"] == "summary"
    assert set(summary) == _documented()
    assert summary["ticks"]["sent"] + summary["ticks"]["skipped"] == pytest.approx(
        summary["duration"] * 50, abs=2
    )
    assert summary["network"]["packets_sent"] == summary["ticks"]["sent"]


def test_every_line_is_there_as_soon_as_it_happens(aicall: Command) -> None:
    agent = script(aicall.home, 'after = "call_begin"\nsubtitle = ["Hel", "lo."]')
    options = ("--agent-id", agent, "--no-record", "--json")
    running = aicall.start("push-file", "silence:60", *options)
    pieces = [running.event("agent_subtitle_received") for _ in range(2)]
    assert [(piece["text"], piece["end"]) for piece in pieces] == [("Hel", False), ("lo.", True)]
    running.kill()


def test_quiet_outweighs_json(aicall: Command, server: Server) -> None:
    options = ("--wait-reply", "0", "--json", "--quiet")
    done = aicall.run("push-file", "tone:300:0.2", *server.options, *options)
    assert (done.status, done.out, done.err) == (ExitStatus.OK, "", "")


def test_characters_that_the_output_cannot_say_are_escaped(aicall: Command) -> None:
    agent = script(
        aicall.home,
        'after = "call_begin"\nsubtitle = ["Grüße, 世界 🌍"]',
        LEAVES_IN_THE_END,
    )
    options = ("--agent-id", agent, "--no-record", "--json")
    done = aicall.run(
        "push-file",
        "tone:300:0.4",
        "--ptt",
        *options,
        variables={"PYTHONIOENCODING": "ascii:strict"},
    )
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert done.out.isascii()
    (subtitle,) = done.events("agent_subtitle_received")
    assert subtitle["text"] == "Grüße, 世界 🌍"
