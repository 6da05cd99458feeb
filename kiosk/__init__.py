"""What the counter does, without a screen."""
