from aicall_cli.exit_status import ExitStatus
from aicall_cli.speech.openai_server import OpenAiServer
from aicall_cli.speech.openai_speech import OpenAiRecogniser
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser
from aicall_cli.speech.recogniser import Recogniser, RecogniserError


def test_every_recogniser_is_one_to_the_type_checker() -> None:
    recognisers: list[Recogniser] = [
        PocketsphinxRecogniser(),
        OpenAiRecogniser(OpenAiServer("http://h")),
    ]
    assert len(recognisers) == 2


def test_a_failure_is_the_agents() -> None:
    assert RecogniserError("no words").exit_status is ExitStatus.AGENT_FAILED
