"""Call AI voice agents: ``async with Call(CallOptions(agent_id="echo")) as call``.

The names below are the public API. They are imported when they are first used: a call needs
aiortc and numpy, ``aicall --help`` does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicall_cli.audio.format import AudioFormat
    from aicall_cli.audio.frame import AudioFrame
    from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
    from aicall_cli.capture.file_source import FileSource
    from aicall_cli.capture.push_result import PushResult
    from aicall_cli.capture.retry import RetryPolicy, push_with_retry
    from aicall_cli.client.call import Call
    from aicall_cli.client.options import CallOptions
    from aicall_cli.client.push_file import PushOptions, PushReport, push_file
    from aicall_cli.client.summary import CallSummary

_HOMES = {
    "AudioFormat": "aicall_cli.audio.format",
    "AudioFrame": "aicall_cli.audio.frame",
    "Call": "aicall_cli.client.call",
    "CallOptions": "aicall_cli.client.options",
    "CallSummary": "aicall_cli.client.summary",
    "ExternalAudioStream": "aicall_cli.capture.external_stream",
    "ExternalAudioStreamConfig": "aicall_cli.capture.external_stream",
    "FileSource": "aicall_cli.capture.file_source",
    "PushOptions": "aicall_cli.client.push_file",
    "PushReport": "aicall_cli.client.push_file",
    "PushResult": "aicall_cli.capture.push_result",
    "RetryPolicy": "aicall_cli.capture.retry",
    "push_file": "aicall_cli.client.push_file",
    "push_with_retry": "aicall_cli.capture.retry",
}

__all__ = [
    "AudioFormat",
    "AudioFrame",
    "Call",
    "CallOptions",
    "CallSummary",
    "ExternalAudioStream",
    "ExternalAudioStreamConfig",
    "FileSource",
    "PushOptions",
    "PushReport",
    "PushResult",
    "RetryPolicy",
    "push_file",
    "push_with_retry",
]


def __getattr__(name: str) -> Any:
    """Import a public name on its first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value
