"""The times of a caller's entries, where its voice was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.events import AgentSubtitleReceived, Event, UserSubtitleReceived
from aicall_cli.engine.transcript import MAX_BEHIND, MAX_SPEECH, MeasuredVoice, Transcript

_Heard = tuple[float, Event, MeasuredVoice | None]


def partial(sentence_id: int = 1) -> UserSubtitleReceived:
    return UserSubtitleReceived("go", False, sentence_id)


def final(sentence_id: int = 1) -> UserSubtitleReceived:
    return UserSubtitleReceived("go forward", True, sentence_id)


def spans(*heard: _Heard) -> list[tuple[float, float]]:
    """Return when each entry started and ended."""
    transcript = Transcript()
    for at, event, voice in heard:
        entry = transcript.apply(event, at, voice)
        assert entry in transcript.entries
    return [(entry.started, entry.ended) for entry in transcript.entries]


def test_an_utterance_has_the_times_of_its_voice() -> None:
    assert spans(
        (2.3, partial(), MeasuredVoice(2.0, 2.3)),
        (3.4, partial(), MeasuredVoice(2.0, 3.4)),
        (4.5, final(), MeasuredVoice(2.0, 4.0)),
    ) == [(2.0, 4.0)]


def test_a_text_that_goes_on_ends_where_it_came() -> None:
    assert spans((2.3, partial(), MeasuredVoice(2.0, 2.2))) == [(2.0, 2.3)]


def test_without_a_measured_voice_it_is_when_the_text_came() -> None:
    assert spans((2.3, partial(), None), (4.5, final(), None)) == [(2.3, 4.5)]


@pytest.mark.parametrize("length", [2.0, 40.0])
def test_a_text_that_comes_whole_is_of_all_that_was_said(length: float) -> None:
    until = 5.0 + length
    assert spans((until + 2, final(), MeasuredVoice(5.0, until))) == [(5.0, until)]


@pytest.mark.parametrize(
    ("event", "voice"),
    [
        (partial(), MeasuredVoice(100 - MAX_BEHIND - 1, 99.9)),
        (final(), MeasuredVoice(100 - MAX_SPEECH - 1, 99.9)),
        (final(), MeasuredVoice(80.0, 100 - MAX_BEHIND - 1)),
    ],
    ids=["long before its first words", "an endless voice", "long over"],
)
def test_a_voice_too_long_ago_is_not_that_of_the_text(
    event: UserSubtitleReceived, voice: MeasuredVoice
) -> None:
    ((started, _),) = spans((100.0, event, voice))
    assert started == 100.0


def test_two_sentences_without_a_pause_meet() -> None:
    assert spans(
        (2.3, partial(1), MeasuredVoice(2.0, 2.3)),
        (4.2, final(1), MeasuredVoice(2.0, 4.0)),
        (5.0, partial(2), MeasuredVoice(2.0, 5.0)),
        (6.5, final(2), MeasuredVoice(2.0, 6.0)),
    ) == [(2.0, 4.0), (4.0, 6.0)]


def test_a_typed_text_after_speech_is_not_spoken() -> None:
    assert spans(
        (4.2, final(1), MeasuredVoice(2.0, 4.0)),
        (7.0, final(2), MeasuredVoice(2.0, 4.1)),
    ) == [(2.0, 4.0), (7.0, 7.0)]


def test_an_entry_does_not_begin_before_the_one_before() -> None:
    assert spans(
        (3.0, AgentSubtitleReceived("Yes.", True, 1), None),
        (3.2, partial(), MeasuredVoice(2.0, 3.2)),
    ) == [(3.0, 3.0), (3.0, 3.2)]


_TIMES = st.floats(0, 200, allow_nan=False)


@given(st.lists(st.tuples(_TIMES, _TIMES, _TIMES, st.booleans(), st.integers(1, 3))))
def test_whatever_was_measured_no_entry_ends_before_it_starts_or_in_the_future(
    heard: list[tuple[float, float, float, bool, int]],
) -> None:
    transcript = Transcript()
    for at, onset, last, end, sentence_id in sorted(heard):
        event = UserSubtitleReceived("go", end, sentence_id)
        transcript.apply(event, at, MeasuredVoice(onset, max(onset, last)))
        starts = [entry.started for entry in transcript.entries]
        assert starts == sorted(starts)
        assert all(entry.started <= entry.ended <= at for entry in transcript.entries)
