"""What is seen: the only place with Qt."""
