"""Agents for a test: scripts of what they do, as files."""

from pathlib import Path

LEAVES_IN_THE_END = 'after = "utterance"\nleave = 2001'
"""The step of an agent that leaves in good order once it was told that all was said.

To be called with ``--ptt``: the end of the input is then a command, not a silence.
"""


def script(folder: Path, *steps: str) -> str:
    """Write a script of steps, each the lines of a TOML table; return its agent id."""
    path = folder / f"script-{len(list(folder.iterdir()))}.toml"
    path.write_text("".join(f"[[step]]\n{step}\n" for step in steps), encoding="utf-8")
    return f"script:{path}"
