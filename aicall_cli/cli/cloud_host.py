"""Which host of the cloud's API a command asks."""

from typing import TYPE_CHECKING

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_warning

if TYPE_CHECKING:
    from aicall_cli.control.cloud_endpoint import CloudEndpoint
    from aicall_cli.control.settings import Settings


def cloud_host(
    settings: "Settings", region: str | None, url: str | None, environment: Environment
) -> "CloudEndpoint":
    """Return what the options say, else the settings; raise UsageError, warn of an open one."""
    from aicall_cli.control.cloud_endpoint import CloudEndpoint

    endpoint = CloudEndpoint.of(settings.text("region", region), settings.text("endpoint", url))
    warn_if_open(endpoint, environment)
    return endpoint


def warn_if_open(endpoint: "CloudEndpoint", environment: Environment) -> None:
    """Say so where others can read what is sent to ``endpoint``."""
    if endpoint.is_open:
        show_warning(f"what is sent to {endpoint.host} can be read on its way: http", environment)
