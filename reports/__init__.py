"""What is printed: a frozen dataclass in, bytes out."""
