import pytest

from aicall_cli.agent.unfinished import looks_unfinished


@pytest.mark.parametrize(
    "text",
    [
        "i would like to",
        "I would like to.",  # a recogniser ends whatever it hears with a full stop
        "go to the",
        "two plus three and",
        "Well, um",
        "I\u2019m",
        "let's",
        "ten meters, ",
        "wait\u2026",
        "\u6211\u60f3\u8981\uff0c",
    ],
)
def test_what_english_goes_on_after_is_unfinished(text: str) -> None:
    assert looks_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "go forward ten meters",
        "no",
        "turn it on",
        "yes i can",
        "i think so",
        "what are you looking for",
        "Are you going to?",
        "\u6211\u60f3\u8981",
    ],
)
def test_what_may_be_all_is_finished(text: str) -> None:
    assert not looks_unfinished(text)


def test_a_question_may_end_in_a_preposition_but_in_no_article() -> None:
    assert looks_unfinished("where is the")
