"""Call AI voice agents, and push any audio into the call."""
