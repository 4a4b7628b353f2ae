"""The OpenAI-compatible servers that an assistant may be made of."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import typer

from aicall_cli.agent.options import Endpoint, key_variable
from aicall_cli.secret import Secret

PARTS = ("asr", "chat", "tts")
"""Who recognises, who answers, who speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantServers:
    """URL and model of who recognises, answers and speaks; None is the built-in part."""

    asr_url: str | None = None
    asr_model: str | None = None
    chat_url: str | None = None
    chat_model: str | None = None
    tts_url: str | None = None
    tts_model: str | None = None

    @classmethod
    def of(cls, context: typer.Context) -> Self:
        """Read the settings from a command's options, which have the same names."""
        return cls(**{field.name: context.params[field.name] for field in fields(cls)})

    def arguments(self) -> list[str]:
        """Return these settings as options of ``aicall serve``; the keys stay variables."""
        arguments: list[str] = []
        for part in PARTS:
            for setting in ("url", "model"):
                value = getattr(self, f"{part}_{setting}")
                if value is not None:
                    arguments += [f"--{part}-{setting}", value]
        return arguments

    def url(self, part: str) -> str | None:
        """Return the address of ``part`` (asr, chat or tts); None is the built-in part."""
        address: str | None = getattr(self, f"{part}_url")
        return address

    def endpoint(self, part: str, variables: Mapping[str, str]) -> Endpoint | None:
        """Return the server of ``part`` (asr, chat or tts) with its key from ``variables``."""
        url = self.url(part)
        if url is None:
            return None
        key = variables.get(key_variable(part))
        model = getattr(self, f"{part}_model")
        return Endpoint(url=url, key=Secret(key) if key else None, model=model)
