"""What of the README is generated: all between two comments."""

from tests.parity.agent_config import settings_section
from tests.parity.markdown import render
from tests.parity.resolve import ROOT
from tests.parity.rows import read_tables

README = ROOT / "README.md"
_BEGIN = "<!-- written by `python -m tests.parity` -->"
_END = "<!-- until here -->"


def with_tables(text: str) -> str:
    """Return the README ``text`` with the tables as they are now."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert begin, f"{README.name} has no {_BEGIN}"
    assert end, f"{README.name} has no {_END}"
    tables = f"{render(read_tables())}\n\n{settings_section()}"
    return f"{before}{begin}\n\n{tables}\n\n{end}{after}"
