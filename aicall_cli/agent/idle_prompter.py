"""Notices that nobody says anything, prompts the caller, and gives up in the end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aicall_cli.agent.idle_prompts import IdlePrompts


@dataclass(frozen=True, slots=True)
class PrompterHandlers:
    """What a prompter calls."""

    say: Callable[[str], object]
    leave: Callable[[], None]


class IdlePrompter:
    """Prompts each time that both sides have been silent for long; without prompts, never.

    Both count as busy until something else is noted.
    """

    def __init__(self, prompts: IdlePrompts | None, handlers: PrompterHandlers) -> None:
        self._prompts = prompts
        self._handlers = handlers
        self._caller_busy = False
        self._agent_busy = True
        self._changed = asyncio.Event()
        self._said = 0
        self._farewell_said = False

    def note_caller(self, busy: bool) -> None:
        """The caller says something, or no longer."""
        self._caller_busy = busy
        if busy:
            self._said = 0
            self._farewell_said = False
        self._changed.set()

    def note_agent(self, busy: bool) -> None:
        """The agent says something or is about to, or no longer."""
        self._agent_busy = busy
        self._changed.set()
        if not busy and self._farewell_said:
            self._handlers.leave()

    def note_interruption(self) -> None:
        """The agent is cut off; who cuts a farewell off does not want to be left."""
        self._farewell_said = False
        self.note_agent(False)

    def stop(self) -> None:
        """Prompt for nothing any more."""
        self._prompts = None
        self._farewell_said = False
        self._changed.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while (prompts := self._prompts) is not None:
            self._changed.clear()
            busy = self._caller_busy or self._agent_busy
            try:
                async with asyncio.timeout(None if busy else prompts.wait):
                    await self._changed.wait()
            except TimeoutError:
                self._prompt(prompts)

    def _prompt(self, prompts: IdlePrompts) -> None:
        self._said += 1
        if self._said <= prompts.repeats:
            self._handlers.say(prompts.choose())
        elif prompts.farewell:
            self._farewell_said = True
            self._handlers.say(prompts.farewell)
        else:
            self._handlers.leave()
