import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SECONDS, Pcm
from aicall_cli.engine.enums import Party
from aicall_cli.engine.events import (
    AgentAudioChanged,
    CallerVoiceChanged,
    CallEvent,
    TurnMeasured,
    VoiceVolumeChanged,
)
from aicall_cli.session.voices import UNHEARD_SECONDS, Voices
from tests.support.fake_backend import SILENCE
from tests.support.speech_like import speech_like, ticks_of

UNHEARD_TICKS = round(UNHEARD_SECONDS / TICK_SECONDS)


class Call:
    """Both sides of a call, a tick at a time, and what was published of it."""

    def __init__(self) -> None:
        self.published: list[CallEvent] = []
        self.woken = 0
        self.voices = Voices(self.published.append, self._wake)
        self.at = 0.0

    def pass_by(
        self, ticks: int, caller: Pcm | None = None, agent: Pcm | None = None, lost: bool = False
    ) -> list[CallEvent]:
        """Let so many ticks pass; return what was published meanwhile, but for the volumes."""
        said, heard = _ticks(caller, ticks), _ticks(agent, ticks)
        before = len(self.published)
        for mine, theirs in zip(said, heard, strict=True):
            self.voices.hear_caller(mine, self.at)
            if not lost:
                self.voices.hear_agent(theirs, self.at)
            self.at += TICK_SECONDS
        new = self.published[before:]
        return [event for event in new if not isinstance(event, VoiceVolumeChanged)]

    def volumes(self, party: Party) -> list[int]:
        return [
            event.volume
            for event in self.published
            if isinstance(event, VoiceVolumeChanged) and event.party is party
        ]

    def _wake(self) -> None:
        self.woken += 1


def _ticks(pcm: Pcm | None, ticks: int) -> list[Pcm]:
    said = [] if pcm is None else ticks_of(pcm)
    return (said + [SILENCE] * ticks)[:ticks]


def test_the_agents_audio_comes_and_no_longer_comes() -> None:
    call = Call()
    assert call.pass_by(50) == [AgentAudioChanged(available=True)]
    assert call.pass_by(UNHEARD_TICKS - 2, lost=True) == []
    assert call.pass_by(10) == [], "a short hole is none"
    assert call.pass_by(UNHEARD_TICKS + 50, lost=True) == [AgentAudioChanged(available=False)]
    assert call.pass_by(1) == [AgentAudioChanged(available=True)]


def test_before_it_came_it_does_not_cease_to() -> None:
    assert Call().pass_by(UNHEARD_TICKS + 50, lost=True) == []


def test_the_caller_speaks_and_is_answered() -> None:
    call = Call()
    call.pass_by(10)
    assert call.pass_by(60, caller=speech_like(50)) == [CallerVoiceChanged(speaking=True)]
    assert call.pass_by(40) == [CallerVoiceChanged(speaking=False)]
    (measured,) = call.pass_by(50, agent=speech_like(40))
    assert isinstance(measured, TurnMeasured)
    assert measured.turn.latency == pytest.approx(50 * TICK_SECONDS, abs=0.15)
    assert call.voices.turns.turns == (measured.turn,)
    assert call.pass_by(60) == []
    assert call.woken == 2, "the beginning and the end of the agent's voice"


def test_an_answer_that_is_known_before_the_utterance_ended_is_a_turn_then() -> None:
    call = Call()
    call.pass_by(10)
    call.pass_by(50, caller=speech_like(50))
    call.pass_by(5)
    assert call.pass_by(10, agent=speech_like(10)) == []
    ended, measured = call.pass_by(50)
    assert ended == CallerVoiceChanged(speaking=False)
    assert isinstance(measured, TurnMeasured)


def test_volumes_are_told_of_each_side() -> None:
    call = Call()
    loud = np.full(20 * len(SILENCE), 16_000, np.int16)
    call.pass_by(100, agent=loud)
    assert call.volumes(Party.CALLER) == []
    assert call.volumes(Party.AGENT)[0] > 200
    assert call.volumes(Party.AGENT)[-1] == 0
    call.pass_by(100, caller=loud)
    assert call.volumes(Party.CALLER)[0] > 200
    assert call.volumes(Party.CALLER)[-1] == 0


def test_an_agent_that_is_cut_off_is_loud_no_more() -> None:
    call = Call()
    call.pass_by(20, agent=np.full(20 * len(SILENCE), 16_000, np.int16))
    call.pass_by(UNHEARD_TICKS, lost=True)
    assert call.published[-2:] == [
        VoiceVolumeChanged(Party.AGENT, 0),
        AgentAudioChanged(available=False),
    ]
