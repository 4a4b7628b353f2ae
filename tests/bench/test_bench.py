"""The benches run and report; what they find depends on the machine and is not asserted."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE
from tests.bench.__main__ import main
from tests.bench.alignment import align
from tests.bench.catalogue import MEASURES
from tests.bench.command import Line
from tests.bench.measures.first_packet import first_packet_after
from tests.bench.outcome import BenchError, Outcome
from tests.bench.report import CallReport, latencies
from tests.bench.speech import repeated_speech, upsample
from tests.bench.table import render


def test_quick_measures_fill_table_and_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "report.json"
    assert main(["tick-to-pcm", "memory", "--quick", "--json", "--output", str(output)]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report == json.loads(output.read_text())
    assert report["machine"]["cores"] >= 1
    assert report["failures"] == {}
    assert set(report["background"]) == {"tick-to-pcm", "memory"}
    latency, memory = report["outcomes"]
    assert 0 < latency["ours"] < math.inf
    assert 0 < latency["plain"] < math.inf
    assert memory["details"]["long"]["result"] == "OK"
    assert "tick to decoded PCM" in printed.err


def test_an_unknown_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["no-such-measure"])
    complaint = capsys.readouterr().err
    assert all(name in complaint for name in MEASURES)


def test_latencies_join_both_ends_over_the_wrap_of_the_timestamp() -> None:
    origin = 2**32 - 960
    sender = _report(origin=origin, sent=[(0, 1.0), (960, 1.02), (1920, 1.04)])
    receiver = _report(heard=[(origin, 1.5), (960, 1.55)])
    assert latencies(sender, receiver) == [(1.0, 0.5), (1.04, pytest.approx(0.51))]
    assert latencies(_report(), receiver) == []


def test_a_waveform_is_found_with_its_shift_and_its_holes() -> None:
    reference = upsample(repeated_speech(4.0))
    shift = SAMPLE_RATE // 10
    heard = np.concatenate([np.zeros(shift, np.int16), reference])
    whole = align(reference, heard)
    assert whole.lag_seconds == pytest.approx(0.1)
    assert whole.correlation == pytest.approx(1.0)
    assert whole.longest_gap_ms == 0.0
    loudest = int(np.argmax(np.abs(reference)))
    heard[shift + loudest - 2_400 : shift + loudest + 2_400] = 0
    assert 20.0 < align(reference, heard).longest_gap_ms <= 110.0
    assert align(reference, np.zeros(0, np.int16)).correlation == 0.0


def test_the_first_packet_is_dated_by_the_line_that_came_soonest() -> None:
    lines = [
        Line(0.2, {"t": 0.0, "event": "call_state_changed"}),
        Line(0.9, {"t": 0.25, "event": "agent_audio_started"}),
        Line(1.5, {"t": 0.8, "event": "command_sent"}),
        Line(2.0, {"event": "summary"}),
    ]
    assert first_packet_after(lines) == pytest.approx(0.67)
    with pytest.raises(BenchError):
        first_packet_after(lines[:1])


def test_absent_figures_are_dashes() -> None:
    table = render([Outcome(measure="this", target="reported", unit="ms", ours=12.34)])
    assert table.splitlines()[-1].split("|")[1:-1] == [
        " this    ",
        " reported ",
        " 12.3 ms ",
        " –            ",
        " –   ",
    ]


def _report(
    origin: int | None = None,
    sent: list[tuple[int, float]] | None = None,
    heard: list[tuple[int, float]] | None = None,
) -> CallReport:
    return CallReport(
        origin=origin,
        first_packet_at=None,
        dropped_at=None,
        sent=sent or [],
        heard=heard or [],
        skipped=0,
        lateness_p50=None,
        lateness_p99=None,
        lateness_max=None,
    )
