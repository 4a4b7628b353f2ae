import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine import latency as latency_module
from aicall_cli.engine.latency import Turn, TurnMeter


def _meter(*reports: tuple[str, float]) -> TurnMeter:
    """Feed reports in the order in which detectors make them: ``C``/``A`` on, ``c``/``a`` off."""
    meter = TurnMeter()
    for kind, at in reports:
        match kind:
            case "C":
                meter.caller_voice_started(at)
            case "c":
                meter.caller_voice_ended(at)
            case "A":
                meter.agent_voice_started(at)
            case "a":
                meter.agent_voice_ended(at)
    return meter


def test_a_turn_is_measured_from_the_callers_end_to_the_agents_onset() -> None:
    meter = TurnMeter()
    meter.caller_voice_started(1.0)
    assert meter.caller_voice_ended(2.0) is None
    assert list(meter.turns) == [Turn(1.0, 2.0, None, None, overlapped=False)]
    turn = Turn(1.0, 2.0, 2.75, 0.75, overlapped=False)
    assert meter.agent_voice_started(2.75) == turn
    meter.agent_voice_ended(4.0)
    assert list(meter.turns) == [turn]
    assert meter.latencies == (0.75,)
    assert meter.mean_latency == 0.75


def test_only_the_first_onset_answers() -> None:
    meter = _meter(("C", 1), ("c", 2), ("A", 3), ("a", 4), ("A", 5), ("a", 6))
    assert meter.turns == (Turn(1, 2, 3, 1, overlapped=False),)


def test_an_onset_may_be_known_before_the_end_that_it_follows() -> None:
    meter = TurnMeter()
    meter.caller_voice_started(1.0)
    assert meter.agent_voice_started(2.25) is None
    assert meter.caller_voice_ended(2.0) == Turn(1.0, 2.0, 2.25, 0.25, overlapped=False)


def test_a_greeting_answers_nothing() -> None:
    meter = _meter(("A", 0), ("a", 1), ("C", 2), ("c", 3), ("A", 4))
    assert meter.turns == (Turn(2, 3, 4, 1, overlapped=False),)


def test_only_the_last_of_several_utterances_has_a_latency() -> None:
    meter = _meter(("C", 1), ("c", 2), ("C", 3), ("c", 4), ("A", 5))
    assert meter.turns == (
        Turn(1, 2, None, None, overlapped=False),
        Turn(3, 4, 5, 1, overlapped=False),
    )
    assert meter.latencies == (1,)


@pytest.mark.parametrize(
    "reports",
    [
        # The caller speaks into the agent's speech: it began before and ends within, ...
        [("A", 0), ("C", 1), ("a", 1.5), ("c", 2), ("A", 3)],
        # ... goes on beyond, and its end may be reported after the caller's end.
        [("A", 0), ("C", 1), ("c", 2), ("a", 2.5), ("A", 3)],
        # The agent speaks into the caller's: within, ...
        [("C", 1), ("A", 1.2), ("a", 1.4), ("c", 2), ("A", 3)],
        # ... beyond its end, ...
        [("C", 1), ("A", 1.5), ("c", 2), ("a", 2.5), ("A", 3)],
        # ... at its very end, or known only after that end was.
        [("C", 1), ("c", 2), ("A", 2), ("a", 2.5), ("A", 3)],
        [("C", 1), ("c", 2), ("A", 1.9), ("a", 2.5), ("A", 3)],
    ],
)
def test_overlapped_turns_are_marked_and_not_averaged(reports: list[tuple[str, float]]) -> None:
    meter = _meter(*reports)
    assert meter.turns == (Turn(1, 2, 3, 1, overlapped=True),)
    assert not meter.latencies
    assert meter.mean_latency is None


def test_the_agents_own_continuation_is_no_answer() -> None:
    meter = _meter(("A", 0), ("C", 1), ("c", 2), ("a", 3))
    assert meter.turns == (Turn(1, 2, None, None, overlapped=True),)


def test_an_onset_while_the_caller_goes_on_overlaps_that_utterance_only() -> None:
    meter = _meter(("C", 1), ("c", 2), ("C", 3), ("A", 3.5), ("c", 4))
    assert meter.turns == (
        Turn(1, 2, None, None, overlapped=False),
        Turn(3, 4, None, None, overlapped=True),
    )


def test_the_mean_is_of_the_clean_turns() -> None:
    meter = _meter(
        ("C", 1), ("c", 2), ("A", 3), ("a", 3.5), ("C", 4), ("c", 5), ("A", 7), ("C", 8), ("c", 9)
    )
    assert list(meter.latencies) == [1, 2]
    assert meter.mean_latency == 1.5


def test_reports_that_do_not_fit_change_nothing() -> None:
    meter = TurnMeter()
    meter.agent_voice_ended(0.5)
    assert meter.caller_voice_ended(1.0) is None
    assert not list(meter.turns)
    meter.caller_voice_started(2.0)
    meter.caller_voice_started(2.5)
    meter.caller_voice_ended(1.0)  # before its start: an utterance of no length
    assert list(meter.turns) == [Turn(2.0, 2.0, None, None, overlapped=False)]
    assert meter.agent_voice_started(3.0) is not None
    assert meter.agent_voice_started(3.5) is None
    meter.agent_voice_ended(1.0)
    meter.agent_voice_ended(4.0)
    meter.caller_voice_started(3.5)
    meter.caller_voice_ended(4.5)
    assert not meter.turns[1].overlapped


def test_the_oldest_turns_are_forgotten_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency_module, "MAX_TURNS", 2)
    meter = _meter(("C", 1), ("c", 2), ("C", 3), ("c", 4), ("C", 5), ("c", 6))
    assert [turn.caller_start for turn in meter.turns] == [3, 5]
    assert meter.forgotten == 1


@given(st.lists(st.tuples(st.sampled_from("CcAa"), st.integers(0, 50).map(float)), max_size=40))
def test_whatever_is_reported_turns_are_consistent(reports: list[tuple[str, float]]) -> None:
    for turn in _meter(*reports).turns:
        assert turn.caller_end >= turn.caller_start
        assert (turn.agent_start is None) == (turn.latency is None)
        if turn.agent_start is not None:
            assert turn.agent_start > turn.caller_end
            assert turn.latency == turn.agent_start - turn.caller_end
