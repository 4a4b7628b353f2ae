import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.rules import MAX_REPEATED, NOT_HEARD, RulesResponder


async def _answer(*texts: str) -> str:
    """Return the answer to the last of ``texts``."""
    responder = RulesResponder()
    await responder.open()
    answer = ""
    for text in texts:
        answer = "".join([piece async for piece in responder.reply(text)])
    await responder.close()
    return answer


async def test_what_was_heard_is_said_back() -> None:
    assert await _answer("go forward ten meters") == "You said: go forward ten meters."


async def test_what_was_typed_ends_with_one_full_stop() -> None:
    assert await _answer("  Is it\nlate?! ") == "You said: Is it late."


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("hello", "Hello."),
        ("Hi there!", "Hello."),
        ("good morning", "Hello."),
        ("how are you today", "I am well"),
        ("bye", "Goodbye."),
        ("good bye", "Goodbye."),
        ("Thank you very much.", "You are welcome."),
        ("help", "I say back"),
        ("what can you do", "I say back"),
        ("what's your name?", "I am the built-in assistant"),
        ("what is two plus three?", "2 plus 3 is 5."),
        ("3.5 - 1", "3.5 minus 1 is 2.5."),
        ("say that again", "I have not said anything yet."),
        ("hello world", "You said: hello world."),
        ("bypass", "You said: bypass."),
    ],
)
async def test_rules(text: str, beginning: str) -> None:
    assert (await _answer(text)).startswith(beginning)


async def test_the_last_answer_is_said_again() -> None:
    assert await _answer("two times two", "say that again", "pardon") == "2 times 2 is 4."


@pytest.mark.parametrize("text", ["", "  ", "?!", "..."])
async def test_nothing_is_not_said_back(text: str) -> None:
    assert await _answer(text) == NOT_HEARD


async def test_a_long_text_is_cut_at_a_word() -> None:
    answer = await _answer("some words " * 1000)
    assert len(answer) <= MAX_REPEATED + len("You said: .")
    assert answer.endswith(("some.", "words."))


@given(st.text(max_size=400))
async def test_every_text_has_an_answer(text: str) -> None:
    assert await _answer(text)
