"""Arithmetic as people say it: "what is twenty one plus three"."""

import re
from fractions import Fraction
from typing import Final

_UNIT_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS: Final = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
_TENS: Final = {word: 10 * number for number, word in enumerate(_TENS_WORDS.split(), start=2)}
_SIGNS: Final = {
    "+": "plus", "-": "minus", "−": "minus", "*": "times", "×": "times",
    "multiplied by": "times", "/": "divided by", "÷": "divided by",
}  # fmt: skip
_QUESTION: Final = re.compile(
    r"(?:(?:what is|what's|how much is|calculate|compute) )?"
    r"(?P<left>.{1,60}?) ?"
    r"(?P<sign>\bplus\b|\bminus\b|\btimes\b|\bmultiplied by\b|\bdivided by\b|[-+*/×÷−]) ?"
    r"(?P<right>.{1,60}?)(?: please)?"
)
_DIGITS: Final = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


def calculate(text: str) -> str | None:
    """Return the answer to a question of two numbers, or None if ``text`` is none.

    ``text`` is in lower case. Numbers are digits, or English words below a million.
    """
    question = _QUESTION.fullmatch(text)
    if question is None:
        return None
    left, right = parse_number(question["left"]), parse_number(question["right"])
    if left is None or right is None:
        return None
    sign = _SIGNS.get(question["sign"], question["sign"])
    if sign == "divided by" and right == 0:
        return "Nothing can be divided by zero."
    result = _apply(sign, left, right)
    shown = _shown(result)
    verb = "is" if Fraction(shown) == result else "is about"
    return f"{_shown(left)} {sign} {_shown(right)} {verb} {shown}."


def parse_number(text: str) -> Fraction | None:
    """Return the number that ``text`` says, or None if it says none or something else."""
    if _DIGITS.fullmatch(text):
        return Fraction(text)
    words = text.replace("-", " ").split()
    total = group = 0
    room = 1000
    """What may still be added to the group: "five twenty" and "two three" are no numbers."""
    for word in words:
        if word in _UNITS and _UNITS[word] < room:
            group += _UNITS[word]
            room = 0
        elif word in _TENS and _TENS[word] < room:
            group += _TENS[word]
            room = 10
        elif word == "hundred" and 0 < group < 100:
            group *= 100
            room = 100
        elif word == "thousand" and group and not total:
            total, group, room = group * 1000, 0, 1000
        elif word != "and" or room not in (100, 1000):
            return None
    return Fraction(total + group) if words and "and" not in (words[0], words[-1]) else None


def _apply(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "plus":
        return left + right
    if sign == "minus":
        return left - right
    return left * right if sign == "times" else left / right


def _shown(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.3f}".rstrip("0")
