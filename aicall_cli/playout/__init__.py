"""Where the agent's voice goes: a speaker, a file, or nowhere."""
