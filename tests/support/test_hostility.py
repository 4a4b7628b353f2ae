"""The suite's own rules, each broken by a test in one inner run of pytest."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

_ROOT = Path(__file__).parents[2]

_PYTEST = (sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors")
_SETTINGS = """
[tool.pytest]
addopts = ["-p", "no:asyncio", "-p", "no:cacheprovider"]
filterwarnings = ["error"]
markers = ["real_time"]
"""

_BREAKING = {
    "a_failing_coroutine": (
        "async def test(): assert 1 == 2",
        "assert 1 == 2",
    ),
    "a_leaked_task": (
        """
        import asyncio
        async def linger(): await asyncio.sleep(100)
        async def test():
            global kept
            kept = asyncio.create_task(linger())
        """,
        "a task outlives its test: .*linger",
    ),
    "a_leaked_task_on_the_real_loop": (
        """
        import asyncio, pytest
        async def linger(): await asyncio.sleep(100)
        @pytest.mark.real_time
        async def test():
            global kept
            kept = asyncio.create_task(linger())
        """,
        "a task outlives its test: .*linger",
    ),
    "an_exception_that_nobody_retrieves": (
        """
        import asyncio
        async def fail(): raise ValueError("unseen")
        async def test():
            asyncio.create_task(fail())
            await asyncio.sleep(1)
        """,
        "exception was never retrieved",
    ),
    "an_error_in_a_callback": (
        """
        import asyncio
        def fail(): raise ValueError("unseen")
        async def test():
            asyncio.get_running_loop().call_soon(fail)
            await asyncio.sleep(1)
        """,
        "the loop of the test complains: .*unseen",
    ),
    "a_deadlock": (
        """
        import asyncio
        async def test(): await asyncio.Event().wait()
        """,
        "every task waits for ever",
    ),
    "a_leaked_thread": (
        """
        import threading
        def test():
            threading.Thread(target=threading.Event().wait, daemon=True, name="linger").start()
        """,
        "left behind: thread linger",
    ),
    "a_leaked_process": (
        """
        import subprocess, sys
        def test():
            global kept
            kept = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
        """,
        r"left behind: process \d+ .*time\.sleep",
    ),
    "a_child_that_nobody_waited_for": (
        """
        import os
        def test():
            pid = os.fork()
            if not pid:
                os._exit(0)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        """,
        r"left behind: process \d+ .*zombie",
    ),
    "an_open_file": (
        """
        def test(tmp_path):
            global kept
            kept = open(tmp_path / "kept.wav", "wb")
        """,
        r"left behind: open file .*kept\.wav",
    ),
    "a_warning": (
        """
        import warnings
        async def test(): warnings.warn("careful")
        """,
        "UserWarning: careful",
    ),
    "a_blocking_call_of_aicall_in_the_loop": (
        """
        import time
        from pathlib import Path
        import aicall_cli
        own = str(Path(aicall_cli.__file__).parent / "blocks.py")
        module = {}
        exec(compile("def block(sleep): sleep(0.001)", own, "exec"), module)
        async def test(): module["block"](time.sleep)
        """,
        r"Blocking call to time\.sleep",
    ),
    "an_example_that_fails": (
        """
        from hypothesis import given, strategies as st
        @given(n=st.integers())
        async def test(n): assert n < 100
        """,
        "n=100",
    ),
}

_CLEAN = {
    "fixtures_reach_a_coroutine": """
        import asyncio, pytest
        @pytest.fixture
        def number(): return 7
        async def test(number): await asyncio.sleep(number)
        """,
    "parameters_reach_a_coroutine": """
        import pytest
        @pytest.mark.parametrize("n", [1])
        async def test(n): assert n == 1
        """,
    "methods_are_coroutines": """
        import asyncio
        class TestGroup:
            async def test(self): await asyncio.sleep(1)
        """,
    "examples_are_coroutines": """
        import asyncio
        from hypothesis import given, strategies as st
        @given(seconds=st.floats(0, 1e6))
        async def test(seconds): await asyncio.sleep(seconds)
        """,
    "tests_may_block": """
        import time
        async def test(): time.sleep(0.001)
        """,
    "threads_and_processes_that_end": """
        import subprocess, sys, threading
        def test():
            thread = threading.Thread(target=int)
            thread.start()
            subprocess.run([sys.executable, "-c", ""], check=True)
            thread.join()
        """,
}

_SKIPPING = {
    "by_call": "import pytest\ndef test(): pytest.skip('no PortAudio')",
    "by_mark": "import pytest\n@pytest.mark.skipif(True, reason='no PortAudio')\ndef test(): 1",
    "by_module": "import pytest\npytest.skip('no PortAudio', allow_module_level=True)",
}

Complaints = dict[str, list[str]]
"""By the name of a test module: what its test failed with; empty where it passed."""


def run_inner(directory: Path, sources: dict[str, str], **environment: str) -> Complaints:
    """Run the sources as test modules under this suite's conftest, in a process of its own."""
    (directory / "conftest.py").write_text((_ROOT / "tests/conftest.py").read_text())
    (directory / "pyproject.toml").write_text(_SETTINGS)
    for name, source in sources.items():
        (directory / f"test_{name}.py").write_text(textwrap.dedent(source))
    report = directory / "report.xml"
    subprocess.run(
        [*_PYTEST, f"--junitxml={report}"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "CI": "", **environment},
        stdout=subprocess.DEVNULL,
        timeout=50,
        check=False,
    )
    complaints: Complaints = {}
    for case in ET.parse(report).iter("testcase"):
        where = f"{case.get('classname')}.{case.get('name')}"
        found = re.search(r"test_(\w+)", where)
        assert found is not None
        texts = [f"{bad.tag}: {bad.get('message')}\n{bad.text}" for bad in case]
        complaints.setdefault(found[1], []).extend(texts)
    return complaints


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Complaints:
    sources = {name: source for name, (source, _) in _BREAKING.items()} | _CLEAN
    return run_inner(tmp_path_factory.mktemp("hostility"), sources)


@pytest.mark.parametrize("name", _BREAKING)
def test_fails(complaints: Complaints, name: str) -> None:
    (text,) = complaints[name]
    assert text.startswith(("failure", "error"))
    assert re.search(_BREAKING[name][1], text, re.DOTALL)


@pytest.mark.parametrize("name", _CLEAN)
def test_passes(complaints: Complaints, name: str) -> None:
    assert complaints[name] == []


def test_a_skip_is_a_skip_on_a_laptop(tmp_path: Path) -> None:
    complaints = run_inner(tmp_path, _SKIPPING)
    assert {text.partition(":")[0] for texts in complaints.values() for text in texts} == {
        "skipped"
    }


def test_a_skip_is_a_failure_in_ci(tmp_path: Path) -> None:
    complaints = run_inner(tmp_path, _SKIPPING, CI="true")
    assert set(complaints) == set(_SKIPPING)
    for (text,) in complaints.values():
        assert text.startswith(("failure", "error"))
        assert "no PortAudio" in text
