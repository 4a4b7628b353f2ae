"""What ``aicall serve`` refuses; what it serves is in tests/integration."""

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner
from tests.support.certificates import self_signed


def _refused(run: Runner, *options: str) -> str:
    done = run("serve", *options)
    sentence, *hints = done.err.splitlines()
    assert done.status == ExitStatus.USAGE
    assert sentence.startswith("aicall: ")
    assert all(hint.startswith("  ") for hint in hints)
    assert len(hints) <= 1
    assert done.out == ""
    return done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--agent", "nobody"), "there is no agent 'nobody'"),
        (("--agent", "script:missing.toml"), "script missing.toml cannot be read"),
        (("--host", "not an address"), "cannot listen on not an address"),
        (("--port", "65536"), "--port"),
        (("--tls-cert", "missing.pem"), "missing.pem"),
        (("--tls-key", "missing.pem"), "--tls-cert"),
        (("--ice-server", "x"), "not an ICE server"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_served(run: Runner, options: tuple[str, ...], said: str) -> None:
    port = () if "--port" in options else ("--port", "0")
    assert said in _refused(run, *port, *options)


def test_files_that_are_something_else(run: Runner) -> None:
    text = run.folder / "text"
    text.write_text("this is neither TOML nor PEM\n")
    assert f"script {text} is not TOML" in _refused(run, "--port=0", f"--agent=script:{text}")
    assert f"certificate {text}" in _refused(run, "--port=0", f"--tls-cert={text}")


def test_a_key_of_another_certificate(run: Runner) -> None:
    certificate, _ = self_signed(run.folder)
    (run.folder / "other").mkdir()
    _, key = self_signed(run.folder / "other")
    said = _refused(run, "--port=0", f"--tls-cert={certificate}", f"--tls-key={key}")
    assert f"certificate {certificate}" in said
