from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.engine.events import LatencyReported


class Clock:
    now = 10.0

    def __call__(self) -> float:
        return self.now


def test_each_stage_of_a_spoken_question_is_measured_once() -> None:
    clock = Clock()
    latency = AnswerLatency(clock, silence=0.4)
    clock.now = 10.2
    latency.recognised()
    clock.now = 10.25
    latency.asked()
    assert not latency.spoken()
    for clock.now in (10.75, 11.0):
        latency.to_be_spoken()
    clock.now = 10.85
    assert latency.spoken()
    assert not latency.spoken()
    assert latency.report == LatencyReported(asr=200, llm=500, tts=100, mute=400, total=1250)


def test_what_was_typed_was_neither_recognised_nor_waited_for() -> None:
    clock = Clock()
    latency = AnswerLatency(clock)
    clock.now = 10.3
    latency.to_be_spoken()
    clock.now = 10.4
    assert latency.spoken()
    assert latency.report == LatencyReported(llm=300, tts=100, total=400)


def test_the_time_that_a_caller_was_waited_for_to_go_on_is_silence() -> None:
    clock = Clock()
    latency = AnswerLatency(clock, silence=0.4)
    clock.now = 12.0
    latency.waited()
    latency.recognised()
    latency.asked()
    latency.to_be_spoken()
    clock.now = 12.1
    latency.spoken()
    assert latency.report == LatencyReported(asr=0, llm=0, tts=100, mute=2400, total=2500)


def test_sound_before_the_answer_is_not_the_answers() -> None:
    latency = AnswerLatency(Clock())
    assert not latency.spoken()
    assert latency.report is None
