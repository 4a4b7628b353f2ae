"""Settings, named agents and credentials: what is decided before a call."""
