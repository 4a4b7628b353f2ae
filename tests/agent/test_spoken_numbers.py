import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.agent.spoken_numbers import calculate, parse_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zero", 0),
        ("seven", 7),
        ("twenty one", 21),
        ("twenty-one", 21),
        ("one hundred", 100),
        ("one hundred and five", 105),
        ("twelve hundred", 1200),
        ("two thousand and three", 2003),
        ("nine hundred ninety nine thousand nine hundred ninety nine", 999_999),
        ("42", 42),
        ("2.5", 2.5),
    ],
)
def test_numbers_in_words_and_digits(text: str, expected: float) -> None:
    assert parse_number(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "and", "one and", "and one", "two three", "five twenty", "hundred", "one zero", "house",
     "1.", "1234567890", "thousand", "one thousand thousand"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is two plus three", "2 plus 3 is 5."),
        ("twenty one minus thirty", "21 minus 30 is -9."),
        ("how much is six times seven please", "6 times 7 is 42."),
        ("six multiplied by seven", "6 times 7 is 42."),
        ("ten divided by four", "10 divided by 4 is 2.5."),
        ("ten divided by three", "10 divided by 3 is about 3.333."),
        ("ten divided by zero", "Nothing can be divided by zero."),
        ("2+3", "2 plus 3 is 5."),
        ("2.5 * 4", "2.5 times 4 is 10."),
    ],
)
def test_questions_that_are_answered(text: str, expected: str) -> None:
    assert calculate(text) == expected


@pytest.mark.parametrize(
    "text", ["", "plus", "two plus", "go forward ten meters", "a plus b", "one plus two plus three"]
)
def test_questions_that_are_not(text: str) -> None:
    assert calculate(text) is None


@given(st.text(alphabet="0123456789.+-*/ abceinotuhdr", max_size=200))
def test_any_text_is_a_question_or_none(text: str) -> None:
    calculate(text)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_sums_are_right(left: int, right: int) -> None:
    assert calculate(f"{left} plus {right}") == f"{left} plus {right} is {left + right}."
