import random

from aicall_cli.agent.phrases import choose, speakable
from aicall_cli.protocol.speaking_config import Message, Word


def test_what_says_nothing_is_left_out() -> None:
    assert speakable([Message(text="a"), Message(text=" "), Message()]) == (Message(text="a"),)


def test_the_likelier_is_chosen_more_often_and_the_same_by_the_same_seed() -> None:
    words = (Word(text="mhm", probability=0.9), Word(text="yes", probability=0.1))
    chosen = [choose(words, chance) for chance in [random.Random(1)] for _ in range(200)]
    assert 150 < chosen.count("mhm") < 200
    again = random.Random(1)
    assert [choose(words, again) for _ in range(200)] == chosen


def test_what_has_no_chance_is_never_chosen_unless_nothing_has_one() -> None:
    never, always = Message(text="a", probability=0), Message(text="b")
    assert {choose((never, always)) for _ in range(50)} == {"b"}
    assert choose((never, never)) == "a"
