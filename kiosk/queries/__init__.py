"""Read-only: frozen rows for lists, search and the home screen."""
