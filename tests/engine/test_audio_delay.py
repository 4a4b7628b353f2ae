from aicall_cli.engine.audio_delay import AudioDelayMeter
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    AudioDelayMeasured,
    CallerVoiceChanged,
    Event,
    TurnMeasured,
    UserSubtitleReceived,
)
from aicall_cli.engine.latency import Turn


def turn(end: float, latency: float | None, *, overlapped: bool = False) -> TurnMeasured:
    onset = None if latency is None else end + latency
    return TurnMeasured(Turn(end - 1, end, onset, latency, overlapped))


def answer(sentence_id: int, text: str = "words") -> AgentSubtitleReceived:
    return AgentSubtitleReceived(text, False, sentence_id)


def measured(*happened: tuple[float, Event], playout: float = 0.0) -> list[AudioDelayMeasured]:
    meter = AudioDelayMeter()
    found = [meter.apply(event, at, playout) for at, event in happened]
    return [event for event in found if event is not None]


def test_a_voice_that_is_known_before_its_words_waits_for_them() -> None:
    assert measured(
        (3.0, turn(2.0, 0.6)), (3.1, answer(7)), (3.3, answer(7, "more")), (3.5, answer(7, ""))
    ) == [AudioDelayMeasured(7, 600)]


def test_words_that_come_before_the_voice_is_known_count_as_well() -> None:
    assert measured((2.1, answer(7)), (2.7, turn(2.0, 0.6))) == [AudioDelayMeasured(7, 600)]


def test_what_waits_to_be_played_is_waited_for_too() -> None:
    assert measured((3.0, turn(2.0, 0.6)), (3.1, answer(7)), playout=0.0824) == [
        AudioDelayMeasured(7, 682)
    ]


def test_each_answer_has_its_own() -> None:
    assert measured(
        (0.5, answer(0, "Welcome.")),
        (2.6, turn(2.0, 0.6)),
        (2.7, answer(1)),
        (8.5, CallerVoiceChanged(True)),
        (9.4, CallerVoiceChanged(False)),
        (9.5, answer(2)),
        (9.6, turn(9.0, 0.5)),
    ) == [AudioDelayMeasured(1, 600), AudioDelayMeasured(2, 500)]


def test_a_turn_that_overlaps_or_has_no_answer_tells_nothing() -> None:
    assert measured((3.0, turn(2.0, 0.6, overlapped=True)), (3.1, answer(7))) == []
    assert measured((3.0, turn(2.0, None)), (3.1, answer(7))) == []


def test_a_voice_without_words_is_not_taken_for_the_next_answer() -> None:
    assert measured((3.0, turn(2.0, 0.6)), (5.0, CallerVoiceChanged(True)), (6.0, answer(7))) == []


def test_other_events_are_nothing() -> None:
    assert measured((1.0, UserSubtitleReceived("hello", True, 1))) == []
