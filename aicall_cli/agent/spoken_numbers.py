"""Arithmetic as people say it: "what is twenty one plus three"."""

from typing import Final

_UNITS: Final = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
}
_TENS: Final = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES: Final = {"hundred": 100, "thousand": 1000}
_SIGNS: Final = {
    "plus": "plus", "and": "plus", "+": "plus",
    "minus": "minus", "less": "minus", "-": "minus", "−": "minus",
    "times": "times", "multiplied by": "times", "*": "times", "×": "times",
    "divided by": "divided by", "over": "divided by", "/": "divided by", "÷": "divided by",
}  # fmt: skip
