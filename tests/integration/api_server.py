"""An ``aicall serve`` that starts agents for whoever has its keys or its token."""

from tests.integration.command import Command, Running

KEY_SECRET = "s3cret-of-the-key"
USER_TOKEN = "s3cret-of-the-user"
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "the-key-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY_SECRET,
    "AICALL_APP_SERVER_TOKEN": USER_TOKEN,
}
"""What its callers are let in by, at either interface."""


class ApiServer:
    """The server in a process of its own, with what else is asked of it."""

    def __init__(self, command: Command, *options: str) -> None:
        self.running: Running = command.start(
            *("serve", "--port", "0", "--token", USER_TOKEN, *options),
            variables={
                "AICALL_SERVE_KEY_ID": KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"],
                "AICALL_SERVE_KEY_SECRET": KEY_SECRET,
            },
        )
        self.signaling = self.running.line().removeprefix("serving at ").strip()
        """The URL that its tokens lead to."""
        self.address = self.signaling.partition("://")[2].partition("/")[0]
        scheme = "https" if self.signaling.startswith("wss:") else "http"
        self.endpoint = f"{scheme}://{self.address}"
        """The URL of both its interfaces."""
