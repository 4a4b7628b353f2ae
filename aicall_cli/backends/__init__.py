"""The kinds of agent that can be called, one module each."""
