"""``--json``: one JSON object a line, flushed as it happens (schema version 1).

Every line has ``schema`` and ``event``. The events come first, each with ``t``, in seconds
since the call's first tick (0 before it), and its own fields; they are those of
``events.jsonl``, documented at ``aicall_cli.engine.events.record``; volumes, which come
several times a second, are in neither (``is_recorded``)::

    {"schema": 1, "t": 1.234, "event": "agent_state_changed", "state": "speaking"}

The last line is the summary, also where the call failed after it was set up::

    schema                1
    event                 "summary"
    agent_id, call_id     strings; call_id is null if the call was never set up
    reason, message       why the call ended: hung_up, agent_left, agent_failed,
                          connect_failed, connection_lost, kicked, timeout
    recording             folder of the recording, or null
    duration              seconds from the first tick to the end
    first_packet_after    seconds of set-up
    pushes                pushed, retried, dropped (frames); underruns; high_water_ms
    ticks                 sent, skipped; lateness_p50, lateness_p99, lateness_max (seconds)
    turns                 one object for each utterance of the caller: caller_start,
                          caller_end, agent_start, latency (seconds; null: no answer),
                          overlapped
    mean_latency          seconds, over answered turns that do not overlap
    network               packets_sent, packets_received, packets_lost, packets_late,
                          packets_duplicated, packets_foreign, frames_recovered,
                          frames_concealed; jitter, round_trip (seconds);
                          remote_fraction_lost (0 to 1); of our packets as the agent
                          reports them remote_packets_expected, remote_packets_lost and
                          remote_jitter (seconds); or null
    opinion_score         an estimate, 1 to 4.5 (ITU-T G.107)
    messages_ignored      messages of the agent that could not be used
    playout               of what was played: output (its name), latency (seconds); buffer
                          (target, delay, stretched, shrunk in seconds; underruns) and device
                          (written, flushed, dropped, queued in seconds; underruns;
                          drift_ppm); or null
    processing            what 3A did for each stream that has it: applied
                          (echo_cancellation, noise_suppression, gain_control,
                          high_pass_filter), processed, rendered, delay (seconds)
    finished              of a push, whether all of the source was pushed
    replied               of a push, whether the agent spoke after it began
    status                the command's exit status, as far as it is known by then
    error                 the sentence on standard error; null where nothing failed, or a
                          signal ended the command

An absent figure is null. Within a schema version fields may be added, none changes or goes.
What the peer said stands in JSON strings with every character that a terminal might obey
escaped, so that the lines can be looked at as they are.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TextIO

from aicall_cli.client.call_recording import event_records
from aicall_cli.recording.json_text import json_text
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.watched_call import WatchedCall


class JsonEvents:
    """Prints every event, for a program to read."""

    def __init__(self, output: TextIO) -> None:
        self._output = LineOutput(output)

    async def run(self, call: WatchedCall) -> None:
        """Print each event as it happens."""
        async for line in event_records(call.events()):
            self._write(line)

    def _write_summary(self, call: WatchedCall, end: CommandEnd, **report: object) -> None:
        self._write({**call.summary.as_json(), **report, **asdict(end)})

    def _write(self, value: Mapping[str, object]) -> None:
        text = json_text(value)
        self._output.line(text if self._output.takes(text) else _ascii(text))


def _ascii(text: str) -> str:
    """Escape what is not ASCII, which in JSON can only stand inside strings."""
    return re.sub(r"[^\x00-\x7f]", lambda match: json.dumps(match[0])[1:-1], text)
