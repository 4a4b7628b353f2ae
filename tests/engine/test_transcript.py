from collections.abc import Sequence

import pytest

from aicall_cli.engine import transcript as transcript_module
from aicall_cli.engine.enums import AgentState, InterruptedReason, Party
from aicall_cli.engine.events import (
    AgentStateChanged,
    AgentSubtitleReceived,
    DataChannelOpened,
    Event,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from aicall_cli.engine.transcript import Transcript, TranscriptEntry


def _of(*events: Event) -> Transcript:
    """Apply each event a second after the one before, the first at 1 s."""
    transcript = Transcript()
    for at, event in enumerate(events, start=1):
        transcript.apply(event, float(at))
    return transcript


def _texts(transcript: Transcript) -> Sequence[tuple[str, int, str]]:
    return [(e.source.value, e.sentence_id, e.text) for e in transcript.entries]


def test_the_callers_text_replaces() -> None:
    transcript = _of(
        UserSubtitleReceived("go", False, 1),
        UserSubtitleReceived("go for what", False, 1),
        UserSubtitleReceived("go forward ten meters", True, 1),
    )
    assert transcript.entries == (
        TranscriptEntry(
            Party.CALLER,
            1,
            "go forward ten meters",
            started=1.0,
            ended=3.0,
            final=True,
            interrupted=False,
        ),
    )


def test_the_agents_text_appends() -> None:
    transcript = _of(
        AgentSubtitleReceived("Ten ", False, 1),
        AgentSubtitleReceived("meters", False, 1),
        AgentSubtitleReceived(".", True, 1),
    )
    assert transcript.entries == (
        TranscriptEntry(
            Party.AGENT, 1, "Ten meters.", started=1.0, ended=3.0, final=True, interrupted=False
        ),
    )


def test_an_entry_is_known_by_its_side_and_id_and_keeps_its_place() -> None:
    transcript = _of(
        UserSubtitleReceived("one", True, 1),
        AgentSubtitleReceived("first ", False, 1),
        UserSubtitleReceived("two", True, 2),
        AgentSubtitleReceived("answer", True, 1),
        AgentSubtitleReceived("second", True, 2),
    )
    assert _texts(transcript) == [
        ("caller", 1, "one"),
        ("agent", 1, "first answer"),
        ("caller", 2, "two"),
        ("agent", 2, "second"),
    ]


def test_an_entry_without_text_is_not_made_but_can_become_empty_or_final() -> None:
    transcript = Transcript()
    assert transcript.apply(UserSubtitleReceived("", True, 1), 1.0) is None
    assert transcript.apply(AgentSubtitleReceived("", False, 1), 1.0) is None
    assert transcript.entries == ()
    transcript.apply(AgentSubtitleReceived("so", False, 1), 1.0)
    changed = transcript.apply(AgentSubtitleReceived("", True, 1), 2.0)
    assert changed is not None
    assert (changed.text, changed.final) == ("so", True)
    transcript.apply(UserSubtitleReceived("mm", False, 2), 1.0)
    changed = transcript.apply(UserSubtitleReceived("", True, 2), 2.0)
    assert changed is not None
    assert (changed.text, changed.final) == ("", True)


def test_a_later_piece_takes_finality_back() -> None:
    transcript = _of(
        AgentSubtitleReceived("Ten", True, 1),
        AgentSubtitleReceived(" meters", False, 1),
    )
    assert not transcript.entries[0].final


@pytest.mark.parametrize("voiceprint", [3, 5])
def test_somebody_elses_voice_is_dropped(voiceprint: int) -> None:
    transcript = _of(
        UserSubtitleReceived("go", False, 1, 100),
        UserSubtitleReceived("keep", False, 2, 2),
        UserSubtitleReceived("go forward", True, 1, voiceprint),
        UserSubtitleReceived("never shown", True, 3, voiceprint),
    )
    assert _texts(transcript) == [("caller", 2, "keep")]


def test_an_interrupted_answer_is_marked_and_final() -> None:
    transcript = _of(
        AgentSubtitleReceived("hello", True, 0),
        AgentStateChanged(AgentState.THINKING),
        AgentSubtitleReceived("Ten meters ", False, 1),
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
    )
    greeting, answer = transcript.entries
    assert not greeting.interrupted
    assert answer.interrupted
    assert answer.final
    assert answer.ended == 4.0


def test_a_piece_that_was_on_its_way_stays_marked() -> None:
    transcript = _of(
        AgentSubtitleReceived("Ten ", False, 1),
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
        AgentSubtitleReceived("meters", False, 1),
    )
    entry = transcript.entries[0]
    assert (entry.text, entry.interrupted, entry.final) == ("Ten meters", True, True)


def test_an_interruption_is_about_the_answer_being_spoken_only() -> None:
    assert _of(SpeakingInterrupted(InterruptedReason.BY_VOICE)).entries == ()
    transcript = _of(
        AgentSubtitleReceived("Ten meters.", True, 1),
        AgentStateChanged(AgentState.LISTENING),
        AgentStateChanged(AgentState.THINKING),
        SpeakingInterrupted(InterruptedReason.BY_VOICE),  # nothing was said yet
    )
    assert not transcript.entries[0].interrupted
    transcript = _of(
        AgentSubtitleReceived("Ten ", False, 1),
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
        SpeakingInterrupted(InterruptedReason.BY_INTERRUPT_SPEAKING),
    )
    assert transcript.entries[0].ended == 2.0


def test_what_is_not_about_text_changes_nothing() -> None:
    transcript = Transcript()
    assert transcript.apply(DataChannelOpened(), 1.0) is None
    assert transcript.apply(AgentStateChanged(AgentState.SPEAKING), 1.0) is None


def test_an_endless_sentence_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_module, "MAX_ENTRY_TEXT", 5)
    transcript = _of(
        AgentSubtitleReceived("abc", False, 1),
        AgentSubtitleReceived("defg", False, 1),
        AgentSubtitleReceived("h", True, 1),
        UserSubtitleReceived("abcdef", True, 1),
    )
    assert _texts(transcript) == [("agent", 1, "abcde"), ("caller", 1, "abcde")]
    assert transcript.entries[0].final
    assert transcript.cut == 4


def test_a_full_transcript_takes_no_new_entry_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_module, "MAX_ENTRIES", 2)
    transcript = _of(
        UserSubtitleReceived("one", True, 1),
        AgentSubtitleReceived("first", False, 1),
        UserSubtitleReceived("two", True, 2),
        AgentSubtitleReceived("second", True, 2),
        AgentSubtitleReceived(" answer", True, 1),
    )
    assert _texts(transcript) == [("caller", 1, "one"), ("agent", 1, "first answer")]
    assert transcript.dropped == 2
