"""The built-in agent's server, which also keeps what its peers hear.

``python -m tests.bench.listening_agent`` serves ``echo`` and ``assistant`` on a free port; it
tells its URL and saves what was heard when the parent asks.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from aicall_cli.agent import server
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.rtc.peer import Peer, PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from tests.bench.heard_pcm import HeardPcm
from tests.bench.outcome import JSON
from tests.bench.requests import answer, requests


class Ear:
    """Keeps the audio of all peers of this process; there is one call at a time."""

    def __init__(self) -> None:
        self.pcm = HeardPcm()
        self.frames = 0
        self.filled = 0
        """Frames that were lost, and recovered or concealed."""

    def hear(self, frame: HeardFrame) -> None:
        """Keep one frame."""
        self.frames += 1
        self.filled += frame.kind is not HeardKind.RECEIVED
        self.pcm.add(frame.timestamp, frame.pcm)

    def wiretapped(self, handlers: PeerHandlers, **options: Any) -> Peer:
        """Return a peer that the ear listens to as well."""

        def on_audio(frame: HeardFrame) -> None:
            self.hear(frame)
            handlers.on_audio(frame)

        return Peer(replace(handlers, on_audio=on_audio), **options)


async def main() -> None:
    """Serve until the parent goes."""
    ear = Ear()
    setattr(server, "Peer", ear.wiretapped)  # noqa: B010 - a type cannot be assigned to
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(ServeOptions(), on_ready=url.set_result))
        async for request in requests():
            answer(_carry_out(request, ear, await url))
        serving.cancel()


def _carry_out(request: dict[str, Any], ear: Ear, url: str) -> dict[str, JSON]:
    match request:
        case {"do": "url"}:
            return {"url": url}
        case {"do": "save", "path": path}:
            ear.pcm.save(Path(path))
            found: dict[str, JSON] = {"frames": ear.frames, "filled": ear.filled}
            ear.pcm.clear()
            ear.frames = ear.filled = 0
            return found
        case _:
            raise ValueError(f"unknown request {request}")


if __name__ == "__main__":
    asyncio.run(main())
