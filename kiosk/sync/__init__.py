"""Push and pull between this counter and the centre; no timers, no threads."""
