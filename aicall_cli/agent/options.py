"""What ``aicall serve`` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicall_cli.protocol.ice_server import IceServer
from aicall_cli.secret import Secret

MIN_ENDPOINTING_MS: Final = 100
MAX_ENDPOINTING_MS: Final = 5000
MAX_IDLE_SECONDS: Final = 86_400.0


def key_variable(part: str) -> str:
    """Return the name of the variable with the key of ``asr``, ``chat`` or ``tts``."""
    return f"AICALL_{part.upper()}_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server with OpenAI's HTTP interface that does one part of the assistant's work.

    Its key belongs in the environment or a file: other users see a process's arguments.
    """

    url: str
    """Up to and without the interface's own paths: ``https://host/v1``."""
    key: Secret | None = None
    model: str | None = None
    """The server's name for the model; None: OpenAI's own default."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An access key of the control plane: its id, and the secret that signs with it."""

    key_id: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where to listen and what to offer; times in seconds unless named otherwise."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any free port."""
    token: Secret | None = None
    """What callers must show; None lets everybody in."""
    key_pair: KeyPair | None = None
    """Whose requests the OpenAPI answers; None: nobody's."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    agents: tuple[str, ...] = ()
    """``echo``, ``assistant``, ``script:FILE``; none: ``echo``, and ``assistant`` if it can be."""
    endpointing_ms: int = 400
    """Silence that ends an utterance, unless the caller sets its own."""
    idle_timeout: float = 600.0
    """Without a word for this long the agent leaves, unless the caller sets its own."""
    max_calls: int = 16
    """Calls at once; more are refused as busy."""
    ice_servers: tuple[IceServer, ...] = ()
    """For us and for the callers."""
    asr: Endpoint | None = None
    """Who recognises speech for the assistant; None: PocketSphinx, in English."""
    chat: Endpoint | None = None
    """Who answers for the assistant; None: simple rules."""
    tts: Endpoint | None = None
    """Who speaks for the assistant; None: espeak-ng."""
    voice: str | None = None
    """The assistant's voice, unless the caller chooses its own."""
    language: str | None = None
    """What the assistant's callers speak (``en``, ``de``), unless they say so themselves."""
