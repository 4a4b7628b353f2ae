from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.connection import INTERRUPTED, JOINED, RESUMED
from aicall_cli.engine.enums import (
    AgentState,
    CallState,
    EndReason,
    InterruptedReason,
    NetworkQuality,
    Party,
    TakeoverMode,
    VoiceprintResult,
)
from aicall_cli.engine.events import (
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    CommandAnswered,
    Event,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    MessageIgnored,
    NetworkQualityChanged,
    SpeakingInterrupted,
    TurnMeasured,
    WarningRaised,
)
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.session.feed import Stamped
from aicall_cli.tui.view_state import (
    MAX_LINES,
    MAX_OPEN,
    Notice,
    ViewModel,
    ViewState,
    reduce,
)
from tests.tui.calls import ANSWERED, heard, said


def after(*events: Event) -> ViewState:
    model = ViewModel()
    for second, event in enumerate(events):
        model.apply(Stamped(float(second), event))
    return model.state


def texts(state: ViewState) -> list[str]:
    return [line.text for line in state.lines]


def test_it_starts_empty() -> None:
    assert ViewModel().state == ViewState()


def test_the_network_is_as_good_as_its_worse_way() -> None:
    assert after().network is NetworkQuality.UNKNOWN
    agent = NetworkQualityChanged(Party.AGENT, NetworkQuality.GOOD)
    assert after(agent).network is NetworkQuality.GOOD
    caller = NetworkQualityChanged(Party.CALLER, NetworkQuality.EXCELLENT)
    state = after(agent, caller)
    assert (state.caller_network, state.network) == (NetworkQuality.EXCELLENT, NetworkQuality.GOOD)


def test_an_interrupted_connection_is_one_until_it_is_resumed() -> None:
    good = NetworkQualityChanged(Party.AGENT, NetworkQuality.GOOD)
    interrupted, resumed = after(JOINED, good, INTERRUPTED), after(good, INTERRUPTED, RESUMED)
    assert interrupted.interrupted
    assert interrupted.network is NetworkQuality.DISCONNECTED
    assert not resumed.interrupted
    assert resumed.network is NetworkQuality.GOOD


def test_states_are_the_last_ones() -> None:
    state = after(
        CallStateChanged(CallState.CONNECTED),
        AgentStateChanged(AgentState.LISTENING),
        AgentStateChanged(AgentState.THINKING),
    )
    assert (state.call_state, state.agent_state) == (CallState.CONNECTED, AgentState.THINKING)


def test_a_growing_sentence_is_open_and_the_callers_text_replaces() -> None:
    state = after(heard("go"), heard("go forward"))
    entry = state.growing(Party.CALLER)
    assert entry is not None
    assert entry.text == "go forward"
    assert state.lines == ()
    assert state.growing(Party.AGENT) is None


def test_the_agents_text_appends() -> None:
    entry = after(said("I "), said("will")).growing(Party.AGENT)
    assert entry is not None
    assert entry.text == "I will"


def test_a_final_sentence_becomes_a_line() -> None:
    state = after(heard("go"), heard("go forward", end=True))
    assert (texts(state), state.open, state.line_count) == (["go forward"], (), 1)


def test_a_final_sentence_that_comes_again_is_no_new_line() -> None:
    assert texts(after(heard("go", end=True), heard("go", end=True))) == ["go"]


def test_what_an_agent_adds_to_a_finished_sentence_is_a_line_of_its_own() -> None:
    finished = (said("It is noon.", end=True), said(" And"))
    growing = after(*finished).growing(Party.AGENT)
    assert growing is not None
    assert growing.text == " And"
    state = after(*finished, said(" hot.", end=True), said("", end=True))
    assert texts(state) == ["It is noon.", " And hot."]


def test_a_final_sentence_that_was_corrected_is_a_new_line() -> None:
    state = after(heard("go four", end=True), heard("go forward", end=True))
    assert texts(state) == ["go four", "go forward"]


def test_silence_is_no_line() -> None:
    assert after(heard("um"), heard(" ", end=True)) == ViewState()


def test_somebody_elses_voice_is_taken_back() -> None:
    undetected = replace(
        heard("play music", end=True), voiceprint=VoiceprintResult.UNDETECTED.value
    )
    assert after(heard("play"), undetected) == ViewState()


def test_an_interrupted_answer_is_final() -> None:
    (line,) = after(said("It is"), SpeakingInterrupted(InterruptedReason.BY_VOICE)).lines
    assert isinstance(line, TranscriptEntry)
    assert line.interrupted


def test_an_answer_interrupted_after_its_last_text_is_noted_not_repeated() -> None:
    state = after(said("It is.", end=True), SpeakingInterrupted(InterruptedReason.BY_VOICE))
    assert state.lines[1:] == (Notice(1.0, "the agent was interrupted", warning=False),)


def test_a_warning_is_a_line_and_its_repetition_is_not() -> None:
    state = after(WarningRaised("late"), WarningRaised("late"), WarningRaised("later"))
    assert texts(state) == ["late", "later"]


