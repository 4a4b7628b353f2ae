"""The command line: one file a command, shared options, the only error boundary."""
