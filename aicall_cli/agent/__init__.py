"""The built-in agent: a server of its own, in a process of its own."""
