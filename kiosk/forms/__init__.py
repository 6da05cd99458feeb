"""Each screen's input as a dataclass: its problems and the entry it makes."""
