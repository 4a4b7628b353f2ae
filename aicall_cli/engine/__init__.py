"""The call without I/O: states, events, commands, transcript, latency and quality."""
