"""What a person sees: view state, renderer, live view; and the JSON lines a script reads."""
