"""What happened: signed entries that are never changed, one class per kind."""
