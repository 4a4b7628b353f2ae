"""The public API: what ``aicall_cli`` exports and the command line is built on."""
