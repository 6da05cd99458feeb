"""What is so now: the tables that posting keeps."""