def test_a_scripts_command_that_is_refused_is_told_and_one_that_is_done_is_not() -> None:
    state = after(
        CommandAnswered(1, "interrupt", accepted=True, reason=""),
        CommandAnswered(2, "send_text", accepted=False, reason="there is no text to send"),
        CommandAnswered(None, "", accepted=False, reason="the line is not JSON"),
    )
    assert texts(state) == [
        "send_text is refused: there is no text to send",
        "a command is refused: the line is not JSON",
    ]


def test_a_person_who_takes_over_is_told() -> None:
    state = after(
        HumanTakeoverWillStart("nurse-2", TakeoverMode.HUMAN_VOICE),
        HumanTakeoverConnected("nurse-2"),
    )
    told = ["a person is about to take over", "a person has taken over"]
    assert texts(state) == told
    assert state.conversation == state.lines


def test_the_end_finishes_what_is_open() -> None:
    state = after(heard("go"), said("I"), CallEnded(EndReason.HUNG_UP, "hung up"))
    assert texts(state) == ["go", "I"]
    assert state.open == ()
    assert state.ended == CallEnded(EndReason.HUNG_UP, "hung up")


def test_a_goodbye_is_noted_and_a_failure_is_not() -> None:
    assert texts(after(CallEnded(EndReason.AGENT_LEFT, "idle"))) == ["idle"]
    assert texts(after(CallEnded(EndReason.AGENT_FAILED, "broken"))) == []


def test_the_last_turn_is_kept() -> None:
    assert after(TurnMeasured(ANSWERED)) == ViewState(turn=ANSWERED)


def test_what_is_no_news_for_a_person_changes_nothing() -> None:
    assert after(MessageIgnored(9999, "unknown type")) == ViewState()


def test_sentences_that_never_end_are_bounded() -> None:
    state = after(*(heard(str(number), sentence=number) for number in range(MAX_OPEN + 2)))
    assert len(state.open) == MAX_OPEN
    assert texts(state) == ["0", "1"]


def test_the_last_lines_are_kept_and_all_are_counted() -> None:
    count = MAX_LINES + 5
    state = after(*(heard(str(number), end=True, sentence=number) for number in range(count)))
    assert (len(state.lines), state.line_count) == (MAX_LINES, count)
    assert [line.text for line in state.lines_after(count - 2)] == [str(count - 2), str(count - 1)]
    assert state.lines_after(count) == ()
    assert len(state.lines_after(0)) == MAX_LINES


def conversation(state: ViewState) -> list[str]:
    return [
        line.text + ("" if isinstance(line, Notice) or line.final else "…")
        for line in state.conversation
    ]


def test_the_conversation_changes_in_place() -> None:
    events: list[Event] = [heard("go"), said("I "), WarningRaised("late"), heard("go on", end=True)]
    assert conversation(after(*events)) == ["go on", "I …", "late"]
    events += [said("will.", end=True), said(" And more")]
    assert conversation(after(*events)) == ["go on", "I will. And more…", "late"]


def test_an_interruption_after_the_last_text_marks_the_conversation() -> None:
    state = after(said("I will", end=True), SpeakingInterrupted(InterruptedReason.BY_VOICE))
    (line,) = state.conversation
    assert isinstance(line, TranscriptEntry)
    assert line.interrupted


def test_a_voice_that_is_taken_back_leaves_the_conversation() -> None:
    other = replace(heard("go"), voiceprint=VoiceprintResult.UNDETECTED.value)
    assert conversation(after(heard("go"), said("yes", end=True), other)) == ["yes"]
    assert conversation(after(heard("go"), heard(" "))) == []


def test_the_last_of_the_conversation_is_kept_and_all_is_counted() -> None:
    count = MAX_LINES + 5
    state = after(*(heard(str(number), end=True, sentence=number) for number in range(count)))
    assert (len(state.conversation), state.conversation_before) == (MAX_LINES, 5)


def test_reduce_leaves_the_state_it_is_given() -> None:
    before = after(heard("go"))
    copy = replace(before)
    reduce(before, Stamped(2.0, CallEnded(EndReason.HUNG_UP, "")), None)
    assert before == copy


subtitles = st.builds(
    lambda make, text, end, sentence: make(text, end=end, sentence=sentence),
    st.sampled_from([heard, said]),
    st.text(max_size=4),
    st.booleans(),
    st.integers(0, 3),
)
events = subtitles | st.sampled_from(
    [
        SpeakingInterrupted(InterruptedReason.BY_VOICE),
        AgentStateChanged(AgentState.THINKING),
        WarningRaised("w"),
    ]
)


@given(st.lists(events))
def test_a_view_that_prints_after_every_event_prints_every_line_once(happened: list[Event]) -> None:
    model = ViewModel()
    printed = 0
    for event in [*happened, CallEnded(EndReason.HUNG_UP, "")]:
        state = model.apply(Stamped(0.0, event))
        printed += len(state.lines_after(printed))
        assert printed == state.line_count
        keys = [(entry.source, entry.sentence_id) for entry in state.open]
        assert len(keys) == len(set(keys))
    assert model.state.open == ()
    kept = {line for line in model.state.conversation if isinstance(line, TranscriptEntry)}
    assert kept == {entry for entry in model.transcript if entry.text.strip()}
