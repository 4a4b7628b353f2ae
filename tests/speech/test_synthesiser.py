import pytest

from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser
from aicall_cli.speech.openai_server import OpenAiServer
from aicall_cli.speech.openai_speech import OpenAiSynthesiser
from aicall_cli.speech.synthesiser import MAX_TEXT, Synthesiser, SynthesiserError, check_length


def test_every_voice_is_one_to_the_type_checker() -> None:
    voices: list[Synthesiser] = [EspeakSynthesiser(), OpenAiSynthesiser(OpenAiServer("http://h"))]
    assert len(voices) == 2


def test_the_longest_text_is_accepted_and_no_longer_one() -> None:
    check_length("a" * MAX_TEXT)
    with pytest.raises(UsageError, match="too long to be spoken") as raised:
        check_length("a" * (MAX_TEXT + 1))
    assert raised.value.hint == f"give at most {MAX_TEXT} characters at a time"


def test_a_failure_is_the_agents() -> None:
    assert SynthesiserError("no voice").exit_status is ExitStatus.AGENT_FAILED
