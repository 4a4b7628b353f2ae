"""An agent that talks, and what is heard of it."""

import numpy as np

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.audio.format import Pcm
from tests.agent.fake_peer import FakePeer


class Talker(EchoAgent):
    """Speaks for ten seconds as soon as the call begins; otherwise an echo."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._talk = conversation.voice
        self.stops = 0

    def call_begun(self) -> None:
        speech = self._talk.open(0)
        assert speech is not None
        self._talk.append(speech, np.full(480_000, 5000, np.int16))
        speech.close()

    def reply_stopped(self) -> None:
        self.stops += 1


def spoken_part(peer: FakePeer) -> Pcm:
    """What was sent from the first to the last sample that is not silence."""
    heard = peer.heard
    (loud,) = np.nonzero(heard)
    return heard[loud[0] : loud[-1] + 1]
