"""An answer as it is made, read with patience: what does not come in time is not lost."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aicall_cli.errors import AicallError


class AnswerReader:
    """Reads what a responder yields; its maker is run beside, in one task to its end."""

    def __init__(self, pieces: AsyncGenerator[str, None]) -> None:
        self._pieces = pieces
        self._made: asyncio.Queue[str | AicallError | None] = asyncio.Queue(1)

    async def run(self) -> None:
        """Have the answer made; cancelled, the making is stopped."""
        end: AicallError | None = None
        try:
            async with aclosing(self._pieces):
                async for piece in self._pieces:
                    await self._made.put(piece)
        except AicallError as error:
            end = error
        await self._made.put(end)

    async def read(self, patience: float | None) -> str | None:
        """Return the next piece, or None at the end; raise what the maker raised.

        Raise TimeoutError after ``patience`` seconds without one: it can be asked for again.
        """
        async with asyncio.timeout(patience):
            made = await self._made.get()
        if isinstance(made, AicallError):
            raise made
        return made
