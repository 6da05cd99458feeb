"""What the centre decides."""
