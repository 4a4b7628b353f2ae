"""The README's Python examples, run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_the_first_example_asks_and_prints_the_answer() -> None:
    assert "4" in _run(0)


def test_the_second_example_pushes_a_file() -> None:
    replied, latency = _run(1).split()
    assert replied == "True"
    assert float(latency) > 0


def _run(number: int) -> str:
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", examples[number]],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
